use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// The caches of tools: the variable that names the folder, and where it is
/// below the user's home folder when the variable is not set. A plugin may write
/// to those whose variable its manifest passes.
const CACHES: &[(&str, &str)] = &[
    ("CARGO_HOME", ".cargo"),
    ("RUSTUP_HOME", ".rustup"),
    ("CARGO_TARGET_DIR", ""),
    ("SCCACHE_DIR", ".cache/sccache"),
    ("CCACHE_DIR", ".cache/ccache"),
    ("GOPATH", "go"),
    ("GOMODCACHE", "go/pkg/mod"),
    ("GOCACHE", ".cache/go-build"),
    ("GOTMPDIR", ""),
    ("npm_config_cache", ".npm"),
    ("YARN_CACHE_FOLDER", ".yarn"),
    ("PNPM_HOME", ".local/share/pnpm"),
    ("BUN_INSTALL", ".bun"),
    ("DENO_DIR", ".cache/deno"),
    ("PIP_CACHE_DIR", ".cache/pip"),
    ("EM_CACHE", ".cache/emscripten"),
    ("ZIG_GLOBAL_CACHE_DIR", ".cache/zig"),
];

/// What marks a folder above the project as part of it: a checkout, or a
/// workspace whose tools write to its root.
const MARKS: &[&str] = &[
    ".git",
    ".hg",
    ".jj",
    "Cargo.toml",
    "go.work",
    "package.json",
    "pnpm-workspace.yaml",
];

/// What a build may write to: the project with the workspace or checkout that it
/// is in, the temporary folder, the user's cache folder, and the caches whose
/// variable is in `pass`. Caches that are not there yet are created, because a
/// tool in confinement could not.
pub fn writable(project: &Path, pass: &[String], env: &[(OsString, OsString)]) -> Vec<PathBuf> {
    let get = |name: &str| {
        let found = env.iter().find(|(other, _)| other == name);
        found
            .map(|(_, value)| PathBuf::from(value))
            .filter(|path| path.is_absolute())
    };
    let home = get("HOME").or_else(|| get("USERPROFILE"));
    let home = home.filter(|home| home.is_dir());
    let mut folders = vec![
        workspace(project, home.as_deref()),
        std::env::temp_dir(),
        PathBuf::from("/var/tmp"),
    ];
    folders.extend(
        ["TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME"]
            .into_iter()
            .filter_map(get),
    );
    let mut caches = vec![];
    if get("XDG_CACHE_HOME").is_none() {
        caches.extend(home.as_ref().map(|home| home.join(".cache")));
    }
    for (variable, place) in CACHES {
        let wanted = |pattern: &String| match pattern.strip_suffix('*') {
            Some(start) => variable.starts_with(start),
            None => pattern == variable,
        };
        if pass.iter().any(wanted) {
            let usual = home.as_ref().filter(|_| !place.is_empty());
            let usual = usual.map(|home| home.join(place));
            caches.extend(get(variable).or(usual));
        }
    }
    for cache in &caches {
        // One that cannot be made is one that the tool could not make either.
        let _ = fs::create_dir_all(cache);
    }
    folders.extend(caches);
    folders.retain(|folder| folder.parent().is_some());
    folders.sort_unstable();
    folders.dedup();
    folders
}

/// The outermost folder around the project that has a mark, but never the home
/// folder or one around it.
fn workspace(project: &Path, home: Option<&Path>) -> PathBuf {
    project
        .ancestors()
        .take_while(|folder| {
            folder.parent().is_some() && home.is_none_or(|home| !home.starts_with(folder))
        })
        .filter(|folder| MARKS.iter().any(|mark| folder.join(mark).exists()))
        .last()
        .unwrap_or(project)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_may_write_to_its_workspace_but_not_to_the_home() {
        let home = tempfile::tempdir().unwrap();
        let member = home.path().join("work/space/member");
        fs::create_dir_all(&member).unwrap();
        fs::write(home.path().join("package.json"), "{}").unwrap();
        assert_eq!(workspace(&member, Some(home.path())), member);
        fs::write(home.path().join("work/space/Cargo.toml"), "").unwrap();
        assert_eq!(
            workspace(&member, Some(home.path())),
            home.path().join("work/space")
        );
    }

    #[test]
    fn caches_are_those_that_the_manifest_passes() {
        let home = tempfile::tempdir().unwrap();
        let project = home.path().join("p");
        fs::create_dir(&project).unwrap();
        let cargo = home.path().join("elsewhere");
        let env = [
            ("HOME".into(), home.path().into()),
            ("CARGO_HOME".into(), cargo.clone().into()),
            ("GOPATH".into(), "relative".into()),
        ];
        let folders = writable(&project, &["CARGO_*".into(), "GOPATH".into()], &env);
        for there in [
            project,
            cargo,
            home.path().join("go"),
            home.path().join(".cache"),
        ] {
            assert!(
                there.is_dir() && folders.contains(&there),
                "{}",
                there.display()
            );
        }
        assert!(!folders.contains(&home.path().join(".npm")));
        assert!(
            !folders
                .iter()
                .any(|folder| folder == home.path() || folder == Path::new("/"))
        );
    }
}
