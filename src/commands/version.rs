/// What `wasmrun --version` prints.
#[must_use]
pub fn version(verbose: bool) -> String {
    let line = format!("wasmrun {}", env!("CARGO_PKG_VERSION"));
    if !verbose {
        return line;
    }
    let commit = option_env!("WASMRUN_COMMIT").unwrap_or("unknown");
    format!(
        "{line}\ncommit: {commit}\ntarget: {}-{}\nprofile: {}\nplugin protocol: 1",
        std::env::consts::ARCH,
        std::env::consts::OS,
        if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        },
    )
}
