use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use plugin_protocol::Manifest;

use super::artifact::is_inside;
use crate::error::{Code, Error, Result, plain};

/// The name of a plugin's manifest.
pub const MANIFEST: &str = "wasmrun.toml";

/// Manifests are a page, not a library.
const MAX_BYTES: u64 = 1 << 20;

/// A plugin as it was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// What it said of itself then.
    pub manifest: Manifest,
    /// Its executable, absolute.
    pub exe: PathBuf,
    /// The executable's SHA-256 then, as 64 lower-case hex digits.
    pub sha256: String,
    /// The folder that holds the manifest, absolute.
    pub folder: PathBuf,
}

/// Reads a manifest.
///
/// # Errors
/// [`Code::NotFound`] when there is none, [`Code::PluginFault`] when it says
/// something that no manifest can say.
pub fn read_manifest(path: &Path) -> Result<Manifest> {
    let bytes = read_small(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            let message = format!("there is no {}", path.display());
            Error::new(Code::NotFound, message).help("check the path")
        }
        _ => Error::io("read", path, &error),
    })?;
    let invalid = |what: &str| {
        let message = format!("{} is not the manifest of a plugin", path.display());
        Error::new(Code::PluginFault, message)
            .because(what)
            .help("`docs/plugin-protocol.md` tells what a manifest says, under \"The manifest\"")
    };
    let text = String::from_utf8(bytes).map_err(|_| invalid("it is not UTF-8"))?;
    let manifest: Manifest = toml::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| invalid(error.to_string().trim_end()))?;
    match manifest.problems().as_slice() {
        [] => Ok(manifest),
        problems => Err(invalid(&problems.join("\n"))),
    }
}

/// The text of a manifest.
///
/// # Errors
/// When it cannot be written down as TOML.
pub(super) fn manifest_text(manifest: &Manifest) -> Result<String> {
    toml::to_string(manifest).map_err(|error| {
        let message = format!("the manifest of `{}` cannot be written down", manifest.name);
        Error::new(Code::PluginFault, message).because(error.to_string())
    })
}

/// The executable that a manifest names, relative to the manifest's folder with
/// `/`: the first word of `argv`, else what is called like the plugin.
///
/// # Errors
/// When it is not beside the manifest.
pub(super) fn executable(folder: &Path, manifest: &Manifest) -> Result<String> {
    let named = manifest.argv.first().unwrap_or(&manifest.name);
    let with_ending = format!("{named}{}", std::env::consts::EXE_SUFFIX);
    let beside = [named, &with_ending]
        .into_iter()
        .find(|name| is_inside(name) && folder.join(name).is_file());
    beside.cloned().ok_or_else(|| {
        let message = format!(
            "the executable `{named}` of the plugin `{}` is not in {}",
            manifest.name,
            folder.display()
        );
        Error::new(Code::PluginFault, message).help(format!(
            "put it beside {MANIFEST}, and name it in `argv` relative to that"
        ))
    })
}

/// Whether a plugin can be called that, which makes it the name of a folder too.
#[must_use]
pub fn is_name(name: &str) -> bool {
    Manifest::new(name, "0").problems().is_empty()
}

/// Reads a small regular file whole, and no more of a larger one.
pub(super) fn read_small(path: &Path) -> io::Result<Vec<u8>> {
    let state = fs::metadata(path)?;
    if !state.is_file() || state.len() > MAX_BYTES {
        return Err(io::Error::other("it is no file, or larger than 1 MiB"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The error of a file that a plugin is made of.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Error {
    let message = format!("could not read {}", path.display());
    Error::new(Code::Io, message).because(plain(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Manifest> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(MANIFEST);
        fs::write(&path, text).unwrap();
        read_manifest(&path)
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut manifest = Manifest::new("wasm-x", "1.2.3").reads(["x"]);
        manifest.languages = vec!["x".into()];
        manifest.detect.any = vec!["*.x".into()];
        let text = manifest_text(&manifest).unwrap();
        assert_eq!(read(text.as_bytes()), Ok(manifest));
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        let project = b"language = 'c'\n";
        let odd = b"schema = 1\nname = '../x'\nversion = '1'\nprotocol = [1]\n";
        for text in [&b""[..], b"\xff", b"= 1", project, odd] {
            let error = read(text).unwrap_err();
            assert_eq!(error.code(), Code::PluginFault, "{error}");
        }
        let error = read_manifest(Path::new("nowhere/wasmrun.toml")).unwrap_err();
        assert_eq!(error.code(), Code::NotFound);
    }

    #[test]
    fn an_executable_is_beside_its_manifest() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        fs::write(folder.path().join("bin/x"), "").unwrap();
        let mut manifest = Manifest::new("x", "1");
        let found = |manifest: &Manifest| executable(folder.path(), manifest).ok();
        assert_eq!(found(&manifest), None);
        manifest.argv = vec!["bin/x".into()];
        assert_eq!(found(&manifest).as_deref(), Some("bin/x"));
        for bad in ["../x", "/bin/sh", "bin", ""] {
            manifest.argv = vec![bad.into()];
            assert_eq!(found(&manifest), None, "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(bytes: Vec<u8>) {
            let _ = read(&bytes);
        }
    }
}
