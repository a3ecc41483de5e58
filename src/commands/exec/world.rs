use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::error::{Code, Error, Result};
use crate::runtime::wasi::{Access, Builder};

/// A folder that the program reaches.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Preopen {
    host: PathBuf,
    guest: String,
    read_only: bool,
}

impl Preopen {
    /// Reads `HOST[::GUEST][:ro]`.
    pub(super) fn parse(text: &OsStr) -> Result<Self> {
        let shown = text.to_string_lossy();
        let refuse = |why: &str| {
            Error::new(Code::Usage, format!("`--dir {shown}`: {why}"))
                .help("write `--dir HOST`, `--dir HOST::GUEST` or `--dir HOST::GUEST:ro`")
        };
        // A name that is not Unicode stands for itself, whole.
        let Some(whole) = text.to_str() else {
            return Ok(Self {
                host: text.into(),
                guest: shown.into_owned(),
                read_only: false,
            });
        };
        let (rest, read_only) = match whole.strip_suffix(":ro") {
            Some(rest) => (rest, true),
            None => (whole, false),
        };
        let (host, guest) = rest.split_once("::").unwrap_or((rest, rest));
        if host.is_empty() || guest.is_empty() {
            return Err(refuse("a name is missing"));
        }
        Ok(Self {
            host: host.into(),
            guest: guest.to_owned(),
            read_only,
        })
    }

    pub(super) fn open(self, builder: Builder) -> Result<Builder> {
        let access = match self.read_only {
            true => Access::ReadOnly,
            false => Access::ReadWrite,
        };
        let opened = builder.preopen(&self.host, &self.guest, access);
        opened.map_err(|error| {
            let error = Error::io("open the folder", &self.host, &error);
            match Path::new(&self.host).exists() {
                true => error.help("`--dir` wants a folder that you may read"),
                false => error.help(format!("make it with `mkdir -p {}`", self.host.display())),
            }
        })
    }
}

/// Gives the program a variable: `K=V`, or `K` as it is here.
pub(super) fn variable(builder: Builder, text: &OsString) -> Result<Builder> {
    let bytes = text.as_encoded_bytes();
    let at = bytes.iter().position(|byte| *byte == b'=');
    match at {
        Some(0) => Err(no_name(text)),
        None if bytes.is_empty() => Err(no_name(text)),
        Some(at) => Ok(builder.env(&bytes[..at], &bytes[at + 1..])),
        None => match std::env::var_os(text) {
            Some(value) => Ok(builder.env(bytes, value.as_encoded_bytes())),
            None => {
                let name = text.to_string_lossy();
                Err(
                    Error::new(Code::Usage, format!("`--env {name}`: it is not set here"))
                        .help(format!("set it, or give the value: `--env {name}=VALUE`")),
                )
            }
        },
    }
}

fn no_name(text: &OsString) -> Error {
    let shown = text.to_string_lossy();
    Error::new(Code::Usage, format!("`--env {shown}`: the name is missing"))
        .help("write `--env NAME=VALUE`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<(String, String, bool)> {
        let preopen = Preopen::parse(text.as_ref()).ok()?;
        let host = preopen.host.display().to_string();
        Some((host, preopen.guest, preopen.read_only))
    }

    #[test]
    fn folders_have_a_name_and_an_access() {
        let some = |host: &str, guest: &str, ro| Some((host.to_owned(), guest.to_owned(), ro));
        assert_eq!(parse("."), some(".", ".", false));
        assert_eq!(parse("a b::/x"), some("a b", "/x", false));
        assert_eq!(parse("a::/x:ro"), some("a", "/x", true));
        assert_eq!(parse("a:ro"), some("a", "a", true));
        assert_eq!(parse("C:\\x::/x"), some("C:\\x", "/x", false));
        assert_eq!(parse("::/x"), None);
        assert_eq!(parse("a::"), None);
    }
}
