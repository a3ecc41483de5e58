//! C and C++: with Emscripten, clang and wasi-libc, or zig; from sources, a
//! Makefile or CMake. `docs/c.md` tells users what it does.

mod clean;
mod cmake;
mod compiler;
mod copy;
mod depfile;
mod direct;
mod environment;
mod install;
mod layout;
mod lookups;
mod make;
mod messages;
mod options;
mod produced;
mod scan;
mod search;
mod session;

use std::path::Path;

use plugin_protocol::{BuildReport, BuildRequest, Missing, MissingKind};

use self::environment::Environment;
use self::install::Package;
use self::layout::Layout;
use self::options::Options;
use self::search::Search;
use self::session::Session;
use crate::plugin::{Failure, Listener, WasmBuilder};
use crate::process::Cancel;

/// Builds C and C++.
#[derive(Debug)]
pub(crate) struct CBuilder;

impl WasmBuilder for CBuilder {
    fn build(
        &self,
        request: &BuildRequest,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<BuildReport, Failure> {
        let env = Environment::own();
        let options = Options::parse(&request.options)?;
        let layout = Layout::of(request, &options)?;
        let cxx = layout.has_cxx(&request.project);
        // Makefiles and CMake projects may hold C++ that nothing calls for.
        let needs_cxx = cxx && matches!(layout, Layout::Sources(_));
        let compiler = Search::new(&env, &options, needs_cxx).compiler()?;
        tracing::debug!(family = compiler.family.name(), ?layout);
        let session = Session {
            request,
            options: &options,
            compiler: &compiler,
            env: &env,
            cancel,
        };
        let mut report = match &layout {
            Layout::Sources(sources) => direct::build(&session, sources, listener)?,
            Layout::Make(file) => make::build(&session, file, listener)?,
            Layout::CMake => cmake::build(&session, listener)?,
        };
        report.env_read = Environment::read();
        report.tools.extend(compiler.tools.iter().cloned());
        let inputs = report.inputs.get_or_insert_default();
        let watched = compiler.watched.iter();
        inputs
            .files
            .extend(watched.map(|path| path.to_string_lossy().into_owned()));
        inputs.files.sort();
        inputs.files.dedup();
        Ok(report)
    }

    fn check_dependencies(&self, project: &Path, _: &Cancel) -> Result<Vec<Missing>, Failure> {
        let env = Environment::own();
        let options = clean::options(project)?;
        // What is wrong with the layout is said when it is built.
        let layout = Layout::find(project, None, &options).ok();
        let sources = matches!(layout, Some(Layout::Sources(_)));
        let cxx = layout
            .as_ref()
            .is_some_and(|layout| layout.has_cxx(project));
        let mut missing = Search::new(&env, &options, cxx && sources).dependencies()?;
        let driver = match layout {
            Some(Layout::Make(_)) => make::program(&env).is_none().then_some(Package::Make),
            Some(Layout::CMake) => env.find("cmake").is_none().then_some(Package::CMake),
            _ => None,
        };
        missing.extend(driver.map(|package| Missing {
            name: package.name().to_owned(),
            kind: MissingKind::Tool,
            blocking: true,
            fix: install::command(&env, &[package]),
        }));
        Ok(missing)
    }

    fn validate_project(
        &self,
        project: &Path,
        _listener: Listener<'_>,
        _cancel: &Cancel,
    ) -> Result<(), Failure> {
        let options = clean::options(project)?;
        let entry = clean::entry(project);
        Layout::find(project, entry.as_deref(), &options)?;
        Ok(())
    }

    fn clean(
        &self,
        project: &Path,
        dry_run: bool,
        cancel: &Cancel,
    ) -> Result<Vec<String>, Failure> {
        clean::clean(project, dry_run, cancel)
    }

    fn supported_extensions(&self) -> Vec<&str> {
        vec!["c", "cpp", "cc", "cxx", "c++", "C", "h", "hpp", "hh", "hxx"]
    }

    fn entry_file_candidates(&self) -> Vec<&str> {
        vec![
            "CMakeLists.txt",
            "Makefile",
            "main.c",
            "main.cpp",
            "main.cc",
            "src/main.c",
            "src/main.cpp",
            "src/main.cc",
        ]
    }
}
