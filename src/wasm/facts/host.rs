use serde::Serialize;

use super::{Body, Component, Custom, Module, origin};

/// Things that one part of a host gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Need<'a> {
    /// A stable name of the group.
    pub id: NeedId,
    /// What it is called.
    pub title: String,
    /// Who gives it, in a sentence.
    pub provider: &'static str,
    /// What is asked for: names of imports, or interfaces with their versions.
    pub items: Vec<Item<'a>>,
}

/// The known groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedId {
    /// `wasi_snapshot_preview1`.
    WasiPreview1,
    /// `wasi_unstable`, also called preview 0.
    WasiUnstable,
    /// `wasi.thread-spawn`.
    WasiThreads,
    /// Interfaces of WASI 0.2 or later.
    WasiComponents,
    /// Interfaces of other packages.
    Interfaces,
    /// Go's and TinyGo's own JavaScript.
    GoJs,
    /// The JavaScript that wasm-bindgen writes.
    WasmBindgen,
    /// The output of rustc before wasm-bindgen has seen it.
    WasmBindgenRaw,
    /// The JavaScript that emcc writes.
    Emscripten,
    /// The JavaScript that asc writes.
    AssemblyScript,
    /// A dynamic loader.
    DynamicLinking,
    /// The linker, before anything can run.
    Linker,
    /// Node-API, the interface of native addons.
    NodeApi,
    /// Strings that the engine brings.
    JsStringBuiltins,
    /// Anything else.
    Custom,
}

/// One thing asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item<'a> {
    /// The module of an import; none for the import of a component.
    pub module: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
}

/// Groups what is imported by who gives it, in the order of [`NeedId`].
pub(super) fn needs<'a>(body: &Body<'a>, custom: &Custom<'a>) -> Vec<Need<'a>> {
    let mut needs = match body {
        Body::Module(module) => of_module(module, custom, body),
        Body::Component(component) => of_component(component),
    };
    // Stable: groups of the same kind stay in the order of the file.
    needs.sort_by_key(|need| need.id);
    needs
}

fn of_component<'a>(component: &Component<'a>) -> Vec<Need<'a>> {
    let mut needs = Vec::new();
    for import in &component.imports {
        // A type only names what an interface already holds.
        if import.kind == "type" {
            continue;
        }
        let wasi = import.name.starts_with("wasi:");
        let id = if wasi {
            NeedId::WasiComponents
        } else {
            NeedId::Interfaces
        };
        add(
            &mut needs,
            id,
            title(id, ""),
            provider(id, false),
            Item {
                module: None,
                name: import.name,
            },
        );
    }
    needs
}

fn of_module<'a>(module: &Module<'a>, custom: &Custom<'a>, body: &Body<'a>) -> Vec<Need<'a>> {
    let tools: Vec<&str> = origin::of(body, custom)
        .iter()
        .map(|origin| origin.tool)
        .collect();
    let emscripten = tools.contains(&"Emscripten");
    let mut needs = Vec::new();
    for import in &module.imports {
        let id = if custom.object {
            NeedId::Linker
        } else if custom.dylink.is_some() && is_loaders(import.module, import.name) {
            NeedId::DynamicLinking
        } else {
            group(import.module, import.name, &tools)
        };
        let item = Item {
            module: Some(import.module),
            name: import.name,
        };
        add(
            &mut needs,
            id,
            title(id, import.module),
            provider(id, emscripten),
            item,
        );
    }
    needs
}

fn add<'a>(
    needs: &mut Vec<Need<'a>>,
    id: NeedId,
    title: String,
    provider: &'static str,
    item: Item<'a>,
) {
    // Imports of one module stand together, so the last group is mostly it.
    match needs
        .iter_mut()
        .rev()
        .find(|need| need.id == id && need.title == title)
    {
        Some(need) => need.items.push(item),
        None => needs.push(Need {
            id,
            title,
            provider,
            items: vec![item],
        }),
    }
}

/// What a module with a `dylink.0` section expects of its loader.
/// <https://github.com/WebAssembly/tool-conventions/blob/main/DynamicLinking.md>
fn is_loaders(module: &str, name: &str) -> bool {
    match module {
        "GOT.mem" | "GOT.func" => true,
        "env" => matches!(
            name,
            "memory"
                | "__indirect_function_table"
                | "__memory_base"
                | "__table_base"
                | "__stack_pointer"
        ),
        _ => false,
    }
}

