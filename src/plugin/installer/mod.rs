//! Bringing plugins into the user's folder: from a crate, a checkout, a folder,
//! an executable or an archive. Each is made ready beside the others, asked who
//! it is, and only then put in its place.

mod archive;
mod cargo;
mod copy;
mod source;

use std::fs::{self, File};
use std::path::Path;

use plugin_protocol::Manifest;

pub use source::Source;

use super::artifact::digest_of_file;
use super::bridge::Launch;
use super::inquiry::ask;
use super::metadata::{MANIFEST, executable, manifest_text};
use super::store::{Origin, RECORD, Record, Store, Stored, Workspace};
use super::{Manager, index};
use crate::config::{Home, register};
use crate::error::{Code, Error, Result};
use crate::process::Cancel;

/// Somebody who installs plugins.
pub struct Installer<'a> {
    /// Where they go, and where they are registered.
    pub home: &'a Home,
    /// Fail rather than use the network.
    pub offline: bool,
    /// Whether to end early.
    pub cancel: &'a Cancel,
    /// Who hears what is done.
    pub listener: &'a mut dyn FnMut(Step<'_>),
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// A step begins.
    Begin(&'a str),
    /// A tool prints a line.
    Line(&'a str),
}

/// What has come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The plugin as it is now.
    pub stored: Stored,
    /// The version that was there before.
    pub before: Option<String>,
    /// Whether nothing is different from before.
    pub same: bool,
}

/// A plugin in the workspace, not asked yet.
struct Ready {
    /// The executable, relative to the plugin's folder.
    executable: String,
    /// What its manifest says, if it brings one.
    manifest: Option<Manifest>,
    origin: Origin,
}

/// What a plugin has to be, to be taken.
#[derive(Default)]
struct Demand<'a> {
    name: Option<&'a str>,
    version: Option<&'a str>,
    /// Whether it takes part from now on; as before without it.
    enable: bool,
}

impl Installer<'_> {
    /// Installs a plugin. `version` is the one to take; `sha256` that of the
    /// file that is named.
    ///
    /// # Errors
    /// What went wrong; what was installed before is as it was.
    pub fn install(
        &mut self,
        source: &Source,
        version: Option<&str>,
        sha256: Option<&str>,
    ) -> Result<Change> {
        let demand = Demand {
            name: match source {
                Source::Checkout { name, .. } => Some(name),
                Source::Crate { name } if index::known(name).is_some() => Some(name),
                _ => None,
            },
            version,
            enable: true,
        };
        self.bring(source, sha256, &demand, None)
    }

    /// Installs a plugin again from where it came from.
    ///
    /// # Errors
    /// What went wrong; the plugin is as it was.
    pub fn update(&mut self, stored: &Stored) -> Result<Change> {
        let demand = Demand {
            name: Some(&stored.installed.manifest.name),
            ..Demand::default()
        };
        let source = Source::of(stored);
        self.bring(&source, None, &demand, Some(stored))
    }

    fn bring(
        &mut self,
        source: &Source,
        sha256: Option<&str>,
        demand: &Demand<'_>,
        old: Option<&Stored>,
    ) -> Result<Change> {
        let store = Store::of(self.home)?;
        let workspace = Workspace::new(&store)?;
        let folder = workspace.plugin();
        fs::create_dir(&folder).map_err(|error| Error::io("make", &folder, &error))?;
        source.check_digest(sha256)?;
        let ready = match source {
            Source::Crate { name } => self.build_crate(name, demand.version, &workspace, old)?,
            Source::Checkout { root, name } => self.build_checkout(root, name, &workspace)?,
            Source::Folder(path) => copy::from_folder(path, &folder)?,
            Source::Executable(path) => copy::from_executable(path, &folder)?,
            Source::Archive(path) => archive::unpack(path, &folder)?,
        };
        self.check_cancel()?;
        (self.listener)(Step::Begin("asking it who it is"));
        let (manifest, record) = self.finish(ready, &folder)?;
        demand.check(&manifest)?;
        let name = manifest.name.clone();
        let before = store.get(&name);
        let same = matches!(&before, Ok(Some(before))
            if before.installed.manifest == manifest && before.record.sha256 == record.sha256
                && before.record.source == record.source);
        self.check_cancel()?;
        workspace.place(&name, || match demand.enable {
            true => register(self.home, &name, Some(true)),
            false => Ok(()),
        })?;
        let stored = store.get(&name)?.ok_or_else(|| {
            let message = format!("the plugin `{name}` was taken away as it was installed");
            Error::new(Code::Io, message)
        })?;
        let before = before.ok().flatten().map(|before| before.record.version);
        Ok(Change {
            stored,
            before,
            same,
        })
    }

    /// Asks a plugin who it is, and writes that down beside it.
    fn finish(&self, ready: Ready, folder: &Path) -> Result<(Manifest, Record)> {
        let exe = folder.join(&ready.executable);
        make_executable(&exe)?;
        let args = match &ready.manifest {
            Some(manifest) => manifest.argv.get(1..).unwrap_or_default(),
            None => &[],
        };
        let called = match &ready.manifest {
            Some(manifest) => manifest.name.clone(),
            None => ready.origin.called(),
        };
        let told = ask(&called, &exe, args, self.cancel)
            .map_err(|error| not_a_plugin(&ready.origin, error))?;
        let (manifest, executable) = match ready.manifest {
            Some(own) => {
                if (&own.name, &own.version) != (&told.name, &told.version) {
                    let message = format!(
                        "the manifest is of {} {}, and the executable says that it is {} {}",
                        own.name, own.version, told.name, told.version
                    );
                    return Err(Error::new(Code::PluginFault, message)
                        .help("make `name` and `version` the same in both"));
                }
                (own, ready.executable)
            }
            None => {
                let executable = format!("{}{}", told.name, std::env::consts::EXE_SUFFIX);
                let place = folder.join(&executable);
                fs::rename(&exe, &place).map_err(|error| Error::io("write", &place, &error))?;
                let manifest = started_as(told, &executable);
                write(&folder.join(MANIFEST), &manifest_text(&manifest)?)?;
                (manifest, executable)
            }
        };
        let exe = folder.join(&executable);
        let record = Record {
            version: manifest.version.clone(),
            sha256: digest_of_file(&exe).map_err(|error| Error::io("read", &exe, &error))?,
            executable,
            platform: super::lock::platform().to_owned(),
            source: ready.origin,
        };
        let text = record.text().map_err(|why| {
            Error::new(
                Code::Io,
                "where the plugin came from cannot be written down",
            )
            .because(why)
        })?;
        write(&folder.join(RECORD), &text)?;
        Ok((manifest, record))
    }

    fn check_cancel(&self) -> Result<()> {
        match self.cancel.reason() {
            None => Ok(()),
            Some(_) => Err(Error::new(Code::Interrupted, "interrupted")
                .because("what was installed before is as it was")),
        }
    }
}

