//! bzip2 1.0.8 as it ships, with the samples that it tests itself with.

use std::path::PathBuf;

use crate::build::{built, compile, copy};
use crate::run::Run;
use crate::tools::{crate_folder, find};

/// wasi-libc has no owners and no modes.
const CONFIG: &str = r#"
[options]
compiler = "clang"
flags = ["-w", "-Dfchmod(file,mode)=0", "-Dfchown(file,user,group)=0", "-D_WASI_EMULATED_SIGNAL", "-D_WASI_EMULATED_PROCESS_CLOCKS"]
ldflags = ["-lwasi-emulated-signal", "-lwasi-emulated-process-clocks"]
"#;

/// Programs of their own.
const WITHOUT: &[&str] = &[
    "bzip2recover.c",
    "dlltest.c",
    "mk251.c",
    "spewG.c",
    "unzcrash.c",
];

/// The program, and the folder with its samples.
pub(crate) fn bzip2() -> Option<(PathBuf, PathBuf)> {
    find("clang", "c")?;
    let sources = crate_folder("bzip2-sys")?.join("bzip2-1.0.8");
    let module = built("bzip2", &[&sources], &[CONFIG], |folder| {
        copy(&sources, folder, &[".c", ".h"], WITHOUT);
        compile(folder, CONFIG)
    });
    Some((module, sources))
}

#[test]
fn bzip2_passes_its_own_test() {
    let Some((module, samples)) = bzip2() else {
        return;
    };
    for (sample, level, small) in [(1, "-1", "-d"), (2, "-2", "-d"), (3, "-3", "-ds")] {
        let read =
            |ending| std::fs::read(samples.join(format!("sample{sample}.{ending}"))).unwrap();
        let (plain, packed) = (read("ref"), read("bz2"));
        let ran = Run::new(&module).args([level]).stdin(plain.clone()).same();
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.out == packed, "sample{sample}.ref");
        let ran = Run::new(&module).args([small]).stdin(packed).same();
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.out == plain, "sample{sample}.bz2");
    }
}

#[test]
fn bzip2_replaces_files() {
    let Some((module, samples)) = bzip2() else {
        return;
    };
    let plain = std::fs::read(samples.join("sample2.ref")).unwrap();
    let packed = Run::new(&module)
        .args(["-v", "-9", "a file.txt"])
        .file("a file.txt", plain.clone())
        .same();
    let said = "  a file.txt:  2.924:1,  2.736 bits/byte, 65.80% saved, 212340 in, 72612 out.\n";
    assert_eq!((packed.code, packed.err.as_str()), (0, said));
    let packed = &packed.files["a file.txt.bz2"];
    let again = Run::new(&module)
        .args(["-dk", "a file.txt.bz2"])
        .file("a file.txt.bz2", packed.clone())
        .same();
    assert_eq!((again.code, again.err.as_str()), (0, ""));
    assert!(again.files["a file.txt"] == plain);
    assert!(&again.files["a file.txt.bz2"] == packed);
}

#[test]
fn bzip2_finds_damage() {
    let Some((module, samples)) = bzip2() else {
        return;
    };
    let mut packed = std::fs::read(samples.join("sample1.bz2")).unwrap();
    packed[10_000] ^= 1;
    let ran = Run::new(&module)
        .args(["-tv", "damaged.bz2"])
        .file("damaged.bz2", packed)
        .same();
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("data integrity (CRC) error in data"),
        "{}",
        ran.err
    );
    let ran = Run::new(&module).args(["-t", "missing.bz2"]).same();
    assert_eq!(ran.code, 1);
    let said = "bzip2.wasm: Can't open input missing.bz2: No such file or directory.\n";
    assert!(ran.err.starts_with(said), "{}", ran.err);
}
