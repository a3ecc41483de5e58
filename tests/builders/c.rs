//! C and C++ from sources.

use std::time::Duration;

use plugin_protocol::{ArtifactKind, ErrorCode, Profile, Severity};
use wasmrun::plugin::Failure;
use wasmrun::process::Cancel;
use wasmrun::project::Language;

use crate::kit::{Built, World, needs};

const HELLO: &str = "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n";

/// Runs a test for each compiler that the machine has.
fn each(test: impl Fn(World)) {
    for compiler in ["clang", "emcc"] {
        if let Some(world) = World::c(compiler) {
            test(world);
        }
    }
}

fn assert_says(built: &Built, text: &str) {
    if let Some(said) = built.run(&[]) {
        assert_eq!(said.trim_end(), text);
    }
}

#[test]
fn hello_runs_in_every_profile() {
    for profile in [Profile::Debug, Profile::Release, Profile::Size] {
        each(|world| {
            let built = world.profile(profile).file("hello.c", HELLO).build();
            assert_eq!(built.artifacts(), ["app.wasm"]);
            assert_says(&built, "hello");
        });
    }
}

#[test]
fn simd_is_built_in_every_profile() {
    let code = "#include <stdio.h>\n#include <wasm_simd128.h>\n
        __attribute__((noinline)) v128_t twice(v128_t a) { return wasm_i32x4_add(a, a); }
        int main(int n, char **args) {
            v128_t four = twice(wasm_i32x4_splat(2 * n));
            return printf(\"%d\\n\", wasm_i32x4_extract_lane(four, 1)) < 0;
        }";
    for profile in [Profile::Debug, Profile::Release, Profile::Size] {
        each(|world| {
            let world = world.option("flags", "-msimd128").profile(profile);
            assert_says(&world.file("main.c", code).build(), "4");
        });
    }
}

#[test]
fn a_debug_build_keeps_names_and_a_release_build_drops_them() {
    each(|world| {
        let has_names = |built: &Built| {
            let module = built.module();
            wasmparser::Parser::new(0).parse_all(&module).any(|payload| {
                matches!(payload.unwrap(), wasmparser::Payload::CustomSection(s) if s.name() == "name" || s.name().starts_with(".debug"))
            })
        };
        let world = world.file("hello.c", HELLO);
        assert!(!has_names(&world.build()));
        assert!(has_names(&world.profile(Profile::Debug).build()));
    });
}

#[test]
fn files_in_the_folder_and_in_src_belong_together() {
    each(|world| {
        let built = world
            .file("main.c", "#include <stdio.h>\n#include \"src/add.h\"\nint main(void) { printf(\"%d\\n\", add(1, 2)); }")
            .file("src/add.h", "int add(int a, int b);")
            .file("src/add.c", "#include \"add.h\"\nint add(int a, int b) { return a + b; }")
            .file("tests/other.c", "this is not compiled")
            .build();
        assert_says(&built, "3");
    });
}

#[test]
fn spaces_and_letters_of_the_world_in_paths() {
    for compiler in ["clang", "emcc"] {
        if needs(compiler).is_none() {
            continue;
        }
        let world = World::at(Language::C, "a b ü 字 $x 'q'")
            .option("compiler", compiler)
            .file("hällo w.c", HELLO.replace("hello", "über"));
        assert_says(&world.build(), "über");
    }
}

#[test]
fn cxx_has_its_library() {
    each(|world| {
        let built = world
            .file("main.cpp", "#include <cstdio>\n#include <string>\n#include <vector>\nint main() { std::vector<std::string> v{\"a\", \"b\"}; std::puts((v[0] + v[1]).c_str()); }")
            .build();
        assert_says(&built, "ab");
    });
}

#[test]
fn throwing_is_explained() {
    let Some(world) = World::c("clang") else {
        return;
    };
    let built = world.file("main.cpp", "int main() { throw 1; }").build();
    let error = built.failed()[0];
    assert!(
        error
            .notes
            .iter()
            .any(|note| note.contains("no exceptions")),
        "{error:?}"
    );
}

#[test]
fn a_file_without_main_is_a_library_with_what_it_marks() {
    each(|world| {
        let code = "#include <string.h>\n__attribute__((export_name(\"length\"))) int length(const char *s) { return strlen(s); }\nint hidden(void) { return 1; }\nint named(void) { return 2; }";
        let built = world
            .option("exports", vec!["named"])
            .file("lib.c", code)
            .build();
        let exports = built.exports();
        for name in ["length", "named", "_initialize"] {
            assert!(
                exports.iter().any(|export| export == name),
                "{name}: {exports:?}"
            );
        }
        assert!(
            !exports.iter().any(|export| export == "hidden"),
            "{exports:?}"
        );
        assert!(built.diagnostics().is_empty());
    });
}

#[test]
fn a_library_that_exports_nothing_is_warned_of() {
    each(|world| {
        let built = world.file("lib.c", "int f(void) { return 1; }").build();
        let warning = built.diagnostics()[0];
        assert_eq!(warning.severity, Severity::Warning);
        assert!(warning.notes[0].contains("export_name"));
    });
}

#[test]
fn a_bare_module_has_no_library() {
    let Some(world) = World::c("clang") else {
        return;
    };
    let code = "__attribute__((visibility(\"default\"))) int twice(int x) { return 2 * x; }";
    let world = world.option("target", "bare").file("lib.c", code);
    let built = world.build();
    assert_eq!(built.exports(), ["twice"]);
    assert!(built.module().len() < 400);
    world.write("lib.c", "#include <stdio.h>\n");
    assert_eq!(world.build().failed()[0].file.as_deref(), Some("lib.c"));
}

#[test]
fn an_error_has_its_place_and_a_warning_its_code() {
    each(|world| {
        let built = world
            .option("flags", "-Wall -Isrc")
            .file("main.c", "\nint main(void) {\n\n  return missing;\n}\n")
            .file("warn.c", "void f(void) { int unused; }\n")
            .file("other.c", "#include \"deep.h\"\n")
            .file("src/deep.h", "#pragma once\nint f(int;\n")
            .build();
        let all = built.failed();
        let find = |text: &str| {
            let found = all.iter().find(|one| one.message.contains(text));
            *found.unwrap_or_else(|| panic!("{text}: {all:#?}"))
        };
        let missing = find("undeclared identifier 'missing'");
        assert_eq!(missing.file.as_deref(), Some("main.c"));
        assert_eq!(missing.span.unwrap().start, [4, 10]);
        assert!(
            missing
                .rendered
                .as_ref()
                .unwrap()
                .contains("return missing;")
        );
        let unused = find("unused variable");
        assert_eq!(unused.severity, Severity::Warning);
        assert_eq!(unused.code.as_deref(), Some("-Wunused-variable"));
        let header = all
            .iter()
            .find(|one| one.file.as_deref() == Some("src/deep.h"));
        let header = header.expect("an error in the header");
        assert!(
            header
                .notes
                .iter()
                .any(|note| note == "included from other.c:1"),
            "{header:?}"
        );
    });
}

#[test]
fn all_files_are_compiled_though_one_fails_and_in_order() {
    each(|world| {
        let built = world
            .file("a.c", "int a( {}")
            .file("b.c", "int b(void) { return 1; }")
            .file("c.c", "int c = nothing;")
            .build();
        let files: Vec<_> = built
            .failed()
            .iter()
            .filter_map(|one| one.file.clone())
            .collect();
        assert_eq!(
            (
                files.first().unwrap().as_str(),
                files.last().unwrap().as_str()
            ),
            ("a.c", "c.c")
        );
    });
}

#[test]
fn what_the_linker_misses_is_a_diagnostic_with_a_cure() {
    each(|world| {
        let built = world
            .file(
                "main.c",
                "int nowhere(void);\nint main(void) { return nowhere(); }",
            )
            .build();
        let error = built.failed()[0];
        assert_eq!(error.message, "undefined symbol: nowhere");
        assert!(error.notes[0].contains("help: add the source that defines `nowhere`"));
    });
    let Some(world) = World::c("clang") else {
        return;
    };
    let built = world
        .file(
            "main.c",
            "int nowhere(void);\nint main(void) { return nowhere(); }",
        )
        .build();
    assert_eq!(
        built.failed()[0]
            .rendered
            .as_ref()
            .unwrap()
            .matches("main.c")
            .count(),
        1
    );
}

#[test]
fn several_mains_need_an_entry() {
    each(|world| {
        let world = world
            .file("one.c", HELLO.replace("hello", "one"))
            .file("two.c", HELLO.replace("hello", "two"))
            .file("shared.c", "int shared;");
        let built = world.build();
        let error = built.error();
        assert_eq!(error.code, ErrorCode::ProjectInvalid);
        assert!(error.message.contains("one.c, two.c"), "{}", error.message);
        assert_says(&world.entry("two.c").build(), "two");
    });
}

#[test]
fn sources_can_be_named() {
    each(|world| {
        let built = world
            .option("sources", vec!["deep/**/*.c"])
            .file("broken.c", "(")
            .file("deep/er/hello.c", HELLO)
            .build();
        assert_says(&built, "hello");
    });
    let world = World::new(Language::C).option("sources", "none/*.c");
    assert!(world.build().error().message.contains("none/*.c"));
}

#[test]
fn emscripten_keeps_its_javascript_and_page_beside_the_module() {
    for (output, files) in [
        ("js", &["app.wasm", "app.js"][..]),
        ("html", &["app.wasm", "app.html", "app.js"]),
    ] {
        for profile in [Profile::Debug, Profile::Release, Profile::Size] {
            let Some(world) = World::c("emcc") else {
                return;
            };
            let built = world
                .option("output", output)
                .profile(profile)
                .file("hello.c", HELLO)
                .build();
            assert_eq!(built.artifacts(), files);
            assert_eq!(
                built.report().artifacts.last().unwrap().kind,
                ArtifactKind::Js
            );
            if let Some(said) = built.run_js(&[]) {
                assert_eq!(said, "hello\n");
            }
        }
    }
}

#[test]
fn emscripten_packs_data_beside_the_module() {
    let Some(world) = World::c("emcc") else {
        return;
    };
    let built = world
        .option("output", "js")
        .option("ldflags", vec!["--preload-file", "data.txt"])
        .file("data.txt", "data")
        .file("hello.c", HELLO)
        .build();
    assert!(
        built.artifacts().contains(&"app.data"),
        "{:?}",
        built.artifacts()
    );
}

#[test]
fn zig_builds_too() {
    // No skip on CI: the other compilers' tests stand for it.
    let zig = std::env::var_os("PATH")
        .and_then(|path| std::env::split_paths(&path).find(|folder| folder.join("zig").is_file()));
    if zig.is_none() {
        println!("skipped: zig is missing");
        return;
    }
    let world = World::new(Language::C)
        .option("compiler", "zig")
        .file("hello.c", HELLO);
    assert_says(&world.build(), "hello");
}

#[test]
fn mistakes_in_the_options_are_told() {
    let world = World::new(Language::C)
        .file("hello.c", HELLO)
        .option("compilr", "clang");
    let built = world.build();
    assert_eq!(built.error().code, ErrorCode::ProjectInvalid);
    assert_eq!(built.error().cause, ["did you mean `compiler`?"]);
}

#[test]
fn an_empty_folder_is_no_project() {
    let built = World::new(Language::C).build();
    assert!(built.error().message.contains("no C or C++ sources"));
}

#[test]
fn a_build_can_be_cancelled() {
    let Some(mut world) = World::c("clang") else {
        return;
    };
    world.cancel = Cancel::new().with_limit(Some(Duration::from_millis(1)));
    std::thread::sleep(Duration::from_millis(2));
    let built = world.file("hello.c", HELLO).build();
    assert_eq!(built.result.unwrap_err(), Failure::Cancelled);
}

/// The body of the next test, in a process with another environment.
#[test]
#[ignore = "started by another test"]
fn without_tools() {
    let world = World::new(Language::C).file("main.c", HELLO);
    let built = world.build();
    let error = built.error();
    assert_eq!(error.code, ErrorCode::DependencyMissing);
    assert!(!error.fix.is_empty());
    assert!(
        error
            .cause
            .iter()
            .any(|cause| cause.contains("emcc was not found"))
    );
    let missing = world
        .builder()
        .check_dependencies(world.path(), &world.cancel)
        .unwrap();
    assert!(
        missing
            .iter()
            .any(|missing| missing.blocking && missing.fix == error.fix)
    );
}

#[test]
fn a_machine_without_compilers_is_told_what_to_install() {
    let own = std::env::current_exe().unwrap();
    let output = std::process::Command::new(own)
        .args(["--exact", "c::without_tools", "--ignored"])
        .env_remove("EMSDK")
        .env_remove("WASI_SDK_PATH")
        .env("PATH", "")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

#[test]
fn a_read_only_cache_of_emscripten_is_explained() {
    if needs("emcc").is_none() {
        return;
    }
    let own = std::env::current_exe().unwrap();
    let output = std::process::Command::new(own)
        .args(["--exact", "c::with_a_useless_cache", "--ignored"])
        .env("EM_CACHE", "/proc/nowhere")
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
fn with_a_useless_cache() {
    let world = World::c("emcc").unwrap().file("main.c", HELLO);
    let built = world.build();
    let error = built.error();
    assert_eq!(error.code, ErrorCode::Toolchain);
    assert!(error.fix.join(" ").contains("EM_CACHE"), "{error:?}");
}
