//! Programs and modules that are wrong.

use serde_json::json;

use crate::go;
use crate::host::project;

#[test]
fn errors_have_their_place() {
    let Some(host) = go() else { return };
    let it = project(&[
        ("go.mod", "module example.org/bad\n\ngo 1.24\n"),
        (
            "main.go",
            "package main\n\nimport \"os\"\n\nfunc main() {\n\té := undefined1\n}\n",
        ),
    ]);
    let built = host.build(it.path(), json!({}));
    assert_eq!(built.result["status"], "failed");
    let wanted = [
        "error main.go:3:8 \"os\" imported and not used",
        "error main.go:6:2 declared and not used: é",
        "error main.go:6:8 undefined: undefined1",
    ];
    assert_eq!(built.diagnostics(), wanted);
}

#[test]
fn an_error_in_another_package_is_told_with_its_notes() {
    let Some(host) = go() else { return };
    let it = project(&[
        ("go.mod", "module example.org/bad\n\ngo 1.24\n"),
        (
            "main.go",
            "package main\n\nimport \"example.org/bad/in side\"\n\nfunc main() { a.F() }\n",
        ),
        ("inner/a.go", "package a\n\nfunc F() { F(1) }\n"),
    ]);
    // A folder with a space in its name is no package.
    let built = host.build(it.path(), json!({}));
    assert_eq!(built.result["status"], "failed");
    assert_eq!(built.diagnostics().len(), 1, "{:?}", built.diagnostics());
    assert!(built.diagnostics()[0].starts_with("error main.go:3:8 "));

    let main = "package main\n\nimport a \"example.org/bad/inner\"\n\nfunc main() { a.F() }\n";
    crate::host::write(it.path(), "main.go", main);
    let built = host.build(it.path(), json!({}));
    assert_eq!(
        built.diagnostics(),
        ["error inner/a.go:3:14 too many arguments in call to F"]
    );
    assert_eq!(
        built.events.last().unwrap()["notes"],
        json!(["have (number)", "want ()"])
    );
}

#[test]
fn a_module_that_is_not_required_is_named_with_the_command() {
    let Some(host) = go() else { return };
    let it = project(&[
        ("go.mod", "module example.org/bad\n\ngo 1.24\n"),
        (
            "main.go",
            "package main\n\nimport _ \"example.net/x/y\"\n\nfunc main() {}\n",
        ),
    ]);
    let built = host.build(it.path(), json!({"offline": true}));
    assert_eq!(
        built.diagnostics(),
        ["error main.go:3:8 no required module provides package example.net/x/y"]
    );
    let notes = &built.events.last().unwrap()["notes"];
    assert_eq!(notes, &json!(["to add it:", "go get example.net/x/y"]));
}

#[test]
fn a_module_that_is_not_in_the_cache_is_a_missing_dependency() {
    let Some(host) = go() else { return };
    let it = project(&[
        (
            "go.mod",
            "module example.org/bad\n\ngo 1.24\n\nrequire example.net/x v1.0.0\n",
        ),
        (
            "go.sum",
            "example.net/x v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\
             example.net/x v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        ),
        (
            "main.go",
            "package main\n\nimport _ \"example.net/x\"\n\nfunc main() {}\n",
        ),
    ]);
    let built = host.build(it.path(), json!({"offline": true}));
    let error = &built.result["error"];
    assert_eq!(
        error["code"],
        "dependency_missing",
        "{:?}",
        built.diagnostics()
    );
    assert_eq!(error["fix"], json!(["go", "mod", "download"]));
}

#[test]
fn a_broken_module_file_has_its_place() {
    let Some(host) = go() else { return };
    let it = project(&[
        ("go.mod", "module example.org/bad\n\nrequire x\n"),
        ("main.go", "package main\n\nfunc main() {}\n"),
    ]);
    let built = host.build(it.path(), json!({}));
    assert_eq!(built.result["status"], "failed", "{}", built.result);
    assert!(
        built.diagnostics()[0].starts_with("error go.mod:3:1 "),
        "{:?}",
        built.diagnostics()
    );
}

#[test]
fn a_library_is_no_program() {
    let Some(host) = go() else { return };
    let it = project(&[
        ("go.mod", "module example.org/lib\n\ngo 1.24\n"),
        ("lib.go", "package lib\n"),
    ]);
    let built = host.build(it.path(), json!({}));
    assert_eq!(built.result["error"]["code"], "project_invalid");
    let message = built.result["error"]["message"].as_str().unwrap();
    assert!(message.contains("the library `lib`"), "{message}");
}

#[test]
fn vet_finds_what_compiles_and_is_wrong() {
    let Some(host) = go() else { return };
    let main =
        "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Printf(\"%d\\n\", \"x\")\n}\n";
    let it = project(&[
        ("go.mod", "module example.org/v\n\ngo 1.24\n"),
        ("main.go", main),
    ]);
    let found = |it: &crate::host::Answer| {
        let all = it.diagnostics();
        assert_eq!(all.len(), 1, "{all:?}");
        assert!(all[0].starts_with("warning main.go:6:"), "{all:?}");
    };
    found(&host.about(it.path(), "validate").ok());
    found(
        &host
            .build(it.path(), json!({"options": {"vet": true}}))
            .ok(),
    );
    crate::host::write(it.path(), "main.go", "package main\n\nfunc main() { x }\n");
    let refused = host.about(it.path(), "validate");
    assert_eq!(refused.result["status"], "failed");
    assert_eq!(refused.diagnostics(), ["error main.go:3:15 undefined: x"]);
}
