use std::io::Write;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use wasmrun_wasi::{Access, Context, Stdin, Stdout};

use crate::program::{OUT, Program, errno};

/// Rights.
const READ: u64 = 1 << 1;
const SEEK: u64 = 1 << 2;
const WRITE: u64 = 1 << 6;

const CREATE: u64 = 1;
const TRUNCATE: u64 = 8;

/// Flags.
const APPEND: u64 = 1;
const NONBLOCK: u64 = 4;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn streams_are_those_of_the_host() {
    let kept = Kept::default();
    let builder = Context::builder()
        .stdin(Stdin::Reader(Box::new(&b"input"[..])))
        .stdout(Stdout::Writer(Box::new(kept.clone())));
    let mut program = Program::new(builder);
    assert_eq!(program.read(0, 3).unwrap(), b"inp");
    assert_eq!(program.read(0, 10).unwrap(), b"ut");
    assert_eq!(program.read(0, 10).unwrap(), b"");
    assert_eq!(program.write(1, "output"), Ok(6));
    assert_eq!(program.write(2, "nowhere"), Ok(7));
    assert_eq!(*kept.0.lock().unwrap(), b"output");
    assert_eq!(program.write(0, "x"), Err(errno::NOTCAPABLE));
    assert_eq!(program.read(1, 1), Err(errno::NOTCAPABLE));
    assert_eq!(program.read(3, 1), Err(errno::BADF));
    assert_eq!(program.call("fd_seek", &[0, 0, 0, 0]), errno::SPIPE);
    assert_eq!(program.call("fd_tell", &[1, 0]), errno::SPIPE);
}

#[test]
fn parts_are_written_and_read_in_order() {
    let folder = TempDir::new().unwrap();
    let mut program = Program::in_folder(folder.path());
    let fd = program.open("file", CREATE, 0).unwrap();
    let [a, _] = program.put("hello, ");
    let [b, _] = program.put("world");
    let mut rows = Vec::new();
    for (at, length) in [(a, 7u32), (0, 0), (b, 5)] {
        rows.extend((at as u32).to_le_bytes());
        rows.extend(length.to_le_bytes());
    }
    let [rows, _] = program.put(rows);
    program.ok("fd_write", &[fd, rows, 3, u64::from(OUT)]);
    assert_eq!(program.u32(OUT), 12);
    assert_eq!(
        std::fs::read(folder.path().join("file")).unwrap(),
        b"hello, world"
    );
    program.poke(a as u32, &[0; 7]);
    program.poke(b as u32, &[0; 5]);
    program.ok("fd_pread", &[fd, rows, 3, 1, u64::from(OUT)]);
    assert_eq!(program.u32(OUT), 11);
    assert_eq!(
        (program.bytes(a as u32, 7), program.bytes(b as u32, 5)),
        (&b"ello, w"[..], &b"orld\0"[..])
    );
}

#[test]
fn places_in_files() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "0123456789").unwrap();
    let mut program = Program::in_folder(folder.path());
    let fd = program.open("file", 0, 0).unwrap();
    let mut seek = |offset: i64, whence: u64| {
        let errno = program.call("fd_seek", &[fd, offset.cast_unsigned(), whence, 0]);
        if errno == 0 {
            Ok(program.u64(0))
        } else {
            Err(errno)
        }
    };
    assert_eq!(seek(4, 0), Ok(4));
    assert_eq!(seek(2, 1), Ok(6));
    assert_eq!(seek(-1, 2), Ok(9));
    assert_eq!(seek(-100, 1), Err(errno::INVAL));
    assert_eq!(seek(-1, 0), Err(errno::INVAL));
    assert_eq!(seek(0, 3), Err(errno::INVAL));
    assert_eq!(seek(100, 0), Ok(100));
    assert_eq!(program.read(fd, 4).unwrap(), b"");
    program.ok("fd_seek", &[fd, 3, 0, 0]);
    assert_eq!(program.read(fd, 2).unwrap(), b"34");
    program.ok("fd_tell", &[fd, 0]);
    assert_eq!(program.u64(0), 5);
    // Beyond the end a file is filled with zeros.
    program.ok("fd_seek", &[fd, 12, 0, 0]);
    assert_eq!(program.write(fd, "x"), Ok(1));
    assert_eq!(
        std::fs::read(folder.path().join("file")).unwrap(),
        b"0123456789\0\0x"
    );
}

