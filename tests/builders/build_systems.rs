//! Makefiles and CMake projects.

use std::time::Duration;

use plugin_protocol::{ErrorCode, Severity};
use wasmrun::plugin::Failure;
use wasmrun::project::Language;

use crate::kit::{Built, World, needs};

const MAIN: &str = "#include <stdio.h>\n#include \"value.h\"\nint main(void) { printf(\"%d\\n\", VALUE); return 0; }\n";
const MAKEFILE: &str = "CC = gcc\nCFLAGS = -Wall\napp.wasm: main.o\n\t$(CC) -o $@ $^\nmain.o: main.c\n\t$(CC) $(CFLAGS) -c -o $@ $<\nclean:\n\trm -f main.o app.wasm\n";

fn each(test: impl Fn(World)) {
    for compiler in ["clang", "emcc"] {
        if let Some(world) = World::c(compiler).filter(|_| needs("make").is_some()) {
            test(world);
        }
    }
}

fn makefile(world: World) -> World {
    world
        .file("main.c", MAIN)
        .file("value.h", "#define VALUE 1\n")
        .file("Makefile", MAKEFILE)
}

fn assert_says(built: &Built, text: &str) {
    if let Some(said) = built.run(&[]) {
        assert_eq!(said.trim_end(), text);
    }
}

#[test]
fn a_makefile_is_built_in_a_copy_with_the_right_compiler() {
    each(|world| {
        let world = makefile(world);
        assert_says(&world.build(), "1");
        // The Makefile does not know that main.o depends on the header.
        world.write("value.h", "#define VALUE 2\n");
        assert_says(&world.build(), "2");
        let mut left: Vec<_> = std::fs::read_dir(world.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["Makefile", "main.c", "value.h"]);
    });
}

#[test]
fn objects_and_modules_of_earlier_builds_do_not_count() {
    each(|world| {
        let world = makefile(world);
        world.write("main.o", "an object of another compiler");
        assert_says(&world.build(), "1");
        let module = world.build().module();
        let world = world.file("Makefile", "app.wasm: main.c\n\t$(CC) -o $@ $<\n");
        world.write("value.h", "#define VALUE 3\n");
        world.write("app.wasm", module);
        assert_says(&world.build(), "3");
    });
}

#[test]
fn all_of_the_project_is_input_and_headers_outside_it() {
    each(|world| {
        let built = makefile(world).build();
        let inputs = built.report().inputs.as_ref().unwrap();
        assert_eq!(inputs.globs, ["**"]);
        assert!(
            inputs.files.iter().any(|file| file.ends_with("/stdio.h")),
            "{:?}",
            inputs.files
        );
        assert!(!inputs.files.iter().any(|file| file.contains(".work")));
        assert!(built.report().tools.iter().any(|tool| tool.name == "make"));
    });
}

#[test]
fn messages_in_a_copy_and_in_nested_makes_name_the_project_s_files() {
    each(|world| {
        let built = world
            .file("Makefile", "all:\n\t$(MAKE) -C sub\n")
            .file("sub/Makefile", "app.wasm: x.c\n\t$(CC) -o $@ x.c\n")
            .file(
                "sub/x.c",
                "#include \"../y.h\"\nint main(void) { return nothing; }\n",
            )
            .file("y.h", "#warning look\n")
            .build();
        let all = built.failed();
        assert_eq!(all.len(), 2, "{all:#?}");
        assert_eq!(
            (all[0].file.as_deref(), all[0].severity),
            (Some("y.h"), Severity::Warning)
        );
        assert_eq!(
            (all[1].file.as_deref(), all[1].severity),
            (Some("sub/x.c"), Severity::Error)
        );
        assert_eq!(all[1].span.unwrap().start, [2, 25]);
    });
}

