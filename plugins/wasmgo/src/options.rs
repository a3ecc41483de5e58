//! The settings of a Go project, `[options]` in `wasmrun.toml`. `docs/go.md`
//! describes them.

use std::collections::BTreeMap;

use plugin_protocol::{Blame, ErrorCode, PluginError};
use serde_json::Value;

/// What runs the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Any runtime with WASI preview 1.
    Wasip1,
    /// JavaScript, through `wasm_exec.js`.
    Js,
}

impl Target {
    /// Its name as a `GOOS`.
    pub(crate) fn goos(self) -> &'static str {
        match self {
            Self::Wasip1 => "wasip1",
            Self::Js => "js",
        }
    }
}

/// What kind of module is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// One that runs `main` and ends.
    Command,
    /// One whose exports are called, after `_initialize`.
    Reactor,
}

/// Who compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// The Go toolchain.
    Go,
    /// TinyGo.
    TinyGo,
}

/// All settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) package: Option<String>,
    pub(crate) target: Option<Target>,
    pub(crate) mode: Option<Mode>,
    pub(crate) compiler: Option<Family>,
    pub(crate) modules: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) ldflags: Option<String>,
    pub(crate) flags: Vec<String>,
    pub(crate) vet: bool,
}

const NAMES: &str = "package, target, mode, compiler, modules, tags, ldflags, flags, vet";

impl Options {
    /// Reads them.
    ///
    /// # Errors
    /// An unknown option; a value of the wrong kind.
    pub(crate) fn parse(options: &BTreeMap<String, Value>) -> Result<Self, PluginError> {
        let mut this = Self::default();
        for (name, value) in options {
            match name.as_str() {
                "package" => this.package = Some(text(name, value)?),
                "target" => {
                    let known = [
                        ("wasip1", Target::Wasip1),
                        ("wasi", Target::Wasip1),
                        ("js", Target::Js),
                    ];
                    this.target = one_of(name, value, &known)?;
                }
                "mode" => {
                    let known = [("command", Mode::Command), ("reactor", Mode::Reactor)];
                    this.mode = one_of(name, value, &known)?;
                }
                "compiler" => {
                    let known = [("go", Family::Go), ("tinygo", Family::TinyGo)];
                    this.compiler = one_of(name, value, &known)?;
                }
                "modules" => {
                    let known = ["readonly", "vendor", "mod"].map(|name| (name, name));
                    this.modules = one_of(name, value, &known)?.map(str::to_owned);
                }
                "tags" => this.tags = list(name, value)?,
                "ldflags" => this.ldflags = Some(text(name, value)?),
                "flags" => this.flags = list(name, value)?,
                "vet" => match value {
                    Value::Bool(value) => this.vet = *value,
                    _ => return Err(wrong(name, "true or false")),
                },
                _ => {
                    let message = format!("there is no option `{name}` for Go projects");
                    return Err(invalid(message).because(format!("the options are {NAMES}")));
                }
            }
        }
        Ok(this)
    }
}

fn text(name: &str, value: &Value) -> Result<String, PluginError> {
    match value.as_str() {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(wrong(name, "a text")),
    }
}

fn list(name: &str, value: &Value) -> Result<Vec<String>, PluginError> {
    let items = match value {
        Value::Array(items) => items.iter().map(Value::as_str).collect(),
        Value::String(item) => Some(vec![item.as_str()]),
        _ => None,
    };
    let items = items.ok_or_else(|| wrong(name, "a list of texts"))?;
    Ok(items.into_iter().map(str::to_owned).collect())
}

/// One of some words; `auto` is nothing.
fn one_of<T: Copy>(
    name: &str,
    value: &Value,
    known: &[(&str, T)],
) -> Result<Option<T>, PluginError> {
    let word = value.as_str().unwrap_or_default();
    if word == "auto" {
        return Ok(None);
    }
    let found = known.iter().find(|(known, _)| *known == word);
    found.map(|(_, value)| Some(*value)).ok_or_else(|| {
        let words: Vec<String> = known
            .iter()
            .map(|(word, _)| format!("\"{word}\""))
            .collect();
        wrong(name, &format!("\"auto\" or {}", words.join(" or ")))
    })
}

fn wrong(name: &str, wanted: &str) -> PluginError {
    invalid(format!("the option `{name}` has to be {wanted}"))
}

/// The project cannot be built as it is.
pub(crate) fn invalid(message: impl Into<String>) -> PluginError {
    PluginError::new(ErrorCode::ProjectInvalid, Blame::Project, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Options, String> {
        let map = serde_json::from_str(text).unwrap();
        Options::parse(&map).map_err(|error| error.message)
    }

    #[test]
    fn options_are_read() {
        let all = parse(
            r#"{"package":"cmd/a","target":"js","mode":"command","compiler":"go",
            "modules":"vendor","tags":["x","y"],"ldflags":"-X a.b=c","flags":"-v","vet":true}"#,
        )
        .unwrap();
        assert_eq!(all.package.as_deref(), Some("cmd/a"));
        assert_eq!(
            (all.target, all.mode),
            (Some(Target::Js), Some(Mode::Command))
        );
        assert_eq!(all.tags, ["x", "y"]);
        assert_eq!(all.flags, ["-v"]);
        assert_eq!(parse(r#"{"target":"auto"}"#), Ok(Options::default()));
    }

    #[test]
    fn wrong_options_are_refused() {
        for (text, part) in [
            (r#"{"packages":"x"}"#, "no option `packages`"),
            (r#"{"package":""}"#, "`package` has to be a text"),
            (r#"{"target":"wasip2"}"#, "\"wasip1\" or"),
            (r#"{"tags":[1]}"#, "a list of texts"),
            (r#"{"vet":"yes"}"#, "true or false"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
