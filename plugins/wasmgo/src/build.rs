//! One build, from the request to the report.

use std::fs;
use std::path::{Path, PathBuf};

use plugin_protocol::process::Stream;
use plugin_protocol::{
    ArtifactKind, Blame, BuildReport, BuildRequest, Context, Diagnostic, ErrorCode, Failure,
    PluginError, Profile, Severity, Task, TaskState,
};

use crate::command::{self, Plan};
use crate::environment::{self, get};
use crate::failing;
use crate::inputs::{Collector, first_there};
use crate::listing::{self, Package};
use crate::messages::Messages;
use crate::options::{Mode, Options, Target, invalid};
use crate::package;
use crate::runner::Runner;
use crate::shrink;
use crate::source;
use crate::toolchain::Toolchain;

/// The name of Go's own loader, as its documentation and pages know it.
const LOADER: &str = "wasm_exec.js";

/// What a project is, as far as a build needs to know.
pub(crate) struct Known {
    pub(crate) target: Target,
    pub(crate) mode: Mode,
    packages: Vec<Package>,
}

/// Builds a project into the request's stage.
pub(crate) fn build(request: &BuildRequest, context: &Context<'_>) -> Result<BuildReport, Failure> {
    let project = request.project.as_path();
    let options = Options::parse(&request.options)?;
    let work = request.stage.join(".work");
    // Said before the tools say it in words of their own.
    fs::create_dir_all(&work).map_err(|cause| {
        let message = format!("could not write to {}", request.stage.display());
        PluginError::new(ErrorCode::Io, Blame::Environment, message).because(cause)
    })?;
    let mut runner = Runner {
        context,
        project,
        env: environment::caches(&work),
    };
    if request.offline {
        runner.set("GOPROXY", "off");
    }
    let tools = Toolchain::discover(&options, &mut runner)?;
    let has_module = tools.go.module().or(tools.go.workspace()).is_some();
    let packages = match &request.entry {
        Some(file) if request.alone => package::alone(project, file)?,
        entry => package::select(project, entry.as_deref(), &options, has_module)?,
    };
    let module = tools.go.workspace().or(tools.go.module());
    let modules = command::modules(&options, request, module.and_then(Path::parent));
    if let (Some(_), Some(modules)) = (&tools.tiny, &modules) {
        let own = get("GOFLAGS").unwrap_or_default();
        runner.set("GOFLAGS", format!("{} {modules}", own.to_string_lossy()));
    }
    let plan = Plan {
        tools: &tools,
        options: &options,
        packages: &packages,
        modules,
    };
    let known = look(&plan, &mut runner)?;
    tools.go.suits(known.target, known.mode)?;

    let output = request.stage.join(format!("{}.wasm", request.name));
    compile(&plan, &known, request.profile, &output, &runner)?;
    let mut report = BuildReport {
        tools: tools.tools(),
        env_read: environment::READ.iter().map(ToString::to_string).collect(),
        ..BuildReport::default()
    };
    if request.profile == Profile::Size {
        report.tools.push(shrink::shrink(&output, &runner)?);
    }
    let mut inputs = Collector::new(project);
    inputs.surroundings(&tools.go);
    inputs.packages(&known.packages, &tools.go);
    let artifact = |kind, name: &str| context.made(&request.stage, kind, name);
    let name = format!("{}.wasm", request.name);
    report.artifacts.push(artifact(ArtifactKind::Wasm, &name)?);
    if known.target == Target::Js {
        let loader = loader(&tools, &request.stage)?;
        inputs.file(&loader);
        report.artifacts.push(artifact(ArtifactKind::Js, LOADER)?);
    }
    if options.vet && tools.tiny.is_none() {
        vet(&plan, &runner)?;
    }
    report.inputs = inputs.finish();
    Ok(report)
}

/// Looks at the program: what it imports says what it is for.
pub(crate) fn look(plan: &Plan<'_>, runner: &mut Runner<'_>) -> Result<Known, Failure> {
    let wanted = plan
        .options
        .target
        .or_else(|| match get("GOOS")?.to_str()? {
            "js" => Some(Target::Js),
            "wasip1" => Some(Target::Wasip1),
            _ => None,
        });
    let mut target = wanted.unwrap_or(Target::Wasip1);
    let mut packages = list(plan, target, runner)?;
    if wanted.is_none() && is_for_js(&packages) {
        target = Target::Js;
        packages = list(plan, target, runner)?;
    }
    // The tools that come later see the same.
    runner.env.extend(plan.tools.environment(target));
    let program = listing::program(&packages);
    if let Some(program) = program
        && program.error.is_none()
        && !program.name.is_empty()
        && program.name != "main"
    {
        return Err(library(program, plan, runner.project).into());
    }
    let exports = program.is_some_and(|program| {
        let files = program.go_files.iter().map(|name| program.dir.join(name));
        let mut texts = files.filter_map(|file| fs::read_to_string(file).ok());
        texts.any(|text| source::exports(&text, plan.tools.tiny.is_some()))
    });
    let mode = match plan.options.mode {
        Some(mode) => mode,
        None if exports && target == Target::Wasip1 => Mode::Reactor,
        None => Mode::Command,
    };
    if (mode, target) == (Mode::Reactor, Target::Js) {
        let message = "the option `mode` cannot be \"reactor\" where the target is \"js\"";
        return Err(invalid(message).into());
    }
    Ok(Known {
        target,
        mode,
        packages,
    })
}

