//! What the user reads when something is wrong with the project.

use std::fs;

use plugin_protocol::{ErrorCode, Profile, Severity, Status};
use serde_json::json;

use crate::world::World;

const WRONG: &str = "// 𝄞 é\n\texport function f(): i32 {\n\t\t/* 𝄞é */ let x: i32 = \"äbc\";\n\t\treturn x;\n\t}\n";

#[test]
fn an_error_has_its_place_its_code_and_its_text() {
    let Some(world) = World::new("wrong", &[("assembly/index.ts", WRONG)]) else {
        return;
    };
    let answer = world.build(Profile::Release, json!({}));
    assert_eq!(answer.result.status, Status::Failed);
    assert_eq!(answer.artifacts(), [""; 0]);
    let [error] = answer.diagnostics()[..] else {
        panic!("{answer:#?}")
    };
    assert_eq!(
        (error.severity, error.code.as_deref()),
        (Severity::Error, Some("TS2322"))
    );
    assert_eq!(
        error.message,
        "Type '~lib/string/String' is not assignable to type 'i32'."
    );
    assert_eq!(error.file.as_deref(), Some("assembly/index.ts"));
    let span = error.span.unwrap();
    // A tab and a letter outside the basic plane are one character each.
    assert_eq!((span.start, span.end), ([3, 25], [3, 30]));
    let [start, end] = span.bytes.unwrap().map(|at| usize::try_from(at).unwrap());
    assert_eq!(&WRONG[start..end], "\"äbc\"");
    let rendered = error.rendered.as_deref().unwrap();
    assert!(
        rendered.starts_with("ERROR TS2322: ") && rendered.contains("~~~"),
        "{rendered}"
    );
    assert!(!rendered.contains('\u{1b}'));
}

#[test]
fn warnings_and_remarks_do_not_fail_a_build() {
    let text =
        "export function f(a: i32): void {\n  WARNING(\"careful\");\n  INFO(\"by the way\");\n}\n";
    let Some(world) = World::new("warned", &[("index.ts", text)]) else {
        return;
    };
    let answer = world.build(Profile::Release, json!({})).good();
    let told = answer.diagnostics();
    let told: Vec<_> = told
        .iter()
        .map(|it| (it.severity, it.span.unwrap().start[0]))
        .collect();
    assert_eq!(told, [(Severity::Warning, 2), (Severity::Note, 3)]);
    let answer = world
        .build(Profile::Release, json!({"flags": "--disableWarning"}))
        .good();
    assert_eq!(
        answer.diagnostics(),
        [] as [&plugin_protocol::Diagnostic; 0]
    );
}

#[test]
fn errors_in_packages_are_shown_where_they_are() {
    let Some(world) = World::example("shim") else {
        return;
    };
    world.write(
        "lib/broken.ts",
        "export function broken(): i32 { return \"\"; }\n",
    );
    let text = "export function f(): i32 { return broken.broken(); }\n";
    world.write(
        "assembly/index.ts",
        &format!("import * as broken from \"../lib/broken\";\n{text}"),
    );
    let answer = world.build(Profile::Release, json!({}));
    let files: Vec<_> = answer
        .diagnostics()
        .iter()
        .map(|it| it.file.clone().unwrap())
        .collect();
    assert_eq!(files, ["lib/broken.ts"]);
    assert_eq!(answer.diagnostics()[0].span.unwrap().start, [1, 40]);
}

#[test]
fn an_import_that_leads_nowhere_comes_with_a_way_out() {
    let text = "import { a } from \"./lost\";\nimport { b } from \"@some/package/sub\";\nimport { c } from \"listed\";\n";
    let package = r#"{"dependencies":{"listed":"1"}}"#;
    let lock = ("pnpm-lock.yaml", "");
    let files = [("assembly/index.ts", text), ("package.json", package), lock];
    let Some(world) = World::new("imports", &files) else {
        return;
    };
    let answer = world.build(Profile::Release, json!({}));
    let notes: Vec<_> = answer
        .diagnostics()
        .iter()
        .map(|it| it.notes.join(" "))
        .collect();
    assert_eq!(
        notes,
        [
            "",
            "help: the package @some/package is not installed: `pnpm add --save-dev @some/package`",
            "help: the package listed is not installed: `pnpm install --frozen-lockfile`",
        ]
    );
    let lines: Vec<_> = answer
        .diagnostics()
        .iter()
        .map(|it| it.span.unwrap().start[0])
        .collect();
    assert_eq!(lines, [1, 2, 3]);
}

