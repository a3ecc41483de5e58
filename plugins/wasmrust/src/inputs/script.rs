//! What a build script told cargo that it depends on.

/// What it said.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// Files and folders, relative to its package.
    pub(super) files: Vec<String>,
    pub(super) env: Vec<String>,
    /// It said nothing of either, and so depends on all of its package.
    pub(super) silent: bool,
}

/// Reads its output (`cargo::rerun-if-changed=PATH`, before Rust 1.77 with one
/// colon).
pub(super) fn read(output: &str) -> Said {
    let (mut files, mut env) = (Vec::new(), Vec::new());
    for line in output.lines() {
        let said = line.strip_prefix("cargo::");
        let Some(said) = said.or_else(|| line.strip_prefix("cargo:")) else {
            continue;
        };
        if let Some(path) = said.strip_prefix("rerun-if-changed=") {
            files.push(path.to_owned());
        } else if let Some(name) = said.strip_prefix("rerun-if-env-changed=") {
            env.push(name.to_owned());
        }
    }
    Said {
        silent: files.is_empty() && env.is_empty(),
        files,
        env,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_depends_on_is_read() {
        let said = read(
            "cargo::rerun-if-changed=data\nnoise\ncargo:rerun-if-env-changed=CC\ncargo::warning=x\n",
        );
        assert_eq!(
            (said.files, said.env),
            (vec!["data".into()], vec!["CC".into()])
        );
        assert!(!said.silent);
        assert!(read("cargo::rustc-cfg=x\n").silent);
    }
}
