use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use super::asset::Asset;

/// A file of a build.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it is served, with a leading slash.
    pub url: String,
    /// Where it is on disk: a request for that file gets what the build made, not
    /// what is half written there.
    pub path: PathBuf,
    /// Its content.
    pub bytes: Bytes,
}

/// The files of the last good build.
#[derive(Debug, Default)]
pub(super) struct Assets {
    by_url: HashMap<String, Arc<Asset>>,
    by_path: HashMap<PathBuf, Arc<Asset>>,
}

impl Assets {
    pub(super) fn new(sources: Vec<Source>) -> Self {
        let mut this = Self::default();
        for Source { url, path, bytes } in sources {
            let asset = Arc::new(Asset::new(&url, bytes));
            this.by_url.insert(url, Arc::clone(&asset));
            this.by_path.insert(path, asset);
        }
        this
    }

    pub(super) fn at(&self, url: &str) -> Option<&Arc<Asset>> {
        self.by_url.get(url)
    }

    pub(super) fn of_file(&self, path: &Path) -> Option<&Arc<Asset>> {
        self.by_path.get(path)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&String, &Arc<Asset>)> {
        self.by_url.iter()
    }

    /// Those whose content is not what it was in an earlier build, or that were
    /// not there, sorted.
    pub(super) fn changed_since(&self, earlier: &Self) -> Vec<&str> {
        let is_new = |url: &str, asset: &Asset| {
            let before = earlier.at(url);
            before.is_none_or(|before| before.bytes() != asset.bytes())
        };
        let all = self.by_url.iter();
        let changed = all.filter(|(url, asset)| is_new(url, asset));
        let mut changed: Vec<_> = changed.map(|(url, _)| url.as_str()).collect();
        changed.sort_unstable();
        changed
    }
}
