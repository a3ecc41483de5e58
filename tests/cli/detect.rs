use serde_json::Value;

use crate::kit::{Run, World};

const MODULE: &str = "(module (func (export \"f\")))";

/// What `compile` says it has found.
fn found(run: &Run) -> Value {
    let line = run.out.lines().next().unwrap_or_default();
    let event: Value = serde_json::from_str(line).unwrap_or_default();
    assert_eq!(event["type"], "detect", "{}{}", run.out, run.err);
    event
}

fn compile(world: &World, args: &[&str]) -> Run {
    world.run(&[&["compile", "--format", "json"], args].concat())
}

#[test]
fn the_result_says_why_and_what_else() {
    let world = World::new();
    world.write("main.wat", MODULE);
    world.write("gen.py", "");
    world.write("old.wasm", "");
    let event = found(&compile(&world, &[]));
    assert_eq!(event["language"], "wat");
    assert_eq!(event["why"], "main.wat");
    assert_eq!(event["entry"], "main.wat");
    let others = event["others"].as_array().unwrap();
    assert_eq!(others.len(), 1, "a module beside sources is their output");
    assert_eq!(others[0]["language"], "python");
    let run = world.run(&["compile"]);
    assert!(run.err.contains("WAT (main.wat)"), "{}", run.err);
    assert!(
        run.err.contains("`--language python`; gen.py"),
        "{}",
        run.err
    );
}

#[test]
fn a_flag_and_a_setting_override_the_marks() {
    let world = World::new();
    world.write("main.c", "");
    world.write("hello.wat", MODULE);
    let event = found(&compile(&world, &["--language", "wat"]));
    assert_eq!(event["why"], "asked for; hello.wat");
    assert_eq!(event["others"][0]["language"], "c");
    world.write("wasmrun.toml", "language = 'wat'\n");
    assert_eq!(found(&compile(&world, &[]))["language"], "wat");
    world.write("wasmrun.toml", "entry = 'sub/deep.wat'\n");
    world.write("sub/deep.wat", MODULE);
    let event = found(&compile(&world, &[]));
    assert_eq!(
        (&event["language"], &event["entry"]),
        (&"wat".into(), &"sub/deep.wat".into())
    );
}

#[test]
fn an_entry_that_is_none_is_an_error() {
    let world = World::new();
    world.write("main.wat", MODULE);
    for (entry, said) in [
        ("none.wat", "is not in"),
        ("../x.wat", "lies outside"),
        (".", "is not a file in"),
    ] {
        world.write("wasmrun.toml", format!("entry = '{entry}'\n"));
        let run = world.run(&["compile"]);
        assert_eq!(run.code, 2);
        assert!(
            run.err.contains(&format!("the entry `{entry}` {said}")),
            "{}",
            run.err
        );
        assert!(run.err.contains("help: "), "{}", run.err);
    }
}

#[test]
fn without_a_project_it_says_what_was_looked_for_and_where() {
    let world = World::new();
    let root = world.path().canonicalize().unwrap();
    let run = world.run(&["compile"]);
    assert_eq!(run.code, 2);
    let first = format!(
        "error: no project in {}\n  the folder is empty\n",
        root.display()
    );
    assert!(run.err.starts_with(&first), "{}", run.err);
    world.write("notes.txt", "");
    world.write("Makefile", "all:\n");
    let run = world.run(&["compile"]);
    assert_eq!(run.code, 2);
    for line in [
        "looked for",
        "    Rust: Cargo.toml",
        "    Go: go.mod",
        "    C/C++: *.c",
    ] {
        assert!(run.err.contains(line), "{line}\n{}", run.err);
    }
    let run = world.run(&["compile", "--language", "go"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no Go project in"), "{}", run.err);
}

#[test]
fn the_command_that_help_names_builds_the_project_nearby() {
    let world = World::new();
    world.write("my app/main.wat", MODULE);
    world.write("docs/a.md", "");
    let run = world.run(&["compile"]);
    assert_eq!(run.code, 2);
    let told = "help: there is a WAT project in my app: `wasmrun compile 'my app'`";
    assert!(run.err.contains(told), "{}", run.err);
    let run = world.run(&["compile", "my app"]);
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn odd_paths_are_paths() {
    let world = World::new();
    world.write("größe und maß/main.wat", MODULE);
    let event = found(&compile(&world, &["größe und maß"]));
    assert_eq!(event["name"], "größe-und-maß");
    let run = world.run(&["compile", "nowhere"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("there is no nowhere"), "{}", run.err);
    world.write("readme.md", "# hello\n");
    let run = world.run(&["compile", "readme.md"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("nothing tells what readme.md is"),
        "{}",
        run.err
    );
    world.write("text", MODULE);
    let event = found(&compile(&world, &["text"]));
    assert_eq!(
        (&event["language"], &event["why"]),
        (&"wat".into(), &"text, (module".into())
    );
}

#[cfg(unix)]
#[test]
fn a_linked_folder_is_the_folder_itself() {
    let world = World::new();
    world.write("real/main.wat", MODULE);
    std::os::unix::fs::symlink("real", world.path().join("link")).unwrap();
    let event = found(&compile(&world, &["link"]));
    let real = world.path().join("real").canonicalize().unwrap();
    assert_eq!(event["root"], real.to_str().unwrap());
    assert_eq!(event["name"], "real");
}
