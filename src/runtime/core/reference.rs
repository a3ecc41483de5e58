//! References to objects, as hosts hold them.

use crate::heap;
use crate::store::{AsStore, Inner};
use crate::types::HeapType;
use crate::val::ExternRef;

/// What a reference is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// The lowest 31 bits.
    I31(u32),
    /// A value of the host.
    Host(u32),
    /// The number by which the store knows that the host has it.
    Object { store: u64, number: u32 },
}

/// A reference of the hierarchy of `any`: to an integer of 31 bits, a struct, an
/// array, or a value of the host. What a host was given stays alive as long as
/// the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AnyRef(Kind);

impl AnyRef {
    /// A reference to an integer, of which 31 bits are kept.
    #[must_use]
    pub fn i31(value: i32) -> Self {
        Self(Kind::I31(value.cast_unsigned() & 0x7fff_ffff))
    }

    /// A value of the host, as code sees it after `any.convert_extern`.
    #[must_use]
    pub fn host(value: ExternRef) -> Self {
        Self(Kind::Host(value.0))
    }

    /// The integer, with its sign, if it is one.
    #[must_use]
    pub fn as_i31(self) -> Option<i32> {
        match self.0 {
            Kind::I31(bits) => Some((bits << 1).cast_signed() >> 1),
            _ => None,
        }
    }

    /// What it is: `I31`, `Struct`, `Array`, or `Extern` for a value of the host.
    pub fn kind(self, store: &impl AsStore) -> HeapType {
        let inner = store.inner();
        match self.0 {
            Kind::I31(_) => HeapType::I31,
            Kind::Host(_) => HeapType::Extern,
            Kind::Object { .. } => {
                let cell = self.cell(inner);
                // SAFETY: what the host holds stays alive.
                #[allow(unsafe_code, reason = "objects are kept by address")]
                let layout = unsafe { inner.heap.layout_of(cell) };
                match layout {
                    Some(layout) if layout.is_struct() => HeapType::Struct,
                    _ => HeapType::Array,
                }
            }
        }
    }

    pub(crate) fn of(inner: &Inner, cell: u64) -> Option<Self> {
        if cell == 0 {
            return None;
        }
        if heap::is_i31(cell) {
            return Some(Self(Kind::I31((cell >> 1) as u32)));
        }
        Some(Self(match heap::host_number(cell) {
            Some(number) => Kind::Host(number),
            None => object(inner, cell),
        }))
    }

    /// The cell, which is that of an object of this store.
    pub(crate) fn cell(self, inner: &Inner) -> u64 {
        cell(inner, self.0)
    }
}

/// A reference to an exception. What a host was given stays alive as long as the
/// store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExnRef(Kind);

impl ExnRef {
    pub(crate) fn of(inner: &Inner, cell: u64) -> Option<Self> {
        (cell != 0).then(|| Self(object(inner, cell)))
    }

    pub(crate) fn cell(self, inner: &Inner) -> u64 {
        cell(inner, self.0)
    }
}

fn object(inner: &Inner, cell: u64) -> Kind {
    Kind::Object {
        store: inner.id,
        number: inner.heap.root(cell),
    }
}

fn cell(inner: &Inner, kind: Kind) -> u64 {
    match kind {
        Kind::I31(bits) => heap::i31(bits),
        Kind::Host(number) => heap::host(number),
        Kind::Object { store, number } => {
            assert_eq!(store, inner.id, "this belongs to another store");
            inner.heap.rooted(number).unwrap_or(0)
        }
    }
}
