//! What is not installed, and the command that gets it.

use std::fs;

use plugin_protocol::{Blame, ErrorCode, Profile};
use serde_json::json;

use crate::world::{World, packages};

const LISTED: &str = r#"{"devDependencies":{"assemblyscript":"*","other":"*"}}"#;

#[test]
fn the_lock_file_names_the_command() {
    if packages().is_none() {
        return;
    }
    for (lock, text, command) in [
        ("package-lock.json", "{}", "npm ci"),
        (
            "yarn.lock",
            "# yarn lockfile v1\n",
            "yarn install --frozen-lockfile",
        ),
        (
            "yarn.lock",
            "__metadata:\n  version: 8\n",
            "yarn install --immutable",
        ),
        ("pnpm-lock.yaml", "", "pnpm install --frozen-lockfile"),
        ("bun.lock", "{}", "bun install --frozen-lockfile"),
    ] {
        let files = [("index.ts", ""), ("package.json", LISTED), (lock, text)];
        let world = World::bare("not installed", &files);
        let mut plugin = world.plugin();
        let answer = plugin.build(&world.request(Profile::Release, json!({})));
        let error = answer.error();
        assert_eq!(
            (error.code, error.blame),
            (ErrorCode::DependencyMissing, Blame::Environment)
        );
        assert!(
            error.message.contains("dependencies are not installed"),
            "{error:?}"
        );
        assert_eq!(error.fix.join(" "), command);
        // None of the package managers is in `PATH` here.
        let remark = &error.cause[0];
        assert!(
            remark.contains(lock) && remark.contains("not installed"),
            "{error:?}"
        );

        let missing = plugin.check(world.project()).good().result.missing.unwrap();
        let missing: Vec<_> = missing
            .iter()
            .map(|it| (it.name.as_str(), it.blocking, it.fix.join(" ")))
            .collect();
        let command = command.to_owned();
        let expected = [
            ("assemblyscript", true, command.clone()),
            ("other", false, command),
        ];
        assert_eq!(missing, expected);
    }
}

#[test]
fn a_project_that_lists_nothing_is_told_what_to_add() {
    if packages().is_none() {
        return;
    }
    for (files, command) in [
        (
            &[("index.ts", "")][..],
            "npm install --save-dev assemblyscript",
        ),
        (
            &[("index.ts", ""), ("bun.lock", "")],
            "bun add --dev assemblyscript",
        ),
    ] {
        let world = World::bare("new", files);
        let answer = world.build(Profile::Release, json!({}));
        assert_eq!(answer.error().fix.join(" "), command);
        assert_eq!(answer.error().code, ErrorCode::DependencyMissing);
    }
}

#[test]
fn without_node_nothing_starts() {
    let Some(world) = World::new("no node", &[("index.ts", "")]) else {
        return;
    };
    let world = world.without_node();
    let mut plugin = world.plugin();
    let answer = plugin.build(&world.request(Profile::Release, json!({})));
    let error = answer.error();
    assert_eq!(error.code, ErrorCode::DependencyMissing);
    assert!(error.message.contains("node is not installed"), "{error:?}");
    let missing = plugin.check(world.project()).good().result.missing.unwrap();
    assert_eq!(missing[0].name, "node");
    assert!(missing[0].blocking);
}

#[test]
fn an_old_node_is_named() {
    let Some(world) = World::new("old node", &[("index.ts", "")]) else {
        return;
    };
    fs::remove_file(world.project().join("node_modules")).unwrap();
    let package = r#"{"version":"99.0.0","engines":{"node":">=999"}}"#;
    world.write("node_modules/assemblyscript/package.json", package);
    world.write(
        "node_modules/assemblyscript/dist/asc.js",
        "syntax of the future",
    );
    let mut plugin = world.plugin();
    let answer = plugin.build(&world.request(Profile::Release, json!({})));
    assert_eq!(answer.error().code, ErrorCode::DependencyMissing);
    assert!(answer.error().message.contains("wants >=999"), "{answer:?}");
    let missing = plugin.check(world.project()).good().result.missing.unwrap();
    assert_eq!(missing[0].name, "node");
}
