//! Sources without a build system: each is compiled, then all are linked.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};

use plugin_protocol::{BuildReport, Diagnostic, Event, Inputs, Profile, Severity, TaskState, Tool};

use super::compiler::Family;
use super::depfile::prerequisites;
use super::layout::{Sources, is_cxx, relative};
use super::lookups::Lookups;
use super::messages::{Messages, tidy};
use super::options::{Output, Target};
use super::produced;
use super::session::{Session, Told, make_folder, outcome, task};
use crate::plugin::languages::entry::io_error;
use crate::plugin::{Failure, Listener};
use crate::process::{self, Ending, Invocation};

/// One file to compile.
struct Unit<'a> {
    source: &'a str,
    object: PathBuf,
    depfile: PathBuf,
}

/// What became of it.
struct Compiled {
    unit: usize,
    invocation: Invocation,
    ending: std::io::Result<Ending>,
    messages: Messages,
}

/// Compiles and links.
pub(super) fn build(
    session: &Session<'_>,
    sources: &Sources,
    listener: Listener<'_>,
) -> Result<BuildReport, Failure> {
    let objects = session.work()?.join("objects");
    make_folder(&objects)?;
    let units: Vec<_> = sources
        .files
        .iter()
        .enumerate()
        .map(|(index, source)| {
            let flat = source.replace(['/', '\\', ':'], "_");
            Unit {
                source,
                object: objects.join(format!("{index}-{flat}.o")),
                depfile: objects.join(format!("{index}-{flat}.d")),
            }
        })
        .collect();
    let uncacheable = compile(session, &units, listener)?;
    link(session, sources, &units, listener)?;
    let artifacts = produced::staged(&session.request.stage, &session.request.name)?;
    if !sources.main {
        warn_without_exports(session, listener);
    }
    let (inputs, embeds) = inputs(session, &units)?;
    Ok(BuildReport {
        artifacts,
        inputs: Some(inputs),
        tools: libraries(session),
        uncacheable: uncacheable.or(embeds),
        ..BuildReport::default()
    })
}

/// Compiles all files, several at once, and tells their messages in order. All
/// are compiled even if one fails: the user wants to see all mistakes.
fn compile(
    session: &Session<'_>,
    units: &[Unit<'_>],
    listener: Listener<'_>,
) -> Result<Option<String>, Failure> {
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(units.len());
    listener(task("compile", TaskState::Start, None));
    let mut waiting: Vec<Option<Compiled>> = units.iter().map(|_| None).collect();
    let (mut done, mut told) = (0, 0);
    let mut result = Ok(None);
    std::thread::scope(|scope| {
        let (sender, compiled) = channel();
        for _ in 0..workers {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || work(session, units, next, &sender));
        }
        drop(sender);
        for one in compiled {
            done += 1;
            listener(task(
                "compile",
                TaskState::Progress,
                Some((done, units.len())),
            ));
            let unit = one.unit;
            waiting[unit] = Some(one);
            while let Some(one) = waiting.get_mut(told).and_then(Option::take) {
                told += 1;
                let said = tell(session, one, listener);
                match (&mut result, said) {
                    (Ok(clock), Ok(said)) => *clock = clock.take().or(said),
                    (Ok(_), Err(failure)) => result = Err(failure),
                    // What cannot be done at all is worse than what failed.
                    (Err(Failure::Failed), Err(failure)) => result = Err(failure),
                    (Err(_), _) => {}
                }
            }
        }
    });
    listener(task("compile", TaskState::End, None));
    result
}

fn work(session: &Session<'_>, units: &[Unit<'_>], next: &AtomicUsize, done: &Sender<Compiled>) {
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(unit) = units.get(index) else { return };
        let project = &session.request.project;
        let invocation = compilation(session, unit);
        let mut messages = Messages::new(project, vec![project.clone()]);
        let line = &mut |_, line: &str| messages.line(line);
        let ending = process::run(&invocation, line, session.cancel);
        let compiled = Compiled {
            unit: index,
            invocation,
            ending,
            messages,
        };
        if done.send(compiled).is_err() {
            return;
        }
    }
}

