//! The interface by example: calls, traps, limits, functions of the host.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use wasmrun_core::{
    Caller, Config, Engine, Error, ErrorKind, Instance, Limits, Linker, Module, Store, Trap, Val,
};

fn module(engine: &Engine, text: &str) -> Module {
    Module::new(engine, wat::parse_str(text).unwrap()).unwrap()
}

fn start(text: &str) -> (Store<()>, Instance) {
    let engine = Engine::default();
    start_with(&engine, text)
}

fn start_with(engine: &Engine, text: &str) -> (Store<()>, Instance) {
    let mut store = Store::new(engine, ());
    let module = module(engine, text);
    let instance = Linker::new(engine).instantiate(&mut store, &module);
    let instance = instance.unwrap();
    (store, instance)
}

fn call(store: &mut Store<()>, instance: Instance, name: &str, args: &[Val]) -> Result<Val, Error> {
    let mut results = [Val::I32(0)];
    let func = instance.func(store, name).unwrap();
    func.call(store, args, &mut results)?;
    Ok(results[0])
}

const FIB: &str = r#"(module (func $fib (export "fib") (param i32) (result i32)
    (if (i32.lt_s (local.get 0) (i32.const 2)) (then (return (local.get 0))))
    (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
             (call $fib (i32.sub (local.get 0) (i32.const 2))))))"#;

#[test]
fn functions_call_themselves() {
    let (mut store, instance) = start(FIB);
    let result = call(&mut store, instance, "fib", &[Val::I32(20)]);
    assert_eq!(result.unwrap(), Val::I32(6765));
}

/// wasmi 2.0 reads a cell that only the other arm has written.
#[test]
fn a_value_that_waits_stays_what_it_was_when_one_arm_sets_its_local() {
    let text = r#"(module (func (export "run") (param i32) (result i32) (local i32)
        (local.set 1 (i32.const 5))
        (local.get 1)
        (if (local.get 0) (then (local.set 1 (i32.const 9))))
        (i32.mul (i32.const 10) (local.get 1))
        (i32.add)))"#;
    let (mut store, instance) = start(text);
    for (arm, result) in [(0, 55), (1, 95)] {
        let given = call(&mut store, instance, "run", &[Val::I32(arm)]);
        assert_eq!(given.unwrap(), Val::I32(result));
    }
}

#[test]
fn recursion_without_end_is_a_trap_with_a_backtrace() {
    let text = r#"(module (func $deep (export "deep") (param i64) (result i64)
        (i64.add (i64.const 1) (call $deep (local.get 0)))))"#;
    let (mut store, instance) = start(text);
    let error = call(&mut store, instance, "deep", &[Val::I64(0)]).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::StackOverflow));
    assert_eq!(error.backtrace().len(), 100);
    assert_eq!(error.backtrace()[0].name.as_deref(), Some("deep"));
}

#[test]
fn a_trap_tells_where() {
    let text = r#"(module
        (func $inner (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
        (func $outer (export "outer") (param i32) (result i32)
            (i32.add (i32.const 1) (call $inner (local.get 0)))))"#;
    let (mut store, instance) = start(text);
    assert_eq!(
        call(&mut store, instance, "outer", &[Val::I32(1)]).unwrap(),
        Val::I32(2)
    );
    let error = call(&mut store, instance, "outer", &[Val::I32(0)]).unwrap_err();
    assert_eq!(error.to_string(), "integer divide by zero");
    let bytes = wat::parse_str(text).unwrap();
    let at: Vec<_> = error
        .backtrace()
        .iter()
        .map(|frame| bytes[frame.offset as usize])
        .collect();
    // `i32.div_s` and `call`.
    assert_eq!(at, [0x6d, 0x10]);
    let names: Vec<_> = error
        .backtrace()
        .iter()
        .map(|frame| frame.name.as_deref())
        .collect();
    assert_eq!(names, [Some("inner"), Some("outer")]);
}

#[test]
fn the_host_is_called_and_calls_back() {
    let text = r#"(module
        (import "host" "twice" (func $twice (param i32) (result i32)))
        (func (export "inc") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
        (func (export "run") (param i32) (result i32) (call $twice (local.get 0))))"#;
    let engine = Engine::default();
    let module = module(&engine, text);
    let mut linker: Linker<u32> = Linker::new(&engine);
    assert_eq!(linker.missing(&module)[0].name, "twice");
    linker.wrap(
        "host",
        "twice",
        |mut caller: Caller<'_, u32>, x: i32| -> Result<i32, Error> {
            *caller.data_mut() += 1;
            let inc = caller.instance().unwrap().func(&caller, "inc").unwrap();
            let mut result = [Val::I32(0)];
            inc.call(&mut caller, &[Val::I32(x)], &mut result)?;
            let Val::I32(once) = result[0] else { panic!() };
            inc.call(&mut caller, &[Val::I32(once)], &mut result)?;
            let Val::I32(twice) = result[0] else { panic!() };
            Ok(twice)
        },
    );
    let mut store = Store::new(&engine, 0);
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let mut results = [Val::I32(0)];
    let run = instance.func(&store, "run").unwrap();
    run.call(&mut store, &[Val::I32(40)], &mut results).unwrap();
    assert_eq!((results[0], *store.data()), (Val::I32(42), 1));
}

