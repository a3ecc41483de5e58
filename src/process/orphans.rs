/// Whether orphans of tools come to this process, so that it can end them too.
#[cfg(target_os = "linux")]
#[must_use]
pub fn finds_orphans() -> bool {
    use rustix::process::{child_subreaper, getpid, set_child_subreaper};
    set_child_subreaper(Some(getpid())).is_ok() && child_subreaper().is_ok_and(|own| own.is_some())
}

/// Whether orphans of tools come to this process: not on this system.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn finds_orphans() -> bool {
    false
}
