//! Types of values, functions and what is imported and exported.
//!
//! Function, struct and array types are canonical within an [`Engine`]: two
//! modules that declare the same recursion group get the same [`TypeId`]s
//! (specification, "Type Equivalence"), so that a check at run time compares
//! numbers.
//!
//! [`Engine`]: crate::Engine

use std::fmt;
use std::sync::Arc;

/// The number of a function, struct or array type within an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub(crate) u32);

/// What a heap reference may refer to (specification, "Heap Types").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeapType {
    /// Any function.
    Func,
    /// No function.
    NoFunc,
    /// Any value of the host.
    Extern,
    /// No value of the host.
    NoExtern,
    /// Any internal value.
    Any,
    /// Any internal value that can be compared.
    Eq,
    /// A 31-bit integer.
    I31,
    /// Any struct.
    Struct,
    /// Any array.
    Array,
    /// No internal value.
    None,
    /// Any exception.
    Exn,
    /// No exception.
    NoExn,
    /// What a type definition says.
    Concrete(TypeId),
}

/// The type of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RefType {
    /// Whether null is one of its values.
    pub nullable: bool,
    /// What it refers to.
    pub heap: HeapType,
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValType {
    /// A 32-bit integer.
    I32,
    /// A 64-bit integer.
    I64,
    /// A 32-bit IEEE 754 number.
    F32,
    /// A 64-bit IEEE 754 number.
    F64,
    /// A vector of 128 bits.
    V128,
    /// A reference.
    Ref(RefType),
}

impl RefType {
    /// `(ref null func)`, also called `funcref`.
    pub const FUNC: Self = Self {
        nullable: true,
        heap: HeapType::Func,
    };
    /// `(ref null extern)`, also called `externref`.
    pub const EXTERN: Self = Self {
        nullable: true,
        heap: HeapType::Extern,
    };
    /// `(ref null any)`, also called `anyref`.
    pub const ANY: Self = Self {
        nullable: true,
        heap: HeapType::Any,
    };
    /// `(ref null exn)`, also called `exnref`.
    pub const EXN: Self = Self {
        nullable: true,
        heap: HeapType::Exn,
    };
}

impl ValType {
    /// A reference to any function, or null.
    pub const FUNCREF: Self = Self::Ref(RefType::FUNC);
    /// A reference to any value of the host, or null.
    pub const EXTERNREF: Self = Self::Ref(RefType::EXTERN);
    /// A reference to any internal value, or null.
    pub const ANYREF: Self = Self::Ref(RefType::ANY);
    /// A reference to any exception, or null.
    pub const EXNREF: Self = Self::Ref(RefType::EXN);

    /// How many 64-bit cells of a frame a value takes.
    pub(crate) fn cells(self) -> u32 {
        if self == Self::V128 { 2 } else { 1 }
    }

    /// Whether it is a number with a fraction.
    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Whether a variable of this type has a value before the first assignment.
    #[must_use]
    pub fn is_defaultable(self) -> bool {
        !matches!(
            self,
            Self::Ref(RefType {
                nullable: false,
                ..
            })
        )
    }
}

/// The parameters and results of a function.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FuncType {
    types: Arc<[ValType]>,
    params: usize,
}

impl FuncType {
    /// A function from `params` to `results`.
    pub fn new(
        params: impl IntoIterator<Item = ValType>,
        results: impl IntoIterator<Item = ValType>,
    ) -> Self {
        let mut types: Vec<_> = params.into_iter().collect();
        let params = types.len();
        types.extend(results);
        Self {
            types: types.into(),
            params,
        }
    }

    /// The types of the parameters.
    #[must_use]
    pub fn params(&self) -> &[ValType] {
        self.types.get(..self.params).unwrap_or_default()
    }

    /// The types of the results.
    #[must_use]
    pub fn results(&self) -> &[ValType] {
        self.types.get(self.params..).unwrap_or_default()
    }

    /// Cells that the parameters take.
    pub(crate) fn param_cells(&self) -> u32 {
        cells(self.params())
    }

