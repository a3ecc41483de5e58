//! The conformance kit, and a plugin that keeps to the protocol but for the one
//! thing that it is told to do wrong. This program is both: started with
//! `--fault NAME` it is that plugin; else it runs the tests, which start
//! `wasmrun plugin test` on it.
//!
//! The plugin of `tests/faults` is another: it speaks by hand and says no more
//! than its fault needs, so that it could not pass the kit.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says when it does nothing"
)]

/// Tests of a module, by name.
#[cfg(unix)]
macro_rules! tests {
    ($module:ident: $($name:ident),* $(,)?) => {
        [$(libtest_mimic::Trial::test(
            concat!(stringify!($module), "::", stringify!($name)),
            || { $module::$name(); Ok(()) },
        )),*]
    };
}

#[cfg(unix)]
mod build;
#[cfg(unix)]
mod examples;
#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod host;
#[cfg(unix)]
mod mangle;
#[cfg(unix)]
mod plugin;
#[cfg(unix)]
mod replay;
#[cfg(unix)]
mod reports;
#[cfg(unix)]
mod table;
#[cfg(unix)]
mod world;

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() == Some("--fault") {
        return plugin::main(&args.next().unwrap_or_default());
    }
    let mut all = Vec::new();
    all.extend(faults::tests());
    all.extend(examples::tests());
    all.extend(host::tests());
    all.extend(replay::tests());
    all.extend(reports::tests());
    all.extend(table::tests());
    libtest_mimic::run(&libtest_mimic::Arguments::from_args(), all).exit_code()
}

#[cfg(not(unix))]
fn main() {}
