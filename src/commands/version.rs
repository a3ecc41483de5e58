/// What `wasmrun --version` prints: one line; with `verbose` also the commit
/// (a development build does not know it), the target, the features, how the
/// interpreter goes from one instruction to the next and how the executable was
/// linked.
#[must_use]
pub fn version(verbose: bool) -> String {
    let line = format!("wasmrun {}", env!("CARGO_PKG_VERSION"));
    if !verbose {
        return line;
    }
    let profile = if cfg!(debug_assertions) {
        "debug"
    } else {
        "release"
    };
    format!(
        "{line}\ncommit: {}\ntarget: {}\nprofile: {profile}\nfeatures: none\ninterpreter: {}\nlinked: {}",
        option_env!("WASMRUN_COMMIT").unwrap_or("unknown"),
        env!("BUILT_FOR_TARGET"),
        crate::runtime::core::backend(),
        env!("BUILT_WITH_LINKAGE"),
    )
}
