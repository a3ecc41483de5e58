use tempfile::TempDir;

use super::*;

fn world(files: &[(&str, &str)]) -> TempDir {
    let world = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = world.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    world
}

fn of(files: &[(&str, &str)]) -> Project {
    detect(world(files).path(), None, None).unwrap()
}

/// Language, why and entry in one line.
fn line(project: &Project) -> String {
    let entry = project.entry.as_deref().unwrap_or("-");
    format!("{} | {} | {entry}", project.language.name(), project.why)
}

const CDYLIB: &str = "[package]\nname = \"my-app\"\n[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n";
const PACKAGE: &str = "[package]\nname = \"my-app\"\n";

#[test]
fn each_language_is_known_by_its_marks() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (
            &[("Cargo.toml", CDYLIB), ("src/lib.rs", "")],
            "rust | Cargo.toml, cdylib | src/lib.rs",
        ),
        (
            &[("Cargo.toml", PACKAGE), ("src/main.rs", "")],
            "rust | Cargo.toml, binary | src/main.rs",
        ),
        (
            &[("Cargo.toml", PACKAGE), ("src/lib.rs", "")],
            "rust | Cargo.toml, library | src/lib.rs",
        ),
        (
            &[
                ("Cargo.toml", PACKAGE),
                ("src/bin/a.rs", ""),
                ("src/bin/b/main.rs", ""),
            ],
            "rust | Cargo.toml, 2 binaries | -",
        ),
        (
            &[("Cargo.toml", "[workspace]\n")],
            "rust | Cargo.toml, workspace | -",
        ),
        (
            &[("Cargo.toml", "[")],
            "rust | Cargo.toml, which is no TOML | -",
        ),
        (&[("main.rs", "")], "rust | main.rs | main.rs"),
        (
            &[("go.mod", "module x\n"), ("app.go", "package main\n")],
            "go | go.mod, package main | app.go",
        ),
        (
            &[
                ("go.mod", "module x\n"),
                ("x.go", "package x\n"),
                ("cmd/x/main.go", "package main\n"),
            ],
            "go | go.mod, cmd/x/main.go | cmd/x/main.go",
        ),
        (
            &[("go.mod", "module x\n"), ("x.go", "package x\n")],
            "go | go.mod, library | -",
        ),
        (
            &[("main.go", "package main\n")],
            "go | main.go, package main | main.go",
        ),
        (
            &[
                ("go.mod", "module x\n"),
                ("gen.go", "//go:build ignore\n\npackage main\n"),
            ],
            "go | go.mod, library | -",
        ),
        (
            &[
                ("pyproject.toml", "[project]\n"),
                ("src/app/__main__.py", ""),
            ],
            "python | pyproject.toml, src/app/__main__.py | src/app/__main__.py",
        ),
        (
            &[("main.py", ""), ("util.py", "")],
            "python | main.py | main.py",
        ),
        (&[("hello.py", "")], "python | hello.py | hello.py"),
        (
            &[("a.py", ""), ("b.py", "")],
            "python | a.py and 1 more | -",
        ),
        (&[("main.c", ""), ("util.c", "")], "c | main.c | main.c"),
        (&[("hello.cpp", "")], "c | hello.cpp | hello.cpp"),
        (
            &[("Makefile", ""), ("src/a.c", ""), ("src/b.c", "")],
            "c | Makefile, src/a.c and 1 more | -",
        ),
        (
            &[("CMakeLists.txt", ""), ("a.c", "")],
            "c | CMakeLists.txt, a.c | -",
        ),
        (
            &[("CMakeLists.txt", "add_executable(x deep/er/a.c)\n")],
            "c | CMakeLists.txt, add_executable | -",
        ),
        (&[("src/main.c", "")], "c | src/main.c | src/main.c"),
        (
            &[("asconfig.json", "{}"), ("assembly/index.ts", "")],
            "assemblyscript | asconfig.json | assembly/index.ts",
        ),
        (
            &[
                ("asconfig.json", "{\"entries\": [\"./lib/x.ts\"]}"),
                ("lib/x.ts", ""),
            ],
            "assemblyscript | asconfig.json, lib/x.ts | lib/x.ts",
        ),
        (
            &[
                (
                    "package.json",
                    "{\"devDependencies\": {\"assemblyscript\": \"*\"}}",
                ),
                ("index.ts", ""),
            ],
            "assemblyscript | package.json, assemblyscript | index.ts",
        ),
        (
            &[("assembly/index.ts", "")],
            "assemblyscript | assembly/index.ts | assembly/index.ts",
        ),
        (&[("hello.wat", "")], "wat | hello.wat | hello.wat"),
        (
            &[("main.wat", ""), ("other.wat", "")],
            "wat | main.wat | main.wat",
        ),
        (
            &[("src/hello.wat", "")],
            "wat | src/hello.wat | src/hello.wat",
        ),
        (&[("app.wasm", "")], "wasm | app.wasm | app.wasm"),
    ];
    for (files, expected) in cases {
        let world = world(files);
        let project =
            detect(world.path(), None, None).unwrap_or_else(|e| panic!("{expected}: {e}"));
        assert_eq!(line(&project), *expected);
    }
}