fn tell(
    session: &Session<'_>,
    mut one: Compiled,
    listener: Listener<'_>,
) -> Result<Option<String>, Failure> {
    let mut told = Told::default();
    told.tell(one.messages.finish(), listener);
    outcome(&one.invocation, one.ending, &one.messages, &told, listener)?;
    Ok(session.clock(&one.messages))
}

fn compilation(session: &Session<'_>, unit: &Unit<'_>) -> Invocation {
    let (compiler, options) = (session.compiler, session.options);
    let project = &session.request.project;
    let cxx = is_cxx(unit.source);
    let mut args = compiler.base.clone();
    args.extend(compiler.optimisation(session.request.profile));
    args.extend(compiler.compiling(cxx));
    args.extend(session.prefix_maps(&[project]));
    args.extend(
        options
            .include
            .iter()
            .map(|folder| format!("-I{folder}").into()),
    );
    args.extend(options.flags.iter().map(OsString::from));
    args.extend(["-MD", "-MF"].map(OsString::from));
    args.push(unit.depfile.clone().into());
    args.push("-c".into());
    args.push(plain_path(unit.source));
    args.push("-o".into());
    args.push(unit.object.clone().into());
    session.invocation(compiler.command(cxx), args, project, &[])
}

/// A path that no tool takes for a flag.
fn plain_path(path: &str) -> OsString {
    let plain = path.starts_with(['-', '@']);
    if plain {
        format!("./{path}").into()
    } else {
        path.into()
    }
}

