//! A module: decoded and validated, not yet translated.

mod parse;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::engine::Engine;
use crate::error::ModuleError;
use crate::types::{
    ExportType, ExternType, FuncType, GlobalType, ImportType, MemoryType, TableType, TypeId,
    ValType,
};

/// The bytes of a module. They must never change: what was validated is read
/// again when a function is first called.
#[derive(Clone)]
pub struct Bytes(Arc<dyn AsRef<[u8]> + Send + Sync>);

impl Bytes {
    /// Bytes that something else owns.
    pub fn new(owner: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        Self(Arc::new(owner))
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self::new(bytes.to_vec())
    }
}

/// A valid module. A clone is the same module.
#[derive(Clone)]
pub struct Module(pub(crate) Arc<Inner>);

/// What is in it.
pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) bytes: Bytes,
    pub(crate) types: Vec<TypeId>,
    pub(crate) imports: Vec<Import>,
    pub(crate) exports: Vec<Export>,
    /// The types of all functions, imported ones first.
    pub(crate) functions: Vec<TypeId>,
    pub(crate) imported_functions: u32,
    /// The bodies of the functions that are not imported.
    pub(crate) bodies: Vec<Range<u32>>,
    pub(crate) tables: Vec<Table>,
    pub(crate) memories: Vec<MemoryType>,
    pub(crate) globals: Vec<Global>,
    pub(crate) tags: Vec<TypeId>,
    pub(crate) elements: Vec<Element>,
    pub(crate) data: Vec<Data>,
    pub(crate) start: Option<u32>,
    /// Whether it defines struct or array types.
    pub(crate) makes_objects: bool,
    /// The content of the name section, if there is one.
    pub(crate) names: Option<Range<usize>>,
}

pub(crate) struct Import {
    pub(crate) module: String,
    pub(crate) name: String,
    pub(crate) ty: ImportKind,
}

/// What an import is; the type is in the table that its index leads to.
#[derive(Clone, Copy)]
pub(crate) enum ImportKind {
    Func(TypeId),
    Table(TableType),
    Memory(MemoryType),
    Global(GlobalType),
    Tag(TypeId),
}

pub(crate) struct Export {
    pub(crate) name: String,
    pub(crate) item: Item,
}

/// Something in one of the module's index spaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Item {
    Func(u32),
    Table(u32),
    Memory(u32),
    Global(u32),
    Tag(u32),
}

pub(crate) struct Table {
    pub(crate) ty: TableType,
    /// What its elements are at the start; null if there is none.
    pub(crate) init: Option<ConstExpr>,
}

pub(crate) struct Global {
    pub(crate) ty: GlobalType,
    /// None for an imported one.
    pub(crate) init: Option<ConstExpr>,
}

pub(crate) struct Element {
    pub(crate) mode: ElementMode,
    /// Whether its references can be to objects.
    pub(crate) traced: bool,
    pub(crate) items: Items,
}

pub(crate) enum ElementMode {
    Passive,
    Declared,
    Active { table: u32, offset: ConstExpr },
}

pub(crate) enum Items {
    Functions(Vec<u32>),
    Expressions(Vec<ConstExpr>),
}

pub(crate) struct Data {
    /// The memory and the offset, if it is active.
    pub(crate) active: Option<(u32, ConstExpr)>,
    pub(crate) range: Range<usize>,
}

/// A constant expression, decoded.
pub(crate) type ConstExpr = Box<[ConstOp]>;

#[derive(Clone, Copy, Debug)]
pub(crate) enum ConstOp {
    I32(i32),
    I64(i64),
    F32(u32),
    F64(u64),
    V128(u128),
    RefNull,
    RefFunc(u32),
    RefI31,
    StructNew(TypeId),
    StructNewDefault(TypeId),
    ArrayNew(TypeId),
    ArrayNewDefault(TypeId),
    /// The type, and how many elements.
    ArrayNewFixed(TypeId, u32),
    GlobalGet(u32),
    I32Add,
    I32Sub,
    I32Mul,
    I64Add,
    I64Sub,
    I64Mul,
}

