use super::*;

/// A whole plugin in Rust without a dependency. `{greeting}` is its hello.
const PLUGIN: &str = r#"
use std::io::{BufRead, Write};
fn main() {
    if std::env::args().nth(1).as_deref() != Some("--wasmrun-plugin") { std::process::exit(2) }
    let (name, version) = ("{name}", env!("CARGO_PKG_VERSION"));
    let mut key = String::new();
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let after = |word: &str| line.split(word).nth(1).map(|rest| rest.split(['"', ',', '}']).next().unwrap().to_owned());
        let id = after("\"id\":").unwrap_or_default();
        let say = |text: String| { let mut out = std::io::stdout(); writeln!(out, "{text}").unwrap(); };
        if line.contains("\"type\":\"hello\"") {
            key = after("\"s\":\"").unwrap();
            say(format!("{{\"type\":\"hello\",\"s\":\"{key}\",\"v\":1,\"name\":\"{name}\",\"version\":\"{version}\"}}"));
        } else if line.contains("\"type\":\"info\"") {
            say(format!("{{\"type\":\"result\",\"s\":\"{key}\",\"id\":{id},\"status\":\"ok\",\"info\":{{\"schema\":1,\"name\":\"{name}\",\"version\":\"{version}\",\"protocol\":[1],\"level\":0,\"detect\":{{\"all\":[\"main.{name}\"]}}}}}}"));
        } else if line.contains("\"type\":\"shutdown\"") {
            say(format!("{{\"type\":\"result\",\"s\":\"{key}\",\"id\":{id},\"status\":\"ok\"}}"));
            return;
        } else {
            say(format!("{{\"type\":\"result\",\"s\":\"{key}\",\"id\":{id},\"status\":\"unsupported\"}}"));
        }
    }
}
"#;

/// A program that knows nothing of plugins.
const OTHER: &str = "fn main() { println!(\"usage: other FILE\"); std::process::exit(2) }";

/// A registry of crates in a folder, in the place of the real one.
struct Registry<'a> {
    world: &'a World,
}

impl<'a> Registry<'a> {
    fn new(world: &'a World) -> Self {
        let folder = world.path().join("registry");
        let config = format!(
            "[source.crates-io]\nreplace-with = 'here'\n[source.here]\ndirectory = '{}'\n",
            folder.display()
        );
        std::fs::create_dir_all(folder).unwrap();
        world.write("cargo/config.toml", config);
        Self { world }
    }

    fn publish(&self, name: &str, version: &str, main: &str, file: &str) {
        let folder = format!("registry/{name}-{version}");
        let manifest =
            format!("[package]\nname = '{name}'\nversion = '{version}'\nedition = '2021'\n");
        self.world.write(&format!("{folder}/Cargo.toml"), manifest);
        let main = main.replace("{name}", name);
        self.world.write(&format!("{folder}/src/{file}"), main);
        let sums = "{\"files\":{},\"package\":null}";
        self.world
            .write(&format!("{folder}/.cargo-checksum.json"), sums);
    }

    fn run(&self, args: &[&str]) -> Run {
        let mut command = self.world.command(&[&["plugin"], args].concat());
        command.env("CARGO_HOME", self.world.path().join("cargo"));
        // Where rustup keeps the toolchain, since HOME is another one here.
        if std::env::var_os("RUSTUP_HOME").is_none()
            && let Some(home) = std::env::home_dir()
        {
            command.env("RUSTUP_HOME", home.join(".rustup"));
        }
        Run::of(command.output().unwrap())
    }
}

