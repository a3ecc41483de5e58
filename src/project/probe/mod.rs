//! What names do not tell: a look into a project's own files.

mod assemblyscript;
mod c;
mod go;
mod rust;

pub(super) use go::is_program;

use super::folder::Folder;
use super::{Candidate, Language};

/// What a folder is by the content of its files, for one language.
pub(super) fn probe(folder: &Folder, language: Language) -> Option<Candidate> {
    let (score, why, entry) = match language {
        Language::Rust => rust::probe(folder)?,
        Language::Go => go::probe(folder)?,
        Language::C => c::probe(folder)?,
        Language::AssemblyScript => assemblyscript::probe(folder)?,
        Language::Python | Language::Wat | Language::Wasm | Language::Other(_) => return None,
    };
    Some(Candidate {
        language,
        score,
        why,
        entry,
    })
}

/// Score, why, and entry.
type Found = (u8, String, Option<String>);

/// What a project calls itself in its own files.
pub(super) fn declared_name(folder: &Folder, language: Language) -> Option<String> {
    match language {
        Language::Rust => rust::name(folder),
        Language::Go => go::name(folder),
        Language::C => c::name(folder),
        Language::AssemblyScript => assemblyscript::name(folder),
        Language::Python => python_name(folder),
        Language::Wat | Language::Wasm | Language::Other(_) => None,
    }
}

fn python_name(folder: &Folder) -> Option<String> {
    let manifest: toml::Table = folder.read("pyproject.toml")?.parse().ok()?;
    let poetry = || manifest.get("tool")?.get("poetry")?.get("name");
    let project = manifest
        .get("project")
        .and_then(|project| project.get("name"));
    Some(project.or_else(poetry)?.as_str()?.to_owned())
}
