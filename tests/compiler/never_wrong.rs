//! A result from the cache is what a build would have given, whatever changed.

use std::fs;
use std::path::PathBuf;

use plugin_protocol::Profile;
use proptest::prelude::*;

use crate::double::{Telling, write_tool};
use crate::room::Room;

/// One thing that somebody does between two compilations. The values are few,
/// so that states come back and the cache has something to give.
#[derive(Debug, Clone)]
enum Edit {
    Main(u8),
    Include(u8, Option<u8>),
    Variable(Option<u8>),
    Option(Option<u8>),
    Tool(u8),
    EarlierTool(Option<u8>),
    Profile(Profile),
    Locked(bool),
    /// Somebody writes into the output.
    Output(Option<u8>),
    /// Some file of the cache is cut off, overwritten or deleted.
    Damage(prop::sample::Index, u8),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let few = 0..3_u8;
    let edit = prop_oneof![
        3 => few.clone().prop_map(Edit::Main),
        3 => (0..2_u8, prop::option::of(few.clone())).prop_map(|(i, n)| Edit::Include(i, n)),
        1 => prop::option::of(few.clone()).prop_map(Edit::Variable),
        1 => prop::option::of(few.clone()).prop_map(Edit::Option),
        1 => few.clone().prop_map(Edit::Tool),
        1 => prop::option::of(few.clone()).prop_map(Edit::EarlierTool),
        1 => prop::sample::select(vec![Profile::Debug, Profile::Release, Profile::Size])
            .prop_map(Edit::Profile),
        1 => any::<bool>().prop_map(Edit::Locked),
        2 => prop::option::of(few).prop_map(Edit::Output),
        2 => (any::<prop::sample::Index>(), 0..3_u8).prop_map(|(i, how)| Edit::Damage(i, how)),
    ];
    prop::collection::vec(edit, 1..14)
}

const MAINS: [&str; 3] = ["alone", "#a.txt #sub/b.txt", "#sub/b.txt twice"];
const INCLUDES: [&str; 2] = ["a.txt", "sub/b.txt"];

fn apply(room: &mut Room, edit: Edit) {
    let text = |n: u8| format!("text {n}");
    match edit {
        Edit::Main(n) => room.write("main.txt", MAINS[usize::from(n)]),
        Edit::Include(which, content) => {
            let name = INCLUDES[usize::from(which)];
            match content {
                Some(n) => room.write(name, &text(n)),
                None => drop(fs::remove_file(room.path("project").join(name))),
            }
        }
        Edit::Variable(value) => {
            match value {
                Some(n) => room.variables.insert("FLAG".to_owned(), text(n).into()),
                None => room.variables.remove("FLAG"),
            };
        }
        Edit::Option(value) => {
            match value {
                Some(n) => room.options.insert("level".to_owned(), n.into()),
                None => room.options.remove("level"),
            };
        }
        Edit::Tool(n) => drop(write_tool(&room.path("tools"), &text(n))),
        Edit::EarlierTool(Some(n)) => drop(write_tool(&room.path("early"), &text(n))),
        Edit::EarlierTool(None) => {
            let _ = fs::remove_dir_all(room.path("early"));
        }
        Edit::Profile(profile) => room.profile = profile,
        Edit::Locked(locked) => room.locked = locked,
        Edit::Output(Some(n)) if room.output().exists() => {
            fs::write(room.output(), text(n)).unwrap();
        }
        Edit::Output(_) => drop(fs::remove_file(room.output())),
        Edit::Damage(which, how) => {
            let files = cache_files(room);
            if files.is_empty() {
                return;
            }
            let file = which.get(&files);
            let content = fs::read(file).unwrap();
            match how {
                0 => fs::remove_file(file).unwrap(),
                1 => fs::write(file, &content[..content.len() / 2]).unwrap(),
                _ => {
                    let mut content = content;
                    let middle = content.len() / 2;
                    content[middle] ^= 1;
                    fs::write(file, content).unwrap();
                }
            }
        }
    }
}

