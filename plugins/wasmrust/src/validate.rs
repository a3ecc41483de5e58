use std::fs;
use std::path::Path;

use plugin_protocol::{Context, Diagnostic, Failure, Severity};

use crate::options::Options;
use crate::plan::Plan;

/// What makes a function callable from outside a module.
const EXPORTS: &[&str] = &["no_mangle", "export_name", "wasm_bindgen", "#[component"];

/// How much source is looked through for those, in bytes.
const MOST: u64 = 8 << 20;

/// Looks for mistakes in how a project is set up: whether cargo understands its
/// manifests, and whether there is something in it that can be built.
///
/// # Errors
/// [`Failure::Failed`] after a diagnostic.
pub(crate) fn validate(project: &Path, context: &Context<'_>) -> Result<(), Failure> {
    let plan = match Plan::make(project, None, &Options::default(), context) {
        Ok(plan) => plan,
        // What the project's author can mend is a mistake in the project.
        Err(Failure::Error(error)) if error.blame == plugin_protocol::Blame::Project => {
            let mut diagnostic = Diagnostic::new(Severity::Error, error.message);
            diagnostic.notes = error.cause;
            if project.join("Cargo.toml").is_file() {
                diagnostic.file = Some("Cargo.toml".into());
            }
            context.diagnostic(diagnostic);
            return Err(Failure::Failed);
        }
        Err(other) => return Err(other),
    };
    if plan.target.is_program() {
        return Ok(());
    }
    let manifest = plan.root.write(&plan.package.manifest_path);
    if !plan.target.is_cdylib() {
        let name = &plan.package.name;
        let message = format!("the library `{name}` is not a cdylib, and is built as one");
        let mut diagnostic = Diagnostic::new(Severity::Warning, message);
        diagnostic.file = manifest;
        let note = "say so in Cargo.toml: `crate-type = [\"cdylib\", \"rlib\"]` under [lib]";
        diagnostic.notes = vec![note.into()];
        context.diagnostic(diagnostic);
    }
    let source = plan.target.src_path.parent().unwrap_or(project);
    let mut left = MOST;
    if !exports(source, &mut left) && left > 0 {
        let message = "nothing is exported: the module will have no function to call";
        let mut diagnostic = Diagnostic::new(Severity::Warning, message);
        diagnostic.file = plan.root.write(&plan.target.src_path);
        let note = "mark what is to be called with `#[unsafe(no_mangle)] pub extern \"C\"`";
        diagnostic.notes = vec![note.into()];
        context.diagnostic(diagnostic);
    }
    Ok(())
}

/// Whether a source below a folder exports something, by its words. `left` is
/// how many more bytes are read.
fn exports(folder: &Path, left: &mut u64) -> bool {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut folders = Vec::new();
    for entry in entries {
        let (path, Ok(meta)) = (entry.path(), entry.metadata()) else {
            continue;
        };
        if meta.is_dir() {
            folders.push(path);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            *left = left.saturating_sub(meta.len());
            let text = fs::read_to_string(&path).unwrap_or_default();
            if *left == 0 || EXPORTS.iter().any(|word| text.contains(word)) {
                return true;
            }
        }
    }
    folders.iter().any(|folder| exports(folder, left))
}
