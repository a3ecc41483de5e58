use std::path::Path;

use plugin_protocol::{Context, Diagnostic, ErrorCode, Failure, Severity};

use crate::config::{Config, NAME};
use crate::entry;
use crate::folder::real;

/// Looks for mistakes in `package.json`, in `asconfig.json` and what that
/// extends, and for the entries.
///
/// # Errors
/// [`Failure::Failed`] when there is one, after a diagnostic.
pub(crate) fn validate(project: &Path, context: &Context<'_>) -> Result<(), Failure> {
    let project = real(project)?;
    if let Ok(text) = std::fs::read_to_string(project.join("package.json"))
        && let Err(error) = serde_json::from_str::<serde_json::Value>(&text)
    {
        let line = u32::try_from(error.line().max(1)).unwrap_or(u32::MAX);
        let message = format!("this is not JSON: {error}");
        context.diagnostic(Diagnostic::new(Severity::Error, message).at("package.json", line, 1));
        return Err(Failure::Failed);
    }
    let config = Config::read(&project, context)?;
    match entry::choose(&project, None, &config) {
        Ok(_) => Ok(()),
        Err(error) if error.code == ErrorCode::ProjectInvalid => {
            let mut diagnostic = Diagnostic::new(Severity::Error, error.message);
            diagnostic.file = config.is_there().then(|| NAME.to_owned());
            diagnostic.notes = error.cause;
            context.diagnostic(diagnostic);
            Err(Failure::Failed)
        }
        Err(error) => Err(error.into()),
    }
}
