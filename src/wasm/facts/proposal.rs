use serde::{Serialize, Serializer};
use wasmparser::{
    BlockType, CompositeInnerType, HeapType, MemoryType, Operator, RefType, StorageType, SubType,
    TableType, ValType, VisitOperator, VisitSimdOperator,
};

macro_rules! proposals {
    ($($constant:ident = $name:literal @ $bit:literal,)*) => {
        /// Which proposals beyond the first version of WebAssembly a module
        /// makes use of: by an instruction, a type or a section that only the
        /// proposal allows.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct Proposals(u32);

        impl Proposals {
            $(pub(super) const $constant: Self = Self(1 << $bit);)*

            /// The names, in alphabetical order, as `wasm-tools` writes them.
            pub fn names(self) -> impl Iterator<Item = &'static str> {
                [$((Self::$constant, $name)),*]
                    .into_iter()
                    .filter(move |(one, _)| self.0 & one.0 != 0)
                    .map(|(_, name)| name)
            }
        }
    };
}

proposals! {
    ACQUIRE_RELEASE_ATOMICS = "acquire-release-atomics" @ 0,
    BULK_MEMORY = "bulk-memory" @ 1,
    COMPACT_IMPORTS = "compact-imports" @ 2,
    CUSTOM_DESCRIPTORS = "custom-descriptors" @ 3,
    CUSTOM_PAGE_SIZES = "custom-page-sizes" @ 4,
    EXCEPTIONS = "exceptions" @ 5,
    EXTENDED_CONST = "extended-const" @ 6,
    FUNCTION_REFERENCES = "function-references" @ 7,
    GC = "gc" @ 8,
    LEGACY_EXCEPTIONS = "legacy-exceptions" @ 9,
    MEMORY64 = "memory64" @ 10,
    MEMORY_CONTROL = "memory-control" @ 11,
    MULTI_MEMORY = "multi-memory" @ 12,
    MULTI_VALUE = "multi-value" @ 13,
    MUTABLE_GLOBAL = "mutable-global" @ 14,
    REFERENCE_TYPES = "reference-types" @ 15,
    RELAXED_SIMD = "relaxed-simd" @ 16,
    SATURATING_FLOAT_TO_INT = "saturating-float-to-int" @ 17,
    SHARED_EVERYTHING_THREADS = "shared-everything-threads" @ 18,
    SIGN_EXTENSION = "sign-extension" @ 19,
    SIMD = "simd" @ 20,
    STACK_SWITCHING = "stack-switching" @ 21,
    TAIL_CALL = "tail-call" @ 22,
    THREADS = "threads" @ 23,
    WIDE_ARITHMETIC = "wide-arithmetic" @ 24,
}

impl Serialize for Proposals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl Proposals {
    /// Whether it makes use of none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Takes over what another part makes use of.
    pub fn insert(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether it makes use of all of these.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) fn value(&mut self, ty: ValType) {
        match ty {
            ValType::V128 => self.insert(Self::SIMD),
            ValType::Ref(ty) => {
                // `funcref` alone is what the first version's tables hold.
                if ty == RefType::FUNCREF {
                    self.insert(Self::REFERENCE_TYPES);
                } else {
                    self.reference(ty);
                }
            }
            _ => {}
        }
    }

    fn reference(&mut self, ty: RefType) {
        if ty == RefType::FUNCREF {
            return;
        }
        self.insert(if ty == RefType::EXTERNREF {
            Self::REFERENCE_TYPES
        } else {
            match ty.heap_type() {
                HeapType::Exact(_) => Self::CUSTOM_DESCRIPTORS,
                HeapType::Concrete(_) => Self::FUNCTION_REFERENCES,
                HeapType::Abstract { shared: true, .. } => Self::SHARED_EVERYTHING_THREADS,
                HeapType::Abstract { ty: heap, .. } => {
                    use wasmparser::AbstractHeapType as Heap;
                    match heap {
                        Heap::Exn | Heap::NoExn => Self::EXCEPTIONS,
                        Heap::Cont | Heap::NoCont => Self::STACK_SWITCHING,
                        Heap::Func | Heap::Extern => Self::FUNCTION_REFERENCES,
                        _ => Self::GC,
                    }
                }
            }
        });
    }

    pub(super) fn sub_type(&mut self, ty: &SubType, grouped: bool) {
        if grouped || !ty.is_final || !ty.supertype_idxs.is_empty() {
            self.insert(Self::GC);
        }
        if ty.composite_type.shared {
            self.insert(Self::SHARED_EVERYTHING_THREADS);
        }
        let composite = &ty.composite_type;
        if composite.descriptor_idx.is_some() || composite.describes_idx.is_some() {
            self.insert(Self::CUSTOM_DESCRIPTORS);
        }
        let mut storage = |ty: StorageType| {
            self.insert(Self::GC);
            if let StorageType::Val(ty) = ty {
                self.value(ty);
            }
        };
        match &composite.inner {
            CompositeInnerType::Func(ty) => {
                for ty in ty.params().iter().chain(ty.results()) {
                    self.value(*ty);
                }
                if ty.results().len() > 1 {
                    self.insert(Self::MULTI_VALUE);
                }
            }
            CompositeInnerType::Array(ty) => storage(ty.0.element_type),
            CompositeInnerType::Struct(ty) => {
                for field in &ty.fields {
                    storage(field.element_type);
                }
                self.insert(Self::GC);
            }
            CompositeInnerType::Cont(_) => self.insert(Self::STACK_SWITCHING),
        }
    }

