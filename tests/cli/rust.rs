//! Rust through the plugin wasmrust, as a user meets it: installed from its
//! executable, then `compile` and `clean` as for any language.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::kit::{Run, World};
use crate::{plugins, tools};

/// The plugin, built into the folder that this test lies in.
fn plugin() -> &'static Path {
    static PLUGIN: OnceLock<PathBuf> = OnceLock::new();
    PLUGIN.get_or_init(|| plugins::built("wasmrust"))
}

/// A compiler for wasm: the installed one if it can, else the one that
/// `scripts/setup rust-wasm` unpacks.
fn compiler() -> Option<PathBuf> {
    let args = ["--print=target-libdir", "--target=wasm32-wasip1"];
    let output = Command::new("rustc").args(args).output().unwrap();
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if Path::new(&folder).is_dir() {
        return Some("rustc".into());
    }
    // Its folder is beside that of the other tools.
    let own = std::env::var_os("WASMRUN_TEST_TOOLS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin"),
        PathBuf::from,
    );
    let unpacked = own.with_file_name("rust-wasm").join("bin/rustc");
    tools::find(unpacked.to_str().unwrap(), "rust-wasm")
}

struct Rust {
    world: World,
    compiler: PathBuf,
}

impl Rust {
    /// A copy of the example, and a home with the plugin.
    fn new() -> Option<Self> {
        let this = Self {
            compiler: compiler()?,
            world: World::new(),
        };
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/rust");
        for file in ["Cargo.toml", "Cargo.lock", "src/main.rs", "src/world.rs"] {
            let text = std::fs::read(example.join(file)).unwrap();
            this.world.write(&format!("jeu déjà vu/{file}"), text);
        }
        let plugin = plugin().to_str().unwrap();
        let installed = this.run(&["plugin", "install", plugin]);
        assert_eq!(installed.code, 0, "{}", installed.err);
        Some(this)
    }

    fn run(&self, args: &[&str]) -> Run {
        let mut command = self.world.command(args);
        command.env("RUSTC", &self.compiler);
        // This world's home is not the one that cargo and rustup are in.
        for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            let usual = || std::env::home_dir().map(|home| home.join(folder).into());
            if let Some(value) = std::env::var_os(name).or_else(usual) {
                command.env(name, value);
            }
        }
        Run::of(command.output().unwrap())
    }

    fn compile(&self, args: &[&str]) -> Run {
        self.run(&[&["compile", "jeu déjà vu"], args].concat())
    }
}

#[test]
fn a_project_is_built_cached_and_cleaned() {
    let Some(rust) = Rust::new() else { return };
    let first = rust.compile(&[]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(first.err.contains("built by wasmrust"), "{}", first.err);
    let module = rust.world.path().join("jeu déjà vu/dist/life.wasm");
    let bytes = std::fs::read(&module).unwrap();
    assert!(bytes.starts_with(b"\0asm"));

    // The first build made `target/`, which counts as a change of the folder.
    rust.compile(&[]);
    let third = rust.compile(&["--explain"]);
    assert!(third.out.contains("cached"), "{}{}", third.out, third.err);
    rust.world
        .write("jeu déjà vu/src/bin/new.rs", "fn main() {}");
    let fourth = rust.compile(&["--explain"]);
    assert!(
        !fourth.out.contains("cached"),
        "{}{}",
        fourth.out,
        fourth.err
    );
    assert!(fourth.err.contains("src/bin/new.rs"), "{}", fourth.err);

    let cleaned = rust.run(&["clean", "jeu déjà vu"]);
    assert_eq!(cleaned.code, 0, "{}", cleaned.err);
    assert!(!module.exists());
    let target = rust.world.path().join("jeu déjà vu/target");
    assert!(!target.exists());
}

#[test]
fn a_mistake_is_shown_at_its_line() {
    let Some(rust) = Rust::new() else { return };
    let source = "fn main() {\n    let word: u8 = \"é\";\n}\n";
    rust.world.write("jeu déjà vu/src/main.rs", source);
    let run = rust.compile(&[]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("src/main.rs:2:20"), "{}", run.err);
    assert!(run.err.contains("E0308"), "{}", run.err);
}

#[test]
fn what_is_missing_is_named() {
    let Some(rust) = Rust::new() else { return };
    let config = "[build]\ntarget = \"wasm32-made-up\"\n";
    rust.world.write("jeu déjà vu/.cargo/config.toml", config);
    let run = rust.compile(&[]);
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(
        run.err.contains("does not know the target wasm32-made-up"),
        "{}",
        run.err
    );
}

#[test]
fn it_keeps_the_protocol() {
    let Some(rust) = Rust::new() else { return };
    // The kit takes the environment away, but not the project's settings.
    let config = format!("[build]\nrustc = {:?}\n", rust.compiler);
    rust.world.write("jeu déjà vu/.cargo/config.toml", config);
    // It builds some thirty times.
    let manifest = "[package]\nname = \"life\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    rust.world.write("jeu déjà vu/Cargo.toml", manifest);
    rust.world
        .write("jeu déjà vu/src/main.rs", "fn main() {}\n");
    let plugin = plugin().to_str().unwrap();
    let run = rust.run(&["plugin", "test", plugin, "--project", "jeu déjà vu"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}