    /// Cells that the results take.
    pub(crate) fn result_cells(&self) -> u32 {
        cells(self.results())
    }

    /// Where in a frame the way back to the caller is kept: behind the
    /// parameters, and behind the results, which take the parameters' place.
    pub(crate) fn link(&self) -> u32 {
        self.param_cells().max(self.result_cells())
    }
}

/// Cells that values of these types take.
pub(crate) fn cells(types: &[ValType]) -> u32 {
    types.iter().map(|ty| ty.cells()).sum()
}

/// The limits and kind of a memory, in pages of 64 KiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MemoryType {
    /// Pages at the start.
    pub minimum: u64,
    /// Pages that it can grow to.
    pub maximum: Option<u64>,
    /// Whether addresses have 64 bits.
    pub memory64: bool,
    /// Whether it is declared shared.
    pub shared: bool,
    /// The binary logarithm of the size of a page: 16, or 0 by the proposal
    /// "custom page sizes".
    pub page_size_log2: u32,
}

/// The limits and elements of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TableType {
    /// What an element is.
    pub element: RefType,
    /// Elements at the start.
    pub minimum: u64,
    /// Elements that it can grow to.
    pub maximum: Option<u64>,
    /// Whether indices have 64 bits.
    pub table64: bool,
}

/// The type of a global.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GlobalType {
    /// What it holds.
    pub content: ValType,
    /// Whether it can be set.
    pub mutable: bool,
}

/// The type of something imported or exported.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ExternType {
    /// A function.
    Func(FuncType),
    /// A table.
    Table(TableType),
    /// A memory.
    Memory(MemoryType),
    /// A global.
    Global(GlobalType),
    /// A tag of exceptions; its parameters are what an exception carries.
    Tag(FuncType),
}

/// What a module wants from outside.
#[derive(Debug, Clone)]
pub struct ImportType<'m> {
    /// The name of the module it comes from.
    pub module: &'m str,
    /// Its name there.
    pub name: &'m str,
    /// What it has to be.
    pub ty: ExternType,
}

/// What a module gives.
#[derive(Debug, Clone)]
pub struct ExportType<'m> {
    /// Its name.
    pub name: &'m str,
    /// What it is.
    pub ty: ExternType,
}

impl fmt::Display for HeapType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Func => "func",
            Self::NoFunc => "nofunc",
            Self::Extern => "extern",
            Self::NoExtern => "noextern",
            Self::Any => "any",
            Self::Eq => "eq",
            Self::I31 => "i31",
            Self::Struct => "struct",
            Self::Array => "array",
            Self::None => "none",
            Self::Exn => "exn",
            Self::NoExn => "noexn",
            Self::Concrete(id) => return write!(f, "$type{}", id.0),
        })
    }
}

impl fmt::Display for RefType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.nullable, self.heap) {
            (true, HeapType::Concrete(_)) => write!(f, "(ref null {})", self.heap),
            (true, heap) => write!(f, "{heap}ref"),
            (false, heap) => write!(f, "(ref {heap})"),
        }
    }
}

impl fmt::Display for ValType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I32 => f.write_str("i32"),
            Self::I64 => f.write_str("i64"),
            Self::F32 => f.write_str("f32"),
            Self::F64 => f.write_str("f64"),
            Self::V128 => f.write_str("v128"),
            Self::Ref(ty) => ty.fmt(f),
        }
    }
}

impl fmt::Display for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, types: &[ValType]| {
            f.write_str("(")?;
            for (at, ty) in types.iter().enumerate() {
                write!(f, "{}{ty}", if at > 0 { ", " } else { "" })?;
            }
            f.write_str(")")
        };
        list(f, self.params())?;
        match self.results() {
            [] => Ok(()),
            [one] => write!(f, " -> {one}"),
            many => {
                f.write_str(" -> ")?;
                list(f, many)
            }
        }
    }
}

impl fmt::Debug for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FuncType{self}")
    }
}
