use std::ops::Range;

/// What a `Range` header asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it: there is no header, or one that may be ignored.
    All,
    /// These bytes.
    Part(Range<u64>),
    /// Nothing that is there.
    Nothing,
}

/// Reads a `Range` header for content of a length, by RFC 9110, 14.2. Several
/// ranges at once are answered with everything, as the RFC allows.
pub(super) fn read(header: Option<&str>, length: u64) -> Asked {
    let Some(ranges) = header.and_then(|header| header.trim().strip_prefix("bytes=")) else {
        return Asked::All;
    };
    let Some((first, last)) = ranges.split_once('-').filter(|_| !ranges.contains(',')) else {
        return Asked::All;
    };
    let (first, last) = (first.trim(), last.trim());
    let number = |text: &str| -> Option<u64> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // One that is too large for us is beyond the end anyway.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first > last => return Asked::All,
        (Some(first), Some(last)) => first..last.saturating_add(1).min(length),
        (Some(first), None) if last.is_empty() => first..length,
        (None, Some(count)) if first.is_empty() => length.saturating_sub(count)..length,
        _ => return Asked::All,
    };
    match range.start < range.end {
        true => Asked::Part(range),
        false => Asked::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let of = |header| read(Some(header), 10);
        assert_eq!(of("bytes=0-4"), Asked::Part(0..5));
        assert_eq!(of("bytes=5-"), Asked::Part(5..10));
        assert_eq!(of("bytes=-3"), Asked::Part(7..10));
        assert_eq!(of("bytes=-30"), Asked::Part(0..10));
        assert_eq!(of("bytes=9-99999999999999999999999"), Asked::Part(9..10));
        assert_eq!(of("bytes=10-"), Asked::Nothing);
        assert_eq!(of("bytes=-0"), Asked::Nothing);
        for all in [
            "bytes=4-2",
            "bytes=a-b",
            "bytes=",
            "bytes=-",
            "items=0-1",
            "bytes=0-1,4-5",
            "bytes=+1-2",
        ] {
            assert_eq!(of(all), Asked::All, "{all}");
        }
        assert_eq!(read(None, 10), Asked::All);
        assert_eq!(read(Some("bytes=0-"), 0), Asked::Nothing);
    }

    proptest::proptest! {
        #[test]
        fn no_header_leads_out_of_the_content(header: String, length: u64) {
            for header in [header.clone(), format!("bytes={header}")] {
                if let Asked::Part(range) = read(Some(&header), length) {
                    proptest::prop_assert!(range.start < range.end && range.end <= length);
                }
            }
        }
    }
}
