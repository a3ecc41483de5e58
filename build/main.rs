//! Embeds what `wasmrun --version --verbose` says of the build, and says how the
//! executable is linked.
#![allow(
    clippy::print_stdout,
    reason = "a build script talks to cargo on standard output"
)]

mod commit;
mod link;

fn main() {
    for file in ["main.rs", "commit.rs", "link.rs", "probe.rs", "start.txt"] {
        println!("cargo::rerun-if-changed=build/{file}");
    }
    if let Ok(target) = std::env::var("TARGET") {
        println!("cargo::rustc-env=BUILT_FOR_TARGET={target}");
    }
    commit::embed();
    link::configure();
}
