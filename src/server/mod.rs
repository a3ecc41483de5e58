//! The development server: what a build made, over HTTP, and the events of the
//! next builds to the pages that show it.
//!
//! It knows nothing of projects and of builders. Whoever starts it puts builds on
//! its [`Board`] and hears from it what pages ask for.

mod api;
mod asset;
mod assets;
mod board;
mod build;
mod connection;
mod content;
mod encoding;
mod events;
mod files;
mod inject;
mod live;
mod media;
mod page;
mod port;
mod proxy;
mod range;
mod routes;
mod running;
mod security;
mod token;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use assets::Source;
pub use board::{Board, Update};
pub use build::{
    Build, Diagnostic, Excerpt, Failure, LogLine, ModuleFile, OutputFile, Page, Past, PluginName,
    ProjectName, State,
};
pub use port::reached;
pub use proxy::Target;
pub use running::{Ending, Entry, Running, enter, running};

use crate::error::{Code, Error, Result};
use crate::process;

/// So long requests that are under way may take once the server is to end.
const DRAIN: Duration = Duration::from_secs(2);

/// What to serve, and to whom.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen.
    pub host: IpAddr,
    /// On which port; 0 for any that is free.
    pub port: u16,
    /// Whether no other port will do.
    pub strict_port: bool,
    /// Names that requests may call this host by, besides those of the loopback.
    pub allow_hosts: Vec<String>,
    /// The folder whose files are served besides what was built.
    pub root: Option<PathBuf>,
    /// Whether `index.html` answers for pages that are not there.
    pub spa: bool,
    /// Headers for every response of the application.
    pub headers: BTreeMap<String, String>,
    /// Where requests below a path go instead.
    pub proxies: Vec<(String, Target)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: IpAddr::from([127, 0, 0, 1]),
            port: 8420,
            strict_port: false,
            allow_hosts: Vec::new(),
            root: None,
            spa: true,
            headers: BTreeMap::new(),
            proxies: Vec::new(),
        }
    }
}

/// What a page asks of the one who builds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Build again.
    Rebuild,
    /// End the server.
    Stop,
    /// Show what a page has printed.
    Console {
        /// `log`, `error` and so on; `uncaught` for an error that nothing caught.
        level: String,
        /// What it says.
        text: String,
    },
}

/// Who is told of it.
pub type Asker = Arc<dyn Fn(Asked) + Send + Sync>;

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    board: Board,
    end: watch::Sender<bool>,
    accepting: JoinHandle<()>,
    runtime: Runtime,
}

impl Server {
    /// Starts to listen. `asker` is called from the server's threads and must not
    /// wait.
    ///
    /// # Errors
    /// [`Code::Usage`] when the port is taken and no other will do, or an option
    /// makes no sense; [`Code::Io`] when the system does not let us listen.
    pub fn start(options: Options, asker: Asker) -> Result<Self> {
        process::allow_many_files();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("server")
            .enable_all()
            .build()
            .map_err(|error| {
                Error::new(Code::Io, "could not start the server").because(error.to_string())
            })?;
        let listener = port::bind(options.host, options.port, options.strict_port)?;
        let listener = {
            let _within = runtime.enter();
            tokio::net::TcpListener::from_std(listener)
        };
        let listened = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) = listened.map_err(|error| {
            Error::new(Code::Io, "could not listen for requests").because(error.to_string())
        })?;
        let board = Board::new(runtime.handle().clone())?;
        let (end, ending) = watch::channel(false);
        let face = routes::Face::new(options, address, board.clone(), asker, ending.clone())?;
        let accepting = runtime.spawn(connection::accept(listener, face, ending));
        Ok(Self {
            address,
            board,
            end,
            accepting,
            runtime,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What pages see.
    #[must_use]
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// Answers what is under way, for two seconds at most, and ends.
    pub fn stop(self) {
        self.board.stopping();
        let _ = self.end.send(true);
        let drained = async {
            let _ = self.accepting.await;
            self.board.left().await;
        };
        let _ = self
            .runtime
            .block_on(async { tokio::time::timeout(DRAIN, drained).await });
        // What still runs is nobody's concern now.
        self.runtime.shutdown_background();
    }
}
