//! Files of the served folder, and nothing outside of it.

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, MetadataExt};
use percent_encoding::percent_decode_str;

use super::asset::Asset;

/// So many bytes of files are kept in memory.
const KEPT: u64 = 256 << 20;

/// A larger file is not served: it does not belong into a page.
const LARGEST: u64 = 512 << 20;

/// Endings of keys, which no page needs.
const SECRET_ENDINGS: &[&str] = &["pem", "key", "p12", "pfx", "jks", "keystore"];

/// Names of keys, and of what holds passwords.
const SECRET_NAMES: &[&str] = &[
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "credentials.json",
];

/// A folder whose files are served.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    files: HashMap<PathBuf, (Stamp, Arc<Asset>)>,
    bytes: u64,
}

/// What says that a file is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
    inode: u64,
}

/// What there is at a path.
#[derive(Debug)]
pub(super) enum Found {
    /// A file.
    File(Arc<Asset>),
    /// A folder with an `index.html`, asked for without the slash at its end.
    Folder,
    /// Nothing that is served.
    Nothing,
}

impl Folder {
    pub(super) fn new(root: PathBuf) -> Self {
        Self {
            root,
            kept: Mutex::default(),
        }
    }

    /// Where a path of a URL is on disk, if it may be asked for at all.
    pub(super) fn locate(&self, url: &str) -> Option<PathBuf> {
        Some(self.root.join(relative(url)?))
    }

    /// What there is at a path of a URL, which reads the file: not to be called
    /// where waiting is not allowed.
    pub(super) fn find(&self, url: &str) -> Found {
        let Some(path) = relative(url) else {
            return Found::Nothing;
        };
        // Opened anew each time: the folder may have been made again.
        let Ok(dir) = Dir::open_ambient_dir(&self.root, ambient_authority()) else {
            return Found::Nothing;
        };
        if path.as_os_str().is_empty() || dir.is_dir(&path) {
            let index = path.join("index.html");
            return match self.open(&dir, &index) {
                Some(asset) if url.ends_with('/') => Found::File(asset),
                Some(_) => Found::Folder,
                None => Found::Nothing,
            };
        }
        if url.ends_with('/') {
            return Found::Nothing;
        }
        self.open(&dir, &path).map_or(Found::Nothing, Found::File)
    }

    /// The directory refuses links that lead out of it.
    fn open(&self, dir: &Dir, path: &Path) -> Option<Arc<Asset>> {
        // A link may give another name to what has to stay hidden.
        let real = dir.canonicalize(path).ok()?;
        if real.iter().any(|part| part.to_str().is_none_or(is_hidden)) {
            return None;
        }
        let file = dir.open(&real).ok()?;
        let data = file
            .metadata()
            .ok()
            .filter(cap_std::fs::Metadata::is_file)?;
        if data.len() > LARGEST {
            return None;
        }
        let stamp = Stamp {
            len: data.len(),
            modified: data
                .modified()
                .ok()
                .map(cap_std::time::SystemTime::into_std),
            inode: inode(&data),
        };
        if let Some((known, asset)) = self.kept().files.get(path)
            && *known == stamp
        {
            return Some(Arc::clone(asset));
        }
        let asset = Arc::new(read(file, path, data.len())?);
        self.keep(path, stamp, &asset);
        Some(asset)
    }

