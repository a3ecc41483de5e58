//! The files of a plugin that is begun. Those in shell and Python are the
//! examples of the documents.

use std::path::Path;

/// What a plugin may be begun in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Lang {
    /// Plain shell
    Sh,
    /// Python, with its standard library alone
    Py,
    /// Rust, with the crate of the protocol
    Rust,
    /// Go, with its standard library alone
    Go,
    /// JavaScript for Node, with its standard library alone
    Js,
}

/// A plugin that is begun.
pub(super) struct Template {
    pub(super) files: Vec<File>,
}

/// One of its files.
pub(super) struct File {
    /// Relative to the plugin's folder, with `/`.
    pub(super) path: String,
    pub(super) content: Vec<u8>,
    /// Whether it is executable.
    pub(super) runs: bool,
}

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../../templates/plugins/", $name))
    };
}

const SH: &str = include_str!("../../../examples/plugins/sh/wasmrun-plugin-copy");
const PY: &str = include_str!("../../../examples/plugins/python/wasmrun-plugin-hex");

/// An empty module, as the example's source has it.
const HEX: &str = "00 61 73 6d ; the magic number\n01 00 00 00 ; the version\n";
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

impl Template {
    /// The files of a plugin called `name`; `checkout` is wasmrun's repository,
    /// if it is there.
    pub(super) fn of(lang: Lang, name: &str, checkout: Option<&Path>) -> Self {
        let executable = format!("wasmrun-plugin-{name}");
        let source = format!("example/main.{name}");
        let mut files = match lang {
            Lang::Sh => vec![
                File::program(&executable, shell(name)),
                File::of(&source, MODULE),
            ],
            Lang::Py => vec![File::program(&executable, python(name))],
            Lang::Js => vec![File::program(
                &executable,
                named(template!("js/plugin.js"), name),
            )],
            Lang::Go => vec![
                File::of("go.mod", named(template!("go/go.mod.template"), name)),
                File::of("main.go", named(template!("go/main.go"), name)),
                File::of(".gitignore", format!("/{executable}\n")),
            ],
            Lang::Rust => {
                let manifest = named(template!("rust/Cargo.toml.template"), name);
                let manifest = manifest.replace("{{dependency}}", &dependency(checkout));
                vec![
                    File::of("Cargo.toml", manifest),
                    File::of("src/main.rs", named(template!("rust/main.rs"), name)),
                    File::of(".gitignore", "/target\n"),
                ]
            }
        };
        if lang != Lang::Sh {
            files.push(File::of(&source, HEX));
        }
        files.push(File::of("README.md", readme(lang, name, &executable)));
        Self { files }
    }
}

impl File {
    fn of(path: &str, content: impl AsRef<[u8]>) -> Self {
        Self {
            path: path.to_owned(),
            content: content.as_ref().to_vec(),
            runs: false,
        }
    }

    fn program(path: &str, content: String) -> Self {
        Self {
            runs: true,
            ..Self::of(path, content)
        }
    }
}

fn named(text: &str, name: &str) -> String {
    text.replace("{{name}}", name)
}

fn shell(name: &str) -> String {
    SH.replace("\"name\":\"copy\"", &format!("\"name\":\"{name}\""))
        .replace("module.wasm", &format!("main.{name}"))
        .replace(" Explained in docs/first-plugin.md.", "")
}

fn python(name: &str) -> String {
    PY.replace("\"hex\"", &format!("\"{name}\""))
        .replace("main.hex", &format!("main.{name}"))
        .replace(" Explained in docs/first-plugin.md.", "")
}

/// The crate of the protocol: beside this checkout, else of the registry.
fn dependency(checkout: Option<&Path>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    match checkout.and_then(|root| root.join("plugin-protocol").to_str().map(toml_string)) {
        Some(path) => format!("version = \"{version}\", path = {path}"),
        None => format!("version = \"{version}\""),
    }
}

fn toml_string(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn readme(lang: Lang, name: &str, executable: &str) -> String {
    let what = match lang {
        Lang::Sh => "a finished module, which it copies",
        _ => "a module that is written down in hex digits, with comments after a semicolon",
    };
    let (source, build, built) = match lang {
        Lang::Rust => (
            "src/main.rs",
            "    cargo build --release\n",
            format!("target/release/{executable}"),
        ),
        Lang::Go => ("main.go", "    go build .\n", executable.to_owned()),
        _ => (executable, "", executable.to_owned()),
    };
    named(template!("README.md"), name)
        .replace("{{what}}", what)
        .replace("{{source}}", source)
        .replace("{{build}}\n", build)
        .replace("{{executable}}", &built)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_the_names_that_were_replaced() {
        for lang in [Lang::Sh, Lang::Py, Lang::Rust, Lang::Go, Lang::Js] {
            for file in Template::of(lang, "nim", None).files {
                let text = String::from_utf8_lossy(&file.content).into_owned();
                let left = ["{{", "\"copy\"", "\"hex\"", "main.hex", "module.wasm"];
                // In JavaScript, "hex" is how bytes are written.
                for left in left
                    .iter()
                    .filter(|left| lang != Lang::Js || !left.contains("hex\""))
                {
                    assert!(!text.contains(left), "{left} in {} of {lang:?}", file.path);
                }
            }
        }
    }

    #[test]
    fn the_crate_of_a_checkout_is_taken_from_there() {
        let at = |root: Option<&str>| dependency(root.map(Path::new));
        assert!(!at(None).contains("path"));
        assert!(at(Some("/a \"b\"")).ends_with("path = '/a \"b\"/plugin-protocol'"));
    }
}
