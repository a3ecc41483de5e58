//! Looking for a compiler, without starting any: Emscripten, then clang with
//! wasi-libc, then zig.

mod clang;
mod emscripten;
mod zig;

use std::path::{Path, PathBuf};

use plugin_protocol::{Missing, MissingKind, PluginError, Tool};

use super::compiler::{Compiler, Family};
use super::environment::Environment;
use super::install::{self, Package};
use super::options::{Options, Output, Target};
use crate::plugin::languages::entry::invalid;

/// What a search needs to know.
pub(super) struct Search<'a> {
    pub(super) env: &'a Environment,
    pub(super) options: &'a Options,
    /// Whether there is C++ among the sources.
    pub(super) cxx: bool,
    tools: Vec<Tool>,
    watched: Vec<PathBuf>,
    lacks: Vec<Lack>,
}

/// Why a compiler that was looked for is of no use.
pub(super) struct Lack {
    /// What was found and what is missing, for people.
    pub(super) why: String,
    /// What is missing.
    pub(super) what: Vec<(Package, MissingKind)>,
}

impl<'a> Search<'a> {
    pub(super) fn new(env: &'a Environment, options: &'a Options, cxx: bool) -> Self {
        Self {
            env,
            options,
            cxx,
            tools: vec![],
            watched: vec![],
            lacks: vec![],
        }
    }

    /// The compiler to use.
    ///
    /// # Errors
    /// `dependency_missing` with what was looked for and what is missing;
    /// `project_invalid` for an option that makes no sense.
    pub(super) fn compiler(mut self) -> Result<Compiler, PluginError> {
        if let Some(mut compiler) = self.look()? {
            let own = std::mem::take(&mut compiler.tools);
            compiler.tools = self.tools;
            compiler.tools.extend(own);
            compiler.watched.extend(self.watched);
            return Ok(compiler);
        }
        let missing = self.missing();
        let wanted: Vec<_> = missing
            .iter()
            .map(|missing| missing.name.as_str())
            .collect();
        let mut error = PluginError::new(
            plugin_protocol::ErrorCode::DependencyMissing,
            plugin_protocol::Blame::Environment,
            format!(
                "no C compiler for WebAssembly; missing: {}",
                wanted.join(", ")
            ),
        );
        error.cause = self.lacks.iter().map(|lack| lack.why.clone()).collect();
        error.fix = install::command(self.env, &self.packages());
        Err(error)
    }

    /// What has to be installed before anything can be built; nothing when a
    /// compiler is there.
    pub(super) fn dependencies(mut self) -> Result<Vec<Missing>, PluginError> {
        Ok(match self.look()? {
            Some(_) => vec![],
            None => self.missing(),
        })
    }

