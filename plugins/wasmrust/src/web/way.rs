use std::path::{Path, PathBuf};

use plugin_protocol::{BuildRequest, Context, Failure, PluginError, Tool};

use super::{bindgen, is_application, lock, pack, trunk};
use crate::cargo::Command;
use crate::fault::{invalid, missing};
use crate::options::{Options, Web};
use crate::plan::Plan;
use crate::tool::{self, Changes};

/// How a module becomes fit for the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Way {
    Bindgen(PathBuf),
    Pack(PathBuf),
    Trunk(PathBuf),
}

/// What was found on the way, and looked for in vain.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    pub(crate) way: Option<Way>,
    pub(crate) tools: Vec<Tool>,
    /// What is missing, when there is no way.
    pub(crate) missing: Option<PluginError>,
}

/// Chooses it for a module that waits for wasm-bindgen: trunk for a page if it is
/// there, else wasm-bindgen's program of the version that the lock file pins,
/// else wasm-pack, which gets that one itself.
///
/// # Errors
/// When what the options ask for is not there, or does not fit.
pub(crate) fn choose(
    plan: &Plan,
    options: &Options,
    context: &Context<'_>,
) -> Result<Choice, Failure> {
    let mut choice = Choice::default();
    match options.tool {
        Some(Web::Cargo) => {}
        Some(named @ (Web::Trunk | Web::Pack)) => {
            let path = choice.look(named).ok_or_else(|| no_tool(named))?;
            if named == Web::Pack && plan.target.is_program() {
                let message = "wasm-pack builds libraries alone, and this is a program";
                return Err(invalid(message).into());
            }
            choice.way = Some(match named {
                Web::Trunk => Way::Trunk(path),
                _ => Way::Pack(path),
            });
        }
        None if is_page(plan) && choice.take_trunk() => {}
        None | Some(Web::Bindgen) => choice.bindgen(plan, options, context)?,
    }
    Ok(choice)
}

/// Whether the project itself is a page, not only a folder around the package.
fn is_page(plan: &Plan) -> bool {
    let own = |folder: &Path| folder.canonicalize().ok();
    is_application(&plan.project) && own(&plan.project) == own(plan.package.folder())
}

impl Choice {
    /// Looks for a tool, and remembers that it did.
    fn look(&mut self, tool: Web) -> Option<PathBuf> {
        let path = tool::find(tool.name());
        self.tools.push(tool::told(tool.name(), path.clone(), None));
        path
    }

    fn take_trunk(&mut self) -> bool {
        self.way = self.look(Web::Trunk).map(Way::Trunk);
        self.way.is_some()
    }

    fn bindgen(
        &mut self,
        plan: &Plan,
        options: &Options,
        context: &Context<'_>,
    ) -> Result<(), Failure> {
        let wanted = lock::bindgen_version(&plan.metadata.lock_file());
        let program = self.look(Web::Bindgen);
        let found = match &program {
            Some(program) => bindgen::version(program, &plan.project, context)?,
            None => None,
        };
        if let Some(tool) = self.tools.last_mut() {
            tool.version.clone_from(&found);
        }
        // Without a lock file cargo has not chosen a version yet.
        let fits = wanted.is_none() || wanted == found;
        if let Some(program) = program.filter(|_| fits) {
            self.way = Some(Way::Bindgen(program));
            return Ok(());
        }
        let may_pack = options.tool.is_none() && !plan.target.is_program();
        if may_pack && let Some(program) = self.look(Web::Pack) {
            self.way = Some(Way::Pack(program));
            return Ok(());
        }
        self.missing = Some(no_bindgen(wanted.as_deref(), found.as_deref()));
        Ok(())
    }
}

fn no_tool(tool: Web) -> PluginError {
    let name = tool.name();
    missing(format!("{name} is not installed")).fix(["cargo", "install", "--locked", name])
}

fn no_bindgen(wanted: Option<&str>, found: Option<&str>) -> PluginError {
    let message = match (wanted, found) {
        (Some(wanted), Some(found)) => format!(
            "wasm-bindgen {found} is installed, and the project's Cargo.lock has {wanted}; both \
             must be the same"
        ),
        (Some(wanted), None) => format!("the program wasm-bindgen {wanted} is not installed"),
        (None, _) => "the program wasm-bindgen is not installed".to_owned(),
    };
    let mut fix = vec!["cargo", "install", "wasm-bindgen-cli"];
    if let Some(wanted) = wanted {
        fix.extend(["--version", wanted]);
    }
    missing(message).fix(fix)
}

impl Way {
    /// Whether it reads more of the project than cargo tells.
    pub(crate) fn reads_all(&self) -> bool {
        !matches!(self, Self::Bindgen(_))
    }

    /// Makes the files for the web, into the stage.
    ///
    /// # Errors
    /// When the tool fails.
    pub(crate) fn go(&self, job: &Job<'_>, context: &Context<'_>) -> Result<(), Failure> {
        match self {
            Self::Bindgen(program) => bindgen::run(program, job, context),
            Self::Pack(program) => pack::run(program, job, context),
            Self::Trunk(program) => trunk::run(program, job, context),
        }
    }
}

/// What a tool for the web is given.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) options: &'a Options,
    pub(crate) command: &'a Command<'a>,
    pub(crate) request: &'a BuildRequest,
    /// What cargo made.
    pub(crate) module: &'a Path,
    /// Variables that cargo is not to see.
    pub(crate) hidden: Changes,
}
