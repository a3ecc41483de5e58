//! Functions of modules and of the host.

use crate::caller::Caller;
use crate::error::Error;
use crate::instance::InstanceEntity;
use crate::store::{AsStore, AsStoreMut, Inner};
use crate::typed::{HostParts, IntoFunc};
use crate::types::{FuncType, TypeId, ValType};
use crate::val::Val;

/// A function of a store.
#[repr(C)]
pub(crate) struct Function {
    /// Where it begins; before the first call, what translates it.
    pub(crate) code: *const u64,
    /// The cells of its frame.
    pub(crate) frame: u32,
    /// Where in the frame the way back is.
    pub(crate) link: u32,
    pub(crate) ty: TypeId,
    /// Its number in the store.
    pub(crate) id: u32,
    /// Null for a function of the host.
    pub(crate) instance: *mut InstanceEntity,
    /// Its index in the module.
    pub(crate) index: u32,
    pub(crate) host: Option<HostFunction>,
    pub(crate) body: Option<Box<[u64]>>,
    /// The parts of its code where exceptions are caught, if there are any; those
    /// that are in others come first.
    pub(crate) tries: Option<Box<[crate::exec::Try]>>,
}

/// What a function of the host does: gets the store, the host's data, the
/// calling instance and the cells of the arguments, where the results go too.
pub(crate) type HostFunction = Box<
    dyn Fn(&mut Inner, *mut (), *mut InstanceEntity, *mut u64) -> Result<(), Error> + Send + Sync,
>;

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Func {
    pub(crate) store: u64,
    pub(crate) index: u32,
}

impl Func {
    /// A function of the host of any type.
    pub fn new<S: AsStoreMut>(
        store: &mut S,
        ty: FuncType,
        function: impl Fn(Caller<'_, S::Data>, &[Val], &mut [Val]) -> Result<(), Error>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let host = dynamic(ty.clone(), function);
        store.inner_mut().add_host(&ty, host)
    }

    /// A function of the host of a type that the closure tells.
    pub fn wrap<S: AsStoreMut, P, R>(
        store: &mut S,
        function: impl IntoFunc<S::Data, P, R>,
    ) -> Self {
        let HostParts { ty, host } = function.into_func();
        store.inner_mut().add_host(&ty, host)
    }

    /// Its type.
    pub fn ty(self, store: &impl AsStore) -> FuncType {
        store.inner().signature(self)
    }

    /// Calls it. `results` gets as many values as the type says.
    ///
    /// # Errors
    /// When the arguments do not fit, and when the code traps or a function of
    /// the host ends it.
    pub fn call(
        self,
        store: &mut impl AsStoreMut,
        args: &[Val],
        results: &mut [Val],
    ) -> Result<(), Error> {
        let ty = self.ty(store);
        if args.len() != ty.params().len() || results.len() != ty.results().len() {
            return Err(Error::usage(format!(
                "the function is {ty}; it was called with {} arguments for {} results",
                args.len(),
                results.len()
            )));
        }
        let (inner, data) = store.parts();
        let mut cells = Vec::with_capacity(ty.link() as usize);
        for (value, ty) in args.iter().zip(ty.params()) {
            let value = inner.cells(*value, *ty)?;
            cells.extend_from_slice(value.get(..ty.cells() as usize).unwrap_or_default());
        }
        crate::exec::call(inner, data, self, &ty, &mut cells)?;
        let mut rest = cells.as_slice();
        for (result, ty) in results.iter_mut().zip(ty.results()) {
            *result = inner.val(rest, *ty);
            rest = rest.get(ty.cells() as usize..).unwrap_or_default();
        }
        Ok(())
    }
}

#[allow(
    unsafe_code,
    reason = "cells of a frame and the host's data are reached through raw addresses"
)]
pub(crate) fn dynamic<T: 'static>(
    ty: FuncType,
    function: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<(), Error> + Send + Sync + 'static,
) -> HostFunction {
    Box::new(move |inner, data, instance, cells| {
        let mut at = 0;
        let args: Vec<_> = ty
            .params()
            .iter()
            .map(|ty| {
                let value = load(inner, cells, at, *ty);
                at += ty.cells() as usize;
                value
            })
            .collect();
        let mut results: Vec<_> = ty
            .results()
            .iter()
            .map(|ty| Val::default_for(*ty))
            .collect();
        // SAFETY: the data is that of the store, which has the type that the
        // function was made for.
        let caller = unsafe { Caller::new(inner, data.cast(), instance) };
        function(caller, &args, &mut results)?;
        let mut at = 0;
        for (value, ty) in results.into_iter().zip(ty.results()) {
            for cell in inner
                .cells(value, *ty)?
                .into_iter()
                .take(ty.cells() as usize)
            {
                // SAFETY: the frame has room for arguments and results.
                unsafe { *cells.add(at) = cell };
                at += 1;
            }
        }
        Ok(())
    })
}

#[allow(
    unsafe_code,
    reason = "cells of a frame are reached through raw addresses"
)]
fn load(inner: &Inner, cells: *mut u64, at: usize, ty: ValType) -> Val {
    // SAFETY: the frame has room for the arguments.
    let value = unsafe { std::slice::from_raw_parts(cells.add(at), ty.cells() as usize) };
    inner.val(value, ty)
}
