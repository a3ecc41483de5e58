//! How often which kinds of operators run.

use std::collections::HashMap;
use std::fmt;

use wasmparser::Operator;

use crate::exec::Op;

macro_rules! families {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A kind of operators.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Family { $($(#[$doc])* $name,)* }

        impl Family {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// What it is called.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

families! {
    /// Blocks, branches, returns, `select`, `drop`, `nop`.
    Control = "control",
    /// Calls of all kinds.
    Call = "call",
    /// Constants.
    Constant = "constant",
    /// Locals.
    Local = "local",
    /// Globals.
    Global = "global",
    /// Loads and stores of numbers, sizes and growth of memories, bulk operators.
    Memory = "memory",
    /// Tables and their segments.
    Table = "table",
    /// Arithmetic and bits of integers.
    Integer = "integer",
    /// Arithmetic of numbers with a fraction.
    Float = "float",
    /// Comparisons of numbers.
    Compare = "compare",
    /// From one type of number to another.
    Convert = "convert",
    /// Vectors, with their loads, stores and constants.
    Vector = "vector",
    /// References and garbage-collected objects.
    Reference = "reference",
    /// Atomic accesses.
    Atomic = "atomic",
}

/// How many operators of each family were run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts([u64; Family::ALL.len()]);

impl Counts {
    /// Those of one family.
    #[must_use]
    pub fn of(&self, family: Family) -> u64 {
        self.0[family as usize]
    }

    /// All.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0
            .iter()
            .fold(0, |sum, count| sum.saturating_add(*count))
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! family_of {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        impl Family {
            /// The family of an operator.
            pub(crate) fn of(operator: &Operator<'_>) -> Self {
                match operator {
                    $(Operator::$op { .. } => by_name(stringify!($proposal), stringify!($op)),)*
                    _ => Self::Control,
                }
            }
        }
    };
}

wasmparser::for_each_operator!(family_of);

fn by_name(proposal: &str, name: &str) -> Family {
    let starts = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    if matches!(proposal, "simd" | "relaxed_simd") {
        Family::Vector
    } else if matches!(proposal, "threads" | "shared_everything_threads") {
        Family::Atomic
    } else if starts(&["Local"]) {
        Family::Local
    } else if starts(&["Global"]) {
        Family::Global
    } else if starts(&["Call", "ReturnCall"]) {
        Family::Call
    } else if starts(&["Memory", "Data"]) {
        Family::Memory
    } else if starts(&["Table", "Elem"]) {
        Family::Table
    } else if starts(&["I32", "I64", "F32", "F64"]) {
        number(name)
    } else if proposal == "gc" || starts(&["Ref"]) {
        Family::Reference
    } else {
        Family::Control
    }
}

fn number(name: &str) -> Family {
    let (ty, rest) = name.split_at(3);
    let among = |words: &[&str]| words.iter().any(|word| rest.starts_with(word));
    if rest == "Const" {
        Family::Constant
    } else if among(&["Load", "Store"]) {
        Family::Memory
    } else if matches!(rest.get(..2), Some("Eq" | "Ne" | "Lt" | "Gt" | "Le" | "Ge"))
        && !among(&["Neg", "Nearest"])
    {
        Family::Compare
    } else if among(&[
        "Convert",
        "Extend",
        "Wrap",
        "Demote",
        "Promote",
        "Reinterpret",
    ]) || (ty.starts_with('I') && among(&["Trunc"]))
    {
        Family::Convert
    } else if ty.starts_with('I') {
        Family::Integer
    } else {
        Family::Float
    }
}

/// How many instructions of the executor were run, and which after which.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dispatches {
    /// All.
    pub total: u64,
    /// How often one came right after another in code that is run whole, the
    /// most frequent first.
    pub pairs: Vec<(String, u64)>,
}

/// How often a piece of code ran that is entered at its start alone, and what
/// is in it.
#[derive(Default)]
pub(crate) struct Piece {
    /// Code adds to it.
    pub(crate) runs: u64,
    operators: [u32; Family::ALL.len()],
    instructions: Vec<Op>,
}

/// The pieces of translated code, by address, since code holds their addresses.
#[derive(Default)]
pub(crate) struct Pieces(Vec<*mut Piece>);

#[allow(unsafe_code, reason = "pieces are kept by address")]
impl Pieces {
    /// Begins a piece, and returns its address.
    pub(crate) fn begin(&mut self) -> u64 {
        let piece = Box::into_raw(Box::<Piece>::default());
        self.0.push(piece);
        piece.expose_provenance() as u64
    }

    /// Adds an operator to the piece that was begun last.
    pub(crate) fn note(&mut self, operator: &Operator<'_>) {
        if let Some(piece) = self.0.last() {
            // SAFETY: this owns it, and no code runs while it is translated.
            let operators = unsafe { &mut (**piece).operators };
            operators[Family::of(operator) as usize] += 1;
        }
    }

    pub(crate) fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// Tells the pieces of a function, which are all there are, what their
    /// instructions are.
    pub(crate) fn set_instructions(&mut self, listed: impl Iterator<Item = Op>) {
        let mut pieces = self.0.iter();
        let mut piece = None;
        for op in listed {
            if op == Op::Count {
                piece = pieces.next();
            } else if let Some(piece) = piece {
                // SAFETY: this owns it, and no code runs while it is translated.
                unsafe { (**piece).instructions.push(op) };
            }
        }
    }

    pub(crate) fn dispatches(&self) -> Dispatches {
        let (mut total, mut pairs) = (0_u64, HashMap::<(Op, Op), u64>::new());
        for piece in &self.0 {
            // SAFETY: as in `sum`.
            let Piece {
                runs, instructions, ..
            } = unsafe { &**piece };
            total = total.saturating_add(runs.saturating_mul(instructions.len() as u64));
            for pair in instructions.windows(2).filter(|_| *runs > 0) {
                if let [first, second] = pair {
                    *pairs.entry((*first, *second)).or_default() += runs;
                }
            }
        }
        let named = |((first, second), count)| (format!("{first:?}, {second:?}"), count);
        let mut pairs: Vec<_> = pairs.into_iter().map(named).collect();
        pairs.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Dispatches { total, pairs }
    }

    pub(crate) fn sum(&self) -> Counts {
        let mut counts = Counts::default();
        for piece in &self.0 {
            // SAFETY: this owns it, and the store that asks runs no code.
            let Piece {
                runs, operators, ..
            } = unsafe { &**piece };
            for (sum, count) in counts.0.iter_mut().zip(operators) {
                *sum = sum.saturating_add(runs.saturating_mul(u64::from(*count)));
            }
        }
        counts
    }
}

#[allow(unsafe_code, reason = "pieces are kept by address")]
impl Drop for Pieces {
    fn drop(&mut self) {
        for piece in self.0.drain(..) {
            // SAFETY: it was made by `Box::into_raw`, and its code runs no more.
            drop(unsafe { Box::from_raw(piece) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_families() {
        let cases = [
            ("mvp", "I32Add", Family::Integer),
            ("mvp", "I64Clz", Family::Integer),
            ("mvp", "F32Neg", Family::Float),
            ("mvp", "F64Nearest", Family::Float),
            ("mvp", "F64Trunc", Family::Float),
            ("mvp", "I32TruncF64S", Family::Convert),
            ("mvp", "I64ExtendI32S", Family::Convert),
            ("mvp", "I32Eqz", Family::Compare),
            ("mvp", "F32Ne", Family::Compare),
            ("mvp", "I32LeU", Family::Compare),
            ("mvp", "I64Load32U", Family::Memory),
            ("mvp", "F64Const", Family::Constant),
            ("bulk_memory", "MemoryFill", Family::Memory),
            ("bulk_memory", "TableInit", Family::Table),
            ("mvp", "BrTable", Family::Control),
            ("tail_call", "ReturnCall", Family::Call),
            ("simd", "V128Load", Family::Vector),
            ("gc", "StructNew", Family::Reference),
            ("reference_types", "RefFunc", Family::Reference),
            ("threads", "I32AtomicLoad", Family::Atomic),
        ];
        for (proposal, name, family) in cases {
            assert_eq!(by_name(proposal, name), family, "{name}");
        }
    }
}
