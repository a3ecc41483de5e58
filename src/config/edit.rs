//! Changing the user's settings without touching what they wrote themselves.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table};

use super::Home;
use super::keys::PLUGINS;
use super::source::Source;
use crate::error::{Code, Error, Result};

/// Writes into the user's settings whether a plugin takes part, or takes out all
/// that they say of it. Comments and order stay.
///
/// # Errors
/// When there is no home, or the file is not TOML or cannot be written.
pub fn register(home: &Home, plugin: &str, enabled: Option<bool>) -> Result<()> {
    let Some(path) = home.config_file() else {
        let message = "there is no home folder to keep settings in";
        return Err(Error::new(Code::Io, message).help("set WASMRUN_HOME to a folder"));
    };
    let text = Source::read(path.clone())?.map_or_else(String::new, |source| source.text);
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let message = format!("{} is not TOML", path.display());
        Error::new(Code::ConfigInvalid, message)
            .because(error.to_string())
            .help("mend the file, then try again")
    })?;
    change(&mut document, plugin, enabled).map_err(|what| {
        let message = format!("`{what}` in {} is not a table", path.display());
        Error::new(Code::ConfigInvalid, message)
            .help(format!("write `[{PLUGINS}.{plugin}]` on a line of its own"))
    })?;
    let changed = document.to_string();
    if changed == text {
        return Ok(());
    }
    write_whole(&path, changed.as_bytes()).map_err(|error| Error::io("write", &path, &error))
}

/// The error names what should be a table.
fn change(document: &mut DocumentMut, plugin: &str, enabled: Option<bool>) -> Result<(), String> {
    let Some(enabled) = enabled else {
        if let Some(plugins) = document.get_mut(PLUGINS).and_then(Item::as_table_like_mut) {
            plugins.remove(plugin);
            if plugins.is_empty() {
                document.remove(PLUGINS);
            }
        }
        return Ok(());
    };
    let table = || {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    };
    let plugins = document.entry(PLUGINS).or_insert_with(table);
    let plugins = plugins.as_table_like_mut().ok_or(PLUGINS)?;
    let own = plugins.entry(plugin).or_insert_with(table);
    let own = own
        .as_table_like_mut()
        .ok_or_else(|| format!("{PLUGINS}.{plugin}"))?;
    // What was there keeps the comment behind it.
    let mut value = toml_edit::Value::from(enabled);
    if let Some(old) = own.get("enabled").and_then(Item::as_value) {
        *value.decor_mut() = old.decor().clone();
    }
    own.insert("enabled", Item::Value(value));
    Ok(())
}

/// Writes a file that appears whole or not at all. Behind a symbolic link, the
/// file that it leads to; rights stay.
///
/// # Errors
/// When it cannot be written; the old one is as it was then.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    fs::create_dir_all(&folder)?;
    let mut file = tempfile::NamedTempFile::new_in(&folder)?;
    file.write_all(bytes)?;
    if let Ok(old) = fs::metadata(&path) {
        if old.permissions().readonly() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        fs::set_permissions(file.path(), old.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(text: &str, enabled: Option<bool>) -> String {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let path = home.config_file().unwrap();
        fs::write(&path, text).unwrap();
        register(&home, "x", enabled).unwrap();
        fs::read_to_string(path).unwrap()
    }

    #[test]
    fn a_new_file_holds_the_plugin_alone() {
        let text = "[plugins.x]\nenabled = true\n";
        assert_eq!(changed("", Some(true)), text);
        assert_eq!(changed(text, None), "");
    }

    #[test]
    fn what_the_user_wrote_stays() {
        let before = "# mine\nprofile = 'size' # small\n\n[plugins.y]\nenabled = false # slow\n";
        let with = changed(before, Some(true));
        assert_eq!(with, format!("{before}\n[plugins.x]\nenabled = true\n"));
        assert_eq!(changed(&with, None), before);
        let again = changed("[plugins]\nx = { enabled = false } # why\n", Some(true));
        assert_eq!(again, "[plugins]\nx = { enabled = true } # why\n");
        let again = changed("[plugins.x]\nenabled = true # now\n", Some(false));
        assert_eq!(again, "[plugins.x]\nenabled = false # now\n");
    }

    #[test]
    fn what_makes_no_sense_is_left_alone() {
        for text in ["plugins = 3\n", "plugins.x = 3\n", "= nothing"] {
            let folder = tempfile::tempdir().unwrap();
            let home = Home::at(folder.path());
            let path = home.config_file().unwrap();
            fs::write(&path, text).unwrap();
            let error = register(&home, "x", Some(true)).unwrap_err();
            assert_eq!(error.code(), Code::ConfigInvalid);
            assert_eq!(fs::read_to_string(path).unwrap(), text);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let [link, file] = ["config.toml", "dotfile"].map(|name| folder.path().join(name));
        fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        register(&Home::at(folder.path()), "x", Some(true)).unwrap();
        assert!(link.is_symlink());
        assert!(fs::read_to_string(file).unwrap().contains("[plugins.x]"));
    }
}
