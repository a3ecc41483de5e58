//! Objects: that those in use stay, and all others go.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use wasmrun_core::{AnyRef, Engine, HeapType, Instance, Limits, Linker, Module, Store, Trap, Val};

fn start(text: &str, limits: Limits) -> (Store<()>, Instance) {
    let engine = Engine::default();
    let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    let mut store = Store::new(&engine, ());
    store.set_limits(limits);
    let instance = Linker::new(&engine).instantiate(&mut store, &module);
    (store, instance.unwrap())
}

fn call(store: &mut Store<()>, instance: Instance, name: &str, args: &[Val]) -> Result<Val, Trap> {
    let mut results = [Val::I32(0)];
    let func = instance.func(store, name).unwrap();
    let called = func.call(store, args, &mut results);
    called.map_err(|error| error.trap().unwrap())?;
    Ok(results[0])
}

fn within(heap_bytes: u64) -> Limits {
    Limits {
        heap_bytes,
        ..Limits::default()
    }
}

const LISTS: &str = r#"(module
  (type $node (struct (field $value i32) (field $next (mut (ref null $node)))))
  (type $bytes (array (mut i8)))
  (type $nodes (array (mut (ref null $node))))
  (global $kept (mut (ref null $node)) (ref.null $node))
  (table $table 4 (ref null $node))
  (elem $segment (ref null $node) (item (struct.new $node (i32.const 70) (ref.null $node))))

  ;; A list of numbers, the last first.
  (func $list (param $count i32) (result (ref null $node)) (local $list (ref null $node)) (local $at i32)
    (loop $again
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $list (struct.new $node (local.get $at) (local.get $list)))
      (br_if $again (i32.lt_u (local.get $at) (local.get $count))))
    (local.get $list))

  (func $sum (param $list (ref null $node)) (result i32) (local $sum i32)
    (block $done
      (loop $again
        (br_if $done (ref.is_null (local.get $list)))
        (local.set $sum (i32.add (local.get $sum) (struct.get $node $value (local.get $list))))
        (local.set $list (struct.get $node $next (local.get $list)))
        (br $again)))
    (local.get $sum))

  ;; Rings of two nodes, which refer to each other.
  (func (export "rings") (param $count i32) (result i32) (local $a (ref null $node))
    (loop $again
      (local.set $a (struct.new $node (i32.const 1) (ref.null $node)))
      (struct.set $node $next (local.get $a) (struct.new $node (i32.const 2) (local.get $a)))
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (struct.get $node $value (struct.get $node $next (local.get $a))))

  (func (export "hold") (param $count i32) (result i32)
    (call $sum (call $list (local.get $count))))

  (func (export "keep") (param $count i32) (result i32)
    (global.set $kept (call $list (local.get $count)))
    (table.set $table (i32.const 2) (call $list (local.get $count)))
    (drop (call 2 (i32.const 300000)))
    (i32.add (call $sum (global.get $kept)) (call $sum (table.get $table (i32.const 2)))))

  (func (export "drop") (result i32)
    (global.set $kept (ref.null $node))
    (table.set $table (i32.const 2) (ref.null $node))
    (drop (call 2 (i32.const 300000)))
    (i32.const 0))

  (func (export "segment") (result i32)
    (drop (call 2 (i32.const 300000)))
    (table.init $table $segment (i32.const 0) (i32.const 0) (i32.const 1))
    (struct.get $node $value (table.get $table (i32.const 0))))

  ;; Arrays of all sizes, filled with what tells them apart.
  (func (export "arrays") (param $times i32) (result i32) (local $all (ref $nodes)) (local $a (ref $bytes)) (local $n i32) (local $bad i32)
    (local.set $all (array.new_default $nodes (i32.const 5000)))
    (loop $again
      (local.set $n (i32.rem_u (i32.mul (local.get $times) (i32.const 7919)) (i32.const 20000)))
      (local.set $a (array.new $bytes (i32.const 90) (local.get $n)))
      (array.set $nodes (local.get $all) (i32.rem_u (local.get $times) (i32.const 5000))
        (struct.new $node (local.get $times) (ref.null $node)))
      (if (local.get $n) (then
        (if (i32.ne (array.get_u $bytes (local.get $a) (i32.sub (local.get $n) (i32.const 1))) (i32.const 90))
          (then (local.set $bad (i32.add (local.get $bad) (i32.const 1)))))))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $bad))

  (func (export "large") (param $bytes i32) (result i32)
    (array.len (array.new_default $bytes (local.get $bytes))))

  (func (export "list") (param $count i32) (result anyref) (call $list (local.get $count)))
  (func (export "total") (param $list anyref) (result i32)
    (call $sum (ref.cast (ref null $node) (local.get $list))))
  (func (export "i31") (param i32) (result anyref) (ref.i31 (local.get 0)))
  (func (export "extern") (param externref) (result anyref) (any.convert_extern (local.get 0)))
  (func (export "out") (param i32) (result externref) (extern.convert_any (call $list (local.get 0)))))"#;

