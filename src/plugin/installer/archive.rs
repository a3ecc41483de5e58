use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use flate2::read::MultiGzDecoder;
use tar::{Archive, EntryType};

use super::{Ready, with_manifest};
use crate::error::{Code, Error, Result, plain};
use crate::plugin::artifact::digest_of_file;
use crate::plugin::metadata::MANIFEST;
use crate::plugin::store::Origin;

/// How much an archive may unpack to, in bytes.
const MOST_BYTES: u64 = 1 << 30;

/// How many files and folders it may hold.
const MOST_ENTRIES: u32 = 50_000;

/// Unpacks a `.tar.gz` into an empty folder and looks for a manifest in it: at
/// its top, or in the one folder that is there.
pub(super) fn unpack(path: &Path, to: &Path) -> Result<Ready> {
    let unreadable = |error| Error::io("read", path, &error);
    let sha256 = digest_of_file(path).map_err(unreadable)?;
    let file = File::open(path).map_err(unreadable)?;
    entries(MultiGzDecoder::new(file), to).map_err(|refusal| match refusal {
        Refusal::Write(target, error) => Error::io("write", &target, &error),
        Refusal::Read(error) => {
            let message = format!("{} cannot be unpacked", path.display());
            Error::new(Code::PluginFault, message)
                .because(plain(&error))
                .help("it is damaged or no `.tar.gz`: get it again")
        }
        Refusal::Content(what) => {
            let message = format!("{} is not unpacked", path.display());
            Error::new(Code::PluginFault, message)
                .because(what)
                .help("an archive holds files and folders, and nothing that leads out of it")
        }
    })?;
    lift(to)?;
    if !to.join(MANIFEST).is_file() {
        let message = format!("there is no {MANIFEST} in {}", path.display());
        return Err(Error::new(Code::PluginFault, message)
            .help("it goes beside the executable, at the top of the archive"));
    }
    let path = path.to_owned();
    with_manifest(to, Origin::Archive { path, sha256 })
}

/// Why an archive is not unpacked.
#[derive(Debug)]
enum Refusal {
    Read(io::Error),
    Write(PathBuf, io::Error),
    Content(String),
}

/// Nothing is believed: neither names, nor sizes, nor rights.
fn entries(archive: impl Read, to: &Path) -> Result<(), Refusal> {
    let mut archive = Archive::new(archive);
    let (mut bytes, mut count) = (MOST_BYTES, MOST_ENTRIES);
    let too_much = || Refusal::Content("it holds more than a plugin can be".to_owned());
    for entry in archive.entries().map_err(Refusal::Read)? {
        let mut entry = entry.map_err(Refusal::Read)?;
        count = count.checked_sub(1).ok_or_else(too_much)?;
        let name = entry.path().map_err(Refusal::Read)?.into_owned();
        let target = inside(&name, to).ok_or_else(|| {
            let shown = name.to_string_lossy();
            Refusal::Content(format!("`{}` leads out of it", shown.escape_debug()))
        })?;
        let failed = |error| Refusal::Write(target.clone(), error);
        match entry.header().entry_type() {
            EntryType::Directory => fs::create_dir_all(&target).map_err(failed)?,
            EntryType::Regular | EntryType::Continuous => {
                let size = entry.size();
                bytes = bytes.checked_sub(size).ok_or_else(too_much)?;
                let runs = entry.header().mode().is_ok_and(|mode| mode & 0o111 != 0);
                if let Some(parent) = target.parent() {
                    fs::create_dir_all(parent).map_err(failed)?;
                }
                let mut file = create(&target, runs).map_err(failed)?;
                let copied = copy(&mut entry, &mut file, &target)?;
                if copied != size {
                    return Err(Refusal::Read(io::ErrorKind::UnexpectedEof.into()));
                }
            }
            EntryType::XGlobalHeader => {}
            _ => {
                let shown = name.to_string_lossy();
                let what = format!("`{}` is neither a file nor a folder", shown.escape_debug());
                return Err(Refusal::Content(what));
            }
        }
    }
    Ok(())
}

fn copy(from: &mut impl Read, to: &mut File, target: &Path) -> Result<u64, Refusal> {
    let mut buffer = vec![0; 64 * 1024];
    let mut copied = 0;
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok(copied),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Refusal::Read(error)),
        };
        io::Write::write_all(to, &buffer[..read])
            .map_err(|error| Refusal::Write(target.to_owned(), error))?;
        copied += read as u64;
    }
}

