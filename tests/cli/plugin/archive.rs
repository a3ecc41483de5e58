use std::process::Command;

use sha2::{Digest, Sha256};

use super::*;

/// An archive of a folder with a plugin, made by the real tar.
fn pack(world: &World, name: &str) -> String {
    changed(world, "pack/copy-0.1.0/bin/copy", &[]);
    world.write(
        "pack/copy-0.1.0/wasmrun.toml",
        "schema = 1\nname = 'copy'\nversion = '0.1.0'\nprotocol = [1]\nargv = ['bin/copy', \
         '--wasmrun-plugin']\n[detect]\nall = ['module.wasm']\n",
    );
    let packed = Command::new("tar")
        .args(["-czf", name, "-C", "pack", "copy-0.1.0"])
        .current_dir(world.path())
        .status()
        .unwrap();
    assert!(packed.success());
    let bytes = std::fs::read(world.path().join(name)).unwrap();
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn an_archive_is_installed_with_its_sha256() {
    let world = World::new();
    let sha256 = pack(&world, "copy.tar.gz");
    let run = world.run(&["plugin", "install", "copy.tar.gz", "--sha256", &sha256]);
    assert_eq!(run.code, 0, "{}", run.err);
    let row = listed(&world, &[]).remove(0);
    assert_eq!(row["source"]["sha256"], sha256.as_str());
    world.write("app/module.wasm", MODULE);
    let run = world.run(&["compile", "app"]);
    assert!(run.err.contains("built by copy"), "{}", run.err);

    let wrong = "0".repeat(64);
    let run = world.run(&["plugin", "install", "copy.tar.gz", "--sha256", &wrong]);
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(run.err.contains(&sha256), "{}", run.err);
    assert_eq!(states(&world), ["copy enabled"]);
}

#[test]
fn an_archive_that_is_damaged_or_holds_something_else_is_refused() {
    let world = World::new();
    pack(&world, "copy.tgz");
    let bytes = std::fs::read(world.path().join("copy.tgz")).unwrap();
    for (name, content) in [
        ("cut.tgz", &bytes[..bytes.len() / 2]),
        ("text.tar.gz", b"text".as_slice()),
        ("empty.tgz", b"".as_slice()),
    ] {
        world.write(name, content);
        let run = world.run(&["plugin", "install", name]);
        assert_eq!(run.code, 4, "{name}: {}", run.err);
        assert_tidy(&world);
    }
    let tar = |args: &[&str]| {
        let mut tar = Command::new("tar");
        assert!(
            tar.args(args)
                .current_dir(world.path())
                .status()
                .unwrap()
                .success()
        );
    };
    world.write("secret", "");
    tar(&["-czPf", "up.tgz", "-C", "pack", "copy-0.1.0", "../secret"]);
    std::os::unix::fs::symlink("/etc", world.path().join("pack/copy-0.1.0/etc")).unwrap();
    tar(&["-czf", "link.tgz", "-C", "pack", "copy-0.1.0"]);
    tar(&["-czf", "none.tgz", "secret"]);
    world.write("x.zip", "");
    for (name, code, why) in [
        ("up.tgz", 4, "leads out of it"),
        ("link.tgz", 4, "neither a file nor a folder"),
        ("none.tgz", 4, "there is no wasmrun.toml"),
        ("x.zip", 2, "pack it as `.tar.gz`"),
    ] {
        let run = world.run(&["plugin", "install", name]);
        assert_eq!(run.code, code, "{name}: {}", run.err);
        assert!(run.err.contains(why), "{name}: {}", run.err);
        assert_tidy(&world);
    }
    assert!(listed(&world, &[]).is_empty());
    let escaped = world.wasmrun_home().join("plugins/secret");
    assert!(!escaped.exists());
}
