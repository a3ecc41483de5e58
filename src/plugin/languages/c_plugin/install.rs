//! The commands that install what is missing.

use plugin_protocol::MissingKind;

use super::environment::Environment;

/// Something that can be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Package {
    Emscripten,
    Clang,
    Lld,
    WasiLibc,
    Builtins,
    CxxLibrary,
    Zig,
    Make,
    CMake,
}

impl Package {
    /// What people know it by.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Emscripten => "emcc",
            Self::Clang => "clang",
            Self::Lld => "wasm-ld",
            Self::WasiLibc => "wasi-libc",
            Self::Builtins => "libclang_rt.builtins for wasm32",
            Self::CxxLibrary => "libc++ for wasm32",
            Self::Zig => "zig",
            Self::Make => "make",
            Self::CMake => "cmake",
        }
    }

    /// Whether it is a compiler and not a part of one.
    pub(super) fn is_compiler(self) -> bool {
        matches!(self, Self::Emscripten | Self::Clang | Self::Zig)
    }

    /// Debian's and Ubuntu's names.
    fn apt(self) -> Option<&'static [&'static str]> {
        Some(match self {
            Self::Emscripten => &["emscripten"],
            Self::Clang => &["clang"],
            Self::Lld => &["lld"],
            Self::WasiLibc => &["wasi-libc"],
            Self::Builtins => &["libclang-rt-dev-wasm32"],
            Self::CxxLibrary => &["libc++-dev-wasm32", "libc++abi-dev-wasm32"],
            Self::Zig => return None,
            Self::Make => &["make"],
            Self::CMake => &["cmake"],
        })
    }

    /// Homebrew's names.
    fn brew(self) -> &'static [&'static str] {
        match self {
            Self::Emscripten => &["emscripten"],
            Self::Clang => &["llvm"],
            Self::Lld => &["lld"],
            Self::WasiLibc => &["wasi-libc"],
            Self::Builtins | Self::CxxLibrary => &["wasi-runtimes"],
            Self::Zig => &["zig"],
            Self::Make => &["make"],
            Self::CMake => &["cmake"],
        }
    }
}

/// Whether the system's package manager has all of it.
pub(super) fn is_packaged(env: &Environment, what: &[(Package, MissingKind)]) -> bool {
    let apt = has_apt(env);
    let clang = what.iter().any(|(package, _)| *package == Package::Clang);
    apt && clang
}

fn has_apt(env: &Environment) -> bool {
    env.find("apt-get").is_some() || std::path::Path::new("/usr/bin/apt-get").exists()
}

/// The command that installs some packages; empty for none.
pub(super) fn command(env: &Environment, packages: &[Package]) -> Vec<String> {
    if packages.is_empty() {
        return vec![];
    }
    let mut command: Vec<&str> = vec![];
    if has_apt(env) && packages.iter().all(|package| package.apt().is_some()) {
        command.extend(["sudo", "apt-get", "install"]);
        command.extend(
            packages
                .iter()
                .filter_map(|package| package.apt())
                .flatten(),
        );
    } else if env.find("brew").is_some() {
        command.extend(["brew", "install"]);
        command.extend(packages.iter().flat_map(|package| package.brew()));
    } else if packages.contains(&Package::CMake) {
        command.extend(["pip", "install", "cmake"]);
    } else if packages.contains(&Package::Make) {
        // No package manager that we know, and no command that works anywhere.
    } else {
        // One package with a compiler, a linker and the libraries.
        command.extend(["pip", "install", "ziglang"]);
    }
    command.dedup();
    command.into_iter().map(str::to_owned).collect()
}
