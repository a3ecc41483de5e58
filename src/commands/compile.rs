mod github;
mod human;
mod json;
mod source;
mod what;
mod words;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Context;
use crate::compiler::{Event, Outcome};
use crate::error::{Code, Error, Exit, Result};
use crate::plugin::PluginInfo;
use crate::project::Project;
use crate::terminal::{Terminal, Verbosity};

pub(super) use human::Human;
pub(super) use json::Json;
pub(super) use source::excerpt;
pub(super) use what::{Prepared, What};

/// Arguments of `wasmrun compile`.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun compile                         build the project here into dist/\n  \
    wasmrun compile hello.wat               write hello.wasm beside it\n  \
    wasmrun compile app/ -o out/app.wasm    choose the output\n  \
    wasmrun compile --optimization size     make it small\n  \
    wasmrun compile --explain               say why it was built or not\n  \
    wasmrun compile hello.wat -o - | wasmrun inspect -")]
pub struct Args {
    #[command(flatten)]
    what: What,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Say why it was built or taken from the cache
    #[arg(long)]
    explain: bool,
}

/// How to report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// One event a line
    Json,
    /// Annotations for GitHub Actions
    Github,
}

/// Somebody who tells of a build.
pub(super) trait Report {
    /// What was detected, and who builds it.
    fn detected(&mut self, project: &Project, plugin: &PluginInfo);
    /// What happens.
    fn event(&mut self, event: Event<'_>);
    /// It went well.
    fn done(&mut self, outcome: &Outcome, took: Duration);
    /// It did not.
    fn failed(&mut self, error: Error, took: Duration) -> Result<Exit>;
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let started = Instant::now();
        let terminal = &context.terminal;
        let mut report: Box<dyn Report + '_> = match self.format {
            Format::Human => Box::new(Human::new(terminal, self.explain)),
            Format::Json => Box::new(Json::new(terminal)),
            Format::Github => Box::new(github::Github::new(terminal, self.explain)),
        };
        match self
            .check_stdout(terminal)
            .and_then(|()| self.what.compile(context, &mut *report))
        {
            Ok(outcome) => {
                context.terminal.progress_end();
                if let Some(bytes) = &outcome.stdout {
                    context.terminal.write_out(bytes);
                }
                report.done(&outcome, started.elapsed());
                Ok(Exit::Ok)
            }
            Err(error) => {
                context.terminal.progress_end();
                report.failed(error, started.elapsed())
            }
        }
    }

    /// A module on standard output leaves no room there for anything else.
    fn check_stdout(&self, terminal: &Terminal) -> Result<()> {
        if self.what.destination() != Some(Path::new("-")) {
            return Ok(());
        }
        if self.format != Format::Human {
            let message = "the report and the module cannot both go to standard output";
            return Err(Error::new(Code::Usage, message).help("name a file: `-o FILE`"));
        }
        if terminal.shows_out() {
            let message = "a module is not for a terminal to show";
            return Err(Error::new(Code::Usage, message)
                .help("name a file with `-o FILE`, or pipe the output into a program"));
        }
        Ok(())
    }
}

/// Builds what is at a path for another command, with the settings that are
/// in force, and returns the main module. What is told goes to standard error.
pub(super) fn build(context: &Context, path: &Path) -> Result<PathBuf> {
    let what = What::at(path);
    let started = Instant::now();
    let mut report = Human::new(&context.terminal, false);
    let built = what.compile(context, &mut report);
    context.terminal.progress_end();
    match built {
        Ok(outcome) => {
            let main = outcome.outputs.into_iter().next();
            main.and_then(|output| output.path).ok_or_else(|| {
                Error::new(Code::Usage, "the module goes to standard output")
                    .help("name a file as `output` in wasmrun.toml")
            })
        }
        Err(error) => match report.failed(error, started.elapsed()) {
            Err(error) => Err(error),
            Ok(_) => Err(Error::new(Code::BuildFailed, "the build failed")),
        },
    }
}

fn is_quiet(terminal: &Terminal) -> bool {
    terminal.verbosity() == Verbosity::Quiet
}
