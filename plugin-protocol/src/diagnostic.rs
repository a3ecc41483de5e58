use serde::{Deserialize, Serialize};

/// One message of a compiler about the user's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The compiler's own code, such as `E0308` or `-Wunused-variable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The message: one line, without severity or position.
    pub message: String,
    /// The file: project-relative with `/`, or absolute when outside the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// Further lines that belong to this message (notes, include stacks).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The message as the compiler itself would print it, source lines included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rendered: Option<String>,
}

impl Diagnostic {
    /// A message without a position.
    pub fn new(severity: Severity, message: impl Into<String>) -> Self {
        Self {
            severity,
            code: None,
            message: message.into(),
            file: None,
            span: None,
            notes: Vec::new(),
            rendered: None,
        }
    }

    /// The same message at a place.
    #[must_use]
    pub fn at(mut self, file: impl Into<String>, line: u32, column: u32) -> Self {
        self.file = Some(file.into());
        self.span = Some(Span::point(line, column));
        self
    }
}

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Severity {
    /// Explains something.
    Note,
    /// Suspicious, but the build goes on.
    Warning,
    /// The build fails.
    Error,
}

/// A range in a source file. Lines and columns count from 1; the end is the
/// first position behind the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Line and column of the first character.
    pub start: [u32; 2],
    /// Line and column behind the last character.
    pub end: [u32; 2],
}

impl Span {
    /// The empty range at a line and column.
    #[must_use]
    pub fn point(line: u32, column: u32) -> Self {
        Self {
            start: [line, column],
            end: [line, column],
        }
    }
}
