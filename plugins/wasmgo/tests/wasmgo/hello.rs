//! Programs that work: one file, a project with dependencies, threads and files.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::host::{node, project, write};
use crate::{WASI, go};

const HELLO: &str =
    "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello, wörld\") }\n";

#[test]
fn one_file_without_a_module_prints() {
    let Some(host) = go() else { return };
    let it = project(&[("hällo wörld.go", HELLO)]);
    let built = host
        .build(it.path(), json!({"entry": "hällo wörld.go"}))
        .ok();
    assert_eq!(built.artifacts(), ["app.wasm"]);
    assert_eq!(
        node(WASI, &built.path("app.wasm"), &[], it.path()),
        "hello, wörld\n"
    );
    let names: Vec<_> = fs::read_dir(it.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "the project stays as it was");
}

/// A module with a package of its own, one that `replace` brings in from
/// elsewhere, embedded files, goroutines and files on disk.
#[test]
fn a_project_of_many_files_with_a_dependency_runs() {
    let Some(host) = go() else { return };
    let outside = project(&[
        ("go.mod", "module example.org/words\n\ngo 1.24\n"),
        (
            "words.go",
            "// Package words counts.\npackage words\n\nimport \"strings\"\n\n// Count counts words.\n\
             func Count(text string) int { return len(strings.Fields(text)) }\n",
        ),
    ]);
    let replaced = outside.path().display();
    let module = format!(
        "module example.org/app\n\ngo 1.24\n\nrequire example.org/words v1.2.3\n\n\
         replace example.org/words => \"{replaced}\"\n"
    );
    let it = project(&[
        ("go.mod", &module),
        ("app.go", APP),
        ("internal/sums/sums.go", SUMS),
        ("static/greeting.txt", "good day"),
    ]);
    let built = host
        .build(it.path(), json!({"offline": true, "locked": true}))
        .ok();
    write(it.path(), "in put.txt", "one two\nthree");
    let printed = node(
        WASI,
        &built.path("app.wasm"),
        &["/data/in put.txt"],
        it.path(),
    );
    assert_eq!(
        printed,
        "good day: 3 words, sum 4950, sorted [1 2 3], {\"n\":3}\n"
    );
    assert_eq!(
        fs::read_to_string(it.path().join("out.txt")).unwrap(),
        "3\n"
    );

    let (files, _) = built.inputs();
    let words = outside.path().join("words.go");
    for file in [
        "app.go",
        "go.mod",
        "go.sum",
        "internal/sums/sums.go",
        "static/greeting.txt",
    ] {
        assert!(
            files.iter().any(|it| it == file),
            "{file} is no input: {files:#?}"
        );
    }
    assert!(
        files.iter().any(|it| *it == words.to_str().unwrap()),
        "{files:#?}"
    );
}

const SUMS: &str = "package sums

import \"sync\"

// All adds the numbers below n, each in a goroutine of its own.
func All(n int) (sum int) {
\tnumbers := make(chan int)
\tvar group sync.WaitGroup
\tfor i := range n {
\t\tgroup.Add(1)
\t\tgo func() { defer group.Done(); numbers <- i }()
\t}
\tgo func() { group.Wait(); close(numbers) }()
\tfor number := range numbers {
\t\tsum += number
\t}
\treturn sum
}
";

const APP: &str = "package main

import (
\t_ \"embed\"
\t\"encoding/json\"
\t\"fmt\"
\t\"os\"
\t\"slices\"

\t\"example.org/app/internal/sums\"
\t\"example.org/words\"
)

//go:embed static/greeting.txt
var greeting string

