use std::fs;
use std::path::Path;

use plugin_protocol::Inputs;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::project::ChangeKind;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        write(&folder.path().join(path), content);
    }
    folder
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn whole(folder: &Path) -> Fingerprint {
    Fingerprint::take(folder, None, &[]).unwrap()
}

fn of(folder: &Path, inputs: &Inputs) -> Fingerprint {
    Fingerprint::take(folder, Some(inputs), &[]).unwrap()
}

fn globs(globs: &[&str]) -> Inputs {
    Inputs {
        globs: globs.iter().map(ToString::to_string).collect(),
        ..Inputs::default()
    }
}

fn keys(fingerprint: &Fingerprint) -> Vec<&str> {
    fingerprint.inputs.keys().map(String::as_str).collect()
}

#[test]
fn the_whole_tree_counts_but_for_repositories_and_our_own_files() {
    let folder = folder(&[
        (".gitignore", "gen.h\n"),
        ("gen.h", "1"),
        ("src/a.c", "1"),
        ("sub/.git", "gitdir: elsewhere"),
        (".git/HEAD", "ref"),
        ("lib/.hg/x", "1"),
        ("dist/app.wasm", "old"),
        (".wasmrun-stage/x", "1"),
        (".wasmrun-tmp", "1"),
        (".wasmrun/stage/x", "1"),
    ]);
    let own = [folder.path().join("dist/app.wasm")];
    let all = Fingerprint::take(folder.path(), None, &own).unwrap();
    let expected = [
        ".gitignore",
        "gen.h",
        "lib",
        "src",
        "src/a.c",
        "sub",
        "sub/.git",
    ];
    assert_eq!(keys(&all), expected);
    let sum = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";
    assert_eq!(all.inputs["src/a.c"], InputState::Content(sum.into()));
}

#[test]
fn publishing_the_first_output_changes_nothing() {
    let folder = folder(&[("a.c", "1")]);
    let own = [folder.path().join("dist/deep/app.wasm")];
    let before = Fingerprint::take(folder.path(), None, &own).unwrap();
    write(&own[0], "module");
    let after = Fingerprint::take(folder.path(), None, &own).unwrap();
    assert_eq!(before, after);
}

#[test]
fn named_files_count_whether_there_or_not() {
    let outside = folder(&[("x.h", "1")]);
    let folder = folder(&[("a.c", "1"), ("inc/b.h", "1"), ("other.c", "1")]);
    let far = outside.path().join("x.h").to_str().unwrap().to_owned();
    let inputs = Inputs {
        files: ["./a.c", "none.h", "a.c/none.h", "inc", &far]
            .map(Into::into)
            .into(),
        ..Inputs::default()
    };
    let first = of(folder.path(), &inputs);
    let expected = [
        far.as_str(),
        "a.c",
        "a.c/none.h",
        "inc",
        "inc/b.h",
        "none.h",
    ];
    assert_eq!(keys(&first), expected);
    assert_eq!(first.inputs["none.h"], InputState::Absent);
    write(&folder.path().join("other.c"), "2");
    assert_eq!(of(folder.path(), &inputs), first);
    write(&folder.path().join("none.h"), "2");
    let later = of(folder.path(), &inputs);
    assert_ne!(later.digest(), first.digest());
    let changes = first.difference(&later);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].to_string(), "none.h is new");
}

#[test]
fn patterns_count_names_and_contents() {
    let folder = folder(&[
        ("src/a.c", "1"),
        ("src/deep/b.c", "1"),
        ("src/deep/b.h", "1"),
        ("x.c", "1"),
    ]);
    let at = |inputs: &Inputs| keys(&of(folder.path(), inputs)).join(" ");
    assert_eq!(at(&globs(&["src/*.c"])), "src/a.c");
    assert_eq!(at(&globs(&["src/**/*.c"])), "src/a.c src/deep/b.c");
    assert_eq!(at(&globs(&["*.c"])), "x.c");
    assert_eq!(
        at(&globs(&["{src/deep,.}/*.{c,h}"])),
        "src/deep/b.c src/deep/b.h"
    );
    assert_eq!(
        at(&globs(&["src/**"])),
        "src/a.c src/deep src/deep/b.c src/deep/b.h"
    );
    assert_eq!(at(&globs(&["none/*.c", "x.c/*.c"])), "");
    assert_eq!(at(&globs(&["none.c"])), "none.c");
    let error = Fingerprint::take(folder.path(), Some(&globs(&["a[/*"])), &[]).unwrap_err();
    assert!(error.message().contains("`a[/*`"), "{error}");
}

