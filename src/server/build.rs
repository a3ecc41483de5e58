//! What pages are told of a build; `docs/run.md` describes it as JSON.

use plugin_protocol::{ArtifactKind, Severity};
use serde::Serialize;

/// The newest build, and what is known of those before it.
#[derive(Debug, Clone, Serialize)]
pub struct Build {
    /// The version of this document.
    pub api: u32,
    /// Which run of the server this is.
    pub session: String,
    /// Builds of this run are counted from 1; 0 before the first.
    pub number: u64,
    /// How it stands.
    pub state: State,
    /// What the page at `/` is.
    pub page: Page,
    /// What is served.
    pub project: ProjectName,
    /// Why it was built.
    pub reason: String,
    /// How long it took.
    pub seconds: f64,
    /// Whether it came from the cache.
    pub cached: bool,
    /// The last good main module.
    pub module: Option<ModuleFile>,
    /// The files of the last good build.
    pub outputs: Vec<OutputFile>,
    /// Where the application is, if there is one.
    pub application: Option<String>,
    /// What the builder said of the newest build.
    pub diagnostics: Vec<Diagnostic>,
    /// The last lines of the tools' output.
    pub log: Vec<LogLine>,
    /// Why the newest build failed.
    pub failure: Option<Failure>,
    /// The last builds, the oldest first.
    pub history: Vec<Past>,
}

/// How a build stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is under way.
    Building,
    /// It went well.
    Ok,
    /// It did not.
    Failed,
}

/// What the page at `/` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Page {
    /// A program that is run in a terminal.
    Command,
    /// A module whose exports are called.
    Library,
    /// A page of the project's own.
    Application,
    /// A module that is looked at, and cannot run in a page.
    Module,
}

/// What is served.
#[derive(Debug, Clone, Serialize)]
pub struct ProjectName {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub root: String,
    /// What it is written in.
    pub language: Option<String>,
    /// What was seen.
    pub why: Option<String>,
    /// Who builds it.
    pub plugin: Option<PluginName>,
}

/// Who builds.
#[derive(Debug, Clone, Serialize)]
pub struct PluginName {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The main module.
#[derive(Debug, Clone, Serialize)]
pub struct ModuleFile {
    /// Where the server has it.
    pub url: String,
    /// Where it is, relative to the project.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
    /// The same with gzip, if it was measured.
    pub gzip: Option<u64>,
    /// The same with brotli, if it was measured.
    pub brotli: Option<u64>,
    /// Of its content.
    pub sha256: String,
}

/// A file that a build made.
#[derive(Debug, Clone, Serialize)]
pub struct OutputFile {
    /// What it is for.
    pub kind: ArtifactKind,
    /// Where the server has it.
    pub url: String,
    /// Where it is, relative to the project.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
    /// Of its content.
    pub sha256: String,
}

/// What a builder says of a place in the sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The file, relative to the project.
    pub file: Option<String>,
    /// Where in it: line and column, from 1.
    pub span: Option<plugin_protocol::Span>,
    /// The tool's name for the mistake.
    pub code: Option<String>,
    /// What else it says.
    pub notes: Vec<String>,
    /// The line that it is about.
    pub excerpt: Option<Excerpt>,
}

/// A line of a source, with a mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// Its number, from 1.
    pub line: u32,
    /// The line, or the part of it around the mark.
    pub text: String,
    /// The first character of the mark, from 0.
    pub from: usize,
    /// The one behind its last.
    pub to: usize,
}

/// Why a build failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// What went wrong.
    pub message: String,
    /// Why.
    pub causes: Vec<String>,
    /// What mends it.
    pub help: Option<String>,
    /// What the builder said.
    pub diagnostics: Vec<Diagnostic>,
    /// The last lines of the tools' output, if nothing else was said.
    pub log: Vec<String>,
}

/// A line of the tools' output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// How bad it is.
    pub level: Severity,
    /// What it says.
    pub message: String,
}

/// A build that is over.
#[derive(Debug, Clone, Serialize)]
pub struct Past {
    /// Its number.
    pub number: u64,
    /// How it ended.
    pub state: State,
    /// Why it was built.
    pub reason: String,
    /// How long it took.
    pub seconds: f64,
    /// The main module's length in bytes.
    pub size: Option<u64>,
    /// When it ended, as RFC 3339 writes it, in UTC.
    pub at: String,
}
