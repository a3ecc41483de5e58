//! Whatever bytes come, `wasmrun verify` has a verdict and can report it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wasmrun::wasm::report::{self, Report};
use wasmrun::wasm::{Checker, Options, Policy, Summary};

fuzz_target!(|bytes: &[u8]| {
    let options = Options {
        policy: Policy {
            require_export: vec!["memory".to_owned()],
            deny_import: vec!["env.*".to_owned()],
            allow_import: Some(Vec::new()),
            ..Policy::default()
        },
        ..Options::default()
    };
    let checked = Checker::new(options)
        .expect("the policy is well-formed")
        .check("fuzz.wasm", bytes);
    if let Some(kind) = checked.kind {
        let _ = Summary::of(bytes, kind);
    }
    let report = Report {
        files: vec![checked],
        errors: Vec::new(),
    };
    let _ = report::human(&report, false, &|_, text| text.to_owned());
    let _ = report::github(&report, "/".as_ref());
    let _ = report::junit(&report);
    let _ = report::sarif(&report);
    serde_json::to_string(&report::json(&report)).expect("a report is JSON");
});
