//! What a C build depends on, and that it depends on nothing else.

use plugin_protocol::{BuildReport, Profile};

use crate::kit::World;

fn files(report: &BuildReport) -> &[String] {
    &report.inputs.as_ref().unwrap().files
}

#[test]
fn every_header_that_was_read_is_an_input() {
    for compiler in ["clang", "emcc"] {
        let Some(world) = World::c(compiler) else {
            continue;
        };
        let built = world
            .file(
                "a b.c",
                "#include <stdio.h>\n#include \"own.h\"\nint main(void) {}",
            )
            .file("own.h", "#include \"sub/deep.h\"")
            .file("sub/deep.h", "")
            .file("unread.h", "")
            .build();
        let report = built.report();
        for file in ["a b.c", "own.h", "sub/deep.h"] {
            assert!(files(report).iter().any(|input| input == file), "{file}");
        }
        assert!(
            files(report)
                .iter()
                .any(|input| input.ends_with("/stdio.h"))
        );
        assert!(!files(report).iter().any(|input| input == "unread.h"));
        assert_eq!(report.inputs.as_ref().unwrap().names, ["**"]);
        assert!(report.env_read.iter().any(|name| name == "PATH"));
        assert_eq!(report.uncacheable, None);
    }
}

#[test]
fn the_tools_have_their_parts_and_those_looked_for_before() {
    let Some(world) = World::c("clang") else {
        return;
    };
    let built = world.file("a.c", "int main(void) {}").build();
    let tool = &built.report().tools[0];
    assert!(tool.path.as_ref().unwrap().is_absolute());
    assert!(tool.version.is_some());
    let has = |end: &str| {
        tool.parts
            .iter()
            .any(|part| part.to_string_lossy().contains(end))
    };
    assert!(has("wasm-ld") || has("lld"), "{:?}", tool.parts);
    assert!(
        has("libclang_rt.builtins") && has("wasm32-wasi"),
        "{:?}",
        tool.parts
    );
    for part in &tool.parts {
        assert!(part.exists(), "{}", part.display());
    }
}

#[test]
fn the_clock_makes_a_result_uncacheable() {
    for (name, content) in [
        (
            "main.c",
            "#include <stdio.h>\nint main(void) { puts(__DATE__ __TIME__); }",
        ),
        ("Makefile", "app.wasm: main.c\n\t$(CC) -Werror -o $@ $<\n"),
    ] {
        let Some(world) = World::c("clang") else {
            return;
        };
        let world = world.file(
            "main.c",
            "#include <stdio.h>\nint main(void) { puts(__TIME__); }",
        );
        let built = world.option("flags", "-Werror").file(name, content).build();
        let reason = built.report().uncacheable.as_deref().unwrap_or_default();
        assert!(reason.contains("main.c uses __DATE__"), "{reason}");
        assert!(built.diagnostics().is_empty());
    }
}

#[test]
fn the_environment_of_the_user_stays_outside() {
    let Some(world) = World::c("clang") else {
        return;
    };
    let code = "all:\n\t@test -z \"$$CPATH$$CARGO_MANIFEST_DIR\"\n\t$(CC) -o app.wasm main.c\n";
    world
        .file("main.c", "int main(void) {}")
        .file("Makefile", code)
        .build()
        .report();
}

#[test]
fn the_same_input_gives_the_same_bytes_wherever_it_is_built() {
    let main = "#include <assert.h>\n#include <stdio.h>\n#include \"h.h\"\nint main(int c, char **v) { assert(c); puts(__FILE__); return f(); }";
    let cmake = "cmake_minimum_required(VERSION 3.10)\nproject(app C)\nadd_executable(app main.c sub/f.c)\n";
    let make = "app.wasm: main.o sub/f.o\n\t$(CC) -o $@ $^\nsub/f.o:\n\t$(MAKE) -C sub f.o\n";
    for (file, content) in [
        ("note.txt", ""),
        ("Makefile", make),
        ("CMakeLists.txt", cmake),
    ] {
        for compiler in ["clang", "emcc"] {
            for profile in [Profile::Debug, Profile::Release] {
                // Emscripten's checks of the compiler take CMake half a minute.
                if file == "CMakeLists.txt" && (compiler, profile) != ("clang", Profile::Debug) {
                    continue;
                }
                let build = |folder: &str| {
                    let world = World::c(compiler)?
                        .profile(profile)
                        .option(
                            "sources",
                            if file == "note.txt" {
                                vec!["*.c", "sub/*.c"]
                            } else {
                                vec![]
                            },
                        )
                        .file("main.c", main)
                        .file("h.h", "int f(void);")
                        .file(
                            "sub/f.c",
                            "#include <assert.h>\nint f(void) { assert(f); return 0; }",
                        )
                        .file("note", folder)
                        .file(file, content);
                    let built = world.build();
                    built.report();
                    Some(built.module())
                };
                let Some(first) = build("a") else { continue };
                assert_eq!(Some(first), build("b"), "{compiler} {file} {profile:?}");
            }
        }
    }
}
