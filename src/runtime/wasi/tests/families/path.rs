use std::path::Path;

use tempfile::TempDir;
use wasmrun_wasi::{Access, Context};

use crate::program::{OUT, Program, errno};

const CREATE: u64 = 1;
const DIRECTORY: u64 = 2;
const EXCLUSIVE: u64 = 4;
const TRUNCATE: u64 = 8;

const READ: u64 = 1 << 1;

/// A folder `in` for the program, beside what it must not reach.
fn sandbox() -> (TempDir, Program) {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("in");
    std::fs::create_dir_all(root.join("sub")).unwrap();
    std::fs::write(root.join("file"), "text").unwrap();
    std::fs::write(root.join("sub/deep"), "deep").unwrap();
    std::fs::write(folder.path().join("secret"), "secret").unwrap();
    let program = Program::in_folder(&root);
    (folder, program)
}

fn one(program: &mut Program, name: &str, path: &str) -> u16 {
    let [at, length] = program.put(path);
    program.call(name, &[3, at, length])
}

fn two(program: &mut Program, name: &str, from: &str, to: &str) -> u16 {
    let [a, a_length] = program.put(from);
    let [b, b_length] = program.put(to);
    match name {
        "path_rename" => program.call(name, &[3, a, a_length, 3, b, b_length]),
        "path_symlink" => program.call(name, &[a, a_length, 3, b, b_length]),
        _ => program.call(name, &[3, 0, a, a_length, 3, b, b_length]),
    }
}

fn stat(program: &mut Program, path: &str, follow: bool) -> Result<(u8, u64), u16> {
    let [at, length] = program.put(path);
    match program.call("path_filestat_get", &[3, u64::from(follow), at, length, 0]) {
        0 => Ok((program.bytes(16, 1)[0], program.u64(32))),
        errno => Err(errno),
    }
}

#[test]
fn no_path_leads_out() {
    let (folder, mut program) = sandbox();
    let secret = folder.path().join("secret");
    let absolute = secret.to_str().unwrap().to_owned();
    let paths = [
        "..",
        "../secret",
        "sub/../../secret",
        "./../secret",
        "sub/../../in/file",
        "/",
        "/etc/passwd",
        &absolute,
        "../in/../secret",
        "nowhere/../../secret",
    ];
    for path in paths {
        for oflags in [0, CREATE, CREATE | TRUNCATE, DIRECTORY] {
            let refused = program.open(path, oflags, 0).unwrap_err();
            assert!(
                [errno::PERM, errno::NOENT, errno::NOTDIR].contains(&refused),
                "{path}: {refused}"
            );
        }
        assert!(stat(&mut program, path, true).is_err(), "{path}");
        assert_ne!(
            one(
                &mut program,
                "path_create_directory",
                &format!("{path}/new")
            ),
            0
        );
        assert_ne!(one(&mut program, "path_unlink_file", path), 0);
        assert_ne!(one(&mut program, "path_remove_directory", path), 0);
        for name in ["path_rename", "path_link"] {
            assert_ne!(two(&mut program, name, path, "taken"), 0, "{name} {path}");
            assert_ne!(two(&mut program, name, "file", path), 0, "{name} {path}");
        }
        assert_ne!(two(&mut program, "path_symlink", "x", path), 0);
    }
    assert_eq!(program.open("../secret", 0, 0), Err(errno::PERM));
    assert_eq!(program.open(&absolute, 0, 0), Err(errno::PERM));
    assert_eq!(std::fs::read(&secret).unwrap(), b"secret");
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 2);
    // What goes up and stays inside is no harm.
    assert!(program.open("sub/../file", 0, 0).is_ok());
}

