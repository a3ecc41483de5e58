//! Lua's own sources, which nobody wrote for us.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::{World, needs};

/// The folder with the C sources inside the crate `lua-src`.
fn sources() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages
        .iter()
        .find(|package| package["name"] == "lua-src")
        .unwrap();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    manifest.with_file_name("lua-5.4.9")
}

fn world(compiler: &str) -> Option<World> {
    let world = World::c(compiler).filter(|_| needs("make").is_some())?;
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/lua");
    let copy = |from: &Path, to: &str| {
        for entry in std::fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_str().unwrap();
                world.write(&format!("{to}{name}"), std::fs::read(&path).unwrap());
            }
        }
    };
    copy(&sources(), "lua/");
    copy(&fixture, "");
    copy(&fixture.join("shim"), "shim/");
    Some(world)
}

#[test]
fn clang_builds_a_lua_that_runs() {
    let Some(world) = world("clang") else { return };
    let built = world.build();
    assert_eq!(built.artifacts(), ["app.wasm"]);
    let code = "local t = {} for w in ('b a c'):gmatch('%a') do t[#t + 1] = w end table.sort(t) print(table.concat(t, ','), 2^53, _VERSION)";
    if let Some(said) = built.run(&["-e", "print(1 + 1)", "-e", code]) {
        assert_eq!(said, "2\na,b,c\t9.007199254741e+15\tLua 5.4\n");
    }
}

#[test]
fn emscripten_builds_a_lua_that_catches_errors() {
    let Some(world) = world("emcc") else { return };
    let built = world.option("output", "js").build();
    assert_eq!(built.artifacts(), ["lua.wasm", "lua.js"]);
    if let Some(said) = built.run_js(&["-e", "print(pcall(error, 'caught'))"]) {
        assert_eq!(said, "false\tcaught\n");
    }
}
