use tempfile::TempDir;

use crate::program::{OUT, Program, errno};

/// Name, kind and next cookie of each entry in a buffer; the last may be cut.
fn entries(raw: &[u8]) -> Vec<(String, u8, u64)> {
    let mut rest = raw;
    let mut found = Vec::new();
    while rest.len() >= 24 {
        let length = u32::from_le_bytes(*rest[16..].first_chunk().unwrap()) as usize;
        let Some(name) = rest.get(24..24 + length) else {
            break;
        };
        let next = u64::from_le_bytes(*rest.first_chunk().unwrap());
        found.push((String::from_utf8_lossy(name).into_owned(), rest[20], next));
        rest = &rest[24 + length..];
    }
    found
}

fn list(program: &mut Program, fd: u64, length: u64, cookie: u64) -> Vec<(String, u8, u64)> {
    program.ok("fd_readdir", &[fd, 8192, length, cookie, u64::from(OUT)]);
    entries(program.bytes(8192, program.u32(OUT) as usize))
}

#[test]
fn all_entries_are_listed_once() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    let mut program = Program::in_folder(folder.path());
    let mut found = list(&mut program, 3, 4096, 0);
    assert!(u64::from(program.u32(OUT)) < 4096);
    found.sort();
    let found: Vec<_> = found
        .iter()
        .map(|(name, kind, _)| (name.as_str(), *kind))
        .collect();
    assert_eq!(found, [(".", 3), ("..", 3), ("file", 4), ("folder", 3)]);
    assert!(list(&mut program, 3, 4096, 4).is_empty());
    assert!(list(&mut program, 3, 4096, u64::MAX).is_empty());
}

#[test]
fn a_small_buffer_is_filled_to_its_end() {
    let folder = TempDir::new().unwrap();
    for nth in 0..50 {
        std::fs::write(folder.path().join(format!("file-{nth:02}")), "").unwrap();
    }
    let mut program = Program::in_folder(folder.path());
    let (mut cookie, mut names) = (0, Vec::new());
    loop {
        let found = list(&mut program, 3, 100, cookie);
        names.extend(found.iter().map(|(name, ..)| name.clone()));
        match found.last() {
            Some((_, _, next)) => cookie = *next,
            None => break,
        }
        if program.u32(OUT) < 100 {
            break;
        }
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 52);
}

#[test]
fn cookies_stay_while_entries_come_and_go() {
    let folder = TempDir::new().unwrap();
    for name in ["a", "b", "c", "d"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let mut program = Program::in_folder(folder.path());
    let all = list(&mut program, 3, 4096, 0);
    for (name, ..) in &all {
        let _ = std::fs::remove_file(folder.path().join(name));
    }
    std::fs::write(folder.path().join("new"), "").unwrap();
    let rest = list(&mut program, 3, 4096, all[2].2);
    assert_eq!(rest, all[3..]);
    // From the start on it is looked at again.
    let names: Vec<_> = list(&mut program, 3, 4096, 0)
        .into_iter()
        .map(|(name, ..)| name)
        .collect();
    assert_eq!(names.len(), 3);
    assert!(names.contains(&"new".to_owned()));
}

#[test]
fn only_directories_are_listed() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let mut program = Program::in_folder(folder.path());
    let file = program.open("file", 0, 0).unwrap();
    assert_eq!(
        program.call("fd_readdir", &[file, 0, 0, 0, 0]),
        errno::NOTDIR
    );
    assert_eq!(program.call("fd_readdir", &[99, 0, 0, 0, 0]), errno::BADF);
    assert_eq!(
        program.call("fd_readdir", &[3, 2 * 65536, 1, 0, 0]),
        errno::FAULT
    );
    program.ok("fd_readdir", &[3, 0, 0, 0, u64::from(OUT)]);
    assert_eq!(program.u32(OUT), 0);
}

#[test]
#[cfg(target_os = "linux")]
fn names_need_not_be_unicode() {
    use std::os::unix::ffi::OsStrExt;
    let folder = TempDir::new().unwrap();
    let name = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    std::fs::write(folder.path().join(name), "text").unwrap();
    let mut program = Program::in_folder(folder.path());
    program.ok("fd_readdir", &[3, 8192, 4096, 0, u64::from(OUT)]);
    let raw = program.bytes(8192, program.u32(OUT) as usize);
    assert!(raw.windows(2).any(|pair| pair == b"\xff\xfe"));
    let [at, length] = program.put(b"\xff\xfe");
    program.ok("path_filestat_get", &[3, 0, at, length, 0]);
    assert_eq!(program.u64(32), 4);
}
