//! What a build depends on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use plugin_protocol::Inputs;

use crate::go::Go;
use crate::listing::{Package, is_standard};

/// Collects inputs, as the host wants their names.
pub(crate) struct Collector<'a> {
    project: &'a Path,
    files: BTreeSet<String>,
    globs: BTreeSet<String>,
    /// A file whose name the host cannot be told.
    unspeakable: bool,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(project: &'a Path) -> Self {
        Self {
            project,
            files: BTreeSet::new(),
            globs: BTreeSet::new(),
            unspeakable: false,
        }
    }

    /// A file that counts, there or not.
    pub(crate) fn file(&mut self, path: &Path) {
        match self.name(path) {
            Some(name) => {
                self.files.insert(name);
            }
            None => self.unspeakable = true,
        }
    }

    /// All files in a folder that a pattern fits.
    fn glob(&mut self, folder: &Path, pattern: &str) {
        let Some(name) = self.name(folder) else {
            self.unspeakable = true;
            return;
        };
        let start = if name.is_empty() {
            name
        } else {
            format!("{}/", escape(&name))
        };
        self.globs.insert(format!("{start}{pattern}"));
    }

    /// What the packages of a program are made of. Those of the standard library
    /// are part of the toolchain.
    pub(crate) fn packages(&mut self, packages: &[Package], go: &Go) {
        let own = packages
            .iter()
            .filter(|package| !is_standard(package, go.root()))
            .filter(|package| !package.dir.as_os_str().is_empty());
        for package in own {
            for file in package.files() {
                self.file(&file);
            }
            // A new one belongs to the package, and one that is left out may be
            // taken in by another line at its top.
            for pattern in ["*.go", "*.s", "*.syso", "*.[ch]"] {
                self.glob(&package.dir, pattern);
            }
            for pattern in &package.embed_patterns {
                self.embedded(&package.dir, pattern);
            }
            self.modules(package);
            if !package.dep_only {
                // A profile of the program's speed guides the compiler.
                self.file(&package.dir.join("default.pgo"));
            }
        }
    }

    /// What `//go:embed` names: files, or folders with all in them.
    fn embedded(&mut self, folder: &Path, pattern: &str) {
        let pattern = pattern.strip_prefix("all:").unwrap_or(pattern);
        let plain: Vec<&str> = pattern
            .split('/')
            .take_while(|part| !part.contains(['[', '\\', '{', '}']))
            .collect();
        if plain.len() < pattern.split('/').count() {
            // Patterns of Go that mean something else to the host.
            return self.glob(&folder.join(plain.join("/")), "**");
        }
        if pattern == "." {
            return self.glob(folder, "**");
        }
        self.glob(folder, pattern);
        self.glob(folder, &format!("{pattern}/**"));
    }

    /// The files of a package's module, and those that would make its folder
    /// part of another one.
    fn modules(&mut self, package: &Package) {
        let Some(module) = &package.module else {
            return;
        };
        self.module(&module.file);
        let folders = package.dir.ancestors();
        let within = folders.take_while(|folder| folder.starts_with(&module.dir));
        for folder in within.collect::<Vec<_>>() {
            self.file(&folder.join("go.mod"));
        }
    }

    /// The file of a module, what it locks, and what stands in for downloads.
    pub(crate) fn module(&mut self, file: &Path) {
        if file.as_os_str().is_empty() {
            return;
        }
        self.file(file);
        if let Some(folder) = file.parent() {
            self.file(&folder.join("go.sum"));
            self.file(&folder.join("vendor/modules.txt"));
        }
    }

    /// What decides which module and workspace a project belongs to.
    pub(crate) fn surroundings(&mut self, go: &Go) {
        for file in go.settings() {
            self.file(&file);
        }
        if let Some(file) = go.module() {
            self.module(file);
        }
        if let Some(file) = go.workspace() {
            self.file(file);
            self.file(&file.with_file_name("go.work.sum"));
            self.file(&file.with_file_name("vendor").join("modules.txt"));
        }
        // One that is nearer would count instead.
        for folder in self.project.ancestors().collect::<Vec<_>>() {
            self.file(&folder.join("go.work"));
            if go.module().is_none_or(|file| file.starts_with(folder)) {
                self.file(&folder.join("go.mod"));
            }
        }
    }

    /// The name of a file: relative to the project when it is inside.
    fn name(&self, path: &Path) -> Option<String> {
        let inside = path.strip_prefix(self.project).unwrap_or(path);
        let text = inside.to_str()?;
        Some(if cfg!(windows) {
            text.replace('\\', "/")
        } else {
            text.to_owned()
        })
    }

    /// All of it; nothing when a file has no name that can be told.
    pub(crate) fn finish(self) -> Option<Inputs> {
        (!self.unspeakable).then(|| Inputs {
            files: self.files.into_iter().collect(),
            globs: self.globs.into_iter().collect(),
            names: Vec::new(),
        })
    }
}

/// A path as a pattern that fits it alone.
fn escape(path: &str) -> String {
    let mut escaped = String::new();
    for character in path.chars() {
        match character {
            '*' | '?' | '[' | ']' | '{' | '}' => {
                escaped.extend(['[', character, ']']);
            }
            '\\' => escaped.push_str("\\\\"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// The file that a JavaScript target needs beside the module, if it is there.
pub(crate) fn first_there(files: &[PathBuf]) -> Option<&PathBuf> {
    files.iter().find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing;

    #[test]
    fn patterns_in_names_are_taken_by_their_letters() {
        assert_eq!(escape("a b/é/[x]*{y}?"), "a b/é/[[]x[]][*][{]y[}][?]");
    }

    #[test]
    fn what_is_embedded_counts_with_what_may_join_it() {
        let mut it = Collector::new(Path::new("/p"));
        for pattern in ["all:static", "*.txt", "a/[bc]/d", "."] {
            it.embedded(Path::new("/p/x"), pattern);
        }
        let globs = it.finish().unwrap().globs;
        let wanted = [
            "x/**",
            "x/*.txt",
            "x/*.txt/**",
            "x/a/**",
            "x/static",
            "x/static/**",
        ];
        assert_eq!(globs, wanted);
    }

    #[test]
    fn a_package_brings_its_sources_and_its_module() {
        let text = r#"{"Dir":"/m/in","DepOnly":true,"GoFiles":["a.go"],
            "Module":{"Dir":"/m","GoMod":"/m/go.mod"}}"#;
        let packages = listing::read(text).unwrap();
        let mut it = Collector::new(Path::new("/p"));
        it.modules(&packages[0]);
        for file in packages[0].files() {
            it.file(&file);
        }
        let inputs = it.finish().unwrap();
        for file in [
            "/m/in/a.go",
            "/m/go.mod",
            "/m/go.sum",
            "/m/in/go.mod",
            "/m/vendor/modules.txt",
        ] {
            assert!(inputs.files.iter().any(|it| it == file), "{file}");
        }
    }
}
