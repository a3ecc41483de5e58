//! What is known of a project without a build request: the options in its
//! `wasmrun.toml`, and what a build in place has left in its folder.

use std::collections::BTreeSet;
use std::path::Path;

use plugin_protocol::{BuildRequest, PluginError};

use super::compiler::Command;
use super::copy;
use super::environment::Environment;
use super::install::Package;
use super::layout::{Layout, relative};
use super::make::{program, required};
use super::messages::Messages;
use super::options::Options;
use super::search::Search;
use super::session::Session;
use crate::plugin::Failure;
use crate::plugin::languages::entry::{invalid, io_error};
use crate::process::Cancel;

fn settings(project: &Path) -> Option<toml::Table> {
    let text = std::fs::read_to_string(project.join("wasmrun.toml")).ok()?;
    // Whoever loads the settings tells what is wrong with them.
    text.parse().ok()
}

/// The options in the project's `wasmrun.toml`.
pub(super) fn options(project: &Path) -> Result<Options, PluginError> {
    let settings = settings(project);
    let options = settings
        .as_ref()
        .and_then(|settings| settings.get("options"));
    let options = options.map(serde_json::to_value);
    match options {
        Some(Ok(serde_json::Value::Object(options))) => {
            Options::parse(&options.into_iter().collect())
        }
        Some(_) => Err(invalid(
            "the key `options` in wasmrun.toml is not a table",
            None,
        )),
        None => Ok(Options::default()),
    }
}

/// The entry in the project's `wasmrun.toml`.
pub(super) fn entry(project: &Path) -> Option<String> {
    settings(project)?.get("entry")?.as_str().map(str::to_owned)
}

/// Runs `make clean` where the project is built in place and its Makefile has
/// that target. Other builds leave nothing in the project.
pub(super) fn clean(
    project: &Path,
    dry_run: bool,
    cancel: &Cancel,
) -> Result<Vec<String>, Failure> {
    let options = options(project)?;
    let layout = Layout::find(project, entry(project).as_deref(), &options);
    let file = match layout {
        Ok(Layout::Make(file)) if options.in_place => file,
        _ => return Ok(vec![]),
    };
    if !has_clean(&project.join(&file)) {
        return Ok(vec![]);
    }
    let env = Environment::own();
    let make = required(&env, program(&env), Package::Make)?;
    let compiler = Search::new(&env, &options, false).compiler()?;
    let stage = tempfile::tempdir().map_err(|error| {
        Failure::Error(io_error("make a folder in", &std::env::temp_dir(), &error))
    })?;
    let request = BuildRequest::new(project, "clean", stage.path());
    let session = Session {
        request: &request,
        options: &options,
        compiler: &compiler,
        env: &env,
        cancel,
    };
    // What it would delete is only known by doing it, so a dry run does it to a
    // copy.
    let copied = stage.path().join("copy");
    let folder = if dry_run {
        copy::project(project, &copied, stage.path(), true, cancel)?;
        copied.as_path()
    } else {
        project
    };
    let before = files(folder);
    let args = ["-f", &file, "clean"].map(Into::into).to_vec();
    let invocation = session.invocation(&Command::new(&make, &[]), args, folder, &[]);
    let mut messages = Messages::new(folder, vec![folder.to_owned()]);
    let mut said = None;
    let listener = &mut |event| said = Some(event);
    match session.follow(&invocation, &mut messages, listener) {
        Err(Failure::Failed) => {
            let error = invalid("`make clean` failed", None);
            let rest = messages.rest();
            Err(PluginError {
                cause: rest,
                ..error
            }
            .into())
        }
        Err(failure) => Err(failure),
        Ok(()) => Ok(before.difference(&files(folder)).cloned().collect()),
    }
}

fn has_clean(makefile: &Path) -> bool {
    let text = std::fs::read(makefile).unwrap_or_default();
    String::from_utf8_lossy(&text).lines().any(|line| {
        line.split_once(':').is_some_and(|(targets, rest)| {
            !rest.starts_with('=') && targets.split_whitespace().any(|target| target == "clean")
        })
    })
}

fn files(folder: &Path) -> BTreeSet<String> {
    let walk = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .build();
    walk.flatten()
        .filter(|entry| entry.file_type().is_some_and(|kind| !kind.is_dir()))
        .filter_map(|entry| relative(folder, entry.path()))
        .filter(|path| !path.starts_with(".git/"))
        .collect()
}