#[test]
fn names_count_without_contents() {
    let folder = folder(&[("inc/a.h", "1"), ("inc/b.c", "1")]);
    let inputs = Inputs {
        files: vec!["inc/b.c".into()],
        names: vec!["inc/*".into()],
        ..Inputs::default()
    };
    let first = of(folder.path(), &inputs);
    assert_eq!(first.inputs["inc/a.h"], InputState::Name);
    assert_ne!(first.inputs["inc/b.c"], InputState::Name, "content wins");
    write(&folder.path().join("inc/a.h"), "2");
    assert_eq!(of(folder.path(), &inputs), first);
    write(&folder.path().join("inc/c.h"), "");
    assert_ne!(of(folder.path(), &inputs), first);
}

#[test]
fn differences_are_told_one_by_one() {
    let folder = folder(&[("a.h", "1"), ("b.h", "1"), ("same", "1")]);
    let first = whole(folder.path());
    write(&folder.path().join("a.h"), "2");
    fs::remove_file(folder.path().join("b.h")).unwrap();
    write(&folder.path().join("sub/x"), "");
    let changes = first.difference(&whole(folder.path()));
    let told: Vec<_> = changes.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["a.h changed", "b.h is gone", "sub/x is new"]);
    assert!(first.difference(&first).is_empty());
}

