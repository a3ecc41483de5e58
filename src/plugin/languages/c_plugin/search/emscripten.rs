use std::path::{Path, PathBuf};

use plugin_protocol::{MissingKind, Tool};

use super::{Search, real};
use crate::plugin::languages::c_plugin::compiler::{Command, Compiler, Family};
use crate::plugin::languages::c_plugin::install::Package;

impl Search<'_> {
    /// `emcc` in `PATH`, or in the folder that emsdk names.
    pub(super) fn emscripten(&mut self, named: Option<&Path>) -> Option<Compiler> {
        let sdk = self.env.folder("EMSDK");
        let found = match named {
            Some(path) => path.is_file().then(|| path.to_owned()),
            None => self.env.find("emcc").or_else(|| {
                let path = sdk?.join("upstream/emscripten/emcc");
                path.is_file().then_some(path)
            }),
        };
        let Some(emcc) = found else {
            self.not_found("emcc");
            let why = "emcc was not found in PATH".to_owned();
            self.lack(why, vec![(Package::Emscripten, MissingKind::Tool)]);
            return None;
        };
        let root = real(&emcc).parent().map(Path::to_owned).unwrap_or_default();
        let version = std::fs::read_to_string(root.join("emscripten-version.txt")).ok();
        let version = version.map(|text| text.trim().trim_matches('"').to_owned());
        let mut tools = vec![Tool {
            name: "emcc".to_owned(),
            version,
            path: Some(emcc.clone()),
            parts: self.emscripten_parts(&root),
        }];
        // It starts these through PATH, or through its configuration, which
        // most often names the same ones.
        for name in ["python3", "node", "clang", "wasm-ld", "wasm-opt"] {
            let path = self.env.find(name);
            let parts = path.iter().map(|path| real(path)).collect();
            tools.push(Tool {
                name: name.to_owned(),
                version: None,
                path,
                parts,
            });
        }
        let beside = |name: &str| emcc.with_file_name(with_ending(name, &emcc));
        let mut env = vec![];
        // Debian's package needs its JavaScript libraries from there.
        let node_path = Path::new("/usr/share/nodejs");
        if root.starts_with("/usr") && node_path.is_dir() {
            let mut folders = vec![node_path.to_owned()];
            if let Some(own) = self.env.get("NODE_PATH") {
                folders.extend(std::env::split_paths(own));
            }
            let joined = std::env::join_paths(folders).ok()?;
            env.push(("NODE_PATH".into(), Some(joined)));
        }
        Some(Compiler {
            family: Family::Emscripten,
            target: self.options.target,
            cc: Command::new(&emcc, &[]),
            cxx: Command::new(beside("em++"), &[]),
            ar: Command::new(beside("emar"), &[]),
            ranlib: Command::new(beside("emranlib"), &[]),
            major: None,
            base: vec![],
            libraries: vec![],
            env,
            cmake_toolchain: Some(root.join("cmake/Modules/Platform/Emscripten.cmake")),
            sysroot: None,
            tools,
            watched: vec![],
        })
    }

    /// Its scripts, its libraries and its configuration.
    fn emscripten_parts(&self, root: &Path) -> Vec<PathBuf> {
        let mut caches = vec![root.join("cache")];
        caches.extend(self.env.folder("EM_CACHE"));
        if let Some(home) = self.env.folder("HOME") {
            caches.push(home.join(".emscripten_cache"));
        }
        let mut parts = vec![
            root.to_owned(),
            root.join("tools"),
            root.join("src"),
            root.join(".emscripten"),
        ];
        parts.extend(self.env.folder("EM_CONFIG"));
        parts.extend(self.env.folder("HOME").map(|home| home.join(".emscripten")));
        for cache in caches {
            let lib = cache.join("sysroot/lib/wasm32-emscripten");
            parts.extend([cache.join("sysroot/include"), lib]);
        }
        parts.retain(|part| part.exists());
        parts
    }
}

/// A sibling's name with the ending of the program that was found (`.bat`).
fn with_ending(name: &str, like: &Path) -> PathBuf {
    match like.extension() {
        Some(ending) => Path::new(name).with_extension(ending),
        None => PathBuf::from(name),
    }
}
