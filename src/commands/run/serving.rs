//! The loop: build, serve, wait for what happens, build again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::builder::{Builder, Ended, served};
use super::desk::{Desk, Inbox, Wake, desk};
use super::keys::Keys;
use super::loops::Loops;
use super::speaker::{Event, Speaker, changed, file};
use super::subject::{Subject, ending, url_of};
use super::{Format, frames, opening};
use crate::commands::Context;
use crate::commands::compile::What;
use crate::config::ServerFlags;
use crate::error::{Code, Error, Exit, Result};
use crate::process;
use crate::server::{self, Board, Server};
use crate::watcher::{self, Watcher};

/// Serves what is there until somebody ends it.
pub(super) fn serve(
    context: &Context,
    what: &What,
    flags: ServerFlags,
    format: Format,
) -> Result<Exit> {
    let settings = what.settings(&context.home, flags)?;
    process::cancel_on_interrupt(&context.cancel).map_err(|error| {
        Error::new(Code::Io, "could not listen for Ctrl-C").because(error.to_string())
    })?;
    let subject = Subject::find(context, what, &settings)?;
    let (root, own) = (subject.folder().to_owned(), settings.server.clone());
    let (desk, inbox) = desk();
    let asked = desk.clone();
    let options = opening::options(&own, served(&subject, &settings))?;
    let server = Server::start(options, Arc::new(move |what| asked.asked(what)))?;
    let url = opening::url(server.address());
    // For `wasmrun stop`; without a home there is none.
    let entry = server::enter(&context.home, &server, &url, root.clone());
    if let Err(error) = &entry {
        tracing::warn!(%error, "other wasmruns will not know of this server");
    }
    let speaker = Speaker::new(&context.terminal, format);
    opening::tell(&speaker, &server, &root.display().to_string(), &settings);
    let keys = Keys::listen(&desk, &context.terminal);
    if keys.is_some() {
        speaker.keys();
    }
    let board = server.board().clone();
    let mut serving = Serving {
        context,
        speaker,
        board: &board,
        builder: Builder::new(context, what, settings, subject, &board),
        desk,
        inbox,
        root,
        url,
        waiting: Vec::new(),
        loops: Loops::default(),
    };
    let watcher = match own.watch.value {
        true => Some(serving.watch(own.poll.value)?),
        false => None,
    };
    let ended = serving.run(watcher.as_ref(), own.open.value);
    drop((watcher, keys));
    server.stop();
    drop(entry);
    serving.speaker.tell(&board, &Event::Stopped);
    // The user has ended what had no end of its own.
    process::end_on_interrupt();
    ended
}

/// Why to build, and the files behind it.
type Reason = (String, Vec<PathBuf>);

struct Serving<'a> {
    context: &'a Context,
    speaker: Speaker<'a>,
    board: &'a Board,
    builder: Builder<'a>,
    desk: Desk,
    inbox: Inbox,
    root: PathBuf,
    url: String,
    /// What came while a build ran.
    waiting: Vec<Wake>,
    loops: Loops,
}

