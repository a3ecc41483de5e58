use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

use crate::{HostFrame, PluginFrame, limits};

/// Why a frame was not written.
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteError {
    /// It is over the limit; nothing was written.
    TooLong {
        /// Its length in bytes, LF included.
        length: usize,
    },
    /// It cannot be JSON: a path that is not UTF-8. Nothing was written.
    Unwritable(serde_json::Error),
    /// The other side does not listen.
    Io(io::Error),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length } => write!(f, "the frame is too long: {length} bytes"),
            Self::Unwritable(error) => write!(f, "the frame cannot be written: {error}"),
            Self::Io(error) => write!(f, "the frame could not be written: {error}"),
        }
    }
}

impl std::error::Error for WriteError {}

/// A host's frame as a line with its LF.
///
/// # Errors
/// When it is over [`limits::HOST_FRAME`] or has a path that is not UTF-8.
pub fn host_line(frame: &HostFrame) -> Result<Vec<u8>, WriteError> {
    line(frame, limits::HOST_FRAME)
}

/// A plugin's frame as a line with its LF.
///
/// # Errors
/// When it is over `limit` (the host's `max_frame`) or has a path that is not
/// UTF-8.
pub fn plugin_line(
    session: &str,
    frame: &PluginFrame,
    limit: usize,
) -> Result<Vec<u8>, WriteError> {
    #[derive(Serialize)]
    struct Keyed<'a> {
        s: &'a str,
        #[serde(flatten)]
        frame: &'a PluginFrame,
    }
    line(&Keyed { s: session, frame }, limit)
}

/// Writes a line in one call and flushes, so that it arrives whole and now.
///
/// # Errors
/// When the other side does not listen.
pub fn write_line(output: &mut dyn Write, line: &[u8]) -> Result<(), WriteError> {
    output
        .write_all(line)
        .and_then(|()| output.flush())
        .map_err(WriteError::Io)
}

fn line(frame: &impl Serialize, limit: usize) -> Result<Vec<u8>, WriteError> {
    let mut line = serde_json::to_vec(frame).map_err(WriteError::Unwritable)?;
    line.push(b'\n');
    if line.len() > limit {
        return Err(WriteError::TooLong { length: line.len() });
    }
    Ok(line)
}
