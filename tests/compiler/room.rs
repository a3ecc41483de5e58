//! A project, a home and a builder to compile it with.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use plugin_protocol::Profile;
use tempfile::TempDir;
use wasmrun::compiler::{self, Environment, Event, Job, Outcome, Place};
use wasmrun::config::Home;
use wasmrun::error::Result;
use wasmrun::process::Cancel;
use wasmrun::project::{Language, Project};

use crate::double::{Double, Script, Telling};

/// All that a compilation can depend on.
pub(crate) struct Room {
    folder: TempDir,
    pub(crate) telling: Telling,
    /// Whether the project is the one file that the user named.
    pub(crate) single: bool,
    pub(crate) profile: Profile,
    pub(crate) options: BTreeMap<String, serde_json::Value>,
    pub(crate) locked: bool,
    pub(crate) variables: BTreeMap<String, OsString>,
    pub(crate) limit: u64,
    pub(crate) cancel: Cancel,
    pub(crate) script: Script,
    /// What `--explain` would say of the last compilation.
    pub(crate) explained: Mutex<Vec<String>>,
    /// Warnings of wasmrun itself, and of the builder.
    pub(crate) said: Mutex<Vec<String>>,
}

impl Room {
    pub(crate) fn new(telling: Telling) -> Self {
        let folder = TempDir::new().unwrap();
        for name in ["project/sub", "home", "tools", "early"] {
            std::fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        let path = ["early", "tools"].map(|name| folder.path().join(name));
        let path = std::env::join_paths(path).unwrap();
        Self {
            telling,
            single: false,
            profile: Profile::Release,
            options: BTreeMap::new(),
            locked: false,
            variables: BTreeMap::from([("PATH".to_owned(), path)]),
            limit: 1 << 20,
            cancel: Cancel::new(),
            script: Script {
                telling,
                environment: Environment::of_process(),
                read: Arc::default(),
                spoil: Arc::default(),
                builds: Arc::default(),
            },
            explained: Mutex::default(),
            said: Mutex::default(),
            folder,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path("project").join(name), content).unwrap();
    }

    pub(crate) fn home(&self) -> Home {
        Home::at(self.path("home"))
    }

    pub(crate) fn output(&self) -> PathBuf {
        self.path("project/dist/app.wasm")
    }

    pub(crate) fn builds(&self) -> usize {
        *self.script.builds.lock().unwrap()
    }

    /// Compiles into `dist/`, with the cache.
    pub(crate) fn compile(&self) -> Result<Outcome> {
        self.compile_with(&self.home())
    }

    /// The same with another home.
    pub(crate) fn compile_with(&self, home: &Home) -> Result<Outcome> {
        self.compile_to(&self.path("project/dist"), home, true)
    }

    /// What a build without the cache gives.
    pub(crate) fn truth(&self) -> Vec<u8> {
        let folder = TempDir::new().unwrap();
        let before = self.builds();
        let nobody = TempDir::new().unwrap();
        self.compile_to(folder.path(), &Home::at(nobody.path()), false)
            .unwrap();
        *self.script.builds.lock().unwrap() = before;
        std::fs::read(folder.path().join("app.wasm")).unwrap()
    }

    fn compile_to(&self, folder: &Path, home: &Home, cache: bool) -> Result<Outcome> {
        let environment = Environment::given(self.variables.clone());
        let plugin = Double::new(Script {
            telling: self.telling,
            environment: environment.clone(),
            ..self.script.clone()
        });
        let project = Project {
            root: self.path("project"),
            language: Language::Wat,
            why: "a test".to_owned(),
            entry: Some("main.txt".to_owned()),
            single_file: self.single,
            name: "app".to_owned(),
            others: vec![],
        };
        let job = Job {
            project: &project,
            plugin: &plugin,
            place: &Place::Folder(folder.to_owned()),
            profile: self.profile,
            options: &self.options,
            locked: self.locked,
            offline: false,
            changed: None,
            cache: cache.then_some(self.limit),
            home,
            environment: &environment,
            timeout: None,
            cancel: &self.cancel,
        };
        self.explained.lock().unwrap().clear();
        self.said.lock().unwrap().clear();
        compiler::compile(&job, &mut |event| match event {
            Event::Explain { reasons, .. } => {
                self.explained.lock().unwrap().extend_from_slice(reasons);
            }
            Event::Warning(text) => self.said.lock().unwrap().push(text),
            Event::Builder(plugin_protocol::Event::Diagnostic(diagnostic)) => {
                self.said.lock().unwrap().push(diagnostic.message);
            }
            _ => {}
        })
    }
}
