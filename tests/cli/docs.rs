//! Commands in the documents are run as a reader would run them.
//!
//! In a block fenced as `console` or `sh`, a line that starts with `$ ` is a
//! command; it runs beside a copy of the examples, a module `app.wasm` and a
//! folder `dist` with the same one, and each must succeed. Lines
//! under it are what it prints, on either output; `...` alone stands for any
//! lines, and times may differ. After the language the fence may say `exit=1`
//! (the last command's exit code), `needs=clang` (a program without which the
//! block is skipped), or `skip: why`.

use std::path::Path;
use std::process::Command;

use crate::kit::World;
use crate::tools;

/// A fenced block.
struct Block {
    /// Its first line, from 1.
    line: usize,
    /// What stands after the fence.
    info: String,
    text: Vec<String>,
}

/// A command and what it prints.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    command: String,
    printed: Vec<String>,
}

#[test]
fn commands_in_documents_do_what_they_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let module = wat::parse_file(root.join("examples/wat/main.wat")).unwrap();
    let mut findings = Vec::new();
    let mut ran = 0;
    for path in documents(root) {
        let text = std::fs::read_to_string(&path).unwrap();
        let world = World::new();
        world.write("app.wasm", &module);
        world.write("dist/app.wasm", &module);
        copy(&root.join("examples"), &world.path().join("examples"));
        for block in blocks(&text) {
            let place = format!(
                "{}:{}",
                path.strip_prefix(root).unwrap().display(),
                block.line
            );
            match check(&world, &block) {
                Ok(count) => ran += count,
                Err(why) => findings.push(format!("{place}: {why}")),
            }
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert!(ran > 0, "no command was found");
}

/// The number of commands that ran.
fn check(world: &World, block: &Block) -> Result<usize, String> {
    let (language, rest) = block.info.split_once(' ').unwrap_or((&block.info, ""));
    if !["console", "sh", "bash", "shell"].contains(&language) {
        return Ok(0);
    }
    if let Some(why) = rest.strip_prefix("skip:") {
        let reason = !why.trim().is_empty();
        return if reason {
            Ok(0)
        } else {
            Err("skipped without a reason".into())
        };
    }
    let mut exit = 0;
    for word in rest.split_whitespace() {
        match word.split_once('=') {
            Some(("exit", code)) => exit = code.parse().map_err(|_| "what exit code?")?,
            Some(("needs", tool)) if tools::find(tool, "").is_none() => return Ok(0),
            Some(("needs", _)) => {}
            _ => return Err(format!("`{word}` means nothing to this test")),
        }
    }
    // A script that is shown whole is a file, not a session.
    if block
        .text
        .first()
        .is_some_and(|line| line.starts_with("#!"))
    {
        return Ok(0);
    }
    let steps = steps(&block.text);
    if steps.is_empty() {
        return Err("no line starts with `$ `, and there is no `skip: why`".into());
    }
    for (at, step) in steps.iter().enumerate() {
        let expected = if at + 1 == steps.len() { exit } else { 0 };
        run(world, step, expected)?;
    }
    Ok(steps.len())
}

fn run(world: &World, step: &Step, expected: i32) -> Result<(), String> {
    let wasmrun = world.command(&[]);
    let folder = Path::new(wasmrun.get_program())
        .parent()
        .unwrap()
        .to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(folder).chain(std::env::split_paths(&path));
    let line = step.command.replace("cargo run --release --", "wasmrun");
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("exec 2>&1\n{line}")])
        .current_dir(world.path());
    for (name, value) in wasmrun.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.env("PATH", std::env::join_paths(path).unwrap());
    let output = shell.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = format!("`{}` printed:\n{printed}", step.command);
    if output.status.code() != Some(expected) {
        return Err(format!(
            "exit code {:?}, not {expected}; {told}",
            output.status.code()
        ));
    }
    let printed: Vec<String> = printed.trim_end().lines().map(timeless).collect();
    let wanted: Vec<String> = step.printed.iter().map(|line| timeless(line)).collect();
    if !wanted.is_empty() && !matches(&wanted, &printed) {
        return Err(format!("says something else; {told}"));
    }
    Ok(())
}

