//! Help, version, colour, logging, and what is said of a mistyped line.

use std::process::Command;

use crate::kit::{Run, World};

#[test]
fn version_is_one_line() {
    let run = World::new().run(&["--version"]);
    let line = format!("wasmrun {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!((run.code, run.out, run.err), (0, line, String::new()));
}

#[test]
fn version_with_verbose_says_what_was_built() {
    let run = World::new().run(&["--version", "--verbose"]);
    assert_eq!(run.code, 0);
    let fields: Vec<_> = run
        .out
        .lines()
        .skip(1)
        .map(|line| line.split_once(": ").unwrap())
        .collect();
    let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "commit",
            "target",
            "profile",
            "features",
            "interpreter",
            "linked"
        ]
    );
    assert!(["threaded", "loop"].contains(&fields[4].1), "{}", run.out);
    assert!(fields[1].1.contains(std::env::consts::ARCH), "{}", run.out);
    assert!(
        ["static-pie", "static", "dynamically"].contains(&fields[5].1),
        "{}",
        run.out
    );
}

/// A program that the system's dynamic linker has to start names it (the ELF
/// specification, "Program Header": `PT_INTERP` is 3).
#[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
#[test]
fn libc_is_in_the_executable_where_its_archive_is_there() {
    let file = std::fs::read(env!("CARGO_BIN_EXE_wasmrun")).unwrap();
    let number = |at: usize, length: usize| {
        let bytes = file[at..at + length].iter().rev();
        bytes.fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let (first, size, count) = (number(32, 8), number(54, 2), number(56, 2));
    let named = (0..count).any(|index| number(first + index * size, 4) == 3);
    let told = World::new().run(&["--version", "--verbose"]).out;
    assert_eq!(told.contains("linked: static"), !named, "{told}");
    let archive = Command::new("cc").arg("-print-file-name=libc.a").output();
    let archive = archive.is_ok_and(|output| output.stdout.starts_with(b"/"));
    let asked = std::env::var_os("WASMRUN_LINK").is_some();
    assert!(
        !named || !archive || asked,
        "libc.a is there; if it came after the build, `touch build/link.rs`: {told}"
    );
}

#[test]
fn mistyped_words_suggest_the_nearest() {
    let world = World::new();
    for (args, nearest) in [
        (&["complie"][..], "compile"),
        (&["verfy"], "verify"),
        (&["--verbos"], "--verbose"),
        (&["--color", "alway"], "always"),
        (&["completions", "bsh"], "bash"),
    ] {
        let run = world.run(args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        let help = format!("help: did you mean `{nearest}`?");
        assert!(run.err.contains(&help), "{args:?}: {}", run.err);
        assert!(run.err.starts_with("error: "), "{args:?}: {}", run.err);
    }
}

#[test]
fn without_a_command_what_is_here_is_served_and_nothing_is_told() {
    let world = World::new();
    for args in [&[][..], &["-v"]] {
        let run = world.run(args);
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        assert!(run.err.starts_with("error: no project in "), "{}", run.err);
        assert!(run.err.contains("`wasmrun --help`"), "{}", run.err);
    }
}

#[test]
fn every_command_has_help_with_examples_and_every_flag_is_explained() {
    let world = World::new();
    let program = wasmrun::cli::command();
    for command in program.get_subcommands() {
        let name = command.get_name();
        let help = world.run(&[name, "--help"]);
        assert_eq!(help.code, 0, "{name}: {}", help.err);
        assert!(help.out.contains("\nExamples:\n"), "{name}: {}", help.out);
        let examples = help.out.split("\nExamples:\n").nth(1).unwrap();
        assert!(examples.contains(&format!("wasmrun {name}")), "{examples}");
        assert_eq!(world.run(&["help", name]).out, help.out);
        for argument in command.get_arguments() {
            let explained = argument
                .get_help()
                .is_some_and(|text| !text.to_string().is_empty());
            assert!(explained, "{name}: {} has no help", argument.get_id());
        }
    }
}

#[test]
fn what_is_missing_on_the_command_line_is_named() {
    let world = World::new();
    for (args, expected) in [
        (
            &["exec"][..],
            "error: `<FILE|FOLDER|->...` is missing\n\
             help: write `wasmrun exec [OPTIONS] <FILE|FOLDER|-> [ARGS]...`\n",
        ),
        (
            &["plugin", "new"],
            "error: `--lang <LANG>` and `<DIR>` are missing\n\
             help: write `wasmrun plugin new --lang <LANG> <DIR>`\n",
        ),
    ] {
        let run = world.run(args);
        assert_eq!((run.code, run.err.as_str()), (2, expected), "{args:?}");
    }
}

#[test]
fn off_a_terminal_there_is_no_colour_unless_it_is_asked_for() {
    let world = World::new();
    for args in [&["--help"][..], &["complie"], &["verify", "--help"]] {
        let run = world.run(args);
        assert!(
            !format!("{}{}", run.out, run.err).contains('\x1b'),
            "{args:?}"
        );
        let run = world.run(&[&["--color", "always"], args].concat());
        assert!(
            format!("{}{}", run.out, run.err).contains('\x1b'),
            "{args:?}"
        );
    }
}

/// Runs `wasmrun {args}` with a terminal on both outputs.
#[cfg(target_os = "linux")]
fn on_a_terminal(world: &World, args: &str, set: Option<(&str, &str)>) -> Run {
    let mut command = world.command(&[]);
    let line = format!("'{}' {args}", command.get_program().to_str().unwrap());
    let mut script = Command::new("script");
    script
        .args(["-qec", &line, "/dev/null"])
        .env("TERM", "xterm");
    for (name, value) in command.env_remove("TERM").get_envs() {
        match value {
            Some(value) => script.env(name, value),
            None if name == "TERM" => &mut script,
            None => script.env_remove(name),
        };
    }
    script.envs(set).stdin(std::process::Stdio::null());
    Run::of(script.output().unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_there_is_colour_unless_something_speaks_against_it() {
    let world = World::new();
    for args in ["--help", "complie"] {
        assert!(
            on_a_terminal(&world, args, None).out.contains('\x1b'),
            "{args}"
        );
        for plain in [("NO_COLOR", "1"), ("CI", "true"), ("TERM", "dumb")] {
            let run = on_a_terminal(&world, args, Some(plain));
            assert!(!run.out.contains('\x1b'), "{plain:?}: {}", run.out);
            assert!(run.out.contains("compile"), "{plain:?}: {}", run.out);
        }
        let never = on_a_terminal(&world, &format!("--color=never {args}"), None);
        assert!(!never.out.contains('\x1b'), "{}", never.out);
        let always = format!("--color=always {args}");
        let always = on_a_terminal(&world, &always, Some(("NO_COLOR", "1")));
        assert!(always.out.contains('\x1b'), "{}", always.out);
    }
}

#[test]
fn steps_are_logged_to_standard_error_alone() {
    let world = World::new();
    let quiet = world.run(&["completions", "bash"]);
    assert_eq!(quiet.err, "");
    let debug = world.run(&["--debug", "completions", "bash"]);
    let mut set = world.command(&["completions", "bash"]);
    let set = Run::of(
        set.env("WASMRUN_LOG", "wasmrun::cli=debug")
            .output()
            .unwrap(),
    );
    for run in [debug, set] {
        assert_eq!((run.code, &run.out), (0, &quiet.out));
        let lines: Vec<_> = run
            .err
            .lines()
            .filter(|line| line.contains("completions"))
            .collect();
        assert!(lines[0].ends_with("enter"), "{}", run.err);
        let last = lines.last().unwrap();
        assert!(
            last.contains("close") && last.contains("time.busy="),
            "{}",
            run.err
        );
    }
}

#[test]
fn a_filter_that_makes_no_sense_is_refused() {
    let world = World::new();
    let mut command = world.command(&["--version"]);
    let run = Run::of(command.env("WASMRUN_LOG", "wasmrun=loud").output().unwrap());
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(
        run.err.starts_with("error: WASMRUN_LOG is not a filter\n"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("help: try `WASMRUN_LOG=debug`"),
        "{}",
        run.err
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_an_output_is_an_error_and_no_panic() {
    let world = World::new();
    let full = || {
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let mut command = world.command(&["completions", "bash"]);
    let run = Run::of(command.stdout(full()).output().unwrap());
    assert_eq!(run.code, 2);
    assert!(
        run.err.starts_with("error: could not write "),
        "{}",
        run.err
    );
    let mut command = world.command(&["--debug", "complete"]);
    assert_eq!(Run::of(command.stderr(full()).output().unwrap()).code, 2);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let world = World::new();
    let program = world
        .command(&[])
        .get_program()
        .to_str()
        .unwrap()
        .to_owned();
    let line = format!("{{ '{program}' completions bash; echo $? >&2; }} | true");
    let run = Run::of(Command::new("sh").args(["-c", &line]).output().unwrap());
    assert_eq!(run.err, "0\n");
}
