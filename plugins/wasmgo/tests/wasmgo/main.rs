//! The plugin, with the real Go toolchain, and what it builds run by node.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hello;
mod host;
mod inputs;
mod kinds;
mod machine;
mod wrong;

use std::path::Path;

use host::Host;

/// Runs a command module with node's own WASI. The folder `data` is given to it.
const WASI: &str = "
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';
const [file, ...args] = process.argv.slice(1);
const wasi = new WASI({ version: 'preview1', args: ['app', ...args], preopens: { '/data': '.' } });
const module = new WebAssembly.Module(readFileSync(file));
process.exit(wasi.start(new WebAssembly.Instance(module, wasi.getImportObject())));
";

/// The plugin with the real Go and nothing else, and a cache that the tests
/// share. Nothing when Go or node is not installed.
fn go() -> Option<Host> {
    let go = host::tool("go", "go")?;
    host::tool("node", "node")?;
    let mut host = Host::new(env!("CARGO_BIN_EXE_wasmgo"));
    let cache = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/go-cache");
    std::fs::create_dir_all(&cache).unwrap();
    let cache = cache.canonicalize().unwrap();
    let set = |name: &str, value: &Path| {
        let value = value.to_str().unwrap().to_owned();
        (name.to_owned(), Some(value))
    };
    host.env = vec![
        set("PATH", go.parent().unwrap()),
        set("GOCACHE", &cache),
        set("GOMODCACHE", &cache.join("modules")),
        set("GOENV", Path::new("off")),
        set("GOTOOLCHAIN", Path::new("local")),
    ];
    for name in ["GOFLAGS", "GOOS", "GOROOT", "GOWORK", "GOPROXY"] {
        host.env.push((name.to_owned(), None));
    }
    Some(host)
}
