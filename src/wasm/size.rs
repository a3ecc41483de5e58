use std::io::{self, Write};

use serde::{Deserialize, Serialize};

/// As web servers compress what they have not compressed ahead of time. Quality
/// 11 takes thirty times as long, which a build would have to wait for, and gives
/// a tenth less.
const BROTLI_QUALITY: i32 = 5;

/// How long a file is, as it is and as a web server would send it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    /// In bytes.
    pub raw: u64,
    /// In bytes, with gzip at level 9.
    pub gzip: u64,
    /// In bytes, with brotli at quality 5.
    pub brotli: u64,
}

impl Sizes {
    /// Compresses and measures.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let (gzip, brotli) = rayon::join(|| gzip(bytes), || brotli(bytes));
        Self {
            raw: bytes.len() as u64,
            gzip,
            brotli,
        }
    }
}

/// Counts what is written to it.
#[derive(Default)]
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(super) fn gzip(bytes: &[u8]) -> u64 {
    let mut encoder = flate2::write::GzEncoder::new(Count::default(), flate2::Compression::best());
    // A count cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().map_or(0, |count| count.0)
}

pub(super) fn brotli(bytes: &[u8]) -> u64 {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut count = Count::default();
    let mut bytes = bytes;
    // A count cannot fail.
    let _ = brotli::BrotliCompress(&mut bytes, &mut count, &parameters);
    count.0
}

/// A number of bytes as a person reads it, in powers of 1000: `812 B`,
/// `8.13 kB`, `13.9 MB`.
#[must_use]
pub fn decimal(bytes: u64) -> String {
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64;
    let mut unit = "B";
    for next in ["kB", "MB", "GB", "TB"] {
        // Rounding must not end in `1000 kB`.
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    let digits = match value {
        v if v < 9.995 => 2,
        v if v < 99.95 => 1,
        _ => 0,
    };
    format!("{value:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_makes_repetition_small() {
        let sizes = Sizes::of(&[7; 100_000]);
        assert_eq!(sizes.raw, 100_000);
        assert!(sizes.gzip < 1000 && sizes.gzip > 18, "{sizes:?}");
        assert!(sizes.brotli < sizes.gzip && sizes.brotli > 4, "{sizes:?}");
    }

    #[test]
    fn sizes_have_three_digits() {
        let cases = [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.00 kB"),
            (8132, "8.13 kB"),
            (99_951, "100 kB"),
            (999_499, "999 kB"),
            (999_500, "1.00 MB"),
            (13_978_850, "14.0 MB"),
            (u64::MAX, "18446744 TB"),
        ];
        for (bytes, text) in cases {
            assert_eq!(decimal(bytes), text);
        }
    }
}
