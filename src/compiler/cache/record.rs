use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use plugin_protocol::Diagnostic;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::super::artifacts::Product;
use super::super::digest;
use super::state::{Spec, State};
use crate::wasm::Sizes;

/// A result of a build: what it depends on, how that looked, what came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(super) spec: Spec,
    pub(super) state: State,
    /// What came out.
    pub(crate) result: Stored,
}

/// What came out of a build.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stored {
    /// The files; the main module first. The content of each is the object of
    /// its digest.
    pub(crate) outputs: Vec<Product>,
    /// The main module's sizes.
    pub(crate) sizes: Sizes,
    /// The compiler's warnings and notes, to be said again.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Reads a value that [`write`] wrote. The first line is the digest of the
/// rest, so that a file that was cut off or damaged is seen.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> io::Result<T> {
    let bytes = fs::read(path)?;
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the file is damaged");
    let (head, body) = bytes.split_at_checked(65).ok_or_else(damaged)?;
    if head != format!("{}\n", digest::of_bytes(body)).as_bytes() {
        return Err(damaged());
    }
    Ok(serde_json::from_slice(body)?)
}

/// Writes a value under a temporary name in `scratch`, then renames it.
pub(crate) fn write(path: &Path, value: &impl Serialize, scratch: &Path) -> io::Result<u64> {
    let body = serde_json::to_vec(value)?;
    let mut bytes = format!("{}\n", digest::of_bytes(&body)).into_bytes();
    bytes.extend(body);
    write_whole(path, &bytes, scratch)?;
    Ok(bytes.len() as u64)
}

/// Writes a file that appears whole or not at all. It is not synced: what a
/// power failure leaves of it is damaged, and seen as such when it is read.
pub(crate) fn write_whole(path: &Path, bytes: &[u8], scratch: &Path) -> io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix("new-")
        .tempfile_in(scratch)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Notes that a file was used, for the size limit.
pub(super) fn touch(path: &Path) {
    let touched = File::options()
        .append(true)
        .open(path)
        .and_then(|file| file.set_modified(SystemTime::now()));
    if let Err(error) = touched {
        tracing::debug!(%error, path = %path.display(), "could not note the use");
    }
}