#[test]
fn a_heap_in_use_survives_and_rings_do_not() {
    let (mut store, instance) = start(LISTS, within(64 << 20));
    let million = Val::I32(1_000_000);
    assert_eq!(
        call(&mut store, instance, "hold", &[million]),
        Ok(Val::I32(1_784_293_664))
    );
    // Thirty times what there is room for.
    let rings = call(&mut store, instance, "rings", &[Val::I32(40_000_000)]);
    assert_eq!(rings, Ok(Val::I32(2)));
    assert!(store.heap_bytes() < 32 << 20, "{}", store.heap_bytes());
}

#[test]
fn globals_and_tables_keep_what_they_hold() {
    let (mut store, instance) = start(LISTS, within(64 << 20));
    let wanted = (1..=100_000u32)
        .fold(0u32, u32::wrapping_add)
        .wrapping_mul(2);
    let kept = call(&mut store, instance, "keep", &[Val::I32(100_000)]);
    assert_eq!(kept, Ok(Val::I32(wanted.cast_signed())));
    let before = store.heap_bytes();
    assert_eq!(call(&mut store, instance, "drop", &[]), Ok(Val::I32(0)));
    assert!(store.heap_bytes() < before + (5 << 20));
    assert_eq!(call(&mut store, instance, "segment", &[]), Ok(Val::I32(70)));
}

#[test]
fn arrays_of_all_sizes_are_what_they_were_set_to() {
    let (mut store, instance) = start(LISTS, within(32 << 20));
    let bad = call(&mut store, instance, "arrays", &[Val::I32(60_000)]);
    assert_eq!(bad, Ok(Val::I32(0)));
}

#[test]
fn more_than_there_is_room_for_is_a_trap() {
    let (mut store, instance) = start(LISTS, within(8 << 20));
    let held = call(&mut store, instance, "hold", &[Val::I32(10_000_000)]);
    assert_eq!(held, Err(Trap::HeapExhausted));
    for bytes in [9 << 20, i32::MAX, -1] {
        let large = call(&mut store, instance, "large", &[Val::I32(bytes)]);
        assert_eq!(large, Err(Trap::HeapExhausted));
    }
    // What was lost is free again.
    let held = call(&mut store, instance, "hold", &[Val::I32(1000)]);
    assert_eq!(held, Ok(Val::I32(500_500)));
    assert_eq!(
        call(&mut store, instance, "large", &[Val::I32(4 << 20)]),
        Ok(Val::I32(4 << 20))
    );
}

#[test]
fn what_the_host_holds_stays() {
    let (mut store, instance) = start(LISTS, within(64 << 20));
    let list = call(&mut store, instance, "list", &[Val::I32(1000)]).unwrap();
    let Val::AnyRef(Some(any)) = list else {
        panic!("{list:?}");
    };
    assert_eq!(any.kind(&store), HeapType::Struct);
    call(&mut store, instance, "rings", &[Val::I32(1_000_000)]).unwrap();
    let total = call(&mut store, instance, "total", &[list]);
    assert_eq!(total, Ok(Val::I32(500_500)));
    let out = call(&mut store, instance, "out", &[Val::I32(10)]).unwrap();
    assert!(matches!(out, Val::AnyRef(Some(_))), "{out:?}");
    assert_eq!(call(&mut store, instance, "extern", &[out]), Ok(out));
    assert_eq!(
        call(&mut store, instance, "total", &[out]),
        Ok(Val::I32(55))
    );
}

#[test]
fn integers_and_values_of_the_host_are_references() {
    let (mut store, instance) = start(LISTS, Limits::default());
    for value in [0, 1, -1, (1 << 30) - 1, -(1 << 30)] {
        let cell = call(&mut store, instance, "i31", &[Val::I32(value)]);
        assert_eq!(cell, Ok(Val::AnyRef(Some(AnyRef::i31(value)))));
        assert_eq!(AnyRef::i31(value).as_i31(), Some(value));
    }
    let host = wasmrun_core::ExternRef(u32::MAX);
    let any = call(
        &mut store,
        instance,
        "extern",
        &[Val::ExternRef(Some(host))],
    );
    assert_eq!(any, Ok(Val::AnyRef(Some(AnyRef::host(host)))));
    let not_a_list = call(
        &mut store,
        instance,
        "total",
        &[Val::AnyRef(Some(AnyRef::i31(1)))],
    );
    assert_eq!(not_a_list, Err(Trap::CastFailure));
}
