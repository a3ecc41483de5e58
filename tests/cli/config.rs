use crate::kit::{Run, World};

/// The row of a setting in the table: value and origin.
fn row<'a>(run: &'a Run, key: &str) -> Vec<&'a str> {
    let line = run
        .out
        .lines()
        .find(|line| line.split_whitespace().next() == Some(key))
        .unwrap_or_else(|| panic!("no {key} in\n{}{}", run.out, run.err));
    line.split_whitespace().skip(1).collect()
}

/// What is wrong with a project's settings file.
fn fault(content: impl AsRef<[u8]>) -> String {
    let world = World::new();
    world.write("wasmrun.toml", content);
    let run = world.run(&["config"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{}", run.err);
    run.err
}

#[test]
fn without_any_file_all_is_default() {
    let run = World::new().run(&["config"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(row(&run, "profile"), ["release", "default"]);
    assert_eq!(row(&run, "cache.max-size"), ["1G", "default"]);
    assert_eq!(row(&run, "language"), ["-", "default"]);
}

#[test]
fn each_layer_wins_over_the_one_below() {
    let world = World::new();
    let home = world.wasmrun_home();
    std::fs::create_dir_all(&home).unwrap();
    std::fs::write(
        home.join("config.toml"),
        "profile = 'debug'\noffline = true\ntimeout = 60\n[cache]\nmax-size = '2G'\n",
    )
    .unwrap();
    world.write(
        "wasmrun.toml",
        "# ours\nprofile = 'size'\ntimeout = '90s'\n",
    );
    let run = Run::of(
        world
            .command(&["config"])
            .env("WASMRUN_TIMEOUT", "5m")
            .output()
            .unwrap(),
    );
    let project = world.path().join("wasmrun.toml");
    let user = home.join("config.toml");
    let at = |file: &std::path::Path, line| format!("{}:{line}", file.display());
    assert_eq!(row(&run, "profile"), ["size", &at(&project, 2)]);
    assert_eq!(row(&run, "offline"), ["true", &at(&user, 2)]);
    assert_eq!(row(&run, "cache.max-size"), ["2G", &at(&user, 5)]);
    assert_eq!(row(&run, "timeout"), ["5m", "WASMRUN_TIMEOUT"]);
    assert_eq!(row(&run, "locked"), ["false", "default"]);
}

#[test]
fn options_of_both_files_are_merged_by_name() {
    let world = World::new();
    std::fs::create_dir_all(world.wasmrun_home()).unwrap();
    std::fs::write(
        world.wasmrun_home().join("config.toml"),
        "options = { std = 'c11', jobs = 2 }\n",
    )
    .unwrap();
    world.write("wasmrun.toml", "[options]\njobs = 4\nflags = ['-O2']\n");
    let run = world.run(&["config", "--format", "json"]);
    let all: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(all["options.std"]["value"], "c11");
    assert_eq!(all["options.std"]["from"]["layer"], "user");
    assert_eq!(all["options.jobs"]["value"], 4);
    assert_eq!(all["options.jobs"]["from"]["layer"], "project");
    assert_eq!(all["options.jobs"]["from"]["line"], 2);
    assert_eq!(all["options.flags"]["value"][0], "-O2");
}

#[test]
fn one_value_is_printed_alone() {
    let world = World::new();
    world.write("a/wasmrun.toml", "output = 'out/'\noptimization = 'size'\n");
    world.write("a/hello.c", "");
    let run = world.run(&["config", "a", "--key", "profile"]);
    assert_eq!((run.code, run.out.as_str()), (0, "size\n"));
    let run = world.run(&["config", "a/hello.c", "--key", "output"]);
    let output = format!("{}/a/out/\n", world.path().display());
    assert_eq!(run.out, output, "relative to the project's folder");
    let run = world.run(&["config", "--key", "profil"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean `profile`?"), "{}", run.err);
    let run = world.run(&["config", "nowhere"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("there is no nowhere"), "{}", run.err);
}

#[test]
fn an_unknown_key_suggests_the_nearest() {
    let err = fault("profile = 'size'\nlanguag = 'c'\n");
    assert!(
        err.contains("wasmrun.toml:2:1: unknown setting `languag`"),
        "{err}"
    );
    assert!(err.contains("2 | languag = 'c'\n    | ^^^^^^^\n"), "{err}");
    assert!(err.contains("help: did you mean `language`?"), "{err}");
    for (content, meant) in [
        ("[cache]\nmax_size = 1\n", "cache.max-size"),
        ("[cahce]\nenabled = true\n", "cache"),
        ("max-gzip = 1\n", "verify.max-gzip"),
        ("[optinos]\na = 1\n", "options"),
    ] {
        let err = fault(content);
        assert!(err.contains(&format!("did you mean `{meant}`?")), "{err}");
    }
    assert!(fault("xyzzy = 1\n").contains("`[options]`"));
}

#[test]
fn a_wrong_value_says_what_is_expected_and_where() {
    let err = fault("profile = 'sise'\n");
    assert!(
        err.contains("wasmrun.toml:1:11: `profile` takes debug, release or size, not 'sise'"),
        "{err}"
    );
    assert!(err.contains("help: did you mean `size`?"), "{err}");
    for (content, expected) in [
        ("locked = 'yes'\n", ":1:10: `locked` takes true or false"),
        ("timeout = -1\n", ":1:11: `timeout` takes a time such as"),
        ("timeout = 0\n", ":1:11: `timeout` takes a time such as"),
        (
            "[cache]\nmax-size = 1.5\n",
            ":2:12: `cache.max-size` takes a size",
        ),
        (
            "[verify]\ndeny-import = [1]\n",
            ":2:15: `verify.deny-import` takes a list",
        ),
        ("language = ['c']\n", ":1:12: `language` takes the name"),
        ("language = ''\n", ":1:12: `language` takes the name"),
        (
            "language = 2020-01-01\n",
            ":1:12: `language` takes the name",
        ),
        (
            "cache = false\n",
            ":1:9: `cache` is a table, not true or false",
        ),
        ("options = 3\n", ":1:11: `options` is a table"),
        (
            "[options]\na = inf\n",
            ":2:5: option `a` has a number out of range",
        ),
        (
            "profile = 'size'\noptimization = 'size'\n",
            ":2:1: `profile` was set in line 1",
        ),
    ] {
        let err = fault(content);
        assert!(err.contains(expected), "{expected}\n{err}");
    }
}

#[test]
fn bad_toml_is_shown_with_its_line() {
    let err = fault("a = 1\nprofile 'size'\n");
    assert!(err.contains("wasmrun.toml:2:"), "{err}");
    assert!(err.contains("2 | profile 'size'"), "{err}");
    assert!(fault("locked = true\nlocked = true\n").contains("wasmrun.toml:2:1: "));
    let err = fault(b"profile = 'size'\nentry = '\xff'\n");
    assert!(err.contains("wasmrun.toml:2: not UTF-8"), "{err}");
}

#[test]
fn a_bad_language_names_the_file_and_the_line() {
    let err = fault("\nlanguage = 'pyton'\n");
    assert!(err.contains("`pyton` is not a language"), "{err}");
    assert!(err.contains("wasmrun.toml:2\n"), "{err}");
    assert!(err.contains("did you mean `python`?"), "{err}");
}

#[test]
fn empty_files_and_byte_order_marks_are_fine() {
    let world = World::new();
    world.write("wasmrun.toml", "");
    assert_eq!(world.run(&["config"]).code, 0);
    world.write("wasmrun.toml", "\u{feff}profile = 'size'\r\n");
    let run = world.run(&["config", "--key", "profile"]);
    assert_eq!(run.out, "size\n", "{}", run.err);
}

#[test]
fn a_variable_with_a_bad_value_is_named() {
    let world = World::new();
    let run = |name: &str, value: &str| {
        Run::of(
            world
                .command(&["config"])
                .env(name, value)
                .output()
                .unwrap(),
        )
    };
    let bad = run("WASMRUN_PROFILE", "fast");
    assert_eq!(bad.code, 2);
    assert!(
        bad.err
            .contains("WASMRUN_PROFILE takes debug, release or size"),
        "{}",
        bad.err
    );
    assert!(bad.err.contains("unset WASMRUN_PROFILE"), "{}", bad.err);
    let bad = run("WASMRUN_LANGUAGE", "cobol");
    assert_eq!(bad.code, 2);
    assert!(bad.err.contains("set by WASMRUN_LANGUAGE"), "{}", bad.err);
    let off = run("WASMRUN_NO_CACHE", "1");
    assert_eq!(row(&off, "cache.enabled"), ["false", "WASMRUN_NO_CACHE"]);
    let empty = run("WASMRUN_PROFILE", "");
    assert_eq!(row(&empty, "profile"), ["release", "default"]);
}

#[test]
fn an_unknown_variable_is_a_warning() {
    let world = World::new();
    let run = Run::of(
        world
            .command(&["config"])
            .env("WASMRUN_PROFIL", "size")
            .env("WASMRUN_TEST_ANYTHING", "1")
            .output()
            .unwrap(),
    );
    assert_eq!(run.code, 0);
    assert_eq!(
        run.err,
        "warning: WASMRUN_PROFIL is no variable of wasmrun; did you mean WASMRUN_PROFILE?\n"
    );
}

#[test]
fn homes_that_are_not_there_or_no_folders_are_no_trouble() {
    let world = World::new();
    world.write("file", "");
    let with = |name: &str, value: &str| {
        Run::of(
            world
                .command(&["config"])
                .env(name, value)
                .output()
                .unwrap(),
        )
    };
    for home in ["", "/nonexistent", "relative"] {
        let run = with("HOME", home);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "HOME={home}");
    }
    world.write("own/config.toml", "locked = true");
    let run = with("WASMRUN_HOME", "own");
    let origin = format!("{}/own/config.toml:1", world.path().display());
    assert_eq!(row(&run, "locked"), ["true", &origin]);
    let run = with("WASMRUN_HOME", "file");
    assert_eq!(run.code, 0);
    assert!(run.err.contains("file is not a folder"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn files_that_cannot_be_read_are_errors() {
    let world = World::new();
    std::fs::create_dir(world.path().join("wasmrun.toml")).unwrap();
    let run = world.run(&["config"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("wasmrun.toml is not a file"),
        "{}",
        run.err
    );

    let world = World::new();
    let path = world.path().join("wasmrun.toml");
    std::os::unix::fs::symlink(&path, &path).unwrap();
    let run = world.run(&["config"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("could not read"), "{}", run.err);

    let world = World::new();
    let path = world.path().join("wasmrun.toml");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &path,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    let run = world.run(&["config"]);
    assert_eq!(run.code, 2, "and it does not wait for a writer");
    assert!(run.err.contains("is not a file"), "{}", run.err);
}

#[test]
fn the_documents_list_every_key_and_variable() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/config.md"));
    let page = page.unwrap();
    let rows: Vec<_> = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    assert_eq!(rows.len(), wasmrun::config::KEYS.len());
    for (row, key) in rows.iter().zip(wasmrun::config::KEYS) {
        let words = [Some(key.name), key.alias, key.env, key.flag];
        for word in words.into_iter().flatten() {
            assert!(row.contains(&format!("`{word}`")), "{word} in {row}");
        }
    }
}

#[test]
fn the_example_of_the_documents_is_read() {
    let page = include_str!("../../docs/config.md");
    let (_, example) = page.split_once("```toml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let world = World::new();
    world.write("wasmrun.toml", example);
    let run = world.run(&["config"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(row(&run, "verify.max-brotli")[0], "200k");
}
