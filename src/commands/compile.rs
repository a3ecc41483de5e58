mod github;
mod human;
mod json;
mod source;
mod words;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use plugin_protocol::Profile;

use super::Context;
use crate::compiler::{self, Environment, Event, Job, Outcome, Place};
use crate::config::{Flags, Home, Origin, Settings, parse_duration};
use crate::error::{Code, Error, Exit, Result};
use crate::plugin::{Manager, PluginInfo};
use crate::process;
use crate::project::Project;
use crate::terminal::{Terminal, Verbosity};

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
    /// The project's folder, or a single source file [default: .]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// The same, as a flag
    #[arg(short, long = "path", value_name = "PATH")]
    path_flag: Option<PathBuf>,
    /// Where the module goes: a file, a folder (`out/`), or `-` for standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What to optimise for [default: release]
    #[arg(long, value_name = "PROFILE", value_parser = profile_parser())]
    optimization: Option<Profile>,
    /// The language, when it is not to be found out
    #[arg(short, long)]
    language: Option<String>,
    /// Who builds: the name of a plugin, or the path of one
    #[arg(long, value_name = "NAME|EXE")]
    plugin: Option<String>,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Neither read nor write the build cache
    #[arg(long)]
    no_cache: bool,
    /// Fail rather than change a lock file
    #[arg(long)]
    locked: bool,
    /// Fail rather than use the network
    #[arg(long)]
    offline: bool,
    /// Give a plugin this environment variable, though it may be a secret
    #[arg(long, value_name = "VARIABLE")]
    plugin_env: Vec<String>,
    /// Let a plugin write wherever you may, and not only where builds belong
    #[arg(long)]
    no_confine: bool,
    /// How long the build may take: `90s`, `5m`, or seconds
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    timeout: Option<Duration>,
    /// Say why it was built or taken from the cache
    #[arg(long)]
    explain: bool,
    /// A setting of the builder's own, over `[options]` in wasmrun.toml
    #[arg(long, value_name = "KEY=VALUE", value_parser = option_parser)]
    option: Vec<(String, String)>,
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
trait Report {
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
            Format::Human => Box::new(human::Human::new(terminal, self.explain)),
            Format::Json => Box::new(json::Json::new(terminal)),
            Format::Github => Box::new(github::Github::new(terminal, self.explain)),
        };
        match self.compile(context, &mut *report) {
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

    /// Builds what is at a path for another command, with the settings that are
    /// in force, and returns the main module. What is told goes to standard error.
    pub(super) fn build(context: &Context, path: &Path) -> Result<PathBuf> {
        let args = Self {
            path: Some(path.to_owned()),
            ..Self::default()
        };
        let started = Instant::now();
        let mut report = human::Human::new(&context.terminal, false);
        let built = args.compile(context, &mut report);
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

    fn compile(self, context: &Context, report: &mut dyn Report) -> Result<Outcome> {
        let path = pick_path(self.path.as_deref(), self.path_flag.as_deref())?;
        self.check_stdout(&context.terminal)?;
        let flags = Flags {
            language: self.language.clone(),
            output: self.output.clone(),
            profile: self.optimization,
            plugin: self.plugin.clone(),
            locked: self.locked,
            offline: self.offline,
            no_confine: self.no_confine,
            no_cache: self.no_cache,
            timeout: self.timeout,
            options: self.option.clone(),
        };
        let settings = settings_for(&context.home, &path, flags)?;
        for warning in &settings.warnings {
            report.event(Event::Warning(warning.clone()));
        }
        let (project, plugin) = self.detect(context, &path, &settings)?;
        report.detected(&project, plugin.info());

        let here = std::env::current_dir()
            .map_err(|error| Error::io("find", Path::new("the current folder"), &error))?;
        let place = Place::of(&project, settings.output.value.as_deref(), &here)?;
        let options = settings.options.iter();
        let options = options.map(|(name, setting)| (name.clone(), setting.value.clone()));
        let timeout = settings.timeout.value;
        process::cancel_on_interrupt(&context.cancel).map_err(|error| {
            Error::new(Code::Io, "could not listen for Ctrl-C").because(error.to_string())
        })?;
        let job = Job {
            project: &project,
            plugin: &*plugin,
            place: &place,
            profile: settings.profile.value,
            options: &options.collect(),
            locked: settings.locked.value,
            offline: settings.offline.value,
            cache: settings
                .cache
                .value
                .then_some(settings.cache_max_size.value),
            home: &context.home,
            environment: &Environment::of_process(),
            timeout,
            cancel: &context.cancel.clone().with_limit(timeout),
        };
        // The settings have said already that the home is of no use.
        let told = context
            .home
            .root()
            .is_some_and(|root| root.exists() && !root.is_dir());
        compiler::compile(&job, &mut |event| match event {
            Event::Warning(_) if told => {}
            event => report.event(event),
        })
    }

    fn detect(&self, context: &Context, path: &Path, settings: &Settings) -> Result<Found> {
        let (home, cancel) = (&context.home, &context.cancel);
        let mut manager = Manager::find(home, settings, path, self.plugin_env.clone(), cancel)?;
        let named = settings.plugin.value.as_deref();
        if let Some(name) = named {
            manager.require(name)?;
        }
        let language = manager.language(&settings.language)?;
        let mut project = manager.detect(path, language, settings.entry.value.as_deref())?;
        let plugin = manager.choose(&mut project, named)?;
        Ok((project, plugin))
    }

    /// A module on standard output leaves no room there for anything else.
    fn check_stdout(&self, terminal: &Terminal) -> Result<()> {
        if self.output.as_deref() != Some(Path::new("-")) {
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

fn pick_path(argument: Option<&Path>, flag: Option<&Path>) -> Result<PathBuf> {
    match (argument, flag) {
        (Some(a), Some(b)) if a != b => Err(Error::new(
            Code::Usage,
            format!("two paths are named: {} and {}", a.display(), b.display()),
        )
        .help("name one: PATH and `--path` mean the same")),
        (path, flag) => Ok(path.or(flag).unwrap_or(Path::new(".")).to_owned()),
    }
}

/// The settings of what is at a path. A single file that is named is built by
/// itself: what `wasmrun.toml` beside it says of the whole project (language,
/// entry, output, plugin) is not meant for it, the rest is.
fn settings_for(home: &Home, path: &Path, flags: Flags) -> Result<Settings> {
    let mut settings = Settings::load(home, Some(path), flags)?;
    if !path.is_file() {
        return Ok(settings);
    }
    let entry = settings.entry.value.as_deref();
    let folder = path.parent().unwrap_or(Path::new(""));
    let same = |entry: &str| match (folder.join(entry).canonicalize(), path.canonicalize()) {
        (Ok(entry), Ok(path)) => entry == path,
        _ => false,
    };
    if entry.is_some_and(same) {
        return Ok(settings);
    }
    let defaults = Settings::default();
    let of_project = |origin: &Origin| matches!(origin, Origin::Project { .. });
    if of_project(&settings.language.origin) {
        settings.language = defaults.language;
    }
    if of_project(&settings.output.origin) {
        settings.output = defaults.output;
    }
    if of_project(&settings.plugin.origin) {
        settings.plugin = defaults.plugin;
    }
    settings.entry = defaults.entry;
    Ok(settings)
}

type Found = (Project, std::sync::Arc<dyn crate::plugin::Plugin>);

fn profile_parser() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(["debug", "release", "size"]).map(|name| match name.as_str() {
        "debug" => Profile::Debug,
        "size" => Profile::Size,
        _ => Profile::Release,
    })
}

fn option_parser(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("it has to be KEY=VALUE".to_owned()),
    }
}

fn is_quiet(terminal: &Terminal) -> bool {
    terminal.verbosity() == Verbosity::Quiet
}