#[test]
fn what_only_looks_like_a_project_is_none() {
    let cases: &[&[(&str, &str)]] = &[
        &[],
        &[("Makefile", "all:\n\techo hi\n")],
        &[("CMakeLists.txt", "install(FILES x)\n")],
        &[("package.json", "{\"dependencies\": {\"left-pad\": \"*\"}}")],
        &[("package.json", "{")],
        &[("a.h", ""), (".hidden.c", ""), ("x.txt", "")],
        &[("Cargo.toml/x", "")],
    ];
    for files in cases {
        let world = world(files);
        let error = detect(world.path(), None, None).unwrap_err();
        assert_eq!(error.code(), Code::NoProject, "{files:?}");
        let root = world.path().canonicalize().unwrap();
        assert!(error.message().contains(root.to_str().unwrap()), "{error}");
    }
}

#[test]
fn the_best_wins_and_the_others_are_named() {
    let project = of(&[
        ("Cargo.toml", CDYLIB),
        ("src/lib.rs", ""),
        ("go.mod", "module x\n"),
        ("gen.py", ""),
        ("out.wasm", ""),
    ]);
    assert_eq!(project.language, Language::Rust);
    let others = project
        .others
        .iter()
        .map(|other| (other.language, other.why.as_str()));
    assert_eq!(
        others.collect::<Vec<_>>(),
        [
            (Language::Go, "go.mod, library"),
            (Language::Python, "gen.py")
        ]
    );
}

#[test]
fn the_user_overrides_the_language() {
    let files: &[(&str, &str)] = &[
        ("Makefile", ""),
        ("a.c", ""),
        ("x.go", "package x"),
        ("gen.py", ""),
    ];
    let world = world(files);
    let project = detect(world.path(), Some(Language::Python), None).unwrap();
    assert_eq!(line(&project), "python | asked for; gen.py | gen.py");
    assert_eq!(project.others[0].language, Language::C);
    let error = detect(world.path(), Some(Language::Rust), None).unwrap_err();
    assert_eq!(error.code(), Code::NoProject);
    assert!(
        error.to_string().contains("looked for Cargo.toml"),
        "{error}"
    );
}

#[test]
fn an_entry_tells_the_language_and_stays_inside() {
    let world = world(&[
        ("main.c", ""),
        ("deep/er/hello.wat", ""),
        ("tools/gen.c", ""),
        ("notes.txt", ""),
    ]);
    let at = |entry: &str| detect(world.path(), None, Some(entry));
    assert_eq!(
        line(&at("deep/er/hello.wat").unwrap()),
        "wat | deep/er/hello.wat | deep/er/hello.wat"
    );
    assert_eq!(
        line(&at("./tools/../tools/gen.c").unwrap()),
        "c | main.c | tools/gen.c"
    );
    assert_eq!(line(&at("notes.txt").unwrap()), "c | main.c | notes.txt");
    let absolute = world.path().canonicalize().unwrap().join("main.c");
    assert_eq!(
        at(absolute.to_str().unwrap()).unwrap().entry.as_deref(),
        Some("main.c")
    );
    let code = |entry: &str| at(entry).unwrap_err().code();
    assert_eq!(code("none.c"), Code::NotFound);
    assert_eq!(code("deep"), Code::ProjectInvalid);
    assert_eq!(code("../x.c"), Code::ProjectInvalid);
    assert_eq!(code("/etc/passwd"), Code::ProjectInvalid);
    assert_eq!(code(""), Code::ProjectInvalid);
}

