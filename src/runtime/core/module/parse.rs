use std::ops::Range;

use wasmparser::{
    BinaryReader, CompositeInnerType, DataKind, ElementItems, ElementKind, Encoding, ExternalKind,
    FuncToValidate, FuncValidatorAllocations, FunctionBody, Operator, Parser, Payload, TableInit,
    TypeRef, ValidPayload, Validator, ValidatorResources, WasmModuleResources,
};

use super::{
    Bytes, ConstExpr, ConstOp, Data, Element, ElementMode, Export, Global, Import, ImportKind,
    Inner, Item, Items, Table,
};
use crate::engine::Engine;
use crate::error::ModuleError;
use crate::heap::layout::is_traced;
use crate::registry::{ref_type, val_type};
use crate::types::{GlobalType, MemoryType, TableType, ValType};

/// Code of less bytes than this is validated by one thread.
const WORTH_A_THREAD: usize = 1 << 20;

pub(super) fn parse(engine: &Engine, bytes: Bytes) -> Result<Inner, ModuleError> {
    let mut inner = Inner {
        engine: engine.clone(),
        bytes: bytes.clone(),
        types: Vec::new(),
        imports: Vec::new(),
        exports: Vec::new(),
        functions: Vec::new(),
        imported_functions: 0,
        bodies: Vec::new(),
        tables: Vec::new(),
        memories: Vec::new(),
        globals: Vec::new(),
        tags: Vec::new(),
        elements: Vec::new(),
        data: Vec::new(),
        start: None,
        makes_objects: false,
        names: None,
    };
    let source = bytes.as_ref();
    let mut validator = Validator::new_with_features(engine.config().features);
    let mut code = None;
    let mut parser = Parser::new(0);
    parser.set_features(engine.config().features);
    for payload in parser.parse_all(source) {
        let payload = payload?;
        if let Payload::Version {
            encoding: Encoding::Component,
            ..
        } = payload
        {
            return Err(refuse("this is a component, not a module", 4));
        }
        match validator.payload(&payload)? {
            ValidPayload::Func(function, body) => {
                let range = body.range();
                inner.bodies.push(small(range.start)?..small(range.end)?);
                code.get_or_insert(function);
            }
            // The types are those of the whole module: all has been read.
            ValidPayload::End(_) => {
                if let Some(first) = code.take() {
                    let bodies = &inner.bodies;
                    Code {
                        source,
                        first,
                        bodies,
                    }
                    .validate()?;
                }
            }
            _ => section(&mut inner, payload)?,
        }
    }
    Ok(inner)
}

fn refuse(message: &str, offset: u64) -> ModuleError {
    ModuleError {
        message: message.to_owned(),
        offset,
    }
}

fn small(offset: u64) -> Result<u32, ModuleError> {
    u32::try_from(offset).map_err(|_| refuse("modules of 4 GiB and more are not supported", offset))
}

fn range(range: &Range<u64>) -> Result<Range<usize>, ModuleError> {
    Ok(small(range.start)? as usize..small(range.end)? as usize)
}

/// The code of a module all of whose sections have been read. What the validator
/// knows of the module is shared, not counted for each function: counting costs
/// as much as some functions do.
struct Code<'a> {
    source: &'a [u8],
    first: FuncToValidate<ValidatorResources>,
    bodies: &'a [Range<u32>],
}

impl Code<'_> {
    fn validate(&self) -> Result<(), ModuleError> {
        let length = |body: &Range<u32>| (body.end - body.start) as usize;
        let total: usize = self.bodies.iter().map(length).sum();
        let most = total / WORTH_A_THREAD;
        let threads = match most {
            0 => 1,
            _ => std::thread::available_parallelism()
                .map_or(1, usize::from)
                .min(most),
        };
        let mut shares = Vec::new();
        let (mut start, mut taken) = (0, 0);
        for (nth, body) in self.bodies.iter().enumerate() {
            if taken > total / threads {
                shares.push(start..nth);
                (start, taken) = (nth, 0);
            }
            taken += length(body);
        }
        let last = start..self.bodies.len();
        if shares.is_empty() {
            return self.validate_some(last);
        }
        // The first error in the order of the file is the one to report.
        std::thread::scope(|scope| {
            let others: Vec<_> = shares
                .into_iter()
                .map(|share| scope.spawn(move || self.validate_some(share)))
                .collect();
            let own = self.validate_some(last);
            let join = |other: std::thread::ScopedJoinHandle<'_, _>| {
                let verdict = other.join();
                verdict.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            let others: Vec<Result<(), ModuleError>> = others.into_iter().map(join).collect();
            others.into_iter().chain([own]).collect()
        })
    }

    fn validate_some(&self, share: Range<usize>) -> Result<(), ModuleError> {
        let mut room = FuncValidatorAllocations::default();
        for nth in share {
            let range = &self.bodies[nth];
            let bytes = &self.source[range.start as usize..range.end as usize];
            let offset = u64::from(range.start);
            let reader = BinaryReader::new_features(bytes, offset, self.first.features);
            let resources = &self.first.resources;
            let index = self.first.index + nth as u32;
            let function = FuncToValidate {
                resources,
                index,
                ty: resources.type_index_of_function(index).unwrap_or_default(),
                features: self.first.features,
            };
            let mut validator = function.into_validator(room);
            validator.validate(&FunctionBody::new(reader))?;
            room = validator.into_allocations();
        }
        Ok(())
    }
}

