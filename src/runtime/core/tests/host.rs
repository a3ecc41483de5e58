//! What a host makes itself: functions of any type, memories, tables, globals.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use wasmrun_core::{
    Caller, Engine, Error, Extern, Func, FuncType, Global, GlobalType, Linker, Memory, MemoryType,
    Module, RefType, Store, Table, TableType, Trap, Val, ValType,
};

fn module(engine: &Engine, text: &str) -> Module {
    Module::new(engine, wat::parse_str(text).unwrap()).unwrap()
}

#[test]
fn functions_take_and_give_any_values() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let types = [ValType::I32, ValType::V128, ValType::F32];
    let reversed = types.iter().rev().copied();
    let ty = FuncType::new(types, reversed);
    let reverse = |_: Caller<'_, ()>, args: &[Val], results: &mut [Val]| {
        for (result, arg) in results.iter_mut().zip(args.iter().rev()) {
            *result = *arg;
        }
        Ok(())
    };
    let func = Func::new(&mut store, ty.clone(), reverse);
    let mut linker = Linker::new(&engine);
    linker.define("host", "first", Extern::Func(func));
    linker.func("host", "second", ty.clone(), reverse);
    let text = r#"(module
        (type $t (func (param i32 v128 f32) (result f32 v128 i32)))
        (import "host" "first" (func $first (type $t)))
        (import "host" "second" (func $second (type $t)))
        (func (export "run") (type $t) (local $i i32) (local $v v128) (local $f f32)
            (call $first (local.get 0) (local.get 1) (local.get 2))
            (local.set $i) (local.set $v) (local.set $f)
            (call $second (i32.add (local.get $i) (i32.const 1)) (local.get $v) (local.get $f))))"#;
    let instance = linker.instantiate(&mut store, &module(&engine, text));
    let instance = instance.unwrap();
    let vector = Val::V128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff);
    let args = [Val::I32(6), vector, Val::F32(1.5f32.to_bits())];
    let mut results = [Val::I32(0); 3];
    let run = instance.func(&store, "run").unwrap();
    assert_eq!(run.ty(&store), ty);
    run.call(&mut store, &args, &mut results).unwrap();
    assert_eq!(results, [Val::F32(1.5f32.to_bits()), vector, Val::I32(7)]);
    // The host calls what it has made itself.
    func.call(&mut store, &args, &mut results).unwrap();
    assert_eq!(results[2], Val::I32(6));
}

#[test]
fn arguments_that_do_not_fit_are_refused() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let func = Func::wrap(&mut store, |_: Caller<'_, ()>, a: i32| a);
    let mut results = [Val::I32(0)];
    let error = func.call(&mut store, &[], &mut results).unwrap_err();
    assert!(error.to_string().contains("(i32) -> i32"), "{error}");
    let error = func.call(&mut store, &[Val::I64(1)], &mut results);
    assert!(error.is_err());
}

#[test]
fn code_and_host_share_memories_tables_and_globals() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let memory = Memory::new(
        &mut store,
        MemoryType {
            minimum: 1,
            maximum: Some(3),
            memory64: false,
            shared: false,
            page_size_log2: 16,
        },
    );
    let memory = memory.unwrap();
    let table = TableType {
        element: RefType::FUNC,
        table64: false,
        minimum: 2,
        maximum: None,
    };
    let table = Table::new(&mut store, table, Val::FuncRef(None)).unwrap();
    let global = GlobalType {
        content: ValType::I64,
        mutable: true,
    };
    let global = Global::new(&mut store, global, Val::I64(40)).unwrap();
    let double = Func::wrap(&mut store, |_: Caller<'_, ()>, a: i32| a * 2);
    table
        .set(&mut store, 1, Val::FuncRef(Some(double)))
        .unwrap();
    assert!(table.set(&mut store, 2, Val::FuncRef(None)).is_err());
    assert!(table.set(&mut store, 0, Val::I32(1)).is_err());
    memory.data_mut(&mut store)[100] = 9;
    let mut linker = Linker::new(&engine);
    linker.define("host", "memory", Extern::Memory(memory));
    linker.define("host", "table", Extern::Table(table));
    linker.define("host", "global", Extern::Global(global));
    let text = r#"(module (import "host" "memory" (memory 1 3)) (import "host" "table" (table 2 funcref))
        (import "host" "global" (global $g (mut i64)))
        (func (export "run") (result i32)
            (global.set $g (i64.add (global.get $g) (i64.const 2)))
            (drop (memory.grow (i32.const 1)))
            (i32.store8 (i32.const 65537) (i32.load8_u (i32.const 100)))
            (call_indirect (param i32) (result i32) (i32.const 21) (i32.const 1))))"#;
    let instance = linker.instantiate(&mut store, &module(&engine, text));
    let run = instance.unwrap().func(&store, "run").unwrap();
    let mut results = [Val::I32(0)];
    run.call(&mut store, &[], &mut results).unwrap();
    assert_eq!(results, [Val::I32(42)]);
    assert_eq!(global.get(&store), Val::I64(42));
    assert!(global.set(&mut store, Val::I32(1)).is_err());
    assert_eq!(memory.size(&store), 2);
    assert_eq!(memory.data(&store)[65537], 9);
    assert_eq!(memory.grow(&mut store, 2), None);
    assert_eq!(memory.grow(&mut store, 1), Some(2));
    assert_eq!(
        table.grow(&mut store, 3, Val::FuncRef(None)).unwrap(),
        Some(2)
    );
    assert_eq!(table.size(&store), 5);
    assert_eq!(table.get(&store, 4), Some(Val::FuncRef(None)));
    assert_eq!(table.get(&store, 5), None);
}

