//! One build after the other, and what is told of each.

use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use plugin_protocol::ArtifactKind;
use sha2::{Digest, Sha256};

use super::pages::{self, Front};
use super::subject::{Subject, ending, url_of};
use super::told::Told;
use crate::commands::compile::{Report, What};
use crate::commands::{Context, inspect};
use crate::compiler::{Change, Outcome, Output, Place};
use crate::config::Settings;
use crate::error::{Code, Error, Result};
use crate::process::Cancel;
use crate::server::{
    Board, Build, ModuleFile, OutputFile, Page, Past, PluginName, ProjectName, Source, State,
    Update,
};
use crate::wasm::{self, Facts, Sizes};

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
    module: Option<Vec<u8>>,
}

/// What a build has made.
struct Made {
    folder: PathBuf,
    files: Vec<(PathBuf, ArtifactKind, Vec<u8>)>,
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
        }
    }

    /// The folder whose files are served besides what is built.
    pub(super) fn served(subject: &Subject, settings: &Settings) -> Option<PathBuf> {
        served(subject, settings)
    }

    /// The main module of the last good build.
    pub(super) fn module(&self) -> Option<&[u8]> {
        self.module.as_deref()
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
        let changed: Vec<_> = files
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        self.board.building(self.build.clone(), &changed);
        let again = self.prepare_again(&changed);
        let root = self.subject.folder().to_owned();
        let mut told = Told::new(user, self.board, (&root, self.build.number == 1), meanwhile);
        let made = again.and_then(|()| self.make(&mut told, cancel));
        let took = started.elapsed();
        self.build.seconds = took.as_secs_f64();
        self.build.diagnostics = std::mem::take(&mut told.diagnostics);
        self.build.log = std::mem::take(&mut told.log).into();
        match made {
            Ok((outcome, made)) => {
                let update = self.update(&outcome, made);
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
                told.diagnostics = self.build.diagnostics.clone();
                told.log = self.build.log.iter().cloned().collect();
                let failure = told.failure(&error);
                self.build.failure = Some(failure);
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
        if changed
            .iter()
            .any(|file| file == crate::config::PROJECT_FILE)
        {
            let server = crate::config::ServerFlags::default();
            self.settings = self.what.settings(&self.context.home, server)?;
        }
        let mut now = self.what.prepare(self.context, self.settings.clone())?;
        if now.is_built_as(before) {
            now.plugin = std::sync::Arc::clone(&before.plugin);
        }
        **before = now;
        self.build.project = named(&self.subject);
        Ok(())
    }

    fn make(&self, told: &mut Told<'_>, cancel: &Cancel) -> Result<(Outcome, Made)> {
        match &self.subject {
            Subject::Project(prepared) => {
                let outcome = prepared.build(self.context, cancel, told);
                self.context.terminal.progress_end();
                let outcome = outcome?;
                let folder = match &prepared.place {
                    Place::Folder(folder) => folder.clone(),
                    Place::File(file) => file.parent().unwrap_or(file).to_owned(),
                    Place::Stdout => {
                        return Err(Error::new(
                            Code::Usage,
                            "a server cannot serve standard output",
                        )
                        .help("name a folder as `output` in wasmrun.toml, or with `-o dist/`"));
                    }
                };
                let mut files = Vec::new();
                for output in &outcome.outputs {
                    let Some(path) = &output.path else { continue };
                    files.push((path.clone(), output.kind, read(path)?));
                }
                Ok((outcome, Made { folder, files }))
            }
            Subject::Module { file, folder } => {
                let bytes = read(file)?;
                wasm::validate(&bytes).map_err(|fault| {
                    Error::new(
                        Code::InvalidModule,
                        format!("{} is not a valid module", file.display()),
                    )
                    .because(format!("{} (at offset {:#x})", fault.message, fault.offset))
                    .help(format!("`wasmrun verify {}` tells more", file.display()))
                })?;
                let mut files = vec![(file.clone(), ArtifactKind::Wasm, bytes)];
                if let Some(script) = companion(file) {
                    let bytes = read(&script)?;
                    files.push((script, ArtifactKind::Js, bytes));
                }
                Ok(self.loaded(folder, files))
            }
            Subject::Site { folder, .. } => Ok(self.loaded(folder, Vec::new())),
        }
    }

    /// What was there already, as if it had been built.
    fn loaded(
        &self,
        folder: &Path,
        files: Vec<(PathBuf, ArtifactKind, Vec<u8>)>,
    ) -> (Outcome, Made) {
        let outputs = files.iter().map(|(path, kind, bytes)| Output {
            path: Some(path.clone()),
            kind: *kind,
            size: bytes.len() as u64,
            sha256: sha256(bytes),
            written: false,
        });
        let outputs: Vec<_> = outputs.collect();
        let before = self.build.module.as_ref().map(|module| &module.sha256);
        let main = files.first().map_or(&[][..], |(_, _, bytes)| bytes);
        let outcome = Outcome {
            change: match (before, outputs.first()) {
                (None, _) => Change::First,
                (Some(before), Some(now)) if *before == now.sha256 => Change::Same,
                _ => Change::From(Sizes::of(self.module().unwrap_or_default())),
            },
            sizes: Sizes::of(main),
            outputs,
            cached: false,
            stdout: None,
        };
        let folder = folder.to_owned();
        (outcome, Made { folder, files })
    }

    /// Takes over what was made.
    fn update(&mut self, outcome: &Outcome, made: Made) -> Update {
        let root = self.subject.folder().to_owned();
        let (mut sources, mut outputs) = (Vec::new(), Vec::new());
        let mut main = None;
        for (path, kind, bytes) in made.files {
            let output = OutputFile {
                kind,
                url: url_of(&made.folder, &path),
                path: path
                    .strip_prefix(&root)
                    .unwrap_or(&path)
                    .display()
                    .to_string(),
                size: bytes.len() as u64,
                sha256: sha256(&bytes),
            };
            if main.is_none() && kind == ArtifactKind::Wasm {
                main = Some((output.clone(), bytes.clone()));
            }
            sources.push(Source {
                url: output.url.clone(),
                path,
                bytes: bytes.into(),
            });
            outputs.push(output);
        }
        let facts = main.as_ref().and_then(|(_, bytes)| Facts::read(bytes).ok());
        let name = self.build.project.name.clone();
        let front = match &self.subject {
            Subject::Site { page, .. } => Front {
                page: Page::Application,
                application: Some(page.clone()),
                made: None,
            },
            _ => pages::choose(
                &root,
                self.served.as_deref(),
                &name,
                &outputs,
                facts.as_ref(),
            ),
        };
        sources.extend(front.made);
        let build = &mut self.build;
        build.page = front.page;
        build.application = front.application;
        build.cached = outcome.cached;
        build.outputs = outputs;
        build.failure = None;
        build.module = main.as_ref().map(|(output, _)| ModuleFile {
            url: output.url.clone(),
            path: output.path.clone(),
            size: output.size,
            gzip: Some(outcome.sizes.gzip),
            brotli: Some(outcome.sizes.brotli),
            sha256: output.sha256.clone(),
        });
        let info = main
            .as_ref()
            .and_then(|(output, bytes)| inspect::document(&output.path, bytes.clone()));
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

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn served(subject: &Subject, settings: &Settings) -> Option<PathBuf> {
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

/// The script that belongs to a module: `app.js` to `app.wasm` or `app_bg.wasm`.
fn companion(module: &Path) -> Option<PathBuf> {
    let stem = module.file_stem()?.to_str()?;
    let names = [stem, stem.strip_suffix("_bg").unwrap_or(stem)];
    let mut scripts = names
        .map(|name| module.with_file_name(format!("{name}.js")))
        .into_iter();
    scripts.find(|script| script.is_file() && ending(script) == "js")
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| Error::io("read", path, &error))
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
