use wasmrun_wasi::Context;

use crate::program::{Program, errno};

#[test]
fn bytes_are_filled_and_differ() {
    let mut program = Program::new(Context::builder());
    program.ok("random_get", &[64, 64]);
    program.ok("random_get", &[128, 64]);
    assert_ne!(program.bytes(64, 64), program.bytes(128, 64));
    assert_eq!(program.bytes(192, 64), [0; 64]);
    program.ok("random_get", &[0, 0]);
    program.ok("random_get", &[0, 2 * 65536]);
    assert_eq!(program.call("random_get", &[1, 2 * 65536]), errno::FAULT);
}
