//! WASI preview 1: what a WebAssembly program sees of the system it runs on.
//!
//! A [`Context`] holds all of it: arguments, environment, open descriptors. Files
//! are reached through directories that the host has opened for the program, and
//! nothing outside of them is, whatever links and `..` say.
//!
//! ```
//! use wasmrun_core::{Engine, Linker, Module, Store};
//! use wasmrun_wasi::{Context, Exit};
//!
//! let engine = Engine::default();
//! // (module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
//! //   (memory (export "memory") 1) (func (export "_start") (call 0 (i32.const 3))))
//! let bytes = b"\0asm\x01\0\0\0\x01\x08\x02\x60\x01\x7f\0\x60\0\0\x02\x24\x01\x16wasi_snapshot_preview1\
//!               \x09proc_exit\0\0\x03\x02\x01\x01\x05\x03\x01\0\x01\x07\x13\x02\x06memory\x02\0\x06_start\0\x01\
//!               \x0a\x08\x01\x06\0\x41\x03\x10\0\x0b";
//! let module = Module::new(&engine, bytes.to_vec())?;
//! let mut linker: Linker<Context> = Linker::new(&engine);
//! wasmrun_wasi::add_to_linker(&mut linker, |context| context);
//! let mut store = Store::new(&engine, Context::builder().arg("example").build());
//! let instance = linker.instantiate(&mut store, &module)?;
//! let start = instance.func(&store, "_start").expect("an export");
//! let end = start.call(&mut store, &[], &mut []).unwrap_err();
//! assert_eq!(end.downcast_ref::<Exit>(), Some(&Exit(3)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The functions are those of [the specification], which is meant wherever one
//! names a section. Addresses, lengths and offsets are bytes, times nanoseconds;
//! integers are little-endian.
//!
//! [the specification]: https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md

#![allow(
    clippy::too_many_arguments,
    reason = "functions have as many as the specification gives them"
)]

mod args;
mod clock;
mod context;
mod environ;
mod errno;
mod fd;
mod guest;
mod host;
mod link;
mod object;
mod path;
mod poll;
mod proc;
mod random;
mod rights;
mod sched;
mod sock;
mod table;
mod unstable;

pub use context::{Access, Builder, Context, Stdin, Stdout};
pub use errno::Errno;
pub use host::wait::Waker;
pub use link::{add_to_linker, is_provided};
pub use object::{
    Directory, Entry, Fdflags, File, Filestat, Filetype, Object, Open, Received, Source, Time,
    Times,
};
pub use proc::Exit;
