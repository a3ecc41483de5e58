//! The build cache, seen from outside.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::compile::wat;
use crate::kit::{Run, World};
use crate::tools;

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found
}

fn cached(run: &Run) -> bool {
    assert_eq!(run.code, 0, "{}", run.err);
    run.out.contains("cached in")
}

#[test]
fn a_damaged_object_is_rebuilt_and_not_served() {
    let damages: [fn(&Path); 3] = [
        |path| fs::write(path, "damaged").unwrap(),
        |path| fs::write(path, "").unwrap(),
        |path| fs::remove_file(path).unwrap(),
    ];
    let world = World::new();
    world.write("hello.wat", wat(1));
    assert!(!cached(&world.run(&["compile", "hello.wat"])));
    let output = world.path().join("hello.wasm");
    let good = fs::read(&output).unwrap();
    for damage in damages {
        for object in files(&world.wasmrun_home().join("cache/objects")) {
            damage(&object);
        }
        fs::remove_file(&output).unwrap();
        assert!(!cached(&world.run(&["compile", "hello.wat"])));
        assert_eq!(fs::read(&output).unwrap(), good);
        fs::remove_file(&output).unwrap();
        assert!(
            cached(&world.run(&["compile", "hello.wat"])),
            "it is mended"
        );
        assert_eq!(fs::read(&output).unwrap(), good);
    }
}

#[test]
fn a_damaged_record_is_a_miss() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    world.run(&["compile", "hello.wat"]);
    for cut in [0, 1, 64, 65, 66, 200] {
        for record in files(&world.wasmrun_home().join("cache/records")) {
            let content = fs::read(&record).unwrap();
            fs::write(record, &content[..cut]).unwrap();
        }
        assert!(
            !cached(&world.run(&["compile", "hello.wat"])),
            "cut at {cut}"
        );
        assert!(cached(&world.run(&["compile", "hello.wat"])));
    }
}

