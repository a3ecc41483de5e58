//! Objects: fields and elements, tests and casts, 31-bit integers.

use super::regs::{Cell, Dispatch, Handler, handlers};
use crate::error::Trap;
use crate::heap::{self, HEADER, Heap, object};
use crate::registry::{Composite, Storage};
use crate::store::Inner;
use crate::types::{HeapType, TypeId, ValType};

/// What a field is kept as and how it is read; a vector goes through
/// [`acts`](super::object_acts).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kept {
    I8S,
    I8U,
    I16S,
    I16U,
    I32,
    I64,
    F32,
    F64,
}

impl Kept {
    /// None for a vector.
    pub(crate) fn of(storage: Storage, signed: bool) -> Option<Self> {
        Some(match storage {
            Storage::I8 if signed => Self::I8S,
            Storage::I8 => Self::I8U,
            Storage::I16 if signed => Self::I16S,
            Storage::I16 => Self::I16U,
            Storage::Val(ValType::I32) => Self::I32,
            Storage::Val(ValType::I64 | ValType::Ref(_)) => Self::I64,
            Storage::Val(ValType::F32) => Self::F32,
            Storage::Val(ValType::F64) => Self::F64,
            Storage::Val(ValType::V128) => return None,
        })
    }
}

/// [`Kept`] as types.
pub(super) trait Keep: 'static {
    type M: Copy;
    type V: Cell;
    fn widen(raw: Self::M) -> Self::V;
    fn narrow(value: Self::V) -> Self::M;
}

macro_rules! kept {
    ($($name:ident $m:ty => $v:ty, |$raw:ident| $widen:expr, |$value:ident| $narrow:expr;)*) => {
        mod kept { $(pub(super) struct $name;)* }
        $(impl Keep for kept::$name {
            type M = $m;
            type V = $v;
            #[inline(always)]
            fn widen($raw: $m) -> $v { $widen }
            #[inline(always)]
            fn narrow($value: $v) -> $m { $narrow }
        })*

        pub(super) fn struct_gets<B: Dispatch>(kept: Kept) -> Handler {
            match kept { $(Kept::$name => struct_get::<B, kept::$name>,)* }
        }

        pub(super) fn struct_sets<B: Dispatch>(kept: Kept) -> Handler {
            match kept { $(Kept::$name => struct_set::<B, kept::$name>,)* }
        }

        pub(super) fn array_gets<B: Dispatch>(kept: Kept) -> Handler {
            match kept { $(Kept::$name => array_get::<B, kept::$name>,)* }
        }

        pub(super) fn array_sets<B: Dispatch>(kept: Kept) -> Handler {
            match kept { $(Kept::$name => array_set::<B, kept::$name>,)* }
        }
    };
}

kept! {
    I8S i8 => i32, |raw| i32::from(raw), |value| value as i8;
    I8U u8 => u32, |raw| u32::from(raw), |value| value as u8;
    I16S i16 => i32, |raw| i32::from(raw), |value| value as i16;
    I16U u16 => u32, |raw| u32::from(raw), |value| value as u16;
    I32 u32 => u32, |raw| raw, |value| value;
    I64 u64 => u64, |raw| raw, |value| value;
    F32 f32 => f32, |raw| raw, |value| value;
    F64 f64 => f64, |raw| raw, |value| value;
}

handlers! {
    /// Halves: where to, the struct. The upper half is the field's place.
    struct_get[K: Keep] |r| {
        let cell = r.get::<u64>(r.half(1));
        if cell == 0 {
            return r.trap(Trap::NullStructureReference);
        }
        let at = object(cell).add(r.upper() as usize).cast::<K::M>();
        let value = K::widen(at.read());
        r.set(r.half(0), value.bits());
        B::next(r.accumulate(value).skip(2))
    }

    /// Halves: the struct, the value. The upper half is the field's place.
    struct_set[K: Keep] |r| {
        let cell = r.get::<u64>(r.half(0));
        if cell == 0 {
            return r.trap(Trap::NullStructureReference);
        }
        let value = r.get::<K::V>(r.half(1));
        object(cell).add(r.upper() as usize).cast::<K::M>().write(K::narrow(value));
        B::next(r.skip(2))
    }

    /// Halves: where to, the array, the index.
    array_get[K: Keep] |r| {
        let cell = r.get::<u64>(r.half(1));
        if cell == 0 {
            return r.trap(Trap::NullArrayReference);
        }
        let at = r.get::<u32>(r.half(2));
        if at >= heap::header(cell).length {
            return r.trap(Trap::ArrayOutOfBounds);
        }
        let elements = object(cell).add(HEADER).cast::<K::M>();
        let value = K::widen(elements.add(at as usize).read());
        r.set(r.half(0), value.bits());
        B::next(r.accumulate(value).skip(2))
    }

    /// Halves: the array, the index, the value.
    array_set[K: Keep] |r| {
        let cell = r.get::<u64>(r.half(0));
        if cell == 0 {
            return r.trap(Trap::NullArrayReference);
        }
        let at = r.get::<u32>(r.half(1));
        if at >= heap::header(cell).length {
            return r.trap(Trap::ArrayOutOfBounds);
        }
        let value = r.get::<K::V>(r.half(2));
        let elements = object(cell).add(HEADER).cast::<K::M>();
        elements.add(at as usize).write(K::narrow(value));
        B::next(r.skip(2))
    }

    /// Halves: where to, the array.
    array_length[] |r| {
        let cell = r.get::<u64>(r.half(1));
        if cell == 0 {
            return r.trap(Trap::NullArrayReference);
        }
        let length = u64::from(heap::header(cell).length);
        r.set(r.half(0), length);
        r.acc = length;
        B::next(r.skip(2))
    }

    /// Halves: where to, the integer.
    i31_new[] |r| {
        let cell = heap::i31(r.get::<u32>(r.half(1)));
        r.set(r.half(0), cell);
        r.acc = cell;
        B::next(r.skip(2))
    }

    /// Halves: where to, the reference, whether with its sign.
    i31_get[] |r| {
        let cell = r.get::<u64>(r.half(1));
        if cell == 0 {
            return r.trap(Trap::NullI31Reference);
        }
        // 31 bits, above the bit that says so.
        let bits = (cell >> 1) as u32;
        let value = if r.half(2) != 0 { ((bits << 1).cast_signed() >> 1).cast_unsigned() } else { bits };
        r.set(r.half(0), u64::from(value));
        r.acc = u64::from(value);
        B::next(r.skip(2))
    }

    /// Halves: where to, the reference, whether null is one. The third word is a
    /// [`Target`].
    ref_test[] |r| {
        let cell = r.get::<u64>(r.half(1));
        let is = if cell == 0 { r.half(2) != 0 } else { Target(r.word(2)).holds(&*(*r.cx).store, cell) };
        r.set(r.half(0), u64::from(is));
        r.acc = u64::from(is);
        B::next(r.skip(3))
    }

    /// Half 1 is the reference, half 2 whether null is one. The third word is a
    /// [`Target`].
    ref_cast[] |r| {
        let cell = r.get::<u64>(r.half(1));
        let is = if cell == 0 { r.half(2) != 0 } else { Target(r.word(2)).holds(&*(*r.cx).store, cell) };
        if !is {
            return r.trap(Trap::CastFailure);
        }
        B::next(r.skip(3))
    }
}

