//! What a user reads when something went wrong, and the exit code that goes
//! with it. `docs/errors.md` has a line for each [`Code`]; a test compares.

use std::fmt;
use std::io;
use std::path::Path;

use plugin_protocol::{Blame, PluginError};

/// The result of anything that can end in front of the user.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How this program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Done.
    Ok,
    /// The user's code or module is at fault.
    Failed,
    /// The call, a setting or a file is at fault.
    Usage,
    /// A tool or a plugin is not there.
    Missing,
    /// A plugin broke its promises.
    Plugin,
    /// The time was up.
    Timeout,
    /// The module that ran did not end in its time.
    Deadline,
    /// The user interrupted it.
    Interrupted,
    /// The module that ran trapped.
    Trap,
    /// What the program that ran ended with.
    Program(u8),
}

impl Exit {
    /// The exit code. Those of what runs are as other runtimes and shells have
    /// them.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Missing => 3,
            Self::Plugin => 4,
            Self::Timeout => 5,
            Self::Deadline => 124,
            Self::Interrupted => 130,
            Self::Trap => 134,
            Self::Program(code) => code,
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $slug:literal => $exit:ident,)*) => {
        /// Every kind of error, by the name that reports carry.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// All codes, in the order of `docs/errors.md`.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable name, as in JSON reports.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            /// The exit code it leads to.
            #[must_use]
            pub fn exit(self) -> Exit {
                match self { $(Self::$name => Exit::$exit,)* }
            }
        }
    };
}

codes! {
    /// The compiler refused the user's code.
    BuildFailed = "build_failed" => Failed,
    /// A module is not valid WebAssembly.
    InvalidModule = "invalid_module" => Failed,
    /// A module breaks a rule that was asked for.
    PolicyViolated = "policy_violated" => Failed,
    /// A plugin could not be built from its sources.
    InstallFailed = "install_failed" => Failed,
    /// The command line makes no sense.
    Usage = "usage" => Usage,
    /// A path that was named does not exist.
    NotFound = "not_found" => Usage,
    /// Nothing in the folder says what it is.
    NoProject = "no_project" => Usage,
    /// The project cannot be built as it is.
    ProjectInvalid = "project_invalid" => Usage,
    /// A settings file or variable has an error.
    ConfigInvalid = "config_invalid" => Usage,
    /// A file could not be read or written.
    Io = "io" => Usage,
    /// A tool or a target is not installed.
    DependencyMissing = "dependency_missing" => Missing,
    /// No plugin is installed that builds this language.
    PluginMissing = "plugin_missing" => Missing,
    /// A tool crashed or said something that makes no sense.
    Toolchain = "toolchain" => Plugin,
    /// A builder made something that is not what it said.
    BadArtifact = "bad_artifact" => Plugin,
    /// A builder is at fault.
    PluginFault = "plugin_fault" => Plugin,
    /// A plugin's executable could not be started.
    SpawnFailed = "spawn_failed" => Plugin,
    /// A plugin comes from the project, and nobody trusted it.
    Untrusted = "untrusted" => Plugin,
    /// A plugin's executable is not the one that was installed.
    ChecksumMismatch = "checksum_mismatch" => Plugin,
    /// A plugin did not say hello in time.
    HelloTimeout = "hello_timeout" => Timeout,
    /// A plugin speaks no version of the protocol that wasmrun speaks.
    VersionMismatch = "version_mismatch" => Plugin,
    /// A plugin sent something that is not a frame, or does not fit.
    BadFrame = "bad_frame" => Plugin,
    /// A plugin sent a frame that is over the limit.
    FrameTooLong = "frame_too_long" => Plugin,
    /// A plugin's output ended inside a frame.
    TruncatedFrame = "truncated_frame" => Plugin,
    /// A plugin was silent for too long.
    IdleTimeout = "idle_timeout" => Timeout,
    /// A plugin took too long for one request.
    Deadline = "deadline" => Timeout,
    /// A plugin ended before it had answered.
    Crashed = "crashed" => Plugin,
    /// A plugin ended and left processes running.
    LeakedProcesses = "leaked_processes" => Plugin,
    /// The time was up.
    Timeout = "timeout" => Timeout,
    /// A module imports what nothing here gives.
    ImportMissing = "import_missing" => Usage,
    /// A module needs what wasmrun does not run.
    Unsupported = "unsupported" => Usage,
    /// The code of a module did what has no meaning, or reached a limit.
    Trap = "trap" => Trap,
    /// A module did not end in its time.
    RunTimeout = "run_timeout" => Deadline,
    /// The user interrupted it.
    Interrupted = "interrupted" => Interrupted,
}

