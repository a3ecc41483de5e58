use std::path::{Path, PathBuf};

use plugin_protocol::{
    BuildReport, BuildRequest, Context, Failure, Inputs, PluginError, Severity, Tool,
};

use crate::arguments::Arguments;
use crate::asc::{self, Job};
use crate::config::Config;
use crate::entry::{self, Entries};
use crate::fault::{broken, invalid};
use crate::folder::{real, written};
use crate::manager::Installer;
use crate::node;
use crate::options::Options;
use crate::package::Compiler;
use crate::report::{self, Report};

/// What node and the search for programs look at.
const ENVIRONMENT: &[&str] = &["PATH", "NODE_OPTIONS", "NODE_PATH"];

/// Builds a project.
///
/// # Errors
/// [`Failure::Failed`] after what asc said; a missing dependency; a setting that
/// makes no sense.
pub(crate) fn build(request: &BuildRequest, context: &Context<'_>) -> Result<BuildReport, Failure> {
    let options = Options::parse(&request.options)?;
    let project = real(&request.project)?;
    let node = node::node()?;
    let compiler = Compiler::of(&project)?;
    let config = Config::read(&project, context)?;
    let entries = entry::choose(&project, request.entry.as_deref(), &config)?;
    let arguments = Arguments::new(&entries, &request.name, request.profile, &options, &config)?;

    let module = compiler.module();
    let mut job = Job::new(&module, &arguments.all, &request.name, &request.stage);
    job.own_bindings = options.bindings.is_some();
    let mut report = asc::run(&node, &compiler, &job, &project, context)?;
    judge(&mut report, &project, &compiler, context)?;

    // asc writes them at the same time. The module comes first.
    report
        .outputs
        .sort_unstable_by_key(|it| (!it.ends_with(".wasm"), it.clone()));
    let mut artifacts = Vec::new();
    for output in &report.outputs {
        artifacts.push(context.made(&request.stage, report::kind(output), output)?);
    }
    let transform = "a transform runs inside asc, and what it reads is not known";
    Ok(BuildReport {
        artifacts,
        inputs: Some(inputs(&report, &entries, &project, &compiler)),
        env_read: ENVIRONMENT.iter().map(ToString::to_string).collect(),
        uncacheable: arguments
            .has_transform(&config)
            .then(|| transform.to_owned()),
        tools: tools(node, &report, &compiler),
    })
}

/// Tells what asc said, and whether it made a module.
fn judge(
    report: &mut Report,
    project: &Path,
    compiler: &Compiler,
    context: &Context<'_>,
) -> Result<(), Failure> {
    let mut failed = false;
    for message in report.diagnostics.drain(..) {
        let diagnostic = message.diagnostic(project);
        failed |= diagnostic.severity == Severity::Error;
        context.diagnostic(diagnostic);
    }
    if failed {
        return Err(Failure::Failed);
    }
    if let Some(flag) = report.said.lines().find_map(unknown_option) {
        let error = invalid(format!("asc {} has no argument {flag}", compiler.version));
        return Err(error.into());
    }
    match &report.error {
        Some(error) => Err(refused(error, compiler).into()),
        None if report.outputs.iter().any(|it| it.ends_with(".wasm")) => Ok(()),
        None => Err(invalid("asc made no module; does asconfig.json set `noEmit`?").into()),
    }
}

/// `WARNING Unknown option '--bogus'`.
fn unknown_option(line: &str) -> Option<&str> {
    line.strip_prefix("WARNING Unknown option ")
}

/// The error for what asc does not call a fault in the code.
fn refused(error: &str, compiler: &Compiler) -> PluginError {
    let mut lines = error.lines();
    let first = lines.next().unwrap_or_default();
    let error = match first {
        // The module is wrong, and asc has made it.
        "validate error" => broken(format!("asc {} made an invalid module", compiler.version)),
        _ => invalid(format!("asc refused the project: {first}")),
    };
    lines.fold(error, PluginError::because)
}

/// All that the result depends on. What asc looked for in vain is among it: a
/// file that appears there would be found first.
fn inputs(report: &Report, entries: &Entries, project: &Path, compiler: &Compiler) -> Inputs {
    let mut files = report.read.clone();
    let mut more = compiler.looked.clone();
    more.push(project.join("package.json"));
    more.extend(Installer::of(project).lock);
    files.extend(more.iter().filter_map(|file| written(project, file)));
    files.extend(entries.looked.iter().cloned());
    files.sort_unstable();
    files.dedup();
    let lists = report.listed.iter().map(|folder| match folder.as_str() {
        "" => "*.ts".to_owned(),
        folder => format!("{}/*.ts", literal(folder)),
    });
    Inputs {
        files,
        globs: Vec::new(),
        names: lists.chain(entries.names.iter().cloned()).collect(),
    }
}

/// A path as a pattern that matches it alone.
fn literal(path: &str) -> String {
    let mut pattern = String::with_capacity(path.len());
    for letter in path.chars() {
        match letter {
            '*' | '?' | '[' | ']' | '{' | '}' => pattern.extend(['[', letter, ']']),
            letter => pattern.push(letter),
        }
    }
    pattern
}

fn tools(node: PathBuf, report: &Report, compiler: &Compiler) -> Vec<Tool> {
    let node = Tool {
        name: "node".into(),
        version: Some(report.node.clone()),
        path: Some(node),
        parts: vec![report.program.clone()],
    };
    let asc = Tool {
        name: "asc".into(),
        version: Some(compiler.version.clone()),
        path: Some(compiler.program()),
        parts: compiler.parts(),
    };
    vec![node, asc]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_of_a_path_is_literal() {
        assert_eq!(literal("a [b]/{c}*"), "a [[]b[]]/[{]c[}][*]");
        assert_eq!(literal("plain ü"), "plain ü");
    }
}
