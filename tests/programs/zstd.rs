//! The library of zstd 1.5.7, with a small program around it. clang uses SIMD and
//! bulk memory for it.

use std::path::PathBuf;

use crate::build::{built, compile, copy};
use crate::run::Run;
use crate::tools::{crate_folder, find, root};

const CONFIG: &str = r#"
[options]
compiler = "clang"
sources = ["*.c", "common/*.c", "compress/*.c", "decompress/*.c"]
flags = ["-I.", "-w", "-DZSTD_DISABLE_ASM", "-msimd128", "-mbulk-memory", "-msign-ext", "-mnontrapping-fptoint"]
"#;

fn zstd() -> Option<PathBuf> {
    find("clang", "c")?;
    let sources = crate_folder("zstd-sys")?.join("zstd/lib");
    let ours = root().join("tests/programs/zstd/main.c");
    Some(built("zstd", &[&sources, &ours], &[CONFIG], |folder| {
        for part in ["", "common", "compress", "decompress"] {
            copy(&sources.join(part), &folder.join(part), &[".c", ".h"], &[]);
        }
        copy(ours.parent().unwrap(), folder, &[".c"], &[]);
        compile(folder, CONFIG)
    }))
}

/// Text with much and with little to compress in it, the same each time.
fn sample() -> Vec<u8> {
    let mut seed = 1_u32;
    let mut words = vec![];
    for number in 0..40_000_u32 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if seed >> 28 == 0 {
            words.extend((0..64).map(|shift| (seed.rotate_left(shift) ^ number) as u8));
        } else {
            let word = ["storage", "memory", "table", "global", "\n"][(seed >> 16) as usize % 5];
            words.extend_from_slice(word.as_bytes());
            words.extend_from_slice((seed % 1000).to_string().as_bytes());
        }
    }
    words
}

#[test]
fn zstd_gives_back_what_it_compressed() {
    let Some(module) = zstd() else { return };
    let plain = sample();
    for (level, length) in [("-1", 193_725), ("-3", 178_048), ("-19", 160_902)] {
        let packed = Run::new(&module).args([level]).stdin(plain.clone()).same();
        assert_eq!((packed.code, packed.err.as_str()), (0, ""));
        assert_eq!(packed.out.len(), length, "{level}");
        let again = Run::new(&module).args(["-d"]).stdin(packed.out).same();
        assert_eq!((again.code, again.err.as_str()), (0, ""));
        assert!(again.out == plain, "{level}");
    }
}

#[test]
fn zstd_finds_damage() {
    let Some(module) = zstd() else { return };
    let mut packed = Run::new(&module).args(["-1"]).stdin(sample()).same().out;
    let half = packed.len() / 2;
    let ran = Run::new(&module).args(["-d"]).stdin(&packed[..half]).same();
    assert_eq!((ran.code, ran.err.as_str()), (1, "zstd: unexpected end\n"));
    let last = packed.len() - 1;
    packed[last] ^= 1;
    let ran = Run::new(&module).args(["-d"]).stdin(packed).same();
    let said = "zstd: Restored data doesn't match checksum\n";
    assert_eq!((ran.code, ran.err.as_str()), (1, said));
}
