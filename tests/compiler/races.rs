//! Edits in the middle of a build.

use std::fs;
use std::time::Duration;

use wasmrun::error::Code;

use crate::double::{Telling, write_tool};
use crate::room::Room;

/// What somebody does while the builder works, after it has read its inputs.
type Interference = fn(&std::path::Path);

const INTERFERENCES: &[(&str, Interference)] = &[
    ("an edit", |project| {
        fs::write(project.join("main.txt"), "#a.txt changed").unwrap();
    }),
    ("an edit of an include", |project| {
        fs::write(project.join("a.txt"), "changed").unwrap();
    }),
    ("an edit that is taken back", |project| {
        let before = fs::read(project.join("main.txt")).unwrap();
        fs::write(project.join("main.txt"), "something else").unwrap();
        fs::write(project.join("main.txt"), before).unwrap();
    }),
    ("a deletion", |project| {
        fs::remove_file(project.join("a.txt")).unwrap();
    }),
    ("an old file that takes an input's place", |project| {
        fs::rename(project.join("old.txt"), project.join("a.txt")).unwrap();
    }),
    ("an old folder that takes another's place", |project| {
        fs::rename(project.join("sub"), project.join("aside")).unwrap();
        fs::rename(project.join("old"), project.join("sub")).unwrap();
    }),
    ("another tool", |project| {
        write_tool(&project.join("../tools"), "another tool");
    }),
    ("an earlier tool", |project| {
        write_tool(&project.join("../early"), "an earlier tool");
    }),
    ("no tool", |project| {
        fs::remove_dir_all(project.join("../tools")).unwrap();
    }),
];

fn room(telling: Telling) -> Room {
    let room = Room::new(telling);
    fs::create_dir(room.path("project/old")).unwrap();
    room.write("main.txt", "#a.txt #sub/b.txt");
    for name in ["a.txt", "sub/b.txt", "old.txt", "old/b.txt"] {
        room.write(name, name);
    }
    write_tool(&room.path("tools"), "a tool");
    room
}

/// Compiles while somebody interferes, and looks at what becomes of it. With
/// `known`, the project was built before, so that its inputs are known.
fn interfere_with(room: &Room, interfere: Interference, known: bool, what: &str) {
    if known {
        room.compile().unwrap();
        room.write("main.txt", "#a.txt #sub/b.txt again");
    }
    let mut once = Some(interfere);
    *room.script.read.lock().unwrap() = Some(Box::new(move |request| {
        if let Some(interfere) = once.take() {
            interfere(&request.project);
        }
    }));
    room.compile().unwrap();
    let explained = room.explained.lock().unwrap().join("; ");
    assert!(
        explained.contains("the result is not kept"),
        "{what}: {explained}"
    );
    assert!(!room.compile().unwrap().cached, "{what}");
    assert_eq!(fs::read(room.output()).unwrap(), room.truth(), "{what}");
    room.compile().unwrap();
    assert!(
        room.compile().unwrap().cached,
        "{what}: in the end it is kept"
    );
}

#[test]
fn a_result_whose_inputs_moved_is_not_kept() {
    for telling in [Telling::Files, Telling::Globs, Telling::Nothing] {
        for (what, interfere) in INTERFERENCES {
            for (single, known) in [(false, false), (false, true), (true, false), (true, true)] {
                let mut room = room(telling);
                room.single = single;
                let what = format!("{what}, {telling:?}, single {single}, known {known}");
                interfere_with(&room, *interfere, known, &what);
            }
        }
    }
}

#[test]
fn a_file_saved_just_before_a_build_does_not_count_as_moved() {
    for n in 0..20 {
        let room = room(Telling::Files);
        room.write("main.txt", &format!("{n}"));
        room.compile().unwrap();
        assert!(room.compile().unwrap().cached);
    }
}

#[test]
fn a_cancelled_build_leaves_the_last_output_and_nothing_else() {
    let mut room = room(Telling::Files);
    room.compile().unwrap();
    let good = fs::read(room.output()).unwrap();
    for (cancel, code) in [
        (room.cancel.clone(), Code::Interrupted),
        (
            wasmrun::process::Cancel::new().with_limit(Some(Duration::from_millis(300))),
            Code::Timeout,
        ),
    ] {
        room.cancel = cancel.clone();
        room.write("main.txt", &format!("changed {code:?}"));
        *room.script.read.lock().unwrap() = Some(Box::new(move |_| {
            if code == Code::Interrupted {
                cancel.cancel();
            }
            while cancel.reason().is_none() {
                std::thread::sleep(Duration::from_millis(5));
            }
        }));
        let error = room.compile().unwrap_err();
        assert_eq!(error.code(), code);
        assert!(
            error.to_string().contains("is still the last good build"),
            "{error}"
        );
        assert_eq!(fs::read(room.output()).unwrap(), good);
        assert_eq!(fs::read_dir(room.path("project/dist")).unwrap().count(), 1);
    }
}

#[test]
fn many_compilations_at_once_share_a_cache() {
    let mut room = room(Telling::Files);
    // So small that they also make room all the time.
    room.limit = 8 << 10;
    let (home, room) = (room.home(), &room);
    std::thread::scope(|scope| {
        for n in 0..6 {
            let home = home.clone();
            scope.spawn(move || {
                let mut own = self::room(Telling::Files);
                own.limit = 8 << 10;
                for turn in 0..6 {
                    own.write("main.txt", &format!("{n} {}", turn % 3));
                    own.compile_with(&home).unwrap();
                    assert_eq!(fs::read(own.output()).unwrap(), own.truth());
                }
            });
        }
    });
    room.compile().unwrap();
}
