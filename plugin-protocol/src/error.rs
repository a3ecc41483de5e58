use serde::{Deserialize, Serialize};

/// Why an operation could not be done. A fault in the user's code is not one of
/// these: it is a failed build with diagnostics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PluginError {
    /// What kind of fault it is.
    pub code: ErrorCode,
    /// Who can mend it.
    pub blame: Blame,
    /// What happened and where: one line, lower case.
    pub message: String,
    /// The command that mends it, as arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fix: Vec<String>,
    /// Whether trying again may help.
    #[serde(default)]
    pub retryable: bool,
    /// What lies under it, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cause: Vec<String>,
}

impl PluginError {
    /// An error without causes or a fix.
    pub fn new(code: ErrorCode, blame: Blame, message: impl Into<String>) -> Self {
        Self {
            code,
            blame,
            message: message.into(),
            fix: vec![],
            retryable: false,
            cause: vec![],
        }
    }

    /// The same error, with the command that mends it.
    #[must_use]
    pub fn fix<S: Into<String>>(mut self, argv: impl IntoIterator<Item = S>) -> Self {
        self.fix = argv.into_iter().map(Into::into).collect();
        self
    }

    /// The same error, with what lies under it.
    #[must_use]
    pub fn because(mut self, cause: impl ToString) -> Self {
        self.cause.push(cause.to_string());
        self
    }
}

/// The kinds of fault a plugin may report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorCode {
    /// A tool, target or library is not there.
    DependencyMissing,
    /// The project cannot be built as it is (no entry, a bad setting).
    ProjectInvalid,
    /// A tool broke: it crashed, or said something that makes no sense.
    Toolchain,
    /// A file could not be read or written.
    Io,
    /// The builder's own fault.
    #[serde(other)]
    Internal,
}

impl ErrorCode {
    /// All of them, in the order of `docs/plugin-protocol.md`.
    pub const ALL: &[Self] = &[
        Self::DependencyMissing,
        Self::ProjectInvalid,
        Self::Toolchain,
        Self::Io,
        Self::Internal,
    ];

    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DependencyMissing => "dependency_missing",
            Self::ProjectInvalid => "project_invalid",
            Self::Toolchain => "toolchain",
            Self::Io => "io",
            Self::Internal => "internal",
        }
    }
}

/// Who can mend a fault. A name that is not known blames the plugin that said
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Blame {
    /// The project's author.
    Project,
    /// Whoever looks after the machine.
    Environment,
    /// wasmrun itself.
    Host,
    /// The builder's author.
    #[serde(other)]
    Plugin,
}

/// Something a build needs and does not find.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Missing {
    /// Its name (`emcc`, `wasm32-wasip1`).
    pub name: String,
    /// What it is.
    pub kind: MissingKind,
    /// Whether nothing can be built without it.
    pub blocking: bool,
    /// The command that gets it, as arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fix: Vec<String>,
}

/// What a missing thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MissingKind {
    /// A program.
    Tool,
    /// A compilation target of a compiler that is there.
    Target,
    /// A library or a package.
    #[serde(other)]
    Library,
}
