//! Two folders change places: in one step where the system can.

use std::fs;
use std::io;
use std::path::Path;

/// Exchanges two folders on one file system. `aside` is a free name beside
/// `new`, for systems that take three steps; if wasmrun dies between them, the
/// old folder is found under that name.
pub(super) fn exchange(new: &Path, old: &Path, aside: &Path) -> io::Result<()> {
    if at_once(new, old).is_ok() {
        return Ok(());
    }
    fs::rename(old, aside)?;
    if let Err(error) = fs::rename(new, old) {
        fs::rename(aside, old)?;
        return Err(error);
    }
    fs::rename(aside, new)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn at_once(new: &Path, old: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn at_once(_new: &Path, _old: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_change_places() {
        let folder = tempfile::tempdir().unwrap();
        let [new, old, aside] = ["new", "old", "aside"].map(|name| folder.path().join(name));
        for place in [&new, &old] {
            fs::create_dir(place).unwrap();
            fs::write(place.join("name"), place.to_str().unwrap()).unwrap();
        }
        exchange(&new, &old, &aside).unwrap();
        let content = |place: &Path| fs::read_to_string(place.join("name")).unwrap();
        assert_eq!(content(&new), old.to_str().unwrap());
        assert_eq!(content(&old), new.to_str().unwrap());
        assert!(!aside.exists());
        fs::remove_dir_all(&new).unwrap();
        assert!(exchange(&new, &old, &aside).is_err());
        assert!(old.join("name").exists(), "the old one stays");
    }
}
