//! The plugin, and what it compiles run by node.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../../wasmgo/tests/wasmgo/host.rs"]
mod host;
mod refused;
mod runs;

use std::path::Path;

use host::Host;

fn waspy() -> Host {
    Host::new(env!("CARGO_BIN_EXE_waspy"))
}

/// Prints what an expression gives, in which the module's exports are names.
fn eval(module: &Path, expression: &str) -> Option<String> {
    host::tool("node", "node")?;
    let script = format!(
        "import {{ readFileSync }} from 'node:fs';
        const module = new WebAssembly.Module(readFileSync(process.argv[1]));
        const exports = new WebAssembly.Instance(module, {{}}).exports;
        const text = (at) => {{
            const bytes = new Uint8Array(exports.memory.buffer, at);
            return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
        }};
        console.log({expression});"
    );
    let folder = module.parent().unwrap();
    Some(
        host::node(&script, module, &[], folder)
            .trim_end()
            .to_owned(),
    )
}
