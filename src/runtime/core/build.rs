//! Chooses the backend: see `exec::dispatch`.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(threaded)");
    let is = |name: &str| env::var_os(name).is_some();
    let value = |name: &str| env::var(name).unwrap_or_default();
    // Only there is a call in tail position known to become a jump: below level
    // 2 and with debug assertions it grows the stack instead.
    let optimized = matches!(value("OPT_LEVEL").as_str(), "2" | "3");
    let known = matches!(
        value("CARGO_CFG_TARGET_ARCH").as_str(),
        "x86_64" | "aarch64"
    );
    if optimized && known && !is("CARGO_CFG_DEBUG_ASSERTIONS") && !is("CARGO_CFG_MIRI") {
        println!("cargo::rustc-cfg=threaded");
    }
}
