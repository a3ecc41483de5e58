use serde::{Deserialize, Serialize};

/// What a plugin says of itself: its `wasmrun.toml`, and the answer to `info`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Manifest {
    /// The version of this format: 1.
    pub schema: u32,
    /// The plugin's name: a lower-case letter, then letters, digits, `-` or `_`.
    pub name: String,
    /// The plugin's own version.
    pub version: String,
    /// The versions of the protocol that it speaks.
    pub protocol: Vec<u32>,
    /// 0: one request after another, ended by killing. 1: also cancel and ping.
    /// 2: also stays for many builds and uses `changed`.
    #[serde(default)]
    pub level: u8,
    /// How it is started: the executable, then its arguments. Without it, the
    /// executable beside the manifest that has the plugin's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub argv: Vec<String>,
    /// The languages that it builds, by their names in wasmrun (`rust`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// The endings of its source files, without a dot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<String>,
    /// Where an entry is looked for, project-relative with `/`, the likeliest
    /// first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entry: Vec<String>,
    /// A folder with a small project that it builds, relative to the executable
    /// with `/`: what `wasmrun plugin test` builds when no other is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// What marks a project as this plugin's.
    #[serde(default)]
    pub detect: Detect,
    /// What it needs of the environment.
    #[serde(default)]
    pub env: EnvRules,
}

/// What marks a project, in files that are there. A mark is a path,
/// project-relative with `/`; its last part may have `*` for any characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Detect {
    /// All of these are there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub all: Vec<String>,
    /// At least one of these is there, if there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub any: Vec<String>,
    /// How sure that makes it: 1 to 100.
    #[serde(default = "middle")]
    pub score: u8,
    /// Whether the plugin has to be asked as well (`detect`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub dynamic: bool,
}

/// What a plugin needs of the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EnvRules {
    /// Variables that it is given beyond the usual ones. Secrets are not given
    /// this way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pass: Vec<String>,
}

fn middle() -> u8 {
    50
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Default for Detect {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            any: Vec::new(),
            score: middle(),
            dynamic: false,
        }
    }
}

impl Detect {
    /// Marks that must all be there, and how sure that makes it.
    pub fn all<S: Into<String>>(marks: impl IntoIterator<Item = S>, score: u8) -> Self {
        Self {
            all: marks.into_iter().map(Into::into).collect(),
            score,
            ..Self::default()
        }
    }

    /// Marks of which one is enough, and how sure that makes it.
    pub fn any<S: Into<String>>(marks: impl IntoIterator<Item = S>, score: u8) -> Self {
        Self {
            any: marks.into_iter().map(Into::into).collect(),
            score,
            ..Self::default()
        }
    }

    /// The marks that decided, if it is a match. `is_there` answers for one mark.
    /// Without marks nothing matches.
    pub fn seen(&self, mut is_there: impl FnMut(&str) -> bool) -> Option<Vec<&str>> {
        let mut seen: Vec<&str> = Vec::new();
        for mark in &self.all {
            if !is_there(mark) {
                return None;
            }
            seen.push(mark);
        }
        if !self.any.is_empty() {
            seen.push(self.any.iter().find(|mark| is_there(mark))?);
        }
        (!seen.is_empty()).then_some(seen)
    }
}

impl Manifest {
    /// A plugin of level 1 that speaks version 1 and is started by its name.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            schema: 1,
            argv: vec![name.clone(), crate::frame::FLAG.into()],
            name,
            version: version.into(),
            protocol: crate::VERSIONS.to_vec(),
            level: 1,
            languages: Vec::new(),
            extensions: Vec::new(),
            entry: Vec::new(),
            example: None,
            detect: Detect::default(),
            env: EnvRules::default(),
        }
    }

    /// The same, with what marks a project.
    #[must_use]
    pub fn detects(mut self, detect: Detect) -> Self {
        self.detect = detect;
        self
    }

    /// The same, with where an entry is looked for.
    #[must_use]
    pub fn enters<S: Into<String>>(mut self, paths: impl IntoIterator<Item = S>) -> Self {
        self.entry = paths.into_iter().map(Into::into).collect();
        self
    }

    /// The same, with a folder beside the executable that has a small project.
    #[must_use]
    pub fn shows(mut self, folder: impl Into<String>) -> Self {
        self.example = Some(folder.into());
        self
    }

    /// The same, with the endings of its source files.
    #[must_use]
    pub fn reads<S: Into<String>>(mut self, extensions: impl IntoIterator<Item = S>) -> Self {
        self.extensions = extensions.into_iter().map(Into::into).collect();
        self
    }

    /// The same, with environment variables that it needs.
    #[must_use]
    pub fn passes<S: Into<String>>(mut self, variables: impl IntoIterator<Item = S>) -> Self {
        self.env.pass = variables.into_iter().map(Into::into).collect();
        self
    }

    /// What is wrong with it, each in one line; nothing when it can be used.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut check = |good: bool, problem: &str| {
            if !good {
                found.push(problem.to_owned());
            }
        };
        check(self.schema == 1, "`schema` is not 1");
        check(is_name(&self.name), "`name` is not a lower-case word");
        check(!self.version.is_empty(), "`version` is empty");
        check(!self.protocol.is_empty(), "`protocol` lists no version");
        check(self.level <= 2, "`level` is over 2");
        check(
            (1..=100).contains(&self.detect.score),
            "`detect.score` is not 1 to 100",
        );
        for path in self
            .entry
            .iter()
            .chain(&self.detect.all)
            .chain(&self.detect.any)
            .chain(&self.example)
        {
            check(
                is_inside(path),
                &format!("`{path}` is not a path inside its folder"),
            );
        }
        found
    }
}

/// A lower-case letter, then lower-case letters, digits, `-` and `_`; at most 64.
fn is_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

/// Relative, with `/`, and without a way out.
fn is_inside(path: &str) -> bool {
    !path.contains(['\\', ':', '\0'])
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_decide() {
        let there = |mark: &str| matches!(mark, "a" | "b");
        let mut detect = Detect::all(["a", "b"], 9);
        assert_eq!(detect.seen(there), Some(vec!["a", "b"]));
        detect.any = vec!["x".into()];
        assert_eq!(detect.seen(there), None);
        detect.any.push("b".into());
        assert_eq!(detect.seen(there), Some(vec!["a", "b", "b"]));
        assert_eq!(Detect::all(["a", "x"], 9).seen(there), None);
        assert_eq!(Detect::default().seen(there), None);
    }

    #[test]
    fn problems_are_named() {
        assert!(Manifest::new("wasm-x_1", "1").problems().is_empty());
        let mut bad = Manifest::new("Wasm", "").detects(Detect::all(["../x"], 0));
        bad.schema = 2;
        bad.level = 3;
        bad.protocol.clear();
        bad.entry = vec!["/etc/x".into(), "a//b".into(), "C:/x".into()];
        assert_eq!(bad.problems().len(), 10, "{:?}", bad.problems());
    }
}
