//! A plugin that does each wrong thing on demand, and what the host makes of
//! it. This program is both: started as a plugin it misbehaves as the file
//! `fault` in its folder says; else it runs the tests, each of which starts this
//! program as a plugin.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

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
mod artifacts;
#[cfg(unix)]
mod builder;
#[cfg(unix)]
mod conversation;
#[cfg(unix)]
mod frames;
#[cfg(unix)]
mod kit;
#[cfg(unix)]
mod plugin;
#[cfg(unix)]
mod processes;
#[cfg(unix)]
mod surroundings;
#[cfg(unix)]
mod time;

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    if std::env::args().any(|argument| argument == "--wasmrun-plugin") {
        plugin::main();
        return std::process::ExitCode::SUCCESS;
    }
    #[cfg(target_os = "linux")]
    if let Some(folder) = std::env::var_os("FAULTS_HOST_IN") {
        processes::host(folder.as_ref());
        return std::process::ExitCode::SUCCESS;
    }
    let mut all = Vec::new();
    all.extend(conversation::tests());
    all.extend(frames::tests());
    all.extend(artifacts::tests());
    all.extend(time::tests());
    all.extend(processes::tests());
    all.extend(surroundings::tests());
    all.extend(builder::tests());
    libtest_mimic::run(&libtest_mimic::Arguments::from_args(), all).exit_code()
}

#[cfg(not(unix))]
fn main() {}
