//! The module `spectest`, which scripts import (the official suite's
//! `interpreter/README.md`, "Spectest host module").

use wasmrun_core::{
    AnyRef, Caller, ExternRef, Global, GlobalType, Linker, Memory, MemoryType, RefType, Store,
    Table, TableType, Val, ValType,
};
use wast::core::WastArgCore;

pub(crate) fn define(linker: &mut Linker<()>, store: &mut Store<()>) {
    let name = "spectest";
    linker.wrap(name, "print", |_: Caller<'_, ()>| {});
    linker.wrap(name, "print_i32", |_: Caller<'_, ()>, _: i32| {});
    linker.wrap(name, "print_i64", |_: Caller<'_, ()>, _: i64| {});
    linker.wrap(name, "print_f32", |_: Caller<'_, ()>, _: f32| {});
    linker.wrap(name, "print_f64", |_: Caller<'_, ()>, _: f64| {});
    linker.wrap(
        name,
        "print_i32_f32",
        |_: Caller<'_, ()>, _: i32, _: f32| {},
    );
    linker.wrap(
        name,
        "print_f64_f64",
        |_: Caller<'_, ()>, _: f64, _: f64| {},
    );
    let globals = [
        ("global_i32", Val::I32(666)),
        ("global_i64", Val::I64(666)),
        ("global_f32", Val::from(666.6_f32)),
        ("global_f64", Val::from(666.6_f64)),
    ];
    for (global, value) in globals {
        let ty = GlobalType {
            content: value.ty(),
            mutable: false,
        };
        let made = Global::new(store, ty, value).unwrap();
        linker.define(name, global, wasmrun_core::Extern::Global(made));
    }
    for (table, table64) in [("table", false), ("table64", true)] {
        let ty = TableType {
            element: RefType::FUNC,
            minimum: 10,
            maximum: Some(20),
            table64,
        };
        let made = Table::new(store, ty, Val::default_for(ValType::FUNCREF)).unwrap();
        linker.define(name, table, wasmrun_core::Extern::Table(made));
    }
    let ty = MemoryType {
        minimum: 1,
        maximum: Some(2),
        memory64: false,
        shared: false,
        page_size_log2: 16,
    };
    let made = Memory::new(store, ty).unwrap();
    linker.define(name, "memory", wasmrun_core::Extern::Memory(made));
}

/// The value that a script writes as an argument.
pub(crate) fn value(_: &mut Store<()>, arg: &WastArgCore<'_>) -> Result<Val, String> {
    use wast::core::{AbstractHeapType, HeapType};
    Ok(match arg {
        WastArgCore::I32(x) => Val::I32(*x),
        WastArgCore::I64(x) => Val::I64(*x),
        WastArgCore::F32(x) => Val::F32(x.bits),
        WastArgCore::F64(x) => Val::F64(x.bits),
        WastArgCore::V128(x) => Val::V128(u128::from_le_bytes(x.to_le_bytes())),
        WastArgCore::RefNull(HeapType::Abstract {
            ty: AbstractHeapType::Extern | AbstractHeapType::NoExtern,
            ..
        }) => Val::ExternRef(None),
        WastArgCore::RefNull(_) => Val::FuncRef(None),
        WastArgCore::RefExtern(x) => Val::ExternRef(Some(ExternRef(*x))),
        WastArgCore::RefHost(x) => Val::AnyRef(Some(AnyRef::host(ExternRef(*x)))),
    })
}
