use std::path::{Path, PathBuf, is_separator};

use plugin_protocol::ArtifactKind;

use super::artifacts::Product;
use crate::error::{Code, Error, Result};
use crate::project::Project;

/// Where the output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The module to this file; what belongs to it beside it.
    File(PathBuf),
    /// Everything into this folder, under the builder's names.
    Folder(PathBuf),
    /// The module to standard output.
    Stdout,
}

impl Place {
    /// Where a project's output goes. `output` is what the user said: a file, or
    /// a folder when it is one or ends in a separator, or `-`; relative to
    /// `base`. Without it: beside a single file, else `dist/` in the project.
    ///
    /// # Errors
    /// [`Code::Usage`] when the output would be the input.
    pub fn of(project: &Project, output: Option<&Path>, base: &Path) -> Result<Self> {
        let entry = project.entry.as_ref().map(|entry| project.root.join(entry));
        let place = match output {
            Some(output) if output.as_os_str() == "-" => Self::Stdout,
            Some(output) => {
                let path = base.join(output);
                let is_folder = output.as_os_str().to_string_lossy().ends_with(is_separator);
                let path = std::path::absolute(&path).unwrap_or(path);
                // Without the separator at the end, which would follow a link.
                let path: PathBuf = path.components().collect();
                if is_folder || path.is_dir() {
                    Self::Folder(path)
                } else {
                    Self::File(path)
                }
            }
            None => match (&entry, project.single_file) {
                (Some(entry), true) => Self::File(entry.with_extension("wasm")),
                _ => Self::Folder(project.root.join("dist")),
            },
        };
        match (&place, entry) {
            (Self::File(file), Some(entry)) if same(file, &entry) => {
                let help = format!(
                    "name another file: `-o {}/`",
                    project.root.join("dist").display()
                );
                Err(would_overwrite(file, "the source itself").help(help))
            }
            _ => Ok(place),
        }
    }

    /// What the builder should call its output, without the ending: companion
    /// files refer to the module by its name.
    #[must_use]
    pub fn name(&self, project: &Project) -> String {
        let stem = match self {
            Self::File(file) => file.file_stem().and_then(|stem| stem.to_str()),
            _ => None,
        };
        stem.unwrap_or(&project.name).to_owned()
    }

    /// Whether a file that is there now would be in the way, found out before
    /// anything is built.
    pub(super) fn check(&self) -> Result<()> {
        let folder = match self {
            Self::Stdout => return Ok(()),
            Self::Folder(folder) => folder.as_path(),
            Self::File(file) => file.parent().unwrap_or(file),
        };
        if let Self::File(file) = self
            && file.is_dir()
        {
            let message = format!(
                "could not write {}: a folder is in its place",
                file.display()
            );
            let help = format!(
                "write into it with `-o {}/`, or name another file",
                file.display()
            );
            return Err(Error::new(Code::Io, message).help(help));
        }
        let there = folder
            .ancestors()
            .find(|path| path.symlink_metadata().is_ok());
        match there {
            Some(there) if !there.is_dir() => Err(Error::new(
                Code::Io,
                format!("could not write into {}", folder.display()),
            )
            .because(format!("{} is not a folder", there.display()))
            .help("name another place with `-o`")),
            _ => Ok(()),
        }
    }

