//! What a build says that it depends on.

use serde_json::json;

use crate::go;
use crate::host::{project, write};

#[test]
fn what_could_change_the_result_is_an_input() {
    let Some(host) = go() else { return };
    let main = "package main\n\nimport (\n\t\"embed\"\n\n\t\"example.org/a/b\"\n)\n\n\
                //go:embed all:web/[a]*\nvar web embed.FS\n\nfunc main() { b.B(web) }\n";
    let it = project(&[
        ("go.mod", "module example.org/a\n\ngo 1.24\n"),
        ("main.go", main),
        ("main_linux.go", "package main\n"),
        ("b/b.go", "package b\n\nfunc B(any)\n"),
        ("b/b.s", "#include \"b.h\"\nTEXT ·B(SB), 4, $0\n\tRET\n"),
        ("b/b.h", "\n"),
        ("web/a.txt", "a"),
        ("web/deep/c.txt", "c"),
    ]);
    let built = host.build(it.path(), json!({})).ok();
    let (files, globs) = built.inputs();
    for file in [
        "main.go",
        "b/b.go",
        "b/b.s",
        "b/b.h",
        "web/a.txt",
        "go.mod",
        "go.sum",
        "go.work",
        "vendor/modules.txt",
        "b/go.mod",
        "default.pgo",
    ] {
        assert!(
            files.iter().any(|it| it == file),
            "{file} is no input: {files:#?}"
        );
    }
    assert!(files.iter().any(|it| it.ends_with("/go.env")));
    assert!(
        !files.iter().any(|it| it.ends_with("/fmt/print.go")),
        "the standard library is a part of the tool"
    );
    for glob in ["*.go", "b/*.go", "b/*.s", "web/**"] {
        assert!(
            globs.iter().any(|it| it == glob),
            "{glob} is no input: {globs:#?}"
        );
    }
    let env = built.result["env_read"].as_array().unwrap();
    for name in [
        "GOFLAGS",
        "GOOS",
        "GOPROXY",
        "GOROOT",
        "GOPATH",
        "GOWORK",
        "GOEXPERIMENT",
    ] {
        assert!(env.contains(&json!(name)), "{name} is not read");
    }
    let go = &built.result["tools"][0];
    assert_eq!(go["name"], "go");
    assert!(go["parts"][0].as_str().unwrap().ends_with("VERSION"));
}

#[test]
fn a_workspace_counts_with_its_members() {
    let Some(host) = go() else { return };
    let it = project(&[
        ("go.work", "go 1.24\n\nuse ./app\n\nuse ./lib\n"),
        ("lib/go.mod", "module example.org/lib\n\ngo 1.24\n"),
        ("lib/lib.go", "package lib\n\nconst Name = \"workspace\"\n"),
        ("app/go.mod", "module example.org/app\n\ngo 1.24\n"),
    ]);
    let main = "package main\n\nimport \"example.org/lib\"\n\nfunc main() { println(lib.Name) }\n";
    write(it.path(), "app/main.go", main);
    let built = host
        .build(&it.path().join("app"), json!({"locked": true}))
        .ok();
    let (files, _) = built.inputs();
    for file in ["go.work", "go.work.sum", "lib/go.mod", "lib/lib.go"] {
        let full = it.path().join(file);
        let full = full.to_str().unwrap();
        assert!(
            files.iter().any(|it| it == full),
            "{file} is no input: {files:#?}"
        );
    }
    assert!(files.iter().any(|it| it == "main.go"));
}
