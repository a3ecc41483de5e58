use serde::Serialize;

use super::Problem;
use crate::commands::plugin::{Row, State};
use crate::config::{Home, Settings};
use crate::error::Error;
use crate::plugin::bridge::Limits;
use crate::plugin::greet;
use crate::plugin::store::{Store, Stored};
use crate::process::Cancel;

/// An installed plugin, and whether it answers.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Plugin {
    #[serde(flatten)]
    pub(super) row: Row,
    /// The version of the protocol that it speaks, if it said hello.
    pub(super) protocol: Option<u32>,
    #[serde(skip)]
    fault: Option<Error>,
}

/// The installed plugins; each that is enabled is started and greeted.
pub(super) fn examine(home: &Home, settings: &Settings, cancel: &Cancel) -> Vec<Plugin> {
    let Ok(store) = Store::of(home) else {
        return Vec::new();
    };
    let all = store.list();
    std::thread::scope(|scope| {
        let threads: Vec<_> = all
            .into_iter()
            .map(|(name, stored)| {
                scope.spawn(move || match stored {
                    Ok(stored) => one(&stored, settings, cancel),
                    Err(why) => Plugin {
                        row: Row::damaged(&name, why),
                        protocol: None,
                        fault: None,
                    },
                })
            })
            .collect();
        let joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.flatten().collect()
    })
}

fn one(stored: &Stored, settings: &Settings, cancel: &Cancel) -> Plugin {
    let manifest = &stored.installed.manifest;
    let enabled = settings.plugins.get(&manifest.name);
    let row = Row::stored(stored, enabled.is_none_or(|enabled| enabled.value));
    // One that has changed is not the one that was installed, and is not started.
    if row.state != State::Enabled {
        return Plugin {
            row,
            protocol: None,
            fault: None,
        };
    }
    let limits = Limits {
        hello: settings.limits.hello.value,
        ..Limits::default()
    };
    let args = manifest.argv.get(1..).unwrap_or_default();
    let greeted = greet(&manifest.name, &stored.installed.exe, args, limits, cancel);
    Plugin {
        row,
        protocol: greeted.as_ref().ok().copied(),
        fault: greeted.err(),
    }
}

impl Plugin {
    /// What is wrong with it.
    pub(super) fn broken(&self) -> Option<Problem> {
        let error = self.row.problem.as_ref().or(self.fault.as_ref())?;
        Some(Problem::of(error))
    }
}
