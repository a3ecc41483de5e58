use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Context;
use super::paths;
use crate::compiler::{self, Cleaning, Removed};
use crate::config::{Flags, Settings};
use crate::error::{Code, Error, Exit, Result};
use crate::plugin::{Failure, Manager};
use crate::process;
use crate::wasm::decimal;

/// Arguments of `wasmrun clean`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun clean                what builds of the project here have made\n  \
    wasmrun clean --dry-run      list it, delete nothing\n  \
    wasmrun clean hello.wat      the output of one file\n  \
    wasmrun clean --all          also the build cache and temporary folders\n\n\
    Sources, lock files, dependencies and plugins are never deleted.")]
pub struct Args {
    /// The project's folder, or a single source file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// List what would be deleted
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Also clear the build cache and the temporary folders
    #[arg(long)]
    all: bool,
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
    /// One event a line
    Json,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let (format, dry_run) = (self.format, self.dry_run);
        match self.clean(context) {
            Ok(cleaning) => {
                report(context, &cleaning, format, dry_run);
                Ok(Exit::Ok)
            }
            Err(error) if format == Format::Json => {
                context.terminal.json(&failed(&error));
                Ok(error.exit())
            }
            Err(error) => Err(error),
        }
    }

    fn clean(&self, context: &Context) -> Result<Cleaning> {
        let path = self
            .path
            .canonicalize()
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => Error::new(
                    Code::NotFound,
                    format!("there is no {}", self.path.display()),
                )
                .help("check the path"),
                _ => Error::io("find", &self.path, &error),
            })?;
        process::cancel_on_interrupt(&context.cancel).map_err(|error| {
            Error::new(Code::Io, "could not listen for Ctrl-C").because(error.to_string())
        })?;
        let single = path.is_file();
        let root = match path.parent() {
            Some(parent) if single => parent,
            _ => &path,
        };
        let entry = path.file_name().and_then(|name| name.to_str());
        let entry = entry.filter(|_| single);
        let mut cleaning = compiler::clean_outputs(&context.home, root, entry, self.dry_run)?;
        if !single {
            self.clean_tools(context, root, &mut cleaning)?;
        }
        if self.all {
            let all = compiler::clean_all(&context.home, self.dry_run);
            cleaning.removed.extend(all.removed);
            cleaning.kept.extend(all.kept);
        }
        Ok(cleaning)
    }

    /// What the language's own tools have made.
    fn clean_tools(&self, context: &Context, root: &Path, cleaning: &mut Cleaning) -> Result<()> {
        let settings = Settings::load(&context.home, Some(root), Flags::default())?;
        let (home, cancel) = (&context.home, &context.cancel);
        let mut manager = Manager::find(home, &settings, root, Vec::new(), cancel)?;
        let language = manager.language(&settings.language)?;
        let detected = manager.detect(root, language, settings.entry.value.as_deref());
        let mut project = match detected {
            Ok(project) => project,
            // Then no tool has made anything here that we know of.
            Err(error) => {
                tracing::debug!(%error, "no project");
                return Ok(());
            }
        };
        let plugin = match manager.choose(&mut project, settings.plugin.value.as_deref()) {
            Ok(plugin) => plugin,
            Err(error) => {
                context.terminal.warn(format_args!(
                    "what the tools of {} have made stays: {}",
                    project.language,
                    error.message()
                ));
                return Ok(());
            }
        };
        let builder = plugin.get_builder();
        let clean = |dry_run| {
            builder
                .clean(&project.root, dry_run, &context.cancel)
                .map_err(why)
        };
        // Their weight is known only as long as they are there.
        let found: Vec<_> = clean(true)?
            .into_iter()
            .map(|path| {
                let bytes = compiler::weight(&project.root.join(&path));
                (path, bytes)
            })
            .collect();
        let gone = if self.dry_run {
            found.iter().map(|(path, _)| path.clone()).collect()
        } else {
            clean(false)?
        };
        for path in gone {
            let bytes = found
                .iter()
                .find(|(found, _)| *found == path)
                .map_or(0, |(_, bytes)| *bytes);
            let full = project.root.join(&path);
            if cleaning.removed.iter().any(|removed| removed.path == full) {
                continue;
            }
            cleaning.removed.push(Removed {
                what: plugin.info().name.clone(),
                path: full,
                bytes,
                files: 1,
            });
        }
        Ok(())
    }
}

