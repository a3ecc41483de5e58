use super::*;

#[test]
fn a_project_that_takes_a_plugin_says_which_and_how() {
    for (file, content, message) in [
        (
            "go.mod",
            "module x\n",
            "this is a Go project; wasmgo builds those",
        ),
        (
            "Cargo.toml",
            "[package]\nname = 'x'\n",
            "this is a Rust project; wasmrust builds those",
        ),
        (
            "main.py",
            "print(1)\n",
            "this is a Python project; waspy builds those",
        ),
        (
            "asconfig.json",
            "{}",
            "this is an AssemblyScript project; wasmasc builds those",
        ),
    ] {
        let world = World::new();
        world.write(file, content);
        world.write("main.go", "package main\n");
        if file != "go.mod" {
            std::fs::remove_file(world.path().join("main.go")).unwrap();
        }
        let run = world.run(&["compile"]);
        assert_eq!(run.code, 3, "{}", run.err);
        assert!(run.err.contains(message), "{}", run.err);
        assert!(
            run.err.contains("help: `wasmrun plugin install wasm") || file == "main.py",
            "{}",
            run.err
        );
    }
}

#[test]
fn a_mistyped_name_suggests_the_nearest() {
    let world = World::new();
    world.write("main.wat", "(module)");
    for (name, help) in [
        ("wta", "did you mean `wat`?"),
        ("wasmog", "did you mean `wasmgo`?"),
        ("wasmgo", "`wasmrun plugin install wasmgo`"),
        ("xyzzy", "installed are"),
    ] {
        let run = world.run(&["compile", "--plugin", name]);
        assert_eq!(run.code, 3, "{}", run.err);
        assert!(run.err.contains(help), "{name}: {}", run.err);
    }
    let run = world.run(&["compile", "--plugin", "c"]);
    assert!(
        run.err.contains("does not build WAT projects"),
        "{}",
        run.err
    );
}

#[test]
fn of_two_that_fit_equally_well_the_one_that_says_more_is_taken() {
    let world = World::new();
    for (name, score) in [("one", "41"), ("two", "42")] {
        let own = format!("\"name\":\"{name}\"");
        let text = std::fs::read_to_string(copy()).unwrap();
        let said = format!("match='{{\"score\":{score}");
        assert!(text.contains("match='{\"score\":40"));
        let text = text
            .replace("\"name\":\"copy\"", &own)
            .replace("match='{\"score\":40", &said);
        let manifest = format!(
            "schema = 1\nname = '{name}'\nversion = '0.1.0'\nprotocol = [1]\nargv = ['{name}', \
             '--wasmrun-plugin']\nlanguages = ['copied']\n[detect]\nall = ['module.wasm']\nscore = 60\n"
        );
        let folder = format!("{name}-folder");
        world.write(&format!("{folder}/wasmrun.toml"), manifest);
        program(&world, &format!("{folder}/{name}"), &text);
        let run = world.run(&["plugin", "install", &folder]);
        assert_eq!(run.code, 0, "{}", run.err);
    }
    world.write("app/module.wasm", MODULE);
    let mut compile = world.command(&["compile", "app"]);
    // A busy machine takes its time to start two shells.
    compile.env("WASMRUN_PLUGIN_DETECT_TIMEOUT", "60s");
    let run = Run::of(compile.output().unwrap());
    assert!(run.err.contains("built by two"), "{}", run.err);
}