/// A memory that is not zero any more when the host calls back and grows it.
#[test]
fn code_goes_on_with_a_memory_that_the_host_has_grown() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let mut linker: Linker<()> = Linker::new(&engine);
    linker.wrap("host", "grow", |mut caller: Caller<'_, ()>| {
        let Some(Extern::Memory(memory)) = caller.export("memory") else {
            panic!("it is exported");
        };
        memory.grow(&mut caller, 1).unwrap();
    });
    let text = r#"(module (import "host" "grow" (func $grow)) (memory (export "memory") 1)
        (func (export "run") (result i32) (call $grow)
            (i32.store (i32.const 131068) (i32.const 5)) (i32.load (i32.const 131068))))"#;
    let instance = linker.instantiate(&mut store, &module(&engine, text));
    let run = instance.unwrap().func(&store, "run").unwrap();
    let mut results = [Val::I32(0)];
    run.call(&mut store, &[], &mut results).unwrap();
    assert_eq!(results, [Val::I32(5)]);
}

#[test]
fn a_backtrace_goes_through_the_host() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let mut linker: Linker<()> = Linker::new(&engine);
    let back = |mut caller: Caller<'_, ()>| -> Result<(), Error> {
        let Some(Extern::Func(fail)) = caller.export("fail") else {
            panic!("it is exported");
        };
        fail.call(&mut caller, &[], &mut [])
    };
    linker.wrap("host", "back", back);
    let text = r#"(module (import "host" "back" (func $back))
        (func $fail (export "fail") (unreachable))
        (func $middle (call $back)) (func $run (export "run") (call $middle)))"#;
    let instance = linker.instantiate(&mut store, &module(&engine, text));
    let run = instance.unwrap().func(&store, "run").unwrap();
    let error = run.call(&mut store, &[], &mut []).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::Unreachable));
    let names = error.backtrace().iter().map(|frame| frame.name.as_deref());
    let names: Vec<_> = names.map(Option::unwrap).collect();
    assert_eq!(names, ["fail", "middle", "run"]);
}

#[test]
fn a_panic_of_the_host_comes_out_and_leaves_the_store_usable() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let mut linker: Linker<()> = Linker::new(&engine);
    linker.wrap("host", "panic", |_: Caller<'_, ()>| -> () {
        std::panic::resume_unwind(Box::new("as asked"));
    });
    let text = r#"(module (import "host" "panic" (func $panic))
        (func (export "run") (call $panic))
        (func (export "one") (result i32) (i32.const 1)))"#;
    let instance = linker.instantiate(&mut store, &module(&engine, text));
    let instance = instance.unwrap();
    let run = instance.func(&store, "run").unwrap();
    let call = std::panic::AssertUnwindSafe(|| run.call(&mut store, &[], &mut []));
    let panic = std::panic::catch_unwind(call).unwrap_err();
    assert_eq!(*panic.downcast::<&str>().unwrap(), "as asked");
    let one = instance.func(&store, "one").unwrap();
    let mut results = [Val::I32(0)];
    one.call(&mut store, &[], &mut results).unwrap();
    assert_eq!(results, [Val::I32(1)]);
}
