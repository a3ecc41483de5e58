//! `wasmrun clean`, seen from outside.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::compile::wat;
use crate::kit::World;
use crate::tools;

#[test]
fn what_was_written_is_deleted_and_nothing_else() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    world.write("other.wasm", "not ours");
    world.run(&["compile", "hello.wat"]);
    world.run(&["compile", "hello.wat", "-o", "out/x.wasm"]);
    let run = world.run(&["clean", "--dry-run"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.contains("would delete hello.wasm (34 B)"),
        "{}",
        run.err
    );
    assert_eq!(run.out, "68 B would be freed\n");
    assert_eq!(
        world.names(),
        ["hello.wasm", "hello.wat", "other.wasm", "out"]
    );
    let run = world.run(&["clean"]);
    assert_eq!(
        (run.code, run.out.as_str()),
        (0, "68 B freed\n"),
        "{}",
        run.err
    );
    assert_eq!(world.names(), ["hello.wat", "other.wasm"]);
    assert_eq!(world.run(&["clear"]).out, "nothing to clean\n");
}

#[test]
fn an_output_that_somebody_changed_stays() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    world.run(&["compile", "hello.wat"]);
    world.write("hello.wasm", "mine now");
    let run = world.run(&["reset", "hello.wat"]);
    assert_eq!(run.code, 0);
    assert!(
        run.err.contains("kept hello.wasm: it was changed after"),
        "{}",
        run.err
    );
    assert!(run.err.contains("rm hello.wasm"), "{}", run.err);
    assert_eq!(
        fs::read(world.path().join("hello.wasm")).unwrap(),
        b"mine now"
    );
}

#[cfg(unix)]
#[test]
fn a_link_in_an_outputs_place_is_not_followed() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    world.run(&["compile", "hello.wat"]);
    let [output, elsewhere] = ["hello.wasm", "elsewhere"].map(|name| world.path().join(name));
    fs::rename(&output, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &output).unwrap();
    let run = world.run(&["clean"]);
    assert!(run.err.contains("not a plain file"), "{}", run.err);
    assert!(elsewhere.exists() && output.exists());
}

#[test]
fn all_clears_the_cache_and_the_memory_and_leaves_the_rest_of_the_home() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    world.run(&["compile", "hello.wat"]);
    let home = world.wasmrun_home();
    let mine = [
        "config.toml",
        "plugins/p/plugin",
        "cache/notes",
        "cache/objects/x",
        "projects/y",
    ];
    for name in mine {
        fs::create_dir_all(home.join(name).parent().unwrap()).unwrap();
        fs::write(home.join(name), "").unwrap();
    }
    let empty = world.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let run = world.run(&["clean", "empty", "--all", "--dry-run"]);
    assert!(
        run.err.contains("would delete the build cache"),
        "{}",
        run.err
    );
    let run = world.run(&["compile", "hello.wat"]);
    assert!(run.out.contains("cached"), "{}", run.out);
    let run = world.run(&["clean", "empty", "--all"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.contains("deleted the build cache in "),
        "{}",
        run.err
    );
    for name in mine {
        assert!(home.join(name).exists(), "{name}");
    }
    let run = world.run(&["compile", "hello.wat", "--explain"]);
    assert!(
        run.err.contains("built: it is the first build"),
        "{}",
        run.err
    );
}

#[cfg(unix)]
#[test]
fn nothing_behind_a_link_is_cleared() {
    let world = World::new();
    let elsewhere = world.path().join("elsewhere");
    let digest = "ab".repeat(32);
    let object = elsewhere.join("objects/ab").join(digest);
    fs::create_dir_all(object.parent().unwrap()).unwrap();
    fs::write(&object, "precious").unwrap();
    fs::create_dir_all(world.wasmrun_home()).unwrap();
    std::os::unix::fs::symlink(&elsewhere, world.wasmrun_home().join("cache")).unwrap();
    let run = world.run(&["clean", "--all"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("symbolic link"), "{}", run.err);
    assert!(object.exists());
}

#[test]
fn json_tells_each_path_and_the_sum() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    world.run(&["compile", "hello.wat"]);
    let run = world.run(&["clean", "--format", "json"]);
    let lines: Vec<Value> = run
        .out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!((lines.len(), run.err.as_str()), (2, ""), "{}", run.out);
    assert_eq!(
        (&lines[0]["type"], &lines[0]["what"]),
        (&"removed".into(), &"output".into())
    );
    assert!(Path::new(lines[0]["path"].as_str().unwrap()).ends_with("hello.wasm"));
    assert_eq!(
        (&lines[1]["type"], &lines[1]["bytes"]),
        (&"result".into(), &34.into())
    );
    let run = world.run(&["clean", "missing", "--format", "json"]);
    let line: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((run.code, &line["code"]), (2, &"not_found".into()));
}

#[test]
fn a_c_project_keeps_its_sources() {
    for tool in ["clang", "wasm-ld", "make"] {
        if tools::find(tool, "c").is_none() {
            return;
        }
    }
    let world = World::new();
    world.write("app/main.c", "int main(void) { return 0; }\n");
    let rule = "app.wasm: main.c\n\t$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.c\n";
    world.write("app/Makefile", rule);
    let run = world.run(&["compile", "app"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let run = world.run(&["clean", "app"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let mut left: Vec<_> = fs::read_dir(world.path().join("app"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["Makefile", "main.c"]);
}
