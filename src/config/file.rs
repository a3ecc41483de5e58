use std::collections::HashMap;
use std::ops::Range;

use serde_json::{Number, Value as Json};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{self, Key, OPTIONS, PLUGINS};
use super::source::Source;
use super::value::Raw;
use super::{Origin, Setting, Settings};
use crate::error::{Error, Result, nearest};

/// Reads one file into the settings. `origin` names a line of that file.
pub(super) fn apply(
    settings: &mut Settings,
    source: &Source,
    origin: &dyn Fn(usize) -> Origin,
) -> Result<()> {
    let table = DeTable::parse(&source.text).map_err(|error| {
        let message = error.message().trim().replace('\n', ", ");
        source.fault(error.span().unwrap_or_default(), &message)
    })?;
    let mut layer = Layer {
        settings,
        source,
        origin,
        seen: HashMap::new(),
    };
    layer.table("", table.get_ref())
}

struct Layer<'a> {
    settings: &'a mut Settings,
    source: &'a Source,
    origin: &'a dyn Fn(usize) -> Origin,
    seen: HashMap<&'static str, Range<usize>>,
}

impl Layer<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) -> Result<()> {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        for (name, value) in entries {
            let full = match prefix {
                "" => name.get_ref().to_string(),
                _ => format!("{prefix}.{}", name.get_ref()),
            };
            if let Some(key) = keys::find(&full) {
                self.key(key, name.span(), value)?;
            } else if full == OPTIONS {
                self.options(self.inner(&full, value)?)?;
            } else if full == PLUGINS {
                self.plugins(name.span(), self.inner(&full, value)?)?;
            } else if keys::is_section(&full) {
                self.table(&full, self.inner(&full, value)?)?;
            } else {
                return Err(self.unknown(&full, name.span()));
            }
        }
        Ok(())
    }

    fn inner<'v, 'i>(
        &self,
        name: &str,
        value: &'v Spanned<DeValue<'i>>,
    ) -> Result<&'v DeTable<'i>> {
        value.get_ref().as_table().ok_or_else(|| {
            let what = format!("`{name}` is a table, not {}", kind(value.get_ref()));
            self.source.fault(value.span(), &what).help(format!(
                "write `[{name}]` on a line of its own, and its keys below"
            ))
        })
    }

    fn key(
        &mut self,
        key: &'static Key,
        name: Range<usize>,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<()> {
        if let Some(first) = self.seen.insert(key.name, name.clone()) {
            let line = self.source.line(first.start);
            let what = format!("`{}` was set in line {line} already", key.name);
            return Err(self.source.fault(name, &what).help("keep one of the two"));
        }
        let origin = (self.origin)(self.source.line(name.start));
        if key.user_only && matches!(origin, Origin::Project { .. }) {
            let what = format!("a project may not set `{}`", key.name);
            let error = self.source.fault(name, &what);
            return Err(error.help("set it in your own settings, if you trust the project"));
        }
        let raw = match value.get_ref() {
            DeValue::Datetime(_) => None,
            other => json(other).map(Raw::Typed),
        };
        if raw.is_some_and(|raw| (key.set)(self.settings, &raw, origin)) {
            return Ok(());
        }
        let given = &self.source.text[value.span()];
        let given = match given.len() {
            0..=40 if !given.contains('\n') => given,
            _ => kind(value.get_ref()),
        };
        let what = format!("`{}` takes {}, not {given}", key.name, key.takes);
        let error = self.source.fault(value.span(), &what);
        Err(advise(error, key, given.trim_matches(['"', '\''])))
    }

    fn options(&mut self, table: &DeTable<'_>) -> Result<()> {
        for (name, value) in table {
            let Some(json) = json(value.get_ref()) else {
                let what = format!("option `{}` has a number out of range", name.get_ref());
                return Err(self.source.fault(value.span(), &what));
            };
            let setting = Setting {
                value: json,
                origin: (self.origin)(self.source.line(name.span().start)),
            };
            let name = name.get_ref().to_string();
            self.settings.options.insert(name, setting);
        }
        Ok(())
    }

    /// `[plugins.NAME]`: what the user has decided of installed plugins. A project
    /// decides nothing of that.
    fn plugins(&mut self, at: Range<usize>, table: &DeTable<'_>) -> Result<()> {
        if matches!((self.origin)(1), Origin::Project { .. }) {
            let what = format!("`{PLUGINS}` belongs into the user's own settings");
            let help = "name the plugin that builds this project with `plugin = \"NAME\"`";
            return Err(self.source.fault(at, &what).help(help));
        }
        for (plugin, value) in table {
            let full = format!("{PLUGINS}.{}", plugin.get_ref());
            for (name, value) in self.inner(&full, value)? {
                let key = format!("{full}.{}", name.get_ref());
                if name.get_ref() != "enabled" {
                    let what = format!("unknown setting `{key}`");
                    let help = format!("`{full}` takes `enabled` alone");
                    return Err(self.source.fault(name.span(), &what).help(help));
                }
                let Some(enabled) = value.get_ref().as_bool() else {
                    let what = format!("`{key}` takes true or false");
                    return Err(self.source.fault(value.span(), &what));
                };
                let setting = Setting {
                    value: enabled,
                    origin: (self.origin)(self.source.line(name.span().start)),
                };
                let plugin = plugin.get_ref().to_string();
                self.settings.plugins.insert(plugin, setting);
            }
        }
        Ok(())
    }

    fn unknown(&self, name: &str, span: Range<usize>) -> Error {
        let error = self
            .source
            .fault(span, &format!("unknown setting `{name}`"));
        error.help(match keys::meant(name) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "`wasmrun config` lists all settings; what only the builder understands \
                     goes under `[options]`"
                .to_owned(),
        })
    }
}

/// Adds the nearest of a key's words to an error about a value.
pub(super) fn advise(error: Error, key: &Key, given: &str) -> Error {
    match nearest(&given.to_ascii_lowercase(), key.choices.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error,
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The value as JSON; nothing when a number does not fit. Dates become text.
pub(super) fn json(value: &DeValue<'_>) -> Option<Json> {
    Some(match value {
        DeValue::String(text) => Json::from(text.as_ref()),
        DeValue::Integer(number) => {
            Json::from(i64::from_str_radix(number.as_str(), number.radix()).ok()?)
        }
        DeValue::Float(number) => Json::Number(Number::from_f64(number.as_str().parse().ok()?)?),
        DeValue::Boolean(value) => Json::from(*value),
        DeValue::Datetime(date) => Json::from(date.to_string()),
        DeValue::Array(items) => Json::Array(
            items
                .iter()
                .map(|item| json(item.get_ref()))
                .collect::<Option<_>>()?,
        ),
        DeValue::Table(table) => Json::Object(
            table
                .iter()
                .map(|(name, value)| Some((name.get_ref().to_string(), json(value.get_ref())?)))
                .collect::<Option<_>>()?,
        ),
    })
}
