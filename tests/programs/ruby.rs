//! Ruby 3.4 as its package ships it: a module for JavaScript to drive, with
//! exports that take texts, and so driven by way of the library. Node does the
//! same, in `ruby/host.mjs`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use wasmrun::runtime::core::{
    Caller, Engine, Error, ExternType, Instance, Linker, Memory, Module, Store, Val,
};
use wasmrun::runtime::wasi::{Access, Context, Stdin, Stdout, add_to_linker};

use crate::run::text;
use crate::tools::{all, fetched, find, programs, root};

/// With the standard library inside.
const MODULE: &str = "node_modules/@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm";

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn text(&self) -> String {
        text(&self.0.lock().unwrap())
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Ruby {
    store: Store<Context>,
    instance: Instance,
    memory: Memory,
}

impl Ruby {
    fn new(module: &Path, context: Context) -> Self {
        let engine = Engine::default();
        let module = Module::new(&engine, std::fs::read(module).unwrap()).unwrap();
        let mut linker: Linker<Context> = Linker::new(&engine);
        add_to_linker(&mut linker, |context| context);
        // A value's handle is the value.
        for name in ["resource_new_rb-abi-value", "resource_get_rb-abi-value"] {
            linker.wrap(
                "canonical_abi",
                name,
                |_: Caller<'_, Context>, value: i32| value,
            );
        }
        for import in linker.missing(&module) {
            let ExternType::Func(ty) = &import.ty else {
                panic!("{}", import.name)
            };
            let said = format!("{} was called", import.name);
            linker.func(import.module, import.name, ty.clone(), move |_, _, _| {
                Err(Error::host(std::io::Error::other(said.clone())))
            });
        }
        let mut store = Store::new(&engine, context);
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let memory = instance.memory(&store, "memory").unwrap();
        let mut ruby = Self {
            store,
            instance,
            memory,
        };
        ruby.call("_initialize", &[], 0);
        let args = ["ruby\0", "-EUTF-8\0", "-e_=0\0"].map(|arg| ruby.text(arg));
        let list = ruby.allocate(4, args.len() as i32 * 8);
        for (index, word) in args.iter().flatten().enumerate() {
            let at = list as usize + 4 * index;
            ruby.memory.data_mut(&mut ruby.store)[at..at + 4].copy_from_slice(&word.to_le_bytes());
        }
        ruby.call("ruby-init:", &[list, args.len() as i32], 0);
        ruby
    }

    /// Calls the export whose name starts so, with addresses and numbers.
    fn call(&mut self, start: &str, args: &[i32], results: usize) -> i32 {
        let exports = self.instance.exports(&self.store);
        let mut names = exports.map(|(name, _)| name.to_owned());
        let name = names.find(|name| name.starts_with(start)).unwrap();
        drop(names);
        let function = self.instance.func(&self.store, &name).unwrap();
        let args: Vec<Val> = args.iter().map(|arg| Val::I32(*arg)).collect();
        let mut result = [Val::I32(0)];
        let ended = function.call(&mut self.store, &args, &mut result[..results]);
        ended.unwrap_or_else(|error| panic!("{name}: {error}\n{:?}", error.backtrace()));
        let [Val::I32(result)] = result else {
            panic!("{name}: {result:?}")
        };
        result
    }

    fn allocate(&mut self, align: i32, length: i32) -> i32 {
        self.call("cabi_realloc", &[0, 0, align, length], 1)
    }

    /// Puts a text into the memory: where it is, and how long.
    fn text(&mut self, text: &str) -> [i32; 2] {
        let at = self.allocate(1, text.len() as i32);
        let memory = self.memory.data_mut(&mut self.store);
        memory[at as usize..][..text.len()].copy_from_slice(text.as_bytes());
        [at, text.len() as i32]
    }

    /// Runs a script; 0 when no exception ended it.
    fn eval(&mut self, script: &str) -> i32 {
        let script = self.text(script);
        let result = self.call("rb-eval-string-protect", &script, 1) as usize + 4;
        let word = &self.memory.data(&self.store)[result..result + 4];
        i32::from_le_bytes(word.try_into().unwrap())
    }
}

/// A folder with a file to read.
fn work() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("input.txt"), "zwei\neins\ndrei\n").unwrap();
    folder
}

fn module() -> Option<PathBuf> {
    if !all() {
        return None;
    }
    fetched(
        programs().with_file_name("test-modules").join(MODULE),
        "modules",
    )
}

#[test]
fn ruby_prints_and_reads_files() {
    let Some(module) = module() else { return };
    let script = root().join("tests/programs/ruby/script.rb");
    let (out, err, folder) = (Kept::default(), Kept::default(), work());
    let context = Context::builder()
        .env("WORD", "from outside")
        .stdin(Stdin::Null)
        .stdout(Stdout::Writer(Box::new(out.clone())))
        .stderr(Stdout::Writer(Box::new(err.clone())))
        .preopen(folder.path(), "/work", Access::ReadWrite)
        .unwrap()
        .build();
    let mut ruby = Ruby::new(&module, context);
    let state = ruby.eval(&std::fs::read_to_string(&script).unwrap());
    assert_eq!(
        (state, err.text().as_str()),
        (0, "to standard error\n"),
        "{}",
        out.text()
    );
    let renamed = std::fs::read_to_string(folder.path().join("renamed.txt")).unwrap();
    assert_eq!(renamed, "2\n2\n");
    crate::golden::expect("ruby.txt", &out.text());

    let Some(node) = find("node", "node") else {
        return;
    };
    let folder = work();
    let host = root().join("tests/programs/ruby/host.mjs");
    let mut command = Command::new(node);
    command.arg("--no-warnings").arg(host).arg(&module);
    let theirs = command.arg(folder.path()).arg(script).output().unwrap();
    assert_eq!(theirs.status.code(), Some(0), "{}", text(&theirs.stderr));
    assert_eq!(out.text(), text(&theirs.stdout));
    assert_eq!(err.text(), text(&theirs.stderr));
}

#[test]
fn ruby_tells_its_version_under_exec() {
    let Some(module) = module() else { return };
    let show = "ruby-show-version: func() -> ()";
    let mut command = Command::new(env!("CARGO_BIN_EXE_wasmrun"));
    command.args(["exec", "--unknown-imports-trap", "--call", show]);
    let output = command.arg(module).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = "ruby 3.4.1 (2024-12-25 revision 48d4efcb85) [wasm32-wasi]\n";
    assert_eq!(text(&output.stdout), said);
}
