//! Tables of references.

use crate::error::Error;
use crate::store::{AsStore, AsStoreMut};
use crate::types::TableType;
use crate::val::Val;

/// A table of a store.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct TableEntity {
    pub(crate) elements: *mut u64,
    pub(crate) len: usize,
    cells: Vec<u64>,
    pub(crate) ty: TableType,
}

impl TableEntity {
    pub(crate) fn new(ty: TableType, init: u64) -> Result<Self, Error> {
        let mut this = Self {
            elements: std::ptr::dangling_mut(),
            len: 0,
            cells: Vec::new(),
            ty,
        };
        this.resize(ty.minimum, init)
            .ok_or_else(|| Error::limit("not enough memory for a table of that size"))?;
        Ok(this)
    }

    fn resize(&mut self, to: u64, init: u64) -> Option<()> {
        let to = usize::try_from(to).ok()?;
        let more = to.checked_sub(self.cells.len())?;
        self.cells.try_reserve(more).ok()?;
        self.cells.resize(to, init);
        self.elements = self.cells.as_mut_ptr();
        self.len = to;
        Some(())
    }

    /// Grows by as many elements, and returns how many there were.
    pub(crate) fn grow(&mut self, by: u64, init: u64) -> Option<u64> {
        let old = self.len as u64;
        let most = if self.ty.table64 {
            u64::MAX
        } else {
            u64::from(u32::MAX)
        };
        let new = old.checked_add(by)?;
        if new > self.ty.maximum.unwrap_or(most).min(most) {
            return None;
        }
        self.resize(new, init)?;
        Some(old)
    }

    pub(crate) fn cells(&self) -> &[u64] {
        &self.cells
    }

    pub(crate) fn get(&self, at: u64) -> Option<u64> {
        self.cells.get(usize::try_from(at).ok()?).copied()
    }

    pub(crate) fn set(&mut self, at: u64, value: u64) -> Option<()> {
        *self.cells.get_mut(usize::try_from(at).ok()?)? = value;
        Some(())
    }

    /// `length` elements from `at` on, if they are there.
    pub(crate) fn range(&mut self, at: u64, length: u64) -> Option<&mut [u64]> {
        let end = at.checked_add(length)?;
        self.cells
            .get_mut(usize::try_from(at).ok()?..usize::try_from(end).ok()?)
    }
}

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Table {
    pub(crate) store: u64,
    pub(crate) index: u32,
}

impl Table {
    /// A table that no module has declared, filled with one reference.
    ///
    /// # Errors
    /// When the reference is of another type, there is not enough room, or a
    /// limit of the store forbids it.
    pub fn new(store: &mut impl AsStoreMut, ty: TableType, init: Val) -> Result<Self, Error> {
        let inner = store.inner_mut();
        let cell = inner.cell(init, crate::types::ValType::Ref(ty.element))?;
        inner.add_table(ty, cell)
    }

    /// Its type, with the present size as the minimum.
    pub fn ty(self, store: &impl AsStore) -> TableType {
        let entity = store.inner().table(self);
        TableType {
            minimum: entity.len as u64,
            ..entity.ty
        }
    }

    /// How many elements it has.
    pub fn size(self, store: &impl AsStore) -> u64 {
        store.inner().table(self).len as u64
    }

    /// An element.
    pub fn get(self, store: &impl AsStore, at: u64) -> Option<Val> {
        let entity = store.inner().table(self);
        let cell = entity.get(at)?;
        Some(
            store
                .inner()
                .val(&[cell], crate::types::ValType::Ref(entity.ty.element)),
        )
    }

    /// Sets an element.
    ///
    /// # Errors
    /// When it is of another type, or there is no such element.
    pub fn set(self, store: &mut impl AsStoreMut, at: u64, value: Val) -> Result<(), Error> {
        let inner = store.inner_mut();
        let ty = inner.table(self).ty.element;
        let cell = inner.cell(value, crate::types::ValType::Ref(ty))?;
        inner
            .table_mut(self)
            .set(at, cell)
            .ok_or_else(|| crate::Trap::TableOutOfBounds.into())
    }

    /// Grows by as many elements of one value, and returns how many there were;
    /// none if it cannot grow so far.
    ///
    /// # Errors
    /// When the value is of another type.
    pub fn grow(
        self,
        store: &mut impl AsStoreMut,
        by: u64,
        value: Val,
    ) -> Result<Option<u64>, Error> {
        let inner = store.inner_mut();
        let ty = inner.table(self).ty.element;
        let cell = inner.cell(value, crate::types::ValType::Ref(ty))?;
        Ok(inner.grow_table(self, by, cell))
    }
}
