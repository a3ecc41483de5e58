use tempfile::TempDir;
use wasmrun_wasi::{Access, Context, is_provided};

use crate::program::{FUNCTIONS, OUT, Program, errno};

/// The functions of `wasi_unstable`, which has no `sock_accept`.
fn program(folder: &TempDir) -> Program {
    let functions: Vec<_> = FUNCTIONS
        .iter()
        .copied()
        .filter(|(name, _)| *name != "sock_accept")
        .collect();
    let builder = Context::builder()
        .preopen(folder.path(), "/", Access::ReadWrite)
        .unwrap();
    Program::with(builder, "wasi_unstable", &functions)
}

#[test]
fn layouts_are_its_own() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "0123456789").unwrap();
    std::fs::hard_link(folder.path().join("file"), folder.path().join("second")).unwrap();
    let mut program = program(&folder);
    let fd = program.open("file", 0, 0).unwrap();
    program.ok("fd_filestat_set_times", &[fd, 7, 8, 5]);
    let [at, length] = program.put("file");
    for by_path in [false, true] {
        program.poke(0, &[0xff; 64]);
        match by_path {
            true => program.ok("path_filestat_get", &[3, 1, at, length, 0]),
            false => program.ok("fd_filestat_get", &[fd, 0]),
        }
        assert_eq!((program.bytes(16, 1), program.u32(20)), (&[4][..], 2));
        assert_eq!(
            (program.u64(24), program.u64(32), program.u64(40)),
            (10, 7, 8)
        );
        assert_eq!(program.bytes(56, 8), [0xff; 8]);
    }
    // Where it counts from: 0 here, 1 the end, 2 the start.
    for (offset, whence, place) in [(4, 2, 4), (2, 0, 6), (-1i64, 1, 9)] {
        program.ok("fd_seek", &[fd, offset.cast_unsigned(), whence, 0]);
        assert_eq!(program.u64(0), place);
    }
    assert_eq!(program.call("fd_seek", &[fd, 0, 3, 0]), errno::INVAL);
}

#[test]
fn clocks_have_a_number_of_their_own() {
    let folder = TempDir::new().unwrap();
    let mut program = program(&folder);
    // The monotonic clock (32 bits at 24), a thousandth of a second (64 bits at 32).
    let mut raw = [0; 56];
    raw[0] = 7;
    raw[24] = 1;
    raw[32..40].copy_from_slice(&1_000_000u64.to_le_bytes());
    let [at, _] = program.put(raw);
    program.ok("poll_oneoff", &[at, 16384, 1, u64::from(OUT)]);
    assert_eq!(program.u32(OUT), 1);
    assert_eq!((program.u64(16384), program.u16(16392)), (7, 0));
}

#[test]
fn accepting_came_later() {
    assert!(is_provided("wasi_snapshot_preview1", "sock_accept"));
    assert!(!is_provided("wasi_unstable", "sock_accept"));
    assert!(is_provided("wasi_unstable", "sock_recv"));
}
