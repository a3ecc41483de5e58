//! The system's notifications. Linux watches folder by folder, so that ignored
//! ones cost nothing and the system's limit is not used up; others watch the
//! root with all below it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind, RemoveKind, RenameMode};
use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::Signal;

#[derive(Debug)]
pub(super) struct Notifier {
    inner: RecommendedWatcher,
}

impl Notifier {
    /// Watches a root; with what is wrong, after "the system".
    pub(super) fn new(root: &Path, signals: Sender<Signal>) -> Result<Self, String> {
        let hear = move |event: notify::Result<Event>| {
            for signal in heard(event) {
                let _ = signals.send(signal);
            }
        };
        let mut inner = notify::recommended_watcher(hear).map_err(|error| why(&error))?;
        if cfg!(target_os = "linux") {
            // The folder above tells when the root itself goes and comes.
            if let Some(above) = root.parent() {
                let _ = inner.watch(above, RecursiveMode::NonRecursive);
            }
        } else {
            let watched = inner.watch(root, RecursiveMode::Recursive);
            watched.map_err(|error| why(&error))?;
        }
        Ok(Self { inner })
    }

    /// Watches these folders too.
    pub(super) fn follow(&mut self, folders: &BTreeSet<PathBuf>) -> Result<(), String> {
        if !cfg!(target_os = "linux") {
            return Ok(());
        }
        for folder in folders {
            match self.inner.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => {}
                Err(error) if is_full(&error) => return Err(why(&error)),
                // It has vanished meanwhile, or may not be read.
                Err(error) => tracing::debug!(?folder, %error, "not watched"),
            }
        }
        Ok(())
    }
}

fn is_full(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::MaxFilesWatch => true,
        ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::StorageFull,
        _ => false,
    }
}

fn why(error: &notify::Error) -> String {
    if is_full(error) {
        return "watches no more folders (`sysctl fs.inotify.max_user_watches` is its limit)"
            .to_owned();
    }
    format!("tells of no changes ({error})")
}

/// The folders in which something may have changed.
fn heard(event: notify::Result<Event>) -> Vec<Signal> {
    let Ok(event) = event else {
        return vec![Signal::Anything];
    };
    if event.need_rescan() {
        return vec![Signal::Anything];
    }
    let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
    if event.kind.is_access() && event.kind != written {
        return Vec::new();
    }
    let leaves = matches!(
        event.kind,
        EventKind::Remove(RemoveKind::Folder)
            | EventKind::Modify(ModifyKind::Name(RenameMode::From))
    );
    let signals = event.paths.into_iter().flat_map(|path| {
        let above = path.parent().map(|above| Signal::Folder(above.to_owned()));
        let itself = match leaves {
            true => Signal::Gone(path),
            false => Signal::Folder(path),
        };
        [itself].into_iter().chain(above)
    });
    signals.collect()
}
