use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use plugin_protocol::Inputs;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::content::{hex, read_all};
use super::pattern::Pattern;
use super::walk::{Own, Walk};
use crate::error::{Error, Result};

/// The state of every input of a build, by path: project-relative with `/`, or
/// absolute when outside. A backslash in a name is doubled, and a byte that is
/// no UTF-8 becomes `\xff`, so that different names stay different.
///
/// Two states of a project have equal fingerprints only if every input has the
/// same name, kind, content, executable bit and link target.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The inputs in order of their paths.
    pub inputs: BTreeMap<String, InputState>,
}

/// The state of one input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputState {
    /// A file with this SHA-256.
    Content(String),
    /// A file with this SHA-256 that may be run.
    Executable(String),
    /// A file whose name alone counts.
    Name,
    /// A folder. What is in it has entries of its own.
    Folder,
    /// A symbolic link.
    Link {
        /// What it says.
        to: String,
        /// What is there. A folder's content has entries below the link.
        then: Box<Self>,
    },
    /// A folder that is counted at another path. Only behind a link, or as `.`
    /// in a folder that a link has led to in a circle.
    Same(String),
    /// A pipe, a socket or a device, which is never read.
    Special,
    /// Nothing is there.
    Absent,
}

impl Fingerprint {
    /// Reads the state of all inputs. Without `inputs` the whole project counts:
    /// every file, ignored or not, but for the folders of version control.
    /// `own` are files that wasmrun itself puts there, absolute; they never
    /// count, nor does anything called `.wasmrun` or `.wasmrun-*`.
    ///
    /// Links are followed, out of the project too. Many files are read in
    /// parallel; a file that changes while it is read is read again.
    ///
    /// # Errors
    /// When an input that is there cannot be read or never stands still, or when
    /// there are too many to count. Nothing is known of the inputs then: the
    /// build may go on, but neither from the cache nor into it.
    pub fn take(root: &Path, inputs: Option<&Inputs>, own: &[PathBuf]) -> Result<Self> {
        let root = std::fs::canonicalize(root).map_err(|error| Error::io("read", root, &error))?;
        let own = Own::new(own);
        let mut jobs = Vec::new();
        let Some(inputs) = inputs else {
            let mut walk = Walk::new(&root, &own, &mut jobs);
            walk.whole()?;
            return Ok(Self {
                inputs: read_all(jobs)?.into_iter().collect(),
            });
        };
        let mut walk = Walk::new(&root, &own, &mut jobs);
        for file in &inputs.files {
            walk.path(file)?;
        }
        for glob in &inputs.globs {
            walk.pattern(&Pattern::new(glob)?)?;
        }
        let mut names = Vec::new();
        let mut walk = Walk::new(&root, &own, &mut names).names();
        for glob in &inputs.names {
            walk.pattern(&Pattern::new(glob)?)?;
        }
        let mut all: BTreeMap<_, _> = read_all(names)?.into_iter().collect();
        all.extend(read_all(jobs)?);
        Ok(Self { inputs: all })
    }

    /// One SHA-256 over all inputs: 64 lower-case hex digits. It is the same for
    /// the same inputs in every run, on every machine.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"wasmrun fingerprint 1\n");
        for (path, state) in &self.inputs {
            text(&mut hash, path);
            state.feed(&mut hash);
        }
        hex(&hash.finalize())
    }
}

impl InputState {
    /// Each state begins with a byte of its own, and each text with its length:
    /// no two sequences of states feed the same bytes.
    fn feed(&self, hash: &mut Sha256) {
        match self {
            Self::Content(sum) => {
                hash.update(b"c");
                text(hash, sum);
            }
            Self::Executable(sum) => {
                hash.update(b"x");
                text(hash, sum);
            }
            Self::Name => hash.update(b"n"),
            Self::Folder => hash.update(b"f"),
            Self::Link { to, then } => {
                hash.update(b"l");
                text(hash, to);
                then.feed(hash);
            }
            Self::Same(path) => {
                hash.update(b"=");
                text(hash, path);
            }
            Self::Special => hash.update(b"s"),
            Self::Absent => hash.update(b"-"),
        }
    }
}

fn text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
}

#[cfg(test)]
mod tests;