    fn look(&mut self) -> Result<Option<Compiler>, PluginError> {
        let named = self.options.compiler.clone();
        let (families, path) = match named.as_deref() {
            None => (vec![Family::Emscripten, Family::Clang, Family::Zig], None),
            Some(name) => {
                let (family, path) = named_compiler(name)?;
                (vec![family], path)
            }
        };
        for family in families {
            if family != Family::Emscripten && self.options.output != Output::Wasm {
                if named.is_some() {
                    return Err(invalid(
                        format!("{} makes no JavaScript; only emcc does", family.name()),
                        Some("output = \"wasm\"".to_owned()),
                    ));
                }
                continue;
            }
            // Emscripten always links its own C library.
            if family == Family::Emscripten && self.options.target == Target::Bare {
                if named.is_some() {
                    return Err(invalid(
                        "emcc has no bare target; clang and zig have",
                        Some("compiler = \"clang\"".to_owned()),
                    ));
                }
                continue;
            }
            let found = match family {
                Family::Emscripten => self.emscripten(path.as_deref()),
                Family::Clang => self.clang(path.as_deref()),
                Family::Zig => self.zig(path.as_deref()),
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn missing(&self) -> Vec<Missing> {
        let packages = self.packages();
        let fix = install::command(self.env, &packages);
        let missing = self.chosen_lack().map_or(&[][..], |lack| &lack.what);
        missing
            .iter()
            .map(|(package, kind)| Missing {
                name: package.name().to_owned(),
                kind: *kind,
                blocking: true,
                fix: fix.clone(),
            })
            .collect()
    }

    fn packages(&self) -> Vec<Package> {
        let lack = self.chosen_lack();
        lack.map_or(&[][..], |lack| &lack.what)
            .iter()
            .map(|(package, _)| *package)
            .collect()
    }

    /// The compiler that takes the least to be complete: one of which parts are
    /// there, else clang where the system packages it, else the first.
    fn chosen_lack(&self) -> Option<&Lack> {
        let started = self
            .lacks
            .iter()
            .filter(|lack| !lack.what.iter().any(|(package, _)| package.is_compiler()));
        started
            .min_by_key(|lack| lack.what.len())
            .or_else(|| {
                let packaged = |lack: &&Lack| install::is_packaged(self.env, &lack.what);
                self.lacks.iter().find(packaged)
            })
            .or(self.lacks.first())
    }

    fn not_found(&mut self, name: &str) {
        self.tools.push(Tool {
            name: name.to_owned(),
            version: None,
            path: None,
            parts: vec![],
        });
    }

    fn lack(&mut self, why: String, what: Vec<(Package, MissingKind)>) {
        self.lacks.push(Lack { why, what });
    }

    /// Whether a file or folder is there. It is remembered either way: the
    /// answer decides what is built with.
    fn exists(&mut self, path: &Path) -> bool {
        self.watched.push(path.to_owned());
        path.exists()
    }
}

/// The family and, when a path was given, the program that the option
/// `compiler` names.
fn named_compiler(name: &str) -> Result<(Family, Option<PathBuf>), PluginError> {
    let families = [Family::Emscripten, Family::Clang, Family::Zig];
    if let Some(family) = families.into_iter().find(|family| family.name() == name) {
        return Ok((family, None));
    }
    let path = PathBuf::from(name);
    let stem = path.file_name().unwrap_or_default().to_string_lossy();
    let family = if stem.starts_with("em") {
        Some(Family::Emscripten)
    } else if stem.contains("clang") {
        Some(Family::Clang)
    } else if stem.contains("zig") {
        Some(Family::Zig)
    } else {
        None
    };
    let named = format!(
        "the option `compiler` takes \"emcc\", \"clang\", \"zig\" or the path of one, not `{name}`"
    );
    let family = family.ok_or_else(|| invalid(named, None))?;
    Ok((family, Some(path)))
}

/// Where a program really is, behind symbolic links.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    /// A machine with nothing in its `PATH` but these empty programs.
    fn machine(programs: &[&str]) -> (tempfile::TempDir, Environment) {
        let folder = tempfile::tempdir().unwrap();
        for program in programs {
            let path = folder.path().join(program);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, "").unwrap();
            #[cfg(unix)]
            std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755))
                .unwrap();
        }
        let path = folder.path().join("bin");
        let env = Environment::of(&[("PATH", path.as_os_str())]);
        (folder, env)
    }

    fn options(compiler: Option<&str>) -> Options {
        Options {
            compiler: compiler.map(str::to_owned),
            target: Target::Bare,
            ..Options::default()
        }
    }

    #[test]
    fn an_empty_machine_lacks_a_compiler_and_is_told_the_command() {
        let (_folder, env) = machine(&[]);
        let options = Options::default();
        let error = Search::new(&env, &options, false).compiler().unwrap_err();
        assert_eq!(error.code, plugin_protocol::ErrorCode::DependencyMissing);
        assert!(!error.fix.is_empty());
        assert!(
            error
                .cause
                .iter()
                .any(|cause| cause.starts_with("emcc was not found"))
        );
        let missing = Search::new(&env, &options, true).dependencies().unwrap();
        assert!(
            missing
                .iter()
                .all(|missing| missing.blocking && !missing.fix.is_empty())
        );
    }

    #[test]
    fn a_clang_without_a_linker_is_passed_over_for_zig() {
        let (_folder, env) = machine(&["bin/clang", "bin/zig"]);
        let options = options(None);
        let compiler = Search::new(&env, &options, false).compiler().unwrap();
        assert_eq!(compiler.family, Family::Zig);
        let names: Vec<_> = compiler
            .tools
            .iter()
            .map(|tool| tool.name.as_str())
            .collect();
        assert_eq!(names, ["clang", "zig"]);
        assert!(
            compiler
                .watched
                .iter()
                .any(|path| path.ends_with("wasm-ld"))
        );
    }

    #[test]
    fn what_a_named_compiler_lacks_is_named() {
        let (_folder, env) = machine(&["bin/clang", "bin/zig"]);
        let options = options(Some("clang"));
        let error = Search::new(&env, &options, false).compiler().unwrap_err();
        assert!(
            error.message.ends_with("missing: wasm-ld"),
            "{}",
            error.message
        );
    }

    #[test]
    fn a_versioned_clang_with_its_linker_is_enough_without_a_library() {
        let (_folder, env) = machine(&["bin/clang-19", "bin/clang++-19", "bin/wasm-ld-19"]);
        let options = options(None);
        let compiler = Search::new(&env, &options, false).compiler().unwrap();
        assert_eq!(compiler.family, Family::Clang);
        assert!(compiler.cxx.program.ends_with("clang++-19"));
        assert!(
            compiler
                .base
                .iter()
                .any(|arg| arg == OsStr::new("--target=wasm32"))
        );
    }

    #[test]
    fn an_unknown_compiler_is_refused() {
        let (_folder, env) = machine(&[]);
        let options = options(Some("gcc"));
        let error = Search::new(&env, &options, false).compiler().unwrap_err();
        assert!(error.message.contains("not `gcc`"), "{}", error.message);
    }

    #[test]
    fn a_python_environment_may_hold_zig() {
        let zig = "lib/python3.12/site-packages/ziglang/zig";
        let (folder, env) = machine(&["bin/python3", zig]);
        let options = options(Some("zig"));
        let compiler = Search::new(&env, &options, false).compiler().unwrap();
        assert_eq!(compiler.cc.program, folder.path().join(zig));
    }
}