#[test]
fn mistakes_in_a_makefile_are_told() {
    let build = |makefile: &str| {
        let world = World::c("clang").filter(|_| needs("make").is_some())?;
        Some(world.file("Makefile", makefile).build())
    };
    let Some(built) = build("all:\n    echo no tab\n") else {
        return;
    };
    let error = built.failed()[0];
    assert_eq!(
        (error.file.as_deref(), error.span.unwrap().start[0]),
        (Some("Makefile"), 2)
    );
    let built = build("app.wasm: none.c\n\t$(CC) none.c\n").unwrap();
    assert!(
        built.failed()[0]
            .message
            .contains("no rule to make target 'none.c'")
    );
    let built = build("all:\n\tno-such-tool x\n").unwrap();
    assert!(
        built.failed()[0].message.contains("`no-such-tool`"),
        "{:?}",
        built.failed()
    );
    let built = build("all:\n\t@echo the reason; exit 3\n").unwrap();
    let error = built.failed()[0];
    assert_eq!(error.span.unwrap().start[0], 2);
    assert!(
        error.rendered.as_ref().unwrap().contains("the reason"),
        "{error:?}"
    );
    let built = build("all:\n\t@echo nothing\n").unwrap();
    assert!(
        built.failed()[0]
            .message
            .contains("made no WebAssembly module")
    );
}

#[test]
fn several_modules_need_a_name() {
    each(|world| {
        let world = world
            .file("one.c", "int main(void) { return 0; }")
            .file(
                "two.c",
                "#include <stdio.h>\nint main(void) { puts(\"two\"); }",
            )
            .file(
                "Makefile",
                "all: one.wasm two.wasm\n%.wasm: %.c\n\t$(CC) -o $@ $<\n",
            );
        let built = world.build();
        let error = built.error();
        assert_eq!(error.code, ErrorCode::ProjectInvalid);
        assert!(
            error.message.contains("one.wasm, two.wasm"),
            "{}",
            error.message
        );
        assert_says(&world.option("artifact", "two.wasm").build(), "two");
    });
    let Some(world) = World::c("clang").filter(|_| needs("make").is_some()) else {
        return;
    };
    let built = world
        .option("make_target", "two.wasm")
        .file(
            "two.c",
            "#include <stdio.h>\nint main(void) { puts(\"two\"); }",
        )
        .file(
            "Makefile",
            "one.wasm:\n\tfalse\n%.wasm: %.c\n\t$(CC) -o $@ $<\n",
        )
        .build();
    assert_says(&built, "two");
}

#[test]
fn in_place_builds_where_the_project_is_and_cleans_up_with_make() {
    each(|world| {
        let world = makefile(world).option("in_place", true);
        let built = world.build();
        assert_says(&built, "1");
        assert!(built.report().uncacheable.is_some());
        assert!(world.path().join("main.o").exists());

        let compiler = world.options["compiler"].as_str().unwrap();
        let settings = format!("[options]\ncompiler = \"{compiler}\"\nin_place = true\n");
        world.write("wasmrun.toml", settings);
        let clean = |dry_run| {
            world
                .builder()
                .clean(world.path(), dry_run, &world.cancel)
                .unwrap()
        };
        assert_eq!(clean(true), ["app.wasm", "main.o"]);
        assert!(world.path().join("main.o").exists());
        assert_eq!(clean(false), ["app.wasm", "main.o"]);
        assert!(!world.path().join("main.o").exists());
        assert_eq!(clean(false), [""; 0]);
    });
}

#[test]
fn javascript_of_a_makefile_stays_beside_its_module() {
    let Some(world) = World::c("emcc").filter(|_| needs("make").is_some()) else {
        return;
    };
    let world = makefile(world)
        .option("output", "js")
        .file("Makefile", "prog.js: main.c\n\t$(CC) -o $@ $<\n");
    let built = world.build();
    assert_eq!(built.artifacts(), ["prog.wasm", "prog.js"]);
    if let Some(said) = built.run_js(&[]) {
        assert_eq!(said, "1\n");
    }
}

