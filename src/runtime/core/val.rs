//! Values as hosts see them.

use std::fmt;

use crate::func::Func;
use crate::reference::{AnyRef, ExnRef};
use crate::types::{HeapType, RefType, ValType};

/// A value of the host that code can hold but not look into: a number that the
/// host chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExternRef(pub u32);

/// A value. Numbers with a fraction are kept as bits, so that a not-a-number
/// stays what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Val {
    /// A 32-bit integer.
    I32(i32),
    /// A 64-bit integer.
    I64(i64),
    /// The bits of a 32-bit number.
    F32(u32),
    /// The bits of a 64-bit number.
    F64(u64),
    /// A vector; lane 0 is in the lowest bits.
    V128(u128),
    /// A function, or null.
    FuncRef(Option<Func>),
    /// A value of the host, or null.
    ExternRef(Option<ExternRef>),
    /// An object or a 31-bit integer, or null.
    AnyRef(Option<AnyRef>),
    /// An exception, or null.
    ExnRef(Option<ExnRef>),
}

impl Val {
    /// Its type.
    #[must_use]
    pub fn ty(&self) -> ValType {
        match self {
            Self::I32(_) => ValType::I32,
            Self::I64(_) => ValType::I64,
            Self::F32(_) => ValType::F32,
            Self::F64(_) => ValType::F64,
            Self::V128(_) => ValType::V128,
            Self::FuncRef(_) => ValType::FUNCREF,
            Self::ExternRef(_) => ValType::EXTERNREF,
            Self::AnyRef(_) => ValType::ANYREF,
            Self::ExnRef(_) => ValType::EXNREF,
        }
    }

    /// Zero or null of a type.
    #[must_use]
    pub fn default_for(ty: ValType) -> Self {
        match ty {
            ValType::I32 => Self::I32(0),
            ValType::I64 => Self::I64(0),
            ValType::F32 => Self::F32(0),
            ValType::F64 => Self::F64(0),
            ValType::V128 => Self::V128(0),
            ValType::Ref(RefType { heap, .. }) => match heap {
                HeapType::Extern | HeapType::NoExtern => Self::ExternRef(None),
                HeapType::Exn | HeapType::NoExn => Self::ExnRef(None),
                // Null is null, whatever the definition is of.
                HeapType::Func | HeapType::NoFunc | HeapType::Concrete(_) => Self::FuncRef(None),
                _ => Self::AnyRef(None),
            },
        }
    }
}

impl fmt::Display for Val {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I32(value) => value.fmt(f),
            Self::I64(value) => value.fmt(f),
            Self::F32(bits) => f32::from_bits(*bits).fmt(f),
            Self::F64(bits) => f64::from_bits(*bits).fmt(f),
            Self::V128(bits) => write!(f, "{bits:#034x}"),
            Self::FuncRef(None)
            | Self::ExternRef(None)
            | Self::AnyRef(None)
            | Self::ExnRef(None) => f.write_str("null"),
            Self::FuncRef(Some(_)) => f.write_str("funcref"),
            Self::ExternRef(Some(ExternRef(number))) => write!(f, "externref {number}"),
            Self::AnyRef(Some(any)) => match any.as_i31() {
                Some(value) => write!(f, "i31 {value}"),
                None => f.write_str("anyref"),
            },
            Self::ExnRef(Some(_)) => f.write_str("exnref"),
        }
    }
}

macro_rules! from {
    ($($ty:ty => $variant:ident |$x:ident| $to:expr;)*) => {$(
        impl From<$ty> for Val {
            fn from($x: $ty) -> Self { Self::$variant($to) }
        }
    )*};
}

from! {
    i32 => I32 |x| x;
    u32 => I32 |x| x.cast_signed();
    i64 => I64 |x| x;
    u64 => I64 |x| x.cast_signed();
    f32 => F32 |x| x.to_bits();
    f64 => F64 |x| x.to_bits();
    u128 => V128 |x| x;
}
