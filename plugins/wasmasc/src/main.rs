//! The wasmrun plugin that builds AssemblyScript projects with the compiler that
//! the project itself has installed. `docs/assemblyscript.md` says what it looks
//! for and how it is set up; `docs/plugin-protocol.md` is what it speaks.

mod about;
mod arguments;
mod asc;
mod build;
mod check;
mod clean;
mod config;
mod detect;
mod entry;
mod fault;
mod folder;
mod manager;
mod node;
mod options;
mod package;
mod report;
mod validate;

use std::path::Path;
use std::process::ExitCode;

use plugin_protocol::{
    BuildReport, BuildRequest, Context, Failure, Manifest, Match, Missing, Plugin,
};

struct AssemblyScript;

impl Plugin for AssemblyScript {
    fn info(&self) -> Manifest {
        about::manifest()
    }

    fn detect(&self, project: &Path, _context: &Context<'_>) -> Result<Option<Match>, Failure> {
        Ok(detect::detect(project))
    }

    fn check(&self, project: &Path, context: &Context<'_>) -> Result<Vec<Missing>, Failure> {
        check::check(project, context)
    }

    fn validate(&self, project: &Path, context: &Context<'_>) -> Result<(), Failure> {
        validate::validate(project, context)
    }

    fn build(&self, request: &BuildRequest, context: &Context<'_>) -> Result<BuildReport, Failure> {
        build::build(request, context)
    }

    fn clean(
        &self,
        project: &Path,
        dry_run: bool,
        _context: &Context<'_>,
    ) -> Result<Vec<String>, Failure> {
        clean::clean(project, dry_run)
    }
}

fn main() -> ExitCode {
    plugin_protocol::main(AssemblyScript)
}
