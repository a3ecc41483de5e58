//! A builder that "compiles" text: the module holds all that the build has
//! read, so that two modules are equal only if their inputs were.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use plugin_protocol::{
    Artifact, ArtifactKind, Blame, BuildReport, BuildRequest, Diagnostic, ErrorCode, Event, Inputs,
    Match, Missing, PluginError, Severity, Tool,
};
use wasmrun::compiler::Environment;
use wasmrun::plugin::{Failure, Listener, Plugin, PluginInfo, WasmBuilder};
use wasmrun::process::Cancel;
use wasmrun::project::{Language, Project};

/// How the builder says what it has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// Each file by its name.
    Files,
    /// By a pattern.
    Globs,
    /// Not at all: the whole project counts.
    Nothing,
}

type Hook = Box<dyn FnMut(&BuildRequest) + Send>;

type Spoiler = Box<dyn FnMut(&Path, &mut BuildReport) + Send>;

/// What the builder does, shared with the test.
#[derive(Clone)]
pub(crate) struct Script {
    pub(crate) telling: Telling,
    pub(crate) environment: Environment,
    /// Called after the inputs were read.
    pub(crate) read: Arc<Mutex<Option<Hook>>>,
    /// Called last, to spoil the result.
    pub(crate) spoil: Arc<Mutex<Option<Spoiler>>>,
    /// How often it has built.
    pub(crate) builds: Arc<Mutex<usize>>,
}

pub(crate) struct Double {
    info: PluginInfo,
    script: Script,
}

impl Double {
    pub(crate) fn new(script: Script) -> Self {
        Self {
            info: PluginInfo {
                name: "double".to_owned(),
                version: "1".to_owned(),
                identity: "1".to_owned(),
                languages: vec![Language::Wat],
            },
            script,
        }
    }
}

impl Plugin for Double {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn can_handle_project(&self, _project: &Project) -> Option<Match> {
        None
    }

    fn get_builder(&self) -> Box<dyn WasmBuilder> {
        Box::new(Builder(self.script.clone()))
    }
}

struct Builder(Script);

impl WasmBuilder for Builder {
    fn build(
        &self,
        request: &BuildRequest,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<BuildReport, Failure> {
        *self.0.builds.lock().unwrap() += 1;
        let mut seen = BTreeMap::new();
        let main = read(&request.project, "main.txt", &mut seen);
        let main = String::from_utf8_lossy(&main).into_owned();
        if main.contains("error") {
            let message = Diagnostic::new(Severity::Error, "an error").at("main.txt", 1, 1);
            listener(Event::Diagnostic(message));
            return Err(Failure::Failed);
        }
        listener(Event::Diagnostic(
            Diagnostic::new(Severity::Warning, format!("it says {main}")).at("main.txt", 1, 1),
        ));
        for name in main
            .split_whitespace()
            .filter_map(|word| word.strip_prefix('#'))
        {
            read(&request.project, name, &mut seen);
        }
        let tool = self.0.environment.tool("tool", &request.project);
        let content = tool.as_ref().map(std::fs::read).transpose();
        let content = content.map_err(|error| {
            let error = PluginError::new(ErrorCode::Io, Blame::Environment, error.to_string());
            Failure::Error(error)
        })?;
        let module = format!(
            "{seen:?} {:?} {:?} {} {} {:?} {content:?}",
            request.profile,
            request.options,
            request.locked,
            request.offline,
            self.0.environment.get("FLAG"),
        );
        if let Some(hook) = self.0.read.lock().unwrap().as_mut() {
            hook(request);
        }
        if cancel.reason().is_some() {
            return Err(Failure::Cancelled);
        }
        let name = format!("{}.wasm", request.name);
        let module = wasm(&module);
        std::fs::write(request.stage.join(&name), &module).unwrap();
        let size = module.len() as u64;
        let mut report = BuildReport {
            artifacts: vec![Artifact::new(ArtifactKind::Wasm, name, size)],
            inputs: self.0.telling.inputs(&seen),
            env_read: vec!["FLAG".to_owned()],
            tools: vec![Tool {
                name: "tool".to_owned(),
                version: None,
                path: tool,
                parts: vec![],
            }],
            uncacheable: None,
        };
        if let Some(spoil) = self.0.spoil.lock().unwrap().as_mut() {
            spoil(&request.stage, &mut report);
        }
        Ok(report)
    }

    fn check_dependencies(&self, _: &Path, _: &Cancel) -> Result<Vec<Missing>, Failure> {
        Ok(vec![])
    }

    fn validate_project(&self, _: &Path, _: Listener<'_>, _: &Cancel) -> Result<(), Failure> {
        Ok(())
    }

    fn clean(&self, _: &Path, _: bool, _: &Cancel) -> Result<Vec<String>, Failure> {
        Ok(vec![])
    }

    fn supported_extensions(&self) -> Vec<&str> {
        vec!["txt"]
    }

    fn entry_file_candidates(&self) -> Vec<&str> {
        vec!["main.txt"]
    }
}

impl Telling {
    fn inputs(self, seen: &BTreeMap<String, Option<Vec<u8>>>) -> Option<Inputs> {
        match self {
            Self::Files => Some(Inputs {
                files: seen.keys().cloned().collect(),
                ..Inputs::default()
            }),
            Self::Globs => Some(Inputs {
                globs: vec!["*.txt".to_owned(), "sub/**".to_owned()],
                ..Inputs::default()
            }),
            Self::Nothing => None,
        }
    }
}

fn read(project: &Path, name: &str, seen: &mut BTreeMap<String, Option<Vec<u8>>>) -> Vec<u8> {
    let content = std::fs::read(project.join(name)).ok();
    seen.insert(name.to_owned(), content.clone());
    content.unwrap_or_default()
}

/// A module with a text in a custom section.
pub(crate) fn wasm(text: &str) -> Vec<u8> {
    let mut section = vec![4];
    section.extend(b"text");
    section.extend(text.as_bytes());
    let mut module = b"\0asm\x01\0\0\0\0".to_vec();
    let mut length = section.len();
    loop {
        let byte = u8::try_from(length & 0x7f).unwrap();
        length >>= 7;
        module.push(byte | if length > 0 { 0x80 } else { 0 });
        if length == 0 {
            break;
        }
    }
    module.extend(section);
    module
}

/// Where the tool is in a folder of tools.
pub(crate) fn write_tool(folder: &Path, content: &str) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    let path = folder.join(format!("tool{}", std::env::consts::EXE_SUFFIX));
    std::fs::write(&path, content).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    path
}
