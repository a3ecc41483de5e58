use std::time::{SystemTime, UNIX_EPOCH};

use wasmrun_wasi::Context;

use crate::program::{Program, errno};

#[test]
fn clocks_show_times() {
    let mut program = Program::new(Context::builder());
    let now = || {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_nanos() as u64
    };
    let before = now();
    program.ok("clock_time_get", &[0, 0, 0]);
    assert!((before..=now()).contains(&program.u64(0)));
    let mut monotonic = Vec::new();
    for _ in 0..3 {
        program.ok("clock_time_get", &[1, 1000, 0]);
        monotonic.push(program.u64(0));
    }
    assert!(monotonic.is_sorted());
    for clock in 0..2 {
        program.ok("clock_res_get", &[clock, 0]);
        assert!(program.u64(0) > 0);
    }
}

#[test]
#[cfg(unix)]
fn processor_clocks_go_on_with_work() {
    let mut program = Program::new(Context::builder());
    for clock in [2, 3] {
        program.ok("clock_time_get", &[clock, 0, 0]);
        let before = program.u64(0);
        while program.u64(0) == before {
            program.ok("clock_time_get", &[clock, 0, 0]);
        }
        assert!(program.u64(0) > before);
    }
}

#[test]
fn other_clocks_are_refused() {
    let mut program = Program::new(Context::builder());
    assert_eq!(program.call("clock_time_get", &[4, 0, 0]), errno::INVAL);
    assert_eq!(
        program.call("clock_res_get", &[u64::from(u32::MAX), 0]),
        errno::INVAL
    );
    assert_eq!(
        program.call("clock_time_get", &[0, 0, 0xffff_fff8]),
        errno::FAULT
    );
}
