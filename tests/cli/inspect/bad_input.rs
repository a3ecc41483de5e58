use crate::kit::{Run, World};

/// The exit code, and that there is one error with a way out.
fn refused(run: &Run, code: i32, says: &[&str]) {
    assert_eq!(run.code, code, "{}{}", run.out, run.err);
    assert_eq!(run.err.matches("error:").count(), 1, "{}", run.err);
    for words in says {
        assert!(run.err.contains(words), "no `{words}` in:\n{}", run.err);
    }
    assert_eq!(run.out, "");
}

#[test]
fn what_is_not_wasm_is_told_apart() {
    let world = World::new();
    let inspect = |name: &str, bytes: &[u8]| {
        world.write(name, bytes);
        world.run(&["inspect", name])
    };
    refused(
        &inspect("empty.wasm", b""),
        1,
        &["empty.wasm", "it is empty", "help:"],
    );
    refused(
        &inspect("short.wasm", b"\0asm\x01"),
        1,
        &["it ends after 5 of the 8 bytes"],
    );
    refused(
        &inspect("elf.wasm", b"\x7fELF\x02\x01\x01\0\0\0"),
        1,
        &["7f 45 4c 46", "a native program (ELF)"],
    );
    refused(
        &inspect("packed.wasm.gz", b"\x1f\x8b\x08\0\0\0\0\0"),
        1,
        &["gunzip -c packed.wasm.gz | wasmrun inspect -"],
    );
    refused(
        &inspect("page.wasm", b"<!doctype html>"),
        1,
        &["a web page"],
    );
    refused(
        &inspect("new.wasm", b"\0asm\x02\0\0\0"),
        1,
        &["its version is 2; only 1 can be read"],
    );
    refused(
        &inspect("component.wasm", b"\0asm\x0e\0\x01\0"),
        1,
        &["a component of version 0xe"],
    );
    refused(
        &inspect("wrong.wat", b"(module\n  (func (export hello)))\n"),
        1,
        &["wrong.wat:2:10", "(func (export hello))"],
    );
}

#[test]
fn what_cannot_be_read_is_a_usage_error() {
    let world = World::new();
    std::fs::create_dir(world.path().join("folder")).unwrap();
    refused(
        &world.run(&["inspect", "folder"]),
        2,
        &["folder", "it is a folder", "help:"],
    );
    refused(
        &world.run(&["inspect", "missing.wasm"]),
        2,
        &["could not read missing.wasm", "help:"],
    );
    let run = world.run(&["inspect"]);
    assert_eq!(run.code, 2);
}

#[cfg(unix)]
#[test]
fn pipes_devices_and_locked_files_are_refused() {
    use std::os::unix::fs::PermissionsExt;

    let world = World::new();
    let made = std::process::Command::new("mkfifo")
        .arg(world.path().join("pipe"))
        .status()
        .unwrap();
    assert!(made.success());
    refused(
        &world.run(&["inspect", "pipe"]),
        2,
        &["a pipe or a device", "cat pipe | wasmrun inspect -"],
    );
    refused(
        &world.run(&["inspect", "/dev/zero"]),
        2,
        &["a pipe or a device"],
    );
    let locked = world.write("locked.wasm", b"\0asm\x01\0\0\0");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&locked).is_ok() {
        // The superuser reads everything; this file nobody can read.
        if cfg!(target_os = "linux") {
            refused(
                &world.run(&["inspect", "/proc/self/mem"]),
                2,
                &["could not read /proc/self/mem"],
            );
        }
    } else {
        refused(
            &world.run(&["inspect", "locked.wasm"]),
            2,
            &["permission denied"],
        );
    }
}
