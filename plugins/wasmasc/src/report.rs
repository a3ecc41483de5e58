//! What the driver wrote down.

use std::path::Path;

use plugin_protocol::{ArtifactKind, Diagnostic, Severity, Span};
use serde::Deserialize;

use crate::config::package_name;
use crate::manager::Installer;
use crate::package;

/// One run of the compiler.
#[derive(Debug, Deserialize)]
pub(crate) struct Report {
    /// The version of node.
    pub(crate) node: String,
    /// The node that ran, behind all links and managers of versions.
    pub(crate) program: std::path::PathBuf,
    /// Whether the compiler came to an end of its own.
    pub(crate) finished: bool,
    /// Why there is no output.
    pub(crate) error: Option<String>,
    /// What it said besides messages.
    pub(crate) said: String,
    pub(crate) diagnostics: Vec<Message>,
    /// The files in the stage.
    pub(crate) outputs: Vec<String>,
    /// The files that were read or looked for in vain, as inputs are written.
    pub(crate) read: Vec<String>,
    /// The folders that were listed, likewise.
    pub(crate) listed: Vec<String>,
}

/// A message of the compiler.
#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    severity: String,
    code: String,
    message: String,
    rendered: String,
    at: Option<Place>,
    related: Option<Place>,
}

/// Where something is.
#[derive(Debug, Deserialize)]
struct Place {
    /// What the compiler calls the file.
    name: String,
    /// The file, unless it is inside the compiler.
    #[serde(default)]
    file: Option<String>,
    #[serde(default)]
    span: Option<Span>,
}

impl Message {
    /// The same for the host.
    pub(crate) fn diagnostic(self, project: &Path) -> Diagnostic {
        let severity = match self.severity.as_str() {
            "ERROR" => Severity::Error,
            "WARNING" => Severity::Warning,
            // `PEDANTIC` and `INFO`.
            _ => Severity::Note,
        };
        let mut lines = self.message.lines();
        let mut diagnostic = Diagnostic::new(severity, lines.next().unwrap_or_default());
        diagnostic.notes.extend(lines.map(str::to_owned));
        diagnostic.notes.extend(not_installed(&self, project));
        if let Some(at) = self.at {
            match at.file {
                Some(_) => (diagnostic.file, diagnostic.span) = (at.file, at.span),
                None => diagnostic.notes.push(format!("in {}", at.name)),
            }
        }
        if let Some(related) = self.related {
            let file = related.file.as_deref().unwrap_or(&related.name);
            let line = related
                .span
                .map(|it| format!(":{}:{}", it.start[0], it.start[1]));
            let note = format!("related: {file}{}", line.unwrap_or_default());
            diagnostic.notes.push(note);
        }
        diagnostic.code = Some(self.code);
        diagnostic.rendered = Some(self.rendered);
        diagnostic
    }
}

/// How to get the package that an import did not find.
fn not_installed(message: &Message, project: &Path) -> Option<String> {
    if message.code != "TS6054" {
        return None;
    }
    let inner = message.message.split_once("'~lib/")?.1;
    let package = package_name(inner.split('\'').next()?);
    let package = package.trim_end_matches(".ts");
    if package::locate(project, package).is_some() {
        return None;
    }
    let command = Installer::of(project).get(project, package).join(" ");
    Some(format!(
        "help: the package {package} is not installed: `{command}`"
    ))
}

/// What a file in the stage is for.
pub(crate) fn kind(output: &str) -> ArtifactKind {
    let kinds = [
        (".wasm", ArtifactKind::Wasm),
        (".d.ts", ArtifactKind::Types),
        (".js", ArtifactKind::Js),
        (".map", ArtifactKind::Map),
    ];
    let known = kinds
        .into_iter()
        .find(|(ending, _)| output.ends_with(ending));
    known.map_or(ArtifactKind::Asset, |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagnostic(text: &str) -> Diagnostic {
        let message: Message = serde_json::from_str(text).unwrap();
        let project = tempfile::tempdir().unwrap();
        message.diagnostic(project.path())
    }

    #[test]
    fn messages_are_handed_on_whole() {
        let told = diagnostic(
            r#"{"severity":"ERROR","code":"TS2322","message":"no","rendered":"ERROR TS2322: no",
            "at":{"name":"a.ts","file":"a.ts","span":{"start":[2,3],"end":[2,5],"bytes":[9,11]}},
            "related":{"name":"~lib/array.ts"}}"#,
        );
        assert_eq!(told.severity, Severity::Error);
        assert_eq!(told.span.unwrap().bytes, Some([9, 11]));
        assert_eq!(told.notes, ["related: ~lib/array.ts"]);
        let told = diagnostic(
            r#"{"severity":"PEDANTIC","code":"AS235","message":"one\ntwo","rendered":"",
            "at":{"name":"~lib/array.ts"},"related":null}"#,
        );
        assert_eq!((told.severity, told.file), (Severity::Note, None));
        assert_eq!(told.notes, ["two", "in ~lib/array.ts"]);
    }

    #[test]
    fn a_package_that_is_not_there_comes_with_its_command() {
        for (file, package) in [("@a/b/c/d.ts", "@a/b"), ("x/y.ts", "x"), ("x.ts", "x")] {
            let told = diagnostic(&format!(
                r#"{{"severity":"ERROR","code":"TS6054","message":"File '~lib/{file}' not found.",
                "rendered":"","at":null,"related":null}}"#
            ));
            let command = format!("`npm install --save-dev {package}`");
            assert!(told.notes[0].ends_with(&command), "{:?}", told.notes);
        }
    }

    #[test]
    fn outputs_are_told_apart() {
        for (output, expected) in [
            ("a.wasm", ArtifactKind::Wasm),
            ("a.wasm.map", ArtifactKind::Map),
            ("a.d.ts", ArtifactKind::Types),
            ("a.js", ArtifactKind::Js),
            ("a.wat", ArtifactKind::Asset),
        ] {
            assert_eq!(kind(output), expected, "{output}");
        }
    }
}