    fn keep(&self, path: &Path, stamp: Stamp, asset: &Arc<Asset>) {
        let mut kept = self.kept();
        if let Some((old, _)) = kept.files.remove(path) {
            kept.bytes -= old.len;
        }
        if kept.bytes + stamp.len > KEPT {
            *kept = Kept::default();
        }
        if stamp.len <= KEPT / 4 {
            kept.bytes += stamp.len;
            kept.files
                .insert(path.to_owned(), (stamp, Arc::clone(asset)));
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(unix)]
fn inode(data: &cap_std::fs::Metadata) -> u64 {
    data.ino()
}

#[cfg(not(unix))]
fn inode(_: &cap_std::fs::Metadata) -> u64 {
    0
}

fn read(mut file: File, path: &Path, len: u64) -> Option<Asset> {
    let mut bytes = Vec::with_capacity(usize::try_from(len).ok()?);
    file.read_to_end(&mut bytes).ok()?;
    Some(Asset::new(&path.to_string_lossy(), bytes))
}

/// The path below the root that a URL's path names; none if it may not be asked
/// for.
fn relative(url: &str) -> Option<PathBuf> {
    let mut path = PathBuf::new();
    for part in url.split('/').filter(|part| !part.is_empty()) {
        let part = percent_decode_str(part).decode_utf8().ok()?;
        let is_odd = |letter: char| matches!(letter, '/' | '\\' | ':' | '\0');
        if is_hidden(&part) || part.contains(is_odd) {
            return None;
        }
        path.push(&*part);
    }
    Some(path)
}

/// Whether a name is one of what stays hidden: dotfiles (and with them `..` and
/// `.git`), and keys.
fn is_hidden(name: &str) -> bool {
    if name.starts_with('.') {
        return name != ".well-known";
    }
    let name = name.to_ascii_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    SECRET_ENDINGS.contains(&ending) || SECRET_NAMES.iter().any(|secret| name.starts_with(secret))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn text(found: Found) -> Option<String> {
        match found {
            Found::File(asset) => Some(String::from_utf8(asset.bytes().to_vec()).unwrap()),
            _ => None,
        }
    }

    #[test]
    fn nothing_outside_and_nothing_hidden_is_found() {
        let above = tempfile::tempdir().unwrap();
        fs::write(above.path().join("secret"), "secret").unwrap();
        let root = above.path().join("site");
        for folder in ["sub", ".git", "sub/.cache", ".well-known"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for file in [
            "a b.txt",
            "sub/index.html",
            ".env",
            ".git/config",
            "sub/.cache/x",
            "server.pem",
            "id_rsa",
            "id_ed25519.pub",
            "TLS.KEY",
        ] {
            fs::write(root.join(file), "hidden").unwrap();
        }
        fs::write(root.join("a b.txt"), "text").unwrap();
        fs::write(root.join(".well-known/x"), "known").unwrap();
        let folder = Folder::new(root.clone());
        assert_eq!(text(folder.find("/a%20b.txt")).as_deref(), Some("text"));
        assert_eq!(text(folder.find("//a%20b.txt")).as_deref(), Some("text"));
        assert_eq!(
            text(folder.find("/.well-known/x")).as_deref(),
            Some("known")
        );
        assert_eq!(text(folder.find("/sub/")).as_deref(), Some("hidden"));
        assert!(matches!(folder.find("/sub"), Found::Folder));
        let secret = above.path().join("secret");
        let secret = secret.to_str().unwrap();
        for url in [
            "/../secret",
            "/%2e%2e/secret",
            "/..%2fsecret",
            "/sub/../../secret",
            "/sub/%2e%2e/%2e%2e/secret",
            "/..%5csecret",
            "/c:/secret",
            "/a b.txt%00",
            "/%ff",
            secret,
            &format!("/{secret}"),
            &secret.replace('/', "%2f"),
            "/.env",
            "/%2eenv",
            "/.git/config",
            "/sub/.cache/x",
            "/server.pem",
            "/id_rsa",
            "/id_ed25519.pub",
            "/TLS.KEY",
            "/a%20b.txt/",
            "/",
        ] {
            assert_eq!(text(folder.find(url)), None, "{url}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_nowhere_outside_and_to_nothing_hidden() {
        use std::os::unix::fs::symlink;
        let above = tempfile::tempdir().unwrap();
        fs::write(above.path().join("secret"), "secret").unwrap();
        let root = above.path().join("site");
        fs::create_dir_all(root.join(".git")).unwrap();
        fs::write(root.join(".git/config"), "hidden").unwrap();
        fs::write(root.join("inside"), "inside").unwrap();
        symlink("../secret", root.join("out")).unwrap();
        symlink(above.path().join("secret"), root.join("far")).unwrap();
        symlink("..", root.join("up")).unwrap();
        symlink(".git", root.join("git")).unwrap();
        symlink(".git/config", root.join("config")).unwrap();
        symlink("inside", root.join("near")).unwrap();
        let folder = Folder::new(root);
        for url in [
            "/out",
            "/far",
            "/up/secret",
            "/git/config",
            "/config",
            "/up/site/inside",
        ] {
            assert_eq!(text(folder.find(url)), None, "{url}");
        }
        assert_eq!(text(folder.find("/near")).as_deref(), Some("inside"));
    }

    #[test]
    fn a_file_that_changes_is_read_again() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::new(root.path().to_owned());
        let file = root.path().join("a.txt");
        for round in 0..3 {
            fs::write(&file, "x".repeat(round + 1)).unwrap();
            let found = text(folder.find("/a.txt")).unwrap();
            assert_eq!(found.len(), round + 1);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_url_leads_out(url: String) {
            let decoded = percent_decode_str(&url).decode_utf8_lossy().into_owned();
            for url in [url.clone(), url.replace(|c: char| !c.is_ascii(), "%2e%2e%2f"), decoded] {
                if let Some(path) = relative(&url) {
                    let plain = |part| matches!(part, std::path::Component::Normal(_));
                    proptest::prop_assert!(path.components().all(plain), "{url} {path:?}");
                }
            }
        }
    }
}