#[test]
fn a_makefile_that_hangs_is_ended_with_what_it_started() {
    let Some(world) = World::c("clang").filter(|_| needs("make").is_some()) else {
        return;
    };
    let (file, cancel) = (world.path().join("pid"), world.cancel.clone());
    let recipe = format!(
        "all:\n\techo $$$$ > '{0}.new'; mv '{0}.new' '{0}'; sleep 1000\n",
        file.display()
    );
    let written = file.clone();
    let thread = std::thread::spawn(move || {
        while !written.exists() {
            std::thread::sleep(Duration::from_millis(5));
        }
        cancel.cancel();
    });
    world.write("Makefile", recipe);
    assert_eq!(world.build().result.unwrap_err(), Failure::Cancelled);
    thread.join().unwrap();
    let pid = std::fs::read_to_string(file).unwrap();
    assert!(!std::path::Path::new("/proc").join(pid.trim()).exists());
}

#[test]
fn cmake_builds_c_and_cxx() {
    each(|world| {
        if needs("cmake").is_none() {
            return;
        }
        let built = world
            .file("CMakeLists.txt", "cmake_minimum_required(VERSION 3.10)\nproject(app C CXX)\nadd_library(value STATIC value.c)\nadd_executable(app main.cpp)\ntarget_link_libraries(app value)\n")
            .file("value.c", "int value(void) { return 7; }")
            .file("main.cpp", "#include <cstdio>\n#include <vector>\nextern \"C\" int value(void);\nint main() { std::vector<int> v(3, value()); std::printf(\"%d\\n\", v[2]); }")
            .build();
        assert_eq!(built.artifacts(), ["app.wasm"]);
        assert_says(&built, "7");
    });
}

#[test]
fn mistakes_in_cmake_projects_are_told() {
    each(|world| {
        if needs("cmake").is_none() {
            return;
        }
        let head = "cmake_minimum_required(VERSION 3.10)\nproject(app C)\n";
        let world = world.file(
            "CMakeLists.txt",
            format!("{head}add_executable(app none.c)\n"),
        );
        let built = world.build();
        let error = built.failed()[0];
        assert_eq!(error.file.as_deref(), Some("CMakeLists.txt"), "{error:?}");
        assert_eq!(error.span.unwrap().start[0], 3);
        assert!(
            error.message.contains("Cannot find source file"),
            "{error:?}"
        );
        let world = world
            .file(
                "CMakeLists.txt",
                format!("{head}add_executable(app sub/x.c)\n"),
            )
            .file("sub/x.c", "int main(void) { return nothing; }");
        let built = world.build();
        let error = built.failed()[0];
        assert_eq!(error.file.as_deref(), Some("sub/x.c"), "{error:?}");
        assert_eq!(error.span.unwrap().start, [1, 25]);
    });
}

#[test]
fn a_missing_make_is_a_missing_dependency() {
    let Some(clang) = needs("clang") else { return };
    let folder = tempfile::tempdir().unwrap();
    for tool in ["clang", "wasm-ld", "llvm-ar"] {
        let real = clang.canonicalize().unwrap().with_file_name(tool);
        #[cfg(unix)]
        if real.exists() {
            std::os::unix::fs::symlink(real, folder.path().join(tool)).unwrap();
        }
    }
    let own = std::env::current_exe().unwrap();
    let output = std::process::Command::new(own)
        .args(["--exact", "build_systems::without_make", "--ignored"])
        .env("PATH", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

/// The body of the last test, in a process with another environment.
#[test]
#[ignore = "started by another test"]
fn without_make() {
    let world = makefile(World::new(Language::C));
    let built = world.build();
    assert_eq!(built.error().code, ErrorCode::DependencyMissing);
    assert!(
        built.error().fix.contains(&"make".to_owned()),
        "{:?}",
        built.error()
    );
    let missing = world
        .builder()
        .check_dependencies(world.path(), &world.cancel)
        .unwrap();
    assert_eq!(missing[0].name, "make");
}
