//! What all modules and stores of a process share.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use wasmparser::WasmFeatures;

use crate::registry::Registry;
use crate::technique::Techniques;

/// How code is validated and translated.
///
/// What is off here costs nothing when code runs: it is not in the translated
/// code at all.
#[derive(Debug, Clone)]
pub struct Config {
    pub(crate) features: WasmFeatures,
    pub(crate) fuel: bool,
    pub(crate) interruptible: bool,
    pub(crate) max_stack: usize,
    pub(crate) count: bool,
    pub(crate) watched: Vec<u32>,
    pub(crate) techniques: Techniques,
    #[cfg(feature = "oracle")]
    pub(crate) looped: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

impl Config {
    /// All that is implemented; no fuel, no interruption; a stack of 8 MiB.
    #[must_use]
    pub fn new() -> Self {
        Self {
            features: Self::supported(),
            fuel: false,
            interruptible: false,
            max_stack: 8 << 20,
            count: false,
            watched: Vec::new(),
            techniques: Techniques::default(),
            #[cfg(feature = "oracle")]
            looped: false,
        }
    }

    /// The proposals that this engine implements.
    #[must_use]
    pub fn supported() -> WasmFeatures {
        WasmFeatures::WASM2
            | WasmFeatures::TAIL_CALL
            | WasmFeatures::EXTENDED_CONST
            | WasmFeatures::MULTI_MEMORY
            | WasmFeatures::MEMORY64
            | WasmFeatures::RELAXED_SIMD
            | WasmFeatures::FUNCTION_REFERENCES
            | WasmFeatures::EXCEPTIONS
            | WasmFeatures::LEGACY_EXCEPTIONS
            | WasmFeatures::GC
            | WasmFeatures::THREADS
            | WasmFeatures::CUSTOM_PAGE_SIZES
            | WasmFeatures::WIDE_ARITHMETIC
    }

    /// Which proposals modules may use; those that are not
    /// [supported](Self::supported) stay off.
    #[must_use]
    pub fn features(mut self, features: WasmFeatures) -> Self {
        self.features = features & Self::supported();
        self
    }

    /// Whether code uses up fuel; see [`Store::set_fuel`](crate::Store::set_fuel).
    #[must_use]
    pub fn fuel(mut self, on: bool) -> Self {
        self.fuel = on;
        self
    }

    /// Whether code can be ended by a deadline or from another thread, and
    /// sampled; see [`Store::interrupt_handle`](crate::Store::interrupt_handle).
    #[must_use]
    pub fn interruptible(mut self, on: bool) -> Self {
        self.interruptible = on;
        self
    }

    /// The bytes that frames of nested calls may take. At least 64 KiB.
    #[must_use]
    pub fn max_stack(mut self, bytes: usize) -> Self {
        self.max_stack = bytes.max(64 << 10);
        self
    }

    /// Whether code counts the operators that it runs; see
    /// [`Store::counts`](crate::Store::counts).
    #[must_use]
    pub fn count(mut self, on: bool) -> Self {
        self.count = on;
        self
    }

    /// Functions of modules, by index, whose calls are told to the store's
    /// [watcher](crate::Store::set_watcher). An imported function is watched
    /// where code names it in a call.
    #[must_use]
    pub fn watch(mut self, functions: Vec<u32>) -> Self {
        self.watched = functions;
        self
    }

    /// Translates without one of the techniques.
    #[cfg(feature = "oracle")]
    #[must_use]
    pub fn without(mut self, technique: crate::Technique) -> Self {
        self.techniques.leave_out(technique);
        self
    }

    /// Runs code by the loop backend, though the threaded one is there.
    #[cfg(feature = "oracle")]
    #[must_use]
    pub fn looped(mut self, on: bool) -> Self {
        self.looped = on;
        self
    }
}

/// What all modules and stores share: the configuration and the types.
/// A clone is the same engine.
#[derive(Debug, Clone, Default)]
pub struct Engine(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    config: Config,
    registry: RwLock<Registry>,
}

impl Engine {
    /// An engine with this configuration.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self(Arc::new(Shared {
            config,
            registry: RwLock::default(),
        }))
    }

    /// Its configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn registry(&self) -> RwLockReadGuard<'_, Registry> {
        self.0
            .registry
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn registry_mut(&self) -> RwLockWriteGuard<'_, Registry> {
        self.0
            .registry
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
