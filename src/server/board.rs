use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use plugin_protocol::ArtifactKind;
use serde::Serialize;
use tokio::runtime::Handle;
use tokio::sync::{broadcast, watch};

use super::assets::{Assets, Source};
use super::build::{Build, Failure, State};
use super::token::token;
use crate::error::{Code, Error, Result};

/// So many messages may wait for a client that is slow; then it is told the
/// state anew instead.
const WAITING: usize = 1024;

/// What is served now: the place where whoever builds puts what pages see.
#[derive(Debug, Clone)]
pub struct Board(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    session: String,
    token: String,
    content: RwLock<Arc<Content>>,
    live: broadcast::Sender<Arc<str>>,
    events: broadcast::Sender<Arc<str>>,
    /// Whether the first build is over.
    first: watch::Sender<bool>,
    runtime: Handle,
}

/// All that belongs to one state.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) build: Option<Build>,
    /// What `wasmrun inspect` says of the main module.
    pub(super) info: Option<Bytes>,
    pub(super) assets: Arc<Assets>,
}

/// A build that went well.
#[derive(Debug, Clone)]
pub struct Update {
    /// What is told of it.
    pub build: Build,
    /// What `wasmrun inspect --format json` says of its main module.
    pub info: Option<String>,
    /// Its files.
    pub sources: Vec<Source>,
}

/// What pages are told over their WebSockets.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Live<'a> {
    Hello {
        session: &'a str,
        build: u64,
        state: State,
        failure: Option<&'a Failure>,
    },
    Building {
        build: u64,
        files: &'a [String],
    },
    Failed {
        build: u64,
        failure: &'a Failure,
    },
    Module {
        build: u64,
        modules: Vec<Module<'a>>,
        scripts: bool,
    },
    Css {
        urls: &'a [String],
    },
    Reload,
    Stopping,
}

#[derive(Debug, Serialize)]
struct Module<'a> {
    url: &'a str,
    sha256: &'a str,
}

impl Board {
    pub(super) fn new(runtime: Handle) -> Result<Self> {
        let secret = || {
            token().map_err(|error| {
                let message = "the system gives no random numbers for a secret";
                Error::new(Code::Io, message).because(error.to_string())
            })
        };
        let content = Content {
            build: None,
            info: None,
            assets: Arc::default(),
        };
        Ok(Self(Arc::new(Inner {
            session: secret()?.split_off(16),
            token: secret()?,
            content: RwLock::new(Arc::new(content)),
            live: broadcast::channel(WAITING).0,
            events: broadcast::channel(WAITING).0,
            first: watch::channel(false).0,
            runtime,
        })))
    }

    /// Which run of the server this is.
    #[must_use]
    pub fn session(&self) -> &str {
        &self.0.session
    }

    /// What a page has to show to change anything.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.0.token
    }

    /// A build has begun; `build` says what is known of it so far.
    pub fn building(&self, build: Build, files: &[String]) {
        let number = build.number;
        self.note(build);
        self.say(&Live::Building {
            build: number,
            files,
        });
    }

    /// A build went well: its files are served from now on.
    pub fn publish(&self, update: Update) {
        let assets = Arc::new(Assets::new(update.sources));
        let before = Arc::clone(&self.content().assets);
        let build = update.build.clone();
        self.change(|_| Content {
            build: Some(update.build),
            info: update.info.map(Bytes::from),
            assets: Arc::clone(&assets),
        });
        let changed = assets.changed_since(&before);
        let modules = build.outputs.iter().filter(|output| {
            output.kind == ArtifactKind::Wasm && changed.contains(&output.url.as_str())
        });
        let modules: Vec<_> = modules
            .map(|output| Module {
                url: &output.url,
                sha256: &output.sha256,
            })
            .collect();
        self.say(&Live::Module {
            build: build.number,
            scripts: modules.len() < changed.len(),
            modules,
        });
        self.0.first.send_replace(true);
        self.0.runtime.spawn_blocking(move || {
            for (_, asset) in assets.all() {
                asset.compress();
            }
        });
    }

    /// A build failed: what was served stays.
    pub fn failed(&self, build: Build) {
        let (number, failure) = (build.number, build.failure.clone());
        self.note(build);
        if let Some(failure) = &failure {
            self.say(&Live::Failed {
                build: number,
                failure,
            });
        }
        self.0.first.send_replace(true);
    }

    /// Files of the served folder have changed, by their URLs. Pages take new
    /// stylesheets over; for anything else they are loaded again.
    pub fn files_changed(&self, urls: &[String]) {
        match urls.iter().all(|url| url.ends_with(".css")) {
            true => self.say(&Live::Css { urls }),
            false => self.say(&Live::Reload),
        }
    }

    /// One of the driver's events, as a line of JSON.
    pub fn event(&self, line: &str) {
        // Without anybody who listens, nothing is to be done.
        let _ = self.0.events.send(line.into());
    }

    pub(super) fn stopping(&self) {
        self.say(&Live::Stopping);
    }

    /// Waits until the first build is over, or the server ends: before, there is
    /// nothing to load.
    pub(super) async fn first_build(&self, mut ending: watch::Receiver<bool>) {
        let mut first = self.0.first.subscribe();
        tokio::select! {
            _ = first.wait_for(|over| *over) => {}
            _ = ending.changed() => {}
        }
    }

    /// Waits until all pages have heard that the server ends.
    pub(super) async fn left(&self) {
        while self.0.live.receiver_count() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub(super) fn content(&self) -> Arc<Content> {
        let content = self.0.content.read();
        Arc::clone(&content.unwrap_or_else(PoisonError::into_inner))
    }

    /// What a page is told first.
    pub(super) fn hello(&self) -> String {
        let content = self.content();
        let build = content.build.as_ref();
        json(&Live::Hello {
            session: &self.0.session,
            build: build.map_or(0, |build| build.number),
            state: build.map_or(State::Building, |build| build.state),
            failure: build.and_then(|build| build.failure.as_ref()),
        })
    }

    pub(super) fn live(&self) -> broadcast::Receiver<Arc<str>> {
        self.0.live.subscribe()
    }

    pub(super) fn events(&self) -> broadcast::Receiver<Arc<str>> {
        self.0.events.subscribe()
    }

    /// What is told of the newest build, with the files of the last good one. It is
    /// there before pages are told of it: they ask at once.
    fn note(&self, build: Build) {
        self.change(|now| Content {
            build: Some(build),
            info: now.info.clone(),
            assets: Arc::clone(&now.assets),
        });
    }

    fn change(&self, change: impl FnOnce(&Content) -> Content) {
        let content = self.0.content.write();
        let mut content = content.unwrap_or_else(PoisonError::into_inner);
        *content = Arc::new(change(&content));
    }

    fn say(&self, message: &Live<'_>) {
        let _ = self.0.live.send(json(message).into());
    }
}

fn json(message: &impl Serialize) -> String {
    serde_json::to_string(message).unwrap_or_default()
}
