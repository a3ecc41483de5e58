use std::collections::BTreeMap;

use plugin_protocol::Profile;
use serde::{Deserialize, Serialize};

use super::super::{Job, digest};
use super::identity;

/// The layout of the cache and the meaning of its records. A new number makes
/// all old records unreachable; the size limit takes them away in time.
const FORMAT: u32 = 1;

/// What is asked for, without the state of any input: two requests with equal
/// keys differ at most in what their inputs contain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Key {
    format: u32,
    wasmrun: String,
    plugin: String,
    plugin_version: String,
    plugin_identity: String,
    language: String,
    root: String,
    entry: Option<String>,
    name: String,
    profile: Profile,
    options: BTreeMap<String, serde_json::Value>,
    locked: bool,
    offline: bool,
    alone: bool,
}

impl Key {
    pub(crate) fn of(job: &Job<'_>) -> Self {
        let info = job.plugin.info();
        // A build of wasmrun itself from other sources may have this version too.
        let own = std::env::current_exe().ok();
        let own = own.as_deref().and_then(identity::of).unwrap_or_default();
        Self {
            format: FORMAT,
            wasmrun: format!("{} {own}", env!("CARGO_PKG_VERSION")),
            plugin: info.name.clone(),
            plugin_version: info.version.clone(),
            plugin_identity: info.identity.clone(),
            language: job.project.language.name().to_owned(),
            root: digest::path_text(&job.project.root),
            entry: job.project.entry.clone(),
            name: job.place.name(job.project),
            profile: job.profile,
            options: job.options.clone(),
            locked: job.locked,
            offline: job.offline,
            alone: job.project.single_file,
        }
    }

    /// The folder of its records.
    pub(super) fn digest(&self) -> serde_json::Result<String> {
        digest::of_value(self)
    }

    /// What differs from an earlier request for the same project, in lines.
    pub(super) fn difference(&self, old: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut note = |changed: bool, line: String| {
            if changed {
                lines.push(line);
            }
        };
        note(
            (self.format, &self.wasmrun) != (old.format, &old.wasmrun),
            "wasmrun itself changed".to_owned(),
        );
        note(
            self.plugin != old.plugin,
            format!("the plugin changed from {} to {}", old.plugin, self.plugin),
        );
        note(
            self.plugin == old.plugin
                && (&self.plugin_version, &self.plugin_identity)
                    != (&old.plugin_version, &old.plugin_identity),
            format!("the plugin {} itself changed", self.plugin),
        );
        note(
            self.language != old.language,
            format!(
                "the language changed from {} to {}",
                old.language, self.language
            ),
        );
        note(
            self.name != old.name,
            format!(
                "the output's name changed from {} to {}",
                old.name, self.name
            ),
        );
        note(
            self.profile != old.profile,
            format!(
                "the optimization changed from {} to {}",
                old.profile.name(),
                self.profile.name()
            ),
        );
        note(self.locked != old.locked, "--locked changed".to_owned());
        note(self.offline != old.offline, "--offline changed".to_owned());
        note(
            self.alone != old.alone,
            match self.alone {
                true => "a file was named and not its folder".to_owned(),
                false => "the folder was named and not a file in it".to_owned(),
            },
        );
        let names = self.options.keys().chain(old.options.keys());
        let names: std::collections::BTreeSet<_> = names.collect();
        for name in names {
            note(
                self.options.get(name) != old.options.get(name),
                format!("the option {name} changed"),
            );
        }
        lines
    }
}