fn section(inner: &mut Inner, payload: Payload<'_>) -> Result<(), ModuleError> {
    match payload {
        Payload::TypeSection(groups) => {
            let engine = inner.engine.clone();
            let mut registry = engine.registry_mut();
            for group in groups {
                let group = group?;
                let function = |ty: &wasmparser::SubType| {
                    matches!(ty.composite_type.inner, CompositeInnerType::Func(_))
                };
                inner.makes_objects |= !group.types().all(function);
                registry.add(&group, &mut inner.types);
            }
        }
        Payload::ImportSection(imports) => {
            for import in imports.into_imports() {
                add_import(inner, import?);
            }
        }
        Payload::FunctionSection(functions) => {
            for ty in functions {
                let id = inner.types[ty? as usize];
                inner.functions.push(id);
            }
        }
        Payload::TableSection(tables) => {
            for table in tables {
                let table = table?;
                let init = match table.init {
                    TableInit::RefNull => None,
                    TableInit::Expr(expr) => Some(const_expr(inner, &expr)?),
                };
                let ty = table_type(inner, table.ty);
                inner.tables.push(Table { ty, init });
            }
        }
        Payload::MemorySection(memories) => {
            for memory in memories {
                inner.memories.push(memory_type(memory?));
            }
        }
        Payload::TagSection(tags) => {
            for tag in tags {
                let id = inner.types[tag?.func_type_idx as usize];
                inner.tags.push(id);
            }
        }
        Payload::GlobalSection(globals) => {
            for global in globals {
                let global = global?;
                let ty = global_type(inner, global.ty);
                let init = Some(const_expr(inner, &global.init_expr)?);
                inner.globals.push(Global { ty, init });
            }
        }
        Payload::ExportSection(exports) => {
            for export in exports {
                let export = export?;
                let at = export.index;
                inner.exports.push(Export {
                    name: export.name.to_owned(),
                    item: match export.kind {
                        ExternalKind::Func | ExternalKind::FuncExact => Item::Func(at),
                        ExternalKind::Table => Item::Table(at),
                        ExternalKind::Memory => Item::Memory(at),
                        ExternalKind::Global => Item::Global(at),
                        ExternalKind::Tag => Item::Tag(at),
                    },
                });
            }
        }
        Payload::StartSection { func, .. } => inner.start = Some(func),
        Payload::ElementSection(elements) => {
            for element in elements {
                add_element(inner, element?)?;
            }
        }
        Payload::DataSection(data) => {
            for data in data {
                let data = data?;
                let active = match data.kind {
                    DataKind::Passive => None,
                    DataKind::Active {
                        memory_index,
                        offset_expr,
                    } => Some((memory_index, const_expr(inner, &offset_expr)?)),
                };
                let end = small(data.range.end)? as usize;
                let range = end - data.data.len()..end;
                inner.data.push(Data { active, range });
            }
        }
        Payload::CustomSection(custom) if custom.name() == "name" && inner.names.is_none() => {
            let end = range(&custom.range())?.end;
            inner.names = Some(end - custom.data().len()..end);
        }
        _ => {}
    }
    Ok(())
}

fn add_import(inner: &mut Inner, import: wasmparser::Import<'_>) {
    let ty = match import.ty {
        TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
            let id = inner.types[ty as usize];
            inner.functions.push(id);
            inner.imported_functions += 1;
            ImportKind::Func(id)
        }
        TypeRef::Table(ty) => {
            let ty = table_type(inner, ty);
            inner.tables.push(Table { ty, init: None });
            ImportKind::Table(ty)
        }
        TypeRef::Memory(ty) => {
            let ty = memory_type(ty);
            inner.memories.push(ty);
            ImportKind::Memory(ty)
        }
        TypeRef::Global(ty) => {
            let ty = global_type(inner, ty);
            inner.globals.push(Global { ty, init: None });
            ImportKind::Global(ty)
        }
        TypeRef::Tag(ty) => {
            let id = inner.types[ty.func_type_idx as usize];
            inner.tags.push(id);
            ImportKind::Tag(id)
        }
    };
    inner.imports.push(Import {
        module: import.module.to_owned(),
        name: import.name.to_owned(),
        ty,
    });
}

