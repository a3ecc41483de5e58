//! Running the compiler.

use std::collections::VecDeque;
use std::path::Path;

use plugin_protocol::process::Ending;
use plugin_protocol::{Context, Failure, Severity, Task, TaskState};
use serde::Serialize;

use crate::fault::{broken, missing};
use crate::node;
use crate::package::Compiler;
use crate::report::Report;

/// What runs inside node: the `asc` program itself neither tells what it has
/// read nor where a message ends, and starts node twice.
const DRIVER: &str = include_str!("asc.mjs");

/// The file in the stage that the driver writes; no artifact.
const REPORT: &str = ".wasmasc.json";

/// How many lines of output are kept to explain a crash.
const KEPT: usize = 20;

/// What the driver is told.
#[derive(Debug, Serialize)]
pub(crate) struct Job<'a> {
    /// The compiler's module.
    pub(crate) compiler: &'a Path,
    pub(crate) arguments: &'a [String],
    /// Whether to ignore the bindings of the configuration.
    pub(crate) own_bindings: bool,
    /// The name of the output, without ending.
    pub(crate) name: &'a str,
    pub(crate) stage: &'a Path,
    /// The name of the report, in the stage.
    report: &'static str,
}

impl<'a> Job<'a> {
    pub(crate) fn new(
        compiler: &'a Path,
        arguments: &'a [String],
        name: &'a str,
        stage: &'a Path,
    ) -> Self {
        Self {
            compiler,
            arguments,
            own_bindings: false,
            name,
            stage,
            report: REPORT,
        }
    }
}

/// Runs the compiler in the project's folder, to its end.
///
/// # Errors
/// When it cannot be started, breaks, or it is time to end. What it says about
/// the user's code is in the report.
pub(crate) fn run(
    node: &Path,
    compiler: &Compiler,
    job: &Job<'_>,
    project: &Path,
    context: &Context<'_>,
) -> Result<Report, Failure> {
    let file = job.stage.join(REPORT);
    let job = serde_json::to_string(job)
        .map_err(|cause| broken("a path is no text, which asc cannot use").because(cause))?;
    let task = |state| Task {
        task: "asc".into(),
        state,
        done: None,
        total: None,
        unit: None,
    };
    let args = ["--input-type=module", "--eval", DRIVER, "--", &job];
    let args = args.map(Into::into).to_vec();
    let mut lines = VecDeque::new();
    context.task(task(TaskState::Start));
    let ending = node::run(node, args, project, context.cancel(), &mut |_, line| {
        if !line.trim().is_empty() {
            lines.push_back(line.to_owned());
            lines.drain(..lines.len().saturating_sub(KEPT));
        }
    });
    context.task(task(TaskState::End));
    let ending = ending?;
    let text = std::fs::read(&file).map_err(|_| crashed(ending, &lines, compiler))?;
    let report: Report = serde_json::from_slice(&text)
        .map_err(|cause| broken("asc reported something that makes no sense").because(cause))?;
    if !report.finished {
        return Err(match node::is_old(&report.node, compiler.node.as_deref()) {
            true => old_node(&report.node, compiler).into(),
            false => broke(&report, &lines, compiler).into(),
        });
    }
    for line in lines {
        context.log(Severity::Note, line);
    }
    Ok(report)
}

/// The compiler wants a newer node.
pub(crate) fn old_node(version: &str, compiler: &Compiler) -> plugin_protocol::PluginError {
    let wanted = compiler.node.as_deref().unwrap_or_default();
    missing(format!(
        "node {version} is too old: assemblyscript {} wants {wanted}",
        compiler.version
    ))
    .fix(node::install())
}

/// The compiler stopped in the middle and said why.
fn broke(
    report: &Report,
    lines: &VecDeque<String>,
    compiler: &Compiler,
) -> plugin_protocol::PluginError {
    let error = broken(format!("asc {} broke off", compiler.version));
    let said = report.error.iter().map(String::as_str);
    let said = said
        .chain(report.said.lines())
        .chain(lines.iter().map(String::as_str));
    let said = said.map(str::trim).filter(|line| !line.is_empty());
    said.take(KEPT)
        .fold(error, plugin_protocol::PluginError::because)
}

/// Node itself ended without a report.
fn crashed(
    ending: Ending,
    lines: &VecDeque<String>,
    compiler: &Compiler,
) -> plugin_protocol::PluginError {
    let how = match ending {
        Ending::Exit(code) => format!("exit code {code}"),
        Ending::Signal(signal) => format!("signal {signal}"),
        Ending::Cancelled => "cancelled".into(),
    };
    let error = broken(format!("asc {} crashed: {how}", compiler.version));
    lines
        .iter()
        .fold(error, plugin_protocol::PluginError::because)
}
