//! What a store may grow to, and how it is ended from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::memory::MemoryEntity;
use crate::table::TableEntity;

/// What all memories, tables and instances of a store may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The bytes of each memory.
    pub memory_bytes: u64,
    /// The elements of each table.
    pub table_elements: u64,
    /// The bytes of all objects of the garbage-collected heap.
    pub heap_bytes: u64,
    /// How many instances there may be. One that could not be completed counts,
    /// too, since a table may hold functions of it already.
    pub instances: usize,
}

impl Default for Limits {
    /// What WebAssembly allows for memories; ten million elements a table; 4 GiB of
    /// objects; ten thousand instances.
    fn default() -> Self {
        Self {
            memory_bytes: u64::MAX,
            table_elements: 10_000_000,
            heap_bytes: 4 << 30,
            instances: 10_000,
        }
    }
}

/// Keeps memories and tables within the limits.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    pub(crate) limits: Limits,
}

impl Limiter {
    pub(crate) fn grow_memory(&self, memory: &mut MemoryEntity, pages: u64) -> Option<u64> {
        let new = u128::from(memory.pages()) + u128::from(pages);
        let bytes = new << memory.ty.page_size_log2;
        if bytes > u128::from(self.limits.memory_bytes) {
            return None;
        }
        memory.grow(pages)
    }

    pub(crate) fn grow_table(&self, table: &mut TableEntity, by: u64, init: u64) -> Option<u64> {
        let new = (table.len as u64).checked_add(by)?;
        if new > self.limits.table_elements {
            return None;
        }
        table.grow(by, init)
    }
}

/// Ends code that runs in a store, from any thread. Works when the engine is
/// configured to be [interruptible](crate::Config::interruptible).
#[derive(Debug, Clone, Default)]
pub struct InterruptHandle(pub(crate) Arc<Signals>);

/// What another thread wants. Code looks at `any` alone.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    pub(crate) any: AtomicBool,
    pub(crate) cancel: AtomicBool,
    pub(crate) sample: AtomicBool,
    pub(crate) late: AtomicBool,
}

impl InterruptHandle {
    /// Ends the code with [`Trap::Interrupted`](crate::Trap::Interrupted), and
    /// all that is called afterwards.
    pub fn cancel(&self) {
        self.0.cancel.store(true, Ordering::Relaxed);
        self.0.any.store(true, Ordering::Release);
    }

    /// Ends the code with [`Trap::Deadline`](crate::Trap::Deadline), and all that
    /// is called afterwards.
    pub fn expire(&self) {
        self.0.late.store(true, Ordering::Relaxed);
        self.0.any.store(true, Ordering::Release);
    }

    /// Has the store's sampler look at the calls that the code is in.
    pub fn sample(&self) {
        self.0.sample.store(true, Ordering::Relaxed);
        self.0.any.store(true, Ordering::Release);
    }

    /// Expires at a time. The thread that waits for it ends with the store.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn expire_at(&self, deadline: Instant) -> std::io::Result<()> {
        let signals = Arc::downgrade(&self.0);
        std::thread::Builder::new()
            .name("deadline".to_owned())
            .spawn(move || {
                loop {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        break;
                    }
                    // So that a store that is gone does not keep the thread.
                    std::thread::sleep(left.min(std::time::Duration::from_secs(1)));
                    if signals.strong_count() == 0 {
                        return;
                    }
                }
                if let Some(signals) = signals.upgrade() {
                    Self(signals).expire();
                }
            })
            .map(|_| ())
    }
}
