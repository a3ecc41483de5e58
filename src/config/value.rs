use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use plugin_protocol::Profile;
use serde_json::Value as Json;

use super::units::{parse_duration, parse_size, show_duration, show_size};

/// A value as a layer gives it.
#[derive(Debug)]
pub(super) enum Raw {
    /// From a file, with its type.
    Typed(Json),
    /// From a variable, as text.
    Text(OsString),
}

/// What a setting may be. Reading gives nothing when the value does not fit.
pub(super) trait Value: Sized {
    /// Whether `none` takes a value of an earlier layer away.
    const NONE: bool = false;

    fn from_text(text: &str) -> Option<Self>;

    fn from_os(text: &OsStr) -> Option<Self> {
        Self::from_text(text.to_str()?.trim())
    }

    fn from_json(value: &Json) -> Option<Self> {
        Self::from_text(value.as_str()?)
    }

    fn json(&self) -> Json;

    /// For people, and without quotes; the files take it too.
    fn text(&self) -> String {
        match self.json() {
            Json::String(text) => text,
            other => other.to_string(),
        }
    }

    fn read(raw: &Raw) -> Option<Self> {
        match raw {
            Raw::Typed(value) => Self::from_json(value),
            Raw::Text(text) => Self::from_os(text),
        }
    }
}

impl Value for String {
    fn from_text(text: &str) -> Option<Self> {
        (!text.trim().is_empty()).then(|| text.to_owned())
    }

    fn json(&self) -> Json {
        Json::from(self.as_str())
    }
}

impl Value for PathBuf {
    fn from_text(text: &str) -> Option<Self> {
        (!text.is_empty() && !text.contains('\0')).then(|| Self::from(text))
    }

    fn from_os(text: &OsStr) -> Option<Self> {
        Some(Self::from(text))
    }

    fn json(&self) -> Json {
        Json::from(self.to_string_lossy())
    }
}

impl Value for bool {
    fn from_text(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Some(true),
            "0" | "false" | "no" | "off" => Some(false),
            _ => None,
        }
    }

    fn from_json(value: &Json) -> Option<Self> {
        value.as_bool()
    }

    fn json(&self) -> Json {
        Json::from(*self)
    }
}

impl Value for Profile {
    fn from_text(text: &str) -> Option<Self> {
        [Self::Debug, Self::Release, Self::Size]
            .into_iter()
            .find(|profile| profile.name() == text)
    }

    fn json(&self) -> Json {
        Json::from(self.name())
    }
}

impl Value for Duration {
    const NONE: bool = true;

    fn from_text(text: &str) -> Option<Self> {
        parse_duration(text).ok()
    }

    fn from_json(value: &Json) -> Option<Self> {
        match value.as_u64() {
            Some(seconds) => parse_duration(&seconds.to_string()).ok(),
            None => Self::from_text(value.as_str()?),
        }
    }

    fn json(&self) -> Json {
        Json::from(show_duration(*self))
    }
}

/// A size in bytes.
impl Value for u64 {
    const NONE: bool = true;

    fn from_text(text: &str) -> Option<Self> {
        parse_size(text).ok()
    }

    fn from_json(value: &Json) -> Option<Self> {
        match value.as_u64() {
            Some(bytes) => Some(bytes),
            None => Self::from_text(value.as_str()?),
        }
    }

    fn json(&self) -> Json {
        Json::from(*self)
    }

    fn text(&self) -> String {
        show_size(*self)
    }
}

impl Value for Vec<String> {
    fn from_text(text: &str) -> Option<Self> {
        String::from_text(text).map(|text| vec![text])
    }

    fn from_json(value: &Json) -> Option<Self> {
        match value {
            Json::Array(items) => items.iter().map(String::from_json).collect(),
            other => Self::from_text(other.as_str()?),
        }
    }

    fn json(&self) -> Json {
        Json::from(self.as_slice())
    }
}

/// A number, such as that of a port.
impl Value for u16 {
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn from_json(value: &Json) -> Option<Self> {
        value.as_u64()?.try_into().ok()
    }

    fn json(&self) -> Json {
        Json::from(*self)
    }
}

/// A table of texts, which no variable can give.
impl Value for BTreeMap<String, String> {
    fn from_text(_: &str) -> Option<Self> {
        None
    }

    fn from_json(value: &Json) -> Option<Self> {
        let entries = value.as_object()?.iter();
        let entries = entries.map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        entries.collect()
    }

    fn json(&self) -> Json {
        self.iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

impl<T: Value> Value for Option<T> {
    fn from_text(text: &str) -> Option<Self> {
        if T::NONE && text == "none" {
            return Some(None);
        }
        T::from_text(text).map(Some)
    }

    fn from_os(text: &OsStr) -> Option<Self> {
        if T::NONE && text == "none" {
            return Some(None);
        }
        T::from_os(text).map(Some)
    }

    fn from_json(value: &Json) -> Option<Self> {
        if T::NONE && value == "none" {
            return Some(None);
        }
        T::from_json(value).map(Some)
    }

    fn json(&self) -> Json {
        self.as_ref().map_or(Json::Null, Value::json)
    }

    fn text(&self) -> String {
        self.as_ref().map_or_else(String::new, Value::text)
    }
}
