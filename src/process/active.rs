use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::group::Group;

/// The tools that run now.
static ACTIVE: Mutex<Vec<Weak<Group>>> = Mutex::new(Vec::new());

fn active() -> MutexGuard<'static, Vec<Weak<Group>>> {
    ACTIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Remembers a tool that runs.
pub(super) fn add(group: &Arc<Group>) {
    active().push(Arc::downgrade(group));
}

/// Forgets a tool. From then on nobody else sends it a signal.
pub(super) fn remove(group: &Arc<Group>) {
    active().retain(|other| !std::ptr::eq(other.as_ptr(), Arc::as_ptr(group)));
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

/// Kills all tools that run, without waiting for them.
pub(super) fn kill_all() {
    for group in active().iter().filter_map(Weak::upgrade) {
        group.kill();
    }
}
