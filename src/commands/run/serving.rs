//! The loop: build, serve, wait for what happens, build again.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::builder::{Builder, Ended};
use super::desk::{Desk, Inbox, Wake, desk};
use super::keys::Keys;
use super::speaker::{Event, Speaker, changed, file};
use super::subject::{Subject, url_of};
use super::{Format, frames};
use crate::commands::Context;
use crate::commands::compile::What;
use crate::config::{ServerFlags, ServerSettings};
use crate::error::{Code, Error, Exit, Result};
use crate::process;
use crate::server::{self, Board, Options, Server, Target};
use crate::watcher::{self, Watcher};

/// A file that changes while each of so many builds in a row runs is changed by
/// the build itself.
const LOOPS: usize = 4;

pub(super) fn serve(
    context: &Context,
    what: &What,
    flags: ServerFlags,
    format: Format,
) -> Result<Exit> {
    let settings = what.settings(&context.home, flags)?;
    let speaker = Speaker::new(&context.terminal, format);
    process::cancel_on_interrupt(&context.cancel).map_err(|error| {
        Error::new(Code::Io, "could not listen for Ctrl-C").because(error.to_string())
    })?;
    let subject = Subject::find(context, what, &settings)?;
    let (desk, inbox) = desk();
    let own = settings.server.clone();
    let options = options(&own)?;
    let host = options.host;
    let asked = desk.clone();
    let probe = Builder::served(&subject, &settings);
    let options = Options {
        root: probe,
        ..options
    };
    let server = Server::start(options, Arc::new(move |what| asked.asked(what)))?;
    let board = server.board().clone();
    for warning in &settings.warnings {
        let level = "warning";
        speaker.tell(
            &board,
            &Event::Log {
                level,
                message: warning,
            },
        );
    }
    let url = url(server.address());
    let root = subject.folder().to_owned();
    // For `wasmrun stop`; without a home there is none.
    let entry = server::enter(&context.home, &server, &url, root.clone());
    if let Err(error) = &entry {
        tracing::warn!(%error, "other wasmruns will not know of this server");
    }
    speaker.tell(
        &board,
        &Event::Server {
            url: &url,
            address: server.address().to_string(),
            root: root.display().to_string(),
            session: board.session(),
        },
    );
    if !host.is_loopback() {
        let message = "it listens on the network: everybody there can read what is served";
        speaker.tell(
            &board,
            &Event::Log {
                level: "warning",
                message,
            },
        );
    }
    if own.port.value != 0 && server.address().port() != own.port.value {
        let message = format!(
            "port {} is taken, so it is {}",
            own.port.value,
            server.address().port()
        );
        speaker.tell(
            &board,
            &Event::Log {
                level: "warning",
                message: &message,
            },
        );
    }
    let builder = Builder::new(context, what, settings, subject, &board);
    let keys = Keys::listen(&desk, &context.terminal);
    if keys.is_some() {
        speaker.keys();
    }
    let mut serving = Serving {
        context,
        speaker,
        board: &board,
        builder,
        desk,
        inbox,
        root,
        url,
        waiting: Vec::new(),
        suspects: BTreeMap::new(),
    };
    let watcher = match own.watch.value {
        true => Some(serving.watch(own.poll.value)?),
        false => None,
    };
    let ended = serving.run(watcher.as_ref(), own.open.value);
    drop(watcher);
    drop(keys);
    server.stop();
    drop(entry);
    serving.speaker.tell(&board, &Event::Stopped);
    // The user has ended what had no end of its own.
    process::end_on_interrupt();
    ended
}

/// `http://127.0.0.1:8420/`; on all addresses, the one that this machine has for
/// itself.
fn url(address: SocketAddr) -> String {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(_) => IpAddr::from(std::net::Ipv6Addr::LOCALHOST),
    };
    format!("http://{}/", SocketAddr::new(ip, address.port()))
}

