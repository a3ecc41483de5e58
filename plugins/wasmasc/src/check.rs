use std::path::Path;

use plugin_protocol::{Context, ErrorCode, Failure, Missing, MissingKind, PluginError};

use crate::asc::old_node;
use crate::folder::real;
use crate::manager::Installer;
use crate::node;
use crate::package::{self, Compiler, Package};

/// What a project needs and the machine lacks: node, the compiler, and the
/// packages that it lists.
///
/// # Errors
/// When the project is not there, or node does not answer.
pub(crate) fn check(project: &Path, context: &Context<'_>) -> Result<Vec<Missing>, Failure> {
    let project = real(project)?;
    let mut missing = Vec::new();
    let node = node::node();
    let compiler = Compiler::of(&project);
    match &node {
        Err(error) => missing.push(lacks("node", MissingKind::Tool, error)),
        Ok(node) => {
            let version = node::version(node, &project, context.cancel())?;
            if let Ok(compiler) = &compiler
                && node::is_old(&version, compiler.node.as_deref())
            {
                let error = old_node(&version, compiler);
                missing.push(lacks("node", MissingKind::Tool, &error));
            }
        }
    }
    match compiler {
        Err(error) if error.code == ErrorCode::DependencyMissing => {
            missing.push(lacks("assemblyscript", MissingKind::Library, &error));
        }
        Err(error) => return Err(error.into()),
        Ok(_) => {}
    }
    missing.extend(packages(&project));
    Ok(missing)
}

fn lacks(name: &str, kind: MissingKind, error: &PluginError) -> Missing {
    Missing {
        name: name.to_owned(),
        kind,
        blocking: true,
        fix: error.fix.clone(),
    }
}

/// Packages that the project lists and that are not installed. Whether a build
/// needs one of them shows only there.
fn packages(project: &Path) -> Vec<Missing> {
    let Some(package) = Package::read(project) else {
        return Vec::new();
    };
    let lost = package
        .needs()
        .into_iter()
        .filter(|name| *name != "assemblyscript" && package::locate(project, name).is_none());
    let missing = lost.map(|name| Missing {
        name: name.to_owned(),
        kind: MissingKind::Library,
        blocking: false,
        fix: Installer::of(project).install(),
    });
    missing.collect()
}
