//! Links the executable so that it starts fast. Much of what a short run costs is
//! the work of the dynamic linker and of the kernel, which brings in each page
//! that is touched:
//!
//! - libc and the unwinder are linked in (static-pie: the address is still
//!   random), so that nothing is looked for, mapped and resolved at each start.
//! - Relative relocations are packed (RELR): 4 kB instead of 300.
//! - Functions that run at start lie side by side (`start.txt`, made by
//!   `scripts/layout`), not one on each page of a large executable.
//!
//! rustc's own way to the first, `-C target-feature=+crt-static`, cannot be asked
//! for by a package, and cargo refuses it without `--target`. What comes out is
//! the same. Each of them is tried on a small program before; where one does not
//! work, the executable is linked without it. `WASMRUN_LINK=dynamic` turns
//! all off, for a system whose names of hosts come from modules of its own libc
//! (NSS): such modules load only beside the glibc that was linked in.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What rustc asks for as shared libraries, and the archives to take instead.
/// Those of libc and of the unwinder need each other.
const LIBRARIES: [(&str, &str); 7] = [
    ("c", "GROUP(-l:libc.a -l:libgcc_eh.a -l:libgcc.a)"),
    ("gcc_s", "GROUP(-l:libgcc_eh.a -l:libgcc.a)"),
    ("m", "INPUT(-l:libm.a)"),
    ("dl", "INPUT(-l:libdl.a)"),
    ("rt", "INPUT(-l:librt.a)"),
    ("util", "INPUT(-l:libutil.a)"),
    ("pthread", "INPUT(-l:libpthread.a)"),
];

/// Tells cargo how to link, and the program how it was linked.
pub(crate) fn configure() {
    println!("cargo::rerun-if-env-changed=WASMRUN_LINK");
    let (linked, arguments) = choose().unwrap_or(("dynamically", Vec::new()));
    for argument in arguments {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
    println!("cargo::rustc-env=BUILT_WITH_LINKAGE={linked}");
}

/// The first way to link that works here.
fn choose() -> Option<(&'static str, Vec<String>)> {
    let value = |name: &str| env::var(name).unwrap_or_default();
    let gnu = value("CARGO_CFG_TARGET_OS") == "linux" && value("CARGO_CFG_TARGET_ENV") == "gnu";
    let native = value("HOST") == value("TARGET");
    // Whoever asks rustc for a static libc gets it from there.
    if value("CARGO_CFG_TARGET_FEATURE").contains("crt-static") {
        return Some(("static", Vec::new()));
    }
    if !gnu || !native || value("WASMRUN_LINK") == "dynamic" {
        return None;
    }
    let folder = PathBuf::from(env::var_os("OUT_DIR")?).join("link");
    fs::create_dir_all(&folder).ok()?;
    let libc = vec![
        "-static-pie".to_owned(),
        format!("-L{}", archives(&folder)?.display()),
    ];
    let packed = vec!["-Wl,-z,pack-relative-relocs".to_owned()];
    // Without optimisation there is one function for each that was written.
    let layout = if value("PROFILE") == "release" {
        vec![format!("-Wl,-T,{}", layout(&folder)?.display())]
    } else {
        Vec::new()
    };
    let ways = [
        ("static-pie", [&libc[..], &packed, &layout].concat()),
        ("static-pie", [&libc[..], &layout].concat()),
        ("static-pie", libc),
        ("dynamically", layout),
    ];
    ways.into_iter().find(|(_, way)| works(&folder, way))
}

/// A folder in which the linker, in search of shared libraries, finds scripts that
/// name archives.
fn archives(folder: &Path) -> Option<PathBuf> {
    let archives = folder.join("archives");
    fs::create_dir_all(&archives).ok()?;
    for (library, script) in LIBRARIES {
        fs::write(archives.join(format!("lib{library}.so")), script).ok()?;
    }
    Some(archives)
}

/// A script for the linker that adds a section to its own layout. What a line does
/// not match stays where it is.
fn layout(folder: &Path) -> Option<PathBuf> {
    let list = fs::read_to_string("build/start.txt").ok()?;
    let patterns = list.lines().filter_map(|line| match line.split_once(' ')? {
        ("libc", object) => Some(format!("*libc.a:{object}(.text .text.*)\n")),
        // LLVM keeps what it takes for cold in sections of another name.
        ("function", name) => Some(format!("*(.text.{name} .text.unlikely.{name})\n")),
        _ => None,
    });
    let script = format!(
        "SECTIONS {{ .text.start : {{\n{}}} }} INSERT BEFORE .text;\n",
        patterns.collect::<String>()
    );
    let path = folder.join("start.ld");
    fs::write(&path, script).ok()?;
    Some(path)
}

/// Whether a program that is linked this way runs.
fn works(folder: &Path, arguments: &[String]) -> bool {
    let program = folder.join("probe");
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc
        .args(["--edition=2024", "build/probe.rs", "-o"])
        .arg(&program);
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        let mut option = std::ffi::OsString::from("linker=");
        option.push(linker);
        rustc.arg("-C").arg(option);
    }
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    rustc.args(flags.split('\u{1f}').filter(|flag| !flag.is_empty()));
    for argument in arguments {
        rustc.arg("-C").arg(format!("link-arg={argument}"));
    }
    let mut run = Command::new(&program);
    [&mut rustc, &mut run]
        .into_iter()
        .zip([0, 7])
        .all(|(command, code)| {
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            command
                .status()
                .is_ok_and(|status| status.code() == Some(code))
        })
}
