//! What a host can bound, and that it holds.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use wasmrun_core::{
    Call, Caller, Config, Engine, Error, ErrorKind, Extern, Instance, Limits, Linker, Module,
    Store, Trap, Val,
};

fn module(engine: &Engine, text: &str) -> Module {
    Module::new(engine, wat::parse_str(text).unwrap()).unwrap()
}

fn run<T: 'static>(store: &mut Store<T>, instance: Instance) -> Result<i32, Error> {
    let mut results = [Val::I32(0)];
    let func = instance.func(store, "run").unwrap();
    func.call(store, &[], &mut results)?;
    match results[0] {
        Val::I32(value) => Ok(value),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_interrupt_holds_for_what_is_called_afterwards() {
    let engine = Engine::new(Config::new().interruptible(true));
    let text = r#"(module (func (export "run") (result i32) (i32.const 1)))"#;
    let mut store = Store::new(&engine, ());
    let linker = Linker::new(&engine);
    let instance = linker.instantiate(&mut store, &module(&engine, text));
    let instance = instance.unwrap();
    assert_eq!(run(&mut store, instance).unwrap(), 1);
    let handle = store.interrupt_handle();
    handle.cancel();
    for _ in 0..3 {
        handle.sample();
        let error = run(&mut store, instance).unwrap_err();
        assert_eq!(error.trap(), Some(Trap::Interrupted));
    }
}

#[test]
fn a_sampler_sees_the_calls() {
    let engine = Engine::new(Config::new().interruptible(true));
    let text = r#"(module $m (import "host" "ask" (func $ask))
        (func $inner (call $ask) (loop))
        (func $outer (export "run") (result i32) (call $inner) (i32.const 1)))"#;
    let mut store = Store::new(&engine, ());
    let handle = store.interrupt_handle();
    let mut linker: Linker<()> = Linker::new(&engine);
    linker.wrap("host", "ask", move |_: Caller<'_, ()>| handle.sample());
    let instance = linker.instantiate(&mut store, &module(&engine, text));
    let instance = instance.unwrap();
    let samples = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&samples);
    store.set_sampler(move |calls: &[Call]| {
        let functions = calls.iter().map(|call| (call.instance, call.function));
        kept.lock().unwrap().push(functions.collect::<Vec<_>>());
    });
    for _ in 0..2 {
        assert_eq!(run(&mut store, instance).unwrap(), 1);
    }
    let seen = samples.lock().unwrap();
    let calls = [(instance, 1), (instance, 2)];
    assert_eq!(*seen, [calls, calls]);
}

#[test]
fn instances_and_tables_stay_within_their_limits() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    store.set_limits(Limits {
        instances: 2,
        table_elements: 10,
        ..Limits::default()
    });
    let linker = Linker::new(&engine);
    let large = module(&engine, "(module (table 11 funcref))");
    let refused = linker.instantiate(&mut store, &large).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::Limit(_)), "{refused}");
    let grows = r#"(module (table 9 funcref) (func (export "run") (result i32)
        (i32.add (i32.mul (i32.const 100) (table.grow (ref.null func) (i32.const 1)))
                 (table.grow (ref.null func) (i32.const 1)))))"#;
    let grows = module(&engine, grows);
    let instance = linker.instantiate(&mut store, &grows).unwrap();
    assert_eq!(run(&mut store, instance).unwrap(), 900 - 1);
    let refused = linker.instantiate(&mut store, &grows).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::Limit(_)), "{refused}");
}

#[test]
fn endless_tail_calls_between_instances_take_no_room() {
    let engine = Engine::new(Config::new().max_stack(64 << 10));
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    let table = "(module (table (export \"t\") 2 funcref))";
    let shared = linker.instantiate(&mut store, &module(&engine, table));
    linker.instance(&store, "shared", shared.unwrap());
    // Each counts down and goes on in the other.
    let of = |own: u32| {
        format!(
            r#"(module (import "shared" "t" (table 2 funcref)) (type $f (func (param i32) (result i32)))
            (func $f (type $f) (if (i32.eqz (local.get 0)) (then (unreachable)))
                (return_call_indirect (type $f) (i32.sub (local.get 0) (i32.const 1)) (i32.const {other})))
            (func (export "run") (result i32) (call $f (i32.const 3000000)))
            (elem (i32.const {own}) $f))"#,
            other = 1 - own
        )
    };
    let first = linker.instantiate(&mut store, &module(&engine, &of(0)));
    linker
        .instantiate(&mut store, &module(&engine, &of(1)))
        .unwrap();
    let error = run(&mut store, first.unwrap()).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::Unreachable));
    // The one that ended, and the one that called the first.
    assert_eq!(error.backtrace().len(), 2);
}