#[test]
fn a_fingerprint_survives_json() {
    let folder = folder(&[("a.h", "1"), ("sub/x", "1")]);
    let first = whole(folder.path());
    let text = serde_json::to_string(&first).unwrap();
    assert_eq!(serde_json::from_str::<Fingerprint>(&text).unwrap(), first);
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn the_executable_bit_counts() {
        let folder = folder(&[("gen.sh", "1")]);
        let first = whole(folder.path());
        let path = folder.path().join("gen.sh");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let later = whole(folder.path());
        assert_ne!(first.digest(), later.digest());
        let changes = first.difference(&later);
        assert_eq!(changes[0].kind, ChangeKind::Executable(true));
    }

    #[test]
    fn names_that_are_no_utf_8_stay_apart() {
        let folder = folder(&[]);
        for name in [&b"\xff"[..], b"\xfe", b"\\xff"] {
            fs::write(folder.path().join(OsStr::from_bytes(name)), "1").unwrap();
        }
        assert_eq!(keys(&whole(folder.path())), ["\\\\xff", "\\xfe", "\\xff"]);
    }

    #[test]
    fn links_to_files_count_with_what_is_there() {
        let outside = folder(&[("real.h", "1")]);
        let folder = folder(&[]);
        symlink(outside.path().join("real.h"), folder.path().join("a.h")).unwrap();
        symlink("nowhere", folder.path().join("b.h")).unwrap();
        symlink("c.h", folder.path().join("c.h")).unwrap();
        let first = whole(folder.path());
        assert_eq!(keys(&first), ["a.h", "b.h", "c.h"]);
        write(&outside.path().join("real.h"), "2");
        assert_ne!(whole(folder.path()), first);
        write(&outside.path().join("real.h"), "1");
        assert_eq!(whole(folder.path()), first);
        write(&folder.path().join("nowhere"), "");
        let state = &whole(folder.path()).inputs["b.h"];
        assert!(matches!(state, InputState::Link { then, .. } if **then != InputState::Absent));
    }

    #[test]
    fn links_to_folders_are_followed_once() {
        let outside = folder(&[("inc/x.h", "1"), ("top.h", "1")]);
        let folder = folder(&[("src/a.c", "1")]);
        symlink(outside.path().join("inc"), folder.path().join("inc")).unwrap();
        symlink("src", folder.path().join("alias")).unwrap();
        symlink("..", folder.path().join("src/up")).unwrap();
        symlink("..", outside.path().join("inc/back")).unwrap();
        let first = whole(folder.path());
        let same = |key: &str| match &first.inputs[key] {
            InputState::Link { then, .. } => match &**then {
                InputState::Same(place) => place.clone(),
                other => format!("{other:?}"),
            },
            InputState::Same(place) => place.clone(),
            other => format!("{other:?}"),
        };
        assert_eq!(same("alias"), "src");
        assert_eq!(same("src/up"), "");
        assert_eq!(same("inc"), "Folder");
        assert_eq!(same("inc/back/inc/."), "inc");
        assert!(first.inputs.contains_key("inc/x.h"));
        write(&outside.path().join("top.h"), "2");
        let changes = first.difference(&whole(folder.path()));
        assert_eq!(changes[0].to_string(), "inc/back/top.h changed");
    }

    #[test]
    fn links_to_the_whole_system_are_refused() {
        for to in ["/", "/dev"] {
            let folder = folder(&[]);
            symlink(to, folder.path().join("all")).unwrap();
            let named = Inputs {
                files: vec!["all".into()],
                ..Inputs::default()
            };
            for inputs in [None, Some(named), Some(globs(&["**/*.h"]))] {
                let error = Fingerprint::take(folder.path(), inputs.as_ref(), &[]).unwrap_err();
                assert!(error.message().starts_with("all leads to /"), "{error}");
            }
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_project_in_memory_is_a_project() {
        // Where there is none, any folder has to do.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let folder = folder.unwrap();
        write(&folder.path().join("src/a.c"), "1");
        symlink("src", folder.path().join("link")).unwrap();
        assert_eq!(keys(&whole(folder.path())), ["link", "src", "src/a.c"]);
        assert_eq!(
            keys(&of(folder.path(), &globs(&["link/*.c"]))),
            ["link/a.c"]
        );
    }

    #[test]
    fn a_link_into_what_is_skipped_is_followed() {
        let folder = folder(&[(".git/hooks/x", "1")]);
        symlink(".git/hooks", folder.path().join("hooks")).unwrap();
        assert_eq!(keys(&whole(folder.path())), ["hooks", "hooks/x"]);
    }

    #[test]
    fn patterns_see_around_circles_of_links() {
        let folder = folder(&[("b/x.h", "1")]);
        symlink(".", folder.path().join("l")).unwrap();
        for pattern in ["**/l/b/*.h", "*/*/*.h"] {
            let inputs = globs(&[pattern]);
            let first = of(folder.path(), &inputs);
            write(&folder.path().join("b/x.h"), "2");
            assert_ne!(of(folder.path(), &inputs), first, "{pattern}");
            write(&folder.path().join("b/x.h"), "1");
            assert_eq!(of(folder.path(), &inputs), first, "{pattern}");
        }
    }

    #[test]
    fn a_link_to_our_own_output_does_not_bring_it_in() {
        let folder = folder(&[("dist/app.wasm", "1")]);
        symlink("dist/app.wasm", folder.path().join("latest")).unwrap();
        let own = [folder.path().join("dist/app.wasm")];
        let take = || Fingerprint::take(folder.path(), None, &own).unwrap();
        let first = take();
        write(&own[0], "2");
        assert_eq!(take(), first);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn pipes_are_never_read() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let folder = folder(&[]);
        let pipe = folder.path().join("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
        symlink("pipe", folder.path().join("link")).unwrap();
        let all = whole(folder.path());
        assert_eq!(all.inputs["pipe"], InputState::Special);
        assert_eq!(keys(&all), ["link", "pipe"]);
    }

    #[test]
    fn files_that_change_meanwhile_do_not_break_it() {
        let folder = folder(&[]);
        let path = folder.path().to_owned();
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for turn in 0..300 {
                    let file = path.join(format!("{}", turn % 7));
                    fs::write(&file, vec![b'x'; 5000 * (turn % 3)]).unwrap();
                    if turn % 2 == 0 {
                        fs::remove_file(&file).unwrap();
                    }
                }
                done.store(true, std::sync::atomic::Ordering::SeqCst);
            });
            while !done.load(std::sync::atomic::Ordering::SeqCst) {
                whole(&path);
            }
        });
    }
}

