/// What `wasmrun --version` prints: one line; with `verbose` also the commit
/// (a development build does not know it), the target and the features.
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
        "{line}\ncommit: {}\ntarget: {}\nprofile: {profile}\nfeatures: none",
        option_env!("WASMRUN_COMMIT").unwrap_or("unknown"),
        env!("BUILT_FOR_TARGET"),
    )
}
