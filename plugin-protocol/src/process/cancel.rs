use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// Why work has to end early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The user asked for it.
    Interrupted,
    /// The time was up.
    Timeout,
}

/// A wish to end early that can be looked at from any thread. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    asked: Arc<AtomicU8>,
    deadline: Option<Instant>,
}

impl Cancel {
    /// A wish that nobody has uttered yet, without a deadline.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same wish, uttered by itself when `limit` has passed from now.
    #[must_use]
    pub fn with_limit(mut self, limit: Option<Duration>) -> Self {
        self.deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        self
    }

    /// Utters it.
    pub fn cancel(&self) {
        self.asked.store(1, Ordering::SeqCst);
    }

    /// Whether to end, and why.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        if self.asked.load(Ordering::SeqCst) != 0 {
            return Some(Reason::Interrupted);
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Some(Reason::Timeout),
            _ => None,
        }
    }
}
