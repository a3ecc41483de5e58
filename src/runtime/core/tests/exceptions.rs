//! Exceptions: both kinds of blocks that catch, across calls, instances and the
//! host.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use wasmrun_core::{
    Caller, Engine, Error, ErrorKind, FuncType, Instance, Linker, Module, Store, Tag, Trap, Val,
    ValType,
};

fn module(engine: &Engine, text: &str) -> Module {
    Module::new(engine, wat::parse_str(text).unwrap()).unwrap()
}

fn start(text: &str) -> (Store<()>, Instance) {
    let engine = Engine::default();
    let module = module(&engine, text);
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module);
    (store, instance.unwrap())
}

fn call(store: &mut Store<()>, instance: Instance, name: &str, args: &[i32]) -> Result<i32, Error> {
    let args: Vec<_> = args.iter().copied().map(Val::I32).collect();
    let mut results = [Val::I32(0)];
    let func = instance.func(store, name).unwrap();
    func.call(store, &args, &mut results)?;
    match results[0] {
        Val::I32(value) => Ok(value),
        other => panic!("{other:?}"),
    }
}

/// The proposal's first version, which toolchains still write.
const LEGACY: &str = r#"(module
  (tag $number (param i32))
  (tag $pair (param i32 i64))
  (tag $other)
  (func $throws (param $kind i32)
    (if (i32.eq (local.get $kind) (i32.const 1)) (then (throw $number (i32.const 10))))
    (if (i32.eq (local.get $kind) (i32.const 2)) (then (throw $pair (i32.const 20) (i64.const 3))))
    (if (i32.eq (local.get $kind) (i32.const 3)) (then (throw $other)))
    (if (i32.eq (local.get $kind) (i32.const 4)) (then (unreachable))))

  (func (export "catch") (param $kind i32) (result i32)
    try (result i32)
      (call $throws (local.get $kind)) (i32.const 1)
      catch $number (i32.add (i32.const 100))
      catch $pair (i32.wrap_i64) (i32.add)
      catch_all (i32.const 99) end)

  (func (export "params") (param $kind i32) (result i32)
    (i32.const 7) (i32.const 5)
    try (param i32) (result i32)
      (call $throws (local.get $kind))
      catch $number end
    (i32.add))

  (func (export "nested") (param $kind i32) (result i32) (local $seen i32)
    try (result i32)
      try (result i32)
          (call $throws (local.get $kind)) (i32.const 1)
          catch $number
            (local.set $seen)
            (throw $pair (local.get $seen) (i64.const 1000)) end
      catch $pair (i32.wrap_i64) (i32.add)
      catch_all (i32.const -1) end)

  (func (export "rethrow") (param $kind i32) (result i32)
    try (result i32)
      try (result i32)
          (call $throws (local.get $kind)) (i32.const 1)
          catch_all
            try (throw $other) catch $other (rethrow 1) end
            (i32.const 2) end
      catch $number (i32.add (i32.const 1)) end)

  (func (export "delegate") (param $kind i32) (result i32)
    try $outer (result i32)
      try (result i32)
          try (result i32)
              (call $throws (local.get $kind)) (i32.const 1)
              delegate $outer
          catch $number (i32.add (i32.const 5000)) end
      catch $number (i32.add (i32.const 1))
      catch_all (i32.const 50) end)

  (func (export "delegate_out") (param $kind i32) (result i32)
    try (result i32)
      (call $throws (local.get $kind)) (i32.const 1)
      delegate 0)

  (func (export "outer") (param $kind i32) (result i32)
    try (result i32)
      (call 6 (local.get $kind))
      catch $number end)

  ;; What is on the stack below a block, and in locals, is there behind it.
  (func (export "kept") (param $kind i32) (result i32) (local $a i32)
    (local.set $a (i32.const 3))
    (local.get $a)
    try (result i32)
      (local.set $a (i32.const 4)) (call $throws (local.get $kind)) (i32.const 0)
      catch $number (drop) (local.get $a) end
    (i32.add (i32.mul (i32.const 10)))
    (i32.add (local.get $a)))

  (func (export "loop") (param $times i32) (result i32) (local $sum i32)
    (loop $again
      try
        (throw $number (local.get $times))
        catch $number
          (local.set $sum (i32.add (local.get $sum)))
          (local.set $times (i32.sub (local.get $times) (i32.const 1)))
          (br_if $again (local.get $times)) end)
    (local.get $sum))

  (func (export "unreached") (result i32)
    (block $out (result i32)
      (br $out (i32.const 8))
      try (result i32) (throw $other) catch $number (drop) (i32.const 1) catch_all (i32.const 2) end
      try (result i32) (i32.const 1) delegate 0
      (drop))))"#;

