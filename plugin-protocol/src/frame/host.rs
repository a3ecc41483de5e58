use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Head, HostHello, UnknownFrame};
use crate::BuildRequest;

/// What the host says. It writes `type` first and then `id`, without spaces, so
/// that a few lines of shell can read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum HostFrame {
    /// The first frame.
    Hello(HostHello),
    /// Asks for the manifest.
    Info {
        /// The request's number, new in this session.
        id: u64,
    },
    /// Asks whether the plugin builds a project.
    Detect {
        /// The request's number.
        id: u64,
        /// The project's folder, absolute.
        project: PathBuf,
        /// When the host gives up, in milliseconds from now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline_ms: Option<u64>,
    },
    /// Asks what the project needs and the machine lacks.
    Check {
        /// The request's number.
        id: u64,
        /// The project's folder, absolute.
        project: PathBuf,
        /// When the host gives up, in milliseconds from now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline_ms: Option<u64>,
    },
    /// Asks for mistakes that need no build to be seen.
    Validate {
        /// The request's number.
        id: u64,
        /// The project's folder, absolute.
        project: PathBuf,
        /// When the host gives up, in milliseconds from now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline_ms: Option<u64>,
    },
    /// Asks for a build into the stage.
    Build {
        /// The request's number.
        id: u64,
        /// What to build.
        #[serde(flatten)]
        request: BuildRequest,
        /// A JSON file that holds `options` when they are too long for a frame,
        /// absolute. `options` is empty then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        options_file: Option<PathBuf>,
        /// When the host gives up, in milliseconds from now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline_ms: Option<u64>,
    },
    /// Asks to delete what the language's own tools have made in the project.
    Clean {
        /// The request's number.
        id: u64,
        /// The project's folder, absolute.
        project: PathBuf,
        /// Only say what would be deleted.
        #[serde(default)]
        dry_run: bool,
        /// When the host gives up, in milliseconds from now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline_ms: Option<u64>,
    },
    /// Asks to end a request early. That request still gets its result.
    Cancel {
        /// The request's number.
        target: u64,
        /// Why.
        #[serde(default)]
        reason: CancelReason,
    },
    /// Asks for a sign of life.
    Ping {
        /// The number that the `pong` repeats.
        id: u64,
    },
    /// Asks the plugin to end when it has answered what it was asked before.
    Shutdown {
        /// The request's number.
        id: u64,
    },
    /// A frame of a later version.
    #[serde(skip)]
    Unknown(UnknownFrame),
}

impl HostFrame {
    /// The types that this version knows.
    pub(super) const KINDS: &[&str] = &[
        "hello", "info", "detect", "check", "validate", "build", "clean", "cancel", "ping",
        "shutdown",
    ];

    /// Reads a line. Unknown fields are ignored; an unknown `type` is
    /// [`HostFrame::Unknown`].
    ///
    /// # Errors
    /// When the line is not a JSON object with a `type`, or lacks a field that
    /// its type must have.
    pub fn parse(line: &str) -> Result<Self, serde_json::Error> {
        let head = Head::read(line)?;
        if Self::KINDS.contains(&head.kind.as_ref()) {
            serde_json::from_str(line)
        } else {
            Ok(Self::Unknown(head.unknown()))
        }
    }

    /// The number under which an answer is expected.
    #[must_use]
    pub fn id(&self) -> Option<u64> {
        match self {
            Self::Info { id }
            | Self::Detect { id, .. }
            | Self::Check { id, .. }
            | Self::Validate { id, .. }
            | Self::Build { id, .. }
            | Self::Clean { id, .. }
            | Self::Ping { id }
            | Self::Shutdown { id } => Some(*id),
            Self::Unknown(frame) => frame.id,
            Self::Hello(_) | Self::Cancel { .. } => None,
        }
    }

    /// The time that the host gives it, in milliseconds.
    #[must_use]
    pub fn deadline_ms(&self) -> Option<u64> {
        match self {
            Self::Detect { deadline_ms, .. }
            | Self::Check { deadline_ms, .. }
            | Self::Validate { deadline_ms, .. }
            | Self::Build { deadline_ms, .. }
            | Self::Clean { deadline_ms, .. } => *deadline_ms,
            _ => None,
        }
    }
}

/// Why a request is cancelled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CancelReason {
    /// The time is up.
    Deadline,
    /// A newer request makes it pointless.
    Superseded,
    /// The user asked for it.
    #[default]
    #[serde(other)]
    User,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_comes_first_and_id_second() {
        let request = BuildRequest::new("/p", "app", "/s");
        let frame = HostFrame::Build {
            id: 4,
            request,
            options_file: None,
            deadline_ms: Some(1),
        };
        let line = serde_json::to_string(&frame).unwrap();
        assert!(
            line.starts_with(r#"{"type":"build","id":4,"project":"/p","name":"app","#),
            "{line}"
        );
        assert_eq!(HostFrame::parse(&line).unwrap(), frame);
    }

    #[test]
    fn every_known_type_is_listed() {
        for kind in HostFrame::KINDS {
            let line = format!(
                r#"{{"type":"{kind}","id":1,"s":"k","v":[],"project":"/p","stage":"/s","target":2}}"#
            );
            let frame = HostFrame::parse(&line).unwrap();
            assert!(!matches!(frame, HostFrame::Unknown(_)), "{kind}");
        }
    }

    #[test]
    fn what_is_not_known_is_no_error() {
        let frame = HostFrame::parse(r#"{"type":"teleport","id":7,"to":[1,{"x":2}]}"#).unwrap();
        assert_eq!(frame.id(), Some(7));
        assert!(matches!(frame, HostFrame::Unknown(f) if f.kind == "teleport"));
        let frame = HostFrame::parse(r#"{"id":7,"mood":"good","type":"info"}"#).unwrap();
        assert_eq!(frame, HostFrame::Info { id: 7 });
        let frame = HostFrame::parse(r#"{"type":"cancel","target":5,"reason":"eclipse"}"#).unwrap();
        assert!(matches!(
            frame,
            HostFrame::Cancel {
                target: 5,
                reason: CancelReason::User
            }
        ));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        for line in [
            "",
            "[]",
            r#"["info",null,1]"#,
            "null",
            "{}",
            r#"{"type":1}"#,
            r#"{"type":"info"}"#,
            r#"{"type":"info","id":-1}"#,
            r#"{"type":"check","id":1}"#,
            r#"{"type":"info","id":1}x"#,
        ] {
            assert!(HostFrame::parse(line).is_err(), "{line}");
        }
    }
}
