//! What a builder says it made, checked against what is there. Nothing of it is
//! trusted: neither by the bridge to a plugin, nor by the driver at the end.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use plugin_protocol::{Artifact, ArtifactKind};
use sha2::{Digest, Sha256};

/// What every module and component begins with (core specification, 5.5.16).
const MAGIC: &[u8; 4] = b"\0asm";

/// The file of an artifact: a regular file inside the stage, no part of whose
/// path is a symbolic link.
///
/// # Errors
/// What is wrong, in a few words behind the artifact's name.
pub fn locate(stage: &Path, path: &str) -> Result<PathBuf, String> {
    if !is_inside(path) {
        return Err("is not a path inside the stage".to_owned());
    }
    let mut file = stage.to_owned();
    let mut last = None;
    for part in path.split('/') {
        file.push(part);
        match std::fs::symlink_metadata(&file) {
            Ok(meta) if meta.is_symlink() => return Err("is a symbolic link".to_owned()),
            Ok(meta) => last = Some(meta),
            Err(_) => return Err("is not there".to_owned()),
        }
    }
    match last {
        Some(meta) if meta.is_file() => Ok(file),
        _ => Err("is not a regular file".to_owned()),
    }
}

/// Reads an artifact whole, where [`locate`] finds it. It has the hash that is
/// told, if one is.
///
/// # Errors
/// What is wrong, in a few words behind the artifact's name.
pub fn read(artifact: &Artifact, stage: &Path) -> Result<Vec<u8>, String> {
    let path = locate(stage, &artifact.path)?;
    let bytes = std::fs::read(path).map_err(unreadable)?;
    if artifact.sha256.is_some() {
        compare_hash(artifact, &hex(&Sha256::digest(&bytes)))?;
    }
    Ok(bytes)
}

/// Checks an artifact: it is where [`locate`] finds it, has the size and the
/// hash that it is said to have, and begins as a module if it is one. Returns
/// its SHA-256, with which a later change is seen.
///
/// # Errors
/// What is wrong, in a few words behind the artifact's name.
pub fn seal(artifact: &Artifact, stage: &Path) -> Result<String, String> {
    let path = locate(stage, &artifact.path)?;
    let facts = File::open(path).and_then(Facts::of).map_err(unreadable)?;
    compare(artifact, facts.size, &facts.start, &facts.sha256)?;
    Ok(facts.sha256)
}

/// What is read of a file that is not kept in memory.
struct Facts {
    size: u64,
    start: Vec<u8>,
    sha256: String,
}

impl Facts {
    fn of(mut file: File) -> io::Result<Self> {
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        let mut start = Vec::with_capacity(MAGIC.len());
        let mut size = 0;
        loop {
            let chunk = match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => buffer.get(..read).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let wanted = MAGIC.len() - start.len();
            start.extend(chunk.iter().take(wanted));
            size += chunk.len() as u64;
            hash.update(chunk);
        }
        let sha256 = hex(&hash.finalize());
        Ok(Self {
            size,
            start,
            sha256,
        })
    }
}

fn compare(artifact: &Artifact, size: u64, start: &[u8], sha256: &str) -> Result<(), String> {
    if size != artifact.size {
        return Err(format!(
            "has {size} bytes, and not {} as the builder said",
            artifact.size
        ));
    }
    compare_hash(artifact, sha256)?;
    if artifact.kind == ArtifactKind::Wasm && start != MAGIC {
        return Err("is not WebAssembly".to_owned());
    }
    Ok(())
}

fn compare_hash(artifact: &Artifact, sha256: &str) -> Result<(), String> {
    match &artifact.sha256 {
        Some(told) if told != sha256 => Err("has another SHA-256 than the builder said".to_owned()),
        _ => Ok(()),
    }
}

/// Whether a path with `/` stays inside the folder that it is relative to, on
/// any system.
#[must_use]
pub fn is_inside(path: &str) -> bool {
    let plain = |part: &str| {
        let mut components = Path::new(part).components();
        matches!(components.next(), Some(Component::Normal(_))) && components.next().is_none()
    };
    !path.contains(['\\', ':', '\0']) && path.split('/').all(plain)
}

/// The SHA-256 of a file, as 64 lower-case hex digits.
///
/// # Errors
/// When it cannot be read.
pub fn digest_of_file(path: &Path) -> io::Result<String> {
    File::open(path)
        .and_then(Facts::of)
        .map(|facts| facts.sha256)
}

fn hex(digest: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value & 15)]);
    digest
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

fn unreadable(error: io::Error) -> String {
    format!("cannot be read: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: &[u8] = b"\0asm\x01\0\0\0";
    const HASH: &str = "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476";

    fn check(change: impl Fn(&mut Artifact)) -> Result<String, String> {
        let stage = tempfile::tempdir().unwrap();
        std::fs::create_dir(stage.path().join("sub")).unwrap();
        std::fs::write(stage.path().join("sub/a.wasm"), MODULE).unwrap();
        std::fs::write(stage.path().join("text.wasm"), "12345678").unwrap();
        let mut artifact = Artifact::new(ArtifactKind::Wasm, "sub/a.wasm", 8);
        change(&mut artifact);
        let sealed = seal(&artifact, stage.path());
        if sealed.is_ok() {
            assert_eq!(read(&artifact, stage.path()).unwrap(), MODULE);
        }
        sealed
    }

    #[test]
    fn what_is_as_told_is_sealed() {
        assert_eq!(check(|_| ()).unwrap(), HASH);
        assert_eq!(check(|a| a.sha256 = Some(HASH.into())).unwrap(), HASH);
    }

    #[test]
    fn what_is_not_as_told_is_refused() {
        for (change, why) in [
            (
                &(|a: &mut Artifact| a.size = 7) as &dyn Fn(&mut Artifact),
                "has 8 bytes",
            ),
            (&|a| a.sha256 = Some("00".into()), "SHA-256"),
            (&|a| a.path = "text.wasm".into(), "not WebAssembly"),
            (&|a| a.path = "none.wasm".into(), "not there"),
            (&|a| a.path = "sub".into(), "regular file"),
            (&|a| a.path = "../x".into(), "inside"),
        ] {
            let error = check(change).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn a_change_after_the_seal_is_seen() {
        let stage = tempfile::tempdir().unwrap();
        let file = stage.path().join("a.js");
        std::fs::write(&file, "one").unwrap();
        let mut artifact = Artifact::new(ArtifactKind::Js, "a.js", 3);
        artifact.sha256 = Some(seal(&artifact, stage.path()).unwrap());
        std::fs::write(&file, "two").unwrap();
        assert!(
            read(&artifact, stage.path())
                .unwrap_err()
                .contains("SHA-256")
        );
    }

    #[test]
    fn a_path_that_leaves_the_stage_is_seen() {
        for good in ["a.wasm", "a/b.wasm", "a b/ü.js"] {
            assert!(is_inside(good), "{good}");
        }
        for bad in [
            "", "/a", "../a", "a/../b", "a//b", "./a", "a/", "C:x", "a\\b", ".",
        ] {
            assert!(!is_inside(bad), "{bad}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_is_refused_wherever_it_is() {
        let [stage, elsewhere] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        std::fs::write(elsewhere.path().join("a.wasm"), MODULE).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), stage.path().join("sub")).unwrap();
        let file = elsewhere.path().join("a.wasm");
        std::os::unix::fs::symlink(file, stage.path().join("a.wasm")).unwrap();
        for path in ["a.wasm", "sub/a.wasm"] {
            assert_eq!(
                locate(stage.path(), path).unwrap_err(),
                "is a symbolic link"
            );
        }
    }
}
