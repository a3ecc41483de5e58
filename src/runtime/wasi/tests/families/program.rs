//! A program that does what a test tells it: it passes calls on.

use std::path::Path;

use wasmrun_core::{Engine, Error, Extern, Instance, Linker, Memory, Module, Store, Val};
use wasmrun_wasi::{Access, Builder, Context};

/// The functions of preview 1 with the types of their parameters: `i` 32 bits, `I`
/// 64 bits.
pub(crate) const FUNCTIONS: &[(&str, &str)] = &[
    ("args_get", "ii"),
    ("args_sizes_get", "ii"),
    ("environ_get", "ii"),
    ("environ_sizes_get", "ii"),
    ("clock_res_get", "ii"),
    ("clock_time_get", "iIi"),
    ("fd_advise", "iIIi"),
    ("fd_allocate", "iII"),
    ("fd_close", "i"),
    ("fd_datasync", "i"),
    ("fd_fdstat_get", "ii"),
    ("fd_fdstat_set_flags", "ii"),
    ("fd_fdstat_set_rights", "iII"),
    ("fd_filestat_get", "ii"),
    ("fd_filestat_set_size", "iI"),
    ("fd_filestat_set_times", "iIIi"),
    ("fd_pread", "iiiIi"),
    ("fd_prestat_get", "ii"),
    ("fd_prestat_dir_name", "iii"),
    ("fd_pwrite", "iiiIi"),
    ("fd_read", "iiii"),
    ("fd_readdir", "iiiIi"),
    ("fd_renumber", "ii"),
    ("fd_seek", "iIii"),
    ("fd_sync", "i"),
    ("fd_tell", "ii"),
    ("fd_write", "iiii"),
    ("path_create_directory", "iii"),
    ("path_filestat_get", "iiiii"),
    ("path_filestat_set_times", "iiiiIIi"),
    ("path_link", "iiiiiii"),
    ("path_open", "iiiiiIIii"),
    ("path_readlink", "iiiiii"),
    ("path_remove_directory", "iii"),
    ("path_rename", "iiiiii"),
    ("path_symlink", "iiiii"),
    ("path_unlink_file", "iii"),
    ("poll_oneoff", "iiii"),
    ("proc_raise", "i"),
    ("random_get", "ii"),
    ("sched_yield", ""),
    ("sock_accept", "iii"),
    ("sock_recv", "iiiiii"),
    ("sock_send", "iiiii"),
    ("sock_shutdown", "ii"),
];

pub(crate) struct Program {
    store: Store<Context>,
    instance: Instance,
    memory: Memory,
    /// Where the next bytes are put.
    free: u32,
}

/// Where results go; what is put begins behind.
pub(crate) const OUT: u32 = 256;

fn wrapper(module: &str, name: &str, params: &str) -> String {
    let ty = |letter: char| if letter == 'I' { "i64 " } else { "i32 " };
    let types: String = params.chars().map(ty).collect();
    let gets: String = (0..params.len())
        .map(|nth| format!("(local.get {nth})"))
        .collect();
    format!(
        r#"(import "{module}" "{name}" (func ${name} (param {types}) (result i32)))
        (func (export "{name}") (param {types}) (result i32) (call ${name} {gets}))"#
    )
}

impl Program {
    pub(crate) fn new(builder: Builder) -> Self {
        Self::with(builder, "wasi_snapshot_preview1", FUNCTIONS)
    }

    pub(crate) fn with(builder: Builder, module: &str, functions: &[(&str, &str)]) -> Self {
        // Imports come before everything else.
        let all: Vec<_> = functions
            .iter()
            .map(|(name, params)| wrapper(module, name, params))
            .collect();
        let (imports, rest): (Vec<_>, Vec<_>) = all
            .iter()
            .map(|text| text.split_once('\n').unwrap())
            .unzip();
        let text = format!(
            r#"(module {} (memory (export "memory") 2) {})"#,
            imports.concat(),
            rest.concat()
        );
        let engine = Engine::default();
        let mut linker: Linker<Context> = Linker::new(&engine);
        wasmrun_wasi::add_to_linker(&mut linker, |context| context);
        let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
        let mut store = Store::new(&engine, builder.build());
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let Some(Extern::Memory(memory)) = instance.export(&store, "memory") else {
            panic!("it is exported");
        };
        Self {
            store,
            instance,
            memory,
            free: 4096,
        }
    }

