//! A WebAssembly interpreter.
//!
//! A [`Module`] is decoded and validated at once, and each of its functions is
//! translated when it is first called, into code that the executor runs by jumps
//! from handler to handler.
//!
//! ```
//! use wasmrun_core::{Engine, Linker, Module, Store, Val};
//!
//! let engine = Engine::default();
//! // (module (func (export "double") (param i32) (result i32)
//! //   (i32.mul (local.get 0) (i32.const 2))))
//! let bytes = b"\0asm\x01\0\0\0\x01\x06\x01\x60\x01\x7f\x01\x7f\x03\x02\x01\0\x07\x0a\x01\x06double\0\0\
//!               \x0a\x09\x01\x07\0\x20\0\x41\x02\x6c\x0b";
//! let module = Module::new(&engine, bytes.to_vec())?;
//! let mut store = Store::new(&engine, ());
//! let instance = Linker::new(&engine).instantiate(&mut store, &module)?;
//! let double = instance.func(&store, "double").expect("an export");
//! let mut results = [Val::I32(0)];
//! double.call(&mut store, &[Val::I32(21)], &mut results)?;
//! assert_eq!(results, [Val::I32(42)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod caller;
mod constant;
mod count;
mod engine;
mod error;
mod exec;
mod func;
mod global;
mod heap;
mod instance;
mod limits;
mod linker;
mod listing;
mod map;
mod memory;
mod module;
mod numeric;
mod reference;
mod registry;
mod simd;
mod store;
mod table;
mod tag;
mod technique;
mod translate;
mod typed;
mod types;
mod val;
mod watch;

pub use caller::Caller;
pub use count::{Counts, Dispatches, Family};
pub use engine::{Config, Engine};
pub use error::{Error, ErrorKind, Exception, Frame, ModuleError, Trap};
pub use exec::Call;
pub use func::Func;
pub use global::Global;
pub use instance::{Extern, Instance};
pub use limits::{InterruptHandle, Limits};
pub use linker::Linker;
pub use listing::{Instruction, Listing};
pub use memory::Memory;
pub use module::{Bytes, Module};
pub use reference::{AnyRef, ExnRef};
pub use store::{AsStore, AsStoreMut, Store};
pub use table::Table;
pub use tag::Tag;
#[cfg(feature = "oracle")]
pub use technique::Technique;
pub use typed::{IntoFunc, WasmResult, WasmTy};
pub use types::{
    ExportType, ExternType, FuncType, GlobalType, HeapType, ImportType, MemoryType, RefType,
    TableType, TypeId, ValType,
};
pub use val::{ExternRef, Val};
pub use wasmparser::WasmFeatures;
pub use watch::{Event, Step};

/// The backend of this build: `threaded`, where each instruction's handler jumps
/// to the next, or `loop`.
#[must_use]
pub fn backend() -> &'static str {
    if cfg!(threaded) { "threaded" } else { "loop" }
}

impl From<numeric::NumericTrap> for Trap {
    fn from(trap: numeric::NumericTrap) -> Self {
        match trap {
            numeric::NumericTrap::DivideByZero => Self::IntegerDivisionByZero,
            numeric::NumericTrap::Overflow => Self::IntegerOverflow,
            numeric::NumericTrap::InvalidConversion => Self::BadConversionToInteger,
        }
    }
}
