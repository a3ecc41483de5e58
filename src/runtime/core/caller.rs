//! What a function of the host sees of who calls it.

use std::marker::PhantomData;

use crate::instance::{Extern, Instance, InstanceEntity};
use crate::store::{AsStore, AsStoreMut, Inner};

/// The store and the instance that calls a function of the host. It is used like
/// a store.
#[derive(Debug)]
pub struct Caller<'a, T> {
    inner: &'a mut Inner,
    data: *mut T,
    instance: *mut InstanceEntity,
    lives: PhantomData<&'a mut T>,
}

#[allow(
    unsafe_code,
    reason = "the host's data is reached through a raw address"
)]
impl<'a, T: 'static> Caller<'a, T> {
    /// # Safety
    /// `data` is that of the store, and nothing else refers to it for `'a`.
    pub(crate) unsafe fn new(
        inner: &'a mut Inner,
        data: *mut T,
        instance: *mut InstanceEntity,
    ) -> Self {
        Self {
            inner,
            data,
            instance,
            lives: PhantomData,
        }
    }

    /// The host's data.
    #[must_use]
    pub fn data(&self) -> &T {
        // SAFETY: see `new`.
        unsafe { &*self.data }
    }

    /// The host's data.
    pub fn data_mut(&mut self) -> &mut T {
        // SAFETY: see `new`.
        unsafe { &mut *self.data }
    }

    /// The instance that calls; none if the host called the function itself.
    #[must_use]
    pub fn instance(&self) -> Option<Instance> {
        if self.instance.is_null() {
            return None;
        }
        // SAFETY: the store keeps its instances.
        Some(unsafe { (*self.instance).handle() })
    }

    /// What the calling instance exports by a name.
    #[must_use]
    pub fn export(&self, name: &str) -> Option<Extern> {
        self.instance()?.export(self, name)
    }

    /// The bytes of the memory that the calling instance exports as `memory`,
    /// and the host's data.
    pub fn memory_and_data(&mut self) -> Option<(&mut [u8], &mut T)> {
        let Some(Extern::Memory(memory)) = self.export("memory") else {
            return None;
        };
        // SAFETY: see `new`; a memory is no part of the data.
        let data = unsafe { &mut *self.data };
        Some((self.inner.memory_mut(memory).bytes_mut(), data))
    }
}

impl<T: 'static> AsStore for Caller<'_, T> {
    type Data = T;
    fn inner(&self) -> &Inner {
        self.inner
    }
}

impl<T: 'static> AsStoreMut for Caller<'_, T> {
    fn inner_mut(&mut self) -> &mut Inner {
        self.inner
    }

    fn parts(&mut self) -> (&mut Inner, *mut ()) {
        (self.inner, self.data.cast())
    }
}
