use serde::{Deserialize, Serialize};

use crate::{Diagnostic, Severity};

/// What a builder tells while it works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A step began, moved on or ended.
    Task(Task),
    /// A line for people.
    Log(Log),
    /// A message of the compiler.
    Diagnostic(Diagnostic),
}

/// The state of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Task {
    /// Which step, in a word or two.
    pub task: String,
    /// What became of it.
    pub state: TaskState,
    /// How much is done, in `unit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<u64>,
    /// How much there is, in `unit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// What is counted (`files`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// It began.
    Start,
    /// It ended, well or not.
    End,
    /// It moved on.
    #[serde(other)]
    Progress,
}

/// A line for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Log {
    /// How important it is.
    pub level: Severity,
    /// The line.
    pub message: String,
}
