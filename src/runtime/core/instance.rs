//! Instances of modules.

use std::collections::HashMap;
use std::sync::Arc;

use crate::constant::evaluate;
use crate::error::{Error, Trap};
use crate::exec::Ways;
use crate::func::{Func, Function};
use crate::global::Global;
use crate::memory::{Memory, MemoryEntity};
use crate::module::{self, ConstExpr, ElementMode, Item, Items, Module};
use crate::store::{AsStore, AsStoreMut, Inner};
use crate::table::Table;
use crate::tag::Tag;
use crate::types::{FuncType, TypeId};

/// Something that one instance gives to another, or to the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extern {
    /// A function.
    Func(Func),
    /// A table.
    Table(Table),
    /// A memory.
    Memory(Memory),
    /// A global.
    Global(Global),
    /// A tag.
    Tag(Tag),
}

/// An instance of a store.
#[repr(C)]
pub(crate) struct InstanceEntity {
    /// Memory 0, or an empty one.
    pub(crate) memory: *const MemoryEntity,
    handle: Instance,
    pub(crate) module: Arc<module::Inner>,
    pub(crate) functions: Vec<Func>,
    pub(crate) tables: Vec<Table>,
    pub(crate) memories: Vec<Memory>,
    pub(crate) globals: Vec<Global>,
    pub(crate) tags: Vec<Tag>,
    elements: Vec<Box<[u64]>>,
    /// Whether elements of each segment can refer to objects.
    traced: Vec<bool>,
    dropped_data: Vec<bool>,
    exports: HashMap<String, Extern>,
    /// What `memory` refers to if the module has none.
    nothing: *mut MemoryEntity,
}

#[allow(unsafe_code, reason = "entities are kept by address")]
impl Drop for InstanceEntity {
    fn drop(&mut self) {
        if !self.nothing.is_null() {
            // SAFETY: it was made by `Box::into_raw`.
            drop(unsafe { Box::from_raw(self.nothing) });
        }
    }
}

impl InstanceEntity {
    pub(crate) fn handle(&self) -> Instance {
        self.handle
    }

    /// What is left of a data segment.
    pub(crate) fn data(&self, index: u32) -> &[u8] {
        let at = index as usize;
        if self.dropped_data.get(at).copied().unwrap_or(true) {
            return &[];
        }
        let range = self.module.data.get(at).map(|data| data.range.clone());
        let bytes = self.module.bytes.as_ref();
        range.and_then(|range| bytes.get(range)).unwrap_or_default()
    }

    pub(crate) fn drop_data(&mut self, index: u32) {
        if let Some(dropped) = self.dropped_data.get_mut(index as usize) {
            *dropped = true;
        }
    }

    /// What is left of an element segment.
    pub(crate) fn element(&self, index: u32) -> &[u64] {
        self.elements.get(index as usize).map_or(&[], |cells| cells)
    }

    /// The cells of element segments that can refer to objects.
    pub(crate) fn traced_elements(&self) -> impl Iterator<Item = u64> {
        let segments = self.elements.iter().zip(&self.traced);
        let traced = segments.filter_map(|(cells, traced)| traced.then_some(cells));
        traced.flat_map(|cells| cells.iter().copied())
    }

    pub(crate) fn drop_element(&mut self, index: u32) {
        if let Some(cells) = self.elements.get_mut(index as usize) {
            *cells = Box::default();
        }
    }
}

/// An instance of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Instance {
    pub(crate) store: u64,
    pub(crate) index: u32,
}

#[allow(unsafe_code, reason = "entities are kept by address")]
impl Instance {
    fn entity(self, store: &impl AsStore) -> &InstanceEntity {
        let inner = store.inner();
        assert_eq!(self.store, inner.id, "this belongs to another store");
        // SAFETY: the store owns it.
        unsafe { &*inner.instances[self.index as usize] }
    }

    /// What it exports by a name.
    pub fn export(self, store: &impl AsStore, name: &str) -> Option<Extern> {
        self.entity(store).exports.get(name).copied()
    }

    /// The function that it exports by a name.
    pub fn func(self, store: &impl AsStore, name: &str) -> Option<Func> {
        match self.export(store, name)? {
            Extern::Func(func) => Some(func),
            _ => None,
        }
    }

