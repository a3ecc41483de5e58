//! What `deny.toml` demands of dependencies, as far as it takes no network.

use std::collections::BTreeMap;
use std::process::Command;

use serde::Deserialize;

use crate::tree::{expect_none, root};

#[derive(Deserialize)]
struct Policy {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    #[serde(rename = "multiple-versions")]
    multiple_versions: String,
    skip: Vec<Skip>,
}

#[derive(Deserialize)]
struct Skip {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

#[test]
fn licences_are_on_the_list() {
    let Licenses { allow, exceptions } = policy().licenses;
    let findings: Vec<String> = packages()
        .iter()
        .filter(|package| {
            let licence = package.license.as_deref().unwrap_or("none");
            let own = exceptions
                .iter()
                .filter(|exception| exception.name == package.name)
                .flat_map(|exception| &exception.allow);
            let allowed: Vec<_> = allow.iter().chain(own).collect();
            !satisfied(licence, &|word| allowed.iter().any(|known| *known == word))
        })
        .map(|package| {
            format!(
                "{} {}: {:?}",
                package.name, package.version, package.license
            )
        })
        .collect();
    expect_none("licences that deny.toml does not allow", &findings);
}

#[test]
fn each_crate_is_there_in_one_version() {
    let bans = policy().bans;
    assert_eq!(bans.multiple_versions, "deny");
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages() {
        versions
            .entry(package.name)
            .or_default()
            .push(package.version);
    }
    let mut excused: Vec<&Skip> = bans.skip.iter().collect();
    let mut findings = Vec::new();
    for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
        let skipped = |version: &&String| {
            let spec = |skip: &&Skip| {
                let (crate_name, wanted) = skip.name.split_once('@').unwrap_or((&skip.name, ""));
                crate_name == name && version.starts_with(wanted)
            };
            bans.skip.iter().any(|skip| spec(&skip))
        };
        excused.retain(|skip| skip.name.split('@').next() != Some(name));
        if versions.iter().filter(|version| !skipped(version)).count() > 1 {
            findings.push(format!("{name}: {}", versions.join(", ")));
        }
    }
    findings.extend(
        excused
            .iter()
            .map(|skip| format!("{} is no duplicate any more", skip.name)),
    );
    let silent = bans.skip.iter().filter(|skip| skip.reason.is_empty());
    findings.extend(silent.map(|skip| format!("{} is skipped without a reason", skip.name)));
    expect_none("duplicate versions against deny.toml", &findings);
}

#[test]
fn crates_come_from_the_registry_alone() {
    let findings: Vec<String> = packages()
        .iter()
        .filter(|package| match package.source.as_deref() {
            None => !package.name.starts_with("wasmrun"),
            Some(source) => source != "registry+https://github.com/rust-lang/crates.io-index",
        })
        .map(|package| format!("{}: {:?}", package.name, package.source))
        .collect();
    expect_none("crates from elsewhere", &findings);
}

fn policy() -> Policy {
    let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

/// All crates in the lock file, for every platform.
fn packages() -> Vec<Package> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{errors}\nhelp: `cargo fetch --locked`"
    );
    let metadata: Metadata = serde_json::from_slice(&output.stdout).unwrap();
    metadata.packages
}

/// Whether a licence expression (SPDX, or the old form with `/`) can be met
/// with allowed licences alone.
fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let value = either(&words, &mut at, allowed);
    value && at == words.len()
}

fn either(words: &[&str], at: &mut usize, allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut value = both(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        value |= both(words, at, allowed);
    }
    value
}

fn both(words: &[&str], at: &mut usize, allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut value = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        value &= one(words, at, allowed);
    }
    value
}

fn one(words: &[&str], at: &mut usize, allowed: &dyn Fn(&str) -> bool) -> bool {
    let Some(word) = words.get(*at) else {
        return false;
    };
    *at += 1;
    if *word == "(" {
        let value = either(words, at, allowed);
        *at += 1;
        return value;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).copied().unwrap_or_default();
        *at += 2;
        return allowed(&format!("{word} WITH {exception}"));
    }
    allowed(word)
}

#[test]
fn licence_expressions_are_understood() {
    let allowed = |word: &str| ["MIT", "Zlib", "Apache-2.0 WITH LLVM-exception"].contains(&word);
    for good in [
        "MIT",
        "GPL-3.0 OR MIT",
        "Unlicense/MIT",
        "(GPL-3.0 OR MIT) AND Zlib",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(satisfied(good, &allowed), "{good}");
    }
    for bad in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "Apache-2.0",
        "MIT MIT",
        "MIT AND (GPL-3.0 OR X)",
    ] {
        assert!(!satisfied(bad, &allowed), "{bad}");
    }
}
