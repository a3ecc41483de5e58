//! A plugin that is an executable, behind the traits that the rest of wasmrun
//! knows. What is asked of it runs in a process of its own; a plugin of level 2
//! keeps its process from one build to the next.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use plugin_protocol::{
    Blame, BuildReport, BuildRequest, Event, HostCode, Log, Match, Missing, Severity, look,
};

use super::artifact::digest_of_file;
use super::bridge::{
    Confinement, Fault, Launch, Limits, Secrets, Session, Support, support, variables, writable,
};
use super::{Failure, Installed, Listener, Plugin, PluginInfo, WasmBuilder};
use crate::config::{Home, Settings};
use crate::error::plain;
use crate::process::Cancel;
use crate::project::{Language, Project};

/// What the user has decided for all plugins.
#[derive(Debug, Clone)]
pub struct Policy {
    /// How long to wait for what.
    pub limits: Limits,
    /// Whether to confine builds where the system can.
    pub confine: bool,
    /// Variables that plugins are given though they may be secrets
    /// (`--plugin-env`).
    pub env: Vec<String>,
    /// Where a conversation with a fault is written to.
    pub faults: Option<PathBuf>,
    /// wasmrun's own executable, for [`crate::process::keep`].
    pub keeper: Option<PathBuf>,
}

impl Policy {
    /// What the settings say. `env` are the variables that the user names.
    #[must_use]
    pub fn new(home: &Home, settings: &Settings, env: Vec<String>) -> Self {
        let own = &settings.limits;
        Self {
            limits: Limits {
                hello: own.hello.value,
                detect: own.detect.value,
                check: own.check.value,
                validate: own.validate.value,
                clean: own.clean.value,
                build: own.build.value,
                idle: own.idle.value,
                ..Limits::default()
            },
            confine: settings.confine.value,
            env,
            faults: home.faults(),
            keeper: std::env::current_exe().ok(),
        }
    }
}

/// An installed plugin.
#[derive(Debug, Clone)]
pub struct External {
    info: PluginInfo,
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    installed: Installed,
    policy: Policy,
    kept: Mutex<Option<Kept>>,
}

/// A process that waits for its next build.
#[derive(Debug)]
struct Kept {
    project: PathBuf,
    session: Session,
}

impl External {
    /// Takes a plugin as it was installed. Nothing is started.
    #[must_use]
    pub fn new(installed: Installed, policy: Policy) -> Self {
        let manifest = &installed.manifest;
        let info = PluginInfo {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            identity: format!("{}+{}", manifest.version, installed.sha256),
            languages: Language::of(manifest),
        };
        Self {
            info,
            inner: Arc::new(Inner {
                installed,
                policy,
                kept: Mutex::new(None),
            }),
        }
    }

    /// What was installed.
    #[must_use]
    pub fn installed(&self) -> &Installed {
        &self.inner.installed
    }

    /// Asks the plugin itself whether it builds a project.
    ///
    /// # Errors
    /// What the plugin says, or does wrong.
    pub fn ask(&self, project: &Path, cancel: &Cancel) -> Result<Option<Match>, Failure> {
        let quiet = &mut |_| ();
        self.inner
            .once(project, quiet, cancel, |session, listener| {
                session.detect(project, listener, cancel)
            })
    }

    /// Whether the manifest says that it builds a project: by the language, or,
    /// if it names none, by the marks.
    fn look(&self, project: &Project) -> Option<Match> {
        let manifest = &self.inner.installed.manifest;
        let speaks = self.info.languages.contains(&project.language);
        if !speaks && !manifest.languages.is_empty() {
            return None;
        }
        let asked = || Match {
            score: manifest.detect.score.clamp(1, 100),
            why: project.why.clone(),
            entry: project.entry.clone(),
        };
        if speaks {
            let seen = (!project.single_file).then(|| look(&project.root, manifest));
            return Some(seen.flatten().unwrap_or_else(asked));
        }
        if !project.single_file {
            return look(&project.root, manifest);
        }
        let entry = project.entry.as_ref()?;
        let ending = Path::new(entry).extension()?.to_str()?;
        manifest.extensions.iter().find(|other| *other == ending)?;
        Some(Match {
            score: manifest.detect.score.clamp(1, 100),
            why: format!("a .{ending} file"),
            entry: Some(entry.clone()),
        })
    }
}

