//! A store: all that instances of modules share and own.

mod cells;

use std::sync::atomic::{AtomicU64, Ordering};

use crate::count::{Counts, Dispatches, Pieces};
use crate::engine::Engine;
use crate::error::Error;
use crate::exec::{Backend, Call, Ways};
use crate::func::{Func, Function, HostFunction};
use crate::global::{Global, GlobalEntity};
use crate::heap::{self, Heap};
use crate::instance::InstanceEntity;
use crate::limits::{InterruptHandle, Limiter, Limits};
use crate::map::Map;
use crate::memory::{Memory, MemoryEntity};
use crate::table::{Table, TableEntity};
use crate::tag::{Tag, TagEntity};
use crate::types::{FuncType, GlobalType, MemoryType, TableType, TypeId, ValType};
use crate::watch::{Event, Watcher};

/// All memories, tables, globals and functions of some instances, and the host's
/// own data `T`, which its functions get.
pub struct Store<T> {
    inner: Box<Inner>,
    data: Box<T>,
}

/// Something that is a store or gives one.
pub trait AsStore {
    /// The host's data.
    type Data: 'static;
    #[doc(hidden)]
    fn inner(&self) -> &Inner;
}

/// Something that is a store or gives one, to change.
pub trait AsStoreMut: AsStore {
    #[doc(hidden)]
    fn inner_mut(&mut self) -> &mut Inner;
    #[doc(hidden)]
    fn parts(&mut self) -> (&mut Inner, *mut ());
}

/// What does not depend on the host's data. Entities are kept by address, since
/// code holds their addresses.
#[doc(hidden)]
pub struct Inner {
    pub(crate) id: u64,
    pub(crate) engine: Engine,
    pub(crate) backend: Backend,
    ways: *mut Ways,
    functions: Vec<*mut Function>,
    function_blocks: Vec<*mut [Function]>,
    memories: Vec<*mut MemoryEntity>,
    tables: Vec<*mut TableEntity>,
    globals: Vec<*mut GlobalEntity>,
    tags: Vec<*mut TagEntity>,
    pub(crate) heap: Heap,
    pub(crate) instances: Vec<*mut InstanceEntity>,
    pub(crate) limiter: Limiter,
    pub(crate) fuel: i64,
    pub(crate) signals: InterruptHandle,
    pub(crate) sampler: Option<Sampler>,
    pub(crate) watcher: Option<Watcher>,
    pub(crate) pieces: Pieces,
    pub(crate) stack: Map,
    /// The first cell that no run uses.
    pub(crate) top: *mut u64,
    /// How many runs are nested.
    pub(crate) depth: u32,
    /// How many functions were translated.
    pub(crate) translated: u64,
    pub(crate) code: crate::exec::CodeMap,
}

/// Gets the calls that code is in, the innermost first.
pub(crate) type Sampler = Box<dyn FnMut(&[Call]) + Send>;

// SAFETY: the addresses are of what this store alone owns, and closures of the
// host are `Send`.
#[allow(unsafe_code, reason = "entities are kept by address")]
unsafe impl Send for Inner {}

