use std::path::Path;

use plugin_protocol::{Context, Failure, Missing, MissingKind};

use crate::config::Config;
use crate::options::Options;
use crate::plan::Plan;
use crate::rustc;
use crate::{tool, web};

/// What a project needs and the machine lacks, as far as it is known without the
/// options of a build.
///
/// # Errors
/// When the project cannot be understood.
pub(crate) fn check(project: &Path, context: &Context<'_>) -> Result<Vec<Missing>, Failure> {
    let mut missing = Vec::new();
    if rustc::cargo().is_err() {
        missing.push(program("cargo", rustc::fix_for_rust(), true));
    }
    if rustc::find(&Config::read(project)).is_err() {
        missing.push(program("rustc", rustc::fix_for_rust(), true));
    }
    if !missing.is_empty() {
        return Ok(missing);
    }
    let options = Options::default();
    let plan = Plan::make(project, None, &options, context)?;
    let (_, lacks) = plan.ask_rustc(context.cancel())?;
    if let Some(error) = lacks {
        missing.push(Missing {
            name: plan.triple.clone(),
            kind: MissingKind::Target,
            blocking: true,
            fix: error.fix,
        });
    }
    if plan.is_web() {
        let choice = web::choose(&plan, &options, context)?;
        let blocking = choice.missing.is_some();
        if let Some(error) = choice.missing {
            missing.push(program("wasm-bindgen", error.fix, blocking));
        }
        if web::is_application(project) && tool::find("trunk").is_none() {
            let fix = ["cargo", "install", "--locked", "trunk"];
            missing.push(program("trunk", fix.map(Into::into).into(), false));
        }
    }
    Ok(missing)
}

fn program(name: &str, fix: Vec<String>, blocking: bool) -> Missing {
    Missing {
        name: name.into(),
        kind: MissingKind::Tool,
        blocking,
        fix,
    }
}
