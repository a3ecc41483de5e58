//! Projects with CMake: configured and built in the stage.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use plugin_protocol::{BuildReport, Profile, TaskState, Tool};

use super::compiler::{Command, Family};
use super::install::Package;
use super::make::{flags, headers_to, names, no_module, required, whole_project};
use super::messages::Messages;
use super::options::Output;
use super::produced::{self, Modules};
use super::session::{Session, make_folder, task};
use crate::plugin::languages::entry::{invalid, io_error};
use crate::plugin::{Failure, Listener};

/// What CMake has to know of the system; it does not know WASI.
const PLATFORM: &str = "set(WASI 1)\nset(CMAKE_EXECUTABLE_SUFFIX \".wasm\")\n";

/// Configures and builds, and takes the module.
pub(super) fn build(session: &Session<'_>, listener: Listener<'_>) -> Result<BuildReport, Failure> {
    let (request, options) = (session.request, session.options);
    if options.in_place {
        let message = "CMake projects are built outside their folder; `in_place` is for Makefiles";
        return Err(invalid(message, None).into());
    }
    let cmake = required(session.env, session.env.find("cmake"), Package::CMake)?;
    let ninja = session.env.find("ninja");
    let make = session.env.find("make");
    let work = session.work()?;
    let (build, headers) = (work.join("cmake"), work.join("headers"));
    make_folder(&build)?;
    let toolchain = toolchain(session, &work, &build)?;
    let generator = if ninja.is_some() {
        "Ninja"
    } else {
        "Unix Makefiles"
    };
    if ninja.is_none() {
        required(session.env, make.clone(), Package::Make)?;
    }

    let mut configure: Vec<OsString> = ["-S", ".", "-B"].map(OsString::from).to_vec();
    configure.push(build.clone().into());
    configure.extend(["-G", generator].map(OsString::from));
    configure.push(joined("-DCMAKE_TOOLCHAIN_FILE=", &toolchain));
    configure.push(format!("-DCMAKE_BUILD_TYPE={}", build_type(request.profile)).into());
    // We set more than a project without C++ has use for.
    configure.push("--no-warn-unused-cli".into());
    if session.compiler.family == Family::Emscripten {
        configure.extend(emscripten(session, &build));
    }
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let mut compile: Vec<OsString> = vec!["--build".into(), build.clone().into()];
    compile.extend(["--parallel".into(), jobs.to_string().into()]);
    if let Some(target) = &options.make_target {
        compile.extend(["--target".into(), target.into()]);
    }

    let command = Command::new(&cmake, &[]);
    let mut messages = Messages::new(
        &request.project,
        vec![request.project.clone(), build.clone()],
    );
    for (step, args) in [("configure", configure), ("compile", compile)] {
        listener(task(step, TaskState::Start, None));
        let env = headers_to(&headers);
        let invocation = session.invocation(&command, args, &request.project, &env);
        session.follow(&invocation, &mut messages, listener)?;
        listener(task(step, TaskState::End, None));
    }

    let names = names(session, &request.project);
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let before = Modules::new();
    let Some(module) = produced::choose(&build, &before, &names, options)? else {
        return Err(no_module("cmake", &before, &messages, listener));
    };
    let artifacts = produced::take(&build, &module, &request.stage, &request.name, options)?;
    let tool = |name: &str, path: Option<PathBuf>| Tool {
        name: name.to_owned(),
        version: None,
        path,
        parts: vec![],
    };
    Ok(BuildReport {
        artifacts,
        inputs: Some(whole_project(&headers, &[&work, &request.project])),
        tools: vec![
            tool("cmake", Some(cmake)),
            tool("ninja", ninja),
            tool("make", make),
        ],
        uncacheable: session
            .unknown(&messages)
            .or_else(|| asks_git(&request.project)),
        ..BuildReport::default()
    })
}

/// Why the result must not be cached, if a build file runs git: what it answers
/// depends on more than the project's files.
fn asks_git(project: &Path) -> Option<String> {
    let files = ignore::WalkBuilder::new(project)
        .standard_filters(false)
        .build()
        .flatten();
    let mut build_files = files.filter(|entry| {
        let name = entry.file_name().to_string_lossy();
        name == "CMakeLists.txt" || name.ends_with(".cmake")
    });
    let file = build_files.find(|entry| {
        let text = std::fs::read(entry.path()).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).to_ascii_lowercase();
        text.split(|letter: char| !letter.is_alphanumeric())
            .any(|word| word == "git")
    })?;
    let file = file.path().strip_prefix(project).ok()?.to_path_buf();
    Some(format!("{} asks git", file.display()))
}

