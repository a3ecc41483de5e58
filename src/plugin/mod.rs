//! Who builds what. A built-in builder and a separate executable stand behind
//! the same two traits; callers cannot tell which they hold.

pub mod artifact;
pub mod bridge;
mod builtin;
pub mod checkout;
mod external;
pub mod index;
mod inquiry;
pub mod installer;
pub mod kit;
mod languages;
pub mod lock;
mod manager;
mod metadata;
pub mod registry;
pub mod store;
pub mod trust;

use std::path::Path;

use plugin_protocol::{BuildReport, BuildRequest, Event, Match, Missing, PluginError};

pub use external::{External, Policy};
pub use inquiry::greet;
pub use manager::Manager;
pub use metadata::{Installed, MANIFEST, is_name, read_manifest};

use crate::error::Error;
use crate::process::Cancel;
use crate::project::{Language, Project};

/// Whether the word for a plugin is the path of one, and not a name.
#[must_use]
pub fn is_path(word: &str) -> bool {
    word.contains(['/', '\\'])
}

/// What a plugin says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginInfo {
    /// Its name (`wasmrust`; a built-in one is named after its language).
    pub name: String,
    /// Its version.
    pub version: String,
    /// What tells one build of it from another: part of every cache key.
    pub identity: String,
    /// The languages it builds.
    pub languages: Vec<Language>,
}

/// Somebody who can build projects of some kind.
pub trait Plugin: Send + Sync {
    /// What it says of itself.
    fn info(&self) -> &PluginInfo;

    /// Whether it builds this project, how well, and from which entry.
    fn can_handle_project(&self, project: &Project) -> Option<Match>;

    /// The same question, asked of the plugin itself if it is an executable. That
    /// takes longer; it is for breaking a tie.
    fn detect(&self, project: &Project) -> Option<Match> {
        self.can_handle_project(project)
    }

    /// What does the work.
    fn get_builder(&self) -> Box<dyn WasmBuilder>;
}

/// Why an operation gave no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The user's code is at fault; diagnostics have said how.
    Failed,
    /// It was cancelled; [`Cancel::reason`] knows why.
    Cancelled,
    /// It could not be done.
    Error(PluginError),
    /// A plugin broke the protocol, or could not be started.
    Fault(Box<Error>),
}

impl From<PluginError> for Failure {
    fn from(error: PluginError) -> Self {
        Self::Error(error)
    }
}

/// Who listens while a builder works.
pub type Listener<'a> = &'a mut dyn FnMut(Event);

/// The work itself. Each operation may be answered by a child process, so that
/// only data goes in and out.
pub trait WasmBuilder: Send {
    /// Builds a project into the request's stage.
    ///
    /// # Errors
    /// [`Failure::Failed`] when the user's code is at fault, after at least one
    /// diagnostic of severity error.
    fn build(
        &self,
        request: &BuildRequest,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<BuildReport, Failure>;

    /// What the project needs and the machine lacks.
    ///
    /// # Errors
    /// When it cannot be found out.
    fn check_dependencies(&self, project: &Path, cancel: &Cancel) -> Result<Vec<Missing>, Failure>;

    /// Looks for mistakes that need no build to be seen.
    ///
    /// # Errors
    /// [`Failure::Failed`] when there is a mistake, after a diagnostic.
    fn validate_project(
        &self,
        project: &Path,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<(), Failure>;

    /// Deletes what the language's own tools have made in the project, and
    /// returns it, project-relative with `/`. With `dry_run` it deletes nothing.
    ///
    /// # Errors
    /// When something could not be deleted.
    fn clean(&self, project: &Path, dry_run: bool, cancel: &Cancel)
    -> Result<Vec<String>, Failure>;

    /// The endings of source files, without a dot.
    fn supported_extensions(&self) -> Vec<&str>;

    /// Where an entry is looked for, project-relative, the likeliest first.
    fn entry_file_candidates(&self) -> Vec<&str>;
}
