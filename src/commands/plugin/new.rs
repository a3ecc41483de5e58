use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::super::Context;
use super::report::{Format, end};
use super::template::{Lang, Template};
use crate::error::{Code, Error, Exit, Result};
use crate::plugin::{checkout, is_name};

/// Arguments of `wasmrun plugin new`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun plugin new --lang py my-plugin\n  \
    wasmrun plugin new --lang rust plugins/nim --name nim")]
pub(super) struct Args {
    /// The folder to make; it may be there if it is empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// What to write it in
    #[arg(short, long, value_enum)]
    lang: Lang,
    /// The plugin's name [default: the folder's]
    #[arg(long)]
    name: Option<String>,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A plugin that was begun.
#[derive(Serialize)]
#[serde(tag = "type", rename = "new")]
struct Done<'a> {
    name: &'a str,
    folder: String,
    files: Vec<&'a str>,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        end(context, self.format, self.begin(context))
    }

    fn begin(&self, context: &Context) -> Result<Exit> {
        let name = self.plugin_name()?;
        let here = std::path::absolute(&self.folder)
            .map_err(|error| Error::io("find", &self.folder, &error))?;
        let template = Template::of(self.lang, &name, checkout::root(&here).as_deref());
        make(&self.folder)?;
        for file in &template.files {
            let path = self.folder.join(&file.path);
            write(&path, &file.content, file.runs)
                .map_err(|error| Error::io("write", &path, &error))?;
        }
        let files = template.files.iter().map(|file| file.path.as_str());
        match self.format {
            Format::Json => context.terminal.json(&Done {
                name: &name,
                folder: self.folder.display().to_string(),
                files: files.collect(),
            }),
            Format::Human => {
                let folder = self.folder.display();
                context
                    .terminal
                    .status(format!("the plugin {name} begins in {folder}"));
                for file in files {
                    context.terminal.status(format!("  {file}"));
                }
                context
                    .terminal
                    .status(format!("{folder}/README.md tells how to go on"));
            }
        }
        Ok(Exit::Ok)
    }

    fn plugin_name(&self) -> Result<String> {
        let folder = std::path::absolute(&self.folder).unwrap_or_else(|_| self.folder.clone());
        let of_folder = || Some(folder.file_name()?.to_str()?.to_ascii_lowercase());
        let name = self.name.clone().or_else(of_folder).unwrap_or_default();
        let name = match &self.name {
            Some(_) => name,
            None => name.trim_start_matches("wasmrun-plugin-").to_owned(),
        };
        if is_name(&name) {
            return Ok(name);
        }
        let message = format!("`{}` is not a name for a plugin", name.escape_debug());
        Err(Error::new(Code::Usage, message)
            .because("it is a lower-case letter, then lower-case letters, digits, - and _")
            .help("name it with `--name`"))
    }
}

fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| Error::io("make", folder, &error))?;
    let mut entries = fs::read_dir(folder).map_err(|error| Error::io("read", folder, &error))?;
    if entries.next().is_none() {
        return Ok(());
    }
    let message = format!("{} is not empty", folder.display());
    Err(Error::new(Code::Usage, message).help("name a folder that is not there yet"))
}

fn write(path: &Path, content: &[u8], runs: bool) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, content)?;
    if runs {
        make_executable(path)?;
    }
    Ok(())
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) -> std::io::Result<()> {
    Ok(())
}