#[test]
fn what_appends_writes_at_the_end() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("log"), "one ").unwrap();
    let mut program = Program::in_folder(folder.path());
    let fd = program.open("log", CREATE, APPEND).unwrap();
    program.ok("fd_seek", &[fd, 0, 0, 0]);
    assert_eq!(program.write(fd, "two "), Ok(4));
    std::fs::write(folder.path().join("other"), "").unwrap();
    program.ok("fd_fdstat_get", &[fd, 0]);
    assert_eq!((program.bytes(0, 1), program.u16(2)), (&[4][..], 1));
    // Without the flag it writes where it stands.
    #[cfg(unix)]
    {
        program.ok("fd_fdstat_set_flags", &[fd, 0]);
        program.ok("fd_seek", &[fd, 0, 0, 0]);
        assert_eq!(program.write(fd, "ONE"), Ok(3));
        assert_eq!(
            std::fs::read(folder.path().join("log")).unwrap(),
            b"ONE two "
        );
    }
}

#[test]
fn flags_are_kept_and_checked() {
    let folder = TempDir::new().unwrap();
    let mut program = Program::in_folder(folder.path());
    let fd = program.open("file", CREATE, 0).unwrap();
    for flags in [2, NONBLOCK, 8, 16, 30] {
        program.ok("fd_fdstat_set_flags", &[fd, flags]);
        program.ok("fd_fdstat_get", &[fd, 0]);
        assert_eq!(u64::from(program.u16(2)), flags);
        assert_eq!(program.write(fd, "x"), Ok(1));
    }
    assert_eq!(program.call("fd_fdstat_set_flags", &[fd, 32]), errno::INVAL);
    assert_eq!(program.call("fd_fdstat_set_flags", &[99, 0]), errno::BADF);
    assert_eq!(program.open("other", CREATE, 32), Err(errno::INVAL));
}

#[test]
fn rights_can_be_given_up_and_not_taken_back() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "text").unwrap();
    let mut program = Program::in_folder(folder.path());
    let fd = program.open("file", 0, 0).unwrap();
    program.ok("fd_fdstat_set_rights", &[fd, READ | SEEK, 0]);
    assert_eq!(program.write(fd, "x"), Err(errno::NOTCAPABLE));
    assert_eq!(
        program.call("fd_filestat_set_size", &[fd, 0]),
        errno::NOTCAPABLE
    );
    assert_eq!(program.call("fd_sync", &[fd]), errno::NOTCAPABLE);
    assert_eq!(program.read(fd, 4).unwrap(), b"text");
    assert_eq!(
        program.call("fd_fdstat_set_rights", &[fd, READ | WRITE, 0]),
        errno::NOTCAPABLE
    );
    // A directory passes on what it has itself.
    program.ok("fd_fdstat_set_rights", &[3, 1 << 13, READ]);
    assert_eq!(
        program.open_with("file", 1, 0, READ | WRITE, 0),
        Err(errno::NOTCAPABLE)
    );
    let fd = program.open_with("file", 1, 0, READ | SEEK, 0).unwrap();
    program.ok("fd_fdstat_get", &[fd, 0]);
    assert_eq!(program.u64(8), READ);
    assert_eq!(program.open("new", CREATE, 0), Err(errno::NOTCAPABLE));
}

#[test]
fn sizes_change() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, "0123456789").unwrap();
    let mut program = Program::in_folder(folder.path());
    let fd = program.open("file", 0, 0).unwrap();
    program.ok("fd_filestat_set_size", &[fd, 4]);
    assert_eq!(std::fs::read(&path).unwrap(), b"0123");
    program.ok("fd_filestat_set_size", &[fd, 6]);
    assert_eq!(std::fs::read(&path).unwrap(), b"0123\0\0");
    program.ok("fd_allocate", &[fd, 10, 10]);
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 20);
    program.ok("fd_allocate", &[fd, 0, 1]);
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 20);
    assert_eq!(program.call("fd_allocate", &[fd, 0, 0]), errno::INVAL);
    assert_eq!(program.call("fd_allocate", &[fd, u64::MAX, 1]), errno::FBIG);
    assert_eq!(
        program.call("fd_filestat_set_size", &[fd, u64::MAX]),
        errno::INVAL
    );
    // A file with a hole takes no room.
    program.ok("fd_filestat_set_size", &[fd, 1 << 40]);
    program.ok("fd_filestat_get", &[fd, 0]);
    assert_eq!(program.u64(32), 1 << 40);
    let fd = program.open("file", TRUNCATE, 0).unwrap();
    program.ok("fd_filestat_get", &[fd, 0]);
    assert_eq!(program.u64(32), 0);
}

