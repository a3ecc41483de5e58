//! The pages in `templates/ui` are built from `ui/`, and committed with the hash
//! of what they were built of.

use sha2::{Digest, Sha256};

use crate::tree::{files, root};

#[test]
fn the_pages_are_built_from_their_sources() {
    let mut sources: Vec<_> = files()
        .into_iter()
        .filter_map(|file| file.path.strip_prefix("ui/").map(ToOwned::to_owned))
        .collect();
    sources.sort_unstable();
    let mut hash = Sha256::new();
    for path in &sources {
        let content = std::fs::read(root().join("ui").join(path)).unwrap();
        hash.update(format!("{path}\n{}\n", content.len()));
        hash.update(content);
    }
    let hash: String = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let noted = root().join("templates/ui/SOURCES.sha256");
    let noted = std::fs::read_to_string(noted).unwrap();
    assert_eq!(
        noted.trim(),
        hash,
        "the pages are older than ui/: run scripts/build-ui, and commit templates/ui"
    );
}

#[test]
fn every_page_is_part_of_the_program() {
    let there: Vec<_> = files()
        .into_iter()
        .filter_map(|file| {
            file.path
                .strip_prefix("templates/ui/")
                .map(ToOwned::to_owned)
        })
        .filter(|path| path != "SOURCES.sha256")
        .collect();
    let mut embedded: Vec<_> = wasmrun::template::TEMPLATES
        .iter()
        .map(|template| template.path)
        .collect();
    embedded.sort_unstable();
    assert_eq!(there, embedded);
}
