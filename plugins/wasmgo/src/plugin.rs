//! The operations of the plugin.

use std::path::Path;

use plugin_protocol::{
    Blame, BuildReport, BuildRequest, ColumnUnit, Context, Detect, ErrorCode, Failure, Manifest,
    Match, Missing, MissingKind, Plugin, Severity,
};

use crate::build::{self, build};
use crate::command::Plan;
use crate::environment::{self, Wanted};
use crate::go::Go;
use crate::options::{Mode, Options, Target};
use crate::package;
use crate::runner::Runner;
use crate::toolchain::Toolchain;

/// The plugin.
pub(crate) struct WasmGo;

impl Plugin for WasmGo {
    fn info(&self) -> Manifest {
        let marks = ["go.mod", "go.work", "*.go"];
        let entries = ["main.go", "app.go", "cmd/main.go"];
        let mut manifest = Manifest::new("wasmgo", env!("CARGO_PKG_VERSION"))
            .detects(Detect::any(marks, 50))
            .enters(entries)
            .reads(["go"])
            .passes(environment::passed());
        manifest.languages = vec!["go".into()];
        manifest
    }

    /// Go's tools count bytes.
    fn column_unit(&self) -> ColumnUnit {
        ColumnUnit::Byte
    }

    fn detect(&self, project: &Path, _: &Context<'_>) -> Result<Option<Match>, Failure> {
        Ok(detect(project, &self.info()))
    }

    fn check(&self, project: &Path, context: &Context<'_>) -> Result<Vec<Missing>, Failure> {
        let missing = |name: &str, fix: Vec<String>| Missing {
            name: name.into(),
            kind: MissingKind::Tool,
            blocking: true,
            fix,
        };
        if environment::find("go").is_none() {
            let fix = environment::install(Wanted::Go);
            return Ok(vec![missing("go", fix)]);
        }
        let mut runner = quiet(project, context);
        match Go::discover(&mut runner) {
            Ok(go) => match go.suits(Target::Wasip1, Mode::Command) {
                Ok(()) => Ok(Vec::new()),
                Err(error) => Ok(vec![missing("go 1.21 or newer", error.fix)]),
            },
            Err(Failure::Error(error)) if error.code == ErrorCode::DependencyMissing => {
                Ok(vec![missing("a newer go", error.fix)])
            }
            Err(failure) => Err(failure),
        }
    }

    fn validate(&self, project: &Path, context: &Context<'_>) -> Result<(), Failure> {
        let options = Options::default();
        let mut runner = quiet(project, context);
        let go = match Go::discover(&mut runner) {
            Ok(go) if environment::has_cache() => go,
            Err(Failure::Error(error)) if error.blame == Blame::Project => {
                return Err(error.into());
            }
            Err(Failure::Cancelled) => return Err(Failure::Cancelled),
            told => {
                // What needs no tool is looked at all the same.
                if let Err(Failure::Error(error)) = told {
                    context.log(Severity::Warning, error.message);
                }
                package::select(project, None, &options, true)?;
                return Ok(());
            }
        };
        let has_module = go.module().or(go.workspace()).is_some();
        let packages = package::select(project, None, &options, has_module)?;
        let tools = Toolchain::of(go);
        let plan = Plan {
            tools: &tools,
            options: &options,
            packages: &packages,
            modules: None,
        };
        build::look(&plan, &mut runner)?;
        match build::vet(&plan, &runner)? {
            true => Ok(()),
            false => Err(Failure::Failed),
        }
    }

    fn build(&self, request: &BuildRequest, context: &Context<'_>) -> Result<BuildReport, Failure> {
        build(request, context)
    }

    /// Go keeps everything that it makes in its own caches, which other projects
    /// share: there is nothing of it in the project.
    fn clean(&self, _: &Path, _: bool, _: &Context<'_>) -> Result<Vec<String>, Failure> {
        Ok(Vec::new())
    }
}

/// A runner that uses no network: only a build may download modules.
fn quiet<'a>(project: &'a Path, context: &'a Context<'a>) -> Runner<'a> {
    let mut runner = Runner {
        context,
        project,
        env: Vec::new(),
    };
    runner.set("GOPROXY", "off");
    runner
}

/// What names and the first lines of sources tell.
fn detect(project: &Path, manifest: &Manifest) -> Option<Match> {
    let seen = plugin_protocol::look(project, manifest)?;
    let has_module = project.join("go.mod").is_file();
    let commands = package::commands(project);
    let found = |score, what: &str, entry| {
        let why = match has_module {
            true => format!("go.mod, {what}"),
            false => what.to_owned(),
        };
        Some(Match { score, why, entry })
    };
    match commands.as_slice() {
        _ if package::has_program(project) => {
            let score = if has_module { 90 } else { 65 };
            found(score, "package main", seen.entry)
        }
        [] if has_module => found(60, "library", None),
        [] => Some(Match { score: 30, ..seen }),
        [only] => {
            let entry = format!("{only}/main.go");
            let entry = project.join(&entry).is_file().then_some(entry);
            found(85, only, entry)
        }
        several => found(85, &format!("{} programs in cmd/", several.len()), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file that is installed beside the executable.
    #[test]
    fn the_manifest_is_what_the_plugin_says() {
        let info = WasmGo.info();
        assert_eq!(info.problems(), Vec::<String>::new());
        let file: Manifest = toml::from_str(include_str!("../wasmrun.toml")).unwrap();
        assert_eq!(file, info);
    }
}
