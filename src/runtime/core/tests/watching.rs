//! What a host can see of code that runs: counts, calls, samples.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use wasmrun_core::{Config, Engine, Error, Event, Family, Func, Linker, Module, Step, Store, Val};

fn start(config: Config, text: &str) -> (Store<()>, wasmrun_core::Instance) {
    let engine = Engine::new(config);
    let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker.wrap(
        "host",
        "twice",
        |_: wasmrun_core::Caller<'_, ()>, x: i32| 2 * x,
    );
    let instance = linker.instantiate(&mut store, &module).unwrap();
    (store, instance)
}

fn call(store: &mut Store<()>, func: Func, args: &[Val]) -> Result<Vec<Val>, Error> {
    let results = func
        .ty(store)
        .results()
        .iter()
        .map(|ty| Val::default_for(*ty))
        .collect();
    let mut results: Vec<_> = results;
    func.call(store, args, &mut results).map(|()| results)
}

const SUM: &str = r#"(module
  (func (export "sum") (param $n i32) (result i32) (local $sum i32)
    (block $done
      (loop $again
        (br_if $done (i32.eqz (local.get $n)))
        (local.set $sum (i32.add (local.get $sum) (local.get $n)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again)))
    (local.get $sum)))"#;

#[test]
fn operators_are_counted_as_they_run() {
    let (mut store, instance) = start(Config::new().count(true), SUM);
    let sum = instance.func(&store, "sum").unwrap();
    assert_eq!(
        call(&mut store, sum, &[Val::I32(10)]).unwrap(),
        [Val::I32(55)]
    );
    let counts = store.counts();
    // Eleven times round, of which the last leaves at `br_if`.
    assert_eq!(counts.of(Family::Compare), 11);
    assert_eq!(counts.of(Family::Integer), 20);
    assert_eq!(counts.of(Family::Constant), 10);
    assert_eq!(counts.of(Family::Local), 11 + 10 * 5 + 1);
    // block, loop, br_if, br, end of the block and of the function.
    assert_eq!(counts.of(Family::Control), 1 + 1 + 11 + 10 + 2);
    assert_eq!(counts.of(Family::Float), 0);
    let all = Family::ALL
        .iter()
        .map(|family| counts.of(*family))
        .sum::<u64>();
    assert_eq!(counts.total(), all);
}

#[test]
fn nothing_is_counted_unless_asked_for() {
    let (mut store, instance) = start(Config::new(), SUM);
    let sum = instance.func(&store, "sum").unwrap();
    call(&mut store, sum, &[Val::I32(10)]).unwrap();
    assert_eq!(store.counts().total(), 0);
}

const CALLS: &str = r#"(module
  (import "host" "twice" (func $twice (param i32) (result i32)))
  (func $pair (export "pair") (param i32 f64) (result f64 i32 v128)
    (local.get 1) (call $twice (local.get 0)) (v128.const i64x2 1 2))
  (func $one (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $early (param i32) (result i32)
    (if (local.get 0) (then (return (i32.const 7))))
    (call $one (i32.const 40)))
  (func $tail (param i32) (result i32) (return_call $one (local.get 0)))
  (func $trap (unreachable))
  (func (export "all") (result i32)
    (i32.add (i32.add (call $early (i32.const 1)) (call $early (i32.const 0)))
             (call $tail (i32.const 1))))
  (func (export "trap") (call $trap)))"#;

fn watch(functions: Vec<u32>) -> (Store<()>, wasmrun_core::Instance, Arc<Mutex<Vec<Event>>>) {
    let (mut store, instance) = start(Config::new().watch(functions), CALLS);
    let seen = Arc::<Mutex<Vec<Event>>>::default();
    let list = Arc::clone(&seen);
    store.set_watcher(move |event| list.lock().unwrap().push(event.clone()));
    (store, instance, seen)
}