#[test]
fn a_single_file_is_known_by_its_ending_or_its_content() {
    let world = world(&[
        ("hello.wat", "(module)"),
        ("hello world.cpp", ""),
        ("script", "#!/usr/bin/env python3\n"),
        ("module.bin", "\0asm\x01\0\0\0"),
        ("readme.md", "# hello\n"),
        ("empty", ""),
    ]);
    let at = |file: &str, language| detect(&world.path().join(file), language, Some("ignored"));
    let project = at("hello.wat", None).unwrap();
    assert!(project.single_file);
    assert_eq!(project.name, "hello");
    assert_eq!(project.root, world.path().canonicalize().unwrap());
    assert_eq!(line(&project), "wat | hello.wat | hello.wat");
    assert_eq!(at("hello world.cpp", None).unwrap().name, "hello-world");
    assert_eq!(
        line(&at("script", None).unwrap()),
        "python | script, #!python | script"
    );
    assert_eq!(at("module.bin", None).unwrap().language, Language::Wasm);
    for file in ["readme.md", "empty"] {
        assert_eq!(
            at(file, None).unwrap_err().code(),
            Code::NoProject,
            "{file}"
        );
    }
    assert_eq!(
        line(&at("readme.md", Some(Language::C)).unwrap()),
        "c | asked for | readme.md"
    );
    let error = at("hello.wat", Some(Language::Go)).unwrap_err();
    assert!(error.to_string().contains("is WAT, not Go"), "{error}");
    assert_eq!(at("none.c", None).unwrap_err().code(), Code::NotFound);
}

#[test]
fn a_build_file_stands_for_its_folder() {
    let world = world(&[
        ("Cargo.toml", CDYLIB),
        ("src/lib.rs", ""),
        ("Makefile", ""),
        ("a.c", ""),
    ]);
    let project = detect(&world.path().join("Cargo.toml"), None, None).unwrap();
    assert_eq!(
        (project.language, project.single_file),
        (Language::Rust, false)
    );
    let project = detect(&world.path().join("Makefile"), None, None).unwrap();
    assert_eq!(line(&project), "c | asked for; Makefile, a.c | Makefile");
}

#[test]
fn the_output_is_called_as_the_project_calls_itself() {
    let name = |files: &[(&str, &str)]| of(files).name;
    assert_eq!(name(&[("Cargo.toml", CDYLIB)]), "my-app");
    assert_eq!(
        name(&[("go.mod", "// x\nmodule example.com/a/tool/v2 // y\n")]),
        "tool"
    );
    assert_eq!(
        name(&[("pyproject.toml", "[project]\nname = \"Py App\"\n")]),
        "Py-App"
    );
    assert_eq!(
        name(&[("pyproject.toml", "[tool.poetry]\nname = \"poet\"\n")]),
        "poet"
    );
    assert_eq!(
        name(&[("CMakeLists.txt", "project(Game VERSION 1)\n"), ("a.c", "")]),
        "Game"
    );
    let package = "{\"name\": \"@me/as-app\"}";
    assert_eq!(
        name(&[("package.json", package), ("assembly/index.ts", "")]),
        "as-app"
    );
    let world = world(&[("größe 1/main.c", "")]);
    let project = detect(&world.path().join("größe 1"), None, None).unwrap();
    assert_eq!(project.name, "größe-1");
}