impl Plugin for External {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn can_handle_project(&self, project: &Project) -> Option<Match> {
        let found = self.look(project)?;
        if self.inner.installed.manifest.detect.dynamic {
            return self.detect(project);
        }
        Some(found)
    }

    fn detect(&self, project: &Project) -> Option<Match> {
        match self.ask(&project.root, &Cancel::new()) {
            Ok(found) => found,
            Err(failure) => {
                tracing::warn!(plugin = self.info.name, ?failure, "could not be asked");
                None
            }
        }
    }

    fn get_builder(&self) -> Box<dyn WasmBuilder> {
        Box::new(Builder {
            inner: Arc::clone(&self.inner),
        })
    }
}

impl Inner {
    fn launch(&self, project: &Path) -> Result<Launch, Failure> {
        self.check_executable()?;
        let Installed { manifest, exe, .. } = &self.installed;
        let pass = &manifest.env.pass;
        let env = variables(std::env::vars_os(), pass, &self.policy.env);
        let mut launch = Launch::new(&manifest.name, exe, project);
        if !manifest.argv.is_empty() {
            launch.args = manifest.argv.iter().skip(1).map(Into::into).collect();
        }
        if self.policy.confine {
            launch.confinement = Confinement::to(writable(project, pass, &env));
        }
        launch.env = env;
        launch.limits = self.policy.limits;
        launch.keeper.clone_from(&self.policy.keeper);
        launch.faults.clone_from(&self.policy.faults);
        launch.secrets = Secrets::of(std::env::vars_os());
        Ok(launch)
    }

    /// The executable is the one that was installed.
    fn check_executable(&self) -> Result<(), Failure> {
        let Installed {
            manifest,
            exe,
            sha256,
            ..
        } = &self.installed;
        let name = &manifest.name;
        let path = exe.display();
        let fault = match digest_of_file(exe) {
            Ok(digest) if digest == *sha256 => return Ok(()),
            Ok(_) => Fault::new(
                HostCode::ChecksumMismatch,
                format!("the executable of the plugin `{name}` has changed since it was installed"),
            )
            .because(path.to_string())
            .help(format!(
                "if you changed it yourself: `wasmrun plugin install {path}`; if not, install it \
                 again from where you had it"
            )),
            Err(error) => Fault::new(
                HostCode::SpawnFailed,
                format!("could not start the plugin `{name}`"),
            )
            .because(format!("{path}: {}", plain(&error)))
            .help(format!("`wasmrun plugin install {name}` installs it again")),
        };
        let fault = fault.blame(Blame::Environment);
        Err(Failure::Fault(Box::new(fault.error(&[], None))))
    }