#[test]
fn a_configuration_is_read_before_anything_runs() {
    let files = [
        ("assembly/index.ts", ""),
        ("asconfig.json", "{\n  \"targets\": {},,\n}\n"),
    ];
    let Some(world) = World::new("config", &files) else {
        return;
    };
    let request = world.request(Profile::Release, json!({}));
    let mut plugin = world.plugin();
    for answer in [plugin.build(&request), plugin.validate(world.project())] {
        assert_eq!(answer.result.status, Status::Failed);
        let error = answer.diagnostics()[0];
        assert_eq!(error.file.as_deref(), Some("asconfig.json"));
        assert_eq!(error.span.unwrap().start, [2, 17], "{error:?}");
    }
    world.write("asconfig.json", r#"{"entries":["./assembly/lost.ts"]}"#);
    let answer = plugin.validate(world.project());
    let error = answer.diagnostics()[0];
    assert!(
        error
            .message
            .contains("assembly/lost.ts, which is not there"),
        "{error:?}"
    );
    let answer = plugin.build(&request);
    assert_eq!(answer.error().code, ErrorCode::ProjectInvalid);
}

#[test]
fn a_wrong_setting_is_the_projects_fault() {
    let Some(world) = World::new("settings", &[("index.ts", "")]) else {
        return;
    };
    let mut plugin = world.plugin();
    for (options, words) in [
        (json!({"flags": "--bogus"}), "no argument '--bogus'"),
        (
            json!({"flags": "--enable warp"}),
            "Feature 'warp' is unknown",
        ),
        (json!({"flags": "--runtime ./lost"}), "lost.ts"),
        (json!({"flags": "--transform ./lost.mjs"}), "lost.mjs"),
        (json!({"target": "ship"}), "no target `ship`"),
    ] {
        let answer = plugin.build(&world.request(Profile::Release, options));
        let error = answer.error();
        assert_eq!(error.code, ErrorCode::ProjectInvalid, "{error:?}");
        assert!(error.message.contains(words), "{error:?}");
    }
    world.write("asconfig.json", r#"{"options":{"noEmit":true}}"#);
    let answer = plugin.build(&world.request(Profile::Release, json!({})));
    assert!(answer.error().message.contains("`noEmit`"), "{answer:?}");
}

#[test]
fn a_broken_compiler_is_no_fault_of_the_project() {
    let Some(world) = World::new("broken", &[("index.ts", "")]) else {
        return;
    };
    fs::remove_file(world.project().join("node_modules")).unwrap();
    let package = r#"{"name":"assemblyscript","version":"0.28.0","type":"module"}"#;
    world.write("node_modules/assemblyscript/package.json", package);
    let mut plugin = world.plugin();
    for (text, words) in [
        ("throw new Error('half an update');", "half an update"),
        (
            "console.error('out of luck'); process.exit(3);",
            "out of luck",
        ),
        (
            "process.kill(process.pid, 'SIGKILL'); for (;;);",
            "signal 9",
        ),
        ("this is not JavaScript", "Unexpected"),
    ] {
        world.write("node_modules/assemblyscript/dist/asc.js", text);
        let answer = plugin.build(&world.request(Profile::Release, json!({})));
        let error = answer.error();
        assert_eq!(error.code, ErrorCode::Toolchain, "{error:?}");
        let told = format!("{} {}", error.message, error.cause.join("\n"));
        assert!(told.contains(words), "{error:?}");
    }
}
