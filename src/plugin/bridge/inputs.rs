use std::fs::File;
use std::io::Read;
use std::path::Path;

use plugin_protocol::Inputs;

use crate::plugin::artifact::{self, is_inside};

/// The longest list of inputs that is read, in bytes.
const LONGEST: u64 = 32 << 20;

/// The most inputs that a build may name.
const MOST: usize = 200_000;

/// Reads the list of inputs that a build has written into its stage.
///
/// # Errors
/// What is wrong with it, in a few words.
pub(super) fn read(stage: &Path, name: &str) -> Result<Inputs, String> {
    let path = artifact::locate(stage, name)?;
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut text = String::new();
    let read = file
        .take(LONGEST + 1)
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    if read as u64 > LONGEST {
        return Err(format!("is longer than {} MiB", LONGEST >> 20));
    }
    // A list in the place of the object would be read as its fields.
    if !text.trim_start().starts_with('{') {
        return Err("is not a JSON object".to_owned());
    }
    let inputs: Inputs = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    check(&inputs)?;
    Ok(inputs)
}

/// All inputs have to be paths inside the project, or absolute ones.
fn check(inputs: &Inputs) -> Result<(), String> {
    let Inputs {
        files,
        globs,
        names,
    } = inputs;
    if files.len() + globs.len() + names.len() > MOST {
        return Err(format!("names more than {MOST} inputs"));
    }
    if files.is_empty() && globs.is_empty() {
        // Such a result would be taken from the cache for ever.
        return Err("names no input".to_owned());
    }
    let all = files.iter().chain(globs).chain(names);
    match all.into_iter().find(|path| !is_good(path)) {
        Some(path) => Err(format!("names `{path}`, which is no input")),
        None => Ok(()),
    }
}

fn is_good(path: &str) -> bool {
    // `..` would make two names of one file.
    let absolute = Path::new(path).is_absolute()
        && !path.contains('\0')
        && !path.split(['/', '\\']).any(|part| part == "..");
    absolute || is_inside(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(text: &str) -> Result<Inputs, String> {
        let stage = tempfile::tempdir().unwrap();
        std::fs::write(stage.path().join("in.json"), text).unwrap();
        read(stage.path(), "in.json")
    }

    #[test]
    fn a_list_is_read() {
        let inputs = reading(r#"{"files":["src/a.x"],"globs":["src/**"],"new":1}"#).unwrap();
        assert_eq!((inputs.files.len(), inputs.globs.len()), (1, 1));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for text in [
            "",
            "[]",
            "{}",
            r#"[["src/a.x"]]"#,
            "{\"files\":[1]}",
            r#"{"files":["../x"]}"#,
            r#"{"globs":["a/../../b"]}"#,
            r#"{"files":["/a/../b"]}"#,
            r#"{"files":["a"],"names":[""]}"#,
        ] {
            assert!(reading(text).is_err(), "{text}");
        }
        let stage = tempfile::tempdir().unwrap();
        for name in ["../x", "none.json", ""] {
            assert!(read(stage.path(), name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_huge_list_is_not_read_whole() {
        let stage = tempfile::tempdir().unwrap();
        let file = File::create(stage.path().join("in.json")).unwrap();
        file.set_len(LONGEST + 2).unwrap();
        let error = read(stage.path(), "in.json").unwrap_err();
        assert!(error.contains("longer"), "{error}");
    }
}