#[test]
#[cfg(unix)]
fn links_lead_nowhere_outside() {
    let (folder, mut program) = sandbox();
    let inside = folder.path().join("in");
    let link =
        |target: &Path, name: &str| std::os::unix::fs::symlink(target, inside.join(name)).unwrap();
    link(Path::new("../secret"), "out");
    link(&folder.path().join("secret"), "absolute");
    link(Path::new(".."), "up");
    link(Path::new("sub/deep"), "good");
    link(Path::new("loop"), "loop");
    link(Path::new("nowhere"), "dangling");
    for path in ["out", "absolute", "up/secret", "up"] {
        assert_eq!(program.open(path, 0, 0), Err(errno::PERM), "{path}");
        assert_eq!(stat(&mut program, path, true), Err(errno::PERM), "{path}");
    }
    assert_eq!(program.open("out", CREATE | TRUNCATE, 0), Err(errno::PERM));
    let fd = program.open("good", 0, 0).unwrap();
    assert_eq!(program.read(fd, 9).unwrap(), b"deep");
    assert_eq!(program.open_with("good", 0, 0, READ, 0), Err(errno::LOOP));
    assert_eq!(program.open("loop", 0, 0), Err(errno::LOOP));
    assert_eq!(program.open("dangling", 0, 0), Err(errno::NOENT));
    assert_eq!(stat(&mut program, "good", true), Ok((4, 4)));
    assert_eq!(stat(&mut program, "good", false).unwrap().0, 7);
    assert_eq!(stat(&mut program, "dangling", false).unwrap().0, 7);
    // A link is removed, and not what it leads to.
    assert_eq!(one(&mut program, "path_unlink_file", "out"), 0);
    assert_eq!(
        std::fs::read(folder.path().join("secret")).unwrap(),
        b"secret"
    );
}

#[test]
#[cfg(unix)]
fn links_are_made_and_read() {
    let (folder, mut program) = sandbox();
    assert_eq!(two(&mut program, "path_symlink", "sub/deep", "link"), 0);
    assert_eq!(
        two(&mut program, "path_symlink", "sub/deep", "link"),
        errno::EXIST
    );
    assert_eq!(
        two(&mut program, "path_symlink", "/etc", "bad"),
        errno::PERM
    );
    let [at, length] = program.put("link");
    program.ok("path_readlink", &[3, at, length, 1024, 64, u64::from(OUT)]);
    assert_eq!(
        (program.u32(OUT), program.bytes(1024, 8)),
        (8, &b"sub/deep"[..])
    );
    program.poke(1024, &[0; 8]);
    program.ok("path_readlink", &[3, at, length, 1024, 3, u64::from(OUT)]);
    assert_eq!(
        (program.u32(OUT), program.bytes(1024, 4)),
        (3, &b"sub\0"[..])
    );
    let [at, length] = program.put("file");
    assert_eq!(
        program.call("path_readlink", &[3, at, length, 1024, 9, 0]),
        errno::INVAL
    );
    // A link may say what leads out; it is refused when it is followed.
    assert_eq!(two(&mut program, "path_symlink", "../secret", "out"), 0);
    assert_eq!(program.open("out", 0, 0), Err(errno::PERM));
    assert!(folder.path().join("in/link").is_symlink());
}

#[test]
fn opening_makes_empties_and_insists() {
    let (folder, mut program) = sandbox();
    assert_eq!(program.open("new", 0, 0), Err(errno::NOENT));
    let fd = program.open("new", CREATE | EXCLUSIVE, 0).unwrap();
    assert_eq!(program.write(fd, "x"), Ok(1));
    assert_eq!(
        program.open("new", CREATE | EXCLUSIVE, 0),
        Err(errno::EXIST)
    );
    assert!(program.open("new", CREATE, 0).is_ok());
    assert_eq!(std::fs::read(folder.path().join("in/new")).unwrap(), b"x");
    program.open("new", TRUNCATE, 0).unwrap();
    assert_eq!(std::fs::read(folder.path().join("in/new")).unwrap(), b"");
    assert_eq!(program.open("file", DIRECTORY, 0), Err(errno::NOTDIR));
    assert_eq!(program.open("file/", 0, 0), Err(errno::NOTDIR));
    assert_eq!(program.open("file/x", 0, 0), Err(errno::NOTDIR));
    assert_eq!(
        program.open("new", CREATE | DIRECTORY, 0),
        Err(errno::INVAL)
    );
    assert_eq!(program.open("new", 16, 0), Err(errno::INVAL));
    assert_eq!(program.open("", 0, 0), Err(errno::NOENT));
    assert_eq!(program.open("a\0b", 0, 0), Err(errno::INVAL));
    assert_eq!(program.open_with("file", 2, 0, READ, 0), Err(errno::INVAL));
    // A directory is opened to be looked at, and not to be written.
    let read = READ | 1 << 14;
    let fd = program.open_with("sub", 1, DIRECTORY, read, 0).unwrap();
    assert_eq!(program.read(fd, 1), Err(errno::ISDIR));
    assert!(program.open_with("sub", 1, 0, read, 0).is_ok());
    assert_eq!(program.open("sub", 0, 0), Err(errno::ISDIR));
    assert_eq!(program.open("sub", TRUNCATE, 0), Err(errno::ISDIR));
}

