use std::ffi::OsString;
use std::path::{Path, PathBuf};

use plugin_protocol::{MissingKind, Tool};

use super::{Search, real};
use crate::plugin::languages::c_plugin::compiler::{Command, Compiler, Family};
use crate::plugin::languages::c_plugin::install::Package;
use crate::plugin::languages::c_plugin::options::Target;

/// The versions whose own names (`clang-19`) are looked for.
const VERSIONS: std::ops::RangeInclusive<u32> = 11..=24;

/// The names of the target, the one that every clang knows first.
const TRIPLES: [&str; 2] = ["wasm32-wasi", "wasm32-wasip1"];

/// Where a C library for WASI is.
struct Sysroot {
    root: PathBuf,
    triple: &'static str,
}

/// What a clang needs besides itself.
struct Parts {
    /// `../lib/clang/19`
    resources: Option<PathBuf>,
    /// The library with what the processor lacks.
    builtins: Option<PathBuf>,
    linker: Option<PathBuf>,
    sysroot: Option<Sysroot>,
}

impl Search<'_> {
    /// The first clang that has a linker, a C library and the compiler's own
    /// library for WebAssembly.
    pub(super) fn clang(&mut self, named: Option<&Path>) -> Option<Compiler> {
        let found = match named {
            Some(path) => path
                .is_file()
                .then(|| path.to_owned())
                .into_iter()
                .collect(),
            None => self.clangs(),
        };
        if found.is_empty() {
            self.not_found("clang");
            let what = self.packages_for(&[Package::Clang, Package::Lld, Package::WasiLibc]);
            self.lack("clang was not found in PATH".to_owned(), what);
        }
        for clang in found {
            let parts = self.parts(&clang);
            let lacks = self.lacks_of(&parts);
            if lacks.is_empty() {
                return Some(self.clang_with(&clang, parts));
            }
            let names: Vec<_> = lacks.iter().map(|package| package.name()).collect();
            let why = format!("{} lacks {}", clang.display(), names.join(", "));
            self.tools.push(Tool {
                name: file_name(&clang),
                version: None,
                path: Some(clang),
                parts: vec![],
            });
            let what = self.packages_for(&lacks);
            self.lack(why, what);
        }
        None
    }

    fn packages_for(&self, lacks: &[Package]) -> Vec<(Package, MissingKind)> {
        let bare = self.options.target == Target::Bare;
        let mut what: Vec<_> = lacks
            .iter()
            .filter(|package| !bare || **package != Package::WasiLibc)
            .map(|package| {
                let tool = matches!(package, Package::Clang | Package::Lld);
                let kind = if tool {
                    MissingKind::Tool
                } else {
                    MissingKind::Library
                };
                (*package, kind)
            })
            .collect();
        let has = |wanted| lacks.contains(&wanted);
        if has(Package::Clang) && !bare {
            what.push((Package::Builtins, MissingKind::Library));
            if self.cxx {
                what.push((Package::CxxLibrary, MissingKind::Library));
            }
        }
        what
    }

    fn clangs(&self) -> Vec<PathBuf> {
        let sdks = self.env.folder("WASI_SDK_PATH").into_iter();
        let sdks = sdks.chain([PathBuf::from("/opt/wasi-sdk")]);
        let mut found: Vec<_> = sdks.map(|sdk| sdk.join("bin/clang")).collect();
        found.extend(self.env.find("clang"));
        found.extend(
            VERSIONS
                .rev()
                .filter_map(|v| self.env.find(&format!("clang-{v}"))),
        );
        for prefix in ["/opt/homebrew/opt/llvm", "/usr/local/opt/llvm"] {
            found.push(Path::new(prefix).join("bin/clang"));
        }
        found.retain(|path| path.is_file());
        let mut seen = vec![];
        found.retain(|path| {
            let real = real(path);
            let new = !seen.contains(&real);
            seen.push(real);
            new
        });
        found
    }

    fn parts(&mut self, clang: &Path) -> Parts {
        let own = real(clang);
        let folder = own.parent().unwrap_or(Path::new("/"));
        let resources = newest_resources(folder);
        let builtins = resources.as_ref().and_then(|resources| {
            let mut files = vec![resources.join("lib/wasi/libclang_rt.builtins-wasm32.a")];
            for triple in [
                "wasm32-unknown-wasi",
                "wasm32-unknown-wasip1",
                "wasm32-wasi",
                "wasm32-wasip1",
            ] {
                files.push(
                    resources
                        .join("lib")
                        .join(triple)
                        .join("libclang_rt.builtins.a"),
                );
            }
            files.into_iter().find(|file| self.exists(file))
        });
        let version = file_name(clang).strip_prefix("clang").map(str::to_owned);
        let version = version.unwrap_or_default();
        let mut linkers = vec![folder.join("wasm-ld"), clang.with_file_name("wasm-ld")];
        linkers.push(clang.with_file_name(format!("wasm-ld{version}")));
        let linker = linkers.into_iter().find(|file| self.exists(file));
        let linker = linker.or_else(|| self.env.find("wasm-ld"));
        let sysroot = self.sysroot(folder);
        Parts {
            resources,
            builtins,
            linker,
            sysroot,
        }
    }

    fn sysroot(&mut self, folder: &Path) -> Option<Sysroot> {
        let mut roots: Vec<PathBuf> = self.env.folder("WASI_SYSROOT").into_iter().collect();
        roots.push(folder.join("../share/wasi-sysroot"));
        roots.extend(
            self.env
                .folder("WASI_SDK_PATH")
                .map(|sdk| sdk.join("share/wasi-sysroot")),
        );
        roots.extend(
            [
                "/usr/share/wasi-sysroot",
                "/usr/local/share/wasi-sysroot",
                "/opt/homebrew/opt/wasi-libc/share/wasi-sysroot",
                "/usr/local/opt/wasi-libc/share/wasi-sysroot",
                "/opt/wasi-sdk/share/wasi-sysroot",
                "/usr",
            ]
            .map(PathBuf::from),
        );
        for root in roots {
            for triple in TRIPLES {
                if self.exists(&root.join("lib").join(triple).join("libc.a")) {
                    return Some(Sysroot { root, triple });
                }
            }
        }
        None
    }

    fn lacks_of(&self, parts: &Parts) -> Vec<Package> {
        let mut lacks = vec![];
        if parts.linker.is_none() {
            lacks.push(Package::Lld);
        }
        if self.options.target == Target::Bare {
            return lacks;
        }
        match &parts.sysroot {
            None => lacks.push(Package::WasiLibc),
            Some(sysroot) if self.cxx && !sysroot.has_cxx() => lacks.push(Package::CxxLibrary),
            Some(_) => {}
        }
        if parts.builtins.is_none() {
            lacks.push(Package::Builtins);
        }
        lacks
    }

    fn clang_with(&self, clang: &Path, parts: Parts) -> Compiler {
        let own = real(clang);
        let folder = own.parent().unwrap_or(Path::new("/")).to_owned();
        let version = parts.resources.as_ref().map(|r| file_name(r));
        let mut files = vec![own.clone(), folder.join("../lib")];
        files.extend(parts.linker.as_deref().map(real));
        if let Some(resources) = &parts.resources {
            files.push(resources.join("include"));
        }
        files.extend(parts.builtins.clone());
        let mut base: Vec<OsString> = vec![];
        let mut libraries = vec![];
        let mut libc = None;
        match (self.options.target, parts.sysroot) {
            (Target::Wasi, Some(sysroot)) => {
                base.push(format!("--target={}", sysroot.triple).into());
                base.push(joined("--sysroot=", &sysroot.root));
                files.extend(sysroot.folders());
                libc = Some(sysroot.root);
            }
            _ => {
                base.extend(["--target=wasm32", "-nostdlib"].map(OsString::from));
                libraries.extend(parts.builtins.map(OsString::from));
            }
        }
        let beside = |name: &str| {
            let file = folder.join(name);
            if file.is_file() {
                file
            } else {
                self.env.find(name).unwrap_or(file)
            }
        };
        let version_of = version.as_deref();
        Compiler {
            family: Family::Clang,
            target: self.options.target,
            cc: Command::new(clang, &[]),
            cxx: Command::new(cxx_of(clang, &folder), &[]),
            ar: Command::new(beside("llvm-ar"), &[]),
            ranlib: Command::new(beside("llvm-ranlib"), &[]),
            major: version_of.and_then(|v| v.split('.').next()?.parse().ok()),
            base,
            libraries,
            env: vec![],
            cmake_toolchain: None,
            sysroot: libc,
            tools: vec![
                Tool {
                    name: file_name(clang),
                    version,
                    path: Some(clang.to_owned()),
                    parts: files,
                },
                // clang's linker driver runs it when it is there.
                Tool {
                    name: "wasm-opt".to_owned(),
                    version: None,
                    path: self.env.find("wasm-opt"),
                    parts: vec![],
                },
            ],
            watched: vec![],
        }
    }
}

