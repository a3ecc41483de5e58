use std::fmt;

use super::Kind;

/// Why bytes are not a WebAssembly binary that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotWasm {
    /// There is nothing.
    Empty,
    /// It ends inside the header, after this many of its eight bytes.
    Short(usize),
    /// It begins with something else.
    Magic([u8; 4]),
    /// The version (low half) and layer (high half) are not known.
    Version(u32),
}

/// <https://webassembly.github.io/spec/core/binary/modules.html#binary-magic>
const MAGIC: &[u8; 4] = b"\0asm";
const MODULE: u32 = 1;
/// Version 0xd, layer 1: the component binary format before its 1.0.
const COMPONENT: u32 = 0x1_000d;

/// Reads the eight bytes of the header.
pub(super) fn kind(bytes: &[u8]) -> Result<Kind, NotWasm> {
    if bytes.is_empty() {
        return Err(NotWasm::Empty);
    }
    let Some((magic, rest)) = bytes.split_first_chunk::<4>() else {
        return Err(if MAGIC.starts_with(bytes) {
            NotWasm::Short(bytes.len())
        } else {
            let mut magic = [0; 4];
            magic[..bytes.len()].copy_from_slice(bytes);
            NotWasm::Magic(magic)
        });
    };
    if magic != MAGIC {
        return Err(NotWasm::Magic(*magic));
    }
    match rest.first_chunk::<4>().map(|v| u32::from_le_bytes(*v)) {
        None => Err(NotWasm::Short(bytes.len())),
        Some(MODULE) => Ok(Kind::Module),
        Some(COMPONENT) => Ok(Kind::Component),
        Some(other) => Err(NotWasm::Version(other)),
    }
}

impl NotWasm {
    /// What the bytes look like instead, where their first four tell.
    #[must_use]
    pub fn looks_like(&self) -> Option<&'static str> {
        let Self::Magic(magic) = self else {
            return None;
        };
        Some(match magic {
            [0x1f, 0x8b, ..] => "gzip",
            [0x28, 0xb5, 0x2f, 0xfd] => "zstd",
            [b'P', b'K', 3, 4] => "a zip archive",
            [0x7f, b'E', b'L', b'F'] => "a native program (ELF)",
            [b'M', b'Z', ..] => "a native program (PE)",
            [0xcf | 0xce, 0xfa, 0xed, 0xfe] => "a native program (Mach-O)",
            [b'B', b'C', 0xc0, 0xde] => "LLVM bitcode",
            [b'<', b'!' | b'h' | b'?', ..] => "a web page",
            [b'#', b'!', ..] => "a script",
            _ => return None,
        })
    }
}

impl fmt::Display for NotWasm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::Short(length) => {
                write!(f, "it ends after {length} of the 8 bytes of the header")
            }
            Self::Magic([a, b, c, d]) => {
                write!(
                    f,
                    "it begins with {a:02x} {b:02x} {c:02x} {d:02x}, not with 00 61 73 6d"
                )?;
                match self.looks_like() {
                    Some(what) => write!(f, "; it looks like {what}"),
                    None => Ok(()),
                }
            }
            Self::Version(version) if version >> 16 == 1 => write!(
                f,
                "it is a component of version {:#x}; only 0xd can be read",
                version & 0xffff
            ),
            Self::Version(version) => write!(f, "its version is {version}; only 1 can be read"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_told_apart() {
        assert_eq!(kind(b"\0asm\x01\0\0\0"), Ok(Kind::Module));
        assert_eq!(kind(b"\0asm\x0d\0\x01\0"), Ok(Kind::Component));
        assert_eq!(kind(b""), Err(NotWasm::Empty));
        assert_eq!(kind(b"\0as"), Err(NotWasm::Short(3)));
        assert_eq!(kind(b"\0asm\x01\0"), Err(NotWasm::Short(6)));
        assert_eq!(kind(b"PK"), Err(NotWasm::Magic([b'P', b'K', 0, 0])));
        assert_eq!(kind(b"\0asm\x02\0\0\0"), Err(NotWasm::Version(2)));
        let gzip = kind(&[0x1f, 0x8b, 8, 0]).unwrap_err();
        assert!(gzip.to_string().ends_with("it looks like gzip"), "{gzip}");
    }
}
