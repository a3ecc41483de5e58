use std::path::Path;

use serde::Serialize;

use super::Problem;
use crate::compiler::examine;
use crate::config::{Home, PROJECT_FILE, Settings};
use crate::plugin::bridge::{Support, support};
use crate::plugin::lock::LOCK_FILE;
use crate::process::finds_orphans;
use crate::terminal::Terminal;
use crate::wasm::decimal;

/// What of the system wasmrun uses.
#[derive(Debug, Serialize)]
pub(super) struct System {
    os: &'static str,
    arch: &'static str,
    /// The kernel's release, on Linux.
    pub(super) kernel: Option<String>,
    /// The version of Landlock's interface, with which plugins are confined.
    pub(super) landlock: Option<u32>,
    /// Why plugins are not confined.
    pub(super) unconfined: Option<&'static str>,
    /// Whether processes that leave their group are found and ended.
    pub(super) subreaper: bool,
    pub(super) home: Option<String>,
    pub(super) home_writable: bool,
}

impl System {
    pub(super) fn of(home: &Home) -> Self {
        let (landlock, unconfined) = match support() {
            Support::Available { abi } => (Some(*abi), None),
            Support::Missing(why) => (None, Some(*why)),
        };
        let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease");
        Self {
            os: std::env::consts::OS,
            arch: std::env::consts::ARCH,
            kernel: kernel.ok().map(|text| text.trim().to_owned()),
            landlock,
            unconfined,
            subreaper: finds_orphans(),
            home: home.root().map(|root| root.display().to_string()),
            home_writable: home.root().is_some_and(is_writable),
        }
    }

    pub(super) fn broken(&self) -> Option<Problem> {
        match (&self.home, self.home_writable) {
            (Some(home), false) => Some(Problem {
                message: format!("wasmrun cannot write to {home}: no cache, and no plugins"),
                help: Some("give yourself the right to it, or set WASMRUN_HOME".to_owned()),
            }),
            _ => None,
        }
    }
}

/// Whether a file can be made in a folder, or in the nearest one above it that
/// is there.
fn is_writable(folder: &Path) -> bool {
    let mut there = folder.ancestors().filter(|folder| folder.exists());
    there
        .next()
        .is_some_and(|folder| tempfile::tempfile_in(folder).is_ok())
}

/// The build cache.
#[derive(Debug, Serialize)]
pub(super) struct Cache {
    pub(super) path: String,
    pub(super) bytes: u64,
    pub(super) limit: u64,
    pub(super) results: usize,
    damaged: Vec<String>,
}

pub(super) fn cache(home: &Home, settings: &Settings) -> Option<Cache> {
    let health = examine(home)?;
    let damaged = health.damaged.iter();
    Some(Cache {
        path: health.path.display().to_string(),
        bytes: health.bytes,
        limit: settings.cache_max_size.value,
        results: health.results,
        damaged: damaged.map(|path| path.display().to_string()).collect(),
    })
}

impl Cache {
    pub(super) fn broken(&self) -> Option<Problem> {
        let count = self.damaged.len();
        let first = self.damaged.first()?;
        Some(Problem {
            message: match count {
                1 => format!("a file of the build cache is damaged: {first}"),
                _ => format!("{count} files of the build cache are damaged, such as {first}"),
            },
            help: Some(
                "a damaged file is never used; `wasmrun clean --all` begins the cache anew, and \
                 if it happens again, look after the disk"
                    .to_owned(),
            ),
        })
    }

    pub(super) fn text(&self) -> String {
        format!(
            "{} results, {} of {}",
            self.results,
            decimal(self.bytes),
            decimal(self.limit)
        )
    }
}

/// The settings files that are there, and the variables that are set.
#[derive(Debug, Serialize)]
pub(super) struct Files {
    pub(super) files: Vec<String>,
    pub(super) variables: Vec<String>,
    pub(super) warnings: Vec<String>,
}

impl Files {
    pub(super) fn of(home: &Home, path: &Path, settings: &Settings) -> Self {
        let folder = match path.is_dir() {
            true => path,
            false => path.parent().unwrap_or(path),
        };
        let own = [PROJECT_FILE, LOCK_FILE].map(|name| folder.join(name));
        let all = home.config_file().into_iter().chain(own);
        let files = all.filter(|file| file.is_file());
        let mut variables: Vec<_> = std::env::vars_os()
            .filter_map(|(name, _)| name.into_string().ok())
            .filter(|name| name.starts_with("WASMRUN_"))
            .collect();
        variables.sort();
        Self {
            files: files.map(|file| file.display().to_string()).collect(),
            variables,
            warnings: settings.warnings.clone(),
        }
    }
}

/// What the terminal can show.
#[derive(Debug, Serialize)]
pub(super) struct Screen {
    pub(super) colour_out: bool,
    pub(super) colour_err: bool,
    pub(super) animated: bool,
    pub(super) term: Option<String>,
    /// The variables that switch colour and progress off.
    pub(super) plain_by: Vec<&'static str>,
}

impl Screen {
    pub(super) fn of(terminal: &Terminal) -> Self {
        let set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        Self {
            colour_out: terminal.colour_out(),
            colour_err: terminal.colour_err(),
            animated: terminal.is_animated(),
            term: std::env::var("TERM").ok(),
            plain_by: ["NO_COLOR", "CI"]
                .into_iter()
                .filter(|name| set(name))
                .collect(),
        }
    }
}
