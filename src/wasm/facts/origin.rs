use serde::Serialize;

use super::{Body, Custom, Module};

/// A tool that has left its mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The tool: `wasm-bindgen`, `Emscripten`, `AssemblyScript`, `Go`, `TinyGo`,
    /// `wit-bindgen`, `wit-component`.
    pub tool: &'static str,
    /// How it was recognised.
    pub because: String,
}

pub(super) fn of(body: &Body<'_>, custom: &Custom<'_>) -> Vec<Origin> {
    let marks = match body {
        Body::Module(module) => module_marks(module, custom),
        Body::Component(_) => component_marks(custom),
    };
    marks
        .into_iter()
        .filter_map(|(tool, because)| {
            Some(Origin {
                tool,
                because: because?,
            })
        })
        .collect()
}

fn component_marks(custom: &Custom<'_>) -> Vec<(&'static str, Option<String>)> {
    vec![
        ("wit-component", producer(custom, "wit-component")),
        ("wit-bindgen", component_type(custom)),
    ]
}

fn module_marks(module: &Module<'_>, custom: &Custom<'_>) -> Vec<(&'static str, Option<String>)> {
    let go = go(module, custom);
    let tinygo = if go.is_none() {
        tinygo(module, custom)
    } else {
        None
    };
    vec![
        ("wasm-bindgen", bindgen(module, custom)),
        ("Emscripten", emscripten(module)),
        ("AssemblyScript", assemblyscript(module, custom)),
        ("Go", go),
        ("TinyGo", tinygo),
        ("wit-bindgen", component_type(custom)),
    ]
}

/// <https://rustwasm.github.io/docs/wasm-bindgen/contributing/design/index.html>
fn bindgen(module: &Module<'_>, custom: &Custom<'_>) -> Option<String> {
    section(custom, "__wasm_bindgen_unstable")
        .or_else(|| producer(custom, "wasm-bindgen"))
        .or_else(|| import_where(module, |_, name| name.starts_with("__wbindgen_")))
        .or_else(|| import_where(module, |_, name| name.starts_with("__wbg_")))
        .or_else(|| export_where(module, |name| name.starts_with("__wbindgen_")))
}

fn emscripten(module: &Module<'_>) -> Option<String> {
    import_where(module, |from, name| {
        from == "env"
            && (name.starts_with("emscripten_")
                || name.starts_with("_emscripten_")
                || name.starts_with("invoke_")
                || name.starts_with("__syscall_")
                || matches!(
                    name,
                    "_abort_js" | "__assert_fail" | "_embind_register_void"
                ))
    })
    .or_else(|| {
        export_where(module, |name| {
            name.starts_with("emscripten_stack_") || name.starts_with("_emscripten_stack_")
        })
    })
    .or_else(|| minified(module))
}

/// At `-O2` and above emcc renames every import and export to a letter or two,
/// in a module called `a`.
fn minified(module: &Module<'_>) -> Option<String> {
    let short = |name: &str| name.len() <= 3;
    let imports = &module.imports;
    (!imports.is_empty()
        && imports
            .iter()
            .all(|import| import.module == "a" && short(import.name))
        && module
            .exports
            .iter()
            .filter(|export| short(export.name))
            .count()
            * 2
            > module.exports.len())
    .then(|| "names are cut to letters in a module `a`, as emcc does".to_owned())
}

fn assemblyscript(module: &Module<'_>, custom: &Custom<'_>) -> Option<String> {
    let abort = module.imports.iter().find(|import| {
        import.module == "env"
            && import.name == "abort"
            && &*import.text == "func (param i32 i32 i32 i32)"
    });
    producer(custom, "AssemblyScript")
        .or_else(|| export_where(module, |name| name == "__rtti_base"))
        .or_else(|| abort.map(|_| "imports `env.abort` with four parameters".to_owned()))
        .or_else(|| symbol(module, "~lib/"))
}

fn go(module: &Module<'_>, custom: &Custom<'_>) -> Option<String> {
    producer(custom, "Go cmd/compile")
        .or_else(|| section(custom, "go.buildid"))
        .or_else(|| go_js(module).filter(|_| module.exports_function("getsp")))
}

fn tinygo(module: &Module<'_>, custom: &Custom<'_>) -> Option<String> {
    producer(custom, "TinyGo")
        .or_else(|| go_js(module))
        .or_else(|| export_where(module, |name| name.starts_with("tinygo_")))
        .or_else(|| symbol(module, "tinygo_"))
}

fn go_js(module: &Module<'_>) -> Option<String> {
    import_where(module, |from, _| matches!(from, "gojs" | "go"))
}

fn component_type(custom: &Custom<'_>) -> Option<String> {
    let named = |name: &str| name.starts_with("component-type");
    let section = custom.sections.iter().find(|section| named(section.name))?;
    Some(format!("has a `{}` section", section.name))
}

fn section(custom: &Custom<'_>, name: &str) -> Option<String> {
    let mut sections = custom.sections.iter();
    sections
        .any(|section| section.name == name)
        .then(|| format!("has a `{name}` section"))
}

fn producer(custom: &Custom<'_>, prefix: &str) -> Option<String> {
    let tool = custom.producers.tool(prefix)?;
    Some(format!("the producers section names `{}`", tool.name))
}

fn import_where(module: &Module<'_>, wanted: impl Fn(&str, &str) -> bool) -> Option<String> {
    let mut imports = module.imports.iter();
    let import = imports.find(|import| wanted(import.module, import.name))?;
    Some(format!("imports `{}.{}`", import.module, import.name))
}

fn export_where(module: &Module<'_>, wanted: impl Fn(&str) -> bool) -> Option<String> {
    let export = module.exports.iter().find(|export| wanted(export.name))?;
    Some(format!("exports `{}`", export.name))
}

fn symbol(module: &Module<'_>, prefix: &str) -> Option<String> {
    let name = module
        .functions
        .find_symbol(|name| name.starts_with(prefix))?;
    Some(format!("has a function named `{name}`"))
}
