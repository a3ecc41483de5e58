use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use super::group::Group;

/// The tools that run now.
static ACTIVE: Mutex<Vec<Weak<Group>>> = Mutex::new(Vec::new());

fn active() -> MutexGuard<'static, Vec<Weak<Group>>> {
    ACTIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many tools run or are being ended.
static UNFINISHED: AtomicUsize = AtomicUsize::new(0);

/// Remembers a tool that runs.
pub(super) fn add(group: &Arc<Group>) {
    UNFINISHED.fetch_add(1, Ordering::SeqCst);
    active().push(Arc::downgrade(group));
}

/// Forgets a tool. From then on nobody else sends it a signal.
pub(super) fn remove(group: &Arc<Group>) {
    active().retain(|other| !std::ptr::eq(other.as_ptr(), Arc::as_ptr(group)));
}

/// Says that nothing of a forgotten tool is left.
pub(super) fn finished() {
    UNFINISHED.fetch_sub(1, Ordering::SeqCst);
}

/// How many tools run, or are being ended.
#[cfg(target_os = "linux")]
pub(super) fn unfinished() -> usize {
    UNFINISHED.load(Ordering::SeqCst)
}

/// The process ids of the tools that run now.
#[cfg(target_os = "linux")]
pub(super) fn leaders() -> Vec<i32> {
    active()
        .iter()
        .filter_map(Weak::upgrade)
        .map(|group| group.id())
        .collect()
}

/// Kills all tools that run, and waits a little until whoever runs them has
/// cleared up behind them.
pub fn kill_all() {
    for group in active().iter().filter_map(Weak::upgrade) {
        group.kill();
    }
    for _ in 0..100 {
        if UNFINISHED.load(Ordering::SeqCst) == 0 {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
