use serde::{Deserialize, Deserializer, Serialize};

use crate::{Failure, Manifest, Match, Missing, PluginError, Tool};

/// The one answer to a request. What it carries beyond `status` depends on what
/// was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ResultFrame {
    /// The request's number.
    pub id: u64,
    /// How it went.
    pub status: Status,
    /// Why it could not be done, when `status` is `error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<PluginError>,
    /// To `info`: the manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info: Option<Manifest>,
    /// To `detect`: how well the project suits, or `null`.
    #[serde(
        rename = "match",
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub found: Option<Option<Match>>,
    /// To `check`: what the machine lacks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<Missing>>,
    /// To `build`: a JSON file of [`crate::Inputs`], relative to the stage.
    /// Without it, the whole project counts as input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs_file: Option<String>,
    /// To `build`: names of the environment variables that were read, whether
    /// set or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env_read: Vec<String>,
    /// To `build`: the tools that were used, and those that were looked for and
    /// not found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Tool>,
    /// To `build`: why the result must not be cached, if it must not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncacheable: Option<String>,
    /// To `clean`: what was deleted, or would be, project-relative with `/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Vec<String>>,
}

/// Tells `null` from nothing.
fn present<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Option<Match>>, D::Error> {
    Option::deserialize(input).map(Some)
}

impl ResultFrame {
    /// An answer that carries nothing else.
    #[must_use]
    pub fn new(id: u64, status: Status) -> Self {
        Self {
            id,
            status,
            error: None,
            info: None,
            found: None,
            missing: None,
            inputs_file: None,
            env_read: Vec::new(),
            tools: Vec::new(),
            uncacheable: None,
            removed: None,
        }
    }

    /// The answer when it could not be done.
    #[must_use]
    pub fn error(id: u64, error: PluginError) -> Self {
        Self {
            error: Some(error),
            ..Self::new(id, Status::Error)
        }
    }

    /// The answer when there is no result.
    #[must_use]
    pub fn failure(id: u64, failure: Failure) -> Self {
        match failure {
            Failure::Failed => Self::new(id, Status::Failed),
            Failure::Cancelled => Self::new(id, Status::Cancelled),
            Failure::Error(error) => Self::error(id, error),
        }
    }
}

/// How a request went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// It was done.
    Ok,
    /// The user's code is at fault; diagnostics have said how.
    Failed,
    /// It was ended early.
    Cancelled,
    /// The plugin does not know this operation.
    Unsupported,
    /// It could not be done; `error` says why.
    #[serde(other)]
    Error,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_match_is_told_from_no_answer() {
        let mut result = ResultFrame::new(1, Status::Ok);
        assert_eq!(
            serde_json::to_string(&result).unwrap(),
            r#"{"id":1,"status":"ok"}"#
        );
        result.found = Some(None);
        let text = serde_json::to_string(&result).unwrap();
        assert_eq!(text, r#"{"id":1,"status":"ok","match":null}"#);
        assert_eq!(serde_json::from_str::<ResultFrame>(&text).unwrap(), result);
    }
}
