//! wasmi.

use wasmi::{Config, Engine, Error, Extern, Linker, Module, Store, TrapCode, Val, ValType};

use crate::{Outcome, Random, Story};

pub fn run(bytes: &[u8], seed: u64) -> Option<Story> {
    let mut config = Config::default();
    config.wasm_multi_memory(true).wasm_memory64(true);
    let engine = Engine::new(&config);
    let module = Module::new(&engine, bytes).ok()?;
    let mut store = Store::new(&engine, ());
    let mut story = Story {
        start: Outcome::Values(Vec::new()),
        calls: Vec::new(),
        memories: Vec::new(),
        globals: Vec::new(),
    };
    let linker = <Linker<()>>::new(&engine);
    let instance = match linker.instantiate_and_start(&mut store, &module) {
        Ok(instance) => instance,
        Err(error) => {
            error.as_trap_code()?;
            story.start = ended(&error);
            return Some(story);
        }
    };
    let mut exports: Vec<(String, Extern)> = Vec::new();
    for export in module.exports() {
        let value = instance.get_export(&store, export.name())?;
        exports.push((export.name().to_owned(), value));
    }
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
        let mut results: Vec<_> = ty
            .results()
            .iter()
            .map(|ty| Val::default_for_ty(*ty))
            .collect();
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
    Some(story)
}

/// The trap in the words of the official suite, as ours has them.
fn ended(error: &Error) -> Outcome {
    let text = match error.as_trap_code() {
        Some(TrapCode::StackOverflow) => return Outcome::Exhausted,
        Some(TrapCode::UnreachableCodeReached) => "unreachable",
        Some(TrapCode::MemoryOutOfBounds) => "out of bounds memory access",
        Some(TrapCode::TableOutOfBounds) => "table",
        Some(TrapCode::IndirectCallToNull) => "uninitialized element",
        Some(TrapCode::IntegerDivisionByZero) => "integer divide by zero",
        Some(TrapCode::IntegerOverflow) => "integer overflow",
        Some(TrapCode::BadConversionToInteger) => "invalid conversion to integer",
        Some(TrapCode::BadSignature) => "indirect call type mismatch",
        _ => return Outcome::Trap(error.to_string()),
    };
    Outcome::Trap(text.to_owned())
}

fn argument(ty: ValType, random: &mut Random) -> Val {
    let number = random.argument();
    match ty {
        ValType::I32 => Val::I32(number as i32),
        ValType::I64 => Val::I64(number as i64),
        ValType::F32 => Val::F32(f32::from_bits(number as u32 & 0x7f7f_ffff).into()),
        ValType::F64 => Val::F64(f64::from_bits(number & 0x7fe7_ffff_ffff_ffff).into()),
        ValType::V128 => Val::V128(u128::from(number).into()),
        other => Val::default_for_ty(other),
    }
}

fn bits(value: &Val) -> u128 {
    match value {
        Val::I32(x) => u128::from(*x as u32),
        Val::I64(x) => u128::from(*x as u64),
        Val::F32(x) => u128::from(x.to_bits()),
        Val::F64(x) => u128::from(x.to_bits()),
        Val::V128(x) => x.as_u128(),
        Val::FuncRef(x) => u128::from(!x.is_null()),
        Val::ExternRef(x) => u128::from(!x.is_null()),
    }
}
