use wasmrun_wasi::Context;

use crate::program::{OUT, Program, errno};

#[test]
fn arguments_are_as_they_were_given() {
    let builder = Context::builder()
        .args(["prog", "", "two words", "n\u{fc}l"])
        .arg(b"cut\0off".to_vec());
    let mut program = Program::new(builder);
    program.ok("args_sizes_get", &[0, 4]);
    let (count, size) = (program.u32(0), program.u32(4) as usize);
    assert_eq!((count, size), (5, 5 + 1 + 10 + 5 + 4));
    program.ok("args_get", &[u64::from(OUT), 1024]);
    assert_eq!(
        program.bytes(1024, size),
        "prog\0\0two words\0n\u{fc}l\0cut\0".as_bytes()
    );
    assert_eq!(
        [program.u32(OUT), program.u32(OUT + 4), program.u32(OUT + 8)],
        [1024, 1029, 1030]
    );
}

#[test]
fn addresses_are_checked() {
    let mut program = Program::new(Context::builder().args(["prog", "x"]));
    let end = 2 * 65536;
    for at in [end, end - 3, u64::from(u32::MAX)] {
        assert_eq!(program.call("args_sizes_get", &[at, 0]), errno::FAULT);
        assert_eq!(program.call("args_sizes_get", &[0, at]), errno::FAULT);
        assert_eq!(program.call("args_get", &[at, 0]), errno::FAULT);
        assert_eq!(program.call("args_get", &[0, at]), errno::FAULT);
    }
}
