use std::path::Path;

use serde::Serialize;

use super::Context;
use crate::error::{Code, Error, Exit, Result};
use crate::server::{Ending, Running, running};

/// Arguments of `wasmrun stop`.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun stop                the server of this folder, or the only one\n  \
    wasmrun stop --port 8421    the one on that port\n  \
    wasmrun stop --all          all of them\n  \
    wasmrun stop --list         only show which run")]
pub struct Args {
    /// End the server on this port
    #[arg(short = 'P', long, conflicts_with = "all")]
    port: Option<u16>,
    /// End all servers of this user
    #[arg(long)]
    all: bool,
    /// Show which servers run, and end none
    #[arg(long, conflicts_with_all = ["all", "port"])]
    list: bool,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How to report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// For programs: one document
    Json,
}

/// A server, for programs.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    url: &'a str,
    address: String,
    pid: u32,
    root: String,
    session: &'a str,
    /// How it ended, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<&'static str>,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let all = running(&context.home);
        if self.list {
            let shown: Vec<_> = all.iter().map(|one| (one, None)).collect();
            self.report(context, &shown);
            return Ok(Exit::Ok);
        }
        let chosen = self.choose(&all)?;
        let ended: Vec<_> = chosen.iter().map(|one| (*one, Some(one.stop()))).collect();
        self.report(context, &ended);
        Ok(Exit::Ok)
    }

    fn choose<'a>(&self, all: &'a [Running]) -> Result<Vec<&'a Running>> {
        if let Some(port) = self.port {
            let chosen: Vec<_> = all
                .iter()
                .filter(|one| one.address.port() == port)
                .collect();
            return match chosen.is_empty() {
                true => Err(
                    Error::new(Code::Usage, format!("no wasmrun serves on port {port}"))
                        .help("`wasmrun stop --list` shows those that run"),
                ),
                false => Ok(chosen),
            };
        }
        if self.all || all.len() < 2 {
            return Ok(all.iter().collect());
        }
        let here = std::env::current_dir().and_then(|here| here.canonicalize());
        let here: Vec<_> = match here {
            Ok(here) => all
                .iter()
                .filter(|one| is_around(&one.root, &here))
                .collect(),
            Err(_) => Vec::new(),
        };
        if here.len() == 1 {
            return Ok(here);
        }
        let error = Error::new(Code::Usage, format!("{} servers run", all.len()));
        let error = all.iter().fold(error, |error, one| {
            error.because(format!("{} serves {}", one.url, one.root.display()))
        });
        Err(error.help("`wasmrun stop --port N` ends one, `wasmrun stop --all` ends all"))
    }

    fn report(&self, context: &Context, servers: &[(&Running, Option<Ending>)]) {
        let terminal = &context.terminal;
        if self.format == Format::Json {
            let shown = servers.iter().map(|(one, ending)| Shown {
                url: &one.url,
                address: one.address.to_string(),
                pid: one.process.pid,
                root: one.root.display().to_string(),
                session: &one.session,
                ended: ending.map(|ending| match ending {
                    Ending::Asked => "stopped",
                    Ending::Killed => "killed",
                    Ending::Gone => "gone",
                }),
            });
            terminal.json(&serde_json::json!({ "servers": shown.collect::<Vec<_>>() }));
            return;
        }
        if servers.is_empty() {
            terminal.status("no server runs");
        }
        for (one, ending) in servers {
            let root = one.root.display();
            let what = match ending {
                None => format!("{} serves {root} (process {})", one.url, one.process.pid),
                Some(Ending::Asked) => format!("stopped {}, which served {root}", one.url),
                Some(Ending::Killed) => {
                    format!("killed {}, which served {root} and did not answer", one.url)
                }
                Some(Ending::Gone) => format!("{} had gone already", one.url),
            };
            terminal.out(what);
        }
    }
}

fn is_around(root: &Path, here: &Path) -> bool {
    here.starts_with(root)
}
