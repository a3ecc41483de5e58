//! The little that has to be known of a finished module.

/// The section that wasm-bindgen's macros leave for its program. A module with
/// it cannot be loaded before that program has had it.
const BINDGEN: &str = "__wasm_bindgen_unstable";

/// Whether a module waits for wasm-bindgen (core specification, 5.5: a section
/// is an id, a length and that many bytes; a custom one, id 0, begins with a
/// name).
pub(crate) fn wants_bindgen(module: &[u8]) -> bool {
    let mut rest = module.get(8..).unwrap_or_default();
    while let Some((&id, after)) = rest.split_first() {
        let Some((length, after)) = leb(after) else {
            return false;
        };
        let Some((content, after)) = after.split_at_checked(length) else {
            return false;
        };
        if id == 0 && name(content) == Some(BINDGEN.as_bytes()) {
            return true;
        }
        rest = after;
    }
    false
}

fn name(content: &[u8]) -> Option<&[u8]> {
    let (length, rest) = leb(content)?;
    rest.get(..length)
}

/// An unsigned LEB128 number of up to 32 bits, and what follows it.
fn leb(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_u64;
    for (at, &byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, bytes.get(at + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn module(name: &str) -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0\x01\x01\x00\0".to_vec();
        module.extend([name.len() as u8 + 3, name.len() as u8]);
        module.extend(name.as_bytes());
        module.extend([1, 2]);
        module
    }

    #[test]
    fn the_section_is_found() {
        assert!(wants_bindgen(&module(BINDGEN)));
        assert!(!wants_bindgen(&module("name")));
        assert!(!wants_bindgen(b""));
        assert!(!wants_bindgen(b"\0asm\x01\0\0\0\0\xff\xff\xff\xff\xff"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            wants_bindgen(&bytes);
        }

        #[test]
        fn a_module_cut_short_is_no_panic(cut in 0usize..40) {
            let module = module(BINDGEN);
            wants_bindgen(&module[..cut.min(module.len())]);
        }
    }
}
