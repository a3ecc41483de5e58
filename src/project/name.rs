use std::path::Path;

use super::Language;
use super::folder::Folder;
use super::probe::declared_name;

/// Longer names than this some file systems refuse, with an ending on top.
const LONGEST: usize = 100;

/// What the output of a folder is called: as the project calls itself, else as
/// its folder.
pub(super) fn of_folder(folder: &Folder, language: Language) -> String {
    declared_name(folder, language)
        .and_then(|name| for_file(&name))
        .or_else(|| for_file(&folder.path.file_name()?.to_string_lossy()))
        .unwrap_or_else(|| "app".to_owned())
}

/// What the output of a single file is called.
pub(super) fn of_file(file: &Path) -> String {
    file.file_stem()
        .and_then(|stem| for_file(&stem.to_string_lossy()))
        .unwrap_or_else(|| "app".to_owned())
}

/// A name that every file system takes: letters, digits, `-`, `_` and `.` stay,
/// anything else becomes `-`.
fn for_file(name: &str) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = name
        .trim()
        .chars()
        .map(|c| if fits(c) { c } else { '-' })
        .collect();
    let name = name.trim_start_matches(['-', '.']);
    let name = name[..name.floor_char_boundary(LONGEST)].trim_end_matches(['-', '.']);
    if name.is_empty() {
        return None;
    }
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    // Windows keeps these for devices, whatever their ending.
    let is_device = matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|c: char| c.is_ascii_digit()));
    Some(if is_device {
        format!("{name}_")
    } else {
        name.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_fit_every_file_system() {
        assert_eq!(for_file("my-app_2.0").as_deref(), Some("my-app_2.0"));
        assert_eq!(for_file("größe").as_deref(), Some("größe"));
        assert_eq!(for_file("a b/c:d").as_deref(), Some("a-b-c-d"));
        assert_eq!(for_file("../../etc").as_deref(), Some("etc"));
        assert_eq!(for_file("Con").as_deref(), Some("Con_"));
        assert_eq!(for_file("..."), None);
    }

    proptest! {
        #[test]
        fn no_name_leaves_its_folder(name: String) {
            if let Some(name) = for_file(&name) {
                let path = Path::new(&name);
                prop_assert_eq!(path.components().count(), 1);
                prop_assert!(!name.starts_with('.') && name.len() <= LONGEST + 1);
            }
        }
    }
}