impl Sysroot {
    fn folders(&self) -> Vec<PathBuf> {
        let include = self.root.join("include").join(self.triple);
        let lib = self.root.join("lib").join(self.triple);
        let mut folders = vec![lib, include.join("c++/v1"), include];
        folders.retain(|folder| folder.is_dir());
        folders
    }

    fn has_cxx(&self) -> bool {
        self.root
            .join("lib")
            .join(self.triple)
            .join("libc++.a")
            .is_file()
    }
}

/// The folder with the newest version's headers and libraries.
fn newest_resources(folder: &Path) -> Option<PathBuf> {
    let version = |path: &Path| -> Option<Vec<u32>> {
        let name = path.file_name()?.to_str()?;
        name.split('.').map(|part| part.parse().ok()).collect()
    };
    let of = |lib: &str| {
        let entries = std::fs::read_dir(folder.join(lib)).into_iter().flatten();
        entries.flatten().map(|entry| entry.path())
    };
    of("../lib/clang")
        .chain(of("../lib64/clang"))
        .filter(|path| path.join("include").is_dir())
        .filter_map(|path| Some((version(&path)?, path)))
        .max()
        .map(|(_, path)| path)
}

/// `clang-19` has `clang++-19` beside it.
fn cxx_of(clang: &Path, folder: &Path) -> PathBuf {
    let name = file_name(clang).replacen("clang", "clang++", 1);
    let beside = clang.with_file_name(name);
    if beside.is_file() {
        beside
    } else {
        folder.join("clang++")
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn joined(flag: &str, path: &Path) -> OsString {
    let mut joined = OsString::from(flag);
    joined.push(path);
    joined
}