    fn start(
        &self,
        project: &Path,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<Session, Failure> {
        let launch = self.launch(project)?;
        if self.policy.confine {
            tell_of_confinement(listener);
        }
        Session::start(launch, listener, cancel)
    }

    /// Asks something of a process that is ended afterwards.
    fn once<T>(
        &self,
        project: &Path,
        listener: Listener<'_>,
        cancel: &Cancel,
        ask: impl FnOnce(&mut Session, Listener<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut session = self.start(project, listener, cancel)?;
        let outcome = ask(&mut session, listener);
        goodbye(session, listener);
        outcome
    }

    /// Builds, with the process of the last build if there is one.
    fn build(
        &self,
        request: &BuildRequest,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<BuildReport, Failure> {
        let mut request = request.clone();
        if self.installed.manifest.level < 2 {
            request.changed = None;
            let project = request.project.clone();
            return self.once(&project, listener, cancel, |session, listener| {
                session.build(&request, listener, cancel)
            });
        }
        let mut session = match self.take(&request.project, listener) {
            Some(session) => session,
            None => {
                // It has not built before, so nothing has changed since.
                request.changed = None;
                self.start(&request.project, listener, cancel)?
            }
        };
        let outcome = session.build(&request, listener, cancel);
        if session.is_alive() {
            let project = request.project;
            *self.kept() = Some(Kept { project, session });
        }
        outcome
    }

    /// The process that waits, if it still lives, built the same project before
    /// and is still the one that was installed.
    fn take(&self, project: &Path, listener: Listener<'_>) -> Option<Session> {
        let kept = self.kept().take()?;
        if kept.project == project && kept.session.is_alive() && self.check_executable().is_ok() {
            return Some(kept.session);
        }
        goodbye(kept.session, listener);
        None
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A process that waits is told that there is no next build.
impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(kept) = self.kept().take() {
            goodbye(kept.session, &mut |_| ());
        }
    }
}

/// Ends a process. What it left running does not make its result worse, but its
/// author should know.
fn goodbye(session: Session, listener: Listener<'_>) {
    if let Err(error) = session.end(listener) {
        let message = format!("{} ({})", error.message(), error.code().name());
        listener(Event::Log(Log {
            level: Severity::Warning,
            message,
        }));
    }
}

/// Says once that builds are not confined here, and why.
fn tell_of_confinement(listener: Listener<'_>) {
    static TOLD: AtomicBool = AtomicBool::new(false);
    if let Support::Missing(why) = support()
        && !TOLD.swap(true, Ordering::Relaxed)
    {
        listener(Event::Log(Log {
            level: Severity::Note,
            message: format!("plugins are not confined to the project: {why}"),
        }));
    }
}

/// What does the work.
struct Builder {
    inner: Arc<Inner>,
}

impl WasmBuilder for Builder {
    fn build(
        &self,
        request: &BuildRequest,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<BuildReport, Failure> {
        let mut denied = false;
        let outcome = {
            let listener = &mut |event: Event| {
                denied |= is_denial(&event);
                listener(event);
            };
            self.inner.build(request, listener, cancel)
        };
        let confined = self.inner.policy.confine && matches!(support(), Support::Available { .. });
        if outcome.is_err() && denied && confined {
            let message = "plugins may write to the project, the tools' caches and the temporary \
                           folder alone; if that is why it failed: `--no-confine`";
            listener(Event::Log(Log {
                level: Severity::Warning,
                message: message.to_owned(),
            }));
        }
        outcome
    }

    fn check_dependencies(&self, project: &Path, cancel: &Cancel) -> Result<Vec<Missing>, Failure> {
        self.inner
            .once(project, &mut |_| (), cancel, |session, listener| {
                session.check(project, listener, cancel)
            })
    }

    fn validate_project(
        &self,
        project: &Path,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<(), Failure> {
        self.inner
            .once(project, listener, cancel, |session, listener| {
                session.validate(project, listener, cancel)
            })
    }

    fn clean(
        &self,
        project: &Path,
        dry_run: bool,
        cancel: &Cancel,
    ) -> Result<Vec<String>, Failure> {
        self.inner
            .once(project, &mut |_| (), cancel, |session, listener| {
                session.clean(project, dry_run, listener, cancel)
            })
    }

    fn supported_extensions(&self) -> Vec<&str> {
        let manifest = &self.inner.installed.manifest;
        manifest.extensions.iter().map(String::as_str).collect()
    }

    fn entry_file_candidates(&self) -> Vec<&str> {
        let manifest = &self.inner.installed.manifest;
        manifest.entry.iter().map(String::as_str).collect()
    }
}

/// Whether somebody was refused a file, in the system's words.
fn is_denial(event: &Event) -> bool {
    const WORDS: &str = "ermission denied";
    match event {
        Event::Log(log) => log.message.contains(WORDS),
        Event::Diagnostic(diagnostic) => {
            let rendered = diagnostic.rendered.as_deref().unwrap_or_default();
            diagnostic.message.contains(WORDS)
                || rendered.contains(WORDS)
                || diagnostic.notes.iter().any(|note| note.contains(WORDS))
        }
        _ => false,
    }
}