/// Where an entry goes, if it stays inside.
fn inside(name: &Path, to: &Path) -> Option<PathBuf> {
    let mut target = to.to_owned();
    for part in name.components() {
        match part {
            // On Windows a colon names a stream or a drive.
            Component::Normal(part) if !part.to_string_lossy().contains([':', '\\']) => {
                target.push(part);
            }
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(target)
}

#[cfg(unix)]
fn create(path: &Path, runs: bool) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mode = if runs { 0o755 } else { 0o644 };
    let mut options = File::options();
    options.write(true).create_new(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path, _runs: bool) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}

/// Archives are often of one folder that holds all: its content moves up.
fn lift(to: &Path) -> Result<()> {
    let failed = |error| Error::io("unpack into", to, &error);
    let mut all = fs::read_dir(to).map_err(failed)?;
    let (Some(Ok(only)), None) = (all.next(), all.next()) else {
        return Ok(());
    };
    if !only.path().is_dir() {
        return Ok(());
    }
    // Under another name first: it may hold something called like itself.
    let aside = to.with_extension("lifted");
    fs::rename(only.path(), &aside).map_err(failed)?;
    fs::remove_dir(to).map_err(failed)?;
    fs::rename(&aside, to).map_err(failed)
}

#[cfg(test)]
mod tests {
    use tar::{Builder, Header};

    use super::*;

    fn archive(entries: &[(&str, EntryType, &str)]) -> Vec<u8> {
        let mut builder = Builder::new(Vec::new());
        for (name, kind, content) in entries {
            let mut header = Header::new_ustar();
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(*kind);
            header.set_mode(0o4777);
            if *kind == EntryType::Symlink {
                header.set_link_name(content).unwrap();
                header.set_size(0);
            } else {
                header.set_size(content.len() as u64);
            }
            header.set_cksum();
            builder.append(&header, content.as_bytes()).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn unpacked(bytes: &[u8]) -> Result<tempfile::TempDir, Refusal> {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("in");
        fs::create_dir(&to).unwrap();
        let outcome = entries(bytes, &to);
        let beside = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(beside, 1, "nothing is written elsewhere");
        outcome.map(|()| folder)
    }

    const FILE: EntryType = EntryType::Regular;

    #[test]
    fn files_and_folders_are_unpacked() {
        let bytes = archive(&[
            ("./a/", EntryType::Directory, ""),
            ("./a/b", FILE, "text"),
            ("c/d/e", FILE, ""),
        ]);
        let folder = unpacked(&bytes).unwrap();
        let content = fs::read_to_string(folder.path().join("in/a/b")).unwrap();
        assert_eq!(content, "text");
        assert!(folder.path().join("in/c/d/e").is_file());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_gets_special_rights() {
        use std::os::unix::fs::PermissionsExt;
        let folder = unpacked(&archive(&[("x", FILE, "")])).unwrap();
        let mode = fs::metadata(folder.path().join("in/x")).unwrap();
        assert_eq!(mode.permissions().mode() & 0o7022, 0);
    }

    #[test]
    fn nothing_leads_out() {
        for name in ["../x", "/x", "a/../../x", "a/../b", "C:x", "a\\..\\x"] {
            let refused = unpacked(&archive(&[(name, FILE, "x")]));
            assert!(matches!(refused, Err(Refusal::Content(_))), "{name}");
        }
        let link = [
            ("l", EntryType::Symlink, "/etc"),
            ("l/passwd", FILE, "mine"),
        ];
        assert!(matches!(
            unpacked(&archive(&link)),
            Err(Refusal::Content(_))
        ));
    }

    #[test]
    fn a_name_is_written_once() {
        let twice = archive(&[("x", FILE, "1"), ("x", FILE, "2")]);
        assert!(matches!(unpacked(&twice), Err(Refusal::Write(..))));
    }

    #[test]
    fn a_size_that_no_plugin_has_is_not_unpacked() {
        let mut header = Header::new_ustar();
        header.set_path("x").unwrap();
        header.set_entry_type(FILE);
        header.set_size(1 << 32);
        header.set_cksum();
        let refused = unpacked(header.as_bytes());
        assert!(matches!(refused, Err(Refusal::Content(_))));
    }

    #[test]
    fn an_archive_that_was_cut_off_is_seen() {
        let bytes = archive(&[("a", FILE, &"text".repeat(1000)), ("b", FILE, "x")]);
        for end in [100, 513, 2000, 4100] {
            assert!(matches!(unpacked(&bytes[..end]), Err(Refusal::Read(_))));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_are_too_odd(bytes in proptest::collection::vec(0_u8.., 0..2048)) {
            let _ = unpacked(&bytes);
        }
    }
}
