//! `wasmrun inspect`: what is in a module. `docs/inspect.md` has the schema of
//! the JSON.

mod human;
mod ir;
mod json;
mod page;
mod parts;
mod rows;
mod show;

use std::io;
use std::path::PathBuf;

use super::Context;
use crate::commands::input::Input;
use crate::error::{Code, Error, Exit, Result};
use crate::terminal::Terminal;
use crate::wasm::{self, Facts, Sizes};
use show::Show;

/// Arguments of `wasmrun inspect`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
        wasmrun inspect app.wasm                     everything, long lists cut\n  \
        wasmrun inspect app.wasm --exports --imports only these, in full\n  \
        wasmrun inspect app.wasm --functions --top 50\n  \
        wasmrun inspect app.wasm --format json | jq .host\n  \
        wasmrun inspect app.wasm --ir main           the interpreter's code of a function\n  \
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
    /// Measure gzip and brotli sizes of large files too, which takes its time
    #[arg(long)]
    compressed: bool,
    /// Show the code that the interpreter makes of this function instead; by name or by index
    #[arg(long, value_name = "FUNC", conflicts_with_all = ["format", "all", "top", "compressed", "Show"])]
    ir: Option<String>,
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

/// So many of the largest functions other commands list.
const LARGEST: usize = 50;

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
        let input = Input::read(&self.file, "inspect")?;
        if let Some(function) = &self.ir {
            let text = ir::render(&input, function)?;
            context.terminal.write_out(text.as_bytes());
            return Ok(Exit::Ok);
        }
        let facts = Facts::read(&input.bytes).map_err(|why| input.not_wasm(&why))?;
        let measure = self.compressed || input.bytes.len() <= MEASURED;
        // Which proposals a module makes use of is a fact to show, not a fault.
        let features = "all".parse().unwrap_or_default();
        let invalid = wasm::validate_with(&input.bytes, features).err();
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
            Format::Human => {
                let text = human::render(&report, &context.terminal);
                context.terminal.write_out(text.as_bytes());
            }
            Format::Json => {
                // In pieces: a module may have a million exports.
                let out = Out(&context.terminal);
                json::write(&report, io::BufWriter::with_capacity(64 * 1024, out))
                    .map_err(|error| Error::io("write", "the report".as_ref(), &error))?;
            }
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

/// What `--format json` says of a module, for another command.
pub(super) fn document(name: &str, bytes: Vec<u8>) -> Option<String> {
    whole(name, bytes, |report| {
        let mut text = Vec::new();
        json::write(report, &mut text).ok()?;
        String::from_utf8(text).ok()
    })?
}

/// Reports all that can be read of a module, without judging or measuring it.
fn whole<T>(name: &str, bytes: Vec<u8>, show: impl FnOnce(&Report<'_>) -> T) -> Option<T> {
    let input = Input {
        name: name.to_owned(),
        bytes: super::bytes::Bytes::Read(bytes),
        text: false,
        command: "inspect",
    };
    let facts = Facts::read(&input.bytes).ok()?;
    Some(show(&Report {
        input: &input,
        facts: &facts,
        sizes: None,
        invalid: None,
        show: Show::default(),
        top: LARGEST,
        all: true,
    }))
}

/// Standard output, through the one place that prints.
struct Out<'a>(&'a Terminal);

impl io::Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_out(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The first thing that is wrong.
fn fault(facts: &Facts<'_>, invalid: Option<&wasm::Invalid>) -> Option<String> {
    let unread = facts.problems.first().first();
    unread
        .map(human::problem)
        .or_else(|| invalid.map(|why| page::safe(&why.to_string()).into_owned()))
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use proptest::prelude::*;

    use super::*;
    use crate::terminal::{Color, Verbosity};

    /// Reads and renders in both formats, with nothing left out.
    fn render(bytes: Vec<u8>) {
        whole("x.wasm", bytes, |report| {
            let terminal = Terminal::new(Color::Never, Verbosity::Quiet);
            let text = human::render(report, &terminal);
            let control = |letter: char| letter.is_control() && letter != '\n';
            assert!(!text.contains(control), "{text:?}");
            let mut json = Vec::new();
            json::write(report, &mut json).unwrap();
            serde_json::from_slice::<serde_json::Value>(&json).unwrap();
        });
    }

    fn samples() -> &'static [Vec<u8>] {
        static SAMPLES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
        SAMPLES.get_or_init(assemble_samples)
    }

    fn assemble_samples() -> Vec<Vec<u8>> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/inspect");
        let mut samples = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ext| ext == "wat") {
                samples.push(wat::parse_file(path).unwrap());
            }
        }
        assert!(!samples.is_empty());
        samples
    }

    #[test]
    fn a_module_cut_anywhere_is_still_rendered() {
        for sample in samples() {
            for end in 0..=sample.len() {
                render(sample[..end].to_vec());
            }
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            which in any::<prop::sample::Index>(),
            edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        ) {
            let mut bytes = which.get(samples()).clone();
            for (at, byte) in edits {
                // The header stays, or nothing would be read.
                let at = 8 + at.index(bytes.len().max(9) - 8);
                if let Some(old) = bytes.get_mut(at) {
                    *old = byte;
                }
            }
            render(bytes);
        }
    }
}
