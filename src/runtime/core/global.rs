//! Globals.

use crate::error::Error;
use crate::store::{AsStore, AsStoreMut};
use crate::types::GlobalType;
use crate::val::Val;

/// A global of a store.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct GlobalEntity {
    pub(crate) cells: [u64; 2],
    pub(crate) ty: GlobalType,
}

/// A global.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Global {
    pub(crate) store: u64,
    pub(crate) index: u32,
}

impl Global {
    /// A global that no module has declared.
    ///
    /// # Errors
    /// When the value is of another type.
    pub fn new(store: &mut impl AsStoreMut, ty: GlobalType, value: Val) -> Result<Self, Error> {
        let inner = store.inner_mut();
        let cells = inner.cells(value, ty.content)?;
        Ok(inner.add_global(ty, cells))
    }

    /// Its type.
    pub fn ty(self, store: &impl AsStore) -> GlobalType {
        store.inner().global(self).ty
    }

    /// Its value.
    pub fn get(self, store: &impl AsStore) -> Val {
        let entity = store.inner().global(self);
        store.inner().val(&entity.cells, entity.ty.content)
    }

    /// Sets it.
    ///
    /// # Errors
    /// When it is immutable, or the value is of another type.
    pub fn set(self, store: &mut impl AsStoreMut, value: Val) -> Result<(), Error> {
        let inner = store.inner_mut();
        let ty = inner.global(self).ty;
        if !ty.mutable {
            return Err(Error::usage("this global is immutable"));
        }
        let cells = inner.cells(value, ty.content)?;
        inner.global_mut(self).cells = cells;
        Ok(())
    }
}
