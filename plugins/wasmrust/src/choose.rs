//! Which of the things that cargo could make of a project is built.

use std::path::{Path, PathBuf};

use plugin_protocol::PluginError;

use crate::fault::invalid;
use crate::metadata::Metadata;
use crate::options::Options;
use crate::package::{Package, Target};

/// What is built: a program, or a library as a module that exports.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unit<'a> {
    pub(crate) package: &'a Package,
    pub(crate) target: &'a Target,
}

impl Unit<'_> {
    pub(crate) fn is_program(&self) -> bool {
        self.target.is_program()
    }
}

/// Chooses it: what the options name, else what the entry is the source of, else
/// what the project's own package is for: a cdylib, else a program, else its
/// library. In a workspace without a package of its own, the one package that
/// has such a thing.
///
/// # Errors
/// When there is nothing, or several and nothing tells which.
pub(crate) fn choose<'a>(
    metadata: &'a Metadata,
    project: &Path,
    entry: Option<&str>,
    options: &Options,
) -> Result<Unit<'a>, PluginError> {
    let named = options.bin.is_some() || options.lib;
    if let Some(name) = &options.package {
        let package = metadata.packages.iter().find(|it| it.name == *name);
        let package = package.ok_or_else(|| no_package(name, metadata))?;
        let by_entry = entry.filter(|_| !named);
        let by_entry = by_entry.and_then(|entry| with_source(package, &project.join(entry)));
        return by_entry.map_or_else(|| of_package(package, options), Ok);
    }
    if let Some(entry) = entry.filter(|_| !named) {
        let source = project.join(entry);
        let mut packages = metadata.packages.iter();
        return packages
            .find_map(|package| with_source(package, &source))
            .ok_or_else(|| no_target(entry, metadata));
    }
    let own = real(&project.join("Cargo.toml"));
    let mut packages = metadata.packages.iter();
    match packages.find(|it| real(&it.manifest_path) == own) {
        Some(package) => of_package(package, options),
        None => of_workspace(metadata, options),
    }
}

/// A path without links, as far as there is something.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn with_source<'a>(package: &'a Package, source: &Path) -> Option<Unit<'a>> {
    let source = real(source);
    let mut targets = package.library().into_iter().chain(package.programs());
    let target = targets.find(|target| real(&target.src_path) == source)?;
    Some(Unit { package, target })
}

fn of_package<'a>(package: &'a Package, options: &Options) -> Result<Unit<'a>, PluginError> {
    let unit = |target| Ok(Unit { package, target });
    let name = &package.name;
    if let Some(bin) = &options.bin {
        let mut programs = package.programs();
        return match programs.find(|target| target.name == *bin) {
            Some(target) => unit(target),
            None => Err(
                invalid(format!("the package `{name}` has no program `{bin}`"))
                    .because(programs_of(package)),
            ),
        };
    }
    if options.lib {
        let message = format!("the package `{name}` has no library that can be built as a module");
        return package
            .library()
            .map_or_else(|| Err(invalid(message)), unit);
    }
    if let Some(library) = package.cdylib() {
        return unit(library);
    }
    let programs: Vec<_> = package.programs().collect();
    let wanted = package.default_run.as_ref().unwrap_or(name);
    match programs.as_slice() {
        [only] => return unit(only),
        [_, ..] => {
            let usual = programs.iter().find(|it| it.name == *wanted);
            return usual.map_or_else(
                || {
                    let message = format!("the package `{name}` has several programs");
                    Err(invalid(message)
                        .because(programs_of(package))
                        .because("name one in wasmrun.toml under [options], as `bin = \"NAME\"`"))
                },
                |it| unit(it),
            );
        }
        [] => {}
    }
    let message = format!("the package `{name}` has neither a program nor a library to build");
    package
        .library()
        .map_or_else(|| Err(invalid(message)), unit)
}

fn of_workspace<'a>(metadata: &'a Metadata, options: &Options) -> Result<Unit<'a>, PluginError> {
    let members: Vec<_> = metadata.default_members().collect();
    let with = |has: &dyn Fn(&Package) -> bool| {
        let found = members.iter().filter(|it| has(it)).copied();
        found.collect::<Vec<_>>()
    };
    let found = match &options.bin {
        Some(bin) => vec![with(&|it| it.programs().any(|target| target.name == *bin))],
        None if options.lib => vec![with(&|it| it.library().is_some())],
        None => vec![
            with(&|it| it.cdylib().is_some()),
            with(&|it| it.programs().next().is_some()),
            with(&|it| it.library().is_some()),
        ],
    };
    match found.iter().find(|it| !it.is_empty()).map(Vec::as_slice) {
        Some([only]) => of_package(only, options),
        Some(several) => {
            let names: Vec<_> = several.iter().map(|it| it.name.as_str()).collect();
            let message = "the workspace has several packages that could be built";
            Err(invalid(message)
                .because(format!("they are {}", names.join(", ")))
                .because("name one in wasmrun.toml under [options], as `package = \"NAME\"`"))
        }
        None => Err(match &options.bin {
            Some(bin) => invalid(format!("no package of the workspace has a program `{bin}`")),
            None => invalid("the workspace has no package that can be built as a module"),
        }),
    }
}

