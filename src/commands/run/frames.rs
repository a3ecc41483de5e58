//! Frames of modules in what browsers print, with the source lines that they mean.

use crate::wasm::Lines;

/// Browsers write `URL:wasm-function[12]:0x1a2b`, the offset from the module's
/// start.
const MARK: &str = ":wasm-function[";

/// The text with source lines behind the frames of a module, where it has debug
/// information.
pub(super) fn resolve(text: &str, module: Option<&[u8]>) -> String {
    let lines = module.filter(|_| text.contains(MARK)).and_then(Lines::read);
    let Some(lines) = lines else {
        return text.to_owned();
    };
    let mut resolved = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (line, ""),
        };
        resolved += line;
        if let Some(source) = offset(line).and_then(|offset| lines.find(offset)) {
            resolved += &format!(" [{source}]");
        }
        resolved += end;
    }
    resolved
}

fn offset(line: &str) -> Option<u64> {
    let (_, rest) = line.split_once(MARK)?;
    let (_, rest) = rest.split_once("]:0x")?;
    let end = rest.find(|letter: char| !letter.is_ascii_hexdigit());
    u64::from_str_radix(&rest[..end.unwrap_or(rest.len())], 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_found_in_frames() {
        let frame = "    at f (http://127.0.0.1:8420/app.wasm:wasm-function[12]:0x1a2b)";
        assert_eq!(offset(frame), Some(0x1a2b));
        assert_eq!(
            offset("wasm://wasm/app-1234:wasm-function[0]:0xff"),
            Some(0xff)
        );
        for none in [
            "at f (http://a/b.js:1:2)",
            ":wasm-function[",
            ":wasm-function[1]:0x",
            ":wasm-function[1]:0xg",
        ] {
            assert_eq!(offset(none), None, "{none}");
        }
    }

    #[test]
    fn a_frame_gets_the_line_that_it_means() {
        let text = "(module\n  (func (export \"f\")\n    unreachable))";
        let mut parser = wat::Parser::new();
        parser.generate_dwarf(wat::GenerateDwarf::Lines);
        let module = parser.parse_str(Some("a.wat".as_ref()), text).unwrap();
        let at = module.iter().rposition(|byte| *byte == 0).unwrap();
        let body = module
            .windows(3)
            .position(|bytes| bytes == [0, 0, 0x0b])
            .unwrap_or(at);
        let text = format!(
            "RuntimeError: unreachable\n    at :wasm-function[0]:{:#x}\nend",
            body + 1
        );
        let resolved = resolve(&text, Some(&module));
        assert!(resolved.contains("a.wat:3"), "{resolved}");
        assert!(resolved.ends_with("\nend"), "{resolved}");
        assert_eq!(resolve(&text, None), text);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(text: String) {
            resolve(&format!("{text}{MARK}1]:0x{text}"), Some(b"\0asm\x01\0\0\0"));
        }
    }
}
