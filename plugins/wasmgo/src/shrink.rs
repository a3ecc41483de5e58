//! Binaryen's `wasm-opt` over a module, where it is installed.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use plugin_protocol::{Failure, Severity, Tool};

use crate::environment::find;
use crate::runner::Runner;

/// What compilers for Go use beyond the first version of WebAssembly.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
];

/// Makes a module smaller if the tool is there, and says which tool that is. A
/// module that the tool refuses stays as it is.
///
/// # Errors
/// When it cannot be started, or is cancelled.
pub(crate) fn shrink(module: &Path, runner: &Runner<'_>) -> Result<Tool, Failure> {
    let mut tool = Tool {
        name: "wasm-opt".into(),
        version: None,
        path: find("wasm-opt"),
        parts: Vec::new(),
    };
    let Some(path) = tool.path.clone() else {
        return Ok(tool);
    };
    let smaller = module.with_extension("small");
    let mut args: Vec<OsString> = vec!["-Oz".into()];
    args.extend(FEATURES.iter().map(OsString::from));
    args.extend([module.into(), "-o".into(), smaller.clone().into()]);
    let said = runner.capture(&path, &args)?;
    if said.success && smaller.is_file() {
        fs::rename(&smaller, module)?;
    } else {
        let line = said
            .err
            .lines()
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned();
        let message = format!("wasm-opt failed, and the module stays as it is: {line}");
        runner.context.log(Severity::Warning, message);
    }
    let version = runner.capture(&path, &["--version".into()])?;
    tool.version = version.out.lines().next().map(str::to_owned);
    Ok(tool)
}
