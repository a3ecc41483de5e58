//! What the command says, and to whom.

use libtest_mimic::Trial;
use serde_json::Value;

use super::reports;
use super::world::World;

pub(crate) fn tests() -> impl IntoIterator<Item = Trial> {
    tests![reports:
        text_is_a_line_a_check,
        a_failure_says_what_to_do,
        junit_is_xml,
        json_has_what_the_page_says,
        what_makes_no_sense,
        chance_can_be_repeated,
        the_schema_is_that_of_the_crate,
        what_is_no_plugin,
    ]
}

const SOME: [&str; 6] = [
    "--only",
    "crlf",
    "--only",
    "manifest",
    "--only",
    "many-builds",
];

pub(crate) fn text_is_a_line_a_check() {
    let world = World::new(0);
    let exe = world.plugin("");
    let run = world.wasmrun(&[&["plugin", "test", exe.to_str().unwrap()][..], &SOME].concat());
    assert_eq!(run.code, 0);
    assert_eq!(run.err, "testing texts 1.2.3, level 2\n");
    let expected = "hello
  ok      manifest               has a manifest without mistakes
framing
  ok      crlf                   reads frames whose line ends with CR and LF
build
  skipped many-builds            needs a project: `--project DIR`, or `example` in the manifest
2 passed, 0 failed, 1 skipped
";
    assert_eq!(run.out, expected);
}

pub(crate) fn a_failure_says_what_to_do() {
    let world = World::new(0);
    let exe = world.plugin("does-everything");
    let run = world.wasmrun(&[
        "plugin",
        "test",
        exe.to_str().unwrap(),
        "--only",
        "unknown-operation",
    ]);
    assert_eq!(run.code, 1);
    for part in [
        "  FAILED  unknown-operation",
        "          rule     P-REQ-7 (docs/plugin-protocol.md#requests-and-results)\n",
        "          expected status `unsupported`\n          came     `ok`\n",
        " ms > {\"type\":\"teleport\",",
        " ms < {",
        "          fix      end the choice",
        "0 passed, 1 failed, 0 skipped\n",
    ] {
        assert!(run.out.contains(part), "{part}\n{}", run.out);
    }
}

pub(crate) fn junit_is_xml() {
    let world = World::new(0);
    let exe = world.plugin("short-key");
    let args = [
        "plugin",
        "test",
        exe.to_str().unwrap(),
        "--format",
        "junit",
        "--only",
        "any-key",
        "--only",
        "manifest",
    ];
    let run = world.wasmrun(&args);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    assert!(
        run.out
            .starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites ")
    );
    assert!(
        run.out
            .contains("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\"")
    );
    assert!(
        run.out
            .contains("<failure type=\"P-KEY-1\" message=\"expected ")
    );
    assert!(
        !run.out.contains("\"type\":"),
        "quotes are escaped: {}",
        run.out
    );
    for tag in ["testsuites", "testsuite", "testcase"] {
        let opened = run.out.matches(&format!("<{tag} ")).count();
        let closed = run.out.matches(&format!("</{tag}>")).count();
        let alone = if tag == "testcase" {
            run.out.matches("\"/>").count()
        } else {
            0
        };
        assert_eq!(opened, closed + alone, "{tag}: {}", run.out);
    }
}

pub(crate) fn json_has_what_the_page_says() {
    let world = World::new(0);
    let (_, report) = world.test(
        &world.plugin("short-key"),
        &["--only", "any-key", "--only", "builds"],
    );
    let page = include_str!("../../docs/plugin-kit.md");
    let (_, section) = page.split_once("\n## The JSON report\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let mut fields: Vec<&String> = report.as_object().unwrap().keys().collect();
    for check in report["checks"].as_array().unwrap() {
        fields.extend(check.as_object().unwrap().keys());
    }
    for field in fields {
        assert!(
            section.contains(&format!("`{field}`")),
            "{field} is not on the page"
        );
    }
}

pub(crate) fn what_makes_no_sense() {
    let world = World::new(0);
    let exe = world.plugin("");
    let exe = exe.to_str().unwrap();
    for (args, part) in [
        (&["not-there"][..], "there is no plugin not-there"),
        (&["project"], "project is a folder"),
        (&["project/main.txt"], "project/main.txt is not executable"),
        (
            &[exe, "--project", "nowhere"],
            "there is no project nowhere",
        ),
        (&[exe, "--project", "plugin"], "plugin is not a folder"),
        (&[exe, "--only", "crfl"], "did you mean `--only crlf`?"),
        (&[exe, "--level", "3"], "3 is not in 0..=2"),
        (&[exe, "--format", "sarif"], "invalid value `sarif`"),
    ] {
        let run = world.wasmrun(&[&["plugin", "test"], args].concat());
        assert_eq!(run.code, 2, "{args:?}: {}", run.err);
        assert!(run.err.contains(part), "{args:?}: {}", run.err);
        assert_eq!(run.out, "");
    }
}

pub(crate) fn chance_can_be_repeated() {
    let world = World::new(0);
    let exe = world.plugin("does-everything");
    let key = |seed: &str| {
        let (_, report) = world.test(&exe, &["--only", "unknown-operation", "--seed", seed]);
        let hello: String = report["checks"][0]["frames"][0]
            .as_str()
            .unwrap()
            .to_owned();
        hello.split_once("\"s\":\"").unwrap().1[..16].to_owned()
    };
    assert_eq!(key("7"), key("7"));
    assert_ne!(key("7"), key("8"));
}

pub(crate) fn the_schema_is_that_of_the_crate() {
    let run = World::new(0).wasmrun(&["plugin", "schema"]);
    let kept = include_str!("../../plugin-protocol/schema/v1.json");
    assert_eq!((run.code, run.out.as_str()), (0, kept));
    let schema: Value = serde_json::from_str(&run.out).unwrap();
    assert!(schema["$defs"]["HostFrame"].is_object());
}

/// A program that is none fails what it has to, and is not asked the rest.
pub(crate) fn what_is_no_plugin() {
    let world = World::new(0);
    let exe = world.executable(
        "plugin",
        "#!/bin/sh\necho usage: no-plugin FILE >&2\nexit 2\n",
    );
    let (code, report) = world.test(&exe, &["--project", "project"]);
    assert_eq!(code, 1);
    assert_eq!(report["plugin"], Value::Null);
    let failed: Vec<_> = super::world::checks(&report, "failed")
        .iter()
        .map(|it| it["name"].clone())
        .collect();
    assert_eq!(failed, ["says-hello", "waits-for-hello"]);
    let words = report["checks"][0]["frames"].as_array().unwrap();
    assert!(
        words
            .iter()
            .any(|line| line.as_str().unwrap().contains("no-plugin FILE")),
        "{words:?}"
    );
}
