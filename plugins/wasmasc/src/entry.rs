//! The files that a module begins with.

use std::path::{Path, PathBuf};

use plugin_protocol::PluginError;

use crate::config::{Config, NAME};
use crate::fault::invalid;
use crate::folder::written;

/// Where an entry is looked for, the likeliest first.
const PLACES: &[&str] = &["assembly/index.ts", "src/index.ts", "index.ts"];

/// Folders in which one file alone is the entry.
const FOLDERS: &[&str] = &["assembly", "."];

/// The entries of a build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Entries {
    /// Those that asc has to be told of, project-relative with `/`. Those of
    /// `asconfig.json` it finds itself.
    pub(crate) told: Vec<String>,
    /// What the choice depends on, besides: paths, project-relative.
    pub(crate) looked: Vec<String>,
    /// Patterns of names that the choice depends on.
    pub(crate) names: Vec<String>,
}

/// Chooses the entries: the one that is asked for, else those of `asconfig.json`,
/// else the usual place.
///
/// # Errors
/// When there is none, or one is not there.
pub(crate) fn choose(
    project: &Path,
    asked: Option<&str>,
    config: &Config,
) -> Result<Entries, PluginError> {
    let configured = config.entries();
    if let Some(lost) = configured.iter().find(|entry| !is_entry(entry)) {
        let entry = written(project, lost).unwrap_or_else(|| lost.display().to_string());
        return Err(invalid(format!(
            "{NAME} names the entry {entry}, which is not there"
        )));
    }
    if let Some(entry) = asked {
        let file = project.join(entry);
        if !is_entry(&file) {
            return Err(invalid(format!("the entry {entry} is not there")));
        }
        let is_known = configured.contains(&file);
        let told = (!is_known).then(|| entry.to_owned());
        return Ok(Entries {
            told: told.into_iter().collect(),
            ..Entries::default()
        });
    }
    if !configured.is_empty() {
        return Ok(Entries::default());
    }
    usual(project).ok_or_else(|| {
        let error = invalid("there is no entry");
        error.because(format!(
            "it is looked for at {}, and in {NAME}",
            PLACES.join(", ")
        ))
    })
}

/// asc takes `x.ts` as well as the folder `x` with an `index.ts`.
fn is_entry(file: &Path) -> bool {
    let folder = file.with_extension("");
    file.is_file()
        || [folder.join("index.ts"), file.join("index.ts")]
            .iter()
            .any(|it| it.is_file())
        || file.with_added_extension("ts").is_file()
}

/// The entry of a project that names none.
pub(crate) fn usual(project: &Path) -> Option<Entries> {
    let mut entries = Entries::default();
    for place in PLACES {
        entries.looked.push((*place).to_owned());
        if project.join(place).is_file() {
            entries.told.push((*place).to_owned());
            return Some(entries);
        }
    }
    for folder in FOLDERS {
        let pattern = Path::new(folder).join("*.ts");
        entries.names.extend(written(Path::new("."), &pattern));
        if let [only] = sources(&project.join(folder)).as_slice() {
            entries
                .told
                .extend(written(project, &crate::folder::normal(only)));
            return Some(entries);
        }
    }
    None
}

/// The sources in a folder, without declarations.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let files = folder.read_dir().into_iter().flatten().flatten();
    let files = files.map(|file| file.path());
    let is_source = |file: &PathBuf| {
        let name = file.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.ends_with(".ts") && !name.ends_with(".d.ts"))
    };
    files.filter(is_source).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in files {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            let text = match *name {
                NAME => r#"{"entries":["./lib/a.ts","lib/b"]}"#,
                _ => "",
            };
            std::fs::write(file, text).unwrap();
        }
        folder
    }

    fn told(files: &[&str], asked: Option<&str>) -> Result<String, String> {
        let folder = project(files);
        let config = Config::known(folder.path());
        let entries = choose(folder.path(), asked, &config).map_err(|error| error.message)?;
        Ok(entries.told.join(" "))
    }

    #[test]
    fn an_entry_is_found() {
        let all = ["assembly/index.ts", "index.ts"];
        assert_eq!(told(&all, None).unwrap(), "assembly/index.ts");
        assert_eq!(told(&all, Some("index.ts")).unwrap(), "index.ts");
        assert_eq!(
            told(&["hello world.ts", "x.d.ts"], None).unwrap(),
            "hello world.ts"
        );
        assert_eq!(
            told(&["assembly/é.ts", "a.ts", "b.ts"], None).unwrap(),
            "assembly/é.ts"
        );
        let both = [NAME, "lib/a.ts", "lib/b/index.ts", "c.ts"];
        assert_eq!(told(&both, None).unwrap(), "");
        assert_eq!(told(&both, Some("lib/a.ts")).unwrap(), "");
        assert_eq!(told(&both, Some("c.ts")).unwrap(), "c.ts");
    }

    #[test]
    fn what_is_not_there_is_named() {
        assert_eq!(
            told(&["a.ts", "b.ts"], None).unwrap_err(),
            "there is no entry"
        );
        assert!(
            told(&["a.ts"], Some("b.ts"))
                .unwrap_err()
                .contains("the entry b.ts")
        );
        assert!(
            told(&[NAME, "lib/a.ts"], None)
                .unwrap_err()
                .contains("lib/b")
        );
    }
}
