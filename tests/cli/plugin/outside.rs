use super::*;

fn with_path(world: &World, folder: &str, args: &[&str]) -> Run {
    let path = std::env::var_os("PATH").unwrap();
    let folders = std::iter::once(world.path().join(folder)).chain(std::env::split_paths(&path));
    let mut command = world.command(args);
    command.env("PATH", std::env::join_paths(folders).unwrap());
    Run::of(command.output().unwrap())
}

#[test]
fn a_plugin_on_the_path_is_asked_when_it_is_named_and_known_from_then_on() {
    let world = World::new();
    changed(
        &world,
        "bin/wasmrun-plugin-copied",
        &[
            ("\"name\":\"copy\"", "\"name\":\"copied\""),
            ("module.wasm", "main.copied"),
        ],
    );
    world.write("app/main.copied", MODULE);
    let run = with_path(&world, "bin", &["compile", "app"]);
    assert_eq!(run.code, 2, "nobody has asked it: {}", run.err);
    let run = with_path(&world, "bin", &["plugin", "list", "--all", "--path", "app"]);
    assert!(run.out.contains("not asked"), "{}", run.out);
    let run = with_path(&world, "bin", &["compile", "app", "--plugin", "copied"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let run = with_path(&world, "bin", &["compile", "app"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("built by copied"), "{}", run.err);
    // What is in the project is not trusted for being on the path.
    changed(
        &world,
        "app/bin/wasmrun-plugin-other",
        &[("\"name\":\"copy\"", "\"name\":\"other\"")],
    );
    let run = with_path(&world, "app/bin", &["compile", "app", "--plugin", "other"]);
    assert_eq!(run.code, 3, "{}", run.err);
}

#[test]
fn a_manifest_beside_it_saves_the_asking() {
    let world = World::new();
    changed(
        &world,
        "bin/wasmrun-plugin-copied",
        &[("\"name\":\"copy\"", "\"name\":\"copied\"")],
    );
    world.write(
        "bin/wasmrun-plugin-copied.toml",
        "schema = 1\nname = 'copied'\nversion = '0.1.0'\nprotocol = [1]\n\
         argv = ['wasmrun-plugin-copied', '--wasmrun-plugin']\n\
         entry = ['x.copied']\n[detect]\nany = ['*.copied']\n",
    );
    world.write("app/x.copied", MODULE);
    let run = with_path(&world, "bin", &["compile", "app"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("built by copied"), "{}", run.err);
    let run = with_path(
        &world,
        "bin",
        &["plugin", "info", "copied", "--path", "app"],
    );
    assert!(run.out.contains("*.copied"), "{}", run.out);
}

#[test]
fn an_installed_plugin_counts_more_than_one_on_the_path() {
    let world = World::new();
    install(&world, &copy());
    changed(&world, "bin/wasmrun-plugin-copy", &[("0.1.0", "9.9.9")]);
    let run = with_path(&world, "bin", &["plugin", "info", "copy"]);
    assert!(run.out.contains("copy 0.1.0"), "{}", run.out);
}