#[test]
fn a_crate_is_built_updated_and_kept_when_the_next_one_fails() {
    let world = World::new();
    let registry = Registry::new(&world);
    registry.publish("nimble", "0.1.0", PLUGIN, "main.rs");
    let run = registry.run(&["install", "nimble"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let row = listed(&world, &[]).remove(0);
    assert_eq!(
        (&row["name"], &row["version"]),
        (&"nimble".into(), &"0.1.0".into())
    );
    assert_eq!(row["source"]["kind"], "crate");

    let same = registry.run(&["update"]);
    assert!(
        same.err.contains("nimble 0.1.0 is as it was"),
        "{}",
        same.err
    );
    registry.publish("nimble", "0.2.0", PLUGIN, "main.rs");
    let run = registry.run(&["update", "nimble"]);
    assert!(
        run.err.contains("installed nimble 0.2.0 in place of 0.1.0"),
        "{}",
        run.err
    );

    registry.publish("nimble", "0.3.0", "fn main() { broken }", "main.rs");
    let run = registry.run(&["update", "nimble"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(
        run.err.contains("cannot find value `broken`"),
        "{}",
        run.err
    );
    assert_eq!(listed(&world, &[])[0]["version"], "0.2.0");
    let run = registry.run(&["install", "nimble", "--version", "0.1.0"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(listed(&world, &[])[0]["version"], "0.1.0");
    assert_tidy(&world);
}

#[test]
fn a_crate_of_that_name_that_is_something_else_is_refused() {
    let world = World::new();
    let registry = Registry::new(&world);
    // The registry has older programs of these names.
    registry.publish("wasmgo", "0.3.5", OTHER, "main.rs");
    registry.publish("waspy", "0.18.0", "pub fn compile() {}", "lib.rs");
    for name in ["wasmgo", "waspy"] {
        let run = registry.run(&["install", &format!("crate:{name}")]);
        assert_eq!(run.code, 4, "{}", run.err);
        assert!(
            run.err.contains("does not speak wasmrun's plugin protocol"),
            "{}",
            run.err
        );
        assert!(
            run.err.contains("an older program of that name"),
            "{}",
            run.err
        );
    }
    let run = registry.run(&["install", "crate:nowhere-at-all"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(
        run.err.contains("there is no crate nowhere-at-all"),
        "{}",
        run.err
    );
    let run = registry.run(&["install", "crate:waspy", "--version", "latest"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(listed(&world, &[]).is_empty());
    assert_tidy(&world);
}

#[test]
fn without_cargo_it_says_what_takes_its_place() {
    let world = World::new();
    let mut command = world.command(&["plugin", "install", "wasmgo"]);
    let run = Run::of(command.env("PATH", world.path()).output().unwrap());
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(run.err.contains("cargo is not there"), "{}", run.err);
    assert!(run.err.contains("help: install Rust"), "{}", run.err);
    assert_tidy(&world);
}

#[test]
fn offline_nothing_is_fetched() {
    let world = World::new();
    // Without a config, cargo would ask the real registry.
    let mut command = world.command(&["plugin", "install", "crate:nimble", "--offline"]);
    let rustup = std::env::var_os("RUSTUP_HOME").map_or_else(
        || std::env::home_dir().unwrap().join(".rustup"),
        PathBuf::from,
    );
    command.env("CARGO_HOME", world.path().join("empty"));
    command.env("RUSTUP_HOME", rustup);
    let run = Run::of(command.output().unwrap());
    assert_ne!(run.code, 0);
    assert!(run.err.contains("nimble"), "{}", run.err);
    assert_tidy(&world);
}

#[test]
fn in_a_checkout_the_plugin_is_built_from_there() {
    let world = World::new();
    let registry = Registry::new(&world);
    world.write(
        "checkout/Cargo.toml",
        "[workspace]\n[package]\nname = 'wasmrun'\nversion = '0.1.0'\n",
    );
    world.write("checkout/src/lib.rs", "");
    world.write(
        "checkout/plugins/wasmgo/Cargo.toml",
        "[workspace]\n[package]\nname = 'wasmgo'\nversion = '0.7.0'\nedition = '2021'\n",
    );
    let main = PLUGIN.replace("{name}", "wasmgo");
    world.write("checkout/plugins/wasmgo/src/main.rs", &main);
    world.write("checkout/deep/x", "");
    let mut command = world.command(&["plugin", "install", "wasmgo"]);
    command.current_dir(world.path().join("checkout/deep"));
    command.env("CARGO_HOME", world.path().join("cargo"));
    let rustup = std::env::var_os("RUSTUP_HOME").map_or_else(
        || std::env::home_dir().unwrap().join(".rustup"),
        PathBuf::from,
    );
    let run = Run::of(command.env("RUSTUP_HOME", rustup).output().unwrap());
    assert_eq!(run.code, 0, "{}", run.err);
    let row = listed(&world, &[]).remove(0);
    assert_eq!(
        (&row["version"], &row["source"]["kind"]),
        (&"0.7.0".into(), &"checkout".into())
    );
    let run = registry.run(&["update", "wasmgo"]);
    assert_eq!(run.code, 0, "{}", run.err);
}
