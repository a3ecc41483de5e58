use serde::{Deserialize, Serialize};

use super::{Head, PluginHello, ResultFrame, UnknownFrame};
use crate::{Artifact, Diagnostic, Event, Log, Task};

/// What a plugin says, without the session key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum PluginFrame {
    /// The first frame.
    Hello(PluginHello),
    /// The one answer to a request.
    Result(Box<ResultFrame>),
    /// A step of a request began, moved on or ended.
    Task {
        /// The request's number.
        id: u64,
        /// The step.
        #[serde(flatten)]
        task: Task,
    },
    /// A line for people.
    Log {
        /// The request's number.
        id: u64,
        /// The line.
        #[serde(flatten)]
        log: Log,
    },
    /// A message of the compiler.
    Diagnostic {
        /// The request's number.
        id: u64,
        /// The message.
        #[serde(flatten)]
        diagnostic: Diagnostic,
    },
    /// A file that the build made.
    Artifact {
        /// The request's number.
        id: u64,
        /// The file.
        #[serde(flatten)]
        artifact: Artifact,
    },
    /// A sign of life.
    Pong {
        /// The number of the `ping`.
        id: u64,
    },
    /// A frame of a later version.
    #[serde(skip)]
    Unknown(UnknownFrame),
}

/// A line of a plugin: a frame under the session key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PluginLine {
    /// The session key from the host's `hello`.
    pub s: String,
    /// The frame.
    #[serde(flatten)]
    pub frame: PluginFrame,
}

impl PluginLine {
    /// Reads a line. Unknown fields are ignored; an unknown `type` is
    /// [`PluginFrame::Unknown`].
    ///
    /// # Errors
    /// When the line is not a JSON object with `type` and `s`, or lacks a field
    /// that its type must have.
    pub fn parse(line: &str) -> Result<Self, serde_json::Error> {
        let head = Head::read(line)?;
        match &head.s {
            Some(s) if !PluginFrame::KINDS.contains(&head.kind.as_ref()) => Ok(Self {
                s: s.clone().into_owned(),
                frame: PluginFrame::Unknown(head.unknown()),
            }),
            _ => serde_json::from_str(line),
        }
    }
}

impl PluginFrame {
    /// The types that this version knows.
    pub(super) const KINDS: &[&str] = &[
        "hello",
        "result",
        "task",
        "log",
        "diagnostic",
        "artifact",
        "pong",
    ];

    /// An event of a request.
    #[must_use]
    pub fn event(id: u64, event: Event) -> Self {
        match event {
            Event::Task(task) => Self::Task { id, task },
            Event::Log(log) => Self::Log { id, log },
            Event::Diagnostic(diagnostic) => Self::Diagnostic { id, diagnostic },
        }
    }

    /// The number of the request that it belongs to.
    #[must_use]
    pub fn id(&self) -> Option<u64> {
        match self {
            Self::Result(result) => Some(result.id),
            Self::Task { id, .. }
            | Self::Log { id, .. }
            | Self::Diagnostic { id, .. }
            | Self::Artifact { id, .. }
            | Self::Pong { id } => Some(*id),
            Self::Unknown(frame) => frame.id,
            Self::Hello(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Severity, Status};

    #[test]
    fn every_known_type_is_listed() {
        for kind in PluginFrame::KINDS {
            let line = format!(
                r#"{{"type":"{kind}","id":1,"s":"k","v":1,"name":"n","status":"ok","task":"t",
                "state":"start","level":"note","message":"m","severity":"note","kind":"wasm",
                "path":"p","size":1}}"#
            );
            let line = PluginLine::parse(&line).unwrap();
            assert!(!matches!(line.frame, PluginFrame::Unknown(_)), "{kind}");
        }
    }

    #[test]
    fn what_is_not_known_is_no_error() {
        let line = PluginLine::parse(r#"{"type":"smell","s":"k","id":3,"of":"burning"}"#).unwrap();
        assert_eq!(line.frame.id(), Some(3));
        let line = PluginLine::parse(
            r#"{"type":"result","s":"k","id":1,"status":"splendid","error":{"code":"new","blame":"moon","message":"m"}}"#,
        )
        .unwrap();
        let PluginFrame::Result(result) = line.frame else {
            panic!("not a result")
        };
        assert_eq!(result.status, Status::Error);
        let line = PluginLine::parse(
            r#"{"type":"diagnostic","s":"k","id":1,"severity":"fatal","message":"m"}"#,
        )
        .unwrap();
        assert!(
            matches!(line.frame, PluginFrame::Diagnostic { diagnostic, .. }
            if diagnostic.severity == Severity::Warning)
        );
    }

    #[test]
    fn a_code_may_be_an_object() {
        for code in [r#""E1""#, r#"{"value":"E1"}"#] {
            let line = format!(
                r#"{{"type":"diagnostic","s":"k","id":1,"severity":"error","code":{code},"message":"m"}}"#
            );
            let line = PluginLine::parse(&line).unwrap();
            assert!(
                matches!(line.frame, PluginFrame::Diagnostic { diagnostic, .. }
                if diagnostic.code.as_deref() == Some("E1"))
            );
        }
    }

    #[test]
    fn a_frame_without_a_key_is_an_error() {
        assert!(PluginLine::parse(r#"{"type":"pong","id":1}"#).is_err());
        assert!(PluginLine::parse(r#"{"type":"smell","id":1}"#).is_err());
    }
}