impl Module {
    /// Decodes and validates a module. Code is translated later, function by
    /// function, on the first call.
    ///
    /// # Errors
    /// Where and why the bytes are not a valid module.
    pub fn new(engine: &Engine, bytes: impl Into<Bytes>) -> Result<Self, ModuleError> {
        parse::parse(engine, bytes.into()).map(|inner| Self(Arc::new(inner)))
    }

    /// The engine that it was made for.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.bytes.as_ref()
    }

    /// What it wants from outside, in the order of the import section.
    pub fn imports(&self) -> impl Iterator<Item = ImportType<'_>> {
        self.0.imports.iter().map(|import| ImportType {
            module: &import.module,
            name: &import.name,
            ty: self.import_type(import.ty),
        })
    }

    /// What it gives, in the order of the export section.
    pub fn exports(&self) -> impl Iterator<Item = ExportType<'_>> {
        self.0.exports.iter().map(|export| ExportType {
            name: &export.name,
            ty: self.item_type(export.item),
        })
    }

    /// The code that a function is translated to, for people to look at. What it
    /// imports is not needed.
    ///
    /// # Errors
    /// When the function is imported or not there, or a segment does not fit.
    pub fn listing(&self, function: u32) -> Result<crate::Listing, crate::Error> {
        crate::listing::listing(self, function)
    }

    /// How many functions it has, imported ones included.
    #[must_use]
    pub fn functions(&self) -> usize {
        self.0.functions.len()
    }

    fn import_type(&self, kind: ImportKind) -> ExternType {
        match kind {
            ImportKind::Func(ty) => ExternType::Func(self.0.signature(ty)),
            ImportKind::Table(ty) => ExternType::Table(ty),
            ImportKind::Memory(ty) => ExternType::Memory(ty),
            ImportKind::Global(ty) => ExternType::Global(ty),
            ImportKind::Tag(ty) => ExternType::Tag(self.0.signature(ty)),
        }
    }

    fn item_type(&self, item: Item) -> ExternType {
        let inner = &self.0;
        // Validation has made sure of every index.
        match item {
            Item::Func(at) => ExternType::Func(inner.signature(inner.functions[at as usize])),
            Item::Table(at) => ExternType::Table(inner.tables[at as usize].ty),
            Item::Memory(at) => ExternType::Memory(inner.memories[at as usize]),
            Item::Global(at) => ExternType::Global(inner.globals[at as usize].ty),
            Item::Tag(at) => ExternType::Tag(inner.signature(inner.tags[at as usize])),
        }
    }
}

impl Inner {
    /// The signature of a function type of this module's engine.
    pub(crate) fn signature(&self, id: TypeId) -> FuncType {
        let registry = self.engine.registry();
        let found = registry.signature(id).cloned();
        found.unwrap_or_else(|| FuncType::new([], []))
    }

    /// A value type of this module.
    pub(crate) fn val_type(&self, ty: wasmparser::ValType) -> ValType {
        crate::registry::val_type(ty, &|at| self.resolve(at))
    }

    pub(crate) fn heap_type(&self, ty: wasmparser::HeapType) -> crate::types::HeapType {
        crate::registry::heap_type(ty, &|at| self.resolve(at))
    }

    fn resolve(&self, at: wasmparser::UnpackedIndex) -> TypeId {
        let index = at.as_module_index().map_or(usize::MAX, |at| at as usize);
        self.types.get(index).copied().unwrap_or(TypeId(u32::MAX))
    }

    /// The body of a function that is not imported.
    pub(crate) fn body(&self, function: u32) -> Option<(&[u8], u32)> {
        let nth = function.checked_sub(self.imported_functions)?;
        let range = self.bodies.get(nth as usize)?;
        let bytes = self.bytes.as_ref();
        Some((
            bytes.get(range.start as usize..range.end as usize)?,
            range.start,
        ))
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Module")
            .field("functions", &self.0.functions.len())
            .field("bytes", &self.bytes().len())
            .finish()
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({})", self.as_ref().len())
    }
}
