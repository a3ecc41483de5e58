//! `wasmrun inspect`: what is in a module. `docs/inspect.md` has the schema of
//! the JSON.

mod human;
mod input;
mod json;
mod page;
mod rows;
mod show;

use std::path::PathBuf;

use super::Context;
use crate::error::{Code, Error, Exit, Result};
use crate::wasm::{self, Facts, Sizes};
use input::Input;
use show::Show;

/// Arguments of `wasmrun inspect`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
        wasmrun inspect app.wasm                     everything, long lists cut\n  \
        wasmrun inspect app.wasm --exports --imports only these, in full\n  \
        wasmrun inspect app.wasm --functions --top 50\n  \
        wasmrun inspect app.wasm --format json | jq .host\n  \
        curl -s https://example.com/app.wasm | wasmrun inspect -")]
pub struct Args {
    /// The module or component, binary or text (.wat); `-` reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Do not cut long lists
    #[arg(long)]
    all: bool,
    /// How many of the largest functions to show
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// Measure gzip and brotli sizes of large files too, which takes seconds
    #[arg(long)]
    compressed: bool,
    #[command(flatten)]
    show: Show,
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// For programs: one document, with every list in full.
    Json,
}

/// Up to this many bytes the compressed sizes are measured unasked.
const MEASURED: usize = 256 * 1024;

/// All there is to print.
struct Report<'a> {
    input: &'a Input,
    facts: &'a Facts<'a>,
    sizes: Option<Sizes>,
    invalid: Option<&'a wasm::Invalid>,
    show: Show,
    /// How many functions to list.
    top: usize,
    /// Whether to list everything.
    all: bool,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let input = Input::read(&self.file)?;
        let facts = Facts::read(&input.bytes).map_err(|why| input.not_wasm(&why))?;
        let measure = self.compressed || input.bytes.len() <= MEASURED;
        let invalid = wasm::validate(&input.bytes).err();
        let report = Report {
            input: &input,
            facts: &facts,
            sizes: measure.then(|| Sizes::of(&input.bytes)),
            invalid: invalid.as_ref(),
            show: self.show,
            top: if self.all { usize::MAX } else { self.top },
            all: self.all,
        };
        match self.format {
            Format::Human => human::print(&report, &context.terminal),
            Format::Json => json::print(&report, &context.terminal)?,
        }
        match fault(&facts, invalid.as_ref()) {
            None => Ok(Exit::Ok),
            Some(fault) => Err(Error::new(
                Code::InvalidModule,
                format!("{} is not valid WebAssembly", input.name),
            )
            .because(fault)
            .help(if facts.problems.is_empty() {
                format!("`wasmrun verify --detailed {}` tells more", input.name)
            } else {
                "what could be read is shown; build or download the file again".to_owned()
            })),
        }
    }
}

/// The first thing that is wrong.
fn fault(facts: &Facts<'_>, invalid: Option<&wasm::Invalid>) -> Option<String> {
    let unread = facts.problems.first().first();
    unread.map(human::problem).or_else(|| {
        invalid.map(|why| format!("{} (at {:#x})", page::safe(&why.message), why.offset))
    })
}
