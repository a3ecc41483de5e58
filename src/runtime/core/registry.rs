//! The types that modules define, made canonical.

use std::collections::HashMap;

use wasmparser::{
    AbstractHeapType, CompositeInnerType, HeapType as ParsedHeapType, RecGroup,
    RefType as ParsedRefType, StorageType, SubType, UnpackedIndex, ValType as ParsedValType,
};

use crate::types::{FuncType, HeapType, RefType, TypeId, ValType};

/// What a field of a struct or an element of an array is kept as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Storage {
    I8,
    I16,
    Val(ValType),
}

/// A field of a struct, or the elements of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Field {
    pub(crate) storage: Storage,
    pub(crate) mutable: bool,
}

/// What a type definition defines.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Composite {
    Func(FuncType),
    Struct(Vec<Field>),
    Array(Field),
}

/// A type definition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Definition {
    pub(crate) composite: Composite,
    pub(crate) supertype: Option<TypeId>,
    pub(crate) is_final: bool,
}

/// Types within a recursion group name each other by numbers from here on, so
/// that two groups of the same shape are equal while they are compared.
const WITHIN: u32 = 1 << 31;

/// All types of an engine.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    definitions: Vec<Definition>,
    groups: HashMap<Vec<Definition>, u32>,
}

impl Registry {
    /// The types of a recursion group whose first has the index `known.len()`
    /// in its module; adds their numbers to `known`.
    pub(crate) fn add(&mut self, group: &RecGroup, known: &mut Vec<TypeId>) {
        let first = known.len();
        let relative: Vec<_> = group
            .types()
            .map(|ty| definition(ty, &|at| resolve(at, known, first)))
            .collect();
        let base = self.intern(relative);
        known.extend((base..).map(TypeId).take(group.types().len()));
    }

    /// The number of a function type that stands alone, as hosts define them.
    pub(crate) fn function(&mut self, ty: &FuncType) -> TypeId {
        TypeId(self.intern(vec![Definition {
            composite: Composite::Func(ty.clone()),
            supertype: None,
            is_final: true,
        }]))
    }

    fn intern(&mut self, group: Vec<Definition>) -> u32 {
        if let Some(&base) = self.groups.get(&group) {
            return base;
        }
        let base = u32::try_from(self.definitions.len()).unwrap_or(WITHIN - 1);
        let absolute = |id: TypeId| {
            if id.0 >= WITHIN {
                TypeId(id.0 - WITHIN + base)
            } else {
                id
            }
        };
        for definition in &group {
            self.definitions.push(definition.map(&absolute));
        }
        self.groups.insert(group, base);
        base
    }

    pub(crate) fn get(&self, id: TypeId) -> Option<&Definition> {
        self.definitions.get(id.0 as usize)
    }

    /// The signature of a function type.
    pub(crate) fn signature(&self, id: TypeId) -> Option<&FuncType> {
        match &self.get(id)?.composite {
            Composite::Func(ty) => Some(ty),
            _ => None,
        }
    }

    /// Whether `sub` is `sup` or declared below it.
    pub(crate) fn is_declared_below(&self, sub: TypeId, sup: TypeId) -> bool {
        let mut at = Some(sub);
        while let Some(id) = at {
            if id == sup {
                return true;
            }
            at = self.get(id).and_then(|definition| definition.supertype);
        }
        false
    }

    /// Specification, "Heap Types" of section "Matching".
    pub(crate) fn is_heap_subtype(&self, sub: HeapType, sup: HeapType) -> bool {
        use HeapType::{
            Any, Array, Concrete, Eq, Exn, Extern, Func, I31, NoExn, NoExtern, NoFunc, None, Struct,
        };
        let kind = |id| self.get(id).map(|definition| &definition.composite);
        match (sub, sup) {
            _ if sub == sup => true,
            (Concrete(sub), Concrete(sup)) => self.is_declared_below(sub, sup),
            (Concrete(id), Func) => matches!(kind(id), Some(Composite::Func(_))),
            (Concrete(id), Struct) => matches!(kind(id), Some(Composite::Struct(_))),
            (Concrete(id), Array) => matches!(kind(id), Some(Composite::Array(_))),
            (Concrete(id), Eq | Any) => {
                !matches!(kind(id), Some(Composite::Func(_)) | Option::None)
            }
            (NoFunc, Func) | (NoExtern, Extern) | (NoExn, Exn) => true,
            (NoFunc, Concrete(id)) => matches!(kind(id), Some(Composite::Func(_))),
            (None, Concrete(id)) => !matches!(kind(id), Some(Composite::Func(_)) | Option::None),
            (None, Any | Eq | I31 | Struct | Array) => true,
            (I31 | Struct | Array, Eq | Any) | (Eq, Any) => true,
            _ => false,
        }
    }

    pub(crate) fn is_ref_subtype(&self, sub: RefType, sup: RefType) -> bool {
        (sup.nullable || !sub.nullable) && self.is_heap_subtype(sub.heap, sup.heap)
    }

