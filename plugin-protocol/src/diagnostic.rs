use serde::{Deserialize, Deserializer, Serialize};

/// One message of a compiler about the user's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The compiler's own code, such as `E0308` or `-Wunused-variable`.
    /// On the wire a string; an object with the string under `value` is read too.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "code"
    )]
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
    /// Ways to mend it that a tool can apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<Fix>,
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
            fixes: Vec::new(),
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

/// Reads a code in either shape.
fn code<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Code {
        Plain(String),
        Object { value: String },
    }
    Ok(Option::<Code>::deserialize(input)?.map(|code| match code {
        Code::Plain(value) | Code::Object { value } => value,
    }))
}

/// One way to mend what a diagnostic found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fix {
    /// What it does, in a few words.
    pub title: String,
    /// What to change; the ranges of one file do not overlap.
    pub edits: Vec<Edit>,
}

/// One replacement in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Edit {
    /// The file, project-relative with `/`.
    pub file: String,
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// How bad a diagnostic is. One of a later version is read as a warning: it
/// neither hides nor fails anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(!from))]
#[serde(rename_all = "snake_case", from = "ReadSeverity")]
#[non_exhaustive]
pub enum Severity {
    /// Explains something.
    Note,
    /// Suspicious, but the build goes on.
    Warning,
    /// The build fails.
    Error,
}

/// [`Severity`] in the order that serde wants, which is not that of badness.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReadSeverity {
    Note,
    Error,
    #[serde(other)]
    Warning,
}

impl From<ReadSeverity> for Severity {
    fn from(read: ReadSeverity) -> Self {
        match read {
            ReadSeverity::Note => Self::Note,
            ReadSeverity::Error => Self::Error,
            ReadSeverity::Warning => Self::Warning,
        }
    }
}

/// A range in a source file. Lines and columns count from 1; the end is the
/// first position behind the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Span {
    /// Line and column of the first character.
    pub start: [u32; 2],
    /// Line and column behind the last character.
    pub end: [u32; 2],
    /// The same range as byte offsets into the file, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<[u64; 2]>,
}

impl Span {
    /// The empty range at a line and column.
    #[must_use]
    pub fn point(line: u32, column: u32) -> Self {
        Self {
            start: [line, column],
            end: [line, column],
            bytes: None,
        }
    }
}