#[test]
fn many_processes_share_one_cache() {
    let world = World::new();
    for n in 0..4 {
        world.write(&format!("{n}.wat"), wat(n));
    }
    let start = |n: u32| {
        let file = format!("{}.wat", n % 4);
        let mut command = world.command(&["compile", &file]);
        // So small that they also make room all the time.
        command.env("WASMRUN_CACHE_MAX_SIZE", "3000");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    for _ in 0..3 {
        let running: Vec<_> = (0..12).map(start).collect();
        for child in running {
            let run = Run::of(child.wait_with_output().unwrap());
            assert_eq!(
                (run.code, run.err.contains("warning")),
                (0, false),
                "{}",
                run.err
            );
        }
        for n in 0..4 {
            let run = world.run(&["compile", &format!("{n}.wat"), "--no-cache"]);
            assert!(run.out.contains(", unchanged, "), "{}", run.out);
        }
    }
}

#[test]
fn the_size_is_limited() {
    let world = World::new();
    for n in 0..12 {
        world.write("hello.wat", wat(n));
        let mut command = world.command(&["compile", "hello.wat"]);
        command.env("WASMRUN_CACHE_MAX_SIZE", "4000");
        assert_eq!(Run::of(command.output().unwrap()).code, 0);
        let sizes = files(&world.wasmrun_home().join("cache"));
        let size: u64 = sizes
            .iter()
            .map(|file| fs::metadata(file).unwrap().len())
            .sum();
        assert!(size <= 4000, "{size} bytes");
    }
    assert!(cached(&world.run(&["compile", "hello.wat"])));
}

#[test]
fn what_a_c_project_is_made_of_is_never_forgotten() {
    for tool in ["clang", "wasm-ld", "make"] {
        if tools::find(tool, "c").is_none() {
            return;
        }
    }
    let world = World::new();
    let source = "#include <stdio.h>\n#include \"a.h\"\nint main(void) { return puts(A); }\n";
    world.write("app/main.c", source);
    world.write("app/include/a.h", "#define A \"one\"\n");
    let rule = "app.wasm: main.c\n\t$(CC) $(CFLAGS) -Iearly -Iinclude $(LDFLAGS) -o $@ main.c\n";
    world.write("app/Makefile", rule);
    let compile = |args: &[&str], flags: &str| {
        let mut command = world.command(&[&["compile", "app"], args].concat());
        Run::of(command.env("CFLAGS", flags).output().unwrap())
    };
    let changes: [(&str, &dyn Fn()); 5] = [
        ("a source", &|| {
            drop(world.write("app/main.c", source.replace("puts(A)", "puts(A A)")));
        }),
        ("an include", &|| {
            drop(world.write("app/include/a.h", "#define A \"two\"\n"));
        }),
        ("an earlier include", &|| {
            drop(world.write("app/early/a.h", "#define A \"three\"\n"));
        }),
        ("the Makefile", &|| {
            drop(world.write("app/Makefile", rule.replace(" -I", " -g -I")));
        }),
        ("no earlier include", &|| {
            fs::remove_dir_all(world.path().join("app/early")).unwrap();
        }),
    ];
    let output = || fs::read(files(&world.path().join("app/dist")).remove(0)).unwrap();
    let check = |what: &str, flags: &str| {
        assert!(!cached(&compile(&[], flags)), "{what}");
        let built = output();
        assert!(cached(&compile(&[], flags)), "{what}, again");
        let run = compile(&["--no-cache"], flags);
        assert!(!cached(&run) && output() == built, "{what}");
    };
    check("the first time", "");
    for (what, change) in changes {
        change();
        check(what, "");
    }
    check("a variable", "-DB=1");
}

#[test]
fn a_file_that_was_named_is_built_by_itself() {
    if tools::find("clang", "c").is_none() {
        return;
    }
    let world = World::new();
    world.write(
        "app/hello.c",
        "#include <stdio.h>\nint main(void) { puts(\"hello\"); }\n",
    );
    world.write("app/other.c", "this is not C\n");
    let alone = world.run(&["compile", "app/hello.c"]);
    assert_eq!(alone.code, 0, "{}", alone.err);
    let whole = world.run(&["compile", "app", "--explain"]);
    assert_eq!(whole.code, 1, "{}", whole.err);
    assert!(whole.err.contains("app/other.c") || whole.err.contains("other.c:1"));
}

#[test]
fn a_header_that_would_be_found_first_makes_a_new_build() {
    if tools::find("clang", "c").is_none() {
        return;
    }
    let world = World::new();
    world.write(
        "a.c",
        "#include <stdio.h>\n#include \"limits.h\"\n#if __has_include(\"sub/x.h\")\n#error there\n#endif\n\
         int main(void) { return CHAR_BIT; }\n",
    );
    let build = ["compile", "a.c", "--option", "compiler=clang"];
    assert!(!cached(&world.run(&build)));
    world.write("unrelated.txt", "");
    assert!(cached(&world.run(&build)));
    world.write("limits.h", "#define CHAR_BIT 9\n");
    assert!(!cached(&world.run(&build)));
    fs::remove_file(world.path().join("limits.h")).unwrap();
    assert!(cached(&world.run(&build)));
    world.write("sub/x.h", "");
    assert_eq!(world.run(&build).code, 1);
}

#[test]
fn what_the_assembler_embeds_is_never_cached() {
    if tools::find("clang", "c").is_none() {
        return;
    }
    let world = World::new();
    world.write("a.c", "// .incbin\nint main(void) { return 0; }\n");
    let build = ["compile", "a.c", "--option", "compiler=clang", "--explain"];
    let first = world.run(&build);
    assert!(!cached(&first));
    let second = world.run(&build);
    assert!(
        !cached(&second) && second.err.contains(".incbin"),
        "{}",
        second.err
    );
}

#[test]
fn a_project_that_asks_git_is_built_each_time() {
    if tools::find("clang", "c").is_none() || tools::find("cmake", "c").is_none() {
        return;
    }
    let world = World::new();
    world.write(
        "app/CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.10)\nproject(app C)\n\
         execute_process(COMMAND git describe OUTPUT_VARIABLE V ERROR_QUIET)\n\
         add_executable(app main.c)\n",
    );
    world.write("app/main.c", "int main(void) { return 0; }\n");
    let build = ["compile", "app", "--option", "compiler=clang", "--explain"];
    assert!(!cached(&world.run(&build)));
    let again = world.run(&build);
    assert!(!cached(&again));
    assert!(
        again.err.contains("CMakeLists.txt asks git"),
        "{}",
        again.err
    );
}
