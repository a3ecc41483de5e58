//! wasmrun's interpreter.

use wasmrun_core::{
    Config, Engine, ErrorKind, Extern, Limits, Linker, Module, Store, Trap, Val, ValType,
};

use crate::{Outcome, Random, Story};

pub fn run(bytes: &[u8], seed: u64, looped: bool) -> Story {
    let engine = Engine::new(Config::new().looped(looped).max_stack(1 << 20));
    let mut story = Story {
        start: Outcome::Values(Vec::new()),
        calls: Vec::new(),
        memories: Vec::new(),
        globals: Vec::new(),
    };
    let module = match Module::new(&engine, bytes) {
        Ok(module) => module,
        Err(error) => {
            story.start = Outcome::Trap(format!("refused: {error}"));
            return story;
        }
    };
    let mut store = Store::new(&engine, ());
    // So that the collector has something to do.
    store.set_limits(Limits {
        heap_bytes: 16 << 20,
        ..Limits::default()
    });
    let instance = match Linker::new(&engine).instantiate(&mut store, &module) {
        Ok(instance) => instance,
        Err(error) => {
            story.start = ended(&error);
            return story;
        }
    };
    let mut exports: Vec<_> = instance
        .exports(&store)
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    // wasmi has an order of its own.
    exports.sort_by(|a, b| a.0.cmp(&b.0));
    let mut random = Random(seed);
    for (name, value) in &exports {
        let Extern::Func(func) = value else { continue };
        let ty = func.ty(&store);
        let args: Vec<_> = ty
            .params()
            .iter()
            .map(|ty| argument(*ty, &mut random))
            .collect();
        let mut results = vec![Val::I32(0); ty.results().len()];
        let outcome = match func.call(&mut store, &args, &mut results) {
            Ok(()) => Outcome::Values(results.iter().map(bits).collect()),
            Err(error) => ended(&error),
        };
        story.calls.push((name.clone(), outcome));
    }
    for (name, value) in exports {
        match value {
            Extern::Memory(memory) => story.memories.push((name, memory.data(&store).to_vec())),
            Extern::Global(global) => story.globals.push((name, bits(&global.get(&store)))),
            _ => {}
        }
    }
    story
}

fn ended(error: &wasmrun_core::Error) -> Outcome {
    if matches!(error.kind(), ErrorKind::Exception(_)) {
        return Outcome::Trap("exception".to_owned());
    }
    match error.trap() {
        Some(Trap::StackOverflow) => Outcome::Exhausted,
        // wasmi has one code for both.
        Some(Trap::UndefinedElement | Trap::TableOutOfBounds) => Outcome::Trap("table".to_owned()),
        Some(trap) => Outcome::Trap(trap.to_string()),
        None => Outcome::Trap(error.to_string()),
    }
}

fn argument(ty: ValType, random: &mut Random) -> Val {
    let number = random.argument();
    match ty {
        ValType::I32 => Val::I32(number as i32),
        ValType::I64 => Val::I64(number as i64),
        ValType::F32 => Val::F32(number as u32 & 0x7f7f_ffff),
        ValType::F64 => Val::F64(number & 0x7fe7_ffff_ffff_ffff),
        ValType::V128 => Val::V128(u128::from(number)),
        other => Val::default_for(other),
    }
}

fn bits(value: &Val) -> u128 {
    match value {
        Val::I32(x) => u128::from(*x as u32),
        Val::I64(x) => u128::from(*x as u64),
        Val::F32(x) => u128::from(*x),
        Val::F64(x) => u128::from(*x),
        Val::V128(x) => *x,
        Val::FuncRef(x) => u128::from(x.is_some()),
        Val::ExternRef(x) => u128::from(x.is_some()),
        Val::AnyRef(x) => x.map_or(0, |any| {
            1 + any.as_i31().map_or(0, |x| u128::from(x as u32))
        }),
        Val::ExnRef(x) => u128::from(x.is_some()),
        _ => 0,
    }
}