#[test]
fn times_change() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let mut program = Program::in_folder(folder.path());
    let fd = program.open("file", 0, 0).unwrap();
    program.ok(
        "fd_filestat_set_times",
        &[fd, 1_000_000_007, 2_000_000_009, 1 | 4],
    );
    program.ok("fd_filestat_get", &[fd, 0]);
    assert_eq!(
        (program.u64(40), program.u64(48)),
        (1_000_000_007, 2_000_000_009)
    );
    // Only the second, to the present.
    program.ok("fd_filestat_set_times", &[fd, 5, 5, 8]);
    program.ok("fd_filestat_get", &[fd, 0]);
    assert_eq!(program.u64(40), 1_000_000_007);
    assert!(program.u64(48) > 1_600_000_000_000_000_000);
    for wrong in [3, 12, 16] {
        assert_eq!(
            program.call("fd_filestat_set_times", &[fd, 0, 0, wrong]),
            errno::INVAL
        );
    }
    program.ok("fd_filestat_set_times", &[3, 0, 77, 4]);
    program.ok("fd_filestat_get", &[3, 0]);
    assert_eq!((program.bytes(16, 1), program.u64(48)), (&[3][..], 77));
}

#[test]
fn what_is_known_of_files() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "text").unwrap();
    std::fs::hard_link(folder.path().join("file"), folder.path().join("second")).unwrap();
    let mut program = Program::in_folder(folder.path());
    let fd = program.open("file", 0, 0).unwrap();
    program.ok("fd_filestat_get", &[fd, 0]);
    let first = program.bytes(0, 64).to_vec();
    let fd = program.open("second", 0, 0).unwrap();
    program.ok("fd_filestat_get", &[fd, 0]);
    assert_eq!(program.bytes(0, 64), first);
    assert_ne!(program.u64(8), 0);
    assert_eq!(
        (program.bytes(16, 1), program.u64(24), program.u64(32)),
        (&[4][..], 2, 4)
    );
    program.ok("fd_filestat_get", &[0, 0]);
    assert_eq!(program.call("fd_filestat_get", &[99, 0]), errno::BADF);
    assert_eq!(
        program.call("fd_filestat_get", &[fd, 2 * 65536 - 63]),
        errno::FAULT
    );
}

#[test]
fn folders_of_the_host_have_names() {
    let folder = TempDir::new().unwrap();
    let builder = Context::builder()
        .preopen(folder.path(), "/data", Access::ReadWrite)
        .unwrap()
        .preopen(folder.path(), ".", Access::ReadOnly)
        .unwrap();
    let mut program = Program::new(builder);
    for (fd, name) in [(3, "/data"), (4, ".")] {
        program.ok("fd_prestat_get", &[fd, 0]);
        assert_eq!(
            (program.bytes(0, 1), program.u32(4)),
            (&[0][..], name.len() as u32)
        );
        program.ok("fd_prestat_dir_name", &[fd, 8, name.len() as u64]);
        assert_eq!(program.bytes(8, name.len()), name.as_bytes());
        assert_eq!(
            program.call("fd_prestat_dir_name", &[fd, 8, 0]),
            errno::NAMETOOLONG
        );
    }
    for fd in [0, 5] {
        assert_eq!(program.call("fd_prestat_get", &[fd, 0]), errno::BADF);
        assert_eq!(
            program.call("fd_prestat_dir_name", &[fd, 0, 9]),
            errno::BADF
        );
    }
}

