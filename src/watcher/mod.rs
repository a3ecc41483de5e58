//! Tells when files below a folder have changed, by what is in them.
//!
//! Editors, tools and the system's notifications say far more than that: a file
//! that is written with the same bytes, a swap file, an ignored folder full of
//! objects. None of it reaches the caller. This room knows nothing of builds and
//! of servers.

mod ignored;
mod notifier;
mod state;
mod tree;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::error::{Code, Error, Result};
use ignored::Ignored;
use notifier::Notifier;
use tree::Tree;

/// So long nothing may happen before changes are told: an editor saves in
/// several steps.
const QUIET: Duration = Duration::from_millis(25);

/// And so long they are held back at most.
const LONGEST: Duration = Duration::from_millis(250);

/// How often a folder is looked for that has gone.
const GONE: Duration = Duration::from_millis(200);

/// How to watch.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Look at all files so often, for file systems that tell of no changes.
    pub poll: Option<Duration>,
    /// Files that are not looked at, and folders with all that is in them.
    pub own: Vec<PathBuf>,
}

/// A folder that is being watched, until this is dropped.
#[derive(Debug)]
pub struct Watcher {
    signals: Sender<Signal>,
    thread: Option<JoinHandle<()>>,
    warning: Option<String>,
}

/// What wakes the thread.
#[derive(Debug)]
enum Signal {
    /// Something in this folder.
    Folder(PathBuf),
    /// This folder is no more, or not here: another one may be in its place, with
    /// its name and even with its number.
    Gone(PathBuf),
    /// Something somewhere.
    Anything,
    /// Do not look at these any more.
    Ignore(Vec<PathBuf>),
    Stop,
}

/// Watches a folder. `told` gets the files whose content is not what it was, or
/// that have come or gone, relative to the folder and sorted; it is called on a
/// thread of its own. What is there when this returns counts as known.
///
/// # Errors
/// [`Code::Io`] when the folder cannot be read.
pub fn watch(
    root: &Path,
    options: &Options,
    mut told: impl FnMut(Vec<PathBuf>) + Send + 'static,
) -> Result<Watcher> {
    let root = root
        .canonicalize()
        .map_err(|error| Error::io("watch", root, &error))?;
    let (signals, heard) = channel();
    let (mut warning, mut poll) = (None, options.poll);
    let mut notifier = None;
    if poll.is_none() {
        match Notifier::new(&root, signals.clone()) {
            Ok(new) => notifier = Some(new),
            Err(why) => (warning, poll) = fall_back(&why),
        }
    }
    let mut tree = Tree::new(&root, Ignored::new(&options.own));
    // Watched first and read then: what changes meanwhile is looked at again.
    tree.scan();
    if let Some(watching) = &mut notifier
        && let Err(why) = watching.follow(&tree.folders())
    {
        (warning, poll) = fall_back(&why);
        notifier = None;
    }
    let mut thread = Thread {
        tree,
        notifier,
        poll,
        heard,
    };
    let run = move || {
        thread.tree.learn();
        while let Some(changed) = thread.next() {
            if !changed.is_empty() {
                told(changed.into_iter().collect());
            }
        }
    };
    let thread = thread::Builder::new().name("watcher".into()).spawn(run);
    let thread = thread.map_err(|error| {
        Error::new(Code::Io, "could not start a thread to watch files").because(error.to_string())
    })?;
    Ok(Watcher {
        signals,
        thread: Some(thread),
        warning,
    })
}

/// Without notifications all files are looked at now and then.
fn fall_back(why: &str) -> (Option<String>, Option<Duration>) {
    let every = Duration::from_secs(1);
    let warning = format!("looking for changes once a second, since the system {why}");
    (Some(warning), Some(every))
}

impl Watcher {
    /// What the user should know of how it is watched.
    #[must_use]
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    /// Does not look at these files any more.
    pub fn ignore(&self, files: Vec<PathBuf>) {
        let _ = self.signals.send(Signal::Ignore(files));
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.signals.send(Signal::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Thread {
    tree: Tree,
    notifier: Option<Notifier>,
    poll: Option<Duration>,
    heard: Receiver<Signal>,
}

/// What was heard since the last look.
#[derive(Default)]
struct Heard {
    folders: BTreeSet<PathBuf>,
    anything: bool,
    stop: bool,
}

impl Thread {
    /// The next changes; none once nobody wants to know.
    fn next(&mut self) -> Option<BTreeSet<PathBuf>> {
        let heard = self.listen();
        if heard.stop {
            return None;
        }
        let mut changed = if heard.anything || self.poll.is_some() {
            self.tree.scan()
        } else {
            self.tree.look(&heard.folders)
        };
        if !self.tree.root().is_dir() {
            changed.append(&mut self.wait_for_root()?);
        }
        // A folder that is new may have got files before it was watched.
        while let Some(notifier) = &mut self.notifier {
            let fresh = self.tree.take_new_folders();
            if fresh.is_empty() {
                break;
            }
            if let Err(why) = notifier.follow(&fresh) {
                tracing::warn!(why, "watching by looking at all files from now on");
                self.notifier = None;
                self.poll = fall_back(&why).1;
                break;
            }
            changed.append(&mut self.tree.look(&fresh));
        }
        Some(changed)
    }

    /// Waits until something was heard and then nothing any more.
    fn listen(&mut self) -> Heard {
        let mut heard = Heard::default();
        let mut first: Option<Instant> = None;
        loop {
            let patience = match (first, self.poll) {
                (Some(first), _) => QUIET.min(LONGEST.saturating_sub(first.elapsed())),
                (None, Some(every)) => every,
                (None, None) => Duration::from_secs(3600),
            };
            match self.heard.recv_timeout(patience) {
                Ok(signal) => self.take(signal, &mut heard),
                Err(RecvTimeoutError::Timeout) if first.is_none() && self.poll.is_none() => {}
                Err(RecvTimeoutError::Timeout) => return heard,
                Err(RecvTimeoutError::Disconnected) => heard.stop = true,
            }
            if heard.stop {
                return heard;
            }
            if first.is_none() && (heard.anything || !heard.folders.is_empty()) {
                first = Some(Instant::now());
            }
        }
    }

    fn take(&mut self, signal: Signal, heard: &mut Heard) {
        match signal {
            Signal::Folder(folder) => {
                heard.folders.insert(folder);
            }
            Signal::Gone(folder) => self.tree.forget_folder(&folder),
            Signal::Anything => heard.anything = true,
            Signal::Ignore(files) => self.tree.ignore(files),
            Signal::Stop => heard.stop = true,
        }
    }

    /// The folder has gone; perhaps it comes back, as when a branch is changed.
    fn wait_for_root(&mut self) -> Option<BTreeSet<PathBuf>> {
        while !self.tree.root().is_dir() {
            let mut heard = Heard::default();
            match self.heard.recv_timeout(GONE) {
                Ok(signal) => self.take(signal, &mut heard),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => heard.stop = true,
            }
            if heard.stop {
                return None;
            }
        }
        self.tree.forget_folders();
        Some(self.tree.scan())
    }
}

#[cfg(test)]
mod tests;
