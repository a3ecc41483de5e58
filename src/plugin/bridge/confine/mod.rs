//! Keeping a build's writes where builds belong: the project, the stage, the
//! tools' caches and the temporary folder. Reading and starting programs stay
//! free. On Linux with Landlock; elsewhere, and where the kernel has none, the
//! build runs unconfined and says so.

mod folders;

#[cfg_attr(target_os = "linux", path = "landlock.rs")]
#[cfg_attr(not(target_os = "linux"), path = "none.rs")]
mod system;

use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

pub use folders::writable;

use crate::process::{Child, Pipes};

/// What a plugin and all that it starts may write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confinement {
    folders: Option<Vec<PathBuf>>,
}

/// Whether this system can confine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Support {
    /// It can, with this version of Landlock.
    Available {
        /// The version of Landlock's interface.
        abi: u32,
    },
    /// It cannot, for this reason.
    Missing(&'static str),
}

/// Whether this system can confine. It is tried once, in a thread of its own.
pub fn support() -> &'static Support {
    static SUPPORT: OnceLock<Support> = OnceLock::new();
    SUPPORT.get_or_init(system::probe)
}

impl Confinement {
    /// It may write wherever the user may.
    #[must_use]
    pub fn off() -> Self {
        Self { folders: None }
    }

    /// It may write to these files and to all in these folders. Those that are
    /// not there are left out.
    #[must_use]
    pub fn to(folders: Vec<PathBuf>) -> Self {
        Self {
            folders: Some(folders),
        }
    }

    /// Whether it is wanted and the system can do it.
    #[must_use]
    pub fn is_effective(&self) -> bool {
        self.folders.is_some() && matches!(support(), Support::Available { .. })
    }

    /// Starts a command, confined if that is wanted and possible.
    pub(super) fn spawn(&self, command: Command) -> io::Result<(Child, Pipes)> {
        match &self.folders {
            Some(folders) if self.is_effective() => {
                Child::start(command, Some(&|| system::restrict(folders)))
            }
            _ => Child::start(command, None),
        }
    }
}
