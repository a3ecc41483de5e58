//! The compiler that cargo will use, and whether it can build for a target.

use std::fs;
use std::path::{Path, PathBuf};

use plugin_protocol::process::Cancel;
use plugin_protocol::{Failure, PluginError, Tool};

use crate::config::{Config, rustup_home};
use crate::fault::missing;
use crate::tool;

/// A compiler, as it told about itself for one target.
#[derive(Debug)]
pub(crate) struct Rustc {
    path: PathBuf,
    sysroot: PathBuf,
    /// Where its libraries for the target are; nothing when it does not know the
    /// target.
    libraries: Option<PathBuf>,
}

/// The compiler's path, as cargo would find it.
///
/// # Errors
/// When there is none.
pub(crate) fn find(config: &Config) -> Result<PathBuf, PluginError> {
    let name = config.rustc_name();
    tool::find(&name).ok_or_else(|| no_tool(&name))
}

/// Cargo itself.
///
/// # Errors
/// When there is none.
pub(crate) fn cargo() -> Result<PathBuf, PluginError> {
    tool::find("cargo").ok_or_else(|| no_tool("cargo"))
}

/// An error that says how to get Rust.
fn no_tool(name: &str) -> PluginError {
    let error = missing(format!("{name} is not installed"));
    match fix_for_rust() {
        fix if fix.is_empty() => error.because("rustup is the usual way to install Rust"),
        fix => error.fix(fix),
    }
}

/// The command that installs Rust, where one is known.
pub(crate) fn fix_for_rust() -> Vec<String> {
    if tool::find("rustup").is_some() {
        return words(&["rustup", "default", "stable"]);
    }
    match family().as_deref() {
        Some("debian") => words(&["apt", "install", "rustup"]),
        Some("fedora") => words(&["dnf", "install", "rustup"]),
        Some("arch") => words(&["pacman", "-S", "rustup"]),
        Some("alpine") => words(&["apk", "add", "rustup"]),
        _ => Vec::new(),
    }
}

impl Rustc {
    /// Asks a compiler where its libraries for a target are.
    ///
    /// # Errors
    /// When it cannot be started, or breaks.
    pub(crate) fn ask(
        path: &Path,
        target: &str,
        project: &Path,
        cancel: &Cancel,
    ) -> Result<Self, Failure> {
        let both = [
            "--print=sysroot",
            "--print=target-libdir",
            "--target",
            target,
        ];
        let mut said = tool::ask(path, &both, project, cancel)?;
        if !said.good {
            said = tool::ask(path, &both[..1], project, cancel)?;
        }
        let mut lines = said.out.lines();
        match (said.good, lines.next()) {
            (true, Some(sysroot)) => Ok(Self {
                path: path.to_owned(),
                sysroot: sysroot.into(),
                libraries: lines.next().map(PathBuf::from),
            }),
            _ => Err(broken(path, &said.err).into()),
        }
    }

    /// The error when it cannot build for a target: its libraries are looked at,
    /// because no list of rustup's knows what another way of installing has
    /// brought.
    pub(crate) fn lacks(&self, target: &str) -> Option<PluginError> {
        let Some(libraries) = &self.libraries else {
            // The project describes it in a file; cargo will find that.
            if target.ends_with(".json") {
                return None;
            }
            let message = format!("{} does not know the target {target}", self.path.display());
            return Some(missing(message).because("a newer Rust may know it, if it is one"));
        };
        let entries = libraries.read_dir().into_iter().flatten().flatten();
        let mut names = entries.map(|entry| entry.file_name());
        let is_there = names.any(|name| {
            let name = name.to_string_lossy();
            name.starts_with("libcore-") && name.ends_with(".rlib")
        });
        (!is_there).then(|| self.no_libraries(target))
    }

    /// The command that gets the libraries for a target; empty where none is
    /// known.
    fn fix_for_target(&self, target: &str) -> Vec<String> {
        if self.is_rustups() {
            return words(&["rustup", "target", "add", target]);
        }
        // Only what a distribution installed is mended by the distribution.
        if !self.sysroot.starts_with("/usr") || self.sysroot.starts_with("/usr/local") {
            return Vec::new();
        }
        let known = matches!(
            target,
            "wasm32-wasip1" | "wasm32-wasip2" | "wasm32-unknown-unknown"
        );
        match family().as_deref() {
            Some("debian") if known => words(&["apt", "install", "libstd-rust-dev-wasm32"]),
            Some("fedora") if known => {
                let package = format!("rust-std-static-{target}");
                words(&["dnf", "install", &package])
            }
            Some("arch") if known => words(&["pacman", "-S", "rust-wasm"]),
            Some("alpine") if known => words(&["apk", "add", "rust-wasm"]),
            _ => Vec::new(),
        }
    }

    /// Whether rustup looks after it.
    fn is_rustups(&self) -> bool {
        let Some(home) = rustup_home().and_then(|home| home.canonicalize().ok()) else {
            return false;
        };
        let sysroot = self.sysroot.canonicalize();
        tool::find("rustup").is_some()
            && sysroot.is_ok_and(|it| it.starts_with(home.join("toolchains")))
    }

    /// The error when the libraries for a target are not there.
    pub(crate) fn no_libraries(&self, target: &str) -> PluginError {
        let path = self.path.display();
        let mut error = missing(format!("{path} has no standard library for {target}"));
        if let Some(folder) = &self.libraries {
            error = error.because(format!("{} has none", folder.display()));
        }
        match self.fix_for_target(target) {
            fix if fix.is_empty() => error.because(
                "rustup did not install this rustc, so where it came from has to provide the \
                 target; a rustc of rustup's gets it by `rustup target add`",
            ),
            fix => error.fix(fix),
        }
    }

