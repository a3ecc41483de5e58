use std::ffi::{OsStr, OsString};

use super::file::advise;
use super::keys::{KEYS, Key};
use super::value::{Raw, Value};
use super::{Origin, Settings};
use crate::error::{Code, Error, Result, nearest};

/// Variables of wasmrun that are no settings.
const OTHERS: &[&str] = &["WASMRUN_HOME", "WASMRUN_LOG", "WASMRUN_COMMIT"];

/// Variables that wasmrun's own tests use.
const TESTS: &str = "WASMRUN_TEST_";

/// Reads the variables that are set into the settings. An empty one is as good
/// as none. An unknown one is a warning: it may belong to another version.
pub(super) fn apply(
    settings: &mut Settings,
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<()> {
    let mut own: Vec<_> = variables
        .filter_map(|(name, value)| Some((name.to_str()?.to_owned(), value)))
        .filter(|(name, value)| name.starts_with("WASMRUN_") && !value.is_empty())
        .collect();
    own.sort();
    for (name, value) in own {
        match KEYS.iter().find(|key| key.env == Some(&name)) {
            Some(key) => set(settings, key, &value)?,
            None if OTHERS.contains(&name.as_str()) || name.starts_with(TESTS) => {}
            None => settings.warnings.push(unknown(&name)),
        }
    }
    Ok(())
}

fn set(settings: &mut Settings, key: &Key, value: &OsStr) -> Result<()> {
    let name = key.env.unwrap_or_default();
    let raw = if key.env_negated {
        bool::from_os(value).map(|yes| Raw::Text((!yes).to_string().into()))
    } else {
        Some(Raw::Text(value.to_owned()))
    };
    if raw.is_some_and(|raw| (key.set)(settings, &raw, Origin::Env(name))) {
        return Ok(());
    }
    let given = value.to_string_lossy();
    let message = format!("{name} takes {}, not `{}`", key.takes, given.escape_debug());
    let error = Error::new(Code::ConfigInvalid, message)
        .help(format!("set it to another value, or `unset {name}`"));
    Err(advise(error, key, &given))
}

fn unknown(name: &str) -> String {
    let known = KEYS.iter().filter_map(|key| key.env);
    match nearest(name, known.chain(OTHERS.iter().copied())) {
        Some(near) => format!("{name} is no variable of wasmrun; did you mean {near}?"),
        None => format!("{name} is no variable of wasmrun"),
    }
}
