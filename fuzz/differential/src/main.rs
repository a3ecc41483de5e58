//! Runs random modules on wasmrun's interpreter, by each of its backends, and on
//! wasmi, and compares results, traps, memories and globals. What wasmi does not
//! run (objects, exceptions, atomics and more) the two backends run alone.
//!
//!     cargo run --release [--features compiled] -- [FIRST-SEED [COUNT]]
//!
//! With the feature, wasmtime runs every module too.
//!
//! Ends with 1 at the first difference, whose module is left in a file.

#[cfg(feature = "compiled")]
mod compiled;
mod ours;
mod theirs;

use std::process::ExitCode;

use arbitrary::Unstructured;

/// What a call gave: bits of the results, or the kind of the trap.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Values(Vec<u128>),
    Trap(String),
    /// What one engine may do sooner than the other.
    Exhausted,
}

/// What a module did: how it began, what each exported function gave, and what
/// its memories and globals are in the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    pub start: Outcome,
    pub calls: Vec<(String, Outcome)>,
    pub memories: Vec<(String, Vec<u8>)>,
    pub globals: Vec<(String, u128)>,
}

/// A source of random numbers (splitmix64), the same on every system.
pub struct Random(u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number that is often at an edge.
    pub fn argument(&mut self) -> u64 {
        const EDGES: [u64; 8] = [
            0,
            1,
            u64::MAX,
            1 << 31,
            i32::MAX as u64,
            1 << 63,
            64,
            0xffff,
        ];
        let at = self.next();
        match at % 3 {
            0 => self.next(),
            _ => EDGES[(at >> 8) as usize % EDGES.len()],
        }
    }
}

/// Seeds at which wasmi 2.0 is wrong. At 267,010, by hand: a local that one arm of
/// an `if` sets while an older value of it waits on the stack; `tests/basics.rs`
/// of the interpreter has such a function. The others, by wasmtime, which gives
/// what both backends give.
const WASMI_IS_WRONG: &[u64] = &[74_610, 267_010, 1_032_269];

/// `all` says whether it may need what wasmi does not run.
fn module(seed: u64, all: bool) -> Option<Vec<u8>> {
    let mut random = Random(seed);
    let bytes: Vec<u8> = (0..2048)
        .flat_map(|_| random.next().to_le_bytes())
        .collect();
    let mut source = Unstructured::new(&bytes);
    let config = wasm_smith::Config {
        max_imports: 0,
        export_everything: true,
        canonicalize_nans: true,
        allow_start_export: true,
        min_funcs: 2,
        max_funcs: 12,
        max_memories: 2,
        min_memories: 1,
        max_memory32_bytes: 4 << 16,
        max_memory64_bytes: 4 << 16,
        memory_max_size_required: true,
        max_table_elements: 100,
        table_max_size_required: true,
        bulk_memory_enabled: true,
        reference_types_enabled: true,
        simd_enabled: true,
        relaxed_simd_enabled: false,
        multi_value_enabled: true,
        tail_call_enabled: true,
        memory64_enabled: true,
        extended_const_enabled: true,
        exceptions_enabled: all,
        gc_enabled: all,
        threads_enabled: all,
        custom_page_sizes_enabled: all,
        wide_arithmetic_enabled: all,
        saturating_float_to_int_enabled: true,
        sign_extension_ops_enabled: true,
        ..wasm_smith::Config::default()
    };
    let mut module = wasm_smith::Module::new(config, &mut source).ok()?;
    module.ensure_termination(500).ok()?;
    Some(module.to_bytes())
}

/// Whether two engines tell the same. Behind an exhaustion, nothing is compared.
fn same(a: &Story, b: &Story) -> bool {
    if a.start == Outcome::Exhausted || b.start == Outcome::Exhausted {
        return true;
    }
    for (x, y) in a.calls.iter().zip(&b.calls) {
        if x.1 == Outcome::Exhausted || y.1 == Outcome::Exhausted {
            return true;
        }
        if x != y {
            return false;
        }
    }
    a == b
}

/// What both backends tell of a module of everything; nothing when they differ.
fn alone(bytes: &[u8], seed: u64) -> Option<Story> {
    let [threaded, looped] = [false, true].map(|looped| ours::run(bytes, seed, looped));
    let same = same(&threaded, &looped);
    if !same {
        tell(bytes, seed, ["threaded", "looped"], &threaded, &looped);
    }
    same.then_some(threaded)
}

