use std::fmt::{self, Write};
use std::sync::Arc;

use serde::{Serialize, Serializer};
use wasmparser::{
    CompositeInnerType, FieldType, FuncType, GlobalType, HeapType, MemoryType, RefType,
    StorageType, SubType, TableType, UnpackedIndex, ValType,
};

/// Text that many facts share: a thousand exports of one type hold it once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Text(Arc<str>);

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A type of the type section in the text format, without the outer
/// parentheses: `func (param i32) (result i32)`.
pub(super) fn sub_type(ty: &SubType) -> Text {
    let mut text = String::new();
    let plain = ty.is_final && ty.supertype_idxs.is_empty();
    if !plain {
        text.push_str("sub ");
        if ty.is_final {
            text.push_str("final ");
        }
        for parent in &ty.supertype_idxs {
            text.push_str(&index(parent.unpack()));
            text.push(' ');
        }
        text.push('(');
    }
    if ty.composite_type.shared {
        text.push_str("shared ");
    }
    match &ty.composite_type.inner {
        CompositeInnerType::Func(ty) => text.push_str(&func(ty)),
        CompositeInnerType::Array(ty) => {
            let _ = write!(text, "array {}", field(&ty.0));
        }
        CompositeInnerType::Struct(ty) => {
            text.push_str("struct");
            for ty in &ty.fields {
                let _ = write!(text, " (field {})", field(ty));
            }
        }
        CompositeInnerType::Cont(ty) => {
            let _ = write!(text, "cont {}", index(ty.0.unpack()));
        }
    }
    if !plain {
        text.push(')');
    }
    text.into()
}

fn func(ty: &FuncType) -> String {
    let mut text = "func".to_owned();
    for (what, types) in [("param", ty.params()), ("result", ty.results())] {
        if !types.is_empty() {
            let _ = write!(text, " ({what}");
            for ty in types {
                let _ = write!(text, " {}", value(*ty));
            }
            text.push(')');
        }
    }
    text
}

fn field(ty: &FieldType) -> String {
    let storage = match ty.element_type {
        StorageType::I8 => "i8".to_owned(),
        StorageType::I16 => "i16".to_owned(),
        StorageType::Val(ty) => value(ty),
    };
    if ty.mutable {
        format!("(mut {storage})")
    } else {
        storage
    }
}

/// A value type: `i32`, `funcref`, `(ref null 3)`.
pub(super) fn value(ty: ValType) -> String {
    match ty {
        ValType::Ref(ty) => reference(ty),
        plain => plain.to_string(),
    }
}

/// A reference type: `funcref`, `(ref null 3)`.
pub(super) fn reference(ty: RefType) -> String {
    let null = if ty.is_nullable() { "null " } else { "" };
    match ty.heap_type() {
        HeapType::Abstract { .. } => ty.to_string(),
        HeapType::Concrete(at) => format!("(ref {null}{})", index(at)),
        HeapType::Exact(at) => format!("(ref {null}(exact {}))", index(at)),
    }
}

fn index(at: UnpackedIndex) -> String {
    match at {
        UnpackedIndex::Module(index) => index.to_string(),
        other => other.to_string(),
    }
}

/// `global (mut i32)`
pub(super) fn global(ty: GlobalType) -> String {
    let shared = if ty.shared { "shared " } else { "" };
    let content = value(ty.content_type);
    if ty.mutable {
        format!("global {shared}(mut {content})")
    } else {
        format!("global {shared}{content}")
    }
}

/// `memory i64 1 2 shared (pagesize 1)`
pub(super) fn memory(ty: MemoryType) -> String {
    let mut text = "memory".to_owned();
    limits(&mut text, ty.memory64, ty.initial, ty.maximum, ty.shared);
    if let Some(log2) = ty.page_size_log2 {
        let _ = write!(text, " (pagesize {})", page_size(log2));
    }
    text
}

/// `table 1 2 funcref`
pub(super) fn table(ty: TableType) -> String {
    let mut text = "table".to_owned();
    limits(&mut text, ty.table64, ty.initial, ty.maximum, ty.shared);
    let _ = write!(text, " {}", reference(ty.element_type));
    text
}

fn limits(text: &mut String, wide: bool, initial: u64, maximum: Option<u64>, shared: bool) {
    if wide {
        text.push_str(" i64");
    }
    let _ = write!(text, " {initial}");
    if let Some(maximum) = maximum {
        let _ = write!(text, " {maximum}");
    }
    if shared {
        text.push_str(" shared");
    }
}

/// The bytes of a page; none fit when the exponent is absurd.
pub(super) fn page_size(log2: u32) -> u64 {
    1_u64.checked_shl(log2).unwrap_or(0)
}
