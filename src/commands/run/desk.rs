//! Where all that the loop has to heed arrives, from whichever thread.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::process::Cancel;
use crate::server::Asked;

/// How often the loop looks whether the user wants it to end.
const LOOK: Duration = Duration::from_millis(50);

/// What the loop has to heed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wake {
    /// Files have changed, relative to the root.
    Changed(Vec<PathBuf>),
    /// Somebody wants a new build.
    Rebuild,
    /// Somebody wants the page in a browser.
    Open,
    /// Somebody wants it to end.
    Quit,
    /// A page has printed something.
    Console { level: String, text: String },
}

/// Hands over what has to be heeded. What makes the build under way pointless
/// ends it.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    wakes: Sender<Wake>,
    build: Arc<Mutex<Option<Cancel>>>,
    /// Files whose changes end no build: builds make them themselves.
    muted: Arc<Mutex<BTreeSet<PathBuf>>>,
}

/// Where the loop gets it.
#[derive(Debug)]
pub(super) struct Inbox {
    wakes: Receiver<Wake>,
}

pub(super) fn desk() -> (Desk, Inbox) {
    let (send, wakes) = channel();
    let desk = Desk {
        wakes: send,
        build: Arc::default(),
        muted: Arc::default(),
    };
    (desk, Inbox { wakes })
}

impl Desk {
    pub(super) fn wake(&self, wake: Wake) {
        let ends = match &wake {
            Wake::Changed(files) => files.iter().any(|file| !self.is_muted(file)),
            Wake::Rebuild | Wake::Quit => true,
            Wake::Open | Wake::Console { .. } => false,
        };
        // The build that this starts must not be the one that it ends.
        let build = self.build();
        let _ = self.wakes.send(wake);
        if ends && let Some(build) = &*build {
            build.cancel();
        }
    }

    /// From now on, changes of a file end no build.
    pub(super) fn mute(&self, file: &Path) {
        self.muted().insert(file.to_owned());
    }

    /// They do again.
    pub(super) fn unmute(&self, file: &Path) {
        self.muted().remove(file);
    }

    pub(super) fn is_muted(&self, file: &Path) -> bool {
        self.muted().contains(file)
    }

    fn muted(&self) -> std::sync::MutexGuard<'_, BTreeSet<PathBuf>> {
        self.muted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a page asks for.
    pub(super) fn asked(&self, asked: Asked) {
        self.wake(match asked {
            Asked::Rebuild => Wake::Rebuild,
            Asked::Stop => Wake::Quit,
            Asked::Console { level, text } => Wake::Console { level, text },
        });
    }

    /// A build begins, which can be ended by this.
    pub(super) fn begin(&self, cancel: &Cancel) {
        *self.build() = Some(cancel.clone());
    }

    /// It is over.
    pub(super) fn end(&self) {
        *self.build() = None;
    }

    fn build(&self) -> std::sync::MutexGuard<'_, Option<Cancel>> {
        self.build.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inbox {
    /// The next thing to heed; none when the user wants it to end.
    pub(super) fn next(&self, cancel: &Cancel) -> Option<Wake> {
        while cancel.reason().is_none() {
            match self.wakes.recv_timeout(LOOK) {
                Ok(wake) => return Some(wake),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        None
    }

    /// What is there already.
    pub(super) fn at_hand(&self) -> Option<Wake> {
        self.wakes.try_recv().ok()
    }
}
