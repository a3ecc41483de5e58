use std::collections::BTreeMap;

use plugin_protocol::PluginError;
use serde_json::Value;

use crate::fault::invalid;

/// The settings of this plugin: `[options]` in `wasmrun.toml`. `docs/assemblyscript.md`
/// describes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// The target of `asconfig.json`; without it the profile chooses.
    pub(crate) target: Option<String>,
    /// More arguments for asc.
    pub(crate) flags: Vec<String>,
    /// Which loader to make; without it `asconfig.json` decides.
    pub(crate) bindings: Option<Bindings>,
}

/// The JavaScript that asc writes beside a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bindings {
    /// A module that instantiates on import.
    Esm,
    /// A module that exports a function which instantiates.
    Raw,
    /// None, whatever `asconfig.json` says.
    None,
}

impl Bindings {
    const ALL: &[Self] = &[Self::Esm, Self::Raw, Self::None];

    /// Its name, in options and for asc.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Esm => "esm",
            Self::Raw => "raw",
            Self::None => "none",
        }
    }
}

/// The names of all options.
pub(crate) const NAMES: &[&str] = &["target", "flags", "bindings"];

/// Arguments of asc that would make it do something else than this build, with
/// what takes their place.
const REFUSED: &[(&[&str], &str)] = &[
    (&["--outFile", "-o"], "`output` in `wasmrun.toml`"),
    (&["--target"], "the option `target`"),
    (&["--bindings", "-b"], "the option `bindings`"),
    (
        &["--config", "--baseDir"],
        "`asconfig.json` in the project's folder",
    ),
    (&["--textFile", "-t"], "`textFile` in `asconfig.json`"),
    (
        &[
            "--noEmit",
            "--showConfig",
            "--version",
            "-v",
            "--help",
            "-h",
            "--wasm",
            "--",
        ],
        "a run of asc by hand",
    ),
];

impl Options {
    /// Reads them.
    ///
    /// # Errors
    /// An option that is not known, or a value of the wrong kind.
    pub(crate) fn parse(options: &BTreeMap<String, Value>) -> Result<Self, PluginError> {
        let mut this = Self::default();
        for (name, value) in options {
            match name.as_str() {
                "target" => this.target = Some(text(name, value)?),
                "flags" => this.flags = list(name, value)?,
                "bindings" => {
                    let known = Bindings::ALL.iter().find(|it| value == it.name());
                    this.bindings = Some(*known.ok_or_else(|| wrong(name, "esm, raw or none"))?);
                }
                _ => {
                    let error = invalid(format!("there is no option `{name}` for AssemblyScript"));
                    return Err(error.because(format!("the options are {}", NAMES.join(", "))));
                }
            }
        }
        match this.flags.iter().find_map(|flag| refused(flag)) {
            Some((flag, instead)) => {
                let error = invalid(format!("the option `flags` cannot have `{flag}`"));
                Err(error.because(format!("{instead} is for that")))
            }
            None => Ok(this),
        }
    }
}

/// The argument in `flag` that is refused, and what is there instead.
fn refused(flag: &str) -> Option<(&'static str, &'static str)> {
    let name = flag.split('=').next().unwrap_or(flag);
    let all = REFUSED.iter();
    all.flat_map(|(flags, instead)| flags.iter().map(move |flag| (*flag, *instead)))
        .find(|(flag, _)| *flag == name)
}

fn wrong(name: &str, wanted: &str) -> PluginError {
    invalid(format!("the option `{name}` takes {wanted}"))
}

fn text(name: &str, value: &Value) -> Result<String, PluginError> {
    // What starts with a dash would be another argument of asc's.
    match value.as_str() {
        Some(text) if !text.is_empty() && !text.starts_with('-') => Ok(text.to_owned()),
        _ => Err(wrong(name, "a text that is not empty")),
    }
}

/// A list of texts, or one text with words.
fn list(name: &str, value: &Value) -> Result<Vec<String>, PluginError> {
    let wanted = || wrong(name, "a list of texts");
    match value {
        Value::String(text) => Ok(text.split_whitespace().map(str::to_owned).collect()),
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(wanted))
            .collect(),
        _ => Err(wanted()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(options: Value) -> Result<Options, PluginError> {
        Options::parse(&serde_json::from_value(options).unwrap())
    }

    #[test]
    fn all_options_are_read() {
        let options = parse(json!({
            "target": "production", "flags": "--runtime stub", "bindings": "raw",
        }))
        .unwrap();
        assert_eq!(options.flags, ["--runtime", "stub"]);
        assert_eq!(options.bindings, Some(Bindings::Raw));
        let options = parse(json!({"flags": ["--use", "a=b c"]})).unwrap();
        assert_eq!(options.flags, ["--use", "a=b c"]);
        assert_eq!(parse(json!({})).unwrap(), Options::default());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (options, word) in [
            (json!({"colour": 1}), "colour"),
            (json!({"target": 1}), "target"),
            (json!({"target": "--debug"}), "target"),
            (json!({"flags": [1]}), "a list of texts"),
            (json!({"bindings": "cjs"}), "esm, raw or none"),
            (json!({"flags": "-o x.wasm"}), "`-o`"),
            (json!({"flags": ["--outFile=x"]}), "`--outFile`"),
            (json!({"flags": "--noEmit"}), "--noEmit"),
        ] {
            let error = parse(options).unwrap_err();
            assert!(error.message.contains(word), "{error:?}");
        }
    }

    #[test]
    fn every_name_is_known_and_described() {
        let page = include_str!("../../../docs/assemblyscript.md");
        for name in NAMES {
            let error = parse(json!({ *name: {} })).unwrap_err();
            assert!(error.message.contains("takes"), "{error:?}");
            assert!(page.contains(&format!("| `{name}` |")), "{name}");
        }
    }
}
