use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// SHA-256 as 64 lower-case hex digits.
#[must_use]
pub fn of_bytes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The same of a file's content. Nothing when it is not a regular file: a pipe
/// would never end.
pub(super) fn of_file(path: &Path) -> Option<String> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    fs::read(path).ok().map(|bytes| of_bytes(&bytes))
}

/// SHA-256 of a value's JSON. Maps are ordered, so that equal values have
/// equal digests.
pub(super) fn of_value(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(of_bytes(&serde_json::to_vec(value)?))
}

/// A path as text that no other path has. One that is not UTF-8 becomes hex
/// behind a NUL, which no path contains.
pub(super) fn path_text(path: &Path) -> String {
    path.to_str().map_or_else(
        || {
            let mut text = String::from("\0");
            for byte in path.as_os_str().as_encoded_bytes() {
                let _ = write!(text, "{byte:02x}");
            }
            text
        },
        str::to_owned,
    )
}

/// Whether this is what [`of_bytes`] returns.
pub(super) fn is_digest(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_sha256() {
        assert_eq!(
            of_bytes(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(is_digest(&of_bytes(b"")));
        assert!(!is_digest("../../../etc"));
    }
}
