//! Linear memories.

use crate::error::Error;
use crate::map::Map;
use crate::store::{AsStore, AsStoreMut};
use crate::types::MemoryType;

/// Address space that is set aside for a memory, so that it can grow without a
/// copy. Only what is touched takes room.
const RESERVED: u64 = 4 << 30;

/// Less, where so much cannot be had.
const RESERVED_LESS: u64 = 64 << 20;

/// A memory of a store.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct MemoryEntity {
    pub(crate) base: *mut u8,
    /// In bytes.
    pub(crate) len: usize,
    map: Map,
    pub(crate) ty: MemoryType,
}

impl MemoryEntity {
    pub(crate) fn new(ty: MemoryType) -> Result<Self, Error> {
        let bytes = size(ty, ty.minimum).ok_or_else(too_large)?;
        let most = ty.maximum.and_then(|pages| size(ty, pages));
        let most = most.unwrap_or(usize::MAX) as u64;
        let wanted = [RESERVED, RESERVED_LESS, 0];
        let map = wanted.iter().find_map(|&reserve| {
            let reserve = usize::try_from(reserve.min(most)).unwrap_or(usize::MAX);
            Map::new(bytes.max(reserve)).ok()
        });
        let mut map = map.ok_or_else(too_large)?;
        Ok(Self {
            base: map.start(),
            len: bytes,
            map,
            ty,
        })
    }

    /// The size in pages.
    pub(crate) fn pages(&self) -> u64 {
        (self.len as u64) >> self.ty.page_size_log2
    }

    /// Grows by as many pages, and returns how many there were.
    pub(crate) fn grow(&mut self, pages: u64) -> Option<u64> {
        let old = self.pages();
        let new = old.checked_add(pages)?;
        if new > self.most() {
            return None;
        }
        let bytes = size(self.ty, new)?;
        if bytes > self.map.len() {
            let roomy = bytes.saturating_add(bytes / 2);
            let grown = self.map.grow(self.len, roomy);
            grown.or_else(|_| self.map.grow(self.len, bytes)).ok()?;
            self.base = self.map.start();
        }
        self.len = bytes;
        Some(old)
    }

    /// Pages that it may have by its type.
    fn most(&self) -> u64 {
        let bits = if self.ty.memory64 { 64 } else { 32 };
        let addressable = 1u128 << (bits - self.ty.page_size_log2);
        let addressable = u64::try_from(addressable).unwrap_or(u64::MAX);
        self.ty.maximum.unwrap_or(addressable).min(addressable)
    }

    #[allow(unsafe_code, reason = "memory is reached through raw addresses")]
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: the map has `len` bytes, and code does not run meanwhile.
        unsafe { std::slice::from_raw_parts(self.base, self.len) }
    }

    #[allow(unsafe_code, reason = "memory is reached through raw addresses")]
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and this is the only reference.
        unsafe { std::slice::from_raw_parts_mut(self.base, self.len) }
    }

    /// `length` bytes from `at` on, if they are there.
    pub(crate) fn range(&mut self, at: u64, length: u64) -> Option<&mut [u8]> {
        let end = at.checked_add(length)?;
        let range = usize::try_from(at).ok()?..usize::try_from(end).ok()?;
        self.bytes_mut().get_mut(range)
    }

    /// All bytes from `at` on.
    pub(crate) fn from(&mut self, at: u64) -> Option<&mut [u8]> {
        self.bytes_mut().get_mut(usize::try_from(at).ok()?..)
    }
}

fn size(ty: MemoryType, pages: u64) -> Option<usize> {
    let bytes = u128::from(pages) << ty.page_size_log2;
    usize::try_from(bytes)
        .ok()
        .filter(|bytes| isize::try_from(*bytes).is_ok())
}

fn too_large() -> Error {
    Error::limit("not enough memory for a linear memory of that size")
}

/// A memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Memory {
    pub(crate) store: u64,
    pub(crate) index: u32,
}

impl Memory {
    /// A memory that no module has declared.
    ///
    /// # Errors
    /// When there is not enough room, or a limit of the store forbids it.
    pub fn new(store: &mut impl AsStoreMut, ty: MemoryType) -> Result<Self, Error> {
        store.inner_mut().add_memory(ty)
    }

    /// Its type, with the present size as the minimum.
    pub fn ty(self, store: &impl AsStore) -> MemoryType {
        let entity = store.inner().memory(self);
        MemoryType {
            minimum: entity.pages(),
            ..entity.ty
        }
    }

    /// Its bytes.
    pub fn data(self, store: &impl AsStore) -> &[u8] {
        store.inner().memory(self).bytes()
    }

    /// Its bytes.
    pub fn data_mut(self, store: &mut impl AsStoreMut) -> &mut [u8] {
        store.inner_mut().memory_mut(self).bytes_mut()
    }

    /// Its size in pages.
    pub fn size(self, store: &impl AsStore) -> u64 {
        store.inner().memory(self).pages()
    }

    /// Grows by as many pages, and returns how many there were; none if it
    /// cannot grow so far.
    pub fn grow(self, store: &mut impl AsStoreMut, pages: u64) -> Option<u64> {
        store.inner_mut().grow_memory(self, pages)
    }
}
