use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Installer, Ready, Step, copy};
use crate::error::{Code, Error, Result, plain};
use crate::plugin::store::{Origin, Stored, Workspace};
use crate::plugin::{checkout, index};
use crate::process::{Ending, Invocation, Stream, run};

/// How many of cargo's last lines are told when it fails.
const LINES: usize = 25;

/// The folder in an installed plugin that holds what cargo remembers of it.
const MEMORY: &str = "cargo";

/// What cargo remembers in the root that it installs to.
const REMEMBERED: &[&str] = &[".crates.toml", ".crates2.json"];

/// How a run of cargo went.
struct Ran {
    ok: bool,
    /// Standard output, a line each.
    out: Vec<String>,
    /// The last lines of standard error.
    err: VecDeque<String>,
}

impl Installer<'_> {
    /// Has cargo build a crate of the registry. With `old`, cargo finds out
    /// whether there is a newer one.
    pub(super) fn build_crate(
        &mut self,
        name: &str,
        version: Option<&str>,
        workspace: &Workspace,
        old: Option<&Stored>,
    ) -> Result<Ready> {
        let cargo = find_cargo()?;
        let root = workspace.aside("root");
        fs::create_dir_all(root.join("bin")).map_err(|error| Error::io("make", &root, &error))?;
        if let Some(old) = old {
            remind(old, &root);
        }
        let mut args: Vec<OsString> = ["install", name, "--locked", "--color=never", "--root"]
            .map(OsString::from)
            .to_vec();
        args.push(root.clone().into());
        if let Some(version) = version {
            args.push(format!("--version={}", exact(version)?).into());
        }
        if self.offline {
            args.push("--offline".into());
        }
        (self.listener)(Step::Begin(&format!("having cargo build the crate {name}")));
        // Not in the user's folder, whose `.cargo/config.toml` may be anybody's.
        let ran = self.cargo(&cargo, args, workspace.aside(""))?;
        if !ran.ok {
            return Err(failed(name, version, self.offline, &ran));
        }
        let executable = pick(&root.join("bin"), name)?;
        let origin = Origin::Crate {
            name: name.to_owned(),
        };
        let ready = self.take(&executable, workspace, origin)?;
        let memory = workspace.plugin().join(MEMORY);
        let kept = fs::create_dir(&memory).and_then(|()| {
            let each = REMEMBERED.iter();
            each.filter(|file| root.join(file).exists())
                .try_for_each(|file| fs::copy(root.join(file), memory.join(file)).map(drop))
        });
        kept.map_err(|error| Error::io("write", &memory, &error))?;
        Ok(ready)
    }

    /// Has cargo build a plugin of this repository.
    pub(super) fn build_checkout(
        &mut self,
        root: &Path,
        name: &str,
        workspace: &Workspace,
    ) -> Result<Ready> {
        let manifest = checkout::manifest(root, name);
        if !manifest.is_file() {
            let message = format!("there is no {}", manifest.display());
            return Err(Error::new(Code::NotFound, message)
                .help("the checkout that it was built from is gone: install it again"));
        }
        let cargo = find_cargo()?;
        let mut args: Vec<OsString> = [
            "build",
            "--release",
            "--color=never",
            "--message-format=json-render-diagnostics",
            "--manifest-path",
        ]
        .map(OsString::from)
        .to_vec();
        args.push(manifest.into());
        if self.offline {
            args.push("--offline".into());
        }
        (self.listener)(Step::Begin(&format!(
            "building plugins/{name} of the checkout {}",
            root.display()
        )));
        let ran = self.cargo(&cargo, args, root.to_owned())?;
        if !ran.ok {
            return Err(failed(name, None, self.offline, &ran));
        }
        let built: Vec<PathBuf> = ran.out.iter().filter_map(|line| program(line)).collect();
        let executable = choose(built, name).ok_or_else(|| no_program(name))?;
        let origin = Origin::Checkout {
            path: root.to_owned(),
        };
        self.take(&executable, workspace, origin)
    }

    fn take(&self, executable: &Path, workspace: &Workspace, origin: Origin) -> Result<Ready> {
        let name = format!("plugin{}", std::env::consts::EXE_SUFFIX);
        copy::file(executable, &workspace.plugin().join(&name))?;
        Ok(Ready {
            executable: name,
            manifest: None,
            origin,
        })
    }

    fn cargo(&mut self, cargo: &Path, args: Vec<OsString>, folder: PathBuf) -> Result<Ran> {
        let invocation = Invocation {
            program: cargo.to_owned(),
            args,
            folder,
            env: vec![],
        };
        let mut ran = Ran {
            ok: false,
            out: Vec::new(),
            err: VecDeque::new(),
        };
        let listener = &mut *self.listener;
        let ending = run(
            &invocation,
            &mut |stream, line| match stream {
                Stream::Out => ran.out.push(line.to_owned()),
                Stream::Err => {
                    listener(Step::Line(line));
                    ran.err.push_back(line.to_owned());
                    if ran.err.len() > LINES {
                        ran.err.pop_front();
                    }
                }
            },
            self.cancel,
        );
        match ending {
            Ok(Ending::Exit(code)) => ran.ok = code == 0,
            Ok(Ending::Signal(number)) => ran.err.push_back(format!("killed by signal {number}")),
            Ok(Ending::Cancelled) => self.check_cancel()?,
            Err(error) => {
                let message = format!("could not start {}", cargo.display());
                return Err(Error::new(Code::DependencyMissing, message)
                    .because(plain(&error))
                    .help("install Rust again"));
            }
        }
        Ok(ran)
    }
}

