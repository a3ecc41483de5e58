//! Completion scripts and manual pages, read by the programs that they are for.

use std::path::Path;
use std::process::Command;

use crate::kit::World;
use crate::tools;

/// Writes the completion script of a shell and returns its path.
fn script(world: &World, shell: &str) -> std::path::PathBuf {
    let run = world.run(&["completions", shell]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{shell}");
    for word in ["compile", "verify", "inspect", "completions"] {
        assert!(run.out.contains(word), "{shell}: no {word}");
    }
    world.write(&format!("completions.{shell}"), run.out)
}

/// Runs a program that may not be installed, and returns its output, or
/// nothing when the test is to be skipped.
fn output(program: &str, args: &[&str], file: &Path) -> Option<String> {
    let program = tools::find(program, "shells")?;
    let output = Command::new(&program)
        .args(args)
        .arg(file)
        .output()
        .unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && err.is_empty(),
        "{}: {err}",
        program.display()
    );
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn bash_completes_a_command() {
    let world = World::new();
    let file = script(&world, "bash");
    let ask = r#"source "$0"; COMP_WORDS=(wasmrun ver); COMP_CWORD=1
        _wasmrun wasmrun ver wasmrun; echo "${COMPREPLY[@]}""#;
    if let Some(words) = output("bash", &["--norc", "-c", ask], &file) {
        assert_eq!(words, "verify\n");
    }
}

#[test]
fn fish_completes_a_command() {
    let world = World::new();
    let file = script(&world, "fish");
    let ask = format!("source {}; complete -C 'wasmrun ver'", file.display());
    if let Some(words) = output("fish", &["--no-config", "-c", &ask], &file) {
        assert!(words.starts_with("verify\t"), "{words}");
    }
}

#[test]
fn zsh_accepts_its_script() {
    let world = World::new();
    output("zsh", &["-f", "-n"], &script(&world, "zsh"));
}

/// Elvish has its editor only on a terminal; this stands in for it.
const ELVISH_EDITOR: &str = "
var edit: = (ns [
  &completion:=(ns [&arg-completer=[&]])
  &complex-candidate~={|word &display=''| put $word }
])
";

#[test]
fn elvish_completes_a_command() {
    let world = World::new();
    let text = std::fs::read_to_string(script(&world, "elvish")).unwrap();
    let ask = "$edit:completion:arg-completer[wasmrun] wasmrun ''";
    let file = world.write("ask.elv", format!("{ELVISH_EDITOR}\n{text}\n{ask}\n"));
    if let Some(words) = output("elvish", &["-norc"], &file) {
        assert!(words.lines().any(|line| line.contains("verify")), "{words}");
    }
}

#[test]
fn powershell_gets_a_completer_with_balanced_braces() {
    let world = World::new();
    let text = std::fs::read_to_string(script(&world, "powershell")).unwrap();
    assert!(text.contains("Register-ArgumentCompleter"), "{text}");
    assert_eq!(text.matches('{').count(), text.matches('}').count());
}

#[test]
fn manual_pages_render_without_a_warning() {
    let world = World::new();
    let run = world.run(&["man", "pages"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    let page = world.run(&["man"]).out;
    assert!(page.contains(&format!("wasmrun {}", env!("CARGO_PKG_VERSION"))));
    let folder = world.path().join("pages");
    assert_eq!(
        std::fs::read_to_string(folder.join("wasmrun.1")).unwrap(),
        page
    );
    for command in wasmrun::cli::command().get_subcommands() {
        let name = command.get_name();
        let file = folder.join(format!("wasmrun-{name}.1"));
        let Some(text) = output("groff", &["-man", "-Tutf8", "-ww", "-P-cbu"], &file) else {
            assert!(file.is_file(), "{name}");
            continue;
        };
        let about = command.get_about().unwrap().to_string();
        assert!(text.contains("SYNOPSIS"), "{text}");
        assert!(text.contains(about.split(' ').next().unwrap()), "{text}");
    }
}
