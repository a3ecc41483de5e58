use std::collections::BTreeMap;

use plugin_protocol::PluginError;
use serde_json::Value;

use crate::error::nearest;
use crate::plugin::languages::entry::invalid;

/// What a module is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Target {
    /// A program or library with a C library on top of WASI preview 1.
    #[default]
    Wasi,
    /// A module without any library.
    Bare,
}

/// What Emscripten makes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Output {
    /// A module that runs without JavaScript.
    #[default]
    Wasm,
    /// A module and the JavaScript that loads it.
    Js,
    /// The same and a page.
    Html,
}

/// The settings of the C/C++ builder, `[options]` in `wasmrun.toml`. `docs/c.md`
/// describes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) compiler: Option<String>,
    pub(super) target: Target,
    pub(super) output: Output,
    pub(super) sources: Vec<String>,
    pub(super) include: Vec<String>,
    pub(super) flags: Vec<String>,
    pub(super) ldflags: Vec<String>,
    pub(super) exports: Vec<String>,
    pub(super) make_target: Option<String>,
    pub(super) artifact: Option<String>,
    pub(super) in_place: bool,
}

/// The names of all options, as `docs/c.md` lists them.
pub(super) const NAMES: &[&str] = &[
    "compiler",
    "target",
    "output",
    "sources",
    "include",
    "flags",
    "ldflags",
    "exports",
    "make_target",
    "artifact",
    "in_place",
];

impl Options {
    /// Reads the options.
    ///
    /// # Errors
    /// An unknown option, with the nearest known one; a value of the wrong kind.
    pub(super) fn parse(options: &BTreeMap<String, Value>) -> Result<Self, PluginError> {
        let mut this = Self::default();
        for (name, value) in options {
            match name.as_str() {
                "compiler" => this.compiler = Some(text(name, value)?),
                "target" => {
                    let known = [("wasi", Target::Wasi), ("bare", Target::Bare)];
                    this.target = one_of(name, value, &known)?;
                }
                "output" => {
                    let known = [
                        ("wasm", Output::Wasm),
                        ("js", Output::Js),
                        ("html", Output::Html),
                    ];
                    this.output = one_of(name, value, &known)?;
                }
                "sources" => this.sources = list(name, value)?,
                "include" => this.include = list(name, value)?,
                "flags" => this.flags = list(name, value)?,
                "ldflags" => this.ldflags = list(name, value)?,
                "exports" => this.exports = list(name, value)?,
                "make_target" => this.make_target = Some(text(name, value)?),
                "artifact" => this.artifact = Some(text(name, value)?),
                "in_place" => match value {
                    Value::Bool(value) => this.in_place = *value,
                    _ => return Err(wrong(name, "true or false")),
                },
                _ => return Err(unknown(name)),
            }
        }
        Ok(this)
    }
}

fn unknown(name: &str) -> PluginError {
    let error = invalid(format!("C projects have no option `{name}`"), None);
    error.because(match nearest(name, NAMES.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the options are {}", NAMES.join(", ")),
    })
}

fn wrong(name: &str, wanted: &str) -> PluginError {
    invalid(format!("the option `{name}` takes {wanted}"), None)
}

fn text(name: &str, value: &Value) -> Result<String, PluginError> {
    match value.as_str().map(str::trim) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(wrong(name, "a text that is not empty")),
    }
}

/// A list of texts, or one text with words.
fn list(name: &str, value: &Value) -> Result<Vec<String>, PluginError> {
    let list = match value {
        Value::String(words) => Some(words.split_whitespace().map(str::to_owned).collect()),
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect(),
        _ => None,
    };
    list.ok_or_else(|| wrong(name, "a list of texts, or one text with words"))
}

fn one_of<T: Copy>(name: &str, value: &Value, known: &[(&str, T)]) -> Result<T, PluginError> {
    let found = known.iter().find(|(word, _)| value.as_str() == Some(*word));
    found.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<_> = known
            .iter()
            .map(|(word, _)| format!("\"{word}\""))
            .collect();
        wrong(name, &words.join(" or "))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(value: &Value) -> Result<Options, String> {
        let map = value.as_object().unwrap().clone().into_iter().collect();
        Options::parse(&map).map_err(|error| [&[error.message], &*error.cause].concat().join("; "))
    }

    #[test]
    fn words_and_lists_are_the_same() {
        let list = parse(&json!({"flags": ["-Wall", "-DX=1"], "target": "bare"})).unwrap();
        let words = parse(&json!({"flags": " -Wall  -DX=1", "target": "bare"})).unwrap();
        assert_eq!(list, words);
        assert_eq!(list.flags, ["-Wall", "-DX=1"]);
    }

    #[test]
    fn mistakes_are_named() {
        let of = |value| parse(&value).unwrap_err();
        assert_eq!(
            of(json!({"flag": "-g"})),
            "C projects have no option `flag`; did you mean `flags`?"
        );
        assert!(of(json!({"zzzzzz": 1})).contains("the options are compiler, target"));
        assert!(of(json!({"target": "wasm"})).contains("\"wasi\" or \"bare\""));
        assert!(of(json!({"flags": [1]})).contains("a list of texts"));
        assert!(of(json!({"in_place": "yes"})).contains("true or false"));
    }

    #[test]
    fn every_name_is_taken() {
        for name in NAMES {
            let error = parse(&json!({ *name: null })).unwrap_err();
            assert!(error.contains(" takes "), "{error}");
        }
    }
}