fn group(module: &str, name: &str, tools: &[&str]) -> NeedId {
    let made_by = |tool| tools.contains(&tool);
    match module {
        "wasi_snapshot_preview1" => NeedId::WasiPreview1,
        "wasi_unstable" => NeedId::WasiUnstable,
        "wasi" if name == "thread-spawn" => NeedId::WasiThreads,
        "gojs" | "go" => NeedId::GoJs,
        "__wbindgen_placeholder__" | "__wbindgen_externref_xform__" => NeedId::WasmBindgenRaw,
        "wbg" => NeedId::WasmBindgen,
        "wasm:js-string" | "wasm:text-encoder" | "wasm:text-decoder" => NeedId::JsStringBuiltins,
        _ if made_by("wasm-bindgen")
            && (name.starts_with("__wbg_") || name.starts_with("__wbindgen_")) =>
        {
            NeedId::WasmBindgen
        }
        "env" if made_by("AssemblyScript") && matches!(name, "abort" | "seed" | "trace") => {
            NeedId::AssemblyScript
        }
        "env" | "a" if made_by("Emscripten") => NeedId::Emscripten,
        "env" | "napi" if name.starts_with("napi_") => NeedId::NodeApi,
        // `wasi:cli/run@0.2.0`, and `cm32p2|wasi:cli/run@0.2.0` of older tools.
        _ if is_interface(module) => {
            if module.contains("wasi:") {
                NeedId::WasiComponents
            } else {
                NeedId::Interfaces
            }
        }
        _ => NeedId::Custom,
    }
}

/// Whether it reads as `namespace:package/interface`.
fn is_interface(name: &str) -> bool {
    let plain = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'|')
    };
    let Some((namespace, rest)) = name.split_once(':') else {
        return false;
    };
    plain(namespace)
        && rest
            .split_once('/')
            .is_some_and(|(package, _)| plain(package))
}

fn title(id: NeedId, module: &str) -> String {
    match id {
        NeedId::WasiPreview1 => "WASI preview 1",
        NeedId::WasiUnstable => "WASI preview 0",
        NeedId::WasiThreads => "WASI threads",
        NeedId::WasiComponents => "WASI 0.2 and later",
        NeedId::Interfaces => "component interfaces",
        NeedId::GoJs => "Go's JavaScript",
        NeedId::WasmBindgen => "wasm-bindgen's JavaScript",
        NeedId::WasmBindgenRaw => "wasm-bindgen",
        NeedId::Emscripten => "Emscripten's JavaScript",
        NeedId::AssemblyScript => "AssemblyScript's JavaScript",
        NeedId::DynamicLinking => "a dynamic loader",
        NeedId::Linker => "the linker",
        NeedId::NodeApi => "Node-API",
        NeedId::JsStringBuiltins => "JavaScript string builtins",
        NeedId::Custom => return format!("module `{module}`"),
    }
    .to_owned()
}

fn provider(id: NeedId, emscripten: bool) -> &'static str {
    match id {
        NeedId::WasiPreview1 if emscripten => "the .js file that emcc wrote gives these itself",
        NeedId::WasiPreview1 => {
            "a WASI runtime gives these (`wasmrun exec`, wasmtime, node:wasi), or a WASI shim in a browser"
        }
        NeedId::WasiUnstable => {
            "`wasmrun exec` and some other WASI runtimes still give these; better build again for preview 1"
        }
        NeedId::WasiThreads => "a WASI runtime with threads switched on gives this",
        NeedId::WasiComponents => {
            "a runtime for components gives these (wasmtime), or jco in JavaScript"
        }
        NeedId::Interfaces => "another component or the host gives these",
        NeedId::GoJs => "wasm_exec.js of the very Go or TinyGo version that built this gives these",
        NeedId::WasmBindgen => "the .js file that wasm-bindgen wrote beside the module gives these",
        NeedId::WasmBindgenRaw => {
            "nothing gives these: run wasm-bindgen (or wasm-pack) on this file first"
        }
        NeedId::Emscripten => "the .js file that emcc wrote beside the module gives these",
        NeedId::AssemblyScript => {
            "the .js file that asc writes (--bindings esm or raw) gives these, or your own code"
        }
        NeedId::DynamicLinking if emscripten => {
            "the dynamic loader in the .js file that emcc wrote gives these"
        }
        NeedId::DynamicLinking => "the loader of a main module gives these (emcc -sMAIN_MODULE)",
        NeedId::Linker => "wasm-ld gives these when it links this with other object files",
        NeedId::NodeApi => "emnapi in JavaScript gives these, or a host that knows Node-API",
        NeedId::JsStringBuiltins => {
            "the engine gives these when asked: `builtins: [\"js-string\"]` on compiling"
        }
        NeedId::Custom => "whoever instantiates the module gives these",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_are_told_from_other_names() {
        assert!(is_interface("wasi:cli/run@0.2.0"));
        assert!(is_interface("cm32p2|wasi:io/poll@0.2"));
        assert!(!is_interface("env"));
        assert!(!is_interface("http://example.com/x"));
        assert!(!is_interface("a:/b"));
    }

    #[test]
    fn the_tool_decides_who_gives_env() {
        assert_eq!(
            group("env", "abort", &["AssemblyScript"]),
            NeedId::AssemblyScript
        );
        assert_eq!(group("env", "abort", &["Emscripten"]), NeedId::Emscripten);
        assert_eq!(group("env", "abort", &[]), NeedId::Custom);
        assert_eq!(
            group("./x_bg.js", "__wbg_log_1", &["wasm-bindgen"]),
            NeedId::WasmBindgen
        );
        assert_eq!(group("wasi", "other", &[]), NeedId::Custom);
    }
}
