//! Whatever a program passes, it gets an errno, and nothing outside is touched.

use std::fs;
use std::net::TcpListener;

use proptest::prelude::*;
use proptest::sample::select;
use tempfile::TempDir;
use wasmrun_wasi::{Access, Context, Errno, Stdin};

use crate::program::{FUNCTIONS, Program};

/// The memory's length, in bytes.
const MEMORY: u64 = 2 * 65536;

/// Where paths are put, and what they are.
const PATHS: &[(u32, &[u8])] = &[
    (4096, b"file"),
    (4128, b"sub"),
    (4160, b"sub/../file"),
    (4192, b"../canary"),
    (4224, b"link"),
    (4256, b"/etc/passwd"),
    (4288, b"out/canary"),
    (4320, b"new"),
    (4352, b"\xff\0\xfe"),
    (4384, b"sub/deep/"),
];

/// Where rows of buffers are put: one within memory, one partly beyond it, one
/// with a length that wraps.
const SPANS: &[(u32, [u32; 2])] = &[
    (5000, [8192, 16]),
    (5008, [MEMORY as u32 - 8, 64]),
    (5016, [u32::MAX, u32::MAX]),
];

/// Words as programs pass them: descriptors, flags, places in memory, and any.
fn word() -> impl Strategy<Value = u64> {
    let places: Vec<u64> = PATHS.iter().map(|(at, _)| u64::from(*at)).collect();
    let spans: Vec<u64> = SPANS.iter().map(|(at, _)| u64::from(*at)).collect();
    prop_oneof![
        6 => 0..12u64,
        4 => select(places),
        2 => select(spans),
        2 => 6000..8192u64,
        1 => MEMORY - 64..MEMORY + 64,
        1 => select(vec![u64::MAX, u64::from(u32::MAX), 1 << 31, 1 << 63, i64::MAX as u64]),
        1 => any::<u64>(),
    ]
}

fn calls() -> impl Strategy<Value = Vec<(&'static str, Vec<u64>)>> {
    let call = select(FUNCTIONS).prop_flat_map(|(name, params)| {
        (Just(name), proptest::collection::vec(word(), params.len()))
    });
    proptest::collection::vec(call, 1..24)
}

/// A program with a folder that has something in it, beside something that it must
/// not reach.
fn program(outside: &TempDir) -> Program {
    let folder = outside.path().join("inside");
    fs::create_dir_all(folder.join("sub/deep")).unwrap();
    fs::write(outside.path().join("canary"), "sings").unwrap();
    fs::write(folder.join("file"), "0123456789").unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../canary", folder.join("link")).unwrap();
        std::os::unix::fs::symlink("..", folder.join("out")).unwrap();
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let builder = Context::builder()
        .args(["program", "argument"])
        .env("NAME", "value")
        .stdin(Stdin::Reader(Box::new(&b"typed"[..])))
        .preopen(&folder, "/", Access::ReadWrite)
        .unwrap()
        .preopen(&folder, "/read", Access::ReadOnly)
        .unwrap()
        .listener(listener);
    let mut program = Program::new(builder);
    // It never waits.
    program.context().waker().unwrap().wake();
    for (at, path) in PATHS {
        program.poke(*at, path);
    }
    for (at, span) in SPANS {
        let raw: Vec<u8> = span.iter().flat_map(|word| word.to_le_bytes()).collect();
        program.poke(*at, &raw);
    }
    program
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_words_are_answered(calls in calls()) {
        let outside = TempDir::new().unwrap();
        let mut program = program(&outside);
        for (name, mut args) in calls {
            if name == "fd_allocate" {
                // It would really take the disk's room.
                args[1] &= 0xffff;
                args[2] &= 0xffff;
            }
            match program.try_call(name, &args) {
                Ok(errno) => prop_assert!(errno <= Errno::Notcapable as u16, "{name}: {errno}"),
                Err(error) => prop_assert!(error.downcast_ref::<wasmrun_wasi::Exit>().is_some(), "{name}: {error}"),
            }
        }
        drop(program);
        prop_assert_eq!(fs::read(outside.path().join("canary")).unwrap(), b"sings");
        let mut names: Vec<_> = fs::read_dir(outside.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        prop_assert_eq!(names, ["canary", "inside"]);
    }
}
