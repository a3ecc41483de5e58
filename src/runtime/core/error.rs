//! Why a module was refused and why its code ended early.

use std::fmt;

use crate::tag::Tag;
use crate::val::Val;

macro_rules! traps {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Why WebAssembly code cannot go on. Each is displayed as the official
        /// test suite words it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Trap { $($(#[$doc])* $name,)* }

        impl Trap {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
        }

        impl fmt::Display for Trap {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$name => $text,)* })
            }
        }
    };
}

traps! {
    /// `unreachable` was reached.
    Unreachable = "unreachable",
    /// A load, store or bulk operation outside of a memory or data segment.
    MemoryOutOfBounds = "out of bounds memory access",
    /// An access outside of a table or element segment.
    TableOutOfBounds = "out of bounds table access",
    /// An indirect call outside of a table.
    UndefinedElement = "undefined element",
    /// An indirect call of an empty element.
    UninitializedElement = "uninitialized element",
    /// An indirect call of a function of another type.
    BadSignature = "indirect call type mismatch",
    /// The result of a division or conversion cannot be represented.
    IntegerOverflow = "integer overflow",
    /// A division by zero.
    IntegerDivisionByZero = "integer divide by zero",
    /// Not a number cannot be converted to an integer.
    BadConversionToInteger = "invalid conversion to integer",
    /// Calls are nested too deeply.
    StackOverflow = "call stack exhausted",
    /// The store's fuel is used up.
    OutOfFuel = "all fuel consumed",
    /// Another thread asked for the end.
    Interrupted = "interrupted",
    /// The store's deadline has passed.
    Deadline = "deadline passed",
    /// A null reference was used.
    NullReference = "null reference",
    /// A null function reference was called.
    NullFunctionReference = "null function reference",
    /// A null structure reference was used.
    NullStructureReference = "null structure reference",
    /// A null array reference was used.
    NullArrayReference = "null array reference",
    /// A null 31-bit integer reference was used.
    NullI31Reference = "null i31 reference",
    /// A null exception reference was thrown.
    NullExceptionReference = "null exception reference",
    /// A reference is not of the type it was cast to.
    CastFailure = "cast failure",
    /// An access outside of an array.
    ArrayOutOfBounds = "out of bounds array access",
    /// An atomic access that is not aligned.
    UnalignedAtomic = "unaligned atomic",
    /// A wait on a memory that is not shared.
    ExpectedSharedMemory = "expected shared memory",
    /// There is no room for another object.
    HeapExhausted = "allocation size too large",
}

/// An exception that nothing caught, or that a host's function throws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// What kind of exception it is.
    pub tag: Tag,
    /// What it carries, as the tag's type says.
    pub carried: Vec<Val>,
}

/// A call that WebAssembly code was in, the innermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The module's name by its name section.
    pub module: Option<String>,
    /// The function's index; imported functions come first.
    pub function: u32,
    /// The function's name by the name section, as it stands there.
    pub name: Option<String>,
    /// Where the operator is, in bytes from the start of the module.
    pub offset: u64,
}

/// What kind of end it was.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The code did what has no meaning.
    Trap(Trap),
    /// An exception that nothing caught.
    Exception(Exception),
    /// A host function ended it.
    Host(Box<dyn std::error::Error + Send + Sync>),
    /// An import is missing or of another type.
    Link {
        /// The module it should come from.
        module: String,
        /// Its name.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// A limit of the store or of the implementation.
    Limit(String),
    /// The call does not fit: arguments, results, an index.
    Usage(String),
}

/// Why WebAssembly code ended early, or could not begin.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    backtrace: Vec<Frame>,
    omitted: Option<(usize, u64)>,
}

impl Error {
    /// An error of a kind, without a backtrace.
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            backtrace: Vec::new(),
            omitted: None,
        }))
    }

    /// What a host function answers to end the code that called it.
    pub fn host(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(ErrorKind::Host(error.into()))
    }

    /// What a host function answers to throw an exception, which the code that
    /// called it can catch.
    #[must_use]
    pub fn exception(tag: Tag, carried: Vec<Val>) -> Self {
        Self::new(ErrorKind::Exception(Exception { tag, carried }))
    }

    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage(text.into()))
    }

    pub(crate) fn limit(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Limit(text.into()))
    }

    /// What kind of end it was.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The trap, if it was one.
    #[must_use]
    pub fn trap(&self) -> Option<Trap> {
        match self.0.kind {
            ErrorKind::Trap(trap) => Some(trap),
            _ => None,
        }
    }

    /// The host's error, if it was one of this type.
    #[must_use]
    pub fn downcast_ref<E: std::error::Error + 'static>(&self) -> Option<&E> {
        match &self.0.kind {
            ErrorKind::Host(error) => error.downcast_ref(),
            _ => None,
        }
    }

    /// The calls it came through, the innermost first. Calls that went through
    /// the host in between are all there. Of very many, those in the middle are
    /// [left out](Self::omitted).
    #[must_use]
    pub fn backtrace(&self) -> &[Frame] {
        &self.0.backtrace
    }

    /// Where in the backtrace calls are left out, and how many.
    #[must_use]
    pub fn omitted(&self) -> Option<(usize, u64)> {
        self.0.omitted
    }

    /// Adds calls, of which `omitted` are left out behind the first `INNERMOST`.
    pub(crate) fn extend_backtrace(&mut self, frames: Vec<Frame>, omitted: u64) {
        let at = self.0.backtrace.len() + crate::exec::INNERMOST;
        if omitted > 0 && self.0.omitted.is_none() {
            self.0.omitted = Some((at, omitted));
        }
        self.0.backtrace.extend(frames);
    }
}

impl From<Trap> for Error {
    fn from(trap: Trap) -> Self {
        Self::new(ErrorKind::Trap(trap))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            ErrorKind::Trap(trap) => trap.fmt(f),
            ErrorKind::Exception(_) => f.write_str("uncaught exception"),
            ErrorKind::Host(error) => error.fmt(f),
            ErrorKind::Link {
                module,
                name,
                reason,
            } => write!(f, "{reason}: `{module}` `{name}`"),
            ErrorKind::Limit(text) | ErrorKind::Usage(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("backtrace", &self.0.backtrace)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            ErrorKind::Host(error) => Some(&**error),
            _ => None,
        }
    }
}

/// Why bytes are not a module that this engine runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleError {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes from the start.
    pub offset: u64,
}

impl fmt::Display for ModuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at offset {:#x})", self.message, self.offset)
    }
}

impl std::error::Error for ModuleError {}

impl From<wasmparser::Error> for ModuleError {
    fn from(error: wasmparser::Error) -> Self {
        Self {
            message: error.message().to_owned(),
            offset: error.offset(),
        }
    }
}
