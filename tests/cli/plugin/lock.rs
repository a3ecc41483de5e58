use super::*;

#[test]
fn a_locked_project_takes_the_plugin_that_is_pinned_and_no_other() {
    let world = World::new();
    let exe = changed(&world, "tools/copy", &[]);
    install(&world, &exe);
    world.write("app/module.wasm", MODULE);
    let run = world.run(&["plugin", "lock", "--path", "app"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let lock = std::fs::read_to_string(world.path().join("app/wasmrun.lock")).unwrap();
    assert!(
        lock.contains("name = \"copy\"\nversion = \"0.1.0\""),
        "{lock}"
    );
    assert_eq!(world.run(&["compile", "app", "--locked"]).code, 0);

    // The same version with other content, then another version.
    for change in [("# Explained", "# explained"), ("0.1.0", "0.2.0")] {
        let text = std::fs::read_to_string(copy()).unwrap();
        program(
            &world,
            "tools/copy",
            &text
                .replace("in plain shell", "in shell")
                .replace(change.0, change.1),
        );
        assert_eq!(world.run(&["plugin", "update"]).code, 0);
        let run = world.run(&["compile", "app", "--locked"]);
        assert_eq!(run.code, 4, "{}", run.err);
        assert!(
            run.err.contains("is not the one in wasmrun.lock"),
            "{}",
            run.err
        );
        assert!(
            run.err.contains("`wasmrun plugin lock copy`"),
            "{}",
            run.err
        );
        assert_eq!(
            world.run(&["compile", "app"]).code,
            0,
            "without --locked it builds"
        );
    }
    let run = world.run(&["plugin", "lock", "copy", "-p", "app", "--format", "json"]);
    assert_eq!(lines(&run)[0]["version"], "0.2.0");
    assert_eq!(world.run(&["compile", "app", "--locked"]).code, 0);

    // Pinned and not installed; installed and not pinned.
    assert_eq!(world.run(&["plugin", "uninstall", "copy"]).code, 0);
    let run = world.run(&["compile", "app", "--locked", "--plugin", "copy"]);
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(
        run.err.contains("wasmrun.lock pins copy 0.2.0"),
        "{}",
        run.err
    );
    install(&world, &hex());
    world.write("app/main.hex", HEX);
    let run = world.run(&["compile", "app", "--locked"]);
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(run.err.contains("`wasmrun plugin lock hex`"), "{}", run.err);
}

#[test]
fn a_project_whose_plugin_is_only_pinned_says_so() {
    let world = World::new();
    install(&world, &hex());
    world.write("app/main.hex", HEX);
    assert_eq!(world.run(&["plugin", "lock", "--path", "app"]).code, 0);
    world.run(&["plugin", "uninstall", "hex"]);
    let run = world.run(&["compile", "app"]);
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(
        run.err.contains("wasmrun.lock pins hex 0.1.0"),
        "{}",
        run.err
    );
}

#[test]
fn what_needs_no_lock_is_not_locked() {
    let world = World::new();
    world.write("app/main.wat", "(module)");
    let run = world.run(&["plugin", "lock", "--path", "app"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("part of wasmrun"), "{}", run.err);
    assert_eq!(world.run(&["compile", "app", "--locked"]).code, 0);
    let run = world.run(&["plugin", "lock", "nothing"]);
    assert_eq!(run.code, 3, "{}", run.err);
    world.write("app/wasmrun.lock", "version = 1\nplugin = 3\n");
    let run = world.run(&["compile", "app"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(
        run.err.contains("wasmrun.lock is not a lock"),
        "{}",
        run.err
    );
}