impl<T: 'static> Store<T> {
    /// An empty store.
    pub fn new(engine: &Engine, data: T) -> Self {
        Self {
            inner: Box::new(Inner::new(engine)),
            data: Box::new(data),
        }
    }

    /// The engine that it was made for.
    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// The host's data.
    pub fn data(&self) -> &T {
        &self.data
    }

    /// The host's data.
    pub fn data_mut(&mut self) -> &mut T {
        &mut self.data
    }

    /// The host's data, and the end of everything else.
    pub fn into_data(self) -> T {
        *self.data
    }

    /// Sets how much fuel there is. Each operator uses one; bulk operators use
    /// one as well. All operators up to the next branch, loop or end of a block
    /// are paid for at once, before the first of them. It counts when the engine
    /// is [configured](crate::Config::fuel) so.
    pub fn set_fuel(&mut self, fuel: u64) {
        self.inner.fuel = i64::try_from(fuel).unwrap_or(i64::MAX);
    }

    /// How much fuel is left; none if it is not counted.
    pub fn fuel(&self) -> Option<u64> {
        let counted = self.inner.engine.config().fuel;
        counted.then(|| u64::try_from(self.inner.fuel).unwrap_or(0))
    }

    /// Sets what memories and tables may grow to. Those that are there already
    /// stay as they are.
    pub fn set_limits(&mut self, limits: Limits) {
        self.inner.limiter.limits = limits;
    }

    /// What ends code of this store from another thread.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.inner.signals.clone()
    }

    /// Sets who gets the calls that code is in, the innermost first, when
    /// [`InterruptHandle::sample`] is called.
    pub fn set_sampler(&mut self, sampler: impl FnMut(&[Call]) + Send + 'static) {
        self.inner.sampler = Some(Box::new(sampler));
    }

    /// Sets who gets to know what the functions do that the engine's
    /// configuration [watches](crate::Config::watch).
    pub fn set_watcher(&mut self, watcher: impl FnMut(&Event) + Send + 'static) {
        self.inner.watcher = Some(Box::new(watcher));
    }

    /// How many operators were run so far, by family, if the engine's
    /// configuration [counts](crate::Config::count) them. Code counts a piece
    /// without branches when it enters it: of the piece in which it ended early,
    /// all operators are in the sum.
    pub fn counts(&self) -> Counts {
        self.inner.pieces.sum()
    }

    /// The instructions that the executor has run so far, if operators are
    /// counted, with the same inaccuracy.
    pub fn dispatches(&self) -> Dispatches {
        self.inner.pieces.dispatches()
    }

    /// The bytes that all memories have by now.
    pub fn memory_bytes(&self) -> u64 {
        self.inner.memory_bytes()
    }

    /// The bytes that objects of the garbage-collected heap take by now, those
    /// included that nothing refers to any more.
    pub fn heap_bytes(&self) -> u64 {
        self.inner.heap.bytes()
    }

    /// How many functions were translated so far.
    pub fn translated(&self) -> u64 {
        self.inner.translated
    }
}

impl<T: 'static> AsStore for Store<T> {
    type Data = T;
    fn inner(&self) -> &Inner {
        &self.inner
    }
}

impl<T: 'static> AsStoreMut for Store<T> {
    fn inner_mut(&mut self) -> &mut Inner {
        &mut self.inner
    }

    fn parts(&mut self) -> (&mut Inner, *mut ()) {
        (&mut self.inner, (&raw mut *self.data).cast())
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Store<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("data", &self.data).finish()
    }
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("id", &self.id).finish()
    }
}