#[test]
fn descriptors_are_closed_and_renumbered() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("a"), "a").unwrap();
    std::fs::write(folder.path().join("b"), "b").unwrap();
    let mut program = Program::in_folder(folder.path());
    let (a, b) = (
        program.open("a", 0, 0).unwrap(),
        program.open("b", 0, 0).unwrap(),
    );
    assert_eq!((a, b), (4, 5));
    program.ok("fd_renumber", &[b, a]);
    assert_eq!(program.read(a, 9).unwrap(), b"b");
    assert_eq!(program.read(b, 9), Err(errno::BADF));
    assert_eq!(program.call("fd_renumber", &[b, a]), errno::BADF);
    assert_eq!(program.call("fd_renumber", &[a, 99]), errno::BADF);
    program.ok("fd_renumber", &[a, a]);
    // The lowest free number comes first.
    assert_eq!(program.open("a", 0, 0), Ok(b));
    program.ok("fd_close", &[a]);
    assert_eq!(program.call("fd_close", &[a]), errno::BADF);
    assert_eq!(program.open("a", 0, 0), Ok(a));
    program.ok("fd_close", &[3]);
    assert_eq!(program.open("a", 0, 0), Err(errno::BADF));
}

#[test]
fn a_directory_is_no_file() {
    let folder = TempDir::new().unwrap();
    let mut program = Program::in_folder(folder.path());
    assert_eq!(program.read(3, 1), Err(errno::ISDIR));
    assert_eq!(program.write(3, "x"), Err(errno::BADF));
    assert_eq!(program.call("fd_seek", &[3, 0, 0, 0]), errno::BADF);
    assert_eq!(program.call("fd_filestat_set_size", &[3, 0]), errno::BADF);
    assert_eq!(program.call("fd_allocate", &[3, 0, 1]), errno::BADF);
    assert_eq!(program.call("fd_advise", &[3, 0, 1, 0]), errno::BADF);
    program.ok("fd_sync", &[3]);
    program.ok("fd_datasync", &[3]);
}

#[test]
fn advice_is_taken_or_refused() {
    let folder = TempDir::new().unwrap();
    let mut program = Program::in_folder(folder.path());
    let fd = program.open("file", CREATE, 0).unwrap();
    for advice in 0..6 {
        program.ok("fd_advise", &[fd, 0, 0, advice]);
    }
    assert_eq!(program.call("fd_advise", &[fd, 0, 0, 6]), errno::INVAL);
    assert_eq!(
        program.call("fd_advise", &[fd, u64::MAX, 0, 0]),
        errno::INVAL
    );
    assert_eq!(program.call("fd_advise", &[0, 0, 0, 0]), errno::NOTCAPABLE);
    program.ok("fd_sync", &[fd]);
    program.ok("fd_datasync", &[fd]);
}

#[test]
fn positioned_reads_and_writes_stay_where_they_are() {
    let folder = TempDir::new().unwrap();
    let mut program = Program::in_folder(folder.path());
    let fd = program.open("file", CREATE, 0).unwrap();
    assert_eq!(program.write(fd, "0123456789"), Ok(10));
    let [at, length] = program.put("abc");
    let [spans, count] = program.span(at, length);
    program.ok("fd_pwrite", &[fd, spans, count, 2, u64::from(OUT)]);
    program.ok("fd_tell", &[fd, 0]);
    assert_eq!((program.u32(OUT), program.u64(0)), (3, 10));
    assert_eq!(
        std::fs::read(folder.path().join("file")).unwrap(),
        b"01abc56789"
    );
    let far = [fd, spans, count, 1 << 63, u64::from(OUT)];
    assert_eq!(program.call("fd_pread", &far), errno::INVAL);
    assert_eq!(program.call("fd_pwrite", &far), errno::INVAL);
}

#[test]
#[cfg(unix)]
fn a_pipe_that_nobody_reads_is_told() {
    let folder = TempDir::new().unwrap();
    let mut program = Program::in_folder(folder.path());
    struct Broken;
    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    assert!(!program.context().broken_pipe());
    let mut program = Program::new(Context::builder().stdout(Stdout::Writer(Box::new(Broken))));
    assert_eq!(program.write(1, "x"), Err(errno::PIPE));
    assert!(program.context().broken_pipe());
}