#[test]
fn watched_functions_tell_arguments_and_results() {
    let (mut store, instance, seen) = watch(vec![0, 1]);
    let pair = instance.func(&store, "pair").unwrap();
    let (seven, half) = (Val::I32(7), Val::from(0.5f64));
    let results = call(&mut store, pair, &[seven, half]).unwrap();
    let vector = Val::V128(1 | 2 << 64);
    assert_eq!(results, [half, Val::I32(14), vector]);
    let event = |function, step| Event { function, step };
    let expected = [
        event(1, Step::Enter(vec![seven, half])),
        event(0, Step::Enter(vec![seven])),
        event(0, Step::Leave(vec![Val::I32(14)])),
        event(1, Step::Leave(results)),
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[test]
fn every_way_out_of_a_watched_function_is_told() {
    let (mut store, instance, seen) = watch(vec![2, 3, 4, 5]);
    let all = instance.func(&store, "all").unwrap();
    assert_eq!(call(&mut store, all, &[]).unwrap(), [Val::I32(7 + 41 + 2)]);
    let trap = instance.func(&store, "trap").unwrap();
    call(&mut store, trap, &[]).unwrap_err();
    let one = |value| vec![Val::I32(value)];
    let expected = [
        (3, Step::Enter(one(1))),
        (3, Step::Leave(one(7))),
        (3, Step::Enter(one(0))),
        (2, Step::Enter(one(40))),
        (2, Step::Leave(one(41))),
        (3, Step::Leave(one(41))),
        (4, Step::Enter(one(1))),
        (4, Step::TailCall),
        (2, Step::Enter(one(1))),
        (2, Step::Leave(one(2))),
        (5, Step::Enter(Vec::new())),
    ];
    let seen = seen.lock().unwrap();
    let seen: Vec<_> = seen
        .iter()
        .map(|event| (event.function, event.step.clone()))
        .collect();
    assert_eq!(seen, expected);
}

#[test]
fn a_sample_has_all_calls() {
    let text = r#"(module
      (func $deep (param $n i32)
        (if (local.get $n)
          (then (call $deep (i32.sub (local.get $n) (i32.const 1))))
          (else (loop $again (br $again)))))
      (func (export "run") (call $deep (i32.const 1000))))"#;
    let (mut store, instance) = start(Config::new().interruptible(true), text);
    let (send, samples) = std::sync::mpsc::channel();
    let handle = store.interrupt_handle();
    let own = handle.clone();
    store.set_sampler(move |calls| {
        send.send(calls.to_vec()).unwrap();
        own.cancel();
    });
    let ticking = std::thread::spawn(move || {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(60) {
            handle.sample();
            std::thread::sleep(Duration::from_millis(20));
            if let Ok(calls) = samples.try_recv() {
                return calls;
            }
        }
        Vec::new()
    });
    let run = instance.func(&store, "run").unwrap();
    call(&mut store, run, &[]).unwrap_err();
    let calls = ticking.join().unwrap();
    assert!(calls.iter().all(|call| call.instance == instance));
    let functions: Vec<_> = calls.iter().map(|call| call.function).collect();
    assert_eq!(functions.last(), Some(&1));
    assert!(functions[..functions.len() - 1].iter().all(|at| *at == 0));
}

#[test]
fn a_long_backtrace_keeps_both_ends() {
    let text = r#"(module
      (func $deep (param $n i32)
        (if (local.get $n)
          (then (call $deep (i32.sub (local.get $n) (i32.const 1))))
          (else (unreachable))))
      (func $outermost (export "run") (call $deep (i32.const 1000))))"#;
    let (mut store, instance) = start(Config::new(), text);
    let run = instance.func(&store, "run").unwrap();
    let error = call(&mut store, run, &[]).unwrap_err();
    let names: Vec<_> = error
        .backtrace()
        .iter()
        .map(|frame| frame.name.as_deref())
        .collect();
    assert_eq!(names.len(), 100);
    assert_eq!((names[0], names[99]), (Some("deep"), Some("outermost")));
    assert_eq!(error.omitted(), Some((64, 1002 - 100)));
}
