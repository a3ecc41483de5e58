//! What `go list` says of the packages that a program is made of.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// One package.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Package {
    pub(crate) dir: PathBuf,
    pub(crate) import_path: String,
    pub(crate) name: String,
    pub(crate) standard: bool,
    pub(crate) dep_only: bool,
    pub(crate) imports: Vec<String>,
    pub(crate) go_files: Vec<String>,
    pub(crate) embed_patterns: Vec<String>,
    pub(crate) embed_files: Vec<String>,
    pub(crate) module: Option<Module>,
    pub(crate) error: Option<Problem>,
    /// Every other list of files. All are in the folder, and most of them
    /// change what is built or how.
    #[serde(flatten)]
    others: BTreeMap<String, serde_json::Value>,
}

/// The module of a package.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Module {
    #[serde(rename = "Dir")]
    pub(crate) dir: PathBuf,
    #[serde(rename = "GoMod")]
    pub(crate) file: PathBuf,
}

/// What is wrong with a package.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Problem {
    pub(crate) err: String,
}

/// The fields that are asked for, as far as the tool lets one choose.
pub(crate) const FIELDS: &str = "-json=Dir,ImportPath,Name,Standard,DepOnly,Imports,GoFiles,\
    CgoFiles,CFiles,CXXFiles,HFiles,SFiles,SysoFiles,EmbedPatterns,EmbedFiles,Module,Error";

const OTHERS: &[&str] = &[
    "CgoFiles",
    "CFiles",
    "CXXFiles",
    "HFiles",
    "SFiles",
    "SysoFiles",
];

impl Package {
    /// All files that are compiled or embedded, in full.
    pub(crate) fn files(&self) -> impl Iterator<Item = PathBuf> {
        let others = OTHERS.iter().filter_map(|name| self.others.get(*name));
        let others = others.filter_map(|list| list.as_array()).flatten();
        let others = others.filter_map(|name| name.as_str());
        let own = self.go_files.iter().chain(&self.embed_files);
        own.map(String::as_str)
            .chain(others)
            .map(|name| self.dir.join(name))
    }
}

/// Reads what `go list -json` prints: one object after another.
///
/// # Errors
/// When it is something else.
pub(crate) fn read(text: &str) -> Result<Vec<Package>, serde_json::Error> {
    serde_json::Deserializer::from_str(text)
        .into_iter()
        .collect()
}

/// The package that was asked for, as opposed to what it uses.
pub(crate) fn program(packages: &[Package]) -> Option<&Package> {
    packages.iter().rfind(|package| !package.dep_only)
}

/// Whether a package is one of the standard library. TinyGo's own copies are in
/// its cache, so that the folder says nothing.
pub(crate) fn is_standard(package: &Package, root: &Path) -> bool {
    package.standard || package.dir.starts_with(root.join("src"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_read_one_after_another() {
        let text = r#"{"Dir":"/g/src/fmt","Standard":true,"DepOnly":true}
            {"Dir":"/p","Name":"main","GoFiles":["a.go"],"SFiles":["b.s"],"EmbedFiles":["c/d"],
             "IgnoredGoFiles":["x.go"],"Module":{"Main":true,"GoMod":"/p/go.mod"}}"#;
        let packages = read(text).unwrap();
        let main = program(&packages).unwrap();
        assert_eq!(main.name, "main");
        let files: Vec<_> = main.files().collect();
        assert_eq!(files, ["/p/a.go", "/p/c/d", "/p/b.s"].map(PathBuf::from));
        assert!(is_standard(&packages[0], Path::new("/other")));
        assert!(read("{\"Dir\":").is_err());
    }
}