fn build_type(profile: Profile) -> &'static str {
    match profile {
        Profile::Debug => "Debug",
        Profile::Release => "Release",
        Profile::Size => "MinSizeRel",
    }
}

fn joined(flag: &str, path: &Path) -> OsString {
    let mut joined = OsString::from(flag);
    joined.push(path);
    joined
}

/// Emscripten's own toolchain file, or one that is written for this build.
fn toolchain(session: &Session<'_>, work: &Path, build: &Path) -> Result<PathBuf, Failure> {
    if let Some(file) = &session.compiler.cmake_toolchain {
        return Ok(file.clone());
    }
    let modules = work.join("modules");
    let platform = modules.join("Platform");
    make_folder(&platform)?;
    let write = |path: PathBuf, text: &str| match std::fs::write(&path, text) {
        Ok(()) => Ok(path),
        Err(error) => Err(io_error("write", &path, &error)),
    };
    write(platform.join("WASI.cmake"), PLATFORM)?;
    let compiler = session.compiler;
    let mut text = String::new();
    let mut set = |name: &str, value: &str| text.push_str(&format!("set({name} {value})\n"));
    set("CMAKE_SYSTEM_NAME", "WASI");
    set("CMAKE_SYSTEM_VERSION", "1");
    set("CMAKE_SYSTEM_PROCESSOR", "wasm32");
    set("CMAKE_MODULE_PATH", &quoted(&modules.to_string_lossy()));
    for (language, cxx) in [("C", false), ("CXX", true)] {
        let command = compiler.command(cxx);
        let mut words = vec![quoted(&command.program.to_string_lossy())];
        words.extend(
            command
                .args
                .iter()
                .map(|arg| quoted(&arg.to_string_lossy())),
        );
        set(&format!("CMAKE_{language}_COMPILER"), &words.join(" "));
        let flags = flags(session, cxx, build);
        set(
            &format!("CMAKE_{language}_FLAGS_INIT"),
            &quoted(&words_for_cmake(&flags)),
        );
        // A size build is for size: CMake's own says `-Os`.
        set(
            &format!("CMAKE_{language}_FLAGS_MINSIZEREL_INIT"),
            "\"-Oz -DNDEBUG\"",
        );
    }
    let archiver = |command: &Command| quoted(&command.program.to_string_lossy());
    if compiler.family == Family::Clang {
        set("CMAKE_AR", &archiver(&compiler.ar));
        set("CMAKE_RANLIB", &archiver(&compiler.ranlib));
    }
    if let Some(sysroot) = &compiler.sysroot {
        set("CMAKE_FIND_ROOT_PATH", &quoted(&sysroot.to_string_lossy()));
    }
    set("CMAKE_FIND_ROOT_PATH_MODE_PROGRAM", "NEVER");
    for kind in ["LIBRARY", "INCLUDE", "PACKAGE"] {
        set(&format!("CMAKE_FIND_ROOT_PATH_MODE_{kind}"), "ONLY");
    }
    Ok(write(work.join("toolchain.cmake"), &text)?)
}

/// What Emscripten's toolchain file does not know of this build.
fn emscripten(session: &Session<'_>, build: &Path) -> Vec<OsString> {
    let mut args = vec![];
    for (language, cxx) in [("C", false), ("CXX", true)] {
        let flags = words_for_cmake(&flags(session, cxx, build));
        args.push(format!("-DCMAKE_{language}_FLAGS={flags}").into());
    }
    let page = match session.options.output {
        Output::Html => "-sMINIFY_HTML=0",
        Output::Js | Output::Wasm => return args,
    };
    args.push(format!("-DCMAKE_EXE_LINKER_FLAGS={page}").into());
    args
}

/// Words in one text, as CMake's variables for flags hold them.
fn words_for_cmake(words: &[OsString]) -> String {
    let words: Vec<_> = words
        .iter()
        .map(|word| {
            let word = word.to_string_lossy();
            match word.contains([' ', '\t', '"', '\'', '$', '&', ';', '(', ')']) {
                true => format!(
                    "\"{}\"",
                    word.replace('\\', "\\\\")
                        .replace('"', "\\\"")
                        .replace('$', "\\$")
                ),
                false => word.into_owned(),
            }
        })
        .collect();
    words.join(" ")
}

/// A quoted argument of CMake's language.
fn quoted(text: &str) -> String {
    let text = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('$', "\\$");
    format!("\"{text}\"")
}