    /// The memory that it exports by a name.
    pub fn memory(self, store: &impl AsStore, name: &str) -> Option<Memory> {
        match self.export(store, name)? {
            Extern::Memory(memory) => Some(memory),
            _ => None,
        }
    }

    /// All that it exports, in the order of the module.
    pub fn exports(self, store: &impl AsStore) -> impl Iterator<Item = (&str, Extern)> {
        let entity = self.entity(store);
        let exports = entity.module.exports.iter();
        exports.filter_map(|export| {
            let value = *entity.exports.get(&export.name)?;
            Some((export.name.as_str(), value))
        })
    }

    /// The module that it is an instance of.
    pub fn module(self, store: &impl AsStore) -> Module {
        Module(Arc::clone(&self.entity(store).module))
    }
}

/// Makes an instance of a module from what it imports, which must fit, in order.
#[allow(unsafe_code, reason = "entities are kept by address")]
pub(crate) fn instantiate(
    store: &mut impl AsStoreMut,
    module: &Module,
    imports: &[Extern],
) -> Result<Instance, Error> {
    let inner = store.inner_mut();
    let (handle, entity) = add(inner, module)?;
    // SAFETY: it was just made, and nothing else refers to it.
    let start = unsafe { fill(inner, entity, &module.0, imports) }?;
    if let Some(start) = start {
        start.call(store, &[], &mut [])?;
    }
    Ok(handle)
}

/// A function of an instance that is made only to be looked at: its start
/// function does not run.
#[allow(unsafe_code, reason = "entities are kept by address")]
pub(crate) fn declared(
    store: &mut impl AsStoreMut,
    module: &Module,
    imports: &[Extern],
    function: u32,
) -> Result<*mut Function, Error> {
    let inner = store.inner_mut();
    let (_, entity) = add(inner, module)?;
    // SAFETY: as above.
    let functions = unsafe {
        fill(inner, entity, &module.0, imports)?;
        &(*entity).functions
    };
    let own = function >= module.0.imported_functions;
    let func = functions.get(function as usize).filter(|_| own);
    let func = func.ok_or_else(|| Error::usage(format!("function {function} has no code")))?;
    Ok(inner.function(*func))
}

/// A new instance, which is empty.
fn add(inner: &mut Inner, module: &Module) -> Result<(Instance, *mut InstanceEntity), Error> {
    if inner.instances.len() >= inner.limiter.limits.instances {
        return Err(Error::limit(
            "the store has as many instances as it may have",
        ));
    }
    let handle = Instance {
        store: inner.id,
        index: inner.instances.len() as u32,
    };
    let entity = Box::into_raw(Box::new(InstanceEntity {
        memory: std::ptr::null(),
        handle,
        module: Arc::clone(&module.0),
        functions: Vec::new(),
        tables: Vec::new(),
        memories: Vec::new(),
        globals: Vec::new(),
        tags: Vec::new(),
        elements: Vec::new(),
        traced: Vec::new(),
        dropped_data: vec![false; module.0.data.len()],
        exports: HashMap::new(),
        nothing: std::ptr::null_mut(),
    }));
    // Kept even when what follows fails: tables of others may refer to its
    // functions by then.
    inner.instances.push(entity);
    Ok((handle, entity))
}

