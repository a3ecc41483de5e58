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
    above: Option<Arc<Self>>,
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

    /// A wish of its own that is uttered with this one too: for work beside other
    /// work that is pointless when the other fails.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            above: Some(Arc::new(self.clone())),
            ..Self::default()
        }
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
            _ => self.above.as_ref().and_then(|above| above.reason()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_reaches_down_and_not_up() {
        let above = Cancel::new();
        let (one, other) = (above.child(), above.child());
        one.cancel();
        assert_eq!(one.reason(), Some(Reason::Interrupted));
        assert_eq!((above.reason(), other.reason()), (None, None));
        above.cancel();
        assert_eq!(other.reason(), Some(Reason::Interrupted));
        let late = Cancel::new().with_limit(Some(Duration::ZERO));
        assert_eq!(late.child().reason(), Some(Reason::Timeout));
    }
}