#[test]
fn an_error_of_the_host_comes_out_as_it_went_in() {
    #[derive(Debug)]
    struct Ended(u8);
    impl std::fmt::Display for Ended {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "ended with {}", self.0)
        }
    }
    impl std::error::Error for Ended {}
    let engine = Engine::default();
    let text = r#"(module (import "host" "end" (func $end)) (func (export "run") (call $end)))"#;
    let mut linker = Linker::new(&engine);
    linker.wrap("host", "end", |_: Caller<'_, ()>| -> Result<(), Error> {
        Err(Error::host(Ended(7)))
    });
    let mut store = Store::new(&engine, ());
    let instance = linker
        .instantiate(&mut store, &module(&engine, text))
        .unwrap();
    let run = instance.func(&store, "run").unwrap();
    let error = run.call(&mut store, &[], &mut []).unwrap_err();
    assert_eq!(error.downcast_ref::<Ended>().unwrap().0, 7);
    assert_eq!(error.backtrace().len(), 1);
}

#[test]
fn fuel_runs_out() {
    let engine = Engine::new(Config::new().fuel(true));
    let (mut store, instance) = start_with(&engine, FIB);
    store.set_fuel(1_000_000);
    assert!(call(&mut store, instance, "fib", &[Val::I32(10)]).is_ok());
    let left = store.fuel().unwrap();
    assert!(left < 1_000_000 && left > 900_000, "{left}");
    store.set_fuel(100);
    let error = call(&mut store, instance, "fib", &[Val::I32(20)]).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::OutOfFuel));
}

#[test]
fn another_thread_ends_a_loop() {
    let engine = Engine::new(Config::new().interruptible(true));
    let text = r#"(module (func (export "run") (result i32) (loop (br 0)) (i32.const 0)))"#;
    let (mut store, instance) = start_with(&engine, text);
    let handle = store.interrupt_handle();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        handle.cancel();
    });
    let error = call(&mut store, instance, "run", &[]).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::Interrupted));
    thread.join().unwrap();
    let (mut store, instance) = start_with(&engine, text);
    let deadline = Instant::now() + Duration::from_millis(20);
    store.interrupt_handle().expire_at(deadline).unwrap();
    let error = call(&mut store, instance, "run", &[]).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::Deadline));
}

#[test]
fn a_memory_stays_within_its_limit() {
    let text = r#"(module (memory (export "memory") 1)
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))"#;
    let (mut store, instance) = start(text);
    store.set_limits(Limits {
        memory_bytes: 10 << 16,
        ..Limits::default()
    });
    assert_eq!(
        call(&mut store, instance, "grow", &[Val::I32(9)]).unwrap(),
        Val::I32(1)
    );
    assert_eq!(
        call(&mut store, instance, "grow", &[Val::I32(1)]).unwrap(),
        Val::I32(-1)
    );
    assert_eq!(instance.memory(&store, "memory").unwrap().size(&store), 10);
}

