use std::path::Path;

use super::{Language, Project};
use crate::error::{Code, Error, Result};

/// Finds out what a folder or a file is. `language` overrides what its marks say.
///
/// # Errors
/// [`Code::NotFound`] when the path does not exist, [`Code::NoProject`] when
/// nothing says what it is.
pub fn detect(path: &Path, _language: Option<Language>, _entry: Option<&str>) -> Result<Project> {
    Err(Error::new(
        Code::NoProject,
        format!("no project in {}", path.display()),
    ))
}
