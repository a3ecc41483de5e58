use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{Cancel, Reason, kill_all};
use crate::error::Exit;

static WISH: Mutex<Option<Cancel>> = Mutex::new(None);

static LISTENING: AtomicBool = AtomicBool::new(false);

/// Utters the wish when the user interrupts the program (SIGINT, SIGTERM or
/// SIGHUP; Ctrl-C or a closed console on Windows). A second interrupt ends the
/// program at once, after killing the tools that run. A later call replaces the
/// wish of an earlier one.
///
/// # Errors
/// When the system does not let us listen.
pub fn cancel_on_interrupt(cancel: &Cancel) -> io::Result<()> {
    let mut wish = WISH.lock().unwrap_or_else(PoisonError::into_inner);
    *wish = Some(cancel.clone());
    drop(wish);
    if !LISTENING.swap(true, Ordering::SeqCst) {
        ctrlc::set_handler(interrupted).map_err(io::Error::other)?;
    }
    Ok(())
}

/// From now on an interrupt ends the program at once: what runs has no tools to
/// be ended first.
pub fn end_on_interrupt() {
    *WISH.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// Runs in a thread of its own, not in the signal handler.
fn interrupted() {
    let wish = WISH.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(cancel) = wish.as_ref()
        && cancel.reason() != Some(Reason::Interrupted)
    {
        cancel.cancel();
        return;
    }
    kill_all();
    std::process::exit(Exit::Interrupted.code().into());
}
