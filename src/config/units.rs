//! Times and sizes as people write them.

use std::time::Duration;

/// Reads a time: `90s`, `5m`, `1h30m`, `500ms`, or seconds alone. Zero is
/// refused: nothing can be done in no time.
///
/// # Errors
/// What is wrong, in a line.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let refused = || format!("`{text}` is not a time such as 90s, 5m or 1h30m");
    let mut rest = text.trim();
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return Err(refused());
    }
    while !rest.is_empty() {
        let (number, behind) = number(rest).ok_or_else(refused)?;
        let end = behind
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(behind.len());
        let part = match &behind[..end] {
            "ms" => Some(Duration::from_millis(number)),
            "s" => Some(Duration::from_secs(number)),
            "m" | "min" => number.checked_mul(60).map(Duration::from_secs),
            "h" => number.checked_mul(3600).map(Duration::from_secs),
            "" if rest == text.trim() => Some(Duration::from_secs(number)),
            _ => None,
        };
        total = part
            .and_then(|part| total.checked_add(part))
            .ok_or_else(refused)?;
        rest = &behind[end..];
    }
    if total.is_zero() {
        return Err("a time of zero ends everything before it begins".to_owned());
    }
    Ok(total)
}

/// Reads a size in bytes: `1048576`, `64k`, `500M`, `1G`, `1MiB` (powers of
/// 1024), `1MB` (powers of 1000).
///
/// # Errors
/// What is wrong, in a line.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let refused = || format!("`{text}` is not a size such as 64k, 500M or 1G");
    let (number, unit) = number(text.trim()).ok_or_else(refused)?;
    let unit = unit.trim_start().to_ascii_lowercase();
    let power = match unit.bytes().next() {
        None | Some(b'b') => 0,
        Some(b'k') => 1,
        Some(b'm') => 2,
        Some(b'g') => 3,
        Some(b't') => 4,
        Some(_) => return Err(refused()),
    };
    let base: u64 = match (power, unit.get(1..).unwrap_or_default()) {
        (0, "") | (1.., "" | "ib") => 1024,
        (1.., "b") => 1000,
        _ => return Err(refused()),
    };
    base.checked_pow(power)
        .and_then(|factor| number.checked_mul(factor))
        .ok_or_else(refused)
}

/// A time as [`parse_duration`] reads it.
pub(super) fn show_duration(time: Duration) -> String {
    match (time.as_secs(), time.subsec_millis()) {
        (0, ms) => format!("{ms}ms"),
        (s, 0) if s % 3600 == 0 => format!("{}h", s / 3600),
        (s, 0) if s % 60 == 0 => format!("{}m", s / 60),
        (s, 0) => format!("{s}s"),
        (s, ms) => format!("{s}s{ms}ms"),
    }
}

/// A size as [`parse_size`] reads it, with a unit where it is exact.
pub(super) fn show_size(size: u64) -> String {
    let unit = |shift: u32, name| {
        (size > 0 && size.trailing_zeros() >= shift).then(|| format!("{}{name}", size >> shift))
    };
    unit(30, "G")
        .or_else(|| unit(20, "M"))
        .or_else(|| unit(10, "k"))
        .unwrap_or_else(|| size.to_string())
}

fn number(text: &str) -> Option<(u64, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_have_units() {
        let read = |text| parse_duration(text).ok().map(|time| time.as_millis());
        assert_eq!(read("90s"), Some(90_000));
        assert_eq!(read("90"), Some(90_000));
        assert_eq!(read("5m"), Some(300_000));
        assert_eq!(read("1h30m"), Some(5_400_000));
        assert_eq!(read("1s500ms"), Some(1_500));
        let bad = [
            "",
            "0",
            "0s",
            "s",
            "-1s",
            "1x",
            "1.5s",
            "5m30",
            "99999999999999999999",
            "18446744073709551615h",
        ];
        for text in bad {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_have_units() {
        let read = |text| parse_size(text).ok();
        assert_eq!(read("12"), Some(12));
        assert_eq!(read("12b"), Some(12));
        assert_eq!(read("64k"), Some(65_536));
        assert_eq!(read("64 KiB"), Some(65_536));
        assert_eq!(read("1MB"), Some(1_000_000));
        assert_eq!(read("1G"), Some(1 << 30));
        for text in ["", "G", "-1", "1.5G", "1X", "1kk", "1ib", "16777216T"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(millis in 1_u64..1 << 40, size: u64) {
            let time = Duration::from_millis(millis);
            prop_assert_eq!(parse_duration(&show_duration(time)), Ok(time));
            prop_assert_eq!(parse_size(&show_size(size)), Ok(size));
        }

        #[test]
        fn no_text_is_too_odd(text: String) {
            let _ = (parse_duration(&text), parse_size(&text));
        }
    }
}
