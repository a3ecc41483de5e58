use std::path::{Path, PathBuf};
use std::time::Duration;

use console::Style;

use crate::commands::Context;
use crate::config::parse_duration;
use crate::error::{Code, Error, Exit, Result, nearest};
use crate::plugin::kit::report::{self, Tone};
use crate::plugin::kit::{self, CHECKS, Options, Report};
use crate::terminal::Terminal;

/// Arguments of `wasmrun plugin test`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun plugin test ./my-plugin --project demo   all checks, on copies of a project\n  \
    wasmrun plugin test ./my-plugin --only crlf      one of them\n  \
    wasmrun plugin test ./my-plugin --format junit   for continuous integration\n\n\
    Each failure names its rule in docs/plugin-protocol.md and says how to mend it.\n\
    Exit codes: 0 all passed or were skipped, 1 something failed, 2 it could not be tested.")]
pub(super) struct Args {
    /// The plugin's executable
    #[arg(value_name = "EXE")]
    exe: PathBuf,
    /// The level that it has to have, and is tested for; without it, what it claims
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=2))]
    level: Option<u8>,
    /// A project that it builds; without it, the `example` of its manifest
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// Make this check alone (may be repeated)
    #[arg(long, value_name = "CHECK")]
    only: Vec<String>,
    /// Where chance begins: the same seed cancels at the same points in time
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// How long one build may take
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = parse_duration)]
    timeout: Duration,
    /// How long the search for undeclared inputs may take
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = parse_duration)]
    search_timeout: Duration,
    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text for people
    Text,
    /// One JSON document
    Json,
    /// JUnit XML
    Junit,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        for name in &self.only {
            known(name)?;
        }
        let options = Options {
            exe: executable(&self.exe)?,
            level: self.level,
            project: self.project.as_deref().map(folder).transpose()?,
            only: self.only,
            seed: self.seed,
            build_limit: self.timeout,
            search_limit: self.search_timeout,
            env: std::env::vars_os().collect(),
        };
        let terminal = &context.terminal;
        let began = &mut |check: &kit::Check| terminal.progress(check.name);
        let report = kit::run(&options, began, &context.cancel)?;
        terminal.progress_end();
        print(&report, self.format, terminal);
        Ok(match report.counts() {
            (_, 0, _) => Exit::Ok,
            _ => Exit::Failed,
        })
    }
}

/// A check of that name is there.
fn known(name: &str) -> Result<()> {
    if CHECKS.iter().any(|check| check.name == name) {
        return Ok(());
    }
    let error = Error::new(Code::Usage, format!("there is no check `{name}`"));
    let near = nearest(name, CHECKS.iter().map(|check| check.name));
    Err(error.help(match near {
        Some(near) => format!("did you mean `--only {near}`?"),
        None => "without `--only` all are made, by their names".to_owned(),
    }))
}

/// The absolute path of an executable. A bare name is a file here, not one in
/// `PATH`.
pub(super) fn executable(path: &Path) -> Result<PathBuf> {
    let not_found = |error: std::io::Error| {
        let message = format!("there is no plugin {}", path.display());
        Error::new(Code::NotFound, message)
            .because(crate::error::plain(&error))
            .help("name the plugin's executable by its path: `wasmrun plugin test ./my-plugin`")
    };
    let found = std::path::absolute(path).map_err(not_found)?;
    let meta = found.metadata().map_err(not_found)?;
    if meta.is_dir() {
        let message = format!("{} is a folder", path.display());
        return Err(Error::new(Code::Usage, message).help("name the plugin's executable in it"));
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o111 == 0 {
        let message = format!("{} is not executable", path.display());
        let help = format!("`chmod +x {}`", path.display());
        return Err(Error::new(Code::Usage, message).help(help));
    }
    Ok(found)
}

pub(super) fn folder(path: &Path) -> Result<PathBuf> {
    let found = std::fs::canonicalize(path).map_err(|error| {
        let message = format!("there is no project {}", path.display());
        Error::new(Code::NotFound, message).because(crate::error::plain(&error))
    })?;
    if found.is_dir() {
        return Ok(found);
    }
    let message = format!("{} is not a folder", path.display());
    Err(Error::new(Code::Usage, message).help("name the project's folder"))
}

fn print(report: &Report, format: Format, terminal: &Terminal) {
    match format {
        Format::Json => terminal.json(&report::json(report)),
        Format::Junit => terminal.write_out(report::junit(report).as_bytes()),
        Format::Text => {
            if let Some((name, version, level)) = &report.plugin {
                terminal.status(format_args!("testing {name} {version}, level {level}"));
            }
            let mut text = String::new();
            for (tone, part) in report::text(report) {
                let style = match tone {
                    Tone::Plain => Style::new(),
                    Tone::Heading => Style::new().bold(),
                    Tone::Good => Style::new().green(),
                    Tone::Bad => Style::new().red().bold(),
                    Tone::Dim => Style::new().dim(),
                };
                text.push_str(&terminal.paint_out(&style, part));
            }
            terminal.write_out(text.as_bytes());
        }
    }
}
