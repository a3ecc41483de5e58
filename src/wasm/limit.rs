use super::size::{brotli, decimal, gzip};
use crate::error::nearest;

/// How a file is packed when it is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Raw,
    /// As in [`super::Sizes::gzip`].
    Gzip,
    /// As in [`super::Sizes::brotli`].
    Brotli,
}

/// The largest size allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How to pack before measuring.
    pub encoding: Encoding,
    /// In bytes; this many are allowed.
    pub bytes: u64,
}

impl Encoding {
    /// By the name that reports and flags use.
    ///
    /// # Errors
    /// What is wrong with the name, in a line.
    pub fn named(name: &str) -> Result<Self, String> {
        match name {
            "raw" => Ok(Self::Raw),
            "gzip" => Ok(Self::Gzip),
            "brotli" => Ok(Self::Brotli),
            other => {
                let near = nearest(other, ["raw", "gzip", "brotli"]);
                let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                Err(format!("`{other}` is not raw, gzip or brotli{hint}"))
            }
        }
    }
}

impl Limit {
    /// The size as it is measured, and how to begin a sentence about it.
    pub(super) fn measure(self, bytes: &[u8]) -> (u64, &'static str) {
        match self.encoding {
            Encoding::Raw => (bytes.len() as u64, "it is "),
            Encoding::Gzip => (gzip(bytes), "with gzip it is "),
            Encoding::Brotli => (brotli(bytes), "with brotli it is "),
        }
    }
}

/// Two sizes for a person, in bytes where rounding would make them alike.
pub(super) fn tell_apart(size: u64, limit: u64) -> (String, String) {
    match (decimal(size), decimal(limit)) {
        (a, b) if a == b => (format!("{size} B"), format!("{limit} B")),
        different => different,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_encoding_suggests_the_nearest() {
        assert_eq!(Encoding::named("gzip"), Ok(Encoding::Gzip));
        assert!(
            Encoding::named("gzpi")
                .unwrap_err()
                .contains("did you mean `gzip`?")
        );
    }

    #[test]
    fn sizes_that_look_alike_are_told_apart() {
        assert_eq!(
            tell_apart(1_000_001, 1_000_000),
            ("1000001 B".into(), "1000000 B".into())
        );
        assert_eq!(tell_apart(2000, 1000), ("2.00 kB".into(), "1.00 kB".into()));
    }
}
