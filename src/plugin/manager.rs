use std::sync::Arc;

use super::Plugin;
use crate::error::{Code, Error, Result};
use crate::project::Project;

/// Everybody who can build something.
#[derive(Default)]
pub struct Manager {
    plugins: Vec<Arc<dyn Plugin>>,
}

impl Manager {
    /// The built-in plugins.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Who builds a project: the one that is named, or the best by score.
    ///
    /// # Errors
    /// [`Code::PluginMissing`] when nobody does, with who would.
    pub fn for_project(&self, project: &Project, named: Option<&str>) -> Result<Arc<dyn Plugin>> {
        self.plugins
            .iter()
            .filter(|plugin| named.is_none_or(|name| plugin.info().name == name))
            .filter_map(|plugin| Some((plugin.can_handle_project(project)?.score, plugin)))
            .max_by_key(|(score, _)| *score)
            .map(|(_, plugin)| Arc::clone(plugin))
            .ok_or_else(|| Error::new(Code::PluginMissing, "no plugin builds this project"))
    }
}
