//! Tags of exceptions.

use crate::store::{AsStore, AsStoreMut};
use crate::types::{FuncType, TypeId};

/// A tag of a store. Its address tells it from others of the same type.
#[derive(Debug)]
pub(crate) struct TagEntity {
    pub(crate) ty: TypeId,
    /// Its number in the store.
    pub(crate) id: u32,
}

/// An exception's tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tag {
    pub(crate) store: u64,
    pub(crate) index: u32,
}

impl Tag {
    /// A tag that no module has declared. Its parameters are what an exception
    /// carries; it has no results.
    pub fn new(store: &mut impl AsStoreMut, ty: &FuncType) -> Self {
        let inner = store.inner_mut();
        let id = inner.engine.registry_mut().function(ty);
        inner.add_tag(id)
    }

    /// Its type.
    pub fn ty(self, store: &impl AsStore) -> FuncType {
        store.inner().tag_type(self)
    }
}
