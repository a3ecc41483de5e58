//! A project in a folder of its own, built through the library.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use plugin_protocol::{
    Artifact, BuildReport, BuildRequest, Diagnostic, Event, PluginError, Profile, Severity,
};
use serde_json::Value;
use tempfile::TempDir;
use wasmrun::plugin::{Failure, Manager, WasmBuilder};
use wasmrun::process::Cancel;
use wasmrun::project::{Language, Project};

/// A project to build.
pub(crate) struct World {
    _folder: TempDir,
    root: PathBuf,
    pub(crate) language: Language,
    pub(crate) entry: Option<String>,
    pub(crate) name: String,
    pub(crate) profile: Profile,
    pub(crate) options: BTreeMap<String, Value>,
    pub(crate) cancel: Cancel,
}

/// What came of it.
pub(crate) struct Built {
    stage: TempDir,
    pub(crate) result: Result<BuildReport, Failure>,
    pub(crate) events: Vec<Event>,
}

impl World {
    pub(crate) fn new(language: Language) -> Self {
        Self::at(language, "project")
    }

    /// A project in a folder of this name.
    pub(crate) fn at(language: Language, name: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap().join(name);
        std::fs::create_dir(&root).unwrap();
        Self {
            _folder: folder,
            root,
            language,
            entry: None,
            name: "app".to_owned(),
            profile: Profile::Release,
            options: BTreeMap::new(),
            cancel: Cancel::new(),
        }
    }

    /// A C project for one compiler; nothing when the machine lacks it.
    pub(crate) fn c(compiler: &str) -> Option<Self> {
        needs(compiler)?;
        Some(Self::new(Language::C).option("compiler", compiler))
    }

    pub(crate) fn option(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.options.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    pub(crate) fn entry(mut self, entry: &str) -> Self {
        self.entry = Some(entry.to_owned());
        self
    }

    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        &self.root
    }

    pub(crate) fn project(&self) -> Project {
        Project {
            root: self.root.clone(),
            language: self.language,
            why: "a test".to_owned(),
            entry: self.entry.clone(),
            single_file: false,
            name: self.name.clone(),
            others: vec![],
        }
    }

    pub(crate) fn builder(&self) -> Box<dyn WasmBuilder> {
        let plugin = Manager::new().choose(&mut self.project(), None).unwrap();
        plugin.get_builder()
    }

    pub(crate) fn build(&self) -> Built {
        let stage = TempDir::new().unwrap();
        let request = BuildRequest {
            project: self.root.clone(),
            entry: self.entry.clone(),
            name: self.name.clone(),
            profile: self.profile,
            stage: stage.path().to_owned(),
            options: self.options.clone(),
            locked: false,
            offline: true,
            alone: false,
            changed: None,
        };
        let mut events = vec![];
        let listener = &mut |event| events.push(event);
        let result = self.builder().build(&request, listener, &self.cancel);
        Built {
            stage,
            result,
            events,
        }
    }
}

impl Built {
    /// The report of a build that has to go well.
    pub(crate) fn report(&self) -> &BuildReport {
        match &self.result {
            Ok(report) => report,
            Err(failure) => panic!("{failure:?}\n{:#?}", self.diagnostics()),
        }
    }

    /// The error of a build that could not be done.
    pub(crate) fn error(&self) -> &PluginError {
        match &self.result {
            Err(Failure::Error(error)) => error,
            other => panic!("{other:?}\n{:#?}", self.diagnostics()),
        }
    }

    /// The diagnostics of a build that has to fail because of the code.
    pub(crate) fn failed(&self) -> Vec<&Diagnostic> {
        assert_eq!(self.result.as_ref().unwrap_err(), &Failure::Failed);
        let all = self.diagnostics();
        assert!(all.iter().any(|one| one.severity == Severity::Error));
        all
    }

    pub(crate) fn diagnostics(&self) -> Vec<&Diagnostic> {
        let mut all = vec![];
        for event in &self.events {
            if let Event::Diagnostic(diagnostic) = event {
                all.push(diagnostic);
            }
        }
        all
    }

    pub(crate) fn file(&self, artifact: &Artifact) -> PathBuf {
        self.stage.path().join(&artifact.path)
    }

    /// The first artifact: the module, valid.
    pub(crate) fn module(&self) -> Vec<u8> {
        let module = std::fs::read(self.file(&self.report().artifacts[0])).unwrap();
        wasmparser::validate(&module).unwrap();
        assert_eq!(module.len() as u64, self.report().artifacts[0].size);
        module
    }

    /// The paths of all artifacts.
    pub(crate) fn artifacts(&self) -> Vec<&str> {
        let artifacts = self.report().artifacts.iter();
        artifacts.map(|artifact| artifact.path.as_str()).collect()
    }

    /// The functions that the module exports.
    pub(crate) fn exports(&self) -> Vec<String> {
        let module = self.module();
        let mut names = vec![];
        for payload in wasmparser::Parser::new(0).parse_all(&module) {
            if let wasmparser::Payload::ExportSection(exports) = payload.unwrap() {
                for export in exports {
                    let export = export.unwrap();
                    if export.kind == wasmparser::ExternalKind::Func {
                        names.push(export.name.to_owned());
                    }
                }
            }
        }
        names
    }

    /// What the module prints under Node's WASI.
    pub(crate) fn run(&self, args: &[&str]) -> Option<String> {
        needs("node")?;
        let host = "const {WASI} = require('node:wasi'), fs = require('fs');
            const [file, ...args] = process.argv.slice(1);
            const wasi = new WASI({version: 'preview1', args: [file, ...args], returnOnExit: true});
            const module = new WebAssembly.Module(fs.readFileSync(file));
            const instance = new WebAssembly.Instance(module, wasi.getImportObject());
            process.exitCode = wasi.start(instance);";
        let module = self.file(&self.report().artifacts[0]);
        let mut command = Command::new("node");
        command.args(["--no-warnings", "-e", host, "--"]);
        Some(printed(command.arg(module).args(args).output().unwrap()))
    }

    /// What the JavaScript beside the module prints under Node.
    pub(crate) fn run_js(&self, args: &[&str]) -> Option<String> {
        needs("node")?;
        let artifacts = &self.report().artifacts;
        let js = artifacts
            .iter()
            .find(|artifact| artifact.path.ends_with(".js"))
            .unwrap();
        let mut command = Command::new("node");
        command.arg("--no-experimental-fetch").arg(self.file(js));
        Some(printed(command.args(args).output().unwrap()))
    }
}

fn printed(output: Output) -> String {
    let (out, err) = (
        output.stdout,
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    assert!(output.status.success(), "{err}");
    String::from_utf8(out).unwrap()
}

/// A tool that a test needs. Without it the test is left out; on CI it fails.
pub(crate) fn needs(tool: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join(tool))
        .find(|path| path.is_file());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{tool} is missing");
        println!("skipped: {tool} is missing");
    }
    found
}
