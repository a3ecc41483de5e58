//! The lines that cargo writes with `--message-format=json`.

use std::path::PathBuf;

use serde::Deserialize;

use crate::package::Target;

/// One line.
#[derive(Debug, Deserialize)]
#[serde(tag = "reason")]
pub(super) enum Message {
    #[serde(rename = "compiler-message")]
    Said(Compiler),
    #[serde(rename = "compiler-artifact")]
    Made(Artifact),
    #[serde(rename = "build-script-executed")]
    Ran(Script),
    #[serde(other)]
    Other,
}

/// What rustc says of a package.
#[derive(Debug, Deserialize)]
pub(super) struct Compiler {
    pub(super) manifest_path: PathBuf,
    pub(super) message: Rustc,
}

/// What rustc says.
#[derive(Debug, Deserialize)]
pub(super) struct Rustc {
    pub(super) message: String,
    #[serde(default)]
    pub(super) code: Option<Code>,
    pub(super) level: String,
    #[serde(default)]
    pub(super) spans: Vec<Span>,
    #[serde(default)]
    pub(super) children: Vec<Self>,
    #[serde(default)]
    pub(super) rendered: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Code {
    pub(super) code: String,
}

/// A place in a source file. Columns count code points, from 1.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Span {
    pub(super) file_name: String,
    pub(super) byte_start: u64,
    pub(super) byte_end: u64,
    pub(super) line_start: u32,
    pub(super) line_end: u32,
    pub(super) column_start: u32,
    pub(super) column_end: u32,
    #[serde(default)]
    pub(super) is_primary: bool,
    #[serde(default)]
    pub(super) label: Option<String>,
    #[serde(default)]
    pub(super) suggested_replacement: Option<String>,
    #[serde(default)]
    pub(super) suggestion_applicability: Option<String>,
    #[serde(default)]
    pub(super) expansion: Option<Box<Expansion>>,
}

/// The macro that a place came out of.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Expansion {
    pub(super) span: Span,
}

/// Something that was built, now or before.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Artifact {
    pub(crate) package_id: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) target: Target,
    pub(crate) filenames: Vec<PathBuf>,
}

/// A build script that ran, now or before.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Script {
    pub(crate) package_id: String,
    pub(crate) out_dir: PathBuf,
}
