use std::ffi::OsStr;
use std::fmt::Write;

/// A name as text, so that different names stay different: a backslash is
/// doubled, and a byte that is no UTF-8 becomes `\xff`.
pub(super) fn escape(name: &OsStr) -> String {
    let bytes = name.as_encoded_bytes();
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for part in chunk.valid().split_inclusive('\\') {
            text.push_str(part);
            if part.ends_with('\\') {
                text.push('\\');
            }
        }
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use proptest::prelude::*;

    use super::*;

    fn unescape(text: &str) -> Vec<u8> {
        let (mut bytes, mut rest) = (Vec::new(), text);
        while let Some(at) = rest.find('\\') {
            bytes.extend_from_slice(&rest.as_bytes()[..at]);
            rest = &rest[at + 1..];
            if let Some(behind) = rest.strip_prefix('\\') {
                bytes.push(b'\\');
                rest = behind;
            } else {
                bytes.extend(u8::from_str_radix(&rest[1..3], 16));
                rest = &rest[3..];
            }
        }
        bytes.extend_from_slice(rest.as_bytes());
        bytes
    }

    proptest! {
        #[test]
        fn nothing_of_a_name_is_lost(name in "[\\\\xf0-9é]{0,8}", tail: Vec<u8>) {
            let name = [name.as_bytes(), &tail].concat();
            prop_assert_eq!(unescape(&escape(OsStr::from_bytes(&name))), name);
        }
    }

    #[test]
    fn plain_names_stay_as_they_are() {
        assert_eq!(escape(OsStr::new("größe x.c")), "größe x.c");
    }
}
