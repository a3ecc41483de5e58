use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Folders that no build reads or that tools fill: version control, and what
/// package managers install.
const FOLDERS: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    ".jj",
    "node_modules",
    "__pycache__",
    ".venv",
    ".idea",
    ".vscode",
];

/// What a folder begins its `CACHEDIR.TAG` with, by the Cache Directory Tagging
/// Specification. Cargo's `target` has one.
const CACHE_TAG: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// What is never looked at, besides what `.gitignore` and `.ignore` name.
#[derive(Debug, Default, Clone)]
pub(super) struct Ignored {
    own: HashSet<PathBuf>,
}

impl Ignored {
    pub(super) fn new(own: &[PathBuf]) -> Self {
        let mut this = Self::default();
        own.iter().for_each(|path| this.add(path));
        this
    }

    /// Leaves a file or a folder out.
    pub(super) fn add(&mut self, path: &Path) {
        // Without links, as far as it is there: that is how it will be met.
        let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
        if let (Some(folder), Some(name)) = (folder, path.file_name()) {
            self.own.insert(folder.join(name));
        }
        self.own.insert(path.to_owned());
    }

    pub(super) fn contains(&self, path: &Path, is_folder: bool) -> bool {
        let Some(name) = path.file_name() else {
            return false;
        };
        if self.own.contains(path) || is_own_name(name) {
            return true;
        }
        match is_folder {
            true => FOLDERS.iter().any(|folder| name == *folder) || is_cache(path),
            false => name.to_str().is_some_and(is_scratch),
        }
    }
}

fn is_own_name(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name == b".wasmrun" || name.starts_with(b".wasmrun-")
}

fn is_cache(folder: &Path) -> bool {
    let mut start = [0; CACHE_TAG.len()];
    let tag = fs::File::open(folder.join("CACHEDIR.TAG"));
    tag.is_ok_and(|mut tag| tag.read_exact(&mut start).is_ok() && start == *CACHE_TAG)
}

/// What editors put beside a file while they save it, and what file managers
/// leave behind.
fn is_scratch(name: &str) -> bool {
    let swap = |name: &str| {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        ending.is_some_and(|ending| ending.len() == 3 && ending.starts_with("sw"))
    };
    name.ends_with('~')
        || (name.starts_with('.') && swap(name))
        || name.starts_with(".#")
        || (name.starts_with('#') && name.ends_with('#'))
        // Vim tries with it whether it may write to the folder.
        || name == "4913"
        || name.ends_with("___jb_tmp___")
        || name.ends_with("___jb_old___")
        || name.ends_with(".crswap")
        || matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_leave_is_known() {
        for name in [
            ".main.rs.swp",
            ".main.rs.swx",
            "main.rs~",
            ".#main.rs",
            "#main.rs#",
            "4913",
            "main.rs___jb_tmp___",
            ".DS_Store",
        ] {
            assert!(is_scratch(name), "{name}");
        }
        for name in ["main.rs", "swap.swp.rs", "a.swf", ".swcrc", "#a", "49130"] {
            assert!(!is_scratch(name), "{name}");
        }
    }
}
