//! Landlock restricts the thread that asks for it, and what that thread starts.
//! So a thread of its own restricts itself, starts the plugin and ends; nothing
//! has to be done between fork and exec.

use std::io;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, AccessFs, LandlockStatus, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr,
    RulesetError, Scope, path_beneath_rules,
};

use super::Support;

/// Files outside all folders that programs expect to write to.
const DEVICES: &[&str] = &[
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/tty",
    "/dev/ptmx",
    "/dev/pts",
    "/dev/shm",
];

/// The version whose rights are used. Later ones add nothing that is about
/// writing files.
const USED: ABI = ABI::V3;

/// The first version under which files can be moved from one folder to another.
/// Builds do that.
const LEAST: ABI = ABI::V2;

/// Finds out by restricting a thread that does nothing else.
pub(super) fn probe() -> Support {
    let tried = std::thread::spawn(|| ruleset()?.restrict_self()).join();
    let Ok(Ok(status)) = tried else {
        return Support::Missing("the kernel refuses Landlock here");
    };
    match status.landlock {
        LandlockStatus::NotImplemented => Support::Missing("the kernel has no Landlock"),
        LandlockStatus::NotEnabled => {
            Support::Missing("Landlock is not enabled (kernel parameter `lsm=`)")
        }
        LandlockStatus::Available { effective_abi, .. } if effective_abi < LEAST => {
            Support::Missing("the kernel's Landlock is too old (Linux 5.19 has the least)")
        }
        LandlockStatus::Available {
            effective_abi,
            kernel_abi,
        } => Support::Available {
            abi: kernel_abi
                .and_then(|abi| abi.try_into().ok())
                .unwrap_or(effective_abi as u32),
        },
    }
}

/// Restricts the current thread.
pub(super) fn restrict(writable: &[PathBuf]) -> io::Result<()> {
    let paths = writable
        .iter()
        .map(PathBuf::as_path)
        .chain(DEVICES.iter().map(Path::new));
    let confine = || -> Result<(), RulesetError> {
        ruleset()?
            .add_rules(path_beneath_rules(paths, AccessFs::from_write(USED)))?
            .restrict_self()?;
        Ok(())
    };
    confine().map_err(|error| io::Error::other(format!("it cannot be confined: {error}")))
}

/// Nothing may be written, and no process outside gets a signal.
fn ruleset() -> Result<RulesetCreated, RulesetError> {
    Ruleset::default()
        .handle_access(AccessFs::from_write(USED))?
        .scope(Scope::Signal)?
        .create()
}