/// What a reference is tested for, as a word: the kind in the lowest eight bits,
/// for a definition how many types it is declared below in the next 24, its
/// number in the upper half.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target(pub(crate) u64);

const NEVER: u8 = 0;
const ALWAYS: u8 = 1;
const EQ: u8 = 2;
const I31: u8 = 3;
const STRUCT: u8 = 4;
const ARRAY: u8 = 5;
const OBJECT: u8 = 6;
const FUNCTION: u8 = 7;

impl Target {
    pub(crate) fn new(store: &Inner, heap: HeapType) -> Self {
        let kind = |kind: u8| Self(u64::from(kind));
        match heap {
            HeapType::Func | HeapType::Extern | HeapType::Any | HeapType::Exn => kind(ALWAYS),
            HeapType::Eq => kind(EQ),
            HeapType::I31 => kind(I31),
            HeapType::Struct => kind(STRUCT),
            HeapType::Array => kind(ARRAY),
            HeapType::NoFunc | HeapType::NoExtern | HeapType::NoExn | HeapType::None => kind(NEVER),
            HeapType::Concrete(id) => {
                let registry = store.engine.registry();
                let number = u64::from(id.0) << 32;
                match registry.get(id).map(|definition| &definition.composite) {
                    Some(Composite::Func(_)) => Self(number | u64::from(FUNCTION)),
                    Some(_) => {
                        let layout = store.heap.layout(id);
                        let depth = layout.map_or(0, |layout| layout.depth() as u64);
                        Self(number | depth << 8 & 0xffff_ff00 | u64::from(OBJECT))
                    }
                    None => kind(NEVER),
                }
            }
        }
    }

    /// Whether a reference that is not null is one of these.
    ///
    /// # Safety
    /// It is a reference of the hierarchy that this belongs to.
    #[inline]
    unsafe fn holds(self, store: &Inner, cell: u64) -> bool {
        let id = TypeId((self.0 >> 32) as u32);
        // SAFETY: the caller's promise.
        unsafe {
            match self.0 as u8 {
                ALWAYS => true,
                EQ => heap::is_i31(cell) || heap::is_object(cell),
                I31 => heap::is_i31(cell),
                STRUCT => heap::is_object(cell) && is_struct(&store.heap, cell) == Some(true),
                ARRAY => heap::is_object(cell) && is_struct(&store.heap, cell) == Some(false),
                OBJECT if heap::is_object(cell) => {
                    let depth = (self.0 as u32 >> 8) as usize;
                    heap::header(cell).ty == id.0
                        || store
                            .heap
                            .layout_of(cell)
                            .is_some_and(|layout| layout.is_below(id, depth))
                }
                FUNCTION => {
                    let function = object(cell).cast::<crate::func::Function>();
                    let registry = store.engine.registry();
                    registry.is_declared_below((*function).ty, id)
                }
                _ => false,
            }
        }
    }
}

unsafe fn is_struct(of: &Heap, cell: u64) -> Option<bool> {
    // SAFETY: the caller knows that it is an object.
    unsafe { of.layout_of(cell) }.map(heap::Layout::is_struct)
}

/// Whether a reference that the host gives is one of a type.
pub(crate) fn is_of(store: &Inner, cell: u64, heap: HeapType) -> bool {
    let internal = match heap {
        HeapType::Any
        | HeapType::Eq
        | HeapType::I31
        | HeapType::Struct
        | HeapType::Array
        | HeapType::None => true,
        HeapType::Concrete(id) => store.engine.registry().signature(id).is_none(),
        _ => false,
    };
    // SAFETY: the host holds references of the hierarchy of `any` as such.
    internal && unsafe { Target::new(store, heap).holds(store, cell) }
}