func main() {
\ttext, err := os.ReadFile(os.Args[1])
\tif err != nil {
\t\tpanic(err)
\t}
\tcount := words.Count(string(text))
\tif err := os.WriteFile(\"/data/out.txt\", fmt.Appendln(nil, count), 0o644); err != nil {
\t\tpanic(err)
\t}
\tlist := []int{3, 1, 2}
\tslices.Sort(list)
\tshape, _ := json.Marshal(map[string]int{\"n\": count})
\tfmt.Printf(\"%s: %d words, sum %d, sorted %v, %s\\n\", greeting, count, sums.All(100), list, shape)
}
";

#[test]
fn a_vendored_dependency_needs_no_network() {
    let Some(host) = go() else { return };
    let it = project(&[
        (
            "go.mod",
            "module example.org/app\n\ngo 1.24\n\nrequire example.org/words v1.2.3\n",
        ),
        (
            "vendor/modules.txt",
            "# example.org/words v1.2.3\n## explicit; go 1.24\nexample.org/words\n",
        ),
        (
            "vendor/example.org/words/words.go",
            "package words\n\nconst Name = \"vendored\"\n",
        ),
        (
            "main.go",
            "package main\n\nimport \"example.org/words\"\n\nfunc main() { println(words.Name) }\n",
        ),
    ]);
    let built = host
        .build(it.path(), json!({"offline": true, "locked": true}))
        .ok();
    let (files, _) = built.inputs();
    for file in ["vendor/modules.txt", "vendor/example.org/words/words.go"] {
        assert!(files.iter().any(|it| it == file), "{file} is no input");
    }
}

#[test]
fn the_program_under_cmd_is_built() {
    let Some(host) = go() else { return };
    let it = project(&[
        ("go.mod", "module example.org/tools\n\ngo 1.24\n"),
        ("tools.go", "package tools\n"),
        ("cmd/first/main.go", &HELLO.replace("hello", "first")),
        ("cmd/second/main.go", &HELLO.replace("hello", "second")),
    ]);
    let built = host.build(it.path(), json!({}));
    let error = &built.result["error"];
    assert_eq!(error["code"], "project_invalid");
    assert_eq!(error["cause"][0], "cmd/first, cmd/second");
    let built = host
        .build(it.path(), json!({"options": {"package": "./cmd/second"}}))
        .ok();
    let printed = node(WASI, &built.path("app.wasm"), &[], it.path());
    assert_eq!(printed, "second, wörld\n");
}

#[test]
fn the_same_sources_give_the_same_bytes_in_any_folder() {
    let Some(host) = go() else { return };
    let files = [
        ("go.mod", "module example.org/a\n\ngo 1.24\n"),
        ("main.go", HELLO),
    ];
    let bytes = || {
        let it = project(&files);
        let built = host.build(it.path(), json!({})).ok();
        fs::read(built.path("app.wasm")).unwrap()
    };
    assert!(bytes() == bytes());
}

#[test]
fn profiles_differ() {
    let Some(host) = go() else { return };
    let it = project(&[("main.go", HELLO)]);
    let size = |profile: &str| {
        let built = host.build(it.path(), json!({"profile": profile})).ok();
        let printed = node(WASI, &built.path("app.wasm"), &[], it.path());
        assert_eq!(printed, "hello, wörld\n");
        built.path("app.wasm").metadata().unwrap().len()
    };
    let (debug, release, small) = (size("debug"), size("release"), size("size"));
    assert!(
        small < release && release < debug,
        "{debug} {release} {small}"
    );
}

#[test]
fn the_example_plays_life() {
    let Some(host) = go() else { return };
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/go");
    let example = example.canonicalize().unwrap();
    let built = host.build(&example, json!({"profile": "size"})).ok();
    let play = |args: &[&str]| node(WASI, &built.path("app.wasm"), args, &example);
    assert_eq!(
        play(&["blinker", "1"]),
        "...#...\n".repeat(4).replacen("...#...", ".......", 1)
            + ".......\n3 cells after 1 generations\n"
    );
    // A glider comes back after it has gone around the torus.
    let start = play(&["glider", "0"]);
    assert_eq!(
        play(&["glider", "96"]),
        start.replace("after 0", "after 96")
    );
    assert_eq!(host.about(&example, "validate").ok().diagnostics(), [""; 0]);
}

#[test]
fn a_file_that_was_named_is_built_alone() {
    let Some(host) = go() else { return };
    let it = project(&[
        ("go.mod", "module example.org/a\n\ngo 1.24\n"),
        ("main.go", "package main\n\nfunc main() { other() }\n"),
        ("one.go", HELLO),
    ]);
    let built = host
        .build(it.path(), json!({"entry": "one.go", "alone": true}))
        .ok();
    assert_eq!(
        node(WASI, &built.path("app.wasm"), &[], it.path()),
        "hello, wörld\n"
    );
    let (files, _) = built.inputs();
    assert!(files.iter().any(|it| it == "one.go") && !files.iter().any(|it| it == "main.go"));
}
