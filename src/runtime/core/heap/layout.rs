//! How objects of a type lie in memory.

use crate::registry::{Composite, Definition, Registry, Storage};
use crate::types::{HeapType, RefType, TypeId, ValType};

/// The bytes before the first field or element.
pub(crate) const HEADER: usize = 8;

/// Where a field is, and what it is kept as.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// In bytes from the start of the object.
    pub(crate) offset: u32,
    pub(crate) storage: Storage,
}

/// What is behind the header.
#[derive(Debug)]
pub(crate) enum Shape {
    /// One field after the other, each at a multiple of its size.
    Struct(Box<[Place]>),
    /// As many of the same as the header says.
    Array(Storage),
}

/// The layout of a struct or array type.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) shape: Shape,
    /// Of a struct: its bytes, header included. Of an array: those of an element.
    pub(crate) size: usize,
    /// Where in a struct references to objects are.
    traced: Box<[u32]>,
    /// The types that it is declared below, the outermost first; itself last.
    lineage: Box<[TypeId]>,
}

/// The bytes that a field or an element takes.
pub(crate) fn size(storage: Storage) -> usize {
    match storage {
        Storage::I8 => 1,
        Storage::I16 => 2,
        Storage::Val(ValType::I32 | ValType::F32) => 4,
        Storage::Val(ValType::V128) => 16,
        Storage::Val(_) => 8,
    }
}

/// Whether values of a type can refer to objects of the heap.
pub(crate) fn is_traced(registry: &Registry, ty: ValType) -> bool {
    let ValType::Ref(RefType { heap, .. }) = ty else {
        return false;
    };
    match heap {
        HeapType::Func | HeapType::NoFunc => false,
        HeapType::Concrete(id) => registry.signature(id).is_none(),
        _ => true,
    }
}

impl Layout {
    /// None for a function type.
    pub(crate) fn of(registry: &Registry, id: TypeId) -> Option<Self> {
        let definition = registry.get(id)?;
        let traces = |storage| match storage {
            Storage::Val(ty) => is_traced(registry, ty),
            _ => false,
        };
        let mut traced = Vec::new();
        let (shape, size) = match &definition.composite {
            Composite::Func(_) => return None,
            Composite::Struct(fields) => {
                let mut end = HEADER;
                let mut places = Vec::with_capacity(fields.len());
                for field in fields {
                    // Vectors need not be aligned.
                    let size = size(field.storage);
                    end = end.next_multiple_of(size.min(8));
                    let offset = u32::try_from(end).ok()?;
                    places.push(Place {
                        offset,
                        storage: field.storage,
                    });
                    if traces(field.storage) {
                        traced.push(offset);
                    }
                    end += size;
                }
                (Shape::Struct(places.into()), end)
            }
            Composite::Array(element) => {
                if traces(element.storage) {
                    traced.push(0);
                }
                (Shape::Array(element.storage), size(element.storage))
            }
        };
        Some(Self {
            shape,
            size,
            traced: traced.into(),
            lineage: lineage(registry, definition, id),
        })
    }

    pub(crate) fn is_struct(&self) -> bool {
        matches!(self.shape, Shape::Struct(_))
    }

    /// The field `nth` of a struct.
    pub(crate) fn field(&self, nth: u32) -> Option<Place> {
        match &self.shape {
            Shape::Struct(places) => places.get(nth as usize).copied(),
            Shape::Array(_) => None,
        }
    }

    /// All fields of a struct.
    pub(crate) fn fields(&self) -> &[Place] {
        match &self.shape {
            Shape::Struct(places) => places,
            Shape::Array(_) => &[],
        }
    }

    /// What an array's elements are kept as.
    pub(crate) fn element(&self) -> Option<Storage> {
        match self.shape {
            Shape::Array(storage) => Some(storage),
            Shape::Struct(_) => None,
        }
    }

    /// Where in a struct references are; for an array not empty if its elements
    /// are references.
    pub(super) fn traced(&self) -> &[u32] {
        &self.traced
    }

    /// Whether it is `other` or declared below it, which is `depth` types below
    /// the outermost.
    pub(crate) fn is_below(&self, other: TypeId, depth: usize) -> bool {
        self.lineage.get(depth) == Some(&other)
    }

    /// How many types it is declared below.
    pub(crate) fn depth(&self) -> usize {
        self.lineage.len() - 1
    }
}

fn lineage(registry: &Registry, definition: &Definition, id: TypeId) -> Box<[TypeId]> {
    let mut lineage = vec![id];
    let mut above = definition.supertype;
    while let Some(id) = above {
        lineage.push(id);
        above = registry.get(id).and_then(|above| above.supertype);
    }
    lineage.reverse();
    lineage.into()
}
