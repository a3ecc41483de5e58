//! What each technique of the translator gives: a program is run with all of
//! them, then without one of them after the other, round after round.
//! `cargo bench --features oracle --bench ablation -- ROUNDS STDIN MODULE...`. Prints a line of JSON for each module: wall seconds from
//! bytes to the program's end, the median of all rounds but the first.

#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use wasmrun_core::Technique::{Accumulators, Branches, Fusion, Locals, Targets};
use wasmrun_core::{Config, Engine, Linker, Module, Store};
use wasmrun_wasi::{Context, Exit, Stdin, Stdout};

/// What a program has printed.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn variants() -> [(&'static str, Config); 10] {
    let all = Config::new;
    let none = [Locals, Accumulators, Targets, Branches, Fusion];
    let none = none.into_iter().fold(all(), Config::without);
    [
        ("all", all()),
        ("locals", all().without(Locals)),
        ("accumulators", all().without(Accumulators)),
        ("targets", all().without(Targets)),
        ("branches", all().without(Branches)),
        ("fusion", all().without(Fusion)),
        ("none", none),
        ("loop", all().looped(true)),
        ("fuel", all().fuel(true)),
        ("interruptible", all().interruptible(true)),
    ]
}

/// Runs a program from its bytes to its end: seconds, and what it printed.
fn run(bytes: &[u8], stdin: &Path, config: Config) -> (f64, Vec<u8>) {
    let printed = Printed::default();
    let builder = Context::builder().arg("program");
    let builder = builder.stdin(Stdin::Reader(Box::new(File::open(stdin).unwrap())));
    let context = builder.stdout(Stdout::Writer(Box::new(printed.clone())));
    let context = context.build();
    let begin = Instant::now();
    let engine = Engine::new(config);
    let module = Module::new(&engine, bytes.to_vec()).unwrap();
    let mut linker: Linker<Context> = Linker::new(&engine);
    wasmrun_wasi::add_to_linker(&mut linker, |context| context);
    let mut store = Store::new(&engine, context);
    store.set_fuel(u64::MAX);
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let start = instance.func(&store, "_start").unwrap();
    if let Err(end) = start.call(&mut store, &[], &mut []) {
        assert_eq!(end.downcast_ref::<Exit>(), Some(&Exit(0)), "{end}");
    }
    let seconds = begin.elapsed().as_secs_f64();
    drop(store);
    let printed = printed.0.lock().unwrap().clone();
    (seconds, printed)
}

fn main() {
    let args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let args: Vec<_> = args.collect();
    let [rounds, stdin, modules @ ..] = args.as_slice() else {
        return;
    };
    let rounds: usize = rounds.parse().unwrap();
    for module in modules {
        let bytes = std::fs::read(module).unwrap();
        let mut times = vec![Vec::new(); variants().len()];
        let mut expected = None;
        for round in 0..=rounds {
            for ((name, config), times) in variants().into_iter().zip(&mut times) {
                let (seconds, printed) = run(&bytes, Path::new(stdin), config);
                let expected = expected.get_or_insert_with(|| printed.clone());
                assert_eq!(*expected, printed, "{module} without {name}");
                if round > 0 {
                    times.push(seconds);
                }
            }
        }
        let fields = variants()
            .into_iter()
            .zip(times)
            .map(|((name, _), mut of)| {
                of.sort_by(f64::total_cmp);
                format!("\"{name}\": {}", of[of.len() / 2])
            });
        let fields = fields.collect::<Vec<_>>().join(", ");
        let _ = writeln!(std::io::stdout(), "{{{fields}}}");
    }
}