fn options(settings: &ServerSettings) -> Result<Options> {
    let host = match settings.host.value.as_str() {
        "localhost" => IpAddr::from([127, 0, 0, 1]),
        host => host.trim_matches(['[', ']']).parse().map_err(|_| {
            let error = Error::new(Code::Usage, format!("`{host}` is no address to listen on"));
            settings.host.origin.blame(
                error.help("`127.0.0.1` is this machine alone, `0.0.0.0` lets the network in"),
            )
        })?,
    };
    let mut proxies = Vec::new();
    for (path, to) in &settings.proxy.value {
        if !path.starts_with('/') {
            let error = Error::new(Code::ConfigInvalid, format!("`{path}` is no path of a URL"));
            let help = format!("write `\"/{path}\" = \"{to}\"` in `[server.proxy]`");
            return Err(settings.proxy.origin.blame(error.help(help)));
        }
        let target = Target::read(to).map_err(|error| settings.proxy.origin.blame(error))?;
        proxies.push((path.clone(), target));
    }
    Ok(Options {
        host,
        port: settings.port.value,
        strict_port: settings.strict_port.value,
        allow_hosts: settings.allow_hosts.value.clone(),
        root: None,
        spa: settings.spa.value,
        headers: settings.headers.value.clone(),
        proxies,
    })
}

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
    /// Files that changed while a build ran, and during how many in a row.
    suspects: BTreeMap<PathBuf, usize>,
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
            self.speaker.tell(
                self.board,
                &Event::Log {
                    level: "warning",
                    message,
                },
            );
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
            let Some(next) = self.wait(&ended) else {
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

    fn build(&mut self, (reason, files): &(String, Vec<PathBuf>)) -> Ended {
        let cancel = self.context.cancel.child();
        self.desk.begin(&cancel);
        let loaded = !matches!(self.builder.subject, Subject::Project(_));
        let mut user = self.speaker.report(loaded);
        let (inbox, speaker, board) = (&self.inbox, &self.speaker, self.board);
        let waiting = &mut self.waiting;
        // Pages go on while it builds.
        let mut meanwhile = || {
            while let Some(wake) = inbox.at_hand() {
                match wake {
                    Wake::Console { level, text } => {
                        let (level, text) = (&level, &text);
                        speaker.tell(board, &Event::Console { level, text });
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
    fn wait(&mut self, ended: &Ended) -> Option<(String, Vec<PathBuf>)> {
        // A build that was ended early has its reason waiting.
        let mut during = true;
        loop {
            let wake = match self.waiting.is_empty() {
                true => match self.inbox.at_hand() {
                    Some(wake) => wake,
                    None => {
                        if during {
                            self.calm(ended);
                        }
                        during = false;
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
                    let text = frames::resolve(&text, self.builder.module());
                    let event = Event::Console {
                        level: &level,
                        text: &text,
                    };
                    self.speaker.tell(self.board, &event);
                }
                Wake::Changed(files) => {
                    if let Some(reason) = self.changed(files, during) {
                        return Some(reason);
                    }
                }
            }
        }
    }

    /// Nothing has changed during the last build.
    fn calm(&mut self, ended: &Ended) {
        if *ended != Ended::Early {
            self.suspects.clear();
        }
    }

    /// Whether a change is one to build for.
    fn changed(&mut self, files: Vec<PathBuf>, during: bool) -> Option<(String, Vec<PathBuf>)> {
        let own = self.builder.own_files();
        let is_own = |path: &Path| own.iter().any(|own| path.starts_with(own));
        let mut files: Vec<_> = files
            .into_iter()
            .filter(|path| self.builder.subject.depends_on(path) && !is_own(&self.root.join(path)))
            .collect();
        match during {
            true => files = self.without_loops(files),
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
                    super::subject::ending(path).as_str(),
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

    /// Leaves out files that builds themselves change again and again, and says so
    /// once. Such a file counts again when it changes while nothing is built.
    fn without_loops(&mut self, files: Vec<PathBuf>) -> Vec<PathBuf> {
        let (mut kept, mut told) = (Vec::new(), Vec::new());
        for path in files {
            if self.desk.is_muted(&path) {
                continue;
            }
            let times = self.suspects.entry(path.clone()).or_default();
            *times += 1;
            if *times >= LOOPS {
                self.desk.mute(&path);
                told.push(file(&path));
            }
            kept.push(path);
        }
        if !told.is_empty() {
            let message = format!(
                "{} during {LOOPS} builds in a row: the build itself seems to do it, so what \
                 happens to it during builds does not count any more; name it in .gitignore or \
                 .ignore, or have the build write elsewhere",
                changed(&told)
            );
            let level = "warning";
            let message = &message;
            self.speaker
                .tell(self.board, &Event::Log { level, message });
        }
        kept
    }

    fn open(&self) {
        if let Err(error) = open::that_detached(&self.url) {
            let message = format!(
                "could not open a browser ({error}); open {} yourself",
                self.url
            );
            self.speaker.tell(
                self.board,
                &Event::Log {
                    level: "warning",
                    message: &message,
                },
            );
        }
    }
}