#[allow(unsafe_code, reason = "entities are kept by address")]
impl Inner {
    fn new(engine: &Engine) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let backend = Backend::of(engine);
        let mut stack = Map::new(engine.config().max_stack).unwrap_or_else(|_| Map::empty());
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            engine: engine.clone(),
            ways: Box::into_raw(Box::new(backend.ways())),
            backend,
            functions: Vec::new(),
            function_blocks: Vec::new(),
            memories: Vec::new(),
            tables: Vec::new(),
            globals: Vec::new(),
            tags: Vec::new(),
            heap: Heap::new(),
            instances: Vec::new(),
            limiter: Limiter::default(),
            fuel: 0,
            signals: InterruptHandle::default(),
            sampler: None,
            watcher: None,
            pieces: Pieces::default(),
            top: stack.start().cast(),
            stack,
            depth: 0,
            translated: 0,
            code: crate::exec::CodeMap::default(),
        }
    }

    /// The instructions that calls begin and end with.
    pub(crate) fn ways(&self) -> *const Ways {
        self.ways
    }

    /// Whether another thread wants something.
    #[inline(always)]
    pub(crate) fn is_signalled(&self) -> bool {
        self.signals.0.any.load(Ordering::Relaxed)
    }

    fn own(&self, store: u64) {
        assert_eq!(store, self.id, "this belongs to another store");
    }

    pub(crate) fn function(&self, func: Func) -> *mut Function {
        self.own(func.store);
        self.functions[func.index as usize]
    }

    pub(crate) fn function_address(&self, func: Func) -> u64 {
        self.function(func).expose_provenance() as u64
    }

    pub(crate) fn memory_address(&self, memory: Memory) -> *mut MemoryEntity {
        self.own(memory.store);
        self.memories[memory.index as usize]
    }

    pub(crate) fn table_address(&self, table: Table) -> *mut TableEntity {
        self.own(table.store);
        self.tables[table.index as usize]
    }

    pub(crate) fn global_address(&self, global: Global) -> *mut GlobalEntity {
        self.own(global.store);
        self.globals[global.index as usize]
    }

    pub(crate) fn memory(&self, memory: Memory) -> &MemoryEntity {
        // SAFETY: this store owns it; so for those that follow.
        unsafe { &*self.memory_address(memory) }
    }

    pub(crate) fn memory_mut(&mut self, memory: Memory) -> &mut MemoryEntity {
        // SAFETY: this store owns it, and frees nothing before its end.
        unsafe { &mut *self.memory_address(memory) }
    }

    pub(crate) fn table(&self, table: Table) -> &TableEntity {
        // SAFETY: this store owns it, and frees nothing before its end.
        unsafe { &*self.table_address(table) }
    }

    pub(crate) fn table_mut(&mut self, table: Table) -> &mut TableEntity {
        // SAFETY: this store owns it, and frees nothing before its end.
        unsafe { &mut *self.table_address(table) }
    }

    pub(crate) fn global(&self, global: Global) -> &GlobalEntity {
        // SAFETY: this store owns it, and frees nothing before its end.
        unsafe { &*self.global_address(global) }
    }

    pub(crate) fn global_mut(&mut self, global: Global) -> &mut GlobalEntity {
        // SAFETY: this store owns it, and frees nothing before its end.
        unsafe { &mut *self.global_address(global) }
    }

    pub(crate) fn tag_address(&self, tag: Tag) -> *mut TagEntity {
        self.own(tag.store);
        self.tags[tag.index as usize]
    }

    /// The type of a tag, as its parameters.
    pub(crate) fn tag_type(&self, tag: Tag) -> FuncType {
        let registry = self.engine.registry();
        let found = registry.signature(self.tag_type_id(tag)).cloned();
        found.unwrap_or_else(|| FuncType::new([], []))
    }

    pub(crate) fn tag_type_id(&self, tag: Tag) -> TypeId {
        // SAFETY: this store owns it, and frees nothing before its end.
        unsafe { (*self.tag_address(tag)).ty }
    }

    /// Marks what globals, tables and segments refer to.
    pub(crate) fn reach_entities(&mut self) {
        let registry = self.engine.registry();
        let traced = |ty| heap::layout::is_traced(&registry, ty);
        // SAFETY: this store owns it, and frees nothing before its end.
        let globals = self.globals.iter().map(|at| unsafe { &**at });
        for global in globals.filter(|global| traced(global.ty.content)) {
            self.heap.reach(global.cells[0]);
        }
        // SAFETY: this store owns it, and frees nothing before its end.
        let tables = self.tables.iter().map(|at| unsafe { &**at });
        for table in tables.filter(|table| traced(ValType::Ref(table.ty.element))) {
            table.cells().iter().for_each(|cell| self.heap.reach(*cell));
        }
        for instance in &self.instances {
            // SAFETY: this store owns it, and frees nothing before its end.
            let cells = unsafe { (**instance).traced_elements() };
            cells.for_each(|cell| self.heap.reach(cell));
        }
    }

    fn memory_bytes(&self) -> u64 {
        // SAFETY: this store owns them, and frees nothing before its end.
        let lengths = self.memories.iter().map(|at| unsafe { (**at).len as u64 });
        lengths.sum()
    }

    pub(crate) fn grow_memory(&mut self, memory: Memory, pages: u64) -> Option<u64> {
        // SAFETY: this store owns it, and frees nothing before its end.
        let entity = unsafe { &mut *self.memory_address(memory) };
        self.limiter.grow_memory(entity, pages)
    }

    pub(crate) fn grow_table(&mut self, table: Table, by: u64, init: u64) -> Option<u64> {
        // SAFETY: this store owns it, and frees nothing before its end.
        let entity = unsafe { &mut *self.table_address(table) };
        self.limiter.grow_table(entity, by, init)
    }

    pub(crate) fn type_id(&self, func: Func) -> TypeId {
        // SAFETY: this store owns it, and frees nothing before its end.
        unsafe { (*self.function(func)).ty }
    }

    pub(crate) fn signature(&self, func: Func) -> FuncType {
        let registry = self.engine.registry();
        let found = registry.signature(self.type_id(func)).cloned();
        found.unwrap_or_else(|| FuncType::new([], []))
    }

    pub(crate) fn add_memory(&mut self, ty: MemoryType) -> Result<Memory, Error> {
        let bytes = u128::from(ty.minimum) << ty.page_size_log2;
        if bytes > u128::from(self.limiter.limits.memory_bytes) {
            return Err(Error::limit(format!(
                "a memory of {bytes} bytes is over the limit of {}",
                self.limiter.limits.memory_bytes
            )));
        }
        self.memories
            .push(Box::into_raw(Box::new(MemoryEntity::new(ty)?)));
        Ok(Memory {
            store: self.id,
            index: self.memories.len() as u32 - 1,
        })
    }

    pub(crate) fn add_table(&mut self, ty: TableType, init: u64) -> Result<Table, Error> {
        if ty.minimum > self.limiter.limits.table_elements {
            return Err(Error::limit(format!(
                "a table of {} elements is over the limit of {}",
                ty.minimum, self.limiter.limits.table_elements
            )));
        }
        self.tables
            .push(Box::into_raw(Box::new(TableEntity::new(ty, init)?)));
        Ok(Table {
            store: self.id,
            index: self.tables.len() as u32 - 1,
        })
    }

    pub(crate) fn add_global(&mut self, ty: GlobalType, cells: [u64; 2]) -> Global {
        self.globals
            .push(Box::into_raw(Box::new(GlobalEntity { cells, ty })));
        Global {
            store: self.id,
            index: self.globals.len() as u32 - 1,
        }
    }

    pub(crate) fn add_tag(&mut self, ty: TypeId) -> Tag {
        let index = self.tags.len() as u32;
        let entity = TagEntity { ty, id: index };
        self.tags.push(Box::into_raw(Box::new(entity)));
        Tag {
            store: self.id,
            index,
        }
    }

    pub(crate) fn add_host(&mut self, ty: &FuncType, host: HostFunction) -> Func {
        let id = self.engine.registry_mut().function(ty);
        let function = Function {
            // SAFETY: this store owns it, and frees nothing before its end.
            code: unsafe { (&raw const (*self.ways).host).cast() },
            frame: ty.link() + 2,
            link: ty.link(),
            ty: id,
            id: 0,
            instance: std::ptr::null_mut(),
            index: 0,
            host: Some(host),
            body: None,
            tries: None,
        };
        self.add_functions(vec![function])[0]
    }

    /// Takes functions, and returns their numbers.
    pub(crate) fn add_functions(&mut self, functions: Vec<Function>) -> Vec<Func> {
        let block = Box::into_raw(functions.into_boxed_slice());
        self.function_blocks.push(block);
        let count = block.len();
        (0..count)
            .map(|nth| {
                // SAFETY: this store owns it, and frees nothing before its end.
                let address = unsafe { block.cast::<Function>().add(nth) };
                let index = self.functions.len() as u32;
                // SAFETY: this store owns it, and frees nothing before its end.
                unsafe { (*address).id = index };
                self.functions.push(address);
                Func {
                    store: self.id,
                    index,
                }
            })
            .collect()
    }
}

#[allow(unsafe_code, reason = "entities are kept by address")]
impl Drop for Inner {
    fn drop(&mut self) {
        // SAFETY: each was made by `Box::into_raw`, and nothing runs any more.
        unsafe {
            self.function_blocks
                .drain(..)
                .for_each(|at| drop(Box::from_raw(at)));
            self.memories
                .drain(..)
                .for_each(|at| drop(Box::from_raw(at)));
            self.tables.drain(..).for_each(|at| drop(Box::from_raw(at)));
            self.globals
                .drain(..)
                .for_each(|at| drop(Box::from_raw(at)));
            self.tags.drain(..).for_each(|at| drop(Box::from_raw(at)));
            self.instances
                .drain(..)
                .for_each(|at| drop(Box::from_raw(at)));
            drop(Box::from_raw(self.ways));
        }
    }
}
