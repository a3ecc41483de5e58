//! The plugins that need no installation.

use std::sync::Arc;

use plugin_protocol::Match;

use super::languages::{CBuilder, WasmBuilder as WasmCopier, WatBuilder};
use super::{Plugin, PluginInfo, WasmBuilder};
use crate::project::{Language, Project};

/// How well a built-in plugin suits its language; an installed one that claims
/// the same project may say more.
const SCORE: u8 = 80;

/// A plugin that is part of wasmrun.
struct BuiltIn {
    info: PluginInfo,
    language: Language,
    builder: fn() -> Box<dyn WasmBuilder>,
}

/// All of them.
pub(super) fn all() -> Vec<Arc<dyn Plugin>> {
    let plugin = |language: Language, builder| {
        let info = PluginInfo {
            name: language.name().to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            identity: identity(),
            languages: vec![language],
        };
        Arc::new(BuiltIn {
            info,
            language,
            builder,
        }) as Arc<dyn Plugin>
    };
    vec![
        plugin(Language::Wat, || Box::new(WatBuilder)),
        plugin(Language::C, || Box::new(CBuilder)),
        plugin(Language::Wasm, || Box::new(WasmCopier)),
    ]
}

/// The version, and what tells this executable from another one of the same
/// version: while wasmrun itself is being worked on, the version stays.
fn identity() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let own = std::env::current_exe().and_then(std::fs::metadata);
    let changed = own.as_ref().ok().and_then(|own| own.modified().ok());
    let changed = changed.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    match (own, changed) {
        (Ok(own), Some(time)) => format!("{version}+{:x}.{:x}", own.len(), time.as_nanos()),
        _ => version.to_owned(),
    }
}

impl Plugin for BuiltIn {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn can_handle_project(&self, project: &Project) -> Option<Match> {
        (project.language == self.language).then(|| Match {
            score: SCORE,
            why: project.why.clone(),
            entry: project.entry.clone(),
        })
    }

    fn get_builder(&self) -> Box<dyn WasmBuilder> {
        (self.builder)()
    }
}