/// An error as the user reads it: one line for what and where, the causes
/// under it, and what mends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    code: Code,
    message: String,
    causes: Vec<String>,
    help: Option<String>,
    blame: Option<Blame>,
}

impl Error {
    /// An error of a kind; `message` is one lower-case line without a full stop.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            causes: Vec::new(),
            help: None,
            blame: None,
        }
    }

    /// An input or output error on a path. A full disk, missing rights and the
    /// like get their own help.
    pub fn io(action: &str, path: &Path, error: &io::Error) -> Self {
        let this = Self::new(Code::Io, format!("could not {action} {}", path.display()));
        let help = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Some("free some space on that disk, for instance with `wasmrun clean --all`")
            }
            io::ErrorKind::PermissionDenied => {
                Some("give yourself the right to it, or name another path")
            }
            io::ErrorKind::ReadOnlyFilesystem => {
                Some("that disk is read-only; name a path on another one")
            }
            io::ErrorKind::NotFound => Some("check the path"),
            io::ErrorKind::IsADirectory => Some("name a file, not a folder"),
            _ => None,
        };
        let this = this.because(plain(error));
        match help {
            Some(help) => this.help(help),
            None => this,
        }
    }

    /// The same error, with what lies under it.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// The same error, with the command or edit that mends it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same error, with who can mend it.
    #[must_use]
    pub fn blame(mut self, blame: Blame) -> Self {
        self.blame = Some(blame);
        self
    }

    /// Who can mend it, when a builder was involved.
    #[must_use]
    pub fn blamed(&self) -> Option<Blame> {
        self.blame
    }

    /// Its kind.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// What happened and where, in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What lies under it, the nearest first.
    #[must_use]
    pub fn causes(&self) -> &[String] {
        &self.causes
    }

    /// What mends it.
    #[must_use]
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The exit code it leads to.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.code.exit()
    }
}

/// The message, the causes and the help, without `error:` and without colour.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for cause in &self.causes {
            write!(f, "\n  {}", cause.trim_end().replace('\n', "\n  "))?;
        }
        if let Some(help) = &self.help {
            write!(f, "\nhelp: {}", help.replace('\n', "\n      "))?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl From<PluginError> for Error {
    fn from(error: PluginError) -> Self {
        use plugin_protocol::ErrorCode;
        let code = match error.code {
            ErrorCode::DependencyMissing => Code::DependencyMissing,
            ErrorCode::ProjectInvalid => Code::ProjectInvalid,
            ErrorCode::Toolchain => Code::Toolchain,
            ErrorCode::Io => Code::Io,
            _ => Code::PluginFault,
        };
        let mut this = Self::new(code, error.message);
        this.causes = error.cause;
        this.blame = Some(error.blame);
        if !error.fix.is_empty() {
            this.help = Some(format!("`{}`", error.fix.join(" ")));
        }
        this
    }
}

/// An input or output error in lower case, without Rust's `(os error 2)`.
#[must_use]
pub fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// The nearest of some known words to a mistyped one, if it is near enough to
/// be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_causes_and_help_under_it() {
        let error = Error::new(Code::Usage, "no such thing")
            .because("a\nb")
            .help("try\nthis");
        assert_eq!(
            error.to_string(),
            "no such thing\n  a\n  b\nhelp: try\n      this"
        );
    }

    #[test]
    fn names_of_codes_are_distinct() {
        let names: std::collections::HashSet<_> = Code::ALL.iter().map(|c| c.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
    }

    #[test]
    fn the_nearest_word_is_near() {
        assert_eq!(
            nearest("releese", ["debug", "release", "size"]),
            Some("release")
        );
        assert_eq!(nearest("fast", ["debug", "release", "size"]), None);
    }
}
