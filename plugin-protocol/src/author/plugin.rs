use std::path::Path;

use super::{Context, look};
use crate::{BuildReport, BuildRequest, ColumnUnit, Failure, Manifest, Match, Missing};

/// What a plugin does. Only [`info`](Plugin::info) and [`build`](Plugin::build)
/// have to be written.
///
/// All methods are called on the main thread, one after another. While one runs,
/// [`Context::cancel`] tells whether it should end early.
pub trait Plugin {
    /// What it says of itself. Without side effects: it is asked often.
    fn info(&self) -> Manifest;

    /// What the columns of its diagnostics count.
    fn column_unit(&self) -> ColumnUnit {
        ColumnUnit::default()
    }

    /// Whether it builds this project. By itself: what the manifest says.
    ///
    /// # Errors
    /// When it cannot be found out.
    fn detect(&self, project: &Path, _context: &Context<'_>) -> Result<Option<Match>, Failure> {
        Ok(look(project, &self.info()))
    }

    /// What the project needs and the machine lacks. By itself: nothing.
    ///
    /// # Errors
    /// When it cannot be found out.
    fn check(&self, _project: &Path, _context: &Context<'_>) -> Result<Vec<Missing>, Failure> {
        Ok(Vec::new())
    }

    /// Looks for mistakes that need no build to be seen. By itself: for none.
    ///
    /// # Errors
    /// [`Failure::Failed`] when there is a mistake, after a diagnostic.
    fn validate(&self, _project: &Path, _context: &Context<'_>) -> Result<(), Failure> {
        Ok(())
    }

    /// Builds a project into the request's stage.
    ///
    /// # Errors
    /// [`Failure::Failed`] when the user's code is at fault, after at least one
    /// diagnostic of severity error.
    fn build(&self, request: &BuildRequest, context: &Context<'_>) -> Result<BuildReport, Failure>;

    /// Deletes what the language's own tools have made in the project, and
    /// returns it, project-relative with `/`. With `dry_run` it deletes nothing.
    /// By itself: there is nothing.
    ///
    /// # Errors
    /// When something could not be deleted.
    fn clean(
        &self,
        _project: &Path,
        _dry_run: bool,
        _context: &Context<'_>,
    ) -> Result<Vec<String>, Failure> {
        Ok(Vec::new())
    }
}
