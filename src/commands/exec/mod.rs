//! `wasmrun exec`: runs a module.

mod imports;
mod input;
mod profile;
mod start;
mod stats;
mod trace;
mod trap;
mod values;
mod watch;
mod world;

use std::cell::LazyCell;
use std::ffi::OsString;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use super::Context;
use super::functions::Functions;
use crate::config::{parse_duration, parse_size};
use crate::error::{Code, Error, Exit, Result};
use crate::process;
use crate::runtime::core::{Config, Engine, Limits, Linker, Module, Store};
use crate::runtime::wasi;
use input::Input;
use profile::Profile;
use stats::Stats;
use trace::Trace;
use world::Preopen;

/// Arguments of `wasmrun exec`.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "wasmrun exec [OPTIONS] <FILE|FOLDER|-> [ARGS]...",
    after_help = "Examples:\n  \
    wasmrun exec app.wasm --verbose x          run a program; `--verbose x` are its arguments\n  \
    wasmrun exec --dir . app.wasm              let it reach the files here\n  \
    wasmrun exec --dir data::/data:ro app.wasm let it read `data`, which it finds as /data\n  \
    wasmrun exec .                             build the project here, then run it\n  \
    wasmrun exec -c add math.wat 2 0x28        call an export\n  \
    wasmrun exec --timeout 2s --fuel 1000000 untrusted.wasm\n\n\
    Exit codes: the program's own; 134 a trap, 124 the time was up, 2 it could not be run."
)]
pub struct Args {
    /// A module (.wasm or .wat), a project's folder, or `-` for a module on standard input; behind
    /// it the program's own arguments
    #[arg(
        value_name = "FILE|FOLDER|-",
        required = true,
        num_args = 1..,
        trailing_var_arg = true,
        allow_hyphen_values = false
    )]
    command: Vec<OsString>,
    /// Call this export instead of running the program; the arguments are its values
    #[arg(short, long, value_name = "NAME")]
    call: Option<String>,
    /// Let the program reach a folder, under another name, or for reading alone
    #[arg(long, value_name = "HOST[::GUEST][:ro]")]
    dir: Vec<OsString>,
    /// Give it a variable: `K=V`, or `K` as it is here
    #[arg(long, value_name = "K[=V]")]
    env: Vec<OsString>,
    /// Give it all variables that are set here
    #[arg(long)]
    inherit_env: bool,
    /// Give it a socket that takes connections at an address, such as 127.0.0.1:8000
    #[arg(long, value_name = "ADDR")]
    listen: Vec<String>,
    /// The most that each of its memories may grow to, and all its objects: `64M`, `1G`
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    max_memory: Option<u64>,
    /// How many operators it may execute
    #[arg(long, value_name = "N")]
    fuel: Option<u64>,
    /// How long it may run: `90s`, `5m`, or seconds
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    timeout: Option<Duration>,
    /// Run a module that imports functions nothing gives, until it calls one
    #[arg(long)]
    unknown_imports_trap: bool,
    /// The room for nested calls [default: 8M]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    max_stack: Option<u64>,
    /// Tell afterwards what it took: time, functions, memory, operators by family
    #[arg(long)]
    stats: bool,
    /// Tell each call of this function and its results; by name or index, also several
    #[arg(long, value_name = "FUNC")]
    trace: Vec<String>,
    /// Write where its time goes: folded stacks, or for the Firefox profiler if FILE ends in .json
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let (file, args) = self
            .command
            .split_first()
            .ok_or_else(|| Error::new(Code::Usage, "there is nothing to run"))?;
        let input = Input::read(context, &PathBuf::from(file))?;
        let functions = LazyCell::new(|| Functions::read(input.bytes.as_ref()));
        let trace = match self.trace.as_slice() {
            [] => None,
            wanted => Some(Trace::find(&functions, wanted)?),
        };
        let mut stats = self.stats.then(Stats::start);
        let engine = Engine::new(self.config(trace.as_ref()));
        let module =
            Module::new(&engine, input.bytes.clone()).map_err(|error| input.refused(&error))?;
        let mut linker: Linker<wasi::Context> = Linker::new(&engine);
        wasi::add_to_linker(&mut linker, |context| context);
        if self.unknown_imports_trap {
            imports::trapping(&mut linker, &module);
        }
        let missing = linker.missing(&module);
        if !missing.is_empty() {
            return Err(imports::missing(&input, &missing));
        }
        let call = start::find(&input, &module, self.call.as_deref(), args)?;
        let mut store = Store::new(&engine, self.world(&input, args)?);
        store.set_limits(Limits {
            memory_bytes: self.max_memory.unwrap_or(u64::MAX),
            heap_bytes: self.max_memory.unwrap_or(Limits::default().heap_bytes),
            ..Limits::default()
        });
        if let Some(fuel) = self.fuel {
            store.set_fuel(fuel);
        }
        if let Some(trace) = trace {
            trace.start(&mut store);
        }
        let profile = match &self.profile {
            Some(path) => Some(Profile::start(&mut store, path)?),
            None => None,
        };
        // What runs has nothing to clean up: an interrupt ends it at once.
        process::end_on_interrupt();
        let watch = watch::Watch::start(&mut store, self.timeout)?;
        if let Some(stats) = &mut stats {
            stats.loaded();
        }
        let ran = start::run(&mut store, &linker, &module, &call);
        drop(watch);
        if let Some(stats) = stats {
            for line in stats.lines(&module, &store) {
                context.terminal.err(line);
            }
        }
        if let Some(profile) = profile {
            profile.finish(&input.name, &functions)?;
        }
        let ended = self.end(context, &input, &store, ran);
        // The process ends: the system takes all of it back at once, and faster.
        std::mem::forget((store, linker, module));
        ended
    }

    fn config(&self, trace: Option<&Trace>) -> Config {
        let config = Config::new()
            .fuel(self.fuel.is_some())
            .interruptible(self.timeout.is_some() || self.profile.is_some())
            .count(self.stats)
            .watch(trace.map(Trace::indices).unwrap_or_default());
        match self.max_stack {
            Some(bytes) => config.max_stack(usize::try_from(bytes).unwrap_or(usize::MAX)),
            None => config,
        }
    }

    /// What the program sees.
    fn world(&self, input: &Input, args: &[OsString]) -> Result<wasi::Context> {
        let mut builder = wasi::Context::builder()
            .inherit_stdio()
            .arg(input.program_name())
            .args(args.iter().map(|arg| arg.as_encoded_bytes()));
        if input.took_stdin {
            builder = builder.stdin(wasi::Stdin::Null);
        }
        if self.inherit_env {
            builder = builder.inherit_env();
        }
        for variable in &self.env {
            builder = world::variable(builder, variable)?;
        }
        for dir in &self.dir {
            builder = Preopen::parse(dir)?.open(builder)?;
        }
        for address in &self.listen {
            let listener = TcpListener::bind(address).map_err(|error| {
                Error::new(Code::Io, format!("could not listen at {address}"))
                    .because(crate::error::plain(&error))
                    .help("name an address and a free port, such as `--listen 127.0.0.1:8000`")
            })?;
            builder = builder.listener(listener);
        }
        Ok(builder.build())
    }

    /// How this program ends after that one.
    fn end(
        &self,
        context: &Context,
        input: &Input,
        store: &Store<wasi::Context>,
        ran: Result<Vec<String>, crate::runtime::core::Error>,
    ) -> Result<Exit> {
        let error = match ran {
            Ok(results) => {
                for result in results {
                    context.terminal.out(result);
                }
                return Ok(Exit::Ok);
            }
            Err(error) => error,
        };
        if let Some(wasi::Exit(code)) = error.downcast_ref::<wasi::Exit>() {
            return Ok(match *code {
                0 => Exit::Ok,
                // Systems keep eight bits; a failure must not become a success.
                code => Exit::Program(u8::try_from(code & 0xff).unwrap_or(1).max(1)),
            });
        }
        // A program whose output nobody reads any more ends as quietly as others.
        if store.data().broken_pipe() && error.trap().is_some() {
            return Ok(Exit::Program(141));
        }
        Err(trap::report(input, &error, self.timeout))
    }
}