#[test]
fn a_file_that_was_opened_to_be_read_is_not_written() {
    let (_folder, mut program) = sandbox();
    let fd = program.open_with("file", 1, 0, READ, 0).unwrap();
    assert_eq!(program.write(fd, "x"), Err(errno::NOTCAPABLE));
    let fd = program.open_with("made", 1, CREATE, READ, 0).unwrap();
    assert_eq!(program.write(fd, "x"), Err(errno::NOTCAPABLE));
}

#[test]
fn directories_are_made_and_removed() {
    let (_folder, mut program) = sandbox();
    assert_eq!(one(&mut program, "path_create_directory", "made"), 0);
    assert_eq!(
        one(&mut program, "path_create_directory", "made"),
        errno::EXIST
    );
    assert_eq!(one(&mut program, "path_create_directory", "slash/"), 0);
    assert_eq!(
        one(&mut program, "path_create_directory", "no/where"),
        errno::NOENT
    );
    assert_eq!(
        one(&mut program, "path_remove_directory", "sub"),
        errno::NOTEMPTY
    );
    assert_eq!(
        one(&mut program, "path_remove_directory", "file"),
        errno::NOTDIR
    );
    assert_eq!(one(&mut program, "path_remove_directory", "made"), 0);
    assert_eq!(one(&mut program, "path_remove_directory", "slash/"), 0);
    assert_eq!(
        one(&mut program, "path_remove_directory", "made"),
        errno::NOENT
    );
    assert_eq!(one(&mut program, "path_unlink_file", "sub"), errno::ISDIR);
    assert_eq!(
        one(&mut program, "path_unlink_file", "file/"),
        errno::NOTDIR
    );
    assert_eq!(one(&mut program, "path_unlink_file", "file"), 0);
    assert_eq!(one(&mut program, "path_unlink_file", "file"), errno::NOENT);
}

#[test]
fn names_change() {
    let (folder, mut program) = sandbox();
    let root = folder.path().join("in");
    assert_eq!(two(&mut program, "path_rename", "file", "sub/moved"), 0);
    assert_eq!(std::fs::read(root.join("sub/moved")).unwrap(), b"text");
    assert_eq!(two(&mut program, "path_rename", "sub/moved", "sub/deep"), 0);
    assert_eq!(std::fs::read(root.join("sub/deep")).unwrap(), b"text");
    assert_eq!(
        two(&mut program, "path_rename", "nowhere", "x"),
        errno::NOENT
    );
    assert_eq!(one(&mut program, "path_create_directory", "empty"), 0);
    assert_eq!(
        two(&mut program, "path_rename", "empty", "sub"),
        errno::NOTEMPTY
    );
    assert_eq!(
        two(&mut program, "path_rename", "sub/deep", "empty"),
        errno::ISDIR
    );
    assert_eq!(
        two(&mut program, "path_rename", "empty", "sub/deep"),
        errno::NOTDIR
    );
    assert_eq!(two(&mut program, "path_link", "sub/deep", "second"), 0);
    assert_eq!(
        two(&mut program, "path_link", "sub/deep", "second"),
        errno::EXIST
    );
    assert_eq!(stat(&mut program, "second", true), Ok((4, 4)));
    assert_eq!(program.u64(24), 2);
    assert_eq!(two(&mut program, "path_link", "sub", "third"), errno::PERM);
}

