use super::*;

/// A project that names a plugin of its own.
fn project(world: &World) -> PathBuf {
    let exe = changed(world, "app/tools/copy", &[]);
    world.write("app/module.wasm", MODULE);
    world.write("app/wasmrun.toml", "plugin = './tools/copy'\n");
    exe
}

/// A plugin that leaves a trace beside the project when it is started for it.
fn traced(world: &World, path: &str) -> PathBuf {
    let trace = trace(world);
    let lines = format!("#!/bin/sh\n( : >'{}' ) 2>/dev/null\n", trace.display());
    let text = std::fs::read_to_string(copy()).unwrap();
    program(world, path, &text.replace("#!/bin/sh\n", &lines))
}

fn trace(world: &World) -> PathBuf {
    world.path().join("trace")
}

/// Whether a plugin was asked who it is.
fn was_asked(world: &World) -> bool {
    world.wasmrun_home().join("plugins/.asked").exists()
}

#[test]
fn a_plugin_of_the_project_runs_only_when_it_is_trusted() {
    let world = World::new();
    let exe = project(&world);
    traced(&world, "app/tools/copy");
    let run = world.run(&["compile", "app", "--format", "json"]);
    let last = lines(&run).pop().unwrap();
    assert_eq!((run.code, &last["code"]), (4, &"untrusted".into()));
    let run = world.run(&["compile", "app"]);
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(run.err.contains("`wasmrun trust"), "{}", run.err);
    // Named by the user it is still the project's.
    let run = world.run(&["compile", "app", "--plugin", "app/tools/copy"]);
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(!trace(&world).exists() && !was_asked(&world), "it ran");

    let run = world.run(&["trust", "app/tools/copy"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let run = world.run(&["compile", "app"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("built by copy"), "{}", run.err);
    assert!(trace(&world).exists() && was_asked(&world));
    let run = world.run(&["trust", "--list", "--format", "json"]);
    assert!(
        lines(&run)[0]["path"]
            .as_str()
            .unwrap()
            .ends_with("app/tools/copy")
    );

    let text = std::fs::read_to_string(&exe).unwrap();
    program(&world, "app/tools/copy", &format!("{text}# changed\n"));
    let run = world.run(&["compile", "app"]);
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(
        run.err.contains("has changed since you trusted it"),
        "{}",
        run.err
    );
    assert_eq!(world.run(&["trust", "app/tools/copy"]).code, 0);
    assert_eq!(world.run(&["trust", "--remove", "app/tools/copy"]).code, 0);
    assert_eq!(world.run(&["compile", "app"]).code, 4);
    assert_eq!(world.run(&["trust", "--remove", "app/tools/copy"]).code, 2);
}

#[test]
fn a_lock_lets_it_run_when_the_user_asks_for_the_lock() {
    let world = World::new();
    project(&world);
    world.run(&["trust", "app/tools/copy"]);
    let run = world.run(&["plugin", "lock", "--path", "app"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let lock = std::fs::read_to_string(world.path().join("app/wasmrun.lock")).unwrap();
    assert!(lock.contains("source = \"project:tools/copy\""), "{lock}");

    // Somebody else, who trusts nothing.
    world.run(&["trust", "--remove", "app/tools/copy"]);
    assert_eq!(world.run(&["compile", "app"]).code, 4);
    let run = world.run(&["compile", "app", "--locked"]);
    assert_eq!(run.code, 0, "{}", run.err);
    // The project itself cannot ask for it.
    world.write(
        "app/wasmrun.toml",
        "plugin = './tools/copy'\nlocked = true\n",
    );
    assert_eq!(world.run(&["compile", "app"]).code, 4);
    // By its lock alone, without being named.
    world.write("app/wasmrun.toml", "");
    let run = world.run(&["compile", "app", "--locked"]);
    assert!(run.err.contains("built by copy"), "{}", run.err);
    changed(&world, "app/tools/copy", &[("0.1.0", "0.1.1")]);
    assert_eq!(
        world
            .run(&["compile", "app", "--locked", "--plugin", "./app/tools/copy"])
            .code,
        4
    );
}

#[test]
fn a_path_outside_the_project_is_the_users_own_choice() {
    let world = World::new();
    world.write("app/module.wasm", MODULE);
    traced(&world, "tools/copy");
    let run = world.run(&["compile", "app", "--plugin", "./tools/copy"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("built by copy"), "{}", run.err);
    // It was asked once, and a build from the cache starts nothing at all.
    std::fs::remove_file(trace(&world)).unwrap();
    let run = world.run(&["compile", "app", "--plugin", "./tools/copy", "--explain"]);
    assert!(run.err.contains("from the cache"), "{}", run.err);
    assert!(!trace(&world).exists(), "it was started");
    // The project may not point outside either.
    world.write("app/wasmrun.toml", "plugin = '../tools/copy'\n");
    assert_eq!(world.run(&["compile", "app"]).code, 4);
    for (path, code, why) in [
        ("./nowhere", 3, "there is no plugin ./nowhere"),
        ("./app", 2, "is not a file"),
        ("./app/module.wasm", 4, "nobody trusts it"),
    ] {
        let run = world.run(&["compile", "app", "--plugin", path]);
        assert_eq!(run.code, code, "{}", run.err);
        assert!(run.err.contains(why), "{}", run.err);
    }
}

#[test]
fn without_a_name_those_of_the_project_are_trusted() {
    let world = World::new();
    project(&world);
    let here = |args: &[&str]| {
        let mut command = world.command(args);
        Run::of(
            command
                .current_dir(world.path().join("app"))
                .output()
                .unwrap(),
        )
    };
    let run = here(&["trust"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("app/tools/copy"), "{}", run.out);
    assert_eq!(here(&["compile"]).code, 0);
    let run = world.run(&["trust"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("names no executable"), "{}", run.err);
    assert_eq!(world.run(&["trust", "nowhere"]).code, 2);
}