/// What may be done about a crate that is another program than a plugin.
pub(super) fn another_program(name: &str) -> String {
    match index::known(name) {
        Some(_) => format!(
            "the registry has an older program of that name; in a checkout of wasmrun's \
             repository, `wasmrun plugin install {name}` builds the plugin"
        ),
        None => "the crate is no plugin of wasmrun, or one for another version".to_owned(),
    }
}

fn find_cargo() -> Result<PathBuf> {
    which::which("cargo").map_err(|_| {
        Error::new(
            Code::DependencyMissing,
            "cargo is not there, and it builds the plugin",
        )
        .help(
            "install Rust (rustup.rs tells how), or name an executable, a folder or an archive: \
             `wasmrun plugin install ./PATH`",
        )
    })
}

/// One version alone, in cargo's words.
fn exact(version: &str) -> Result<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || ".-+".contains(c);
    let is_whole = version.split(['-', '+']).next().is_some_and(|numbers| {
        let numbers: Vec<_> = numbers.split('.').collect();
        numbers.len() == 3 && numbers.iter().all(|part| part.parse::<u64>().is_ok())
    });
    if is_whole && version.chars().all(fits) {
        return Ok(format!("={version}"));
    }
    let message = format!("`{version}` is not a version of a crate");
    Err(Error::new(Code::Usage, message).help("it has three numbers, such as `--version 0.2.1`"))
}

/// Has cargo believe that it installed the old executable here, so that it does
/// not build the same one again. If that fails, it builds.
fn remind(old: &Stored, root: &Path) {
    let Ok(memory) = fs::read_dir(old.installed.folder.join(MEMORY)) else {
        return;
    };
    for entry in memory.flatten() {
        let _ = fs::copy(entry.path(), root.join(entry.file_name()));
    }
    let Ok(text) = fs::read_to_string(root.join(".crates2.json")) else {
        return;
    };
    let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let installs = json["installs"].as_object().into_iter().flatten();
    let programs = installs.flat_map(|(_, install)| install["bins"].as_array().cloned());
    for program in programs.flatten() {
        if let Some(name) = program.as_str().filter(|name| !name.contains(['/', '\\'])) {
            let _ = fs::copy(&old.installed.exe, root.join("bin").join(name));
        }
    }
}

/// The program that cargo has put into a folder.
fn pick(folder: &Path, name: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).map_err(|error| Error::io("read", folder, &error))?;
    let all = entries.flatten().map(|entry| entry.path()).collect();
    choose(all, name).ok_or_else(|| no_program(name))
}

/// Of several, the one that is called like the plugin.
fn choose(mut all: Vec<PathBuf>, name: &str) -> Option<PathBuf> {
    let stem = |path: &PathBuf| path.file_stem().map(ToOwned::to_owned);
    let other = format!("wasmrun-plugin-{name}");
    let at = [name, &other].into_iter().find_map(|wanted| {
        all.iter()
            .position(|path| stem(path).is_some_and(|stem| stem == wanted))
    });
    match (at, all.len()) {
        (Some(at), _) => Some(all.swap_remove(at)),
        (None, 1) => all.pop(),
        _ => None,
    }
}

/// The program of a line of cargo's JSON.
fn program(line: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    let is_program = message["target"]["kind"]
        .as_array()?
        .iter()
        .any(|kind| kind == "bin");
    is_program.then(|| message["executable"].as_str().map(PathBuf::from))?
}

fn no_program(name: &str) -> Error {
    let message = format!("the crate {name} does not speak wasmrun's plugin protocol");
    Error::new(Code::PluginFault, message)
        .because(format!("it brings no program called `{name}`"))
        .help(another_program(name))
}

fn failed(name: &str, version: Option<&str>, offline: bool, ran: &Ran) -> Error {
    let said = |words: &str| ran.err.iter().any(|line| line.contains(words));
    if said("there is nothing to install in") {
        return no_program(name);
    }
    if said("could not find `") {
        let what = match version {
            Some(version) => format!("there is no crate {name} {version} on the registry"),
            None => format!("there is no crate {name} on the registry"),
        };
        return Error::new(Code::NotFound, what)
            .help("`wasmrun plugin list --all` lists the plugins of the index");
    }
    let mut error = Error::new(Code::InstallFailed, format!("cargo could not build {name}"));
    for line in &ran.err {
        error = error.because(line);
    }
    let network = [
        "download",
        "failed to get",
        "spurious network",
        "Could not resolve",
    ];
    if offline {
        error.help("without `--offline` cargo downloads what is missing")
    } else if network.into_iter().any(said) {
        error.help(
            "look after the network, or install from an executable, a folder or an archive: \
             `wasmrun plugin install ./PATH`",
        )
    } else {
        error.help("what cargo says above tells why; what was installed before is as it was")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_programs_the_one_with_the_name_is_taken() {
        let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        let chosen = |names: &[&str]| choose(paths(names), "x");
        assert_eq!(chosen(&["b/a", "b/x"]), Some("b/x".into()));
        assert_eq!(
            chosen(&["a", "wasmrun-plugin-x"]),
            Some("wasmrun-plugin-x".into())
        );
        assert_eq!(chosen(&["a"]), Some("a".into()));
        assert_eq!(chosen(&["a", "b"]), None);
        assert_eq!(chosen(&[]), None);
    }

    #[test]
    fn a_version_is_one_alone() {
        assert_eq!(exact("1.2.3-rc.1").as_deref(), Ok("=1.2.3-rc.1"));
        for bad in ["1.2", "", "^1.2.3", "1.2.3 --git=x", "1.2.x"] {
            assert!(exact(bad).is_err(), "{bad}");
        }
    }
}
