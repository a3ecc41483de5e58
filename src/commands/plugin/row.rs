use std::path::Path;

use serde::Serialize;

use super::report::Fault;
use crate::error::Error;
use crate::plugin::index::Known;
use crate::plugin::registry::{Found, Place};
use crate::plugin::store::{Origin, Store, Stored};
use crate::plugin::{Installed, PluginInfo};
use crate::project::Language;

/// One plugin in a report.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename = "plugin")]
pub(in crate::commands) struct Row {
    pub(in crate::commands) name: String,
    pub(in crate::commands) version: Option<String>,
    pub(in crate::commands) state: State,
    /// `built-in`, `user`, `project`, `beside`, `path` or `index`.
    pub(in crate::commands) place: &'static str,
    pub(in crate::commands) languages: Vec<&'static str>,
    pub(in crate::commands) source: Option<Origin>,
    pub(in crate::commands) executable: Option<String>,
    pub(in crate::commands) sha256: Option<String>,
    #[serde(serialize_with = "fault")]
    pub(in crate::commands) problem: Option<Error>,
}

/// Whether a plugin takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::commands) enum State {
    Enabled,
    Disabled,
    /// Its executable is not the one that was installed.
    Changed,
    Damaged,
    /// It lies in the project, and nobody trusts it.
    Untrusted,
    /// On the path, and never asked who it is.
    Unasked,
    NotInstalled,
}

impl State {
    pub(in crate::commands) fn word(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Changed => "changed",
            Self::Damaged => "damaged",
            Self::Untrusted => "untrusted",
            Self::Unasked => "not asked",
            Self::NotInstalled => "not installed",
        }
    }
}

impl Row {
    fn named(name: &str, state: State, place: &'static str) -> Self {
        Self {
            name: name.to_owned(),
            version: None,
            state,
            place,
            languages: Vec::new(),
            source: None,
            executable: None,
            sha256: None,
            problem: None,
        }
    }

    /// One that is part of wasmrun.
    pub(super) fn built_in(info: &PluginInfo) -> Self {
        Self {
            version: Some(info.version.clone()),
            languages: names(&info.languages),
            ..Self::named(&info.name, State::Enabled, "built-in")
        }
    }

    /// One in the user's folder.
    pub(in crate::commands) fn stored(stored: &Stored, enabled: bool) -> Self {
        let problem = Store::check(stored).err();
        let state = match (&problem, enabled) {
            (Some(_), _) => State::Changed,
            (None, true) => State::Enabled,
            (None, false) => State::Disabled,
        };
        Self {
            source: Some(stored.record.source.clone()),
            problem,
            ..Self::installed(&stored.installed, state, Place::User.name())
        }
    }

    /// One in the user's folder that cannot be used.
    pub(in crate::commands) fn damaged(name: &str, why: Error) -> Self {
        Self {
            problem: Some(why),
            ..Self::named(name, State::Damaged, Place::User.name())
        }
    }

    /// One of the project that nobody trusts.
    pub(super) fn untrusted(name: &str, why: Error) -> Self {
        Self {
            problem: Some(why),
            ..Self::named(name, State::Untrusted, Place::Project.name())
        }
    }

    /// One that takes part and is not in the user's folder.
    pub(super) fn found(found: &Found) -> Self {
        Self::installed(&found.installed, State::Enabled, found.place.name())
    }

    /// One on the path that nobody has asked.
    pub(super) fn unasked(name: &str, exe: &Path, place: Place) -> Self {
        Self {
            executable: Some(exe.display().to_string()),
            ..Self::named(name, State::Unasked, place.name())
        }
    }

    /// One of the index that is not installed.
    pub(super) fn known(known: &Known) -> Self {
        Self {
            languages: vec![known.language.name()],
            ..Self::named(known.name, State::NotInstalled, "index")
        }
    }

    fn installed(installed: &Installed, state: State, place: &'static str) -> Self {
        let Installed {
            manifest,
            exe,
            sha256,
            ..
        } = installed;
        Self {
            version: Some(manifest.version.clone()),
            languages: names(&Language::of(manifest)),
            executable: Some(exe.display().to_string()),
            sha256: Some(sha256.clone()),
            ..Self::named(&manifest.name, state, place)
        }
    }
}

fn names(languages: &[Language]) -> Vec<&'static str> {
    languages.iter().map(|language| language.name()).collect()
}

fn fault<S: serde::Serializer>(error: &Option<Error>, serializer: S) -> Result<S::Ok, S::Error> {
    error.as_ref().map(Fault::of).serialize(serializer)
}
