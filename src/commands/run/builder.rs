//! One build after the other, and what is told of each.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use bytes::Bytes;

use super::made::{Made, Served};
use super::pages::{self, Front};
use super::speaker::file;
use super::subject::Subject;
use super::told::Told;
use crate::commands::compile::{Report, What};
use crate::commands::{Context, inspect};
use crate::compiler::Place;
use crate::config::{PROJECT_FILE, ServerFlags, Settings};
use crate::error::{Code, Result};
use crate::process::Cancel;
use crate::server::{Board, Build, ModuleFile, Page, Past, PluginName, ProjectName, State, Update};
use crate::wasm::Facts;

/// So many builds are remembered.
const PAST: usize = 100;

/// Builds what is served, as often as it is asked.
pub(super) struct Builder<'a> {
    context: &'a Context,
    what: &'a What,
    settings: Settings,
    pub(super) subject: Subject,
    /// The folder whose files are served.
    pub(super) served: Option<PathBuf>,
    board: &'a Board,
    /// What is known of the newest build.
    build: Build,
    /// The main module of the last good one.
    module: Option<Bytes>,
    /// What has changed since the plugin was asked last; none when that is not known.
    changed: Option<BTreeSet<String>>,
}

/// How a build ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    /// It went well.
    Well,
    /// It failed, and the user has been told.
    Badly,
    /// It was ended, since something has changed.
    Early,
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        context: &'a Context,
        what: &'a What,
        settings: Settings,
        subject: Subject,
        board: &'a Board,
    ) -> Self {
        let root = subject.folder().to_owned();
        let served = served(&subject, &settings);
        let page = match &subject {
            Subject::Site { .. } => Page::Application,
            _ => Page::Module,
        };
        let build = Build {
            api: 1,
            session: board.session().to_owned(),
            number: 0,
            state: State::Building,
            page,
            project: named(&subject),
            reason: String::new(),
            seconds: 0.0,
            cached: false,
            module: None,
            outputs: Vec::new(),
            application: None,
            diagnostics: Vec::new(),
            log: Vec::new(),
            failure: None,
            history: Vec::new(),
        };
        tracing::debug!(?root, ?served, "serving");
        Self {
            context,
            what,
            settings,
            subject,
            served,
            board,
            build,
            module: None,
            changed: None,
        }
    }

    /// Something has changed of which nothing is known.
    pub(super) fn lose_track(&mut self) {
        self.changed = None;
    }

    /// The main module of the last good build.
    pub(super) fn module(&self) -> Option<Bytes> {
        self.module.clone()
    }

    /// What wasmrun itself writes into the folder.
    pub(super) fn own_files(&self) -> Vec<PathBuf> {
        let root = self.subject.folder();
        let mut own: Vec<_> = self
            .build
            .outputs
            .iter()
            .map(|output| root.join(&output.path))
            .collect();
        if let Subject::Project(prepared) = &self.subject {
            match &prepared.place {
                Place::Folder(folder) if folder != root && served_is_not(&self.served, folder) => {
                    own.push(folder.clone());
                }
                Place::File(file) => own.push(file.clone()),
                _ => {}
            }
        }
        own
    }

    /// Builds. `files` is what has changed, `reason` says why.
    pub(super) fn run(
        &mut self,
        (reason, files): (&str, &[PathBuf]),
        user: &mut dyn Report,
        cancel: &Cancel,
        meanwhile: &mut dyn FnMut(),
    ) -> Ended {
        let started = Instant::now();
        let last = self.build.clone();
        self.build.number += 1;
        self.build.state = State::Building;
        self.build.reason = reason.to_owned();
        let changed: Vec<_> = files.iter().map(|path| file(path)).collect();
        self.board.building(self.build.clone(), &changed);
        let again = self.prepare_again(&changed);
        let root = self.subject.folder().to_owned();
        let mut told = Told::new(user, self.board, (&root, self.build.number == 1), meanwhile);
        let known: Option<Vec<_>> = self.changed.as_mut().map(|all| {
            all.extend(changed.iter().cloned());
            all.iter().cloned().collect()
        });
        let before = (self.module.as_deref(), known.as_deref());
        let made =
            again.and_then(|()| Made::of(&self.subject, before, self.context, &mut told, cancel));
        let took = started.elapsed();
        if told.asked && cancel.reason().is_none() {
            self.changed = self.settings.server.watch.value.then(BTreeSet::new);
        }
        let failure = made.as_ref().err().map(|error| told.failure(error));
        self.build.seconds = took.as_secs_f64();
        self.build.diagnostics = std::mem::take(&mut told.diagnostics);
        self.build.log = std::mem::take(&mut told.log).into();
        match made {
            Ok(made) => {
                let outcome = made.outcome.clone();
                let update = self.update(made);
                self.remember(State::Ok);
                self.board.publish(Update {
                    build: self.build.clone(),
                    ..update
                });
                // Told when it is there: whoever waits for it asks for it then.
                told.done(&outcome, took);
                Ended::Well
            }
            Err(error) if cancel.reason().is_some() && error.code() == Code::Interrupted => {
                // As if it had not begun; the next one begins at once.
                self.build = Build {
                    state: State::Building,
                    ..last
                };
                Ended::Early
            }
            Err(error) => {
                self.build.failure = failure;
                self.remember(State::Failed);
                self.board.failed(self.build.clone());
                if let Err(error) = told.failed(error, took) {
                    self.context.terminal.error(&error);
                }
                Ended::Badly
            }
        }
    }

    /// Settings and what the project is may have changed too. Who builds stays the
    /// same object where nothing has: it may keep a process for the next build.
    fn prepare_again(&mut self, changed: &[String]) -> Result<()> {
        let Subject::Project(before) = &mut self.subject else {
            return Ok(());
        };
        if self.build.number == 1 {
            return Ok(());
        }
        if changed.iter().any(|file| file == PROJECT_FILE) {
            let mut now = self
                .what
                .settings(&self.context.home, ServerFlags::default())?;
            // The server was started with what it was told then.
            now.server = self.settings.server.clone();
            self.settings = now;
        }
        let mut now = self.what.prepare(self.context, self.settings.clone())?;
        if now.is_built_as(before) {
            now.plugin = std::sync::Arc::clone(&before.plugin);
        }
        **before = now;
        self.build.project = named(&self.subject);
        Ok(())
    }

    /// Takes over what was made.
    fn update(&mut self, made: Made) -> Update {
        let root = self.subject.folder().to_owned();
        let (cached, sizes) = (made.outcome.cached, made.outcome.sizes);
        let Served {
            outputs,
            mut sources,
            main,
        } = made.served(&root);
        let facts = main.as_ref().and_then(|(_, bytes)| Facts::read(bytes).ok());
        let front = match &self.subject {
            Subject::Site { page, .. } => Front::own(page),
            _ => pages::choose(
                &root,
                self.served.as_deref(),
                &self.build.project.name,
                &outputs,
                facts.as_ref(),
            ),
        };
        sources.extend(front.made);
        let build = &mut self.build;
        build.page = front.page;
        build.application = front.application;
        build.cached = cached;
        build.outputs = outputs;
        build.failure = None;
        build.module = main.as_ref().map(|(output, _)| ModuleFile {
            url: output.url.clone(),
            path: output.path.clone(),
            size: output.size,
            gzip: Some(sizes.gzip),
            brotli: Some(sizes.brotli),
            sha256: output.sha256.clone(),
        });
        let info = main
            .as_ref()
            .and_then(|(output, bytes)| inspect::document(&output.path, bytes.to_vec()));
        self.module = main.map(|(_, bytes)| bytes);
        Update {
            build: build.clone(),
            info,
            sources,
        }
    }

    fn remember(&mut self, state: State) {
        let build = &mut self.build;
        build.state = state;
        if build.history.len() == PAST {
            build.history.remove(0);
        }
        build.history.push(Past {
            number: build.number,
            state,
            reason: build.reason.clone(),
            seconds: build.seconds,
            size: build.module.as_ref().map(|module| module.size),
            at: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        });
    }
}

/// The folder whose files are served besides what is built.
pub(super) fn served(subject: &Subject, settings: &Settings) -> Option<PathBuf> {
    let named = settings.server.root.value.as_deref();
    match subject {
        Subject::Project(prepared) if prepared.project.single_file => None,
        Subject::Project(prepared) => pages::folder(&prepared.project.root, named),
        // What lies beside a module is not there to be served, but for its script.
        Subject::Module { .. } => None,
        Subject::Site { folder, .. } => Some(folder.clone()),
    }
}

fn served_is_not(served: &Option<PathBuf>, folder: &Path) -> bool {
    served.as_ref().is_none_or(|served| served != folder)
}

fn named(subject: &Subject) -> ProjectName {
    let mut named = ProjectName {
        name: subject.name(),
        root: subject.folder().display().to_string(),
        language: None,
        why: None,
        plugin: None,
    };
    if let Subject::Project(prepared) = subject {
        let info = prepared.plugin.info();
        named.language = Some(prepared.project.language.name().to_owned());
        named.why = Some(prepared.project.why.clone());
        named.plugin = Some(PluginName {
            name: info.name.clone(),
            version: info.version.clone(),
        });
    }
    named
}
