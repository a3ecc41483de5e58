use std::ffi::OsStr;
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
use crate::rustc::{Rustc, Version, told_cargo};
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
    // Better now than after a long build, if it can be known: without a lock
    // file, cargo has not chosen the version of wasm-bindgen yet.
    let early = match plan.is_web() && plan.metadata.lock_file().is_file() {
        true => Some(way_to_web(&plan, &options, context)?),
        false => None,
    };
    let optimizer = (request.profile == Profile::Size).then(|| tool::find(shrink::NAME));
    // wasm-opt and wasm-bindgen need what this leaves out.
    let strip = matches!(optimizer, Some(None)) && plan.triple != BARE;
    let command = command(&plan, &options, request, strip);
    let mut built = compile(&plan, &command, context)?;
    let modules = Modules::of(&plan, &built.outcome)?;
    let is_page = options.tool == Some(Web::Trunk);
    let wants = is_page || (plan.triple == BARE && modules.want_bindgen()?);
    let choice = match early {
        Some(choice) => choice,
        None if wants => way_to_web(&plan, &options, context)?,
        None => Choice::default(),
    };
    let way = choice.way.filter(|_| wants);
    match &way {
        Some(way) => {
            let job = Job {
                plan: &plan,
                options: &options,
                command: &command,
                request,
                module: &modules.wasm,
                hidden: built.known.hide_others(),
            };
            way.go(&job, context)?;
        }
        None => modules.stage(request)?,
    }
    let mut tools = built.tools(&plan);
    tools.extend(choice.tools);
    if let Some(optimizer) = optimizer {
        if let Some(program) = &optimizer {
            shrink_all(program, &request.stage, context)?;
        }
        tools.push(tool::told(shrink::NAME, optimizer, None));
    }
    let reads_all = way.is_some_and(|way| way.reads_all());
    let found = inputs::find(&plan, &built.outcome, reads_all);
    built.known.add(found.env);
    Ok(BuildReport {
        artifacts: web::list(&request.stage)?,
        inputs: Some(found.inputs),
        env_read: built.known.into_names(),
        tools,
        uncacheable: found.unsure,
    })
}

fn command<'a>(
    plan: &'a Plan,
    options: &'a Options,
    request: &BuildRequest,
    strip: bool,
) -> Command<'a> {
    Command {
        cargo: plan.cargo.clone(),
        folder: plan.project.clone(),
        package: format!("{}@{}", plan.package.name, plan.package.version),
        what: match plan.target.is_program() {
            true => What::Program(&plan.target.name),
            false if plan.target.is_cdylib() => What::Cdylib,
            false => What::Library,
        },
        target: &plan.triple,
        elsewhere: plan.metadata.elsewhere.as_deref(),
        profile: request.profile,
        strip,
        options,
        locked: request.locked,
        offline: request.offline,
    }
}

fn way_to_web(plan: &Plan, options: &Options, context: &Context<'_>) -> Result<Choice, Failure> {
    let mut choice = web::choose(plan, options, context)?;
    match choice.missing.take() {
        Some(error) => Err(error.into()),
        None => Ok(choice),
    }
}

/// What cargo has done, and with which compiler.
struct Built {
    outcome: Outcome,
    rustc: Rustc,
    version: Option<Version>,
    known: Known,
}

impl Built {
    /// The tools that were used.
    fn tools(&self, plan: &Plan) -> Vec<Tool> {
        let cargo = told_cargo(plan.cargo.clone());
        vec![
            cargo,
            self.rustc
                .told(&plan.config.rustc_name(), self.version.as_ref()),
        ]
    }
}

/// Runs cargo. Meanwhile the compiler is asked whether it can build for the
/// target at all; if not, cargo is ended, and that is the error.
fn compile(plan: &Plan, command: &Command<'_>, context: &Context<'_>) -> Result<Built, Failure> {
    let mut known = Known::new(&[&plan.triple], command.profile_name());
    let invocation = command.invocation(known.hide_others());
    let stop = context.cancel().child();
    let (outcome, rustc) = thread::scope(|scope| {
        let rustc = scope.spawn(|| {
            let rustc = plan.ask_rustc(context.cancel());
            if !matches!(rustc, Ok((_, None))) {
                stop.cancel();
            }
            rustc
        });
        let outcome = cargo::run(&invocation, plan, context, &stop);
        (outcome, rustc.join())
    });
    let rustc = rustc.unwrap_or_else(|_| Err(broken("the compiler could not be asked").into()));
    let (rustc, lacks) = rustc?;
    if let Some(error) = lacks {
        return Err(error.into());
    }
    let outcome = outcome?;
    if outcome.lacks_libraries {
        return Err(rustc.no_libraries(&plan.triple).into());
    }
    let mut remembered = plan.metadata.made_by_cargo().into_iter();
    let version = remembered.find_map(Version::remembered);
    let version = version.or_else(|| Version::ask(&plan.rustc, &plan.project, context.cancel()));
    if let Some(version) = &version {
        known.add_target(&version.host);
    }
    Ok(Built {
        outcome,
        rustc,
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

impl Modules {
    fn of(plan: &Plan, outcome: &Outcome) -> Result<Self, PluginError> {
        let own = outcome.artifacts.iter().rev().find(|artifact| {
            artifact.package_id == plan.package.id
                && artifact.target.name == plan.target.name
                && artifact.target.is_program() == plan.target.is_program()
                && !artifact.target.is_script()
        });
        let files = own.map_or(&[][..], |artifact| &artifact.filenames);
        let with = |ending: &str| {
            let mut files = files.iter();
            files.find(|file| file.extension().is_some_and(|it| it == ending))
        };
        let Some(wasm) = with("wasm") else {
            let (name, triple) = (&plan.target.name, &plan.triple);
            let message = format!("cargo made no module of `{name}` for {triple}");
            return Err(fault::invalid(message));
        };
        Ok(Self {
            wasm: wasm.clone(),
            js: with("js").cloned(),
        })
    }

    /// Whether it cannot be loaded before wasm-bindgen has had it.
    fn want_bindgen(&self) -> Result<bool, PluginError> {
        let bytes = fs::read(&self.wasm);
        let bytes = bytes.map_err(|cause| fault::io("read", &self.wasm, &cause))?;
        Ok(module::wants_bindgen(&bytes))
    }

    /// Copies it into the stage. It is not linked: cargo will write to its own
    /// file again.
    fn stage(&self, request: &BuildRequest) -> Result<(), PluginError> {
        let copy = |from: &Path, name: &OsStr| {
            let copied = fs::copy(from, request.stage.join(name));
            copied.map_err(|cause| fault::io("copy", from, &cause))
        };
        match (&self.js, self.wasm.file_name()) {
            // The JavaScript knows the module by its name.
            (Some(js), Some(name)) => {
                copy(&self.wasm, name)?;
                copy(js, js.file_name().unwrap_or_default())?;
            }
            _ => {
                copy(&self.wasm, format!("{}.wasm", request.name).as_ref())?;
            }
        }
        Ok(())
    }
}

fn shrink_all(program: &Path, stage: &Path, context: &Context<'_>) -> Result<(), Failure> {
    for artifact in web::list(stage)? {
        if artifact.kind == ArtifactKind::Wasm {
            shrink::shrink(program, &stage.join(artifact.path), context)?;
        }
    }
    Ok(())
}
