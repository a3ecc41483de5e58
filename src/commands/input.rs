use std::path::Path;

use crate::commands::bytes::Bytes;
use crate::error::{Code, Error, Result};
use crate::wasm::facts::NotWasm;

/// A module or component that one command reads.
pub(super) struct Input {
    /// The path, or `<stdin>`.
    pub(super) name: String,
    /// The binary.
    pub(super) bytes: Bytes,
    /// Whether it was assembled from text.
    pub(super) text: bool,
    /// The command, for what is advised.
    pub(super) command: &'static str,
}

impl Input {
    /// Reads a file or, for `-`, standard input; assembles text.
    pub(super) fn read(path: &Path, command: &'static str) -> Result<Self> {
        let stdin = path.as_os_str() == "-";
        let bytes = if stdin {
            Bytes::of_stdin()
                .map_err(|error| Error::io("read", "standard input".as_ref(), &error))?
        } else {
            read_file(path, command)?
        };
        let mut this = Self {
            name: if stdin {
                "<stdin>".to_owned()
            } else {
                path.display().to_string()
            },
            bytes,
            text: false,
            command,
        };
        if !this.bytes.starts_with(b"\0asm") && is_text(path, &this.bytes) {
            this.bytes = Bytes::Read(assemble(path, &this.name, &this.bytes)?);
            this.text = true;
        }
        Ok(this)
    }

    /// Says that it is something else.
    pub(super) fn not_wasm(&self, why: &NotWasm) -> Error {
        let error = Error::new(
            Code::InvalidModule,
            format!("{} is not a WebAssembly binary", self.name),
        )
        .because(why.to_string());
        match why {
            NotWasm::Magic(_) if why.looks_like() == Some("gzip") => error.help(format!(
                "`gunzip -c {} | wasmrun {} -`",
                self.name, self.command
            )),
            NotWasm::Empty | NotWasm::Short(_) => error.help("build or download the file again"),
            NotWasm::Version(_) => error.help("build it with tools of this version"),
            NotWasm::Magic(_) => error.help("name a .wasm or .wat file"),
        }
    }
}

/// The content of a file, which must be a regular one: opening a named pipe
/// could wait for ever.
fn read_file(path: &Path, command: &str) -> Result<Bytes> {
    let fault = |error| Error::io("read", path, &error);
    let kind = std::fs::metadata(path).map_err(fault)?;
    let refuse = |what: &str, help: String| {
        Err(
            Error::new(Code::Io, format!("could not read {}", path.display()))
                .because(format!("it is {what}"))
                .help(help),
        )
    };
    if kind.is_dir() {
        let help = format!(
            "name a file in it; `find {} -name '*.wasm'`",
            path.display()
        );
        return refuse("a folder", help);
    }
    if !kind.is_file() {
        let help = format!("`cat {} | wasmrun {command} -`", path.display());
        return refuse("a pipe or a device, not a file", help);
    }
    Bytes::of_file(path).map_err(fault)
}

fn is_text(path: &Path, bytes: &[u8]) -> bool {
    let named = path
        .extension()
        .is_some_and(|ext| ext == "wat" || ext == "wast");
    let trimmed = bytes.trim_ascii_start();
    named || trimmed.starts_with(b"(") || trimmed.starts_with(b";;")
}

fn assemble(path: &Path, name: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    let assembled = wat::Parser::new().parse_bytes(Some(path), bytes);
    match assembled {
        Ok(binary) => Ok(binary.into_owned()),
        Err(error) => Err(Error::new(
            Code::InvalidModule,
            format!("{name} is not valid WebAssembly text"),
        )
        .because(error.to_string())),
    }
}