    pub(super) fn memory(&mut self, ty: MemoryType) {
        if ty.memory64 {
            self.insert(Self::MEMORY64);
        }
        if ty.shared {
            self.insert(Self::THREADS);
        }
        if ty.page_size_log2.is_some() {
            self.insert(Self::CUSTOM_PAGE_SIZES);
        }
    }

    pub(super) fn table(&mut self, ty: TableType) {
        self.reference(ty.element_type);
        if ty.table64 {
            self.insert(Self::MEMORY64);
        }
        if ty.shared {
            self.insert(Self::SHARED_EVERYTHING_THREADS);
        }
    }

    /// An instruction of a constant expression.
    pub(super) fn constant(&mut self, operator: &Operator<'_>) {
        match operator {
            Operator::I32Add
            | Operator::I32Sub
            | Operator::I32Mul
            | Operator::I64Add
            | Operator::I64Sub
            | Operator::I64Mul => self.insert(Self::EXTENDED_CONST),
            other => self.visit_operator(other),
        }
    }
}

/// What an instruction's immediate says of proposals; most say nothing.
trait Note {
    fn note(&self, _used: &mut Proposals) {}
}

impl Note for BlockType {
    fn note(&self, used: &mut Proposals) {
        match self {
            Self::Empty => {}
            Self::Type(ty) => used.value(*ty),
            Self::FuncType(_) => used.insert(Proposals::MULTI_VALUE),
        }
    }
}

impl Note for ValType {
    fn note(&self, used: &mut Proposals) {
        used.value(*self);
    }
}

impl Note for wasmparser::TryTable {
    fn note(&self, used: &mut Proposals) {
        self.ty.note(used);
    }
}

macro_rules! says_nothing {
    ($($ty:ty),* $(,)?) => { $(impl Note for $ty {})* };
}

says_nothing!(
    u8,
    u32,
    i32,
    i64,
    [u8; 16],
    Vec<ValType>,
    wasmparser::Ieee32,
    wasmparser::Ieee64,
    wasmparser::V128,
    wasmparser::MemArg,
    wasmparser::BrTable<'_>,
    wasmparser::Ordering,
    wasmparser::ResumeTable,
    HeapType,
    RefType,
);

macro_rules! proposal_of {
    (mvp) => {
        Proposals(0)
    };
    (acquire_release_atomics) => {
        Proposals::ACQUIRE_RELEASE_ATOMICS
    };
    (bulk_memory) => {
        Proposals::BULK_MEMORY
    };
    (custom_descriptors) => {
        Proposals::CUSTOM_DESCRIPTORS
    };
    (exceptions) => {
        Proposals::EXCEPTIONS
    };
    (function_references) => {
        Proposals::FUNCTION_REFERENCES
    };
    (gc) => {
        Proposals::GC
    };
    (legacy_exceptions) => {
        Proposals::LEGACY_EXCEPTIONS
    };
    (memory_control) => {
        Proposals::MEMORY_CONTROL
    };
    (reference_types) => {
        Proposals::REFERENCE_TYPES
    };
    (relaxed_simd) => {
        Proposals::RELAXED_SIMD
    };
    (saturating_float_to_int) => {
        Proposals::SATURATING_FLOAT_TO_INT
    };
    (shared_everything_threads) => {
        Proposals::SHARED_EVERYTHING_THREADS
    };
    (sign_extension) => {
        Proposals::SIGN_EXTENSION
    };
    (simd) => {
        Proposals::SIMD
    };
    (stack_switching) => {
        Proposals::STACK_SWITCHING
    };
    (tail_call) => {
        Proposals::TAIL_CALL
    };
    (threads) => {
        Proposals::THREADS
    };
    (wide_arithmetic) => {
        Proposals::WIDE_ARITHMETIC
    };
}

macro_rules! visit {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        $(
            fn $visit(&mut self $($(, $arg: $argty)*)?) {
                $($($arg.note(self);)*)?
                self.insert(proposal_of!($proposal));
            }
        )*
    };
}

impl<'a> VisitOperator<'a> for Proposals {
    type Output = ();

    fn simd_visitor(&mut self) -> Option<&mut dyn VisitSimdOperator<'a, Output = ()>> {
        Some(self)
    }

    wasmparser::for_each_visit_operator!(visit);
}

impl VisitSimdOperator<'_> for Proposals {
    wasmparser::for_each_visit_simd_operator!(visit);
}
