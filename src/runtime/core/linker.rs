//! What modules can import, by name.

use std::collections::HashMap;

use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::{Error, ErrorKind};
use crate::func::{Func, HostFunction, dynamic};
use crate::instance::{Extern, Instance, instantiate};
use crate::module::{Import, ImportKind, Module};
use crate::store::{AsStore, AsStoreMut, Inner, Store};
use crate::typed::{HostParts, IntoFunc};
use crate::types::{FuncType, GlobalType, ImportType, MemoryType, RefType, TableType};
use crate::val::Val;

type Make<T> = Box<dyn Fn(&mut Store<T>) -> Func + Send + Sync>;

enum Definition<T> {
    Value(Extern),
    /// A function of the host, made anew in each store.
    Host(Make<T>),
}

/// Names and what they stand for. Functions of the host are made in the store
/// that an instance is made in.
pub struct Linker<T> {
    engine: Engine,
    definitions: HashMap<String, HashMap<String, Definition<T>>>,
}

impl<T: 'static> Linker<T> {
    /// A linker without definitions.
    #[must_use]
    pub fn new(engine: &Engine) -> Self {
        Self {
            engine: engine.clone(),
            definitions: HashMap::new(),
        }
    }

    fn insert(&mut self, module: &str, name: &str, definition: Definition<T>) -> &mut Self {
        let names = self.definitions.entry(module.to_owned()).or_default();
        names.insert(name.to_owned(), definition);
        self
    }

    /// Defines something of a store; an earlier definition is replaced.
    pub fn define(&mut self, module: &str, name: &str, value: Extern) -> &mut Self {
        self.insert(module, name, Definition::Value(value))
    }

    /// Defines a function of the host of any type.
    pub fn func(
        &mut self,
        module: &str,
        name: &str,
        ty: FuncType,
        function: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<(), Error>
        + Send
        + Sync
        + 'static,
    ) -> &mut Self {
        let function = std::sync::Arc::new(function);
        let make: Make<T> = Box::new(move |store| {
            let function = std::sync::Arc::clone(&function);
            let host = dynamic::<T>(ty.clone(), move |caller, args, results| {
                function(caller, args, results)
            });
            store.inner_mut().add_host(&ty, host)
        });
        self.insert(module, name, Definition::Host(make))
    }

    /// Defines a function of the host of a type that the closure tells.
    pub fn wrap<P, R>(
        &mut self,
        module: &str,
        name: &str,
        function: impl IntoFunc<T, P, R>,
    ) -> &mut Self {
        let HostParts { ty, host } = function.into_func();
        let host = std::sync::Arc::new(host);
        let make: Make<T> = Box::new(move |store| {
            let host = std::sync::Arc::clone(&host);
            let host: HostFunction =
                Box::new(move |inner, data, instance, cells| host(inner, data, instance, cells));
            store.inner_mut().add_host(&ty, host)
        });
        self.insert(module, name, Definition::Host(make))
    }

    /// Defines all that an instance exports, as a module of this name.
    pub fn instance(&mut self, store: &Store<T>, module: &str, instance: Instance) -> &mut Self {
        let exports: Vec<_> = instance
            .exports(store)
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        for (name, value) in exports {
            self.define(module, &name, value);
        }
        self
    }

    fn find(&self, module: &str, name: &str) -> Option<&Definition<T>> {
        self.definitions.get(module)?.get(name)
    }

    /// What a module imports that is not defined.
    pub fn missing<'m>(&self, module: &'m Module) -> Vec<ImportType<'m>> {
        let imports = module.imports();
        imports
            .filter(|import| self.find(import.module, import.name).is_none())
            .collect()
    }

    /// Makes an instance of a module and runs its start function.
    ///
    /// # Errors
    /// When an import is missing or does not fit, a segment does not fit, a limit
    /// is reached, or the start function ends early.
    pub fn instantiate(&self, store: &mut Store<T>, module: &Module) -> Result<Instance, Error> {
        if !module.engine().same(&self.engine) || !store.engine().same(&self.engine) {
            return Err(Error::usage(
                "the module and the store were made for another engine",
            ));
        }
        let mut made: HashMap<(&str, &str), Extern> = HashMap::new();
        let mut imports = Vec::with_capacity(module.0.imports.len());
        for import in &module.0.imports {
            let key = (import.module.as_str(), import.name.as_str());
            let value = match (made.get(&key), self.find(key.0, key.1)) {
                (Some(value), _) | (None, Some(Definition::Value(value))) => *value,
                (None, Some(Definition::Host(make))) => Extern::Func(make(store)),
                (None, None) => return Err(refuse(import, "unknown import")),
            };
            made.insert(key, value);
            if !fits(store.inner(), import.ty, value) {
                return Err(refuse(import, "incompatible import type"));
            }
            imports.push(value);
        }
        instantiate(store, module, &imports)
    }
}

fn refuse(import: &Import, reason: &str) -> Error {
    Error::new(ErrorKind::Link {
        module: import.module.clone(),
        name: import.name.clone(),
        reason: reason.to_owned(),
    })
}

/// Specification, "Import Matching".
fn fits(store: &Inner, wanted: ImportKind, given: Extern) -> bool {
    match (wanted, given) {
        (ImportKind::Func(ty), Extern::Func(func)) => store
            .engine
            .registry()
            .is_declared_below(store.type_id(func), ty),
        (ImportKind::Table(ty), Extern::Table(table)) => {
            let entity = store.table(table);
            table_fits(ty, entity.ty, entity.len as u64, |a, b| {
                let registry = store.engine.registry();
                registry.is_ref_subtype(a, b) && registry.is_ref_subtype(b, a)
            })
        }
        (ImportKind::Memory(ty), Extern::Memory(memory)) => {
            let entity = store.memory(memory);
            memory_fits(ty, entity.ty, entity.pages())
        }
        (ImportKind::Global(ty), Extern::Global(global)) => {
            global_fits(store, ty, store.global(global).ty)
        }
        (ImportKind::Tag(ty), Extern::Tag(tag)) => ty == store.tag_type_id(tag),
        _ => false,
    }
}

fn within(wanted: Option<u64>, given: Option<u64>) -> bool {
    match (wanted, given) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wanted), Some(given)) => given <= wanted,
    }
}

fn table_fits(
    wanted: TableType,
    given: TableType,
    size: u64,
    same: impl Fn(RefType, RefType) -> bool,
) -> bool {
    same(wanted.element, given.element)
        && wanted.table64 == given.table64
        && size >= wanted.minimum
        && within(wanted.maximum, given.maximum)
}

fn memory_fits(wanted: MemoryType, given: MemoryType, pages: u64) -> bool {
    wanted.memory64 == given.memory64
        && wanted.shared == given.shared
        && wanted.page_size_log2 == given.page_size_log2
        && pages >= wanted.minimum
        && within(wanted.maximum, given.maximum)
}

fn global_fits(store: &Inner, wanted: GlobalType, given: GlobalType) -> bool {
    let registry = store.engine.registry();
    wanted.mutable == given.mutable
        && registry.is_val_subtype(given.content, wanted.content)
        && (!wanted.mutable || registry.is_val_subtype(wanted.content, given.content))
}

impl<T> std::fmt::Debug for Linker<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.definitions.keys().collect::<Vec<_>>();
        f.debug_struct("Linker").field("modules", &names).finish()
    }
}
