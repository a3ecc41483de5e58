use std::collections::BTreeMap;

use plugin_protocol::PluginError;
use serde_json::Value;

use crate::fault::invalid;

/// The settings of this plugin: `[options]` in `wasmrun.toml`. `docs/rust.md`
/// describes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) target: Option<String>,
    pub(crate) package: Option<String>,
    pub(crate) bin: Option<String>,
    pub(crate) lib: bool,
    pub(crate) features: Vec<String>,
    pub(crate) no_default_features: bool,
    pub(crate) all_features: bool,
    pub(crate) profile: Option<String>,
    pub(crate) tool: Option<Web>,
    pub(crate) bindgen: Option<String>,
}

/// What makes a module fit for the web.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Web {
    /// Nothing: the module stays as cargo made it.
    Cargo,
    Bindgen,
    Pack,
    Trunk,
}

impl Web {
    const ALL: &[Self] = &[Self::Cargo, Self::Bindgen, Self::Pack, Self::Trunk];

    /// The program's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cargo => "cargo",
            Self::Bindgen => "wasm-bindgen",
            Self::Pack => "wasm-pack",
            Self::Trunk => "trunk",
        }
    }
}

/// The names of all options, as `docs/rust.md` lists them.
pub(crate) const NAMES: &[&str] = &[
    "target",
    "package",
    "bin",
    "lib",
    "features",
    "default_features",
    "all_features",
    "profile",
    "tool",
    "bindgen",
];

/// Which loaders `wasm-bindgen --target` makes.
const LOADERS: &[&str] = &["web", "bundler", "nodejs", "no-modules", "deno"];

impl Options {
    /// Reads them. A name may be written with `-` for `_`, as cargo does.
    ///
    /// # Errors
    /// An option that is not known, or a value of the wrong kind.
    pub(crate) fn parse(options: &BTreeMap<String, Value>) -> Result<Self, PluginError> {
        let mut this = Self::default();
        for (name, value) in options {
            match name.replace('-', "_").as_str() {
                "target" => this.target = Some(text(name, value)?),
                "package" => this.package = Some(text(name, value)?),
                "bin" => this.bin = Some(text(name, value)?),
                "lib" => this.lib = flag(name, value)?,
                "features" => this.features = list(name, value)?,
                "default_features" => this.no_default_features = !flag(name, value)?,
                "all_features" => this.all_features = flag(name, value)?,
                "profile" => this.profile = Some(text(name, value)?),
                "tool" => {
                    let wanted = text(name, value)?;
                    let known = Web::ALL.iter().find(|tool| tool.name() == wanted);
                    let names: Vec<_> = Web::ALL.iter().map(|tool| tool.name()).collect();
                    this.tool = Some(*known.ok_or_else(|| wrong(name, &names.join(", ")))?);
                }
                "bindgen" => {
                    let wanted = text(name, value)?;
                    if !LOADERS.contains(&wanted.as_str()) {
                        return Err(wrong(name, &LOADERS.join(", ")));
                    }
                    this.bindgen = Some(wanted);
                }
                _ => {
                    let error = invalid(format!("there is no option `{name}` for Rust projects"));
                    return Err(error.because(format!("the options are {}", NAMES.join(", "))));
                }
            }
        }
        if this.lib && this.bin.is_some() {
            return Err(invalid("the options `lib` and `bin` exclude each other"));
        }
        Ok(this)
    }

    /// What `wasm-bindgen` makes a loader for.
    pub(crate) fn loader(&self) -> &str {
        self.bindgen.as_deref().unwrap_or("web")
    }
}

fn wrong(name: &str, wanted: &str) -> PluginError {
    invalid(format!("the option `{name}` takes {wanted}"))
}

fn text(name: &str, value: &Value) -> Result<String, PluginError> {
    // What starts with a dash would be another argument of cargo's.
    match value.as_str().map(str::trim) {
        Some(text) if !text.is_empty() && !text.starts_with('-') => Ok(text.to_owned()),
        _ => Err(wrong(name, "a text that is not empty")),
    }
}

fn flag(name: &str, value: &Value) -> Result<bool, PluginError> {
    value.as_bool().ok_or_else(|| wrong(name, "true or false"))
}

/// A list of texts, or one text with words.
fn list(name: &str, value: &Value) -> Result<Vec<String>, PluginError> {
    let words = |text: &str| {
        let words = text.split([' ', ',']).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    match value {
        Value::String(text) => Ok(words(text)),
        Value::Array(items) => {
            let items = items.iter().map(|item| text(name, item));
            items.collect()
        }
        _ => Err(wrong(name, "a list of texts")),
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
            "target": "wasm32-wasip2", "package": "app", "bin": "tool", "features": "a,b c",
            "default-features": false, "all_features": true, "profile": "ship",
            "tool": "wasm-pack", "bindgen": "nodejs",
        }))
        .unwrap();
        assert_eq!(options.features, ["a", "b", "c"]);
        assert!(options.no_default_features && options.all_features);
        assert_eq!(
            (options.tool, options.loader()),
            (Some(Web::Pack), "nodejs")
        );
        assert_eq!(parse(json!({})).unwrap(), Options::default());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (options, word) in [
            (json!({"colour": 1}), "colour"),
            (json!({"target": 1}), "target"),
            (json!({"target": "--release"}), "target"),
            (json!({"features": [1]}), "features"),
            (json!({"lib": "yes"}), "true or false"),
            (json!({"tool": "make"}), "wasm-bindgen, wasm-pack"),
            (json!({"bindgen": "ftp"}), "no-modules"),
            (json!({"lib": true, "bin": "x"}), "exclude"),
        ] {
            let error = parse(options).unwrap_err();
            assert!(error.message.contains(word), "{error:?}");
        }
    }

    #[test]
    fn every_name_is_known() {
        for name in NAMES {
            let error = parse(json!({ *name: [[]] })).unwrap_err();
            assert!(error.message.contains("takes"), "{error:?}");
        }
    }
}
