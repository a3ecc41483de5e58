//! Scripts can be run, and their language's own parser accepts them.

#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::tree::{expect_none, files, root};

#[test]
fn scripts_are_executable_and_parse() {
    let mut findings = Vec::new();
    let scripts: Vec<_> = files()
        .into_iter()
        .filter(|file| {
            file.text
                .as_deref()
                .is_some_and(|text| text.starts_with("#!"))
        })
        .filter(|file| !file.path.ends_with(".rs"))
        .collect();
    for name in [
        ".ci/run",
        "scripts/setup",
        "scripts/test",
        "scripts/bench",
        "scripts/build-ui",
    ] {
        assert!(
            scripts.iter().any(|file| file.path == name),
            "{name} is not there"
        );
    }
    for file in &scripts {
        let path = root().join(&file.path);
        if path.metadata().unwrap().permissions().mode() & 0o111 != 0o111 {
            findings.push(format!("{}: not executable; chmod +x", file.path));
        }
        let first = file.text.as_deref().and_then(|text| text.lines().next());
        let (program, args) = match first {
            Some("#!/usr/bin/env bash") => ("bash", vec!["-n"]),
            Some("#!/bin/sh") => ("sh", vec!["-n"]),
            Some("#!/usr/bin/env python3") => {
                let parse = "import ast, sys; ast.parse(open(sys.argv[1]).read())";
                ("python3", vec!["-c", parse])
            }
            Some("#!/usr/bin/env node") => ("node", vec!["--check"]),
            _ => {
                findings.push(format!("{}: starts with {first:?}", file.path));
                continue;
            }
        };
        match Command::new(program).args(args).arg(&path).output() {
            Ok(output) if output.status.success() => {}
            Ok(output) => findings.push(String::from_utf8_lossy(&output.stderr).into_owned()),
            Err(_) if std::env::var_os("CI").is_none() => println!("skipped: no {program}"),
            Err(error) => findings.push(format!("{program}: {error}")),
        }
    }
    expect_none("scripts at fault", &findings);
}