/// Whether a program is written for JavaScript: it talks to it, or it has no
/// files for another target.
fn is_for_js(packages: &[Package]) -> bool {
    let Some(program) = listing::program(packages) else {
        return false;
    };
    let excluded = |err: &str| err.contains("build constraints exclude all Go files");
    program.imports.iter().any(|it| it == "syscall/js")
        || program.error.as_ref().is_some_and(|it| excluded(&it.err))
}

fn list(plan: &Plan<'_>, target: Target, runner: &mut Runner<'_>) -> Result<Vec<Package>, Failure> {
    let before = runner.env.len();
    runner.env.extend(plan.tools.environment(target));
    let said = runner.capture(plan.tools.program(), &plan.list(target));
    runner.env.truncate(before);
    let said = said?;
    if !said.success {
        return Err(broken(&said.err, runner));
    }
    listing::read(&said.out).map_err(|cause| {
        let message = "`go list` says something that cannot be read";
        let error = PluginError::new(ErrorCode::Toolchain, Blame::Environment, message);
        error.because(cause).into()
    })
}

/// What keeps the tools from looking at the project at all: a broken `go.mod`,
/// or the machine.
fn broken(text: &str, runner: &Runner<'_>) -> Failure {
    if let Some(error) = failing::environment(text) {
        return error.into();
    }
    let mut messages = Messages::new(runner.project, Severity::Error);
    text.lines().for_each(|line| messages.line(line));
    tell_all(messages, runner.context)
}

/// A package that is no program.
fn library(program: &Package, plan: &Plan<'_>, project: &Path) -> PluginError {
    let what = plan.packages.join(" ");
    let message = format!("{what} is the library `{}`, not a program", program.name);
    let error = invalid(message);
    let known = package::commands(project);
    let error = if known.is_empty() {
        error.because("a WebAssembly module is made from `package main`")
    } else {
        error.because(format!("there is {}", known.join(", ")))
    };
    error.because("say which with `package` under [options] in wasmrun.toml")
}

fn compile(
    plan: &Plan<'_>,
    known: &Known,
    profile: Profile,
    output: &Path,
    runner: &Runner<'_>,
) -> Result<(), Failure> {
    let context = runner.context;
    let step = format!("compile with {}", plan.tools.title());
    let task = |state| {
        context.task(Task {
            task: step.clone(),
            state,
            done: None,
            total: None,
            unit: None,
        });
    };
    task(TaskState::Start);
    let args = plan.build(known.target, known.mode, profile, output);
    let mut messages = Messages::new(runner.project, Severity::Error);
    let ended = runner.follow(plan.tools.program(), &args, &mut |stream, line| {
        if stream == Stream::Err && line.starts_with("go: downloading ") {
            context.log(Severity::Note, line);
        }
        messages.line(line);
    });
    task(TaskState::End);
    if ended? {
        return Ok(());
    }
    Err(tell_all(messages, context))
}

/// Hands on what a tool said before it failed.
fn tell_all(messages: Messages<'_>, context: &Context<'_>) -> Failure {
    let (found, text) = messages.finish();
    if let Some(error) = failing::environment(&text) {
        return error.into();
    }
    let told = found.iter().any(|it| it.severity == Severity::Error);
    for diagnostic in found {
        context.diagnostic(diagnostic);
    }
    if !told {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let first = lines.find(|line| !line.starts_with('#'));
        let first = first.unwrap_or("the compiler failed without a message");
        let message = first.strip_prefix("go: ").unwrap_or(first);
        let mut diagnostic = Diagnostic::new(Severity::Error, message);
        diagnostic.notes = lines.map(str::to_owned).collect();
        context.diagnostic(diagnostic);
    }
    Failure::Failed
}

/// Runs `go vet`, whose findings are warnings. Says whether the code compiles.
pub(crate) fn vet(plan: &Plan<'_>, runner: &Runner<'_>) -> Result<bool, Failure> {
    let mut messages = Messages::new(runner.project, Severity::Warning);
    let line = &mut |_, line: &str| messages.line(line);
    let clean = runner.follow(&plan.tools.go.path, &plan.vet(), line)?;
    let (found, text) = messages.finish();
    if !clean && found.is_empty() {
        return Err(failing::explain(&text).into());
    }
    let errors = found.iter().any(|it| it.severity == Severity::Error);
    for diagnostic in found {
        runner.context.diagnostic(diagnostic);
    }
    Ok(!errors)
}

/// Puts the loader beside the module, and says where it came from.
fn loader(tools: &Toolchain, stage: &Path) -> Result<PathBuf, Failure> {
    let places = tools.loaders();
    let Some(found) = first_there(&places) else {
        let message = format!("{} has no {LOADER}", tools.title());
        let error = PluginError::new(ErrorCode::DependencyMissing, Blame::Environment, message);
        let places = places.iter().map(|it| it.display().to_string());
        let places: Vec<String> = places.collect();
        return Err(error
            .because(format!("looked for {}", places.join(", ")))
            .into());
    };
    fs::copy(found, stage.join(LOADER))?;
    Ok(found.clone())
}