fn link(
    session: &Session<'_>,
    sources: &Sources,
    units: &[Unit<'_>],
    listener: Listener<'_>,
) -> Result<(), Failure> {
    let (compiler, options) = (session.compiler, session.options);
    let project = &session.request.project;
    let mut args = compiler.base.clone();
    args.extend(compiler.optimisation(session.request.profile));
    args.extend(units.iter().map(|unit| unit.object.clone().into()));
    args.extend(shape(session, sources.main));
    args.extend(options.ldflags.iter().map(OsString::from));
    args.extend(compiler.libraries.iter().cloned());
    let ending = match options.output {
        Output::Wasm => "wasm",
        Output::Js => "js",
        Output::Html => "html",
    };
    args.push("-o".into());
    let file = format!("{}.{ending}", session.request.name);
    args.push(session.request.stage.join(file).into());
    let cxx = sources.files.iter().any(|file| is_cxx(file));
    let invocation = session.invocation(compiler.command(cxx), args, project, &[]);
    let mut messages = Messages::new(project, vec![project.clone()]);
    for unit in units {
        messages.alias(unit.object.to_string_lossy(), unit.source);
    }
    listener(task("link", TaskState::Start, None));
    let mut told = Told::default();
    let line = &mut |_, line: &str| messages.line(line);
    let ending = process::run(&invocation, line, session.cancel);
    told.tell(messages.finish(), listener);
    listener(task("link", TaskState::End, None));
    outcome(&invocation, ending, &messages, &told, listener)
}

/// Linker arguments that tell a program from a library, and what is exported.
fn shape(session: &Session<'_>, main: bool) -> Vec<OsString> {
    let (compiler, options) = (session.compiler, session.options);
    let mut args: Vec<String> = vec![];
    if compiler.family == Family::Emscripten {
        if !main {
            args.push("--no-entry".to_owned());
        }
        if !options.exports.is_empty() {
            let main = main.then_some("main");
            let names = main
                .into_iter()
                .chain(options.exports.iter().map(String::as_str));
            let names: Vec<_> = names.map(|name| format!("_{name}")).collect();
            args.extend([
                "-s".to_owned(),
                format!("EXPORTED_FUNCTIONS={}", names.join(",")),
            ]);
        }
        if options.output == Output::Html {
            // The minifier is a separate program that few have.
            args.extend(["-s".to_owned(), "MINIFY_HTML=0".to_owned()]);
        }
        return args.into_iter().map(OsString::from).collect();
    }
    if compiler.target == Target::Bare {
        args.push("-Wl,--no-entry".to_owned());
    } else if !main {
        args.push("-mexec-model=reactor".to_owned());
    }
    if !main || compiler.target == Target::Bare {
        // What is marked with `visibility("default")`.
        args.push("-Wl,--export-dynamic".to_owned());
    }
    args.extend(
        options
            .exports
            .iter()
            .map(|name| format!("-Wl,--export={name}")),
    );
    if session.request.profile != Profile::Debug {
        args.push(session.strip().to_owned());
    }
    args.into_iter().map(OsString::from).collect()
}

/// A library that exports nothing is of no use, and the reason is always the
/// same.
fn warn_without_exports(session: &Session<'_>, listener: Listener<'_>) {
    let module = session
        .request
        .stage
        .join(format!("{}.wasm", session.request.name));
    let exports = produced::functions(&module);
    if session.options.output == Output::Wasm && exports.is_some_and(|exports| exports == 0) {
        let mut warning = Diagnostic::new(
            Severity::Warning,
            "the module exports no function, because no source defines `main` and none is marked",
        );
        warning.notes.push(
            "help: mark functions with `__attribute__((export_name(\"NAME\")))`, or name them in the option `exports`"
                .to_owned(),
        );
        listener(Event::Diagnostic(warning));
    }
}

/// The files that the compiler has read, and where it looked in vain: a new
/// header may be found before one that was read. Also why the result must not
/// be cached, if so.
fn inputs(session: &Session<'_>, units: &[Unit<'_>]) -> Result<(Inputs, Option<String>), Failure> {
    let project = &session.request.project;
    let mut inputs = Inputs::default();
    let mut embeds = None;
    // The folder of a file that was named by itself may be anything, the home
    // folder for one; its other names count only where nothing better is known.
    let mut names = !session.request.alone
        || !session.options.include.is_empty()
        || !session.options.flags.is_empty();
    let mut places = BTreeSet::new();
    for unit in units {
        inputs.files.push(unit.source.to_owned());
        let text = std::fs::read(&unit.depfile);
        let text = text.map_err(|error| io_error("read", &unit.depfile, &error))?;
        for path in prerequisites(&String::from_utf8_lossy(&text)) {
            let full = tidy(&project.join(&path));
            let text = std::fs::read(&full).map_err(|error| io_error("read", &full, &error))?;
            let lookups = Lookups::read(&full, &String::from_utf8_lossy(&text));
            if full.starts_with(project) {
                names |= lookups.hidden;
                if lookups.embeds {
                    embeds.get_or_insert(format!("{path} embeds a file by `.incbin`"));
                }
            }
            places.extend(lookups.places);
            inputs.files.push(named(project, &path));
        }
    }
    if names {
        inputs.names.push("**".to_owned());
    } else {
        let places = places.iter().map(|place| place.to_string_lossy());
        inputs
            .files
            .extend(places.map(|place| named(project, &place)));
        inputs.files.sort();
        inputs.files.dedup();
    }
    let options = session.options;
    for flag in options.ldflags.iter().chain(&options.flags) {
        if !flag.starts_with('-') {
            inputs.files.push(named(project, flag));
        }
    }
    if options.ldflags.iter().any(|flag| !is_harmless(flag))
        || options
            .flags
            .iter()
            .any(|flag| flag.contains('@') || flag.starts_with("-fprofile"))
    {
        inputs.globs.push("**".to_owned());
    }
    Ok((inputs, embeds))
}

/// Whether a linker flag names no file of the project.
fn is_harmless(flag: &str) -> bool {
    let values = ["-O", "-g", "-W", "-m", "-f", "-z", "-lwasi-", "-lm", "-s"];
    values.iter().any(|start| flag.starts_with(start)) && !flag.contains(['/', '\\', '@', '.'])
}

/// A path as reports name it: project-relative with `/`, or absolute.
fn named(project: &Path, path: &str) -> String {
    let path = tidy(&project.join(path));
    relative(project, &path).unwrap_or_else(|| path.to_string_lossy().into_owned())
}

/// The folders outside the project where `-L` looks for libraries.
fn libraries(session: &Session<'_>) -> Vec<Tool> {
    let project = &session.request.project;
    let folders = session
        .options
        .ldflags
        .iter()
        .filter_map(|flag| flag.strip_prefix("-L"));
    let parts: Vec<_> = folders
        .map(|folder| tidy(&project.join(folder)))
        .filter(|folder| !folder.starts_with(project))
        .collect();
    let tool = |parts| Tool {
        name: "libraries".to_owned(),
        version: None,
        path: None,
        parts,
    };
    (!parts.is_empty())
        .then(|| tool(parts))
        .into_iter()
        .collect()
}