/// # Safety
/// Nothing else refers to `entity`.
#[allow(unsafe_code, reason = "entities are kept by address")]
unsafe fn fill(
    inner: &mut Inner,
    entity: *mut InstanceEntity,
    module: &module::Inner,
    imports: &[Extern],
) -> Result<Option<Func>, Error> {
    // SAFETY: the caller's promise.
    let this = unsafe { &mut *entity };
    for import in imports {
        match *import {
            Extern::Func(func) => this.functions.push(func),
            Extern::Table(table) => this.tables.push(table),
            Extern::Memory(memory) => this.memories.push(memory),
            Extern::Global(global) => this.globals.push(global),
            Extern::Tag(tag) => this.tags.push(tag),
        }
    }
    if module.makes_objects {
        let engine = inner.engine.clone();
        inner.heap.prepare(&engine.registry(), &module.types);
    }
    this.functions.extend(declare(inner, entity, module));
    for ty in module.memories.iter().skip(this.memories.len()) {
        this.memories.push(inner.add_memory(*ty)?);
    }
    this.memory = match this.memories.first() {
        Some(memory) => inner.memory_address(*memory),
        None => {
            let ty = crate::types::MemoryType {
                minimum: 0,
                maximum: Some(0),
                memory64: false,
                shared: false,
                page_size_log2: 16,
            };
            this.nothing = Box::into_raw(Box::new(MemoryEntity::new(ty)?));
            this.nothing
        }
    };
    for global in module.globals.iter().skip(this.globals.len()) {
        let init = global.init.as_deref().unwrap_or_default();
        let cells = evaluate(inner, this, init)?;
        this.globals.push(inner.add_global(global.ty, cells));
    }
    for table in module.tables.iter().skip(this.tables.len()) {
        let init = table.init.as_deref().unwrap_or_default();
        let [cell, _] = evaluate(inner, this, init)?;
        this.tables.push(inner.add_table(table.ty, cell)?);
    }
    for ty in module.tags.iter().skip(this.tags.len()) {
        this.tags.push(inner.add_tag(*ty));
    }
    for export in &module.exports {
        let value = match export.item {
            Item::Func(at) => Extern::Func(this.functions[at as usize]),
            Item::Table(at) => Extern::Table(this.tables[at as usize]),
            Item::Memory(at) => Extern::Memory(this.memories[at as usize]),
            Item::Global(at) => Extern::Global(this.globals[at as usize]),
            Item::Tag(at) => Extern::Tag(this.tags[at as usize]),
        };
        this.exports.insert(export.name.clone(), value);
    }
    write_elements(inner, this, module)?;
    write_data(inner, this, module)?;
    Ok(module.start.map(|at| this.functions[at as usize]))
}

/// The functions of a module, to be translated when they are first called.
fn declare(inner: &mut Inner, entity: *mut InstanceEntity, module: &module::Inner) -> Vec<Func> {
    let lazy = Ways::lazy(inner.ways());
    let registry = inner.engine.registry();
    let mut links: HashMap<TypeId, u32> = HashMap::new();
    let imported = module.imported_functions;
    let functions = (imported..)
        .zip(module.functions.iter().skip(imported as usize))
        .map(|(index, &ty)| {
            let link = *links
                .entry(ty)
                .or_insert_with(|| registry.signature(ty).map_or(0, FuncType::link));
            Function {
                code: lazy,
                // What is known before the translation.
                frame: link + 2,
                link,
                ty,
                id: 0,
                instance: entity,
                index,
                host: None,
                body: None,
                tries: None,
            }
        })
        .collect();
    drop(registry);
    inner.add_functions(functions)
}

fn write_elements(
    inner: &mut Inner,
    this: &mut InstanceEntity,
    module: &module::Inner,
) -> Result<(), Error> {
    for element in &module.elements {
        let cells: Box<[u64]> = match &element.items {
            Items::Functions(functions) => functions
                .iter()
                .map(|at| inner.function_address(this.functions[*at as usize]))
                .collect(),
            Items::Expressions(items) => {
                let cell = |item: &ConstExpr| Ok(evaluate(inner, this, item)?[0]);
                items.iter().map(cell).collect::<Result<_, Error>>()?
            }
        };
        this.elements.push(cells);
        this.traced.push(element.traced);
    }
    for (at, element) in (0..).zip(&module.elements) {
        match &element.mode {
            ElementMode::Passive => continue,
            ElementMode::Declared => {}
            ElementMode::Active { table, offset } => {
                let [offset, _] = evaluate(inner, this, offset)?;
                let cells = this.element(at);
                let table = inner.table_mut(this.tables[*table as usize]);
                table
                    .range(offset, cells.len() as u64)
                    .ok_or(Trap::TableOutOfBounds)?
                    .copy_from_slice(cells);
            }
        }
        this.drop_element(at);
    }
    Ok(())
}

fn write_data(
    inner: &mut Inner,
    this: &mut InstanceEntity,
    module: &module::Inner,
) -> Result<(), Error> {
    for (at, data) in (0..).zip(&module.data) {
        if let Some((memory, offset)) = &data.active {
            let [offset, _] = evaluate(inner, this, offset)?;
            let bytes = this.data(at);
            let memory = inner.memory_mut(this.memories[*memory as usize]);
            memory
                .range(offset, bytes.len() as u64)
                .ok_or(Trap::MemoryOutOfBounds)?
                .copy_from_slice(bytes);
            this.drop_data(at);
        }
    }
    Ok(())
}
