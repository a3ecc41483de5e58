use serde_json::Value;

use super::super::folder::Folder;
use super::super::rules::assemblyscript_entry;
use super::Found;

pub(super) fn probe(folder: &Folder) -> Option<Found> {
    if folder.has("asconfig.json") {
        // Without entries of its own, the rule of names says as much.
        let config = json(folder, "asconfig.json")?;
        let entries = config.get("entries")?.as_array()?;
        let first = entries.first()?.as_str()?.trim_start_matches("./");
        let entry = folder.has(first).then(|| first.to_owned());
        return Some((93, format!("asconfig.json, {first}"), entry));
    }
    if !folder.has("package.json") {
        return None;
    }
    let package = json(folder, "package.json")?;
    let depends = ["dependencies", "devDependencies"].iter().any(|table| {
        package
            .get(table)
            .and_then(|table| table.get("assemblyscript"))
            .is_some()
    });
    let why = "package.json, assemblyscript".to_owned();
    depends.then(|| (86, why, assemblyscript_entry(folder)))
}

/// The package's name, without its scope.
pub(super) fn name(folder: &Folder) -> Option<String> {
    let package = json(folder, "package.json")?;
    let name = package.get("name")?.as_str()?;
    Some(name.rsplit('/').next().unwrap_or(name).to_owned())
}

fn json(folder: &Folder, file: &str) -> Option<Value> {
    serde_json::from_str(folder.read(file)?.trim_start_matches('\u{feff}')).ok()
}
