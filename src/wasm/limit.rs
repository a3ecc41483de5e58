use std::str::FromStr;

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

/// The largest size allowed, such as `500k`, `gzip:200k` or `brotli:1.5MiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How to pack before measuring.
    pub encoding: Encoding,
    /// In bytes; this many are allowed.
    pub bytes: u64,
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (encoding, size) = match text.split_once(':') {
            None => (Encoding::Raw, text),
            Some(("raw", size)) => (Encoding::Raw, size),
            Some(("gzip", size)) => (Encoding::Gzip, size),
            Some(("brotli", size)) => (Encoding::Brotli, size),
            Some((other, _)) => {
                let near = nearest(other, ["raw", "gzip", "brotli"]);
                let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                return Err(format!("`{other}` is not raw, gzip or brotli{hint}"));
            }
        };
        let bytes = read_size(size).ok_or_else(|| {
            format!("`{size}` is not a size; write it as 500k, 1.5M, 200KiB or a number of bytes")
        })?;
        Ok(Self { encoding, bytes })
    }
}

/// `k`, `KiB` and the like are powers of 1024, `kB` and the like of 1000.
fn read_size(text: &str) -> Option<u64> {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(split.unwrap_or(text.len()));
    let unit = unit.trim_start().to_ascii_lowercase();
    let factor: u64 = match unit.as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        _ => return None,
    };
    if let Ok(whole) = number.parse::<u64>() {
        return whole.checked_mul(factor);
    }
    let bytes = number.parse::<f64>().ok()? * factor as f64;
    (bytes < u64::MAX as f64).then_some(bytes as u64)
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
    fn sizes_have_units_of_both_kinds() {
        let cases = [
            ("500k", 512_000),
            ("500kB", 500_000),
            ("1.5MB", 1_500_000),
            ("200KiB", 204_800),
            ("1 GB", 1_000_000_000),
            ("0", 0),
            ("17b", 17),
        ];
        for (text, bytes) in cases {
            assert_eq!(read_size(text), Some(bytes), "{text}");
        }
        for text in ["", "k", "1.2.3", "5x", "-1", "99999999999G"] {
            assert_eq!(read_size(text), None, "{text}");
        }
    }

    #[test]
    fn a_limit_may_name_an_encoding() {
        let limit: Limit = "gzip:2".parse().unwrap();
        assert_eq!((limit.encoding, limit.bytes), (Encoding::Gzip, 2));
        assert!(
            "gzpi:2"
                .parse::<Limit>()
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
