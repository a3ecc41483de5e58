use super::folder::Folder;
use super::{Candidate, Language};

/// What marks a language: names that are there. A plugin's manifest can say as
/// much (`all`, `any`, `score`).
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule<'a> {
    pub(super) language: Language,
    /// Patterns that all have to be found.
    pub(super) all: &'a [&'a str],
    /// Patterns of which one has to be found, when there are some.
    pub(super) any: &'a [&'a str],
    /// 1 to 100; the highest wins.
    pub(super) score: u8,
    /// Where the entry is: the first pattern that finds one file alone.
    pub(super) entry: &'a [&'a str],
}

const C_MAIN: &[&str] = &["main.c", "main.cpp", "main.cc", "main.cxx"];
const C_SOURCES: &[&str] = &["*.c", "*.cpp", "*.cc", "*.cxx", "*.c++", "*.C"];
const C_SRC: &[&str] = &[
    "src/*.c",
    "src/*.cpp",
    "src/*.cc",
    "src/*.cxx",
    "source/*.c",
    "source/*.cpp",
    "source/*.cc",
];
const C_SRC_MAIN: &[&str] = &["src/main.c", "src/main.cpp", "src/main.cc", "src/main.cxx"];
/// Sources as far down as a build file may well have them.
const C_NEAR: &[&str] = &[
    "*.c", "*.cpp", "*.cc", "*.cxx", "*.c++", "*.C", "*/*.c", "*/*.cpp", "*/*.cc", "*/*.cxx",
];
const PY_MAIN: &[&str] = &[
    "main.py",
    "__main__.py",
    "app.py",
    "src/main.py",
    "src/*/__main__.py",
    "*/__main__.py",
];
const AS_ENTRY: &[&str] = &[
    "assembly/index.ts",
    "src/index.ts",
    "index.ts",
    "assembly/*.ts",
    "*.ts",
];

const fn rule<'a>(
    language: Language,
    score: u8,
    all: &'a [&'a str],
    any: &'a [&'a str],
) -> Rule<'a> {
    Rule {
        language,
        all,
        any,
        score,
        entry: &[],
    }
}

/// The rules of the languages that wasmrun knows. What names do not tell, the
/// probes read from the files.
pub(super) const RULES: &[Rule<'_>] = &[
    Rule {
        entry: AS_ENTRY,
        ..rule(Language::AssemblyScript, 92, &["asconfig.json"], &[])
    },
    Rule {
        entry: AS_ENTRY,
        ..rule(Language::AssemblyScript, 72, &["assembly/*.ts"], &[])
    },
    Rule {
        entry: PY_MAIN,
        ..rule(Language::Python, 80, &["pyproject.toml"], PY_MAIN)
    },
    rule(Language::Python, 60, &["pyproject.toml"], &[]),
    Rule {
        entry: PY_MAIN,
        ..rule(Language::Python, 58, &["setup.py"], &[])
    },
    Rule {
        entry: PY_MAIN,
        ..rule(
            Language::Python,
            58,
            &["requirements.txt"],
            &["*.py", "src/*.py"],
        )
    },
    Rule {
        entry: PY_MAIN,
        ..rule(
            Language::Python,
            62,
            &[],
            &["main.py", "__main__.py", "app.py"],
        )
    },
    Rule {
        entry: &["*.py"],
        ..rule(Language::Python, 45, &["*.py"], &[])
    },
    rule(Language::C, 80, &["CMakeLists.txt"], C_NEAR),
    rule(Language::C, 75, &["Makefile"], C_NEAR),
    rule(Language::C, 75, &["makefile"], C_NEAR),
    rule(Language::C, 75, &["GNUmakefile"], C_NEAR),
    Rule {
        entry: C_MAIN,
        ..rule(Language::C, 65, &[], C_MAIN)
    },
    Rule {
        entry: C_SOURCES,
        ..rule(Language::C, 55, &[], C_SOURCES)
    },
    Rule {
        entry: C_SRC_MAIN,
        ..rule(Language::C, 50, &[], C_SRC)
    },
    Rule {
        entry: &["main.rs"],
        ..rule(Language::Rust, 35, &["main.rs"], &[])
    },
    Rule {
        entry: &["main.wat", "index.wat"],
        ..rule(Language::Wat, 60, &[], &["main.wat", "index.wat"])
    },
    Rule {
        entry: &["*.wat"],
        ..rule(Language::Wat, 52, &["*.wat"], &[])
    },
    Rule {
        entry: &["src/main.wat", "src/index.wat", "src/*.wat"],
        ..rule(Language::Wat, 48, &["src/*.wat"], &[])
    },
    Rule {
        entry: &["*.wasm"],
        ..rule(Language::Wasm, 20, &["*.wasm"], &[])
    },
];

/// What was looked for, by language, for those who find that nothing is there;
/// nothing for a language that a plugin brings.
pub(super) fn marks(language: Language) -> Option<&'static str> {
    Some(match language {
        Language::Rust => "Cargo.toml or main.rs",
        Language::Go => "go.mod, go.work, *.go or cmd/*/main.go",
        Language::Python => "pyproject.toml, setup.py or *.py",
        Language::C => "*.c or *.cpp here or in src/, with or without Makefile or CMakeLists.txt",
        Language::AssemblyScript => {
            "asconfig.json, assembly/*.ts or package.json that depends on assemblyscript"
        }
        Language::Wat => "*.wat here or in src/",
        Language::Wasm => "*.wasm",
        Language::Other(_) => return None,
    })
}

impl Rule<'_> {
    /// What a folder is by this rule.
    pub(super) fn apply(&self, folder: &Folder) -> Option<Candidate> {
        let mut seen = Vec::new();
        for pattern in self.all {
            seen.push(folder.find(pattern)?);
        }
        if !self.any.is_empty() {
            seen.push(self.any.iter().find_map(|pattern| folder.find(pattern))?);
        }
        let why: Vec<_> = seen
            .into_iter()
            .map(|seen| match seen.count {
                1 => seen.first,
                count => format!("{} and {} more", seen.first, count - 1),
            })
            .collect();
        Some(Candidate {
            language: self.language,
            score: self.score,
            why: why.join(", "),
            entry: entry(folder, self.entry),
        })
    }
}

/// The first pattern that finds one file alone, and that file.
pub(super) fn entry(folder: &Folder, patterns: &[&str]) -> Option<String> {
    patterns.iter().find_map(|pattern| {
        let seen = folder.find(pattern)?;
        (seen.count == 1).then_some(seen.first)
    })
}

/// Where the entry of an AssemblyScript project may be.
pub(super) fn assemblyscript_entry(folder: &Folder) -> Option<String> {
    entry(folder, AS_ENTRY)
}
