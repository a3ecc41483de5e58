use std::path::{Path, PathBuf};

use plugin_protocol::{MissingKind, Tool};

use super::{Search, real};
use crate::plugin::languages::c_plugin::compiler::{Command, Compiler, Family};
use crate::plugin::languages::c_plugin::install::Package;
use crate::plugin::languages::c_plugin::options::Target;

impl Search<'_> {
    /// `zig` in `PATH`, or the one in the Python package `ziglang`.
    pub(super) fn zig(&mut self, named: Option<&Path>) -> Option<Compiler> {
        let found = match named {
            Some(path) => path.is_file().then(|| path.to_owned()),
            None => self.env.find("zig").or_else(|| self.python_zig()),
        };
        let Some(zig) = found else {
            self.not_found("zig");
            let why = "zig was not found in PATH, nor the Python package ziglang".to_owned();
            self.lack(why, vec![(Package::Zig, MissingKind::Tool)]);
            return None;
        };
        let target = match self.options.target {
            Target::Wasi => "--target=wasm32-wasi",
            Target::Bare => "--target=wasm32-freestanding",
        };
        let mut base = vec![target.into()];
        if self.options.target == Target::Bare {
            base.push("-nostdlib".into());
        }
        let own = real(&zig);
        let mut parts = vec![own.clone(), own.with_file_name("lib")];
        parts.retain(|part| part.exists());
        Some(Compiler {
            family: Family::Zig,
            target: self.options.target,
            cc: Command::new(&zig, &["cc"]),
            cxx: Command::new(&zig, &["c++"]),
            ar: Command::new(&zig, &["ar"]),
            ranlib: Command::new(&zig, &["ranlib"]),
            major: None,
            base,
            libraries: vec![],
            env: vec![],
            cmake_toolchain: None,
            sysroot: None,
            tools: vec![Tool {
                name: "zig".to_owned(),
                version: None,
                path: Some(zig),
                parts,
            }],
            watched: vec![],
        })
    }

    /// The package is found by its files: asking Python takes longer than a
    /// build.
    fn python_zig(&self) -> Option<PathBuf> {
        let python = self
            .env
            .find("python3")
            .or_else(|| self.env.find("python"))?;
        let mut prefixes = vec![];
        // A virtual environment's python is a link to the system's.
        for python in [python.clone(), real(&python)] {
            prefixes.extend(python.parent().and_then(Path::parent).map(Path::to_owned));
        }
        prefixes.extend(self.env.folder("HOME").map(|home| home.join(".local")));
        prefixes.iter().find_map(|prefix| {
            let libraries = std::fs::read_dir(prefix.join("lib"))
                .into_iter()
                .flatten()
                .flatten();
            let mut libraries: Vec<_> = libraries.map(|entry| entry.path()).collect();
            libraries.push(prefix.join("Lib"));
            libraries.sort();
            let folders = libraries.iter().flat_map(|library| {
                ["site-packages", "dist-packages"].map(|name| library.join(name).join("ziglang"))
            });
            folders
                .map(|folder| folder.join(format!("zig{}", std::env::consts::EXE_SUFFIX)))
                .find(|zig| zig.is_file())
        })
    }
}