fn why(failure: Failure) -> Error {
    match failure {
        Failure::Error(error) => error.into(),
        Failure::Fault(error) => *error,
        Failure::Cancelled => Error::new(Code::Interrupted, "interrupted")
            .because("what was deleted until then is gone, the rest is as it was"),
        Failure::Failed => Error::new(Code::PluginFault, "the plugin could not clean the project"),
    }
}

/// What `--format json` prints, one a line.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Removed {
        what: &'a str,
        path: Cow<'a, str>,
        bytes: u64,
    },
    Kept {
        path: Cow<'a, str>,
        why: &'a str,
    },
    Result(End<'a>),
}

#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum End<'a> {
    Ok {
        exit: u8,
        bytes: u64,
        dry_run: bool,
    },
    Error {
        exit: u8,
        code: &'static str,
        message: &'a str,
        causes: &'a [String],
        help: Option<&'a str>,
    },
}

fn failed<'a>(error: &'a Error) -> Line<'a> {
    Line::Result(End::Error {
        exit: error.exit().code(),
        code: error.code().name(),
        message: error.message(),
        causes: error.causes(),
        help: error.help_text(),
    })
}

fn lines(cleaning: &Cleaning, bytes: u64, dry_run: bool) -> Vec<Line<'_>> {
    let removed = cleaning.removed.iter().map(|removed| Line::Removed {
        what: &removed.what,
        path: removed.path.to_string_lossy(),
        bytes: removed.bytes,
    });
    let kept = cleaning.kept.iter().map(|kept| Line::Kept {
        path: kept.path.to_string_lossy(),
        why: &kept.why,
    });
    let end = Line::Result(End::Ok {
        exit: Exit::Ok.code(),
        bytes,
        dry_run,
    });
    removed.chain(kept).chain([end]).collect()
}

fn report(context: &Context, cleaning: &Cleaning, format: Format, dry_run: bool) {
    let terminal = &context.terminal;
    let bytes: u64 = cleaning.removed.iter().map(|removed| removed.bytes).sum();
    if format == Format::Json {
        for line in lines(cleaning, bytes, dry_run) {
            terminal.json(&line);
        }
        return;
    }
    let verb = if dry_run { "would delete" } else { "deleted" };
    for removed in &cleaning.removed {
        let path = paths::short(&removed.path);
        let size = decimal(removed.bytes);
        terminal.status(match removed.what.as_str() {
            "cache" => format!(
                "{verb} the build cache in {path} ({} files, {size})",
                removed.files
            ),
            "memory" => format!("{verb} what is remembered of projects in {path} ({size})"),
            _ => format!("{verb} {path} ({size})"),
        });
    }
    for kept in &cleaning.kept {
        let path = paths::short(&kept.path);
        terminal.warn(format_args!("kept {path}: {}", kept.why));
        terminal.status(format_args!("  to delete it: rm {}", quoted(&path)));
    }
    if terminal.verbosity() > crate::terminal::Verbosity::Quiet {
        terminal.out(match (cleaning.removed.is_empty(), dry_run) {
            (true, _) => "nothing to clean".to_owned(),
            (false, true) => format!("{} would be freed", decimal(bytes)),
            (false, false) => format!("{} freed", decimal(bytes)),
        });
    }
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-+".contains(&b);
    if path.bytes().all(plain) {
        return path.to_owned();
    }
    format!("'{}'", path.replace('\'', "'\\''"))
}
