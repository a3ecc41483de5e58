use std::process::Stdio;

use super::*;

#[test]
fn an_executable_is_asked_installed_and_builds() {
    let world = World::new();
    let run = install(&world, &hex());
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("installed hex 0.1.0"), "{}", run.err);
    let row = listed(&world, &[]).remove(0);
    assert_eq!(
        (&row["name"], &row["state"]),
        (&"hex".into(), &"enabled".into())
    );
    assert_eq!(row["source"]["kind"], "executable");
    assert_eq!(row["languages"][0], "hex");
    let config = std::fs::read_to_string(world.wasmrun_home().join("config.toml")).unwrap();
    assert_eq!(config, "[plugins.hex]\nenabled = true\n");

    world.write("app/main.hex", HEX);
    let run = world.run(&["compile", "app"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.contains("detected: hex (main.hex), built by hex"),
        "{}",
        run.err
    );
    assert_eq!(
        std::fs::read(world.path().join("app/dist/app.wasm")).unwrap(),
        MODULE
    );
    world.write("alone.hex", HEX);
    let run = world.run(&["compile", "alone.hex", "--language", "hex"]);
    assert_eq!(run.code, 0, "{}", run.err);
    world.write("app/main.hex", "00 61 7x\n");
    let run = world.run(&["compile", "app"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("main.hex:1:7"), "{}", run.err);
    assert_tidy(&world);
}

#[test]
fn a_plugin_is_taken_away_with_its_settings() {
    let world = World::new();
    let config = world.wasmrun_home().join("config.toml");
    std::fs::create_dir_all(world.wasmrun_home()).unwrap();
    std::fs::write(&config, "# mine\nprofile = 'size'\n").unwrap();
    assert_eq!(install(&world, &copy()).code, 0);
    let text = std::fs::read_to_string(&config).unwrap();
    assert!(text.starts_with("# mine\nprofile = 'size'\n") && text.contains("[plugins.copy]"));
    let run = world.run(&["plugin", "uninstall", "cpoy"]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("did you mean `copy`?"), "{}", run.err);
    let run = world.run(&["plugin", "uninstall", "copy", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(lines(&run)[0]["type"], "uninstalled");
    assert_eq!(
        std::fs::read_to_string(&config).unwrap(),
        "# mine\nprofile = 'size'\n"
    );
    assert!(listed(&world, &[]).is_empty());
    assert!(!world.wasmrun_home().join("plugins/copy").exists());
    assert_tidy(&world);
}

#[test]
fn a_disabled_plugin_stays_and_takes_no_part() {
    let world = World::new();
    install(&world, &copy());
    world.write("app/module.wasm", MODULE);
    assert_eq!(world.run(&["plugin", "disable", "copy"]).code, 0);
    assert_eq!(states(&world), ["copy disabled"]);
    let run = world.run(&["compile", "app", "--plugin", "copy"]);
    assert_eq!(run.code, 3);
    assert!(
        run.err.contains("`wasmrun plugin enable copy`"),
        "{}",
        run.err
    );
    let run = world.run(&["compile", "app"]);
    assert!(run.err.contains("built by wasm"), "{}", run.err);
    assert_eq!(world.run(&["plugin", "enable", "copy"]).code, 0);
    let run = world.run(&["compile", "app"]);
    assert!(run.err.contains("built by copy"), "{}", run.err);
    let run = world.run(&["plugin", "disable", "c"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("part of wasmrun"), "{}", run.err);
}

#[test]
fn a_changed_executable_is_refused_until_it_is_installed_again() {
    let world = World::new();
    install(&world, &copy());
    world.write("app/module.wasm", MODULE);
    let exe = world.wasmrun_home().join("plugins/copy/copy");
    let text = std::fs::read_to_string(&exe).unwrap();
    std::fs::write(&exe, format!("{text}# changed\n")).unwrap();
    let run = world.run(&["compile", "app"]);
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(
        run.err.contains("has changed since it was installed"),
        "{}",
        run.err
    );
    assert_eq!(states(&world), ["copy changed"]);
    let run = world.run(&["plugin", "update", "copy"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(states(&world), ["copy enabled"]);
    assert_eq!(world.run(&["compile", "app"]).code, 0);
}

#[test]
fn an_update_takes_the_new_version_and_a_failed_one_leaves_the_old_one_working() {
    let world = World::new();
    let exe = changed(&world, "tools/copy", &[]);
    world.write("app/module.wasm", MODULE);
    assert_eq!(install(&world, &exe).code, 0);
    changed(&world, "tools/copy", &[("0.1.0", "0.2.0")]);
    let run = world.run(&["plugin", "update", "--format", "json"]);
    let line = lines(&run)
        .into_iter()
        .find(|line| line["type"] == "installed")
        .unwrap();
    assert_eq!(line["plugin"]["version"], "0.2.0");
    assert_eq!(line["before"], "0.1.0");
    let again = world.run(&["plugin", "update", "all"]);
    assert!(
        again.err.contains("copy 0.2.0 is as it was"),
        "{}",
        again.err
    );

    for broken in [
        "#!/bin/sh\nexit 1\n",
        "#!/bin/sh\nsleep 100\n",
        "no program",
    ] {
        program(&world, "tools/copy", broken);
        let run = world.run(&["plugin", "update", "copy"]);
        assert_eq!(run.code, 4, "{}", run.err);
        assert!(
            run.err.contains("does not speak wasmrun's plugin protocol"),
            "{}",
            run.err
        );
        assert_eq!(states(&world), ["copy enabled"]);
        assert_eq!(world.run(&["compile", "app", "--no-cache"]).code, 0);
        assert_tidy(&world);
    }
    std::fs::remove_file(&exe).unwrap();
    let run = world.run(&["plugin", "update"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert_eq!(states(&world), ["copy enabled"]);
}

#[test]
fn what_a_plugin_says_of_itself_has_to_make_sense() {
    let world = World::new();
    for (change, code, why) in [
        (
            (
                "\"schema\":1,\"name\":\"copy\"",
                "\"schema\":1,\"name\":\"other\"",
            ),
            4,
            "its hello is of copy",
        ),
        (
            ("\"name\":\"copy\"", "\"name\":\"../x\""),
            4,
            "is not a lower-case word",
        ),
        (
            ("\"name\":\"copy\"", "\"name\":\"wat\""),
            4,
            "part of wasmrun",
        ),
        (("\"v\":1", "\"v\":9"), 4, "version 9"),
        (
            ("\"protocol\":[1]", "\"protocol\":[9]"),
            4,
            "does not list version 1",
        ),
        (("module.wasm", "../module.wasm"), 4, "not a path inside"),
    ] {
        let exe = changed(&world, "odd", &[change]);
        let run = install(&world, &exe);
        assert_eq!(run.code, code, "{}", run.err);
        assert!(run.err.contains(why), "{why}: {}", run.err);
        assert!(listed(&world, &[]).is_empty());
        assert_tidy(&world);
    }
    let run = world.run(&[
        "plugin",
        "install",
        copy().to_str().unwrap(),
        "--version",
        "3.0.0",
    ]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("this is copy 0.1.0, and not 3.0.0"),
        "{}",
        run.err
    );
}

#[test]
fn what_is_no_source_is_refused_with_what_would_be() {
    let world = World::new();
    world.write("file", "text");
    world.write("folder/x", "");
    for (source, code, why) in [
        ("./nowhere", 2, "there is no"),
        ("./file", 2, "chmod +x"),
        ("folder", 2, "there is no wasmrun.toml"),
        ("wasmrst", 2, "did you mean `wasmrust`?"),
        ("a b", 2, "neither a path"),
        ("file.zip", 2, "there is no"),
    ] {
        let run = world.run(&["plugin", "install", source]);
        assert_eq!(run.code, code, "{source}: {}", run.err);
        assert!(run.err.contains(why), "{source}: {}", run.err);
        assert!(run.err.contains("help:"), "{source}: {}", run.err);
    }
    let run = world.run(&["plugin", "install", "./nowhere", "--format", "json"]);
    let last = lines(&run).pop().unwrap();
    assert_eq!(
        (run.code, &last["code"], &last["exit"]),
        (2, &"not_found".into(), &2.into())
    );
    assert_eq!(run.err, "");
}

#[test]
fn a_folder_with_a_manifest_is_copied_whole() {
    let world = World::new();
    let exe = changed(&world, "plugin/bin/run", &[]);
    world.write("plugin/data/notes.txt", "kept");
    let manifest = "schema = 1\nname = 'copy'\nversion = '0.1.0'\nprotocol = [1]\n\
                    argv = ['bin/run', '--wasmrun-plugin']\nlanguages = ['copied']\n\
                    [detect]\nall = ['module.wasm']\nscore = 90\n";
    world.write("plugin/wasmrun.toml", manifest);
    std::os::unix::fs::symlink("notes.txt", world.path().join("plugin/data/link")).unwrap();
    let run = world.run(&["plugin", "install", "plugin"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let place = world.wasmrun_home().join("plugins/copy");
    assert_eq!(
        std::fs::read_to_string(place.join("wasmrun.toml")).unwrap(),
        manifest
    );
    assert_eq!(
        std::fs::read_to_string(place.join("data/link")).unwrap(),
        "kept"
    );
    world.write("app/module.wasm", MODULE);
    let run = world.run(&["compile", "app"]);
    assert!(
        run.err
            .contains("detected: copied (module.wasm), built by copy"),
        "{}",
        run.err
    );

    // One that says something else than its manifest.
    changed(&world, "plugin/bin/run", &[("0.1.0", "0.2.0")]);
    let run = world.run(&["plugin", "update", "copy"]);
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(
        run.err.contains("the manifest is of copy 0.1.0"),
        "{}",
        run.err
    );
    std::fs::remove_file(exe).unwrap();
    assert_eq!(world.run(&["plugin", "update", "copy"]).code, 4);
    std::os::unix::fs::symlink("/etc", world.path().join("plugin/out")).unwrap();
    let run = world.run(&["plugin", "install", "plugin"]);
    assert!(
        run.err.contains("is a link out of the folder"),
        "{}",
        run.err
    );
    assert_eq!(states(&world), ["copy enabled"]);
    assert_tidy(&world);
}

#[test]
fn many_at_once_leave_one_that_works() {
    let world = World::new();
    let versions = ["1.0.0", "2.0.0", "3.0.0", "4.0.0"];
    let children: Vec<_> = versions
        .iter()
        .map(|version| {
            let exe = changed(&world, &format!("{version}/copy"), &[("0.1.0", version)]);
            let mut command = world.command(&["plugin", "install", exe.to_str().unwrap()]);
            command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        let run = Run::of(child.wait_with_output().unwrap());
        assert_eq!(run.code, 0, "{}", run.err);
    }
    assert_eq!(states(&world), ["copy enabled"]);
    world.write("app/module.wasm", MODULE);
    assert_eq!(world.run(&["compile", "app"]).code, 0);
    assert_tidy(&world);
}

#[test]
fn an_interrupted_one_leaves_nothing() {
    let world = World::new();
    install(&world, &copy());
    // It waits for a line that nobody sends.
    let exe = program(&world, "slow", "#!/bin/sh\nread -r line\nread -r line\n");
    let mut command = world.command(&["plugin", "install", exe.to_str().unwrap()]);
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    let plugins = world.wasmrun_home().join("plugins");
    let is_on_the_way = || {
        let entries = std::fs::read_dir(&plugins).unwrap().flatten();
        let mut copies = entries.map(|entry| entry.path().join("plugin/plugin"));
        copies.any(|copy| copy.exists())
    };
    while !is_on_the_way() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let pid = i32::try_from(child.id()).unwrap();
    rustix::process::kill_process(
        rustix::process::Pid::from_raw(pid).unwrap(),
        rustix::process::Signal::INT,
    )
    .unwrap();
    let run = Run::of(child.wait_with_output().unwrap());
    assert_eq!(run.code, 130, "{}", run.err);
    assert_eq!(states(&world), ["copy enabled"]);
    assert_tidy(&world);
}

#[test]
fn a_full_disk_leaves_the_old_one() {
    let world = World::new();
    install(&world, &copy());
    // Files of this process may have 64 blocks of 512 bytes: enough for
    // settings, and too little for the plugin.
    let mut text = std::fs::read_to_string(copy()).unwrap();
    text.push_str(&"# much\n".repeat(10_000));
    let exe = program(&world, "large", &text.replace("0.1.0", "0.2.0"));
    let wasmrun = world.command(&[]);
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "sh"])
        .arg(wasmrun.get_program())
        .args(["plugin", "install", exe.to_str().unwrap()])
        .current_dir(world.path());
    for (name, value) in wasmrun.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let run = Run::of(shell.output().unwrap());
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("could not write"), "{}", run.err);
    assert_eq!(listed(&world, &[])[0]["version"], "0.1.0");
    assert_tidy(&world);
}

#[test]
fn a_damaged_plugin_hinders_no_other() {
    let world = World::new();
    install(&world, &copy());
    install(&world, &hex());
    std::fs::write(world.wasmrun_home().join("plugins/hex/wasmrun.toml"), "?").unwrap();
    assert_eq!(states(&world), ["copy enabled", "hex damaged"]);
    world.write("app/module.wasm", MODULE);
    assert_eq!(world.run(&["compile", "app"]).code, 0);
    let run = world.run(&["compile", "app", "--plugin", "hex"]);
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(
        run.err.contains("`wasmrun plugin uninstall hex`"),
        "{}",
        run.err
    );
    assert_eq!(install(&world, &hex()).code, 0);
    assert_eq!(states(&world), ["copy enabled", "hex enabled"]);
}

#[test]
fn settings_that_cannot_be_changed_undo_the_installation() {
    let world = World::new();
    std::fs::create_dir_all(world.wasmrun_home()).unwrap();
    let config = world.wasmrun_home().join("config.toml");
    std::fs::write(&config, "[plugins]\ncopy.enabled = 3\n").unwrap();
    let run = install(&world, &copy());
    assert_eq!(run.code, 2, "{}", run.err);
    std::fs::write(&config, "plugins = []\n").unwrap();
    let run = install(&world, &copy());
    assert_eq!(run.code, 2, "{}", run.err);
    std::fs::remove_file(&config).unwrap();
    assert!(listed(&world, &[]).is_empty());
}

#[test]
fn what_is_known_of_a_plugin_is_shown() {
    let world = World::new();
    install(&world, &copy());
    let run = world.run(&["plugin", "info", "copy"]);
    assert_eq!(run.code, 0, "{}", run.err);
    for line in [
        "copy 0.1.0",
        "protocol   1",
        "level      0",
        "marks      module.wasm",
    ] {
        assert!(
            run.out.lines().any(|known| known == line),
            "{line}\n{}",
            run.out
        );
    }
    let run = world.run(&["plugin", "info", "copy", "--format", "json"]);
    assert_eq!(lines(&run)[0]["manifest"]["detect"]["score"], 40);
    let run = world.run(&["plugin", "info", "wasmgo"]);
    assert!(
        run.out.contains("wasmrun plugin install wasmgo"),
        "{}",
        run.out
    );
    assert_eq!(world.run(&["plugin", "info", "wat"]).code, 0);
    let run = world.run(&["plugin", "info", "coyp"]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("did you mean `copy`?"), "{}", run.err);
    let all = listed(&world, &["--all"]);
    let place = |name: &str| all.iter().find(|row| row["name"] == name).unwrap()["place"].clone();
    assert_eq!(
        (place("wat"), place("copy"), place("wasmgo")),
        ("built-in".into(), "user".into(), "index".into())
    );
}