#[test]
fn projects_nearby_are_named() {
    let inner = world(&[
        ("app one/Cargo.toml", CDYLIB),
        ("packages/as/asconfig.json", "{}"),
        ("node_modules/x/main.c", ""),
        ("docs/a.md", ""),
    ]);
    let help = |path: &Path| {
        let error = detect(path, None, None).unwrap_err();
        error.help_text().unwrap_or_default().to_owned()
    };
    let text = help(inner.path());
    let path = inner.path().join("app one");
    let expected = format!(
        "a Rust project in {0}: `wasmrun compile '{0}'`",
        path.display()
    );
    assert!(text.contains(&expected), "{text}");
    assert!(text.contains("an AssemblyScript project in"), "{text}");
    assert!(!text.contains("node_modules"), "{text}");
    let text = help(&inner.path().join("app one/../docs"));
    assert!(text.contains("`wasmrun compile PATH`"), "{text}");
    let outer = world(&[("Cargo.toml", CDYLIB), ("docs/a.md", "")]);
    assert!(help(&outer.path().join("docs")).contains("docs/..: `wasmrun compile"));
}

#[test]
fn every_rule_is_told_of_when_nothing_is_found() {
    for rule in RULES {
        let told = super::super::rules::marks(rule.language).unwrap();
        let patterns = rule.all.iter().chain(rule.any.first());
        let known = ["requirements.txt", "makefile", "GNUmakefile"];
        for pattern in patterns {
            let stem = pattern.rsplit('/').next().unwrap();
            let ending = stem.rsplit_once('.').map_or(stem, |(_, ending)| ending);
            assert!(
                told.contains(stem)
                    || told.contains(&format!("*.{ending}"))
                    || known.contains(pattern),
                "{pattern} is not in `{told}`"
            );
        }
    }
}

#[test]
fn the_documents_tell_each_rule_s_score() {
    let page = include_str!("../../../docs/detection.md");
    for rule in RULES {
        let row = format!("| {} |", rule.language.title());
        let mut rows = page.lines().filter(|line| line.starts_with(&row));
        let has = |cell: &str| {
            let mut numbers = cell.split([';', ',', '|']);
            numbers.any(|number| number.trim() == rule.score.to_string())
        };
        assert!(
            rows.any(has),
            "{} {:?} {:?}",
            rule.score,
            rule.all,
            rule.any
        );
    }
}

#[cfg(unix)]
#[test]
fn links_lead_to_the_real_folder() {
    use std::os::unix::fs::symlink;
    let real = world(&[("main.c", ""), ("sub/x.wat", "")]);
    let world = world(&[]);
    symlink(real.path(), world.path().join("link")).unwrap();
    symlink("nowhere", world.path().join("broken")).unwrap();
    symlink(real.path().join("sub/x.wat"), world.path().join("y.wat")).unwrap();
    let project = detect(&world.path().join("link"), None, None).unwrap();
    assert_eq!(project.root, real.path().canonicalize().unwrap());
    let project = detect(&world.path().join("y.wat"), None, None).unwrap();
    assert_eq!(project.entry.as_deref(), Some("y.wat"));
    assert_eq!(project.root, world.path().canonicalize().unwrap());
    let error = detect(&world.path().join("broken"), None, None).unwrap_err();
    assert!(
        error.to_string().contains("symbolic link to nowhere"),
        "{error}"
    );
    fs::remove_file(world.path().join("y.wat")).unwrap();
    symlink(real.path().join("main.c"), world.path().join("main.c")).unwrap();
    assert_eq!(
        detect(world.path(), None, None).unwrap().language,
        Language::C
    );
}

#[cfg(target_os = "linux")]
#[test]
fn pipes_and_odd_names_are_no_marks() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    use std::os::unix::ffi::OsStrExt;
    let world = world(&[]);
    let mode = Mode::from_raw_mode(0o600);
    mknodat(
        CWD,
        world.path().join("Cargo.toml"),
        FileType::Fifo,
        mode,
        0,
    )
    .unwrap();
    let odd = world.path().join(OsStr::from_bytes(b"\xff.c"));
    fs::write(&odd, "").unwrap();
    assert_eq!(
        detect(world.path(), None, None).unwrap_err().code(),
        Code::NoProject
    );
    let pipe = world.path().join("Cargo.toml");
    assert_eq!(
        detect(&pipe, None, None).unwrap_err().code(),
        Code::NoProject
    );
    assert_eq!(
        detect(&odd, None, None).unwrap_err().code(),
        Code::ProjectInvalid
    );
}
