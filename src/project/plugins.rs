//! What the manifests of plugins add to detection: marks and endings of files.

use std::path::Path;

use plugin_protocol::{Manifest, look as marks_of};

use super::folder::Folder;
use super::{Candidate, Language, single};

/// The manifests of the plugins that take part, the first the most trusted.
pub type Kinds<'a> = &'a [&'a Manifest];

/// What the marks of plugins make of a folder. A plugin for a language that was
/// `found` already adds nothing: wasmrun looked closer than marks do.
pub(super) fn candidates(folder: &Folder, kinds: Kinds<'_>, found: &[Candidate]) -> Vec<Candidate> {
    let candidate = |manifest: &&Manifest| {
        let languages = Language::of(manifest);
        let known = |language| found.iter().any(|found| found.language == language);
        if languages.iter().any(|language| known(*language)) {
            return None;
        }
        let seen = marks_of(&folder.path, manifest)?;
        Some(Candidate {
            language: *languages.first()?,
            score: seen.score,
            why: seen.why,
            entry: seen.entry,
        })
    };
    kinds.iter().filter_map(candidate).collect()
}

/// The language of a file's ending, when only a plugin knows it.
pub(super) fn by_ending(file: &Path, kinds: Kinds<'_>) -> Option<Language> {
    let ending = ending(file)?;
    let kind = kinds.iter().find(|manifest| reads(manifest, &ending))?;
    Language::of(kind).first().copied()
}

/// What a single file is by its ending, when only a plugin knows it, or when the
/// user `asked` for the language of a plugin that reads it.
pub(super) fn look(
    path: &Path,
    name: &str,
    asked: Option<Language>,
    kinds: Kinds<'_>,
) -> Option<Candidate> {
    let ending = ending(path)?;
    let by_asking = || {
        let asked = asked?;
        let builds = |manifest: &&&Manifest| Language::of(manifest).contains(&asked);
        let mut fitting = kinds.iter().filter(builds);
        fitting
            .any(|manifest| reads(manifest, &ending))
            .then_some(asked)
    };
    let alone = || match single::by_ending(path) {
        Some(_) => None,
        None => by_ending(path, kinds),
    };
    Some(Candidate {
        language: by_asking().or_else(alone)?,
        score: 100,
        why: name.to_owned(),
        entry: Some(name.to_owned()),
    })
}

/// All endings that somebody knows.
pub(super) fn endings(kinds: Kinds<'_>) -> String {
    let mut all = vec![single::endings()];
    for ending in kinds.iter().flat_map(|manifest| &manifest.extensions) {
        let ending = format!(".{ending}");
        if !all.contains(&ending) {
            all.push(ending);
        }
    }
    all.join(", ")
}

/// What was looked for, for a language that a plugin brings.
pub(super) fn marks(language: Language, kinds: Kinds<'_>) -> String {
    let of_kind = |manifest: &&Manifest| {
        let detect = &manifest.detect;
        let all = detect.all.join(" and ");
        match (detect.all.is_empty(), detect.any.is_empty()) {
            (true, true) => None,
            (false, true) => Some(all),
            (true, false) => Some(detect.any.join(" or ")),
            (false, false) => Some(format!("{all} with {}", detect.any.join(" or "))),
        }
    };
    let builds = |manifest: &&&Manifest| Language::of(manifest).contains(&language);
    let marks: Vec<_> = kinds.iter().filter(builds).filter_map(of_kind).collect();
    match marks.is_empty() {
        true => "nothing: its plugin names no marks".to_owned(),
        false => marks.join(", or "),
    }
}

/// The languages that plugins bring, each once.
pub(super) fn brought(kinds: Kinds<'_>) -> Vec<Language> {
    let mut all: Vec<_> = kinds.iter().flat_map(|kind| Language::of(kind)).collect();
    all.retain(|language| !Language::ALL.contains(language));
    all.sort();
    all.dedup();
    all
}

fn reads(manifest: &Manifest, ending: &str) -> bool {
    manifest.extensions.iter().any(|known| known == ending)
}

fn ending(file: &Path) -> Option<String> {
    Some(file.extension()?.to_str()?.to_ascii_lowercase())
}