    /// The compiler as a tool of a build: with its libraries for the target and
    /// for this machine (build scripts, macros), its own code and its linker.
    /// `name` is what it was looked for by.
    pub(crate) fn told(&self, name: &str, version: Option<&Version>) -> Tool {
        let mut tool = tool::told(name, Some(self.path.clone()), None);
        let lib = self.sysroot.join("lib");
        tool.parts = vec![self.sysroot.join("bin"), lib.clone()];
        tool.parts.extend(self.libraries.clone());
        if let Some(version) = version {
            tool.version = Some(version.release.clone());
            let host = lib.join("rustlib").join(&version.host);
            tool.parts
                .extend(["lib", "bin", "bin/gcc-ld"].map(|it| host.join(it)));
        }
        tool.parts.retain(|part| part.exists());
        tool
    }
}

fn broken(path: &Path, said: &str) -> PluginError {
    let first = said.lines().find(|line| !line.is_empty());
    let text = first.unwrap_or("it said nothing");
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let error = missing(format!("{} does not work", path.display())).because(text);
    // Rustup's stand-in, with nothing behind it.
    match (
        text.contains("no default"),
        text.contains("is not installed"),
    ) {
        (true, _) => error.fix(["rustup", "default", "stable"]),
        (_, true) => match text.split('\'').nth(1) {
            Some(name) => error.fix(["rustup", "toolchain", "install", name]),
            None => error,
        },
        _ => error,
    }
}

/// What `rustc -vV` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) release: String,
    pub(crate) host: String,
}

impl Version {
    /// As cargo remembers it in a folder that it has built in. It does so for the
    /// compiler of its last build alone.
    pub(crate) fn remembered(target_directory: &Path) -> Option<Self> {
        let text = fs::read(target_directory.join(".rustc_info.json")).ok()?;
        let known: serde_json::Value = serde_json::from_slice(&text).ok()?;
        let outputs = known.get("outputs")?.as_object()?;
        let mut said = outputs.values().filter_map(|it| it.get("stdout")?.as_str());
        said.find_map(Self::read)
    }

    pub(crate) fn ask(rustc: &Path, project: &Path, cancel: &Cancel) -> Option<Self> {
        let said = tool::ask(rustc, &["-vV"], project, cancel).ok()?;
        Self::read(&said.out)
    }

    fn read(text: &str) -> Option<Self> {
        let field = |name: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()))
        };
        Some(Self {
            release: field("release:")?,
            host: field("host:")?,
        })
    }
}

/// Cargo as a tool of a build. When rustup stands behind it, so do its choice of
/// a toolchain and the toolchains' states.
pub(crate) fn told_cargo(path: PathBuf) -> Tool {
    let is_rustup = path.canonicalize().is_ok_and(|real| {
        let rustup = tool::find("rustup").and_then(|it| it.canonicalize().ok());
        Some(real) == rustup
    });
    let home = rustup_home().filter(|home| is_rustup || home.join("settings.toml").is_file());
    let mut tool = tool::told("cargo", Some(path), None);
    let parts = ["settings.toml", "toolchains", "update-hashes"];
    tool.parts = home.map_or_else(Vec::new, |home| parts.map(|it| home.join(it)).into());
    tool.parts.retain(|part| part.exists());
    tool
}

/// The family of this Linux distribution, by its oldest member.
fn family() -> Option<String> {
    let text = fs::read_to_string("/etc/os-release").ok()?;
    let known = ["debian", "fedora", "arch", "alpine"];
    let fields = ["ID=", "ID_LIKE="];
    let values = text
        .lines()
        .filter_map(|line| fields.iter().find_map(|field| line.strip_prefix(field)));
    let mut words = values.flat_map(|value| value.trim_matches('"').split(' '));
    let found = words.find(|word| known.contains(word));
    found.map(str::to_owned)
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read() {
        let text = "rustc 1.85.1 (x)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\n\
                    release: 1.85.1\n";
        let version = Version::read(text).unwrap();
        assert_eq!(version.release, "1.85.1");
        assert_eq!(version.host, "x86_64-unknown-linux-gnu");
        assert_eq!(Version::read("rustc 1"), None);
    }

    #[test]
    fn what_cargo_remembers_is_read() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Version::remembered(folder.path()), None);
        let text = r#"{"outputs":{"1":{"stdout":"___\n"},
            "2":{"stdout":"rustc 1.9.0\nhost: here\nrelease: 1.9.0\n"}}}"#;
        fs::write(folder.path().join(".rustc_info.json"), text).unwrap();
        let version = Version::remembered(folder.path()).unwrap();
        assert_eq!((&*version.release, &*version.host), ("1.9.0", "here"));
    }

    #[test]
    fn libraries_are_looked_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut rustc = Rustc {
            path: "/opt/rustc".into(),
            sysroot: "/opt".into(),
            libraries: Some(folder.path().into()),
        };
        let error = rustc.lacks("wasm32-wasip1").unwrap();
        assert!(error.fix.is_empty(), "{error:?}");
        assert!(error.cause[1].contains("where it came from"), "{error:?}");
        fs::write(folder.path().join("libcore-0123.rlib"), "").unwrap();
        assert_eq!(rustc.lacks("wasm32-wasip1"), None);
        rustc.libraries = None;
        let error = rustc.lacks("wasm32-x").unwrap();
        assert!(error.message.contains("does not know"), "{error:?}");
        assert_eq!(rustc.lacks("spec/wasm32-x.json"), None);
    }

    #[test]
    fn what_rustup_lacks_is_said() {
        let error = broken(
            Path::new("/r"),
            "error: toolchain 'nightly-2020' is not installed\nhelp: run x\n",
        );
        assert_eq!(
            error.fix,
            ["rustup", "toolchain", "install", "nightly-2020"]
        );
    }
}
