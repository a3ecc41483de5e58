use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::error::{Code, Error, Result};

/// Settings are a page, not a library.
const MAX_BYTES: u64 = 1 << 20;

/// The text of a settings file, and where things are in it.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl Source {
    /// Reads a file; nothing when there is none.
    pub(super) fn read(path: PathBuf) -> Result<Option<Self>> {
        let state = match fs::metadata(&path) {
            Ok(state) => state,
            // A file in place of the folder is told of elsewhere.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(Error::io("read", &path, &error)),
        };
        if !state.is_file() {
            let message = format!("{} is not a file", path.display());
            return Err(Error::new(Code::ConfigInvalid, message).help("move it away"));
        }
        if state.len() > MAX_BYTES {
            let message = format!("{} is larger than 1 MiB", path.display());
            let help = "settings take a few lines; is it another file?";
            return Err(Error::new(Code::ConfigInvalid, message).help(help));
        }
        let bytes = fs::read(&path).map_err(|error| Error::io("read", &path, &error))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + valid.iter().filter(|byte| **byte == b'\n').count();
            let message = format!("{}:{line}: not UTF-8", path.display());
            Error::new(Code::ConfigInvalid, message).help("save the file as UTF-8")
        })?;
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        Ok(Some(Self { path, text }))
    }

    /// The line of an offset, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        1 + before.matches('\n').count()
    }

    /// An error at a place, with the line it is in.
    pub(super) fn fault(&self, span: Range<usize>, message: &str) -> Error {
        let start = self.text.floor_char_boundary(span.start);
        let (before, behind) = self.text.split_at(start);
        let (head, _) = split_line(behind);
        let lead = before.rsplit('\n').next().unwrap_or_default();
        let (line, column) = (self.line(start), lead.chars().count() + 1);
        let place = format!("{}:{line}:{column}", self.path.display());
        Error::new(Code::ConfigInvalid, format!("{place}: {message}")).because(underline(
            line,
            lead,
            head,
            span.len(),
        ))
    }
}

/// Whether something that is no folder is where a folder should be.
pub(super) fn is_blocked(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|state| !state.is_dir())
}

fn split_line(text: &str) -> (&str, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    (line.trim_end_matches('\r'), rest)
}

/// The source line with its number, and marks under what is at fault.
fn underline(line: usize, lead: &str, head: &str, len: usize) -> String {
    const WIDEST: usize = 160;
    let number = format!("{line} | ");
    let printable = |c: char| {
        if c.is_control() && c != '\t' {
            '\u{fffd}'
        } else {
            c
        }
    };
    let shown: String = lead.chars().chain(head.chars()).map(printable).collect();
    if shown.chars().count() > WIDEST {
        let shown: String = shown.chars().take(WIDEST).collect();
        return format!("{number}{shown}...");
    }
    let gap: String = lead
        .chars()
        .map(|c| if c == '\t' { '\t' } else { ' ' })
        .collect();
    let marked = head.get(..len).unwrap_or(head).chars().count().max(1);
    let margin = " ".repeat(number.len() - 2);
    format!("{number}{shown}\n{margin}| {gap}{}", "^".repeat(marked))
}
