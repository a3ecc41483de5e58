use std::path::{Path, PathBuf};

use plugin_protocol::process::Cancel;
use plugin_protocol::{Context, Failure, PluginError};

use crate::cargo::explain;
use crate::choose::choose;
use crate::config::Config;
use crate::fault::invalid;
use crate::metadata::{Answer, Metadata};
use crate::options::Options;
use crate::package::{Package, Target};
use crate::path::Root;
use crate::rustc::{self, Rustc};
use crate::web;

/// A program without a browser around it.
pub(crate) const WASI: &str = "wasm32-wasip1";

/// A module that JavaScript, or whoever else loads it, gives what it needs.
pub(crate) const BARE: &str = "wasm32-unknown-unknown";

/// What is built of a project, for which target, and with what.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) project: PathBuf,
    pub(crate) root: Root,
    pub(crate) config: Config,
    pub(crate) cargo: PathBuf,
    pub(crate) metadata: Metadata,
    pub(crate) package: Package,
    pub(crate) target: Target,
    /// The target's name.
    pub(crate) triple: String,
    /// The compiler.
    pub(crate) rustc: PathBuf,
}

impl Plan {
    /// Finds it out. Cargo is asked; the compiler is only looked for.
    ///
    /// # Errors
    /// When the project is none, or tools are missing.
    pub(crate) fn make(
        project: &Path,
        entry: Option<&str>,
        options: &Options,
        context: &Context<'_>,
    ) -> Result<Self, Failure> {
        if !project.join("Cargo.toml").is_file() {
            let message = format!("there is no Cargo.toml in {}", project.display());
            return Err(invalid(message).fix(["cargo", "init"]).into());
        }
        let config = Config::read(project);
        let cargo = rustc::cargo()?;
        let rustc = rustc::find(&config)?;
        let root = Root::new(project);
        let metadata = match Metadata::ask(&cargo, project, context.cancel())? {
            Answer::Good(metadata) => *metadata,
            Answer::Bad(said) => {
                let told = &mut |it| context.diagnostic(it);
                return Err(explain(&said.err, project, &root, told));
            }
        };
        let unit = choose(&metadata, project, entry, options)?;
        let triple = target_of(unit.is_program(), unit.package.needs(), options, &config);
        let (package, target) = (unit.package.clone(), unit.target.clone());
        Ok(Self {
            project: project.to_owned(),
            root,
            config,
            cargo,
            metadata,
            package,
            target,
            triple,
            rustc,
        })
    }

    /// The compiler, and the error when it cannot build for the target.
    ///
    /// # Errors
    /// When it does not work at all.
    pub(crate) fn ask_rustc(
        &self,
        cancel: &Cancel,
    ) -> Result<(Rustc, Option<PluginError>), Failure> {
        let rustc = Rustc::ask(&self.rustc, &self.triple, &self.project, cancel)?;
        // Cargo builds the libraries itself, if it is told to.
        let lacks = rustc.lacks(&self.triple);
        Ok((rustc, lacks.filter(|_| !self.config.builds_std)))
    }

    /// Whether the module is for JavaScript to load through wasm-bindgen, as far
    /// as the package itself says.
    pub(crate) fn is_web(&self) -> bool {
        self.triple == BARE && web::is_web(self.package.needs())
    }
}

/// The target: what is asked for, else what cargo's configuration says if that
/// is WebAssembly, else what fits what is built.
fn target_of<'a>(
    is_program: bool,
    crates: impl Iterator<Item = &'a str>,
    options: &Options,
    config: &Config,
) -> String {
    let named = options.target.as_deref().or(config.wasm_target());
    let fitting = || match is_program && !web::is_web(crates) {
        true => WASI,
        false => BARE,
    };
    named.unwrap_or_else(fitting).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_fits_what_is_built() {
        let target = |is_program, crates: &[&str], named: Option<&str>, config: Option<&str>| {
            let options = Options {
                target: named.map(Into::into),
                ..Options::default()
            };
            let config = Config {
                target: config.map(Into::into),
                ..Config::default()
            };
            target_of(is_program, crates.iter().copied(), &options, &config)
        };
        assert_eq!(target(true, &["serde"], None, None), WASI);
        assert_eq!(target(false, &[], None, None), BARE);
        assert_eq!(target(true, &["yew"], None, None), BARE);
        assert_eq!(
            target(true, &[], None, Some("wasm32-wasip2")),
            "wasm32-wasip2"
        );
        assert_eq!(
            target(true, &[], None, Some("x86_64-pc-windows-msvc")),
            WASI
        );
        assert_eq!(target(true, &[], Some(BARE), Some("wasm32-wasip2")), BARE);
    }
}
