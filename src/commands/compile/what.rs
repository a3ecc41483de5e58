use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use plugin_protocol::Profile;

use super::Report;
use crate::commands::Context;
use crate::compiler::{self, Environment, Event, Job, Outcome, Place};
use crate::config::{Flags, Home, Origin, ServerFlags, Settings, parse_duration};
use crate::error::{Code, Error, Result};
use crate::plugin::{Manager, Plugin};
use crate::process::{self, Cancel};
use crate::project::Project;

/// What to build and how, for each command that builds.
#[derive(Debug, Default, Clone, clap::Args)]
pub(in crate::commands) struct What {
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
    /// A setting of the builder's own, over `[options]` in wasmrun.toml
    #[arg(long, value_name = "KEY=VALUE", value_parser = option_parser)]
    option: Vec<(String, String)>,
}

/// A project, who builds it, and where its output goes.
pub(in crate::commands) struct Prepared {
    /// What to build.
    pub(in crate::commands) project: Project,
    /// Who builds it.
    pub(in crate::commands) plugin: Arc<dyn Plugin>,
    /// Where the output goes.
    pub(in crate::commands) place: Place,
    settings: Settings,
}

impl What {
    /// What is at a path, with the settings that are in force.
    pub(in crate::commands) fn at(path: &Path) -> Self {
        Self {
            path: Some(path.to_owned()),
            ..Self::default()
        }
    }

    /// Where the module is to go, if that was said.
    pub(in crate::commands) fn destination(&self) -> Option<&Path> {
        self.output.as_deref()
    }

    /// The project's folder, or a single source file.
    pub(in crate::commands) fn path(&self) -> Result<PathBuf> {
        match (self.path.as_deref(), self.path_flag.as_deref()) {
            (Some(a), Some(b)) if a != b => Err(Error::new(
                Code::Usage,
                format!("two paths are named: {} and {}", a.display(), b.display()),
            )
            .help("name one: PATH and `--path` mean the same")),
            (path, flag) => Ok(path.or(flag).unwrap_or(Path::new(".")).to_owned()),
        }
    }

    /// The settings for what is at the path.
    pub(in crate::commands) fn settings(
        &self,
        home: &Home,
        server: ServerFlags,
    ) -> Result<Settings> {
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
            server,
        };
        settings_for(home, &self.path()?, flags)
    }

    /// Builds what is there, once.
    pub(super) fn compile(&self, context: &Context, report: &mut dyn Report) -> Result<Outcome> {
        let settings = self.settings(&context.home, ServerFlags::default())?;
        for warning in &settings.warnings {
            report.event(Event::Warning(warning.clone()));
        }
        let prepared = self.prepare(context, settings)?;
        prepared.build(context, &context.cancel, None, report)
    }

    /// Finds out what there is to build, and who builds it.
    pub(in crate::commands) fn prepare(
        &self,
        context: &Context,
        settings: Settings,
    ) -> Result<Prepared> {
        let path = self.path()?;
        let (home, cancel) = (&context.home, &context.cancel);
        let env = self.plugin_env.clone();
        let mut manager = Manager::find(home, &settings, &path, env, cancel)?;
        let named = settings.plugin.value.as_deref();
        if let Some(name) = named {
            manager.require(name)?;
        }
        let language = manager.language(&settings.language)?;
        let mut project = manager.detect(&path, language, settings.entry.value.as_deref())?;
        let plugin = manager.choose(&mut project, named)?;
        let here = std::env::current_dir()
            .map_err(|error| Error::io("find", Path::new("the current folder"), &error))?;
        let place = Place::of(&project, settings.output.value.as_deref(), &here)?;
        Ok(Prepared {
            project,
            plugin,
            place,
            settings,
        })
    }
}

impl Prepared {
    /// Whether the same plugin would do the same work with the same settings.
    pub(in crate::commands) fn is_built_as(&self, other: &Self) -> bool {
        self.project == other.project
            && self.settings == other.settings
            && self.plugin.info().identity == other.plugin.info().identity
    }

    /// Builds it, and tells how that goes. `changed` are the files that have changed
    /// since the plugin was asked last, if that is known.
    pub(in crate::commands) fn build(
        &self,
        context: &Context,
        cancel: &Cancel,
        changed: Option<&[String]>,
        report: &mut dyn Report,
    ) -> Result<Outcome> {
        report.detected(&self.project, self.plugin.info());
        let settings = &self.settings;
        let options = settings.options.iter();
        let options = options.map(|(name, setting)| (name.clone(), setting.value.clone()));
        let timeout = settings.timeout.value;
        process::cancel_on_interrupt(&context.cancel).map_err(|error| {
            Error::new(Code::Io, "could not listen for Ctrl-C").because(error.to_string())
        })?;
        let job = Job {
            project: &self.project,
            plugin: &*self.plugin,
            place: &self.place,
            profile: settings.profile.value,
            options: &options.collect::<BTreeMap<_, _>>(),
            locked: settings.locked.value,
            offline: settings.offline.value,
            changed,
            cache: settings
                .cache
                .value
                .then_some(settings.cache_max_size.value),
            home: &context.home,
            environment: &Environment::of_process(),
            timeout,
            cancel: &cancel.clone().with_limit(timeout),
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