fn programs_of(package: &Package) -> String {
    let names: Vec<_> = package.programs().map(|it| it.name.as_str()).collect();
    match names.as_slice() {
        [] => "it has none".to_owned(),
        _ => format!("it has {}", names.join(", ")),
    }
}

fn no_package(name: &str, metadata: &Metadata) -> PluginError {
    let mut names: Vec<_> = metadata.packages.iter().map(|it| &*it.name).collect();
    names.sort_unstable();
    invalid(format!("the workspace has no package `{name}`"))
        .because(format!("it has {}", names.join(", ")))
}

fn no_target(entry: &str, metadata: &Metadata) -> PluginError {
    let root = &metadata.workspace_root;
    let targets = metadata.packages.iter().flat_map(|package| {
        let targets = package.library().into_iter().chain(package.programs());
        targets.map(|it| it.src_path.strip_prefix(root).unwrap_or(&it.src_path))
    });
    let sources: Vec<_> = targets.map(|it| it.display().to_string()).collect();
    invalid(format!(
        "{entry} is not the source of a program or library of the project"
    ))
    .because(format!("those are {}", sources.join(", ")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn package(name: &str, targets: &[(&str, &str)]) -> Value {
        let targets: Vec<_> = targets
            .iter()
            .map(|(kind, target)| {
                json!({"kind": [kind], "crate_types": [kind], "name": target,
                    "src_path": format!("/w/{name}/{target}.rs")})
            })
            .collect();
        json!({"name": name, "version": "1.0.0", "id": format!("path+file:///w/{name}#1.0.0"),
            "manifest_path": format!("/w/{name}/Cargo.toml"), "targets": targets})
    }

    fn metadata(packages: &[Value]) -> Metadata {
        serde_json::from_value(
            json!({"packages": packages, "target_directory": "/w/target",
            "workspace_root": "/w"}),
        )
        .unwrap()
    }

    fn chosen(packages: &[Value], project: &str, entry: Option<&str>, options: Value) -> String {
        let metadata = metadata(packages);
        let options = Options::parse(&serde_json::from_value(options).unwrap()).unwrap();
        match choose(&metadata, Path::new(project), entry, &options) {
            Ok(unit) => format!("{} {}", unit.package.name, unit.target.name),
            Err(error) => format!("{} | {}", error.message, error.cause.join(" | ")),
        }
    }

    #[test]
    fn a_package_is_built_for_what_it_is() {
        for (targets, expected) in [
            (&[("bin", "a")][..], "a a"),
            (&[("lib", "a"), ("bin", "x")], "a x"),
            (&[("cdylib", "a"), ("bin", "x")], "a a"),
            (&[("lib", "a"), ("test", "x"), ("example", "y")], "a a"),
            (&[("bin", "x"), ("bin", "a")], "a a"),
        ] {
            let found = chosen(&[package("a", targets)], "/w/a", None, json!({}));
            assert_eq!(found, expected, "{targets:?}");
        }
        let several = [package("a", &[("bin", "x"), ("bin", "y")])];
        let found = chosen(&several, "/w/a", None, json!({}));
        assert!(
            found.contains("several") && found.contains("x, y"),
            "{found}"
        );
        assert_eq!(chosen(&several, "/w/a", None, json!({"bin": "y"})), "a y");
        assert_eq!(chosen(&several, "/w/a", Some("x.rs"), json!({})), "a x");
        let found = chosen(&several, "/w/a", None, json!({"bin": "z"}));
        assert!(found.contains("`z`") && found.contains("x, y"), "{found}");
        let none = [package("a", &[("proc-macro", "a")])];
        assert!(chosen(&none, "/w/a", None, json!({})).contains("neither"));
    }

    #[test]
    fn a_workspace_is_built_when_it_is_clear() {
        let packages = [
            package("core", &[("lib", "core")]),
            package("web", &[("cdylib", "web")]),
            package("cli", &[("bin", "cli")]),
        ];
        assert_eq!(chosen(&packages, "/w", None, json!({})), "web web");
        assert_eq!(chosen(&packages[..1], "/w", None, json!({})), "core core");
        let found = chosen(&packages, "/w", None, json!({"package": "core"}));
        assert_eq!(found, "core core");
        assert_eq!(
            chosen(&packages, "/w", Some("cli/cli.rs"), json!({})),
            "cli cli"
        );
        assert_eq!(
            chosen(&packages, "/w", None, json!({"bin": "cli"})),
            "cli cli"
        );
        let found = chosen(&packages, "/w", None, json!({"package": "nope"}));
        assert!(found.contains("`nope` | it has cli, core, web"), "{found}");
        let found = chosen(&packages, "/w", Some("cli/other.rs"), json!({}));
        assert!(found.contains("cli/cli.rs"), "{found}");
        let two = [package("a", &[("bin", "a")]), package("b", &[("bin", "b")])];
        assert!(chosen(&two, "/w", None, json!({})).contains("they are a, b"));
    }
}