#[test]
fn the_older_blocks_catch() {
    let (mut store, instance) = start(LEGACY);
    let mut ask = |name, kind| call(&mut store, instance, name, &[kind]).unwrap();
    assert_eq!(
        [0, 1, 2, 3].map(|kind| ask("catch", kind)),
        [1, 110, 23, 99]
    );
    assert_eq!([0, 1].map(|kind| ask("params", kind)), [12, 17]);
    assert_eq!(
        [0, 1, 2, 3].map(|kind| ask("nested", kind)),
        [1, 1010, 23, -1]
    );
    assert_eq!([0, 1].map(|kind| ask("rethrow", kind)), [1, 11]);
    assert_eq!([0, 1, 3].map(|kind| ask("delegate", kind)), [1, 11, 50]);
    assert_eq!([0, 1].map(|kind| ask("outer", kind)), [1, 10]);
    assert_eq!([0, 1].map(|kind| ask("kept", kind)), [7, 47]);
    assert_eq!(
        [1, 10, 1000].map(|times| ask("loop", times)),
        [1, 55, 500_500]
    );
    assert_eq!(call(&mut store, instance, "unreached", &[]).unwrap(), 8);
}

#[test]
fn traps_are_not_caught() {
    let (mut store, instance) = start(LEGACY);
    let error = call(&mut store, instance, "catch", &[4]).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::Unreachable));
}

#[test]
fn what_nothing_catches_comes_to_the_host() {
    let (mut store, instance) = start(LEGACY);
    // From where it was thrown last.
    for (name, from, calls) in [("params", Some("throws"), 2), ("rethrow", None, 1)] {
        let error = call(&mut store, instance, name, &[2]).unwrap_err();
        let ErrorKind::Exception(thrown) = error.kind() else {
            panic!("{error:?}");
        };
        assert_eq!(thrown.carried, [Val::I32(20), Val::I64(3)]);
        assert_eq!(thrown.tag.ty(&store).params(), [ValType::I32, ValType::I64]);
        assert_eq!(error.backtrace()[0].name.as_deref(), from);
        assert_eq!(error.backtrace().len(), calls);
    }
    // The store can be used further.
    assert_eq!(call(&mut store, instance, "catch", &[1]).unwrap(), 110);
}

const TABLE: &str = r#"(module
  (import "host" "number" (tag $number (param i32)))
  (import "host" "throw" (func $throw (param i32)))
  (tag $own (param f64 v128 externref))
  (func $catches (export "catches") (param $x i32) (result i32)
    (block $caught (result i32 exnref)
      (try_table (catch_ref $number $caught) (call $throw (local.get $x)))
      (return (i32.const -1)))
    (drop) (i32.add (i32.const 1)))
  (func (export "again") (param $x i32) (result i32)
    (block $second (result i32)
      (try_table (catch $number $second)
        (block $first (result exnref)
          (try_table (catch_all_ref $first) (call $throw (local.get $x)))
          (return (i32.const -1)))
        (throw_ref))
      (unreachable)))
  (func (export "wide") (result f64 v128 externref)
    (block $caught (result f64 v128 externref)
      (try_table (catch $own $caught)
        (throw $own (f64.const 1.5) (v128.const i64x2 1 2) (ref.null extern)))
      (unreachable)))
  (func (export "null") (result i32) (throw_ref (ref.null exn))))"#;

