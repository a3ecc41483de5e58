use std::path::Path;

use plugin_protocol::{Blame, HostCode};

use crate::error::{Code, Error};

/// What the host says of a plugin that did not keep to the protocol, before it
/// is known what else to say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plugin) struct Fault {
    pub(super) code: HostCode,
    message: String,
    causes: Vec<String>,
    blame: Blame,
    help: Option<String>,
}

impl Fault {
    /// A fault; `message` is one lower-case line that names the plugin.
    pub(in crate::plugin) fn new(code: HostCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            causes: Vec::new(),
            blame: Blame::Plugin,
            help: None,
        }
    }

    /// The same fault, with what lies under it.
    pub(in crate::plugin) fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// The same fault, with who can mend it.
    pub(in crate::plugin) fn blame(mut self, blame: Blame) -> Self {
        self.blame = blame;
        self
    }

    /// The same fault, with what mends it, when that is not the usual.
    pub(in crate::plugin) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// The error as the user reads it, with the plugin's last words and where the
    /// conversation was written to.
    pub(in crate::plugin) fn error(self, stderr: &[String], file: Option<&Path>) -> Error {
        let mut error = Error::new(code(self.code), self.message).blame(self.blame);
        for cause in self.causes {
            error = error.because(cause);
        }
        if !stderr.is_empty() {
            error = error.because(format!(
                "its standard error ended with\n  {}",
                stderr.join("\n  ")
            ));
        }
        let help = match (self.help, file) {
            (Some(help), None) => help,
            (None, None) => AUTHOR.to_owned(),
            (help, Some(file)) => {
                let help = help.map_or_else(String::new, |help| format!("{help}\n"));
                let file = quoted(file);
                format!(
                    "{help}`wasmrun plugin replay {file}` plays it again, for the plugin's author"
                )
            }
        };
        error.help(help)
    }
}

const AUTHOR: &str = "the plugin is at fault: update it, or report this to its author";

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_alphanumeric() || "/._-+:\\".contains(letter);
    if text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// The error's code, which has the same name.
fn code(code: HostCode) -> Code {
    match code {
        HostCode::SpawnFailed => Code::SpawnFailed,
        HostCode::Untrusted => Code::Untrusted,
        HostCode::ChecksumMismatch => Code::ChecksumMismatch,
        HostCode::HelloTimeout => Code::HelloTimeout,
        HostCode::VersionMismatch => Code::VersionMismatch,
        HostCode::BadFrame => Code::BadFrame,
        HostCode::FrameTooLong => Code::FrameTooLong,
        HostCode::TruncatedFrame => Code::TruncatedFrame,
        HostCode::IdleTimeout => Code::IdleTimeout,
        HostCode::Deadline => Code::Deadline,
        HostCode::Crashed => Code::Crashed,
        HostCode::LeakedProcesses => Code::LeakedProcesses,
        HostCode::BadArtifact => Code::BadArtifact,
        _ => Code::PluginFault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Exit;

    #[test]
    fn each_code_of_the_protocol_is_one_of_ours_with_the_same_name() {
        for &host in HostCode::ALL {
            let error = Fault::new(host, "m").error(&[], None);
            assert_eq!(error.code().name(), host.name());
            let late = matches!(
                host,
                HostCode::HelloTimeout | HostCode::IdleTimeout | HostCode::Deadline
            );
            let exit = if late { Exit::Timeout } else { Exit::Plugin };
            assert_eq!(error.exit(), exit, "{}", host.name());
        }
    }

    #[test]
    fn the_last_words_and_the_file_are_told() {
        let error = Fault::new(HostCode::Crashed, "the plugin `x` crashed")
            .because("why")
            .error(&["a".into(), "b".into()], Some(Path::new("/h/it's")));
        assert_eq!(
            error.to_string(),
            "the plugin `x` crashed\n  why\n  its standard error ended with\n    a\n    b\n\
             help: `wasmrun plugin replay '/h/it'\\''s'` plays it again, for the plugin's author"
        );
    }
}
