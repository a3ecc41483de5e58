//! What a plugin is given, what it may write to, and what is written of it.

use std::path::Path;

use libtest_mimic::Trial;
use tempfile::TempDir;
use wasmrun::error::Code;
use wasmrun::plugin::bridge::{Confinement, Secrets, Support, support, variables, writable};

use super::kit::World;
use super::surroundings;

pub(crate) fn tests() -> impl IntoIterator<Item = Trial> {
    tests![surroundings:
        the_environment_is_what_was_given,
        writes_stay_where_builds_belong,
        the_conversation_is_written_down,
    ]
}

pub(crate) fn the_environment_is_what_was_given() {
    let mut world = World::new("tells-environment");
    let own = [
        ("LC_ALL", "C"),
        ("EDITOR", "vi"),
        ("A_TOKEN", "t"),
        ("B_SECRET", "s"),
    ];
    let own = own.map(|(name, value)| (name.into(), value.into()));
    world
        .launch
        .env
        .extend(variables(own, &["A_TOKEN".into()], &["B_SECRET".into()]));
    world.works();
    let logs = world.logs();
    for there in [
        "LC_ALL=C",
        "B_SECRET=s",
        "PYTHONUTF8=1",
        "PYTHONUNBUFFERED=1",
        "NO_COLOR=1",
    ] {
        assert!(logs.contains(&there), "{there}: {logs:?}");
    }
    for absent in ["EDITOR", "A_TOKEN", "HOME", "CARGO"] {
        assert!(
            !logs.iter().any(|log| log.starts_with(absent)),
            "{absent}: {logs:?}"
        );
    }
}

pub(crate) fn writes_stay_where_builds_belong() {
    let elsewhere = outside_the_temporary_folder();
    for confined in [false, true] {
        let mut world = World::new("writes-elsewhere");
        let text = elsewhere.path().to_str().unwrap();
        std::fs::write(world.project().join("elsewhere"), text).unwrap();
        if confined {
            let folders = writable(&world.project(), &[], &[]);
            world.launch.confinement = Confinement::to(folders);
            assert_eq!(
                world.launch.confinement.is_effective(),
                matches!(support(), Support::Available { .. })
            );
        }
        world.works();
        let free = !world.launch.confinement.is_effective();
        assert_eq!(
            world.logs(),
            [format!("elsewhere: {free}")],
            "{:?}",
            support()
        );
        assert_eq!(elsewhere.path().join("escaped").exists(), free);
        assert!(world.project().join("in-project").exists());
        assert!(world.project().join("moved-here").exists());
        let _ = std::fs::remove_file(elsewhere.path().join("escaped"));
    }
    // This program itself is as free as before.
    std::fs::write(elsewhere.path().join("own"), "").unwrap();
}

/// A folder that a confined plugin may not write to. The repository itself may
/// lie in the temporary folder, where all may write.
fn outside_the_temporary_folder() -> TempDir {
    let temporary = std::env::temp_dir().canonicalize().unwrap();
    let own = std::env::current_exe().unwrap();
    let places = [
        own.parent().map(Path::to_owned),
        std::env::home_dir(),
        Some("/var/lib".into()),
    ];
    let mut places = places.into_iter().flatten();
    places
        .find_map(|place| {
            let place = place.canonicalize().ok()?;
            let outside = !place.starts_with(&temporary);
            outside.then(|| TempDir::new_in(place).ok())?
        })
        .expect("a place to write to outside the temporary folder")
}

pub(crate) fn the_conversation_is_written_down() {
    let mut world = World::new("tells-a-secret-and-dies");
    let secret = [("MY_TOKEN".into(), "hush-hush-hush".into())];
    world.launch.env.extend(secret.clone());
    world.launch.secrets = Secrets::of(secret);
    let error = world.fault(Code::Crashed);
    let files = world.faults();
    assert_eq!(files.len(), 1);
    assert!(
        error
            .help_text()
            .unwrap()
            .contains(files[0].to_str().unwrap()),
        "{error}"
    );
    let text = std::fs::read_to_string(&files[0]).unwrap();
    assert!(
        !text.contains("hush") && text.contains("the token is [redacted]"),
        "{text}"
    );
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["code"], "crashed");
    assert_eq!(lines[0]["plugin"], "faulty");
    let frames = lines.iter().skip(1).filter(|line| line["from"] != "stderr");
    let froms: Vec<_> = frames.map(|line| line["from"].as_str().unwrap()).collect();
    // Hello, hello, build, artifact, log.
    assert_eq!(froms, ["host", "plugin", "host", "plugin", "plugin"]);
}