    /// With a folder as descriptor 3.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self::new(
            Context::builder()
                .preopen(folder, "/", Access::ReadWrite)
                .unwrap(),
        )
    }

    pub(crate) fn try_call(&mut self, name: &str, args: &[u64]) -> Result<u16, Error> {
        let function = self.instance.func(&self.store, name).unwrap();
        let ty = function.ty(&self.store);
        let args: Vec<_> = ty
            .params()
            .iter()
            .zip(args)
            .map(|(ty, arg)| match ty {
                wasmrun_core::ValType::I64 => Val::I64(arg.cast_signed()),
                _ => Val::I32(*arg as u32 as i32),
            })
            .collect();
        let mut results = [Val::I32(0)];
        function.call(&mut self.store, &args, &mut results)?;
        match results[0] {
            Val::I32(errno) => Ok(u16::try_from(errno).unwrap()),
            other => panic!("{other:?}"),
        }
    }

    /// Calls a function, and gives its errno.
    pub(crate) fn call(&mut self, name: &str, args: &[u64]) -> u16 {
        self.try_call(name, args).unwrap()
    }

    /// Calls a function that has to succeed.
    #[track_caller]
    pub(crate) fn ok(&mut self, name: &str, args: &[u64]) {
        let errno = self.call(name, args);
        assert_eq!(errno, 0, "{name} {args:?}");
    }

    pub(crate) fn context(&mut self) -> &mut Context {
        self.store.data_mut()
    }

    pub(crate) fn bytes(&self, at: u32, length: usize) -> &[u8] {
        &self.memory.data(&self.store)[at as usize..][..length]
    }

    pub(crate) fn poke(&mut self, at: u32, bytes: &[u8]) {
        self.memory.data_mut(&mut self.store)[at as usize..][..bytes.len()].copy_from_slice(bytes);
    }

    pub(crate) fn u16(&self, at: u32) -> u16 {
        u16::from_le_bytes(*self.bytes(at, 2).first_chunk().unwrap())
    }

    pub(crate) fn u32(&self, at: u32) -> u32 {
        u32::from_le_bytes(*self.bytes(at, 4).first_chunk().unwrap())
    }

    pub(crate) fn u64(&self, at: u32) -> u64 {
        u64::from_le_bytes(*self.bytes(at, 8).first_chunk().unwrap())
    }

    /// Puts bytes somewhere, and tells where and how many.
    pub(crate) fn put(&mut self, bytes: impl AsRef<[u8]>) -> [u64; 2] {
        let bytes = bytes.as_ref();
        let at = self.free;
        self.poke(at, bytes);
        self.free += (bytes.len() as u32).next_multiple_of(8) + 8;
        [u64::from(at), bytes.len() as u64]
    }

    /// A row of one buffer, as reads and writes want it.
    pub(crate) fn span(&mut self, at: u64, length: u64) -> [u64; 2] {
        let mut raw = (at as u32).to_le_bytes().to_vec();
        raw.extend((length as u32).to_le_bytes());
        [self.put(raw)[0], 1]
    }

    /// Opens with all rights; `oflags` as in the specification.
    pub(crate) fn open(&mut self, path: &str, oflags: u64, fdflags: u64) -> Result<u64, u16> {
        self.open_with(path, 1, oflags, u64::MAX, fdflags)
    }

    pub(crate) fn open_with(
        &mut self,
        path: &str,
        dirflags: u64,
        oflags: u64,
        rights: u64,
        fdflags: u64,
    ) -> Result<u64, u16> {
        let [at, length] = self.put(path);
        let all = [
            3,
            dirflags,
            at,
            length,
            oflags,
            rights,
            u64::MAX,
            fdflags,
            u64::from(OUT),
        ];
        match self.call("path_open", &all) {
            0 => Ok(u64::from(self.u32(OUT))),
            errno => Err(errno),
        }
    }

    /// Writes, and tells the errno or how many bytes were taken.
    pub(crate) fn write(&mut self, fd: u64, bytes: impl AsRef<[u8]>) -> Result<u32, u16> {
        let [at, length] = self.put(bytes);
        let [spans, count] = self.span(at, length);
        match self.call("fd_write", &[fd, spans, count, u64::from(OUT)]) {
            0 => Ok(self.u32(OUT)),
            errno => Err(errno),
        }
    }

    /// Reads as many bytes at most.
    pub(crate) fn read(&mut self, fd: u64, length: u64) -> Result<Vec<u8>, u16> {
        let [at, _] = self.put(vec![0; length as usize]);
        let [spans, count] = self.span(at, length);
        match self.call("fd_read", &[fd, spans, count, u64::from(OUT)]) {
            0 => Ok(self.bytes(at as u32, self.u32(OUT) as usize).to_vec()),
            errno => Err(errno),
        }
    }
}

/// Errnos by their names.
pub(crate) mod errno {
    use wasmrun_wasi::Errno;
    macro_rules! numbers {
        ($($name:ident $variant:ident,)*) => {
            $(pub(crate) const $name: u16 = Errno::$variant as u16;)*
        };
    }
    numbers! {
        AGAIN Again, BADF Badf, EXIST Exist, FAULT Fault, INTR Intr, INVAL Inval, ISDIR Isdir, LOOP Loop,
        NAMETOOLONG Nametoolong, NOENT Noent, NOTCAPABLE Notcapable, NOTCONN Notconn, NOTDIR Notdir,
        NOTEMPTY Notempty, NOTSOCK Notsock, PERM Perm, PIPE Pipe, ROFS Rofs, SPIPE Spipe, FBIG Fbig, NOTSUP Notsup,
    }
}