fn add_element(inner: &mut Inner, element: wasmparser::Element<'_>) -> Result<(), ModuleError> {
    let mut traced = false;
    let items = match element.items {
        ElementItems::Functions(functions) => {
            Items::Functions(functions.into_iter().collect::<Result<_, _>>()?)
        }
        ElementItems::Expressions(ty, expressions) => {
            let ty = ref_type(ty, &|at| inner.resolve(at));
            traced = is_traced(&inner.engine.registry(), ValType::Ref(ty));
            let mut items = Vec::new();
            for expression in expressions {
                items.push(const_expr(inner, &expression?)?);
            }
            Items::Expressions(items)
        }
    };
    let mode = match element.kind {
        ElementKind::Passive => ElementMode::Passive,
        ElementKind::Declared => ElementMode::Declared,
        ElementKind::Active {
            table_index,
            offset_expr,
        } => ElementMode::Active {
            table: table_index.unwrap_or(0),
            offset: const_expr(inner, &offset_expr)?,
        },
    };
    inner.elements.push(Element {
        mode,
        traced,
        items,
    });
    Ok(())
}

fn const_expr(inner: &Inner, expr: &wasmparser::ConstExpr<'_>) -> Result<ConstExpr, ModuleError> {
    let id = |index: u32| inner.types[index as usize];
    let mut ops = Vec::new();
    let mut reader = expr.get_operators_reader();
    while !reader.eof() {
        let offset = reader.original_position();
        ops.push(match reader.read()? {
            Operator::I32Const { value } => ConstOp::I32(value),
            Operator::I64Const { value } => ConstOp::I64(value),
            Operator::F32Const { value } => ConstOp::F32(value.bits()),
            Operator::F64Const { value } => ConstOp::F64(value.bits()),
            Operator::V128Const { value } => ConstOp::V128(value.i128().cast_unsigned()),
            Operator::RefNull { .. } => ConstOp::RefNull,
            Operator::RefFunc { function_index } => ConstOp::RefFunc(function_index),
            Operator::GlobalGet { global_index } => ConstOp::GlobalGet(global_index),
            Operator::RefI31 => ConstOp::RefI31,
            Operator::StructNew { struct_type_index } => ConstOp::StructNew(id(struct_type_index)),
            Operator::StructNewDefault { struct_type_index } => {
                ConstOp::StructNewDefault(id(struct_type_index))
            }
            Operator::ArrayNew { array_type_index } => ConstOp::ArrayNew(id(array_type_index)),
            Operator::ArrayNewDefault { array_type_index } => {
                ConstOp::ArrayNewDefault(id(array_type_index))
            }
            Operator::ArrayNewFixed {
                array_type_index,
                array_size,
            } => ConstOp::ArrayNewFixed(id(array_type_index), array_size),
            // The reference stays what it is.
            Operator::AnyConvertExtern | Operator::ExternConvertAny => continue,
            Operator::I32Add => ConstOp::I32Add,
            Operator::I32Sub => ConstOp::I32Sub,
            Operator::I32Mul => ConstOp::I32Mul,
            Operator::I64Add => ConstOp::I64Add,
            Operator::I64Sub => ConstOp::I64Sub,
            Operator::I64Mul => ConstOp::I64Mul,
            Operator::End => break,
            _ => return Err(refuse("this constant expression is not supported", offset)),
        });
    }
    Ok(ops.into())
}

fn table_type(inner: &Inner, ty: wasmparser::TableType) -> TableType {
    TableType {
        element: ref_type(ty.element_type, &|at| inner.resolve(at)),
        minimum: ty.initial,
        maximum: ty.maximum,
        table64: ty.table64,
    }
}

fn memory_type(ty: wasmparser::MemoryType) -> MemoryType {
    MemoryType {
        minimum: ty.initial,
        maximum: ty.maximum,
        memory64: ty.memory64,
        shared: ty.shared,
        page_size_log2: ty.page_size_log2.unwrap_or(16),
    }
}

fn global_type(inner: &Inner, ty: wasmparser::GlobalType) -> GlobalType {
    GlobalType {
        content: val_type(ty.content_type, &|at| inner.resolve(at)),
        mutable: ty.mutable,
    }
}
