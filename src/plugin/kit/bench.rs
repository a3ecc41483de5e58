//! What all checks share: the plugin, a place to work, and what is known of both.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use plugin_protocol::{
    Artifact, HostFrame, Inputs, Manifest, PluginHello, ResultFrame, Status, limits,
};
use tempfile::TempDir;

use super::Options;
use super::converse::{build_frame, must_be_ok, status};
use super::project::copy;
use super::random::Random;
use super::record::Record;
use super::talk::Talk;
use super::verdict::{Checked, Finding, Stop, own, skip};
use crate::plugin::artifact;
use crate::plugin::bridge::{Launch, variables};

/// What is known of the plugin after its first answers.
pub(super) struct Contact {
    pub(super) hello: PluginHello,
    pub(super) manifest: Manifest,
    /// The level to be tested: what it claims, unless the user wants less.
    pub(super) level: u8,
}

/// A build that was done.
#[derive(Clone)]
pub(super) struct Built {
    pub(super) result: ResultFrame,
    pub(super) artifacts: Vec<Artifact>,
    /// The SHA-256 of each artifact that is there.
    pub(super) sums: BTreeMap<String, String>,
    pub(super) inputs: Option<Inputs>,
    pub(super) time: Duration,
}

pub(super) struct Bench<'a> {
    pub(super) options: &'a Options,
    folder: TempDir,
    pub(super) shelf: Rc<RefCell<Vec<Record>>>,
    pub(super) random: RefCell<Random>,
    contact: OnceCell<Option<Contact>>,
    base: OnceCell<Option<Built>>,
    standard: OnceCell<()>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(options: &'a Options) -> Checked<Self> {
        let place = std::env::temp_dir();
        let folder = own(
            "create a folder in",
            &place,
            tempfile::Builder::new().prefix("wasmrun-kit-").tempdir(),
        )?;
        Ok(Self {
            options,
            folder,
            shelf: Rc::default(),
            random: RefCell::new(Random::new(options.seed)),
            contact: OnceCell::new(),
            base: OnceCell::new(),
            standard: OnceCell::new(),
        })
    }

    /// A folder of the kit's own, new and empty.
    pub(super) fn fresh(&self, name: &str) -> Checked<PathBuf> {
        let path = self.folder.path().join(name);
        if path.symlink_metadata().is_ok() {
            own("delete", &path, std::fs::remove_dir_all(&path))?;
        }
        own("create", &path, std::fs::create_dir_all(&path))?;
        own("find", &path, std::fs::canonicalize(&path))
    }

    /// The plugin, to be started in a folder as the host starts it.
    pub(super) fn launch(&self, folder: &Path) -> Launch {
        let pass = self
            .contact
            .get()
            .and_then(Option::as_ref)
            .map(|it| it.manifest.env.pass.clone());
        let env = variables(self.options.env.clone(), &pass.unwrap_or_default(), &[]);
        self.launch_with(folder, env)
    }

    /// The same with `PATH` alone in its environment.
    pub(super) fn bare(&self, folder: &Path) -> Launch {
        let path = self.options.env.iter().filter(|(name, _)| name == "PATH");
        self.launch_with(folder, path.cloned().collect())
    }

    fn launch_with(&self, folder: &Path, env: Vec<(OsString, OsString)>) -> Launch {
        let name = self
            .options
            .exe
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy();
        let mut launch = Launch::new(name, &self.options.exe, folder);
        launch.env = env;
        launch
    }

    /// Starts a session, with nothing said.
    pub(super) fn start(&self, launch: &Launch) -> Checked<Talk> {
        let key = self.random.borrow_mut().key(16);
        self.start_with(launch, &key)
    }

    /// The same, with a key.
    pub(super) fn start_with(&self, launch: &Launch, key: &str) -> Checked<Talk> {
        own("start", &launch.exe, Talk::start(launch, key, &self.shelf))
    }

    /// Starts a session and exchanges hello.
    pub(super) fn greeted(&self, launch: &Launch) -> Checked<Talk> {
        self.contact()?;
        let mut talk = self.start(launch)?;
        talk.greet()?;
        Ok(talk)
    }

    /// What the plugin says of itself. Asked once; a check of its own tells why
    /// it fails.
    pub(super) fn contact(&self) -> Checked<&Contact> {
        let contact = self.contact.get_or_init(|| self.meet().ok());
        match contact {
            Some(contact) => Ok(contact),
            None => skip("it does not answer `hello` and `info`"),
        }
    }

    /// Says hello and asks for the manifest.
    pub(super) fn meet(&self) -> Checked<Contact> {
        let folder = self.fresh("first")?;
        let mut talk = self.start(&self.launch(&folder))?;
        let hello = talk.greet()?;
        let answer = talk.info()?;
        must_be_ok(&talk, &answer, "P-INFO-1", "`info` describes the plugin")?;
        let Some(manifest) = answer.result.info else {
            let fix = "answer `info` with the fields of the manifest under \"info\"";
            let finding = Finding::new("P-INFO-1", "a result with `info`", "one without", fix);
            return Err(finding.after(&talk).into());
        };
        let level = self
            .options
            .level
            .map_or(manifest.level, |level| level.min(manifest.level));
        talk.goodbye().or_else(quiet)?;
        Ok(Contact {
            hello,
            manifest,
            level,
        })
    }

    /// The level, if it is at least this.
    pub(super) fn needs_level(&self, level: u8) -> Checked {
        let contact = self.contact()?;
        if contact.level < level {
            return skip(format!(
                "for level {level}; this is level {}",
                contact.level
            ));
        }
        Ok(())
    }

    /// Fails to go on when the plugin does not answer an operation.
    pub(super) fn needs_operation(&self, name: &str) -> Checked {
        if self.contact()?.hello.ops.iter().all(|op| op != name) {
            return skip(format!("`{name}` is not among its `ops`"));
        }
        Ok(())
    }

    /// The folder of the project to test with.
    pub(super) fn original(&self) -> Checked<PathBuf> {
        if let Some(project) = &self.options.project {
            return Ok(project.clone());
        }
        let example = self.contact()?.manifest.example.as_deref();
        let beside = self.options.exe.parent().unwrap_or(Path::new("."));
        match example.map(|example| beside.join(example)) {
            Some(folder) if folder.is_dir() => Ok(folder),
            Some(folder) => skip(format!(
                "the manifest's example {} is not there; `--project DIR` names a project",
                folder.display()
            )),
            None => skip("needs a project: `--project DIR`, or `example` in the manifest"),
        }
    }

    /// A fresh copy of the project.
    pub(super) fn sample(&self, name: &str) -> Checked<PathBuf> {
        let original = self.original()?;
        let folder = self.fresh(name)?;
        copy(&original, &folder)?;
        Ok(folder)
    }

    /// A project that builds, and what came of it. Built once; a check of its
    /// own tells why it fails.
    pub(super) fn base(&self) -> Checked<&Built> {
        self.original()?;
        let base = self.base.get_or_init(|| self.first_build().ok());
        match base {
            Some(built) => Ok(built),
            None => skip("the project is not built: see `builds`"),
        }
    }

    /// Builds the project for the first time, after asking what is missing.
    pub(super) fn first_build(&self) -> Checked<Built> {
        let project = self.sample("project")?;
        let mut talk = self.greeted(&self.launch(&project))?;
        let ask = |id| HostFrame::Check {
            id,
            project: project.clone(),
            deadline_ms: None,
        };
        let check = talk.ask(ask, limits::CHECK)?;
        let missing = check.result.missing.unwrap_or_default();
        if let Some(missing) = missing.iter().find(|it| it.blocking) {
            let fix = missing.fix.join(" ");
            talk.goodbye().or_else(quiet)?;
            return skip(format!("this machine lacks {}: `{fix}`", missing.name));
        }
        let built = self.build(&mut talk, &project)?;
        let must = "P-BUILD-1";
        let fix =
            "look at the diagnostics or the error; the kit's copy has all files of the project";
        if built.result.status != Status::Ok {
            let expected = "the project builds: `--project` has to name one that does";
            let came = status(built.result.status);
            return Err(Finding::new(must, expected, came, fix).after(&talk).into());
        }
        if !built
            .artifacts
            .iter()
            .any(|it| it.kind == plugin_protocol::ArtifactKind::Wasm)
        {
            let expected = "an `artifact` frame of kind `wasm` before a result of `ok`";
            let fix = "write the module into `stage` and tell of it: {\"type\":\"artifact\",\
                       \"s\":KEY,\"id\":N,\"kind\":\"wasm\",\"path\":\"app.wasm\",\"size\":BYTES}";
            let finding = Finding::new(must, expected, "none", fix);
            return Err(finding.after(&talk).into());
        }
        talk.goodbye().or_else(quiet)?;
        Ok(built)
    }

    /// Builds a project in a session.
    pub(super) fn build(&self, talk: &mut Talk, project: &Path) -> Checked<Built> {
        let stage = self.fresh("stage")?;
        let limit = self.options.build_limit;
        let answer = talk.ask(build_frame(project, &stage, limit), limit)?;
        Ok(self.built(&stage, answer))
    }

    /// Builds a project in a session of its own.
    pub(super) fn build_alone(&self, launch: &Launch, project: &Path) -> Checked<Built> {
        let mut talk = self.greeted(launch)?;
        let built = self.build(&mut talk, project)?;
        talk.goodbye().or_else(quiet)?;
        Ok(built)
    }

    /// What is in a stage after a build.
    pub(super) fn built(&self, stage: &Path, answer: super::converse::Answer) -> Built {
        let sum = |it: &Artifact| {
            let file = artifact::locate(stage, &it.path).ok()?;
            Some((it.path.clone(), artifact::digest_of_file(&file).ok()?))
        };
        let inputs = answer.result.inputs_file.as_deref().and_then(|name| {
            let file = artifact::locate(stage, name).ok()?;
            serde_json::from_slice(&std::fs::read(file).ok()?).ok()
        });
        Built {
            sums: answer.artifacts.iter().filter_map(sum).collect(),
            result: answer.result,
            artifacts: answer.artifacts,
            inputs,
            time: answer.time,
        }
    }

    /// Makes sure that each operation was asked for once, for those checks that
    /// look at all that was said.
    pub(super) fn standard(&self) -> Checked {
        self.contact()?;
        if self.standard.set(()).is_ok() {
            // What goes wrong here is told by the check that looks for it.
            let _ = super::standard::converse(self);
        }
        Ok(())
    }
}

/// A fault that another check tells of. What keeps the kit from going on stays.
pub(super) fn quiet(stop: Stop) -> Checked {
    match stop {
        Stop::Broken(error) => Err(Stop::Broken(error)),
        Stop::Skip(_) | Stop::Fail(_) => Ok(()),
    }
}