#[test]
fn what_a_header_claims_takes_no_room() {
    let engine = Engine::default();
    let text = "(module (memory 65536))";
    let mut store = Store::new(&engine, ());
    Linker::new(&engine)
        .instantiate(&mut store, &module(&engine, text))
        .unwrap();
}

#[test]
fn instances_share_what_they_import() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    let first = module(
        &engine,
        r#"(module (memory (export "m") 1) (table (export "t") 2 funcref)
        (func $get (export "get") (result i32) (i32.load (i32.const 0)))
        (elem (i32.const 0) $get))"#,
    );
    let first = linker.instantiate(&mut store, &first).unwrap();
    linker.instance(&store, "a", first);
    let second = module(
        &engine,
        r#"(module (import "a" "get" (func $get (result i32)))
        (import "a" "t" (table 2 funcref)) (memory 1)
        (type $f (func (result i32)))
        (func (export "both") (result i32)
            (i32.store (i32.const 0) (i32.const 5))
            (i32.add (i32.mul (i32.const 100) (i32.load (i32.const 0)))
                (i32.add (call $get) (call_indirect (type $f) (i32.const 0))))))"#,
    );
    let second = linker.instantiate(&mut store, &second).unwrap();
    first.memory(&store, "m").unwrap().data_mut(&mut store)[0] = 7;
    assert_eq!(
        call(&mut store, second, "both", &[]).unwrap(),
        Val::I32(514)
    );
}

#[test]
fn what_is_missing_is_named() {
    let engine = Engine::default();
    let text = r#"(module (import "env" "f" (func)))"#;
    let mut store = Store::new(&engine, ());
    let error = Linker::new(&engine)
        .instantiate(&mut store, &module(&engine, text))
        .unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Link { module, name, .. } if module == "env" && name == "f")
    );
}

/// A call changes once its callee has code: it still knows the stack's end.
#[test]
fn a_call_that_has_run_before_still_ends_at_the_stacks_end() {
    let text = r#"(module (func $down (export "down") (param i32) (result i32)
        (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
        (call $down (i32.sub (local.get 0) (i32.const 1)))))"#;
    let (mut store, instance) = start(text);
    let result = call(&mut store, instance, "down", &[Val::I32(10)]);
    assert_eq!(result.unwrap(), Val::I32(7));
    let error = call(&mut store, instance, "down", &[Val::I32(-1)]).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::StackOverflow));
    let result = call(&mut store, instance, "down", &[Val::I32(1000)]);
    assert_eq!(result.unwrap(), Val::I32(7));
}

/// The program of a machine with the instructions: stop, add one, add ten. Each
/// arm ends in a branch that counts as well.
#[test]
fn branches_do_what_was_to_be_done_before_them() {
    let text = r#"(module (memory 1)
        (data (i32.const 8) "\01\00\00\00\02\00\00\00\02\00\00\00\00\00\00\00")
        (func (export "run") (param $at i32) (result i32) (local $sum i32)
            (loop $next
                (block $ten (block $one (block $stop
                    (br_table $stop $one $ten (i32.load (local.get $at))))
                    (return (local.get $sum)))
                    (local.set $sum (i32.add (local.get $sum) (i32.const 1)))
                    (local.set $at (i32.add (local.get $at) (i32.const 4)))
                    (br $next))
                (local.set $sum (i32.add (local.get $sum) (i32.const 10)))
                (local.set $at (i32.add (local.get $at) (i32.const 4)))
                (br $next))
            (unreachable)))"#;
    let engine = Engine::default();
    let listing = module(&engine, text).listing(0).unwrap();
    let names: Vec<_> = listing
        .instructions
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    for name in ["BranchTableLoaded(Word, S)", "BranchSums"] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert!(
        listing
            .instructions
            .iter()
            .all(|it| it.name != "BranchSums" || it.targets.len() == 1)
    );
    let (mut store, instance) = start_with(&engine, text);
    let result = call(&mut store, instance, "run", &[Val::I32(8)]);
    assert_eq!(result.unwrap(), Val::I32(21));
    // The index is loaded from outside of the memory.
    let error = call(&mut store, instance, "run", &[Val::I32(-1)]).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::MemoryOutOfBounds));
    assert_eq!(error.backtrace().len(), 1);
}
