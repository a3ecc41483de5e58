//! Projects with a Makefile.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use plugin_protocol::{
    Blame, BuildReport, Diagnostic, ErrorCode, Event, Inputs, PluginError, Profile, Severity,
    TaskState, Tool,
};

use super::compiler::{Command, Family};
use super::copy;
use super::environment::Environment;
use super::install::{self, Package};
use super::messages::{Messages, tidy};
use super::options::Output;
use super::produced::{self, Modules};
use super::session::{Session, task};
use crate::plugin::{Failure, Listener};

/// Where make is.
pub(super) fn program(env: &Environment) -> Option<PathBuf> {
    env.find("gmake").or_else(|| env.find("make"))
}

/// Runs make in a copy of the project and takes the module that it makes.
pub(super) fn build(
    session: &Session<'_>,
    file: &str,
    listener: Listener<'_>,
) -> Result<BuildReport, Failure> {
    let request = session.request;
    let make = required(session.env, program(session.env), Package::Make)?;
    let work = session.work()?;
    let folder = if session.options.in_place {
        request.project.clone()
    } else {
        let folder = work.join("copy");
        copy::project(
            &request.project,
            &folder,
            &request.stage,
            false,
            session.cancel,
        )?;
        folder
    };
    let before = produced::modules(&folder);
    let roots = vec![folder.clone(), request.project.clone()];
    let mut messages = Messages::new(&folder, roots);
    let headers = work.join("headers");
    listener(task("make", TaskState::Start, None));
    let command = Command::new(&make, &[]);
    let mut module = None;
    // A module of an earlier build may look up to date. Then all is made again.
    for always in [false, true] {
        let mut args = arguments(session, file, &folder);
        if always {
            args.push("--always-make".into());
        }
        let env = headers_to(&headers);
        let invocation = session.invocation(&command, args, &folder, &env);
        session.follow(&invocation, &mut messages, listener)?;
        let names = names(session, &folder);
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        module = produced::choose(&folder, &before, &names, session.options)?;
        if module.is_some() || before.is_empty() {
            break;
        }
    }
    listener(task("make", TaskState::End, None));
    let Some(module) = module else {
        return Err(no_module("make", &before, &messages, listener));
    };
    let options = session.options;
    let artifacts = produced::take(&folder, &module, &request.stage, &request.name, options)?;
    let unknown = session.unknown(&messages);
    let in_place = options
        .in_place
        .then(|| "it was built in the project's own folder".to_owned());
    Ok(BuildReport {
        artifacts,
        inputs: Some(whole_project(&headers, &[&folder, &request.project])),
        tools: vec![Tool {
            name: "make".to_owned(),
            version: None,
            path: Some(make),
            parts: vec![],
        }],
        uncacheable: in_place.or(unknown),
        ..BuildReport::default()
    })
}

/// What the project's module may be called.
pub(super) fn names(session: &Session<'_>, folder: &Path) -> Vec<String> {
    let project = &session.request.project;
    let folders = [project.as_path(), folder].map(|folder| folder.file_name());
    let folders = folders.into_iter().flatten();
    let folders = folders.map(|name| name.to_string_lossy().into_owned());
    let target = session
        .options
        .make_target
        .as_ref()
        .map(|target| target.trim_end_matches(".wasm").to_owned());
    std::iter::once(session.request.name.clone())
        .chain(target)
        .chain(folders)
        .collect()
}

/// A program that the build cannot do without.
pub(super) fn required(
    env: &Environment,
    found: Option<PathBuf>,
    package: Package,
) -> Result<PathBuf, PluginError> {
    found.ok_or_else(|| {
        let message = format!("{} was not found in PATH", package.name());
        let code = ErrorCode::DependencyMissing;
        let mut error = PluginError::new(code, Blame::Environment, message);
        error.fix = install::command(env, &[package]);
        error
    })
}

/// The build went well and made nothing that we can use.
pub(super) fn no_module(
    tool: &str,
    before: &Modules,
    messages: &Messages,
    listener: Listener<'_>,
) -> Failure {
    let mut error = Diagnostic::new(
        Severity::Error,
        format!("{tool} made no WebAssembly module"),
    );
    let help = "help: the build has to call `$(CC)`; say what makes the module with `make_target` and `artifact`";
    error.notes.push(help.to_owned());
    if let Some(old) = before.keys().next() {
        error
            .notes
            .push(format!("{old} was there before and stayed as it was"));
    }
    error.rendered = Some(messages.rest().join("\n"));
    listener(Event::Diagnostic(error));
    Failure::Failed
}

