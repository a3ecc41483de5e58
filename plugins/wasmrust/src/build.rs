use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use plugin_protocol::{
    ArtifactKind, BuildReport, BuildRequest, Context, Failure, PluginError, Profile, Tool,
};

use crate::cargo::{self, Command, Outcome, What};
use crate::environment::Known;
use crate::fault::{self, broken};
use crate::options::{Options, Web};
use crate::plan::{BARE, Plan};
use crate::rustc::{Version, told_cargo};
use crate::web::{Choice, Job};
use crate::{inputs, module, shrink, tool, web};

/// Builds a project: cargo first, then what the web or the size needs.
///
/// # Errors
/// What is missing, what is wrong with the project, or what the compiler said.
pub(crate) fn build(request: &BuildRequest, context: &Context<'_>) -> Result<BuildReport, Failure> {
    let options = Options::parse(&request.options)?;
    let plan = Plan::make(
        &request.project,
        request.entry.as_deref(),
        &options,
        context,
    )?;
    if let Some(error) = plan.lacks_target() {
        return Err(error.into());
    }
    let mut choice = Choice::default();
    if plan.is_web() || options.tool.is_some() {
        choice = web::choose(&plan, &options, context)?;
        // Better now than after a long build.
        if let Some(error) = choice.missing.take().filter(|_| plan.is_web()) {
            return Err(error.into());
        }
    }
    let optimizer = (request.profile == Profile::Size).then(|| tool::find(shrink::NAME));
    let command = Command {
        cargo: plan.cargo.clone(),
        folder: plan.project.clone(),
        package: format!("{}@{}", plan.package.name, plan.package.version),
        what: match plan.target.is_program() {
            true => What::Program(&plan.target.name),
            false if plan.target.is_cdylib() => What::Cdylib,
            false => What::Library,
        },
        target: &plan.triple,
        profile: request.profile,
        // wasm-opt and wasm-bindgen need what this leaves out.
        strip: matches!(optimizer, Some(None)) && plan.triple != BARE,
        options: &options,
        locked: request.locked,
        offline: request.offline,
    };
    let Built {
        outcome,
        version,
        mut known,
    } = compile(&plan, &command, context)?;
    let modules = outputs(&plan, &outcome)?;
    let bytes =
        fs::read(&modules.wasm).map_err(|cause| fault::io("read", &modules.wasm, &cause))?;
    let wants = plan.triple == BARE && module::wants_bindgen(&bytes);
    if wants && choice.way.is_none() && options.tool != Some(Web::Cargo) {
        choice = web::choose(&plan, &options, context)?;
        if let Some(error) = choice.missing.take() {
            return Err(error.into());
        }
    }
    let way = choice
        .way
        .filter(|_| wants || options.tool == Some(Web::Trunk));
    match &way {
        Some(way) => way.go(
            &Job {
                plan: &plan,
                options: &options,
                command: &command,
                request,
                module: &modules.wasm,
                hidden: known.hide_others(),
            },
            context,
        )?,
        None => stage(&modules, request)?,
    }
    let mut tools: Vec<Tool> = vec![told_cargo(plan.cargo.clone())];
    tools.extend(plan.rustc.as_ref().map(|it| it.told(version.as_ref())));
    tools.extend(choice.tools);
    if let Some(optimizer) = optimizer {
        if let Some(program) = &optimizer {
            shrink_all(program, &request.stage, context)?;
        }
        tools.push(tool::told(shrink::NAME, optimizer, None));
    }
    let reads_all = way.is_some_and(|way| way.reads_all());
    let found = inputs::find(&plan, &outcome, reads_all);
    known.add(found.env);
    Ok(BuildReport {
        artifacts: web::list(&request.stage)?,
        inputs: Some(found.inputs),
        env_read: known.into_names(),
        tools,
        uncacheable: found.unsure,
    })
}

/// What cargo has done.
struct Built {
    outcome: Outcome,
    version: Option<Version>,
    known: Known,
}

/// Runs cargo. The compiler is asked for its version meanwhile.
fn compile(plan: &Plan, command: &Command<'_>, context: &Context<'_>) -> Result<Built, Failure> {
    let known = Known::new(&[&plan.triple], command.profile_name());
    let invocation = command.invocation(known.hide_others());
    let root = &plan.metadata.workspace_root;
    let (outcome, version) = thread::scope(|scope| {
        let ask = || Version::ask(&plan.rustc_path, &plan.project, context.cancel());
        let version = scope.spawn(ask);
        (
            cargo::run(&invocation, root, &plan.root, context),
            version.join().unwrap_or_default(),
        )
    });
    let outcome = outcome?;
    if outcome.lacks_libraries {
        let error = plan.rustc.as_ref().map(|it| it.no_libraries(&plan.triple));
        let other = || broken(format!("the compiler has no library for {}", plan.triple));
        return Err(error.unwrap_or_else(other).into());
    }
    let mut known = known;
    if let Some(version) = &version {
        known.add_target(&version.host);
    }
    Ok(Built {
        outcome,
        version,
        known,
    })
}

/// The files that cargo made of what was asked for.
struct Modules {
    wasm: PathBuf,
    /// The JavaScript that loads it, which Emscripten's target makes.
    js: Option<PathBuf>,
}

fn outputs(plan: &Plan, outcome: &Outcome) -> Result<Modules, PluginError> {
    let own = outcome.artifacts.iter().rev().find(|artifact| {
        artifact.package_id == plan.package.id
            && artifact.target.name == plan.target.name
            && artifact.target.is_program() == plan.target.is_program()
            && !artifact.target.kind.iter().any(|it| it == "custom-build")
    });
    let files = own.map_or(&[][..], |artifact| &artifact.filenames);
    let with = |ending: &str| {
        let mut files = files.iter();
        files.find(|file| file.extension().is_some_and(|it| it == ending))
    };
    match with("wasm") {
        Some(wasm) => Ok(Modules {
            wasm: wasm.clone(),
            js: with("js").cloned(),
        }),
        None => {
            let triple = &plan.triple;
            let message = format!(
                "cargo made no module of `{}` for {triple}",
                plan.target.name
            );
            Err(fault::invalid(message))
        }
    }
}

/// Copies a module into the stage. It is not linked: cargo will write to its own
/// file again.
fn stage(modules: &Modules, request: &BuildRequest) -> Result<(), PluginError> {
    let copy = |from: &Path, name: &str| {
        let copied = fs::copy(from, request.stage.join(name));
        copied.map_err(|cause| fault::io("copy", from, &cause))
    };
    let name = |path: &Path| path.file_name().map(|it| it.to_string_lossy().into_owned());
    match (&modules.js, name(&modules.wasm)) {
        // The JavaScript knows the module by its name.
        (Some(js), Some(wasm_name)) => {
            copy(&modules.wasm, &wasm_name)?;
            copy(js, &name(js).unwrap_or_default())?;
        }
        _ => {
            copy(&modules.wasm, &format!("{}.wasm", request.name))?;
        }
    }
    Ok(())
}

fn shrink_all(program: &Path, stage: &Path, context: &Context<'_>) -> Result<(), Failure> {
    for artifact in web::list(stage)? {
        if artifact.kind == ArtifactKind::Wasm {
            shrink::shrink(program, &stage.join(artifact.path), context)?;
        }
    }
    Ok(())
}
