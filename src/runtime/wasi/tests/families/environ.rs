use wasmrun_wasi::Context;

use crate::program::{OUT, Program};

#[test]
fn variables_are_those_that_were_given() {
    let builder = Context::builder()
        .env("A", "1")
        .env("B", "x=y")
        .env("A", "2");
    let mut program = Program::new(builder);
    program.ok("environ_sizes_get", &[0, 4]);
    assert_eq!((program.u32(0), program.u32(4)), (2, 6 + 4));
    program.ok("environ_get", &[u64::from(OUT), 1024]);
    assert_eq!(program.bytes(1024, 10), b"B=x=y\0A=2\0");
    assert_eq!((program.u32(OUT), program.u32(OUT + 4)), (1024, 1030));
}

#[test]
fn there_are_none_unless_they_are_given() {
    let mut program = Program::new(Context::builder());
    program.ok("environ_sizes_get", &[0, 4]);
    assert_eq!((program.u32(0), program.u32(4)), (0, 0));
    program.ok("environ_get", &[0, 0]);
}
