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

/// A function that executes many kinds of instructions, with operands in locals,
/// constants and results of the instruction before.
fn one_of_many() -> String {
    let mut body = String::new();
    let mut each = |ty: &str, ops: &str| {
        let (a, b) = (format!("(local.get ${ty}a)"), format!("(local.get ${ty}b)"));
        let k = format!("({ty}.const 3)");
        for op in ops.split(' ') {
            let mut add =
                |x: &str, y: &str| body.push_str(&format!("(drop ({ty}.{op} {x} {y}))\n"));
            let sum = format!("({ty}.add {a} {b})");
            for (x, y) in [
                (&a, &b),
                (&a, &k),
                (&k, &b),
                (&sum, &b),
                (&a, &sum),
                (&sum, &k),
                (&k, &sum),
            ] {
                add(x, y);
            }
        }
    };
    let integers = "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u";
    let floats = "add sub mul div min max copysign eq ne lt gt le ge";
    each("i32", integers);
    each("i64", integers);
    each("f32", floats);
    each("f64", floats);
    for op in ["clz", "ctz", "popcnt", "eqz", "extend8_s"] {
        body.push_str(&format!(
            "(drop (i32.{op} (local.get $i32a))) (drop (i64.{op} (local.get $i64a)))\n"
        ));
    }
    for op in ["abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt"] {
        body.push_str(&format!(
            "(drop (f32.{op} (local.get $f32a))) (drop (f64.{op} (local.get $f64a)))\n"
        ));
    }
    body.push_str(
        r#"(drop (i32.trunc_f64_s (local.get $f64a))) (drop (f64.convert_i64_u (local.get $i64a)))
        (i32.store (i32.const 8) (i32.load8_u (i32.and (local.get $i32a) (i32.const 255))))
        (f64.store offset=16 (i32.and (local.get $i32a) (i32.const 7)) (f64.load (i32.const 0)))
        (v128.store (i32.const 32) (i8x16.add (v128.load (i32.const 0)) (v128.const i32x4 1 2 3 4)))
        (v128.store8_lane 3 (i32.const 64) (i32x4.splat (local.get $i32a)))
        (drop (select (local.get $i32a) (local.get $i32b) (i32.gt_s (local.get $i32a) (i32.const 1))))
        (drop (select (local.get $f64a) (local.get $f64b) (local.get $i32a)))
        (global.set $g (i32.add (global.get $g) (i32.const 1)))
        (drop (memory.size)) (memory.fill (i32.const 0) (i32.const 1) (i32.const 9))
        (drop (call $leaf (local.get $i32a)))
        (drop (call_indirect (type $leaf) (local.get $i32a) (i32.const 0)))
        (drop (call_ref $leaf (local.get $i32a) (ref.func $leaf)))
        (drop (call $tail (local.get $i32a)))
        (call $host)
        (block $x (block $y (br_table $x $y (i32.and (local.get $i32a) (i32.const 1)))))
        (block $z (br_if $z (f64.lt (local.get $f64a) (local.get $f64b))))
        (drop (table.get 0 (i32.const 0)))"#,
    );
    format!(
        r#"(module (type $leaf (func (param i32) (result i32)))
        (import "host" "nothing" (func $host))
        (memory 1) (table 1 funcref) (elem (i32.const 0) $leaf) (global $g (mut i32) (i32.const 0))
        (func $leaf (type $leaf) (local i64 i64) (i32.xor (local.get 0) (i32.const 5)))
        (func $tail (param i32) (result i32) (return_call $leaf (local.get 0)))
        (func (export "run") (param $n i32) (local $i32a i32) (local $i32b i32) (local $i64a i64) (local $i64b i64)
            (local $f32a f32) (local $f32b f32) (local $f64a f64) (local $f64b f64)
            (local.set $i32b (i32.const 7)) (local.set $i64b (i64.const 7))
            (local.set $f32b (f32.const 1.5)) (local.set $f64b (f64.const 2.5))
            (loop $again
                (local.set $i32a (i32.add (local.get $n) (i32.const 1)))
                (local.set $i64a (i64.extend_i32_u (local.get $n)))
                (local.set $f32a (f32.convert_i32_u (local.get $n)))
                (local.set $f64a (f64.promote_f32 (local.get $f32a)))
                {body}
                (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))) "#
    )
}

/// A handler that called the next one instead of jumping to it would leave a
/// frame at each step.
#[test]
fn code_takes_nothing_of_the_hosts_stack() {
    let run = || {
        let engine = Engine::new(Config::new().max_stack(64 << 10));
        let mut linker: Linker<()> = Linker::new(&engine);
        linker.wrap("host", "nothing", |_: Caller<'_, ()>| {});
        let mut store = Store::new(&engine, ());
        let module = module(&engine, &one_of_many());
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let run = instance.func(&store, "run").unwrap();
        run.call(&mut store, &[Val::I32(100_000)], &mut []).unwrap();
    };
    let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(run);
    thread.unwrap().join().unwrap();
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
    for name in ["BranchTableLoaded(S)", "BranchSums"] {
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