#[test]
fn a_host_and_code_that_call_each_other_end_in_a_trap() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, 0u32);
    let mut linker: Linker<u32> = Linker::new(&engine);
    linker.wrap("host", "again", |mut caller: Caller<'_, u32>| {
        *caller.data_mut() += 1;
        let Some(Extern::Func(run)) = caller.export("run") else {
            panic!("it is exported");
        };
        run.call(&mut caller, &[], &mut [Val::I32(0)])
    });
    let text = r#"(module (import "host" "again" (func $again))
        (func (export "run") (result i32) (call $again) (i32.const 1)))"#;
    let instance = linker.instantiate(&mut store, &module(&engine, text));
    let error = run(&mut store, instance.unwrap()).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::StackOverflow));
    assert_eq!(*store.data(), 200);
}

#[test]
fn a_function_has_as_many_locals_as_validation_allows() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let count = 49_990;
    let sets: String = (0..count)
        .map(|nth| format!("(local.set {nth} (i64.add (local.get {nth}) (i64.const {nth})))\n"))
        .collect();
    let sum: String = (0..count)
        .step_by(1000)
        .map(|nth| format!("(local.set $sum (i64.add (local.get $sum) (local.get {nth})))\n"))
        .collect();
    let locals = "i64 ".repeat(count);
    let text = format!(
        r#"(module (func (export "run") (result i32) (local {locals}) (local $v v128) (local $sum i64)
        {sets} {sum} (local.set $v (i64x2.splat (local.get $sum)))
        (i32.wrap_i64 (i64x2.extract_lane 1 (local.get $v)))))"#
    );
    let linker = Linker::new(&engine);
    let instance = linker.instantiate(&mut store, &module(&engine, &text));
    let expected: usize = (0..count).step_by(1000).sum();
    assert_eq!(
        run(&mut store, instance.unwrap()).unwrap(),
        i32::try_from(expected).unwrap()
    );
}

#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn a_memory_grows_beyond_what_was_set_aside_for_it() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let text = r#"(module (memory i64 1) (func (export "run") (result i32)
        (i64.store (i64.const 8) (i64.const 35))
        (drop (memory.grow (i64.const 80000)))
        (i32.store8 (i64.const 5242880000) (i32.const 7))
        (i32.add (i32.load (i64.const 8)) (i32.load8_u (i64.const 5242880000)))))"#;
    let linker = Linker::new(&engine);
    let instance = linker.instantiate(&mut store, &module(&engine, text));
    assert_eq!(run(&mut store, instance.unwrap()).unwrap(), 42);
}

/// A number as modules have it (LEB128).
fn number(mut value: usize, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn section(id: u8, content: &[u8], out: &mut Vec<u8>) {
    out.push(id);
    number(content.len(), out);
    out.extend_from_slice(content);
}

/// Code of this size is validated on several threads.
#[test]
fn the_first_fault_of_a_large_module_is_told() {
    let functions = 4000;
    let mut out = b"\0asm\x01\0\0\0".to_vec();
    section(1, &[1, 0x60, 0, 0], &mut out);
    let mut types = Vec::new();
    number(functions, &mut types);
    types.resize(types.len() + functions, 0);
    section(3, &types, &mut out);
    let mut code = Vec::new();
    number(functions, &mut code);
    let mut faults = Vec::new();
    for nth in 0..functions {
        let mut body = vec![0];
        body.resize(1000, 0x01);
        if nth == 1234 || nth == 3456 {
            // `drop` of nothing.
            body[500] = 0x1a;
        }
        body.push(0x0b);
        number(body.len(), &mut code);
        if body[500] == 0x1a {
            faults.push(code.len() + 500);
        }
        code.extend_from_slice(&body);
    }
    let before = out.len() + 1 + 4;
    section(10, &code, &mut out);
    assert_eq!(out[before..], code, "the section's length takes four bytes");
    let error = Module::new(&Engine::default(), out).unwrap_err();
    assert_eq!(error.offset, (before + faults[0]) as u64);
    assert!(error.message.contains("type mismatch"), "{error}");
}
