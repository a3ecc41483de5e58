//! wasmtime: a compiler, slower to begin with and the only other engine that runs
//! objects, exceptions and atomics. Only in long runs.

use wasmtime::{
    AnyRef, Config, Engine, Error, Extern, GcHeapOutOfMemory, Instance, Module, Result, Store,
    StoreLimits, StoreLimitsBuilder, ThrownException, Trap, Val, ValType,
};

use crate::{Outcome, Random, Story};

/// Nothing where wasmtime refuses the module or cannot begin it, or its programs
/// are what we do not compare.
pub fn run(engine: &Engine, bytes: &[u8], seed: u64) -> Option<Story> {
    let module = Module::new(engine, bytes).ok()?;
    // Else arrays grow to gigabytes.
    let limits = StoreLimitsBuilder::new().memory_size(16 << 20).build();
    let mut store = Store::new(engine, limits);
    store.limiter(|limits| limits);
    let mut story = Story {
        start: Outcome::Values(Vec::new()),
        calls: Vec::new(),
        memories: Vec::new(),
        globals: Vec::new(),
    };
    let instance = match Instance::new(&mut store, &module, &[]) {
        Ok(instance) => instance,
        Err(error) => {
            story.start = ended(&error);
            return Some(story);
        }
    };
    let mut exports: Vec<(String, Extern)> = instance
        .exports(&mut store)
        .map(|export| (export.name().to_owned(), export.into_extern()))
        .collect();
    exports.sort_by(|a, b| a.0.cmp(&b.0));
    let mut random = Random(seed);
    for (name, value) in &exports {
        let Extern::Func(func) = value else { continue };
        let ty = func.ty(&store);
        let args: Vec<_> = ty.params().map(|ty| argument(&ty, &mut random)).collect();
        let mut results = vec![Val::I32(0); ty.results().len()];
        let outcome = match args.into_iter().collect::<Option<Vec<_>>>() {
            Some(args) => match func.call(&mut store, &args, &mut results) {
                Ok(()) => values(&mut store, &results).ok()?,
                Err(error) => ended(&error),
            },
            None => Outcome::Trap("an argument that cannot be null".to_owned()),
        };
        story.calls.push((name.clone(), outcome));
    }
    for (name, value) in exports {
        match value {
            Extern::Memory(memory) => story.memories.push((name, memory.data(&store).to_vec())),
            Extern::Global(global) => {
                let value = global.get(&mut store);
                story.globals.push((name, bits(&mut store, &value).ok()?));
            }
            _ => {}
        }
    }
    Some(story)
}

pub fn engine() -> Result<Engine> {
    let mut config = Config::new();
    config
        .wasm_multi_memory(true)
        .wasm_memory64(true)
        .wasm_tail_call(true)
        .wasm_function_references(true)
        .wasm_gc(true)
        .wasm_exceptions(true)
        .wasm_threads(true)
        .shared_memory(true)
        .wasm_custom_page_sizes(true)
        .wasm_wide_arithmetic(true)
        // Modules are many, their memories small.
        .memory_init_cow(false)
        .memory_reservation(1 << 20)
        .memory_reservation_for_growth(0)
        .memory_guard_size(64 << 10)
        .gc_heap_reservation(1 << 20)
        .gc_heap_reservation_for_growth(0)
        .gc_heap_guard_size(64 << 10);
    Engine::new(&config)
}

fn values(store: &mut Store<StoreLimits>, results: &[Val]) -> Result<Outcome> {
    let bits: Result<_> = results.iter().map(|it| bits(store, it)).collect();
    Ok(Outcome::Values(bits?))
}

/// The trap in the words of the official suite, as ours has them.
fn ended(error: &Error) -> Outcome {
    if error.is::<ThrownException>() {
        return Outcome::Trap("exception".to_owned());
    }
    if error.is::<GcHeapOutOfMemory<()>>() {
        return Outcome::Exhausted;
    }
    let text = match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow | Trap::AllocationTooLarge) => return Outcome::Exhausted,
        Some(Trap::UnreachableCodeReached) => "unreachable",
        Some(Trap::MemoryOutOfBounds) => "out of bounds memory access",
        Some(Trap::HeapMisaligned) => "unaligned atomic",
        Some(Trap::AtomicWaitNonSharedMemory) => "expected shared memory",
        Some(Trap::TableOutOfBounds) => "table",
        Some(Trap::IndirectCallToNull) => "uninitialized element",
        Some(Trap::IntegerDivisionByZero) => "integer divide by zero",
        Some(Trap::IntegerOverflow) => "integer overflow",
        Some(Trap::BadConversionToInteger) => "invalid conversion to integer",
        Some(Trap::BadSignature) => "indirect call type mismatch",
        Some(Trap::NullReference) => "null reference",
        Some(Trap::CastFailure) => "cast failure",
        Some(Trap::ArrayOutOfBounds) => "out of bounds array access",
        _ => return Outcome::Trap(error.to_string()),
    };
    Outcome::Trap(text.to_owned())
}

/// Nothing where the type has no null and no zero.
fn argument(ty: &ValType, random: &mut Random) -> Option<Val> {
    let number = random.argument();
    Some(match ty {
        ValType::I32 => Val::I32(number as i32),
        ValType::I64 => Val::I64(number as i64),
        ValType::F32 => Val::F32(number as u32 & 0x7f7f_ffff),
        ValType::F64 => Val::F64(number & 0x7fe7_ffff_ffff_ffff),
        ValType::V128 => Val::V128(u128::from(number).into()),
        ValType::Ref(ty) if ty.is_nullable() => Val::null_ref(&ty.heap_type().clone()),
        ValType::Ref(_) => return None,
    })
}

fn bits(store: &mut Store<StoreLimits>, value: &Val) -> Result<u128> {
    Ok(match value {
        Val::I32(x) => u128::from(*x as u32),
        Val::I64(x) => u128::from(*x as u64),
        Val::F32(x) => u128::from(*x),
        Val::F64(x) => u128::from(*x),
        Val::V128(x) => x.as_u128(),
        Val::FuncRef(x) => u128::from(x.is_some()),
        // No host's reference is about: inside is one of the module's own.
        Val::ExternRef(Some(x)) => {
            let any = AnyRef::convert_extern(&mut *store, *x)?;
            return bits(store, &Val::AnyRef(Some(any)));
        }
        Val::AnyRef(Some(any)) => {
            let number = any.as_i31(&mut *store)?;
            1 + number.map_or(0, |x| u128::from(x.get_i32() as u32))
        }
        Val::ExnRef(x) => u128::from(x.is_some()),
        _ => 0,
    })
}
