//! The wasmrun plugin that builds Rust projects: cargo, and behind it what a
//! project for the web needs. `docs/rust.md` says what it detects and how it is
//! set up; `docs/plugin-protocol.md` is what it speaks.

mod about;
mod build;
mod cargo;
mod check;
mod choose;
mod clean;
mod config;
mod detect;
mod environment;
mod fault;
mod inputs;
mod manifest;
mod metadata;
mod module;
mod options;
mod package;
mod path;
mod plan;
mod rustc;
mod shrink;
mod tool;
mod validate;
mod web;

use std::path::Path;
use std::process::ExitCode;

use plugin_protocol::{
    BuildReport, BuildRequest, Context, Failure, Manifest, Match, Missing, Plugin,
};

struct Rust;

impl Plugin for Rust {
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
        context: &Context<'_>,
    ) -> Result<Vec<String>, Failure> {
        clean::clean(project, dry_run, context)
    }
}

fn main() -> ExitCode {
    plugin_protocol::main(Rust)
}
