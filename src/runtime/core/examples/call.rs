//! Calls an export without arguments: `call FILE EXPORT`.

use wasmrun_core::{Engine, Linker, Module, Store, Val};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(file), Some(name)) = (args.next(), args.next()) else {
        return Err("usage: call FILE EXPORT".into());
    };
    let engine = Engine::default();
    let module = Module::new(&engine, std::fs::read(file)?)?;
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module)?;
    let func = instance
        .func(&store, &name)
        .ok_or("there is no such function")?;
    let mut results: Vec<_> = func
        .ty(&store)
        .results()
        .iter()
        .map(|ty| Val::default_for(*ty))
        .collect();
    func.call(&mut store, &[], &mut results)?;
    Ok(())
}