/// A name in a small tree, and what is there.
#[derive(Debug, Clone, PartialEq)]
enum Thing {
    File(String),
    Script(String),
    Folder,
    Link(String),
}

fn things() -> impl Strategy<Value = BTreeMap<String, Thing>> {
    let name = "[ab]{1,2}(/[ab]{1,2}){0,2}";
    let thing = prop_oneof![
        4 => "[xy]{0,2}".prop_map(Thing::File),
        1 => "[xy]{0,2}".prop_map(Thing::Script),
        1 => Just(Thing::Folder),
        1 => "[ab]{1,2}|\\.\\.?".prop_map(Thing::Link),
    ];
    prop::collection::btree_map(name, thing, 0..8)
}

/// Writes a tree into a folder of its own, so that `..` at its top leads to
/// that folder alone, and tells it as it is: what does not fit under a file is left.
#[cfg(unix)]
fn plant(root: &Path, things: &BTreeMap<String, Thing>) -> BTreeMap<String, Thing> {
    use std::os::unix::fs::{PermissionsExt, symlink};
    fs::create_dir(root).unwrap();
    let mut planted = BTreeMap::new();
    for (name, thing) in things {
        let path = root.join(name);
        let parents: Vec<_> = Path::new(name).ancestors().skip(1).collect();
        let blocked = parents.iter().any(|parent| {
            let parent = parent.to_str().unwrap();
            !matches!(planted.get(parent), None | Some(Thing::Folder))
        });
        if blocked || path.symlink_metadata().is_ok() {
            continue;
        }
        for parent in parents
            .iter()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            planted.insert(parent.to_str().unwrap().to_owned(), Thing::Folder);
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match thing {
            Thing::File(text) => fs::write(&path, text).unwrap(),
            Thing::Script(text) => {
                fs::write(&path, text).unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            }
            Thing::Folder => fs::create_dir(&path).unwrap(),
            Thing::Link(to) => symlink(to, &path).unwrap(),
        }
        planted.insert(name.clone(), thing.clone());
    }
    planted
}

#[cfg(unix)]
proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Two trees have the same digest exactly if they are the same.
    #[test]
    fn a_digest_is_the_tree(one in things(), other in things(), edit in any::<prop::sample::Index>()) {
        let folders = [folder(&[]), folder(&[]), folder(&[])];
        let [a, b, c] = folders.each_ref().map(|folder| folder.path().join("root"));
        let first = plant(&a, &one);
        let digest = whole(&a).digest();
        let second = plant(&b, &other);
        prop_assert_eq!(first == second, digest == whole(&b).digest());
        // The same tree, but for one thing that is replaced or left out.
        let mut near = one.clone();
        if let Some(name) = one.keys().nth(edit.index(one.len().max(1))) {
            match other.values().next() {
                Some(thing) => near.insert(name.clone(), thing.clone()),
                None => near.remove(name),
            };
        }
        let third = plant(&c, &near);
        prop_assert_eq!(first == third, digest == whole(&c).digest());
    }

    /// What is changed and changed back is as it was.
    #[test]
    fn a_change_is_seen_and_a_change_back_is_none(text in "[xy]{0,3}", inputs in 0..3) {
        let folder = folder(&[("src/a.c", &text), ("src/b.h", "1")]);
        let inputs = match inputs {
            0 => None,
            1 => Some(globs(&["src/**"])),
            _ => Some(Inputs { files: vec!["src/a.c".into()], ..Inputs::default() }),
        };
        let take = || Fingerprint::take(folder.path(), inputs.as_ref(), &[]).unwrap();
        let first = take();
        let path = folder.path().join("src/a.c");
        fs::write(&path, format!("{text}.")).unwrap();
        prop_assert_ne!(take().digest(), first.digest());
        fs::remove_file(&path).unwrap();
        prop_assert_ne!(take().digest(), first.digest());
        fs::write(&path, &text).unwrap();
        prop_assert_eq!(take().digest(), first.digest());
    }
}
