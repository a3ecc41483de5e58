use std::path::PathBuf;
use std::sync::Mutex;

use serde::Serialize;

use crate::process::{Cancel, Ending, Invocation, run};
use crate::project::Language;

/// A tool, and where it was found.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Tool {
    pub(super) name: &'static str,
    pub(super) path: Option<String>,
    pub(super) version: Option<String>,
}

/// The tools that the builders of a language may use, the likeliest first, with
/// what makes each say its version.
pub(super) fn of(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::Rust => &[
            ("cargo", "--version"),
            ("rustc", "--version"),
            ("rustup", "--version"),
            ("wasm-bindgen", "--version"),
            ("wasm-pack", "--version"),
            ("trunk", "--version"),
            ("wasm-opt", "--version"),
        ],
        Language::Go => &[("tinygo", "version"), ("go", "version")],
        Language::C => &[
            ("emcc", "--version"),
            ("clang", "--version"),
            ("wasm-ld", "--version"),
            ("zig", "version"),
            ("make", "--version"),
            ("cmake", "--version"),
        ],
        Language::AssemblyScript => &[
            ("node", "--version"),
            ("npm", "--version"),
            ("asc", "--version"),
        ],
        Language::Python | Language::Wat | Language::Wasm | Language::Other(_) => &[],
    }
}

/// Looks for tools and asks each for its version, all at the same time.
pub(super) fn find(tools: &[(&'static str, &'static str)], cancel: &Cancel) -> Vec<Tool> {
    std::thread::scope(|scope| {
        let asked: Vec<_> = tools
            .iter()
            .map(|(name, flag)| (name, scope.spawn(move || look(name, flag, cancel))))
            .collect();
        let tool = |(name, thread): (&&'static str, std::thread::ScopedJoinHandle<'_, _>)| {
            let (path, version): (Option<PathBuf>, _) = thread.join().unwrap_or_default();
            Tool {
                name,
                path: path.map(|path| path.display().to_string()),
                version,
            }
        };
        asked.into_iter().map(tool).collect()
    })
}

fn look(name: &str, flag: &str, cancel: &Cancel) -> (Option<PathBuf>, Option<String>) {
    let Ok(path) = which::which(name) else {
        return (None, None);
    };
    let invocation = Invocation {
        program: path.clone(),
        args: vec![flag.into()],
        folder: std::env::temp_dir(),
        env: vec![("NO_COLOR".into(), Some("1".into()))],
    };
    let said = Mutex::new(Vec::new());
    let ending = run(
        &invocation,
        &mut |_, line| {
            if let Ok(mut said) = said.lock() {
                said.push(line.to_owned());
            }
        },
        cancel,
    );
    let said = said.into_inner().unwrap_or_default();
    let version = match ending {
        Ok(Ending::Exit(0)) => said.iter().find_map(|line| version_in(line)),
        _ => None,
    };
    (Some(path), version)
}

/// The first word of a line that looks like a version: `go1.27` too.
fn version_in(line: &str) -> Option<String> {
    let words = line.split([' ', ',', '(', ')']);
    let mut versions = words.filter_map(|word| {
        let number = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let is_version = number.starts_with(|c: char| c.is_ascii_digit()) && number.contains('.');
        is_version.then(|| number.to_owned())
    });
    // A lone number is one too (`wasm-opt version 108`).
    let lone = || {
        let mut words = line.split(' ');
        let number = words.find(|word| word.parse::<u32>().is_ok());
        number.map(str::to_owned)
    };
    versions.next().or_else(lone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_say() {
        for (line, version) in [
            ("cargo 1.95.0 (f2d3ce0bd 2026-03-21)", "1.95.0"),
            ("go version go1.27.1 linux/amd64", "1.27.1"),
            ("Debian clang version 14.0.6", "14.0.6"),
            ("v20.19.2", "20.19.2"),
            ("0.13.0", "0.13.0"),
            ("Version 0.27.29", "0.27.29"),
            (
                "emcc (Emscripten gcc/clang-like replacement) 3.1.6 ()",
                "3.1.6",
            ),
            ("wasm-opt version 108", "108"),
        ] {
            assert_eq!(version_in(line).as_deref(), Some(version), "{line}");
        }
        assert_eq!(version_in("no version here"), None);
    }
}
