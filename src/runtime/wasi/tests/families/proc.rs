use wasmrun_core::{Engine, Linker, Module, Store};
use wasmrun_wasi::{Context, Exit};

use crate::program::{Program, errno};

#[test]
fn an_exit_code_comes_out_as_it_went_in() {
    for module in ["wasi_snapshot_preview1", "wasi_unstable"] {
        for code in [0, 1, 127, 255, 256, u32::MAX] {
            let text = format!(
                r#"(module (import "{module}" "proc_exit" (func (param i32))) (memory (export "memory") 0)
                (func (export "run") (call 0 (i32.const {}))))"#,
                code as i32
            );
            let engine = Engine::default();
            let mut linker: Linker<Context> = Linker::new(&engine);
            wasmrun_wasi::add_to_linker(&mut linker, |context| context);
            let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
            let mut store = Store::new(&engine, Context::builder().build());
            let instance = linker.instantiate(&mut store, &module).unwrap();
            let run = instance.func(&store, "run").unwrap();
            let error = run.call(&mut store, &[], &mut []).unwrap_err();
            assert_eq!(error.downcast_ref::<Exit>(), Some(&Exit(code)));
        }
    }
}

#[test]
fn signals_do_what_they_usually_do() {
    let mut program = Program::new(Context::builder());
    // none, chld, cont, urg, winch: nothing
    for signal in [0, 16, 17, 22, 27] {
        program.ok("proc_raise", &[signal]);
    }
    // stop, tstp
    for signal in [18, 19] {
        assert_eq!(program.call("proc_raise", &[signal]), errno::NOTSUP);
    }
    // int, abrt, kill, term
    for signal in [2, 6, 9, 15] {
        let error = program.try_call("proc_raise", &[signal]).unwrap_err();
        assert_eq!(
            error.downcast_ref::<Exit>(),
            Some(&Exit(128 + signal as u32))
        );
    }
    assert_eq!(program.call("proc_raise", &[31]), errno::INVAL);
}

#[test]
fn a_program_without_a_memory_is_told_so() {
    let text = r#"(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
        (func (export "run") (drop (call 0))))"#;
    let engine = Engine::default();
    let mut linker: Linker<Context> = Linker::new(&engine);
    wasmrun_wasi::add_to_linker(&mut linker, |context| context);
    let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    let mut store = Store::new(&engine, Context::builder().build());
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let run = instance.func(&store, "run").unwrap();
    let error = run.call(&mut store, &[], &mut []).unwrap_err();
    assert!(
        error.to_string().contains("no memory called `memory`"),
        "{error}"
    );
}
