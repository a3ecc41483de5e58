//! Making a finished module smaller, for the profile `size`.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use plugin_protocol::process::Invocation;
use plugin_protocol::{Context, Failure, Severity};

use crate::{fault, web};

/// The program that does it.
pub(crate) const NAME: &str = "wasm-opt";

/// What rustc and its standard libraries use without being asked. A module says
/// itself what it uses, unless something before has left that out.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-multivalue",
    "--enable-reference-types",
];

/// Replaces a module by a smaller one. One that `wasm-opt` cannot read, because
/// it is older than the compiler say, stays as it is.
///
/// # Errors
/// When it is time to end, or the result cannot be put in its place.
pub(crate) fn shrink(program: &Path, module: &Path, context: &Context<'_>) -> Result<(), Failure> {
    let small = module.with_extension("small");
    let mut args: Vec<OsString> = vec!["-Oz".into(), "--strip-debug".into()];
    args.push("--strip-producers".into());
    args.extend(FEATURES.iter().map(Into::into));
    args.extend([module.into(), "-o".into(), small.clone().into()]);
    let invocation = Invocation {
        program: program.to_owned(),
        args,
        folder: module.parent().unwrap_or(Path::new("/")).to_owned(),
        env: Vec::new(),
    };
    match web::run_tool(NAME, &invocation, context) {
        Ok(()) => {
            fs::rename(&small, module).map_err(|cause| fault::io("move", &small, &cause).into())
        }
        Err(Failure::Error(error)) => {
            // Whatever it left there must not become a part of the result.
            let _ = fs::remove_file(&small);
            let why = error.cause.first().map_or("", String::as_str);
            let message = format!("{NAME} failed, so the module is as cargo made it: {why}");
            context.log(Severity::Warning, message);
            Ok(())
        }
        Err(other) => Err(other),
    }
}