#[test]
fn the_host_throws_and_code_catches() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let tag = Tag::new(&mut store, &FuncType::new([ValType::I32], []));
    let mut linker: Linker<()> = Linker::new(&engine);
    linker.define("host", "number", wasmrun_core::Extern::Tag(tag));
    linker.wrap("host", "throw", move |_: Caller<'_, ()>, x: i32| match x {
        0 => Ok(()),
        x => Err(Error::exception(tag, vec![Val::I32(x)])),
    });
    let instance = linker.instantiate(&mut store, &module(&engine, TABLE));
    let instance = instance.unwrap();
    for (x, want) in [(0, -1), (5, 6)] {
        assert_eq!(call(&mut store, instance, "catches", &[x]).unwrap(), want);
    }
    assert_eq!(call(&mut store, instance, "again", &[9]).unwrap(), 9);
    let mut results = [Val::I32(0); 3];
    let wide = instance.func(&store, "wide").unwrap();
    wide.call(&mut store, &[], &mut results).unwrap();
    let wanted = [
        Val::from(1.5f64),
        Val::V128(1 | 2 << 64),
        Val::ExternRef(None),
    ];
    assert_eq!(results, wanted);
    let error = call(&mut store, instance, "null", &[]).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::NullExceptionReference));
}

#[test]
fn an_exception_goes_through_instances_and_the_host() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let mut linker: Linker<()> = Linker::new(&engine);
    let inner = module(
        &engine,
        r#"(module $inner (memory 2) (tag $t (export "t") (param i32))
          (func (export "throw") (param i32) (throw $t (local.get 0))))"#,
    );
    let inner = linker.instantiate(&mut store, &inner).unwrap();
    linker.instance(&store, "inner", inner);
    let throw = inner.func(&store, "throw").unwrap();
    linker.wrap(
        "host",
        "through",
        move |mut caller: Caller<'_, ()>, x: i32| throw.call(&mut caller, &[Val::I32(x)], &mut []),
    );
    let outer = module(
        &engine,
        r#"(module (import "inner" "t" (tag $t (param i32)))
          (import "inner" "throw" (func $throw (param i32)))
          (import "host" "through" (func $through (param i32)))
          (memory 1) (data (i32.const 8) "\2a")
          (func $direct (param i32) (call $throw (local.get 0)))
          (func (export "run") (param $x i32) (result i32)
            (block $caught (result i32)
              (try_table (catch $t $caught)
                (if (local.get $x)
                  (then (call $direct (local.get $x)))
                  (else (call $through (i32.const 77)))))
              (unreachable))
            ;; The memory is that of this instance again.
            (i32.add (i32.load (i32.const 8)))
            (i32.add (memory.size))))"#,
    );
    let outer = linker.instantiate(&mut store, &outer).unwrap();
    assert_eq!(call(&mut store, outer, "run", &[5]).unwrap(), 5 + 42 + 1);
    assert_eq!(call(&mut store, outer, "run", &[0]).unwrap(), 77 + 42 + 1);
}

#[test]
fn a_host_that_throws_what_does_not_fit_is_told() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let tag = Tag::new(&mut store, &FuncType::new([ValType::I32], []));
    let mut linker: Linker<()> = Linker::new(&engine);
    for carried in [vec![], vec![Val::I64(1)]] {
        linker.wrap("host", "throw", move |_: Caller<'_, ()>| {
            Err::<(), _>(Error::exception(tag, carried.clone()))
        });
        let text = r#"(module (import "host" "throw" (func $throw))
          (func (export "run") (result i32)
            (block $all (try_table (catch_all $all) (call $throw)) (return (i32.const 1)))
            (i32.const 2)))"#;
        let instance = linker.instantiate(&mut store, &module(&engine, text));
        let error = call(&mut store, instance.unwrap(), "run", &[]).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Usage(_)), "{error:?}");
    }
}