    pub(crate) fn is_val_subtype(&self, sub: ValType, sup: ValType) -> bool {
        match (sub, sup) {
            (ValType::Ref(sub), ValType::Ref(sup)) => self.is_ref_subtype(sub, sup),
            _ => sub == sup,
        }
    }
}

impl Definition {
    fn map(&self, id: &impl Fn(TypeId) -> TypeId) -> Self {
        let value = |ty: ValType| match ty {
            ValType::Ref(RefType {
                nullable,
                heap: HeapType::Concrete(at),
            }) => ValType::Ref(RefType {
                nullable,
                heap: HeapType::Concrete(id(at)),
            }),
            other => other,
        };
        let field = |field: &Field| Field {
            storage: match field.storage {
                Storage::Val(ty) => Storage::Val(value(ty)),
                packed => packed,
            },
            mutable: field.mutable,
        };
        Self {
            composite: match &self.composite {
                Composite::Func(ty) => Composite::Func(FuncType::new(
                    ty.params().iter().copied().map(value),
                    ty.results().iter().copied().map(value),
                )),
                Composite::Struct(fields) => Composite::Struct(fields.iter().map(field).collect()),
                Composite::Array(of) => Composite::Array(field(of)),
            },
            supertype: self.supertype.map(id),
            is_final: self.is_final,
        }
    }
}

fn resolve(at: UnpackedIndex, known: &[TypeId], first: usize) -> TypeId {
    match at {
        UnpackedIndex::Module(index) => match known.get(index as usize) {
            Some(&id) => id,
            None => TypeId(WITHIN + (index - first as u32)),
        },
        UnpackedIndex::RecGroup(index) => TypeId(WITHIN + index),
        // Only a validator's own types have these.
        _ => TypeId(u32::MAX),
    }
}

type Resolve<'a> = &'a dyn Fn(UnpackedIndex) -> TypeId;

fn definition(ty: &SubType, id: Resolve<'_>) -> Definition {
    let field = |field: &wasmparser::FieldType| Field {
        storage: match field.element_type {
            StorageType::I8 => Storage::I8,
            StorageType::I16 => Storage::I16,
            StorageType::Val(ty) => Storage::Val(val_type(ty, id)),
        },
        mutable: field.mutable,
    };
    let composite = match &ty.composite_type.inner {
        CompositeInnerType::Func(ty) => Composite::Func(FuncType::new(
            ty.params().iter().map(|ty| val_type(*ty, id)),
            ty.results().iter().map(|ty| val_type(*ty, id)),
        )),
        CompositeInnerType::Struct(ty) => Composite::Struct(ty.fields.iter().map(field).collect()),
        CompositeInnerType::Array(ty) => Composite::Array(field(&ty.0)),
        // Refused by validation: the feature is off.
        CompositeInnerType::Cont(_) => Composite::Struct(Vec::new()),
    };
    Definition {
        composite,
        supertype: ty.supertype_idxs.first().map(|at| id(at.unpack())),
        is_final: ty.is_final,
    }
}

/// A type of a module, by the numbers that `id` gives to its definitions.
pub(crate) fn val_type(ty: ParsedValType, id: Resolve<'_>) -> ValType {
    match ty {
        ParsedValType::I32 => ValType::I32,
        ParsedValType::I64 => ValType::I64,
        ParsedValType::F32 => ValType::F32,
        ParsedValType::F64 => ValType::F64,
        ParsedValType::V128 => ValType::V128,
        ParsedValType::Ref(ty) => ValType::Ref(ref_type(ty, id)),
    }
}

pub(crate) fn ref_type(ty: ParsedRefType, id: Resolve<'_>) -> RefType {
    RefType {
        nullable: ty.is_nullable(),
        heap: heap_type(ty.heap_type(), id),
    }
}

pub(crate) fn heap_type(ty: ParsedHeapType, id: Resolve<'_>) -> HeapType {
    match ty {
        ParsedHeapType::Abstract { ty, .. } => match ty {
            AbstractHeapType::Func => HeapType::Func,
            AbstractHeapType::NoFunc => HeapType::NoFunc,
            AbstractHeapType::Extern => HeapType::Extern,
            AbstractHeapType::NoExtern => HeapType::NoExtern,
            AbstractHeapType::Any => HeapType::Any,
            AbstractHeapType::Eq => HeapType::Eq,
            AbstractHeapType::I31 => HeapType::I31,
            AbstractHeapType::Struct => HeapType::Struct,
            AbstractHeapType::Array => HeapType::Array,
            AbstractHeapType::Exn => HeapType::Exn,
            AbstractHeapType::NoExn => HeapType::NoExn,
            _ => HeapType::None,
        },
        ParsedHeapType::Concrete(at) | ParsedHeapType::Exact(at) => HeapType::Concrete(id(at)),
    }
}
