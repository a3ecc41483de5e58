//! `wasmrun verify`: many files, judged in parallel, in one report.

mod files;
mod input;

use std::path::PathBuf;

use console::Style;
use input::Inputs;

use super::Context;
use crate::config::{Flags, Settings, Verify, parse_size};
use crate::error::{Code, Error, Exit, Result};
use crate::terminal::{Terminal, Verbosity};
use crate::wasm::report::{self, Report};
use crate::wasm::{Checker, Encoding, Features, Limit, Options, Policy};

/// Arguments of `wasmrun verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun verify                                check every module in this folder\n  \
    wasmrun verify app.wasm --detailed            see what was found\n  \
    wasmrun verify dist/ --max-size brotli:150k   fail if one is too large to send\n  \
    wasmrun verify app.wasm --features wasm2,-simd\n  \
    wasmrun verify app.wasm --allow-import 'wasi_snapshot_preview1.*'\n  \
    curl -s localhost:8080/app.wasm | wasmrun verify -\n\n\
    Exit codes: 0 valid, 1 invalid or against a rule, 2 something could not be checked.")]
pub struct Args {
    /// Modules and components, folders with `.wasm` files, or `-` for standard input; without
    /// any, this folder
    #[arg(value_name = "FILE|DIR|-")]
    paths: Vec<PathBuf>,
    /// Show kind, sizes and sections of each valid file
    #[arg(long)]
    detailed: bool,
    /// What modules may use: sets (default, all, mvp, wasm1, wasm2, wasm3, lime1) and single
    /// proposals, separated by commas; `-NAME` takes one away
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    features: Vec<String>,
    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// The largest size allowed: `500k`, `gzip:200k`, `brotli:150KiB`
    #[arg(long, value_name = "SIZE", value_parser = parse_limit)]
    max_size: Vec<Limit>,
    /// A name that each module must export
    #[arg(long, value_name = "NAME")]
    require_export: Vec<String>,
    /// A pattern of `module.name` that no import may match
    #[arg(long, value_name = "PATTERN")]
    deny_import: Vec<String>,
    /// A pattern of `module.name`; each import must match one
    #[arg(long, value_name = "PATTERN")]
    allow_import: Vec<String>,
}

/// How to report what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// One JSON document
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations for GitHub Actions
    Github,
    /// JUnit XML
    Junit,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let options = Options {
            features: self.features.join(",").parse::<Features>()?,
            policy: self.policy(project_policy(context)?),
            detailed: self.detailed,
        };
        let checker = Checker::new(options)?;
        let named = match self.paths.is_empty() {
            true => vec![PathBuf::from(".")],
            false => self.paths,
        };
        let inputs = Inputs::of(&named);
        if inputs.found.len() > 1 {
            let text = format!("checking {} files", inputs.found.len());
            context.terminal.progress(text);
        }
        let mut report = Report {
            errors: inputs.errors,
            ..Report::default()
        };
        for outcome in files::check(&inputs.found, &checker) {
            match outcome {
                Ok(checked) => report.files.push(checked),
                Err(error) => report.errors.push(error),
            }
        }
        context.terminal.progress_end();
        print(&report, self.format, &context.terminal)?;
        Ok(match report.failed() {
            _ if !report.errors.is_empty() => Exit::Usage,
            0 => Exit::Ok,
            _ => Exit::Failed,
        })
    }

    /// The project's rules; a flag replaces those of its kind.
    fn policy(&self, project: Policy) -> Policy {
        fn over<T: Clone>(flags: &[T], project: Vec<T>) -> Vec<T> {
            match flags.is_empty() {
                true => project,
                false => flags.to_vec(),
            }
        }
        Policy {
            max_size: over(&self.max_size, project.max_size),
            require_export: over(&self.require_export, project.require_export),
            deny_import: over(&self.deny_import, project.deny_import),
            allow_import: match self.allow_import.is_empty() {
                true => project.allow_import,
                false => Some(self.allow_import.clone()),
            },
        }
    }
}

/// The rules of the settings that hold in this folder.
fn project_policy(context: &Context) -> Result<Policy> {
    let folder = std::env::current_dir()
        .map_err(|error| Error::io("find", "the current folder".as_ref(), &error))?;
    let settings = Settings::load(&context.home, Some(&folder), Flags::default())?;
    for warning in &settings.warnings {
        context.terminal.warn(warning);
    }
    Ok(policy_of(settings.verify))
}

fn policy_of(settings: Verify) -> Policy {
    let sizes = [
        (Encoding::Raw, settings.max_size.value),
        (Encoding::Gzip, settings.max_gzip.value),
        (Encoding::Brotli, settings.max_brotli.value),
    ];
    let limit = |(encoding, bytes): (_, Option<u64>)| bytes.map(|bytes| Limit { encoding, bytes });
    Policy {
        max_size: sizes.into_iter().filter_map(limit).collect(),
        require_export: settings.require_export.value,
        deny_import: settings.deny_import.value,
        allow_import: settings.allow_import.value,
    }
}

/// Reads `500k`, `gzip:200k` or `brotli:1MB`.
fn parse_limit(text: &str) -> std::result::Result<Limit, String> {
    let (encoding, size) = match text.split_once(':') {
        None => (Encoding::Raw, text),
        Some((name, size)) => (Encoding::named(name)?, size),
    };
    Ok(Limit {
        encoding,
        bytes: parse_size(size)?,
    })
}

fn print(report: &Report, format: Format, terminal: &Terminal) -> Result<()> {
    // In GitHub's log, both streams stand together.
    if format != Format::Github {
        for error in &report.errors {
            terminal.error(error);
        }
    }
    match format {
        Format::Human => {
            let quiet = terminal.verbosity() == Verbosity::Quiet;
            let text = report::human(report, quiet, &|style, text| {
                terminal.paint_out(&colour(style), text)
            });
            terminal.write_out(text.as_bytes());
        }
        Format::Json => terminal.json(&report::json(report)),
        Format::Sarif => {
            let text = serde_json::to_string_pretty(&report::sarif(report))
                .map_err(|error| Error::new(Code::Io, format!("could not write it: {error}")))?;
            terminal.out(text);
        }
        Format::Github => {
            let root = std::env::current_dir().unwrap_or_default();
            terminal.write_out(report::github(report, &root).as_bytes());
        }
        Format::Junit => terminal.write_out(report::junit(report).as_bytes()),
    }
    Ok(())
}

fn colour(style: report::Style) -> Style {
    match style {
        report::Style::Name => Style::new().bold(),
        report::Style::Good => Style::new().green(),
        report::Style::Bad => Style::new().red().bold(),
        report::Style::Faint => Style::new().dim(),
    }
}