/// Prints where two stories part, and leaves the module in a file.
fn tell(bytes: &[u8], seed: u64, names: [&str; 2], a: &Story, b: &Story) {
    let file = format!("difference-{seed}.wasm");
    let written = std::fs::write(&file, bytes);
    let [x, y] = names;
    println!("seed {seed}: {x} and {y} differ, module in {file} ({written:?})");
    if a.start != b.start {
        println!("start: {x} {:?}, {y} {:?}", a.start, b.start);
    }
    let calls = a.calls.iter().zip(&b.calls);
    for (ours, theirs) in calls.filter(|(ours, theirs)| ours != theirs) {
        println!("{}: {x} {:?}, {y} {:?}", ours.0, ours.1, theirs.1);
    }
    let globals = a.globals.iter().zip(&b.globals);
    for (ours, theirs) in globals.filter(|(ours, theirs)| ours != theirs) {
        println!("global {}: {x} {:#x}, {y} {:#x}", ours.0, ours.1, theirs.1);
    }
    println!("memories equal: {}", a.memories == b.memories);
}

/// Whether wasmtime tells the same; true where it does not run the module.
#[cfg(feature = "compiled")]
fn wasmtime_agrees(bytes: &[u8], seed: u64, mut ours: Story) -> bool {
    static ENGINE: std::sync::OnceLock<wasmtime::Engine> = std::sync::OnceLock::new();
    let engine = ENGINE.get_or_init(|| compiled::engine().expect("wasmtime starts"));
    let Some(mut theirs) = compiled::run(engine, bytes, seed) else {
        return true;
    };
    // It does not hand out the bytes of shared memories.
    let names: Vec<_> = theirs.memories.iter().map(|it| it.0.clone()).collect();
    ours.memories.retain(|memory| names.contains(&memory.0));
    for story in [&mut ours, &mut theirs] {
        let calls = story.calls.iter_mut().map(|it| &mut it.1);
        calls.chain([&mut story.start]).for_each(coarsen);
    }
    let same = same(&ours, &theirs);
    if !same {
        tell(bytes, seed, ["ours", "wasmtime"], &ours, &theirs);
    }
    same
}

#[cfg(not(feature = "compiled"))]
fn wasmtime_agrees(_: &[u8], _: u64, _: Story) -> bool {
    true
}

/// Takes away what wasmtime does not tell, or has a limit of its own for.
#[cfg(feature = "compiled")]
fn coarsen(outcome: &mut Outcome) {
    let Outcome::Trap(text) = outcome else { return };
    let is_trap = |text: &str| {
        wasmrun_core::Trap::ALL
            .iter()
            .any(|it| it.to_string() == text)
    };
    if text == "allocation size too large" {
        *outcome = Outcome::Exhausted;
    } else if ["unaligned atomic", "expected shared memory"].contains(&text.as_str()) {
        // Which of several faults is found first, nobody says.
        *text = "out of bounds memory access".to_owned();
    } else if text.starts_with("null ") {
        *text = "null reference".to_owned();
    } else if !is_trap(text) && !["table", "exception"].contains(&text.as_str()) {
        // Arguments that a function does not take, links that fail.
        *text = "an error".to_owned();
    }
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse().ok());
    let first: u64 = args.next().unwrap_or(1);
    let count = args.next().unwrap_or(1000);
    let (mut ran, mut calls) = (0, 0);
    for seed in (first..first + count).filter(|seed| !WASMI_IS_WRONG.contains(seed)) {
        if let Some(bytes) = module(seed, true) {
            let agreed = alone(&bytes, seed).is_some_and(|it| wasmtime_agrees(&bytes, seed, it));
            if !agreed {
                return ExitCode::FAILURE;
            }
            ran += 1;
        }
        let Some(bytes) = module(seed, false) else {
            continue;
        };
        // What wasmi refuses, cannot begin or panics on is not compared.
        let theirs = std::panic::catch_unwind(|| theirs::run(&bytes, seed));
        let Some(theirs) = theirs.ok().flatten() else {
            continue;
        };
        ran += 1;
        calls += theirs.calls.len();
        for (looped, name) in [(false, "threaded"), (true, "looped")] {
            let ours = ours::run(&bytes, seed, looped);
            if !same(&ours, &theirs) {
                if cfg!(feature = "compiled") && wasmtime_agrees(&bytes, seed, ours.clone()) {
                    println!("seed {seed}: wasmtime gives what {name} code does, not what wasmi does");
                    continue;
                }
                tell(&bytes, seed, [name, "wasmi"], &ours, &theirs);
                return ExitCode::FAILURE;
            }
            if !looped && !wasmtime_agrees(&bytes, seed, ours) {
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{ran} modules, {calls} calls, no difference");
    ExitCode::SUCCESS
}