#[test]
fn times_of_paths() {
    let (_folder, mut program) = sandbox();
    let [at, length] = program.put("file");
    program.ok("path_filestat_set_times", &[3, 1, at, length, 11, 22, 5]);
    assert!(stat(&mut program, "file", true).is_ok());
    assert_eq!((program.u64(40), program.u64(48)), (11, 22));
    let wrong = [3, 1, at, length, 0, 0, 3];
    assert_eq!(
        program.call("path_filestat_set_times", &wrong),
        errno::INVAL
    );
    let [at, length] = program.put("nowhere");
    let nowhere = [3, 1, at, length, 0, 0, 5];
    assert_eq!(
        program.call("path_filestat_set_times", &nowhere),
        errno::NOENT
    );
}

#[test]
fn nothing_changes_in_a_read_only_folder() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    std::fs::write(folder.path().join("file"), "text").unwrap();
    let builder = Context::builder()
        .preopen(folder.path(), "/", Access::ReadOnly)
        .unwrap();
    let mut program = Program::new(builder);
    let fd = program.open_with("file", 1, 0, READ, 0).unwrap();
    assert_eq!(program.read(fd, 9).unwrap(), b"text");
    assert_eq!(
        program.call("fd_filestat_set_times", &[fd, 0, 0, 5]),
        errno::NOTCAPABLE
    );
    assert_eq!(program.open("file", 0, 0), Err(errno::ROFS));
    assert_eq!(program.open("file", TRUNCATE, 0), Err(errno::ROFS));
    assert_eq!(
        program.open_with("new", 1, CREATE, READ, 0),
        Err(errno::ROFS)
    );
    assert!(program.open_with("file", 1, CREATE, READ, 0).is_ok());
    for name in [
        "path_create_directory",
        "path_remove_directory",
        "path_unlink_file",
    ] {
        assert_eq!(one(&mut program, name, "sub"), errno::ROFS, "{name}");
    }
    for name in ["path_rename", "path_link", "path_symlink"] {
        assert_eq!(
            two(&mut program, name, "file", "other"),
            errno::ROFS,
            "{name}"
        );
    }
    let [at, length] = program.put("file");
    let times = [3, 1, at, length, 0, 0, 5];
    assert_eq!(program.call("path_filestat_set_times", &times), errno::ROFS);
    // The same through a directory that was opened in it.
    let sub = program
        .open_with("sub", 1, DIRECTORY, !(1 << 6), 0)
        .unwrap();
    let [at, length] = program.put("new");
    assert_eq!(
        program.call("path_create_directory", &[sub, at, length]),
        errno::ROFS
    );
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 2);
}

/// Somebody puts a link that leads out in the place of a folder, over and over.
#[test]
#[cfg(unix)]
fn a_folder_that_becomes_a_link_lets_nothing_out() {
    let (folder, mut program) = sandbox();
    let root = folder.path().join("in");
    std::fs::write(root.join("sub/secret"), "inside").unwrap();
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let ended = std::sync::Arc::clone(&stop);
    let racer = std::thread::spawn(move || {
        while !ended.load(std::sync::atomic::Ordering::Relaxed) {
            std::fs::rename(root.join("sub"), root.join("away")).unwrap();
            std::os::unix::fs::symlink("..", root.join("sub")).unwrap();
            std::fs::remove_file(root.join("sub")).unwrap();
            std::fs::rename(root.join("away"), root.join("sub")).unwrap();
        }
    });
    let mut opened = 0;
    for _ in 0..2000 {
        if let Ok(fd) = program.open_with("sub/secret", 1, 0, READ, 0) {
            let mut seen = [0; 9];
            program.poke(2048, &seen);
            let [spans, count] = [512, 1];
            program.poke(512, &[0, 8, 0, 0, 9, 0, 0, 0]);
            program.ok("fd_read", &[fd, spans, count, u64::from(OUT)]);
            seen.copy_from_slice(program.bytes(2048, 9));
            assert_eq!(&seen[..6], b"inside");
            program.ok("fd_close", &[fd]);
            opened += 1;
        }
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    racer.join().unwrap();
    assert!(opened > 0);
}
