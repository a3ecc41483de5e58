//! Why a tool failed, when it was not the user's code.

use plugin_protocol::{Blame, ErrorCode, PluginError};

/// How many lines are kept as causes.
const CAUSES: usize = 5;

/// How systems say that nothing can be written.
const FULL: &[&str] = &[
    "no space left on device",
    "read-only file system",
    "disk quota exceeded",
    "not enough space on the disk",
];

/// What the environment lacks, if that is what the tool says.
pub(crate) fn environment(text: &str) -> Option<PluginError> {
    let has = |part: &str| text.contains(part);
    let error = if let Some((wanted, have)) = release(text) {
        let message = format!("the module needs Go {wanted}, and {have} is installed");
        missing(message).fix(["go", "env", "-w", "GOTOOLCHAIN=auto"])
    } else if has("module lookup disabled by GOPROXY=off") {
        let message = "modules are not in Go's cache, and the network is not to be used";
        missing(message.into()).fix(["go", "mod", "download"])
    } else if ["dial tcp", "no such host", "i/o timeout", "TLS handshake"]
        .iter()
        .any(|part| has(part))
    {
        let message = "modules could not be downloaded".to_owned();
        let mut error = missing(message).fix(["go", "mod", "download"]);
        error.retryable = true;
        error
    } else if FULL.iter().any(|part| has(part)) {
        let message = "the build could not write its files";
        PluginError::new(ErrorCode::Io, Blame::Environment, message)
    } else if has("failed to initialize build cache") || has("could not create module cache") {
        let message = "the cache of Go cannot be used; GOCACHE and GOMODCACHE say where it is";
        PluginError::new(ErrorCode::Io, Blame::Environment, message)
    } else {
        return None;
    };
    Some(with_causes(error, text))
}

/// What a tool says that failed without a word about the code.
pub(crate) fn explain(text: &str) -> PluginError {
    environment(text).unwrap_or_else(|| {
        let message = "the Go toolchain failed";
        let error = PluginError::new(ErrorCode::Toolchain, Blame::Environment, message);
        with_causes(error, text)
    })
}

fn missing(message: String) -> PluginError {
    PluginError::new(ErrorCode::DependencyMissing, Blame::Environment, message)
}

fn with_causes(mut error: PluginError, text: &str) -> PluginError {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    error.cause.extend(lines.take(CAUSES).map(str::to_owned));
    error
}

/// `go.mod requires go >= 1.99 (running go 1.27.3; GOTOOLCHAIN=local)`
fn release(text: &str) -> Option<(&str, &str)> {
    let (_, rest) = text.split_once("requires go >= ")?;
    let (wanted, rest) = rest.split_once(" (running go ")?;
    let (have, _) = rest.split_once([';', ')'])?;
    Some((wanted, have))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_told_from_the_code() {
        let text = "go: go.mod requires go >= 1.99 (running go 1.27.3; GOTOOLCHAIN=local)\n";
        let error = environment(text).unwrap();
        assert_eq!(error.code, ErrorCode::DependencyMissing);
        assert_eq!(
            error.message,
            "the module needs Go 1.99, and 1.27.3 is installed"
        );
        assert_eq!(error.cause.len(), 1);
        let text = "go: example.org/x@v1.0.0: module lookup disabled by GOPROXY=off";
        let error = environment(text).unwrap();
        assert_eq!(error.fix, ["go", "mod", "download"]);
        let text = "go: x@v1: Get \"https://h/x\": dial tcp 1.2.3.4:443: connect: refused";
        assert!(environment(text).unwrap().retryable);
        let text = "go: link: write a.wasm: no space left on device";
        assert_eq!(environment(text).unwrap().code, ErrorCode::Io);
        assert_eq!(environment("./main.go:1:2: undefined: x"), None);
        assert_eq!(explain("\nodd\n").cause, ["odd"]);
    }
}