fn arguments(session: &Session<'_>, file: &str, folder: &Path) -> Vec<OsString> {
    let compiler = session.compiler;
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let mut args: Vec<OsString> = vec![
        "-f".into(),
        file.into(),
        format!("-j{jobs}").into(),
        "--print-directory".into(),
    ];
    let mut set = |name: &str, value: &[OsString]| {
        let mut variable = OsString::from(format!("{name}="));
        variable.push(for_shell(value));
        args.push(variable);
    };
    let calls = |cxx| call(compiler.command(cxx), &flags(session, cxx, folder));
    set("CC", &calls(false));
    set("CXX", &calls(true));
    set("LD", &calls(false));
    set("AR", &call(&compiler.ar, &[]));
    set("RANLIB", &call(&compiler.ranlib, &[]));
    args.extend(session.options.make_target.iter().map(OsString::from));
    args
}

fn call(command: &Command, flags: &[OsString]) -> Vec<OsString> {
    let program = std::iter::once(command.program.clone().into());
    program
        .chain(command.args.iter().cloned())
        .chain(flags.iter().cloned())
        .collect()
}

/// The flags that a build system's every call of the compiler gets. They go
/// with the compiler's name: `CFLAGS` belongs to the project, and its own flags
/// come later and win.
pub(super) fn flags(session: &Session<'_>, cxx: bool, folder: &Path) -> Vec<OsString> {
    let (compiler, options) = (session.compiler, session.options);
    let mut flags = compiler.base.clone();
    flags.extend(compiler.optimisation(session.request.profile));
    flags.extend(compiler.compiling(cxx));
    flags.extend(
        [
            "-fdiagnostics-absolute-paths",
            "-Wno-unused-command-line-argument",
        ]
        .map(OsString::from),
    );
    flags.extend(session.prefix_maps(&[folder, &session.request.project]));
    if compiler.family == Family::Emscripten {
        if options.output == Output::Wasm {
            flags.push("-sSTANDALONE_WASM".into());
        }
    } else if session.request.profile != Profile::Debug {
        flags.push(session.strip().into());
    }
    let include = |path: &String| format!("-I{}", folder.join(path).display()).into();
    flags.extend(options.include.iter().map(include));
    flags.extend(
        options
            .flags
            .iter()
            .chain(&options.ldflags)
            .map(OsString::from),
    );
    flags
}

/// Words for a shell, for a variable of make.
fn for_shell(words: &[OsString]) -> OsString {
    let quoted: Vec<_> = words
        .iter()
        .map(|word| {
            let word = word.to_string_lossy();
            let plain =
                |letter: char| letter.is_ascii_alphanumeric() || "-_=./+,:@%".contains(letter);
            // make takes a dollar for itself.
            match word.chars().all(plain) && !word.is_empty() {
                true => word.into_owned(),
                false => format!("'{}'", word.replace('\'', r"'\''").replace('$', "$$")),
            }
        })
        .collect();
    quoted.join(" ").into()
}

/// Has clang, and Emscripten through it, write down each header that it reads.
pub(super) fn headers_to(file: &Path) -> Vec<(&'static str, OsString)> {
    vec![
        ("CC_PRINT_HEADERS", "1".into()),
        ("CC_PRINT_HEADERS_FILE", file.into()),
    ]
}

/// All of the project, and the headers outside it.
pub(super) fn whole_project(headers: &Path, own: &[&Path]) -> Inputs {
    let listed = std::fs::read(headers).unwrap_or_default();
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let mut files: Vec<_> = listed
        .lines()
        .map(|line| line.trim_start_matches('.').trim_start())
        .map(|line| tidy(Path::new(line)))
        .filter(|path| path.is_absolute() && !own.iter().any(|own| path.starts_with(own)))
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    files.sort();
    files.dedup();
    Inputs {
        files,
        globs: vec!["**".to_owned()],
        names: vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_make_and_the_shell() {
        let words = ["cc", "-DX=\"a b\"", "it's", "$HOME", ""].map(OsString::from);
        assert_eq!(for_shell(&words), r#"cc '-DX="a b"' 'it'\''s' '$$HOME' ''"#);
    }
}