/// Takes an installed plugin away, and all that the user's settings say of it.
///
/// # Errors
/// When it is not installed, or cannot be taken away; it stays then.
pub fn uninstall(home: &Home, name: &str) -> Result<()> {
    let store = Store::of(home)?;
    if !store.has(name) {
        return Err(store.not_installed(name));
    }
    store.remove(name, || register(home, name, None))
}

impl Demand<'_> {
    fn check(&self, manifest: &Manifest) -> Result<()> {
        let (name, version) = (&manifest.name, &manifest.version);
        if let Some(wanted) = self.name.filter(|wanted| wanted != name) {
            let message = format!("the plugin is called `{name}`, and not `{wanted}`");
            return Err(Error::new(Code::PluginFault, message)
                .help("install it from a path, if that is the one you want"));
        }
        if let Some(wanted) = self.version.filter(|wanted| wanted != version) {
            let message = format!("this is {name} {version}, and not {wanted}");
            return Err(Error::new(Code::Usage, message)
                .help("leave `--version` out, or name another source"));
        }
        if Manager::is_built_in(name) {
            let message = format!("`{name}` is the name of a plugin that is part of wasmrun");
            return Err(Error::new(Code::PluginFault, message)
                .help("its author has to give it another name"));
        }
        Ok(())
    }
}

/// A manifest that starts the executable of that name, with the arguments that
/// the plugin told.
fn started_as(mut manifest: Manifest, executable: &str) -> Manifest {
    let args = manifest.argv.drain(..).skip(1);
    let mut argv: Vec<String> = std::iter::once(executable.to_owned()).chain(args).collect();
    if argv.len() == 1 {
        let usual = Launch::new("", "", "").args.into_iter();
        argv.extend(usual.filter_map(|arg| arg.into_string().ok()));
    }
    manifest.argv = argv;
    manifest
}

/// What is found in a folder that has a manifest.
fn with_manifest(folder: &Path, origin: Origin) -> Result<Ready> {
    let manifest = super::metadata::read_manifest(&folder.join(MANIFEST))?;
    Ok(Ready {
        executable: executable(folder, &manifest)?,
        manifest: Some(manifest),
        origin,
    })
}

/// The error of a program that is something else than a plugin.
fn not_a_plugin(origin: &Origin, error: Error) -> Error {
    if matches!(error.code(), Code::Interrupted | Code::Io) {
        return error;
    }
    let code = match error.code() {
        Code::VersionMismatch => Code::VersionMismatch,
        _ => Code::PluginFault,
    };
    let message = format!("the {origin} does not speak wasmrun's plugin protocol");
    let mut this = Error::new(code, message).because(error.message());
    for cause in error.causes() {
        this = this.because(cause);
    }
    match origin {
        Origin::Crate { name } => this.help(cargo::another_program(name)),
        _ => this.help("`docs/first-plugin.md` tells how a plugin answers"),
    }
}

/// Gives everybody the right to run it.
#[cfg(unix)]
fn make_executable(exe: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(exe, fs::Permissions::from_mode(0o755))
        .map_err(|error| Error::io("make executable", exe, &error))
}

/// Names decide here what can be run.
#[cfg(not(unix))]
fn make_executable(_exe: &Path) -> Result<()> {
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    let written = File::create(path).and_then(|mut file| {
        std::io::Write::write_all(&mut file, text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| Error::io("write", path, &error))
}
