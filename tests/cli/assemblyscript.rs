//! AssemblyScript through the plugin wasmasc, as a user meets it: installed from
//! its executable, then `compile` and `clean` as for any language.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::kit::{Run, World};
use crate::{plugins, tools};

fn plugin() -> &'static Path {
    static PLUGIN: OnceLock<PathBuf> = OnceLock::new();
    PLUGIN.get_or_init(|| plugins::built("wasmasc"))
}

/// The packages that `scripts/setup asc` installs.
fn packages() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packages = root.join("target/test-asc/node_modules");
    let asc = packages.join("assemblyscript/bin/asc.js");
    tools::find(asc.to_str().unwrap(), "asc")?;
    tools::find("node", "node")?;
    Some(packages)
}

struct Project {
    world: World,
}

impl Project {
    /// A copy of the example, and a home with the plugin.
    fn new() -> Option<Self> {
        let packages = packages()?;
        let world = World::new();
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/assemblyscript");
        for file in [
            "package.json",
            "package-lock.json",
            "asconfig.json",
            "wasmrun.toml",
            "assembly/index.ts",
            "assembly/sieve.ts",
        ] {
            let text = std::fs::read(example.join(file)).unwrap();
            world.write(&format!("jeu déjà vu/{file}"), text);
        }
        let modules = world.path().join("jeu déjà vu/node_modules");
        #[cfg(unix)]
        std::os::unix::fs::symlink(packages, modules).unwrap();
        #[cfg(windows)]
        std::os::windows::fs::symlink_dir(packages, modules).unwrap();
        let installed = world.run(&["plugin", "install", plugin().to_str().unwrap()]);
        assert_eq!(installed.code, 0, "{}", installed.err);
        Some(Self { world })
    }

    fn compile(&self, args: &[&str]) -> Run {
        self.world
            .run(&[&["compile", "jeu déjà vu"], args].concat())
    }
}

#[test]
fn a_project_is_built_cached_and_cleaned() {
    let Some(project) = Project::new() else {
        return;
    };
    let first = project.compile(&[]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(first.err.contains("built by wasmasc"), "{}", first.err);
    let module = project.world.path().join("jeu déjà vu/dist/primes.wasm");
    assert!(std::fs::read(&module).unwrap().starts_with(b"\0asm"));

    let again = project.compile(&[]);
    assert!(again.out.contains("cached"), "{}{}", again.out, again.err);
    // The file is found before the folder.
    project
        .world
        .write("jeu déjà vu/assembly/sieve/index.ts", "");
    let other = project.compile(&[]);
    assert!(other.out.contains("cached"), "{}{}", other.out, other.err);
    project.world.write(
        "jeu déjà vu/assembly/sieve.ts",
        "export const A: i32 = 1;\n",
    );
    let wrong = project.compile(&[]);
    assert_eq!(wrong.code, 1, "{}", wrong.err);
    assert!(
        wrong.err.contains("in assembly/index.ts(2,10)"),
        "{}",
        wrong.err
    );

    let cleaned = project.world.run(&["clean", "jeu déjà vu"]);
    assert_eq!(cleaned.code, 0, "{}", cleaned.err);
    assert!(!module.exists());
}

#[test]
fn packages_that_are_not_installed_are_named_with_their_command() {
    let Some(project) = Project::new() else {
        return;
    };
    let modules = project.world.path().join("jeu déjà vu/node_modules");
    std::fs::remove_file(modules).unwrap();
    let run = project.compile(&[]);
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(run.err.contains("node_modules lacks it"), "{}", run.err);
    assert!(run.err.contains("help: `npm ci`"), "{}", run.err);
}