/// Whether lines are those wanted, where `...` is any number of lines.
fn matches(wanted: &[String], lines: &[String]) -> bool {
    match wanted.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "..." => {
            (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..]))
        }
        Some((first, rest)) => lines
            .split_first()
            .is_some_and(|(line, others)| first == line && matches(rest, others)),
    }
}

/// A line without trailing space, each time in it replaced by a word.
fn timeless(line: &str) -> String {
    let words = line.trim_end().split(' ').collect::<Vec<_>>();
    let number = |word: &str| {
        let digits = word.trim_start_matches('(');
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    let unit =
        |word: &str| ["ms", "s", "µs", "us"].contains(&word.trim_end_matches([',', ')', '.', ';']));
    let mut out: Vec<&str> = Vec::new();
    for word in words {
        let whole = word.find(|c: char| c.is_ascii_alphabetic() || c == 'µ');
        let glued = whole.is_some_and(|at| number(&word[..at]) && unit(&word[at..]));
        if glued {
            out.push("TIME");
        } else if unit(word) && out.last().is_some_and(|last| number(last)) {
            out.pop();
            out.push("TIME");
        } else {
            out.push(word);
        }
    }
    out.join(" ")
}

fn steps(lines: &[String]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut open = false;
    for line in lines {
        if let Some(command) = line.strip_prefix("$ ") {
            let command = command.split(" # ").next().unwrap_or_default().trim_end();
            steps.push(Step {
                command: command.to_owned(),
                printed: Vec::new(),
            });
        } else if let Some(step) = steps.last_mut() {
            if open {
                step.command.push('\n');
                step.command.push_str(line);
            } else {
                step.printed.push(line.clone());
            }
        }
        open = steps
            .last()
            .is_some_and(|step| step.printed.is_empty() && step.command.ends_with(['\\', '|']));
    }
    for step in &mut steps {
        while step
            .printed
            .last()
            .is_some_and(|line| line.trim().is_empty())
        {
            step.printed.pop();
        }
    }
    steps
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (at, line) in text.lines().enumerate() {
        match line.trim_start().strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) => {
                open = true;
                let info = info.trim().to_owned();
                blocks.push(Block {
                    line: at + 1,
                    info,
                    text: Vec::new(),
                });
            }
            None if open => blocks.last_mut().unwrap().text.push(line.to_owned()),
            None => {}
        }
    }
    blocks
}

/// All documents: those at the top, and those in `docs/`.
fn documents(root: &Path) -> Vec<std::path::PathBuf> {
    let walk = ignore::WalkBuilder::new(root)
        .require_git(false)
        .parents(false)
        .build();
    let mut found: Vec<_> = walk
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn blocks_and_steps_are_found() {
    let text = "a\n```console exit=1\n$ one \\\n  two # why\nout 12 ms\n\n$ three\n```\n```rust\n$ x\n```\n";
    let found = blocks(text);
    assert_eq!(
        (found.len(), found[0].line, found[0].info.as_str()),
        (2, 2, "console exit=1")
    );
    let found = steps(&found[0].text);
    assert_eq!(found[0].command, "one \\\n  two # why");
    assert_eq!(
        (found[0].printed.len(), found[1].command.as_str()),
        (1, "three")
    );
}

#[test]
fn times_may_differ_and_nothing_else() {
    let line = |text: &str| timeless(text);
    assert_eq!(
        line("built in 1.5 s, 12 B"),
        line("built in 0.1 s, 12 B").replace("0.1 s,", "TIME")
    );
    assert_eq!(line("(12ms)"), line("(3 ms)"));
    assert_ne!(line("12 kB"), line("13 kB"));
    let lines = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert!(matches(&lines("a ... d"), &lines("a b c d")));
    assert!(!matches(&lines("a ... e"), &lines("a b c d")));
    assert!(!matches(&lines("a b"), &lines("a b c")));
}