fn cache_files(room: &Room) -> Vec<PathBuf> {
    fn walk(folder: PathBuf, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path() {
                path if path.is_dir() => walk(path, files),
                path if fs::metadata(&path).is_ok_and(|meta| meta.len() > 1) => files.push(path),
                _ => {}
            }
        }
    }
    let mut files = vec![];
    walk(room.path("home/cache"), &mut files);
    files.sort();
    files
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_changes_the_output_is_what_a_build_gives(
        telling in prop::sample::select(vec![Telling::Files, Telling::Globs, Telling::Nothing]),
        edits in edits(),
    ) {
        let mut room = Room::new(telling);
        room.write("main.txt", MAINS[0]);
        write_tool(&room.path("tools"), "a tool");
        room.compile().unwrap();
        for edit in edits {
            let what = format!("{edit:?}");
            apply(&mut room, edit);
            let outcome = room.compile().unwrap();
            let output = fs::read(room.output()).unwrap();
            prop_assert!(output == room.truth(), "after {what}, cached: {}", outcome.cached);
        }
    }
}

#[test]
fn a_state_that_comes_back_comes_from_the_cache() {
    for telling in [Telling::Files, Telling::Globs, Telling::Nothing] {
        let room = Room::new(telling);
        room.write("a.txt", "one");
        for main in MAINS {
            room.write("main.txt", main);
            assert!(!room.compile().unwrap().cached, "{telling:?} {main}");
        }
        for main in MAINS {
            room.write("main.txt", main);
            let outcome = room.compile().unwrap();
            assert!(outcome.cached, "{telling:?} {main}: {:?}", room.explained);
            assert_eq!(fs::read(room.output()).unwrap(), room.truth());
        }
        assert_eq!(room.builds(), MAINS.len());
    }
}

#[test]
fn warnings_are_said_again() {
    let room = Room::new(Telling::Files);
    room.write("main.txt", "hello");
    room.compile().unwrap();
    assert!(room.compile().unwrap().cached);
    assert_eq!(*room.said.lock().unwrap(), ["it says hello"]);
}

#[test]
fn each_change_is_explained() {
    let mut room = Room::new(Telling::Files);
    room.write("main.txt", MAINS[1]);
    room.write("a.txt", "one");
    write_tool(&room.path("tools"), "a tool");
    let mut explained = |change: &dyn Fn(&mut Room)| {
        change(&mut room);
        room.compile().unwrap();
        room.explained.lock().unwrap().join("; ")
    };
    assert_eq!(explained(&|_| {}), "it is the first build of this project");
    assert_eq!(explained(&|_| {}), "no input, option or tool has changed");
    assert_eq!(
        explained(&|room| room.write("a.txt", "two")),
        "a.txt changed"
    );
    assert_eq!(
        explained(&|room| room.write("sub/b.txt", "x")),
        "sub/b.txt is new"
    );
    let gone = |room: &mut Room| fs::remove_file(room.path("project/a.txt")).unwrap();
    assert_eq!(explained(&gone), "a.txt is gone");
    let set = |room: &mut Room| drop(room.variables.insert("FLAG".to_owned(), "x".into()));
    assert_eq!(explained(&set), "the environment variable FLAG changed");
    let tool = |room: &mut Room| drop(write_tool(&room.path("tools"), "another tool"));
    assert_eq!(explained(&tool), "the tool tool changed");
    let option = |room: &mut Room| drop(room.options.insert("level".to_owned(), 3.into()));
    assert_eq!(explained(&option), "the option level changed");
    assert_eq!(
        explained(&|room| room.profile = Profile::Size),
        "the optimization changed from release to size"
    );
}

#[test]
fn the_cache_stays_below_its_limit_and_drops_the_oldest() {
    let mut room = Room::new(Telling::Files);
    room.limit = 16 << 10;
    let main = |n: usize| format!("{n} {}", "x".repeat(1000));
    for n in 0..30 {
        room.write("main.txt", &main(n));
        room.compile().unwrap();
        let size: u64 = cache_files(&room)
            .iter()
            .map(|f| fs::metadata(f).unwrap().len())
            .sum();
        assert!(size <= room.limit, "{size} bytes after {n} builds");
    }
    room.write("main.txt", &main(29));
    assert!(room.compile().unwrap().cached, "the latest is still there");
    room.write("main.txt", &main(0));
    assert!(!room.compile().unwrap().cached, "the oldest is not");
}

#[test]
fn a_result_that_must_not_be_cached_is_not() {
    let room = Room::new(Telling::Files);
    room.write("main.txt", "now");
    *room.script.spoil.lock().unwrap() = Some(Box::new(|_, report| {
        report.uncacheable = Some("it depends on the time".to_owned());
    }));
    for _ in 0..2 {
        assert!(!room.compile().unwrap().cached);
        let explained = room.explained.lock().unwrap().join("; ");
        assert!(explained.contains("it depends on the time"), "{explained}");
    }
}