    /// The path of each artifact, in their order; the first is the main module.
    ///
    /// # Errors
    /// [`Code::Usage`] when the place is too narrow for what was made.
    pub(super) fn plan(&self, made: &[Product]) -> Result<Vec<PathBuf>> {
        match self {
            Self::Stdout if made.len() > 1 => Err(Error::new(
                Code::Usage,
                format!(
                    "standard output takes one file, and the build made {}",
                    made.len()
                ),
            )
            .help("name a folder: `-o dist/`")),
            Self::Stdout => Ok(Vec::new()),
            Self::Folder(folder) => Ok(made.iter().map(|made| folder.join(&made.path)).collect()),
            Self::File(file) => {
                let folder = file.parent().unwrap_or(file);
                let mut paths: Vec<_> = made.iter().map(|made| folder.join(&made.path)).collect();
                // Further modules keep their names too.
                if let Some(main) = paths.first_mut() {
                    file.clone_into(main);
                }
                let mut sorted: Vec<_> = paths.iter().collect();
                sorted.sort();
                match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
                    Some(pair) => Err(Error::new(
                        Code::Usage,
                        format!("two of the build's files would be {}", pair[0].display()),
                    )
                    .help("name a folder: `-o dist/`")),
                    None => Ok(paths),
                }
            }
        }
    }

    /// Refuses to write over what the user may have written: an input of this
    /// build, or a companion file beside the sources. `ours` says that the file
    /// is as wasmrun wrote it.
    pub(super) fn spare_sources(
        &self,
        project: &Project,
        (path, product): (&Path, &Product),
        inputs: &[String],
        ours: bool,
    ) -> Result<()> {
        if ours || !path.exists() {
            return Ok(());
        }
        if inputs
            .iter()
            .any(|input| same(path, &project.root.join(input)))
        {
            return Err(would_overwrite(path, "an input of this build")
                .help("name another place with `-o`"));
        }
        let sources = source_folder(project);
        let beside = path.parent().is_some_and(|folder| same(folder, &sources));
        if product.kind != ArtifactKind::Wasm && beside {
            return Err(would_overwrite(path, "a file that wasmrun did not make")
                .help("move it, or name another place with `-o dist/`"));
        }
        Ok(())
    }
}

fn source_folder(project: &Project) -> PathBuf {
    let entry = project.entry.as_deref().unwrap_or_default();
    let folder = Path::new(entry).parent().unwrap_or(Path::new(""));
    project.root.join(folder)
}

fn would_overwrite(path: &Path, what: &str) -> Error {
    Error::new(
        Code::Usage,
        format!("the output {} would replace {what}", path.display()),
    )
}

/// Whether two paths name the same file, through links too.
fn same(a: &Path, b: &Path) -> bool {
    if a == b {
        return true;
    }
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Language;

    fn project(root: &Path, entry: &str, single_file: bool) -> Project {
        Project {
            root: root.to_owned(),
            language: Language::Wat,
            why: String::new(),
            entry: Some(entry.to_owned()),
            single_file,
            name: "app".to_owned(),
            others: Vec::new(),
        }
    }

    fn product(path: &str, kind: ArtifactKind) -> Product {
        Product {
            path: path.to_owned(),
            kind,
            sha256: String::new(),
            size: 0,
        }
    }

    #[test]
    fn a_single_file_goes_beside_its_source_and_a_project_into_dist() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let single = Place::of(&project(root, "sub/hello.wat", true), None, root).unwrap();
        assert_eq!(single, Place::File(root.join("sub/hello.wasm")));
        let folder = Place::of(&project(root, "main.wat", false), None, root).unwrap();
        assert_eq!(folder, Place::Folder(root.join("dist")));
    }

    #[test]
    fn an_output_is_a_folder_when_it_is_one_or_ends_like_one() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let project = project(root, "a.wat", true);
        let of = |output: &str| Place::of(&project, Some(Path::new(output)), root).unwrap();
        assert_eq!(of("new/"), Place::Folder(root.join("new")));
        assert_eq!(
            of("."),
            Place::Folder(std::path::absolute(root.join(".")).unwrap())
        );
        assert_eq!(of("x.wasm"), Place::File(root.join("x.wasm")));
        assert_eq!(of("-"), Place::Stdout);
    }

    #[test]
    fn the_source_is_never_the_output() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        std::fs::write(root.join("a.wasm"), "").unwrap();
        let project = project(root, "a.wasm", true);
        for output in [None, Some(Path::new("a.wasm")), Some(Path::new("./a.wasm"))] {
            let error = Place::of(&project, output, root).unwrap_err();
            assert_eq!(error.code(), Code::Usage);
        }
    }

    #[test]
    fn companions_keep_their_names_beside_a_named_module() {
        let place = Place::File(PathBuf::from("/o/x.wasm"));
        let made = [
            product("app.wasm", ArtifactKind::Wasm),
            product("js/app.js", ArtifactKind::Js),
        ];
        assert_eq!(
            place.plan(&made).unwrap(),
            [PathBuf::from("/o/x.wasm"), PathBuf::from("/o/js/app.js")]
        );
        assert!(Place::Stdout.plan(&made).is_err());
    }
}