impl Serving<'_> {
    fn watch(&self, poll: Option<std::time::Duration>) -> Result<Watcher> {
        let options = watcher::Options {
            poll,
            own: self.builder.own_files(),
        };
        let desk = self.desk.clone();
        let watcher = watcher::watch(&self.root, &options, move |files| {
            desk.wake(Wake::Changed(files));
        })?;
        if let Some(message) = watcher.warning() {
            self.speaker.warn(self.board, message);
        }
        Ok(watcher)
    }

    fn run(&mut self, watcher: Option<&Watcher>, open: bool) -> Result<Exit> {
        let mut reason = ("first build".to_owned(), Vec::new());
        let mut first = true;
        loop {
            let ended = self.build(&reason);
            if let Some(watcher) = watcher {
                watcher.ignore(self.builder.own_files());
            }
            if self.context.cancel.reason().is_some() {
                return Ok(Exit::Interrupted);
            }
            if open && std::mem::take(&mut first) {
                self.open();
            }
            let Some(next) = self.wait(&ended, &reason) else {
                let interrupted = self.context.cancel.reason().is_some();
                return Ok(if interrupted {
                    Exit::Interrupted
                } else {
                    Exit::Ok
                });
            };
            reason = next;
        }
    }

    fn build(&mut self, (reason, files): &Reason) -> Ended {
        let cancel = self.context.cancel.child();
        self.desk.begin(&cancel);
        let loaded = !matches!(self.builder.subject, Subject::Project(_));
        let mut user = self.speaker.report(loaded);
        let (inbox, speaker, board) = (&self.inbox, &self.speaker, self.board);
        let (waiting, module) = (&mut self.waiting, self.builder.module());
        // Pages go on while it builds.
        let mut meanwhile = || {
            while let Some(wake) = inbox.at_hand() {
                match wake {
                    Wake::Console { level, text } => {
                        console(speaker, board, module.as_deref(), (&level, &text));
                    }
                    other => waiting.push(other),
                }
            }
        };
        let ended = self
            .builder
            .run((reason, files), &mut *user, &cancel, &mut meanwhile);
        self.desk.end();
        ended
    }

    /// Waits for a reason to build again, and the files behind it; none to end.
    /// `last` is that of the build before.
    fn wait(&mut self, ended: &Ended, last: &Reason) -> Option<Reason> {
        let mut during = true;
        loop {
            let wake = match self.waiting.is_empty() {
                true => match self.inbox.at_hand() {
                    Some(wake) => wake,
                    None => {
                        // What ended it was nothing to build for.
                        if *ended == Ended::Early {
                            return Some(last.clone());
                        }
                        if std::mem::take(&mut during) {
                            self.loops.clear();
                        }
                        self.inbox.next(&self.context.cancel)?
                    }
                },
                false => self.waiting.remove(0),
            };
            match wake {
                Wake::Quit => return None,
                Wake::Open => self.open(),
                Wake::Rebuild => return Some(("asked for".to_owned(), Vec::new())),
                Wake::Console { level, text } => {
                    let module = self.builder.module();
                    console(
                        &self.speaker,
                        self.board,
                        module.as_deref(),
                        (&level, &text),
                    );
                }
                Wake::Changed(files) => {
                    if let Some(reason) = self.changed(files, during) {
                        return Some(reason);
                    }
                }
            }
        }
    }

    /// Whether a change is one to build for.
    fn changed(&mut self, files: Vec<PathBuf>, during: bool) -> Option<Reason> {
        let own = self.builder.own_files();
        let is_own = |path: &Path| own.iter().any(|own| path.starts_with(own));
        let mut files: Vec<_> = files
            .into_iter()
            .filter(|path| self.builder.subject.depends_on(path) && !is_own(&self.root.join(path)))
            .collect();
        match during {
            true => {
                let all = files.len();
                files.retain(|path| !self.desk.is_muted(path));
                if files.len() < all {
                    self.builder.lose_track();
                }
                if let Some(message) = self.loops.count(&files, &self.desk) {
                    self.speaker.warn(self.board, &message);
                }
            }
            false => files.iter().for_each(|path| self.desk.unmute(path)),
        }
        if files.is_empty() {
            return None;
        }
        let names: Vec<_> = files.iter().map(|path| file(path)).collect();
        self.speaker
            .tell(self.board, &Event::Change { files: &names });
        let pages = self.pages(&files);
        if pages.len() == files.len() && !matches!(self.builder.subject, Subject::Module { .. }) {
            // No build reads the files of a page.
            self.board.files_changed(&pages);
            return None;
        }
        Some((changed(&names), files))
    }

    /// The URLs of those files that are served as they are, and are no input of a
    /// build: all of a site, and in a project what only browsers read.
    fn pages(&self, files: &[PathBuf]) -> Vec<String> {
        let Some(served) = &self.builder.served else {
            return Vec::new();
        };
        let of_pages = |path: &PathBuf| {
            matches!(self.builder.subject, Subject::Site { .. })
                || matches!(
                    ending(path).as_str(),
                    "html"
                        | "htm"
                        | "css"
                        | "svg"
                        | "png"
                        | "jpg"
                        | "jpeg"
                        | "webp"
                        | "avif"
                        | "gif"
                        | "ico"
                        | "woff"
                        | "woff2"
                )
        };
        let full = files
            .iter()
            .filter(|path| of_pages(path))
            .map(|path| self.root.join(path));
        let inside = full.filter(|path| path.starts_with(served));
        inside.map(|path| url_of(served, &path)).collect()
    }

    fn open(&self) {
        if let Err(error) = open::that_detached(&self.url) {
            let message = format!(
                "could not open a browser ({error}); open {} yourself",
                self.url
            );
            self.speaker.warn(self.board, &message);
        }
    }
}

/// Tells what a page has printed.
fn console(
    speaker: &Speaker<'_>,
    board: &Board,
    module: Option<&[u8]>,
    (level, text): (&str, &str),
) {
    let text = &frames::resolve(text, module);
    speaker.tell(board, &Event::Console { level, text });
}
