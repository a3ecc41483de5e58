//! What a project is built with.

use std::ffi::OsString;
use std::path::Path;

use plugin_protocol::{Blame, ErrorCode, Failure, PluginError, Tool};

use crate::environment::{self, Wanted, find};
use crate::go::Go;
use crate::options::{Family, Options, Target};
use crate::runner::Runner;
use crate::tinygo::TinyGo;

/// Go, and TinyGo on top of it where it is used.
pub(crate) struct Toolchain {
    pub(crate) go: Go,
    pub(crate) tiny: Option<TinyGo>,
    looked_for_tiny: bool,
}

impl Toolchain {
    /// Finds the tools: TinyGo when it is there, unless the project wants one or
    /// the other. TinyGo itself needs Go.
    ///
    /// # Errors
    /// `dependency_missing` for the one that is not there.
    pub(crate) fn discover(options: &Options, runner: &mut Runner<'_>) -> Result<Self, Failure> {
        let go = Go::discover(runner)?;
        let looked_for_tiny = options.compiler != Some(Family::Go);
        let tiny = looked_for_tiny.then(|| find("tinygo")).flatten();
        if options.compiler == Some(Family::TinyGo) && tiny.is_none() {
            let message = "the project wants TinyGo, which is not installed";
            let (code, blame) = (ErrorCode::DependencyMissing, Blame::Environment);
            let fix = environment::install(Wanted::TinyGo);
            return Err(PluginError::new(code, blame, message).fix(fix).into());
        }
        let tiny = tiny.map(|path| TinyGo::ask(path, runner)).transpose()?;
        Ok(Self {
            go,
            tiny,
            looked_for_tiny,
        })
    }

    /// Go alone.
    pub(crate) fn of(go: Go) -> Self {
        Self {
            go,
            tiny: None,
            looked_for_tiny: false,
        }
    }

    /// The program that compiles.
    pub(crate) fn program(&self) -> &Path {
        self.tiny.as_ref().map_or(&self.go.path, TinyGo::path)
    }

    /// Its name and version.
    pub(crate) fn title(&self) -> String {
        match &self.tiny {
            Some(tiny) => format!("TinyGo {}", tiny.version()),
            None => self.go.version().replacen("go", "Go ", 1),
        }
    }

    /// The variables that choose a target.
    pub(crate) fn environment(&self, target: Target) -> Vec<(OsString, Option<OsString>)> {
        if self.tiny.is_some() {
            return Vec::new();
        }
        let set = |name: &str, value: &str| (name.into(), Some(value.into()));
        vec![
            set("GOOS", target.goos()),
            set("GOARCH", "wasm"),
            set("CGO_ENABLED", "0"),
        ]
    }

    /// The folders in which `wasm_exec.js` may be, the likeliest first.
    pub(crate) fn loaders(&self) -> Vec<std::path::PathBuf> {
        match &self.tiny {
            Some(tiny) => vec![tiny.root().join("targets/wasm_exec.js")],
            None => ["lib/wasm/wasm_exec.js", "misc/wasm/wasm_exec.js"]
                .map(|place| self.go.root().join(place))
                .to_vec(),
        }
    }

    /// All tools that were used or looked for.
    pub(crate) fn tools(&self) -> Vec<Tool> {
        let mut tools = vec![self.go.tool()];
        match &self.tiny {
            Some(tiny) => tools.push(tiny.tool()),
            None if self.looked_for_tiny => tools.push(Tool {
                name: "tinygo".into(),
                version: None,
                path: None,
                parts: Vec::new(),
            }),
            None => {}
        }
        tools
    }
}
