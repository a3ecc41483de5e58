use wasmrun_wasi::Context;

use crate::program::Program;

#[test]
fn others_run() {
    Program::new(Context::builder()).ok("sched_yield", &[]);
}
