use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::Serialize;

use super::interface::{exports, imports};
use super::layout::Kind;
use super::limit::{Limit, tell_apart};
use crate::error::{Code, Error, nearest};

/// Rules for valid modules. A pattern is a glob over `module.name` of a
/// module's import, or over the name of a component's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// The largest sizes allowed.
    pub max_size: Vec<Limit>,
    /// Names that a module must export.
    pub require_export: Vec<String>,
    /// Patterns that no import may match.
    pub deny_import: Vec<String>,
    /// Patterns of which each import must match one; without a list, any import
    /// will do.
    pub allow_import: Option<Vec<String>>,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// A file is valid WebAssembly.
    InvalidModule,
    /// [`Policy::max_size`].
    MaxSize,
    /// [`Policy::require_export`].
    RequireExport,
    /// [`Policy::deny_import`].
    DenyImport,
    /// [`Policy::allow_import`].
    AllowImport,
}

impl Rule {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::InvalidModule,
        Self::MaxSize,
        Self::RequireExport,
        Self::DenyImport,
        Self::AllowImport,
    ];

    /// Its stable name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidModule => "invalid-module",
            Self::MaxSize => "max-size",
            Self::RequireExport => "require-export",
            Self::DenyImport => "deny-import",
            Self::AllowImport => "allow-import",
        }
    }

    /// What it demands, in one sentence.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::InvalidModule => "A file must be a valid WebAssembly module or component.",
            Self::MaxSize => "A module must not be larger than the limit.",
            Self::RequireExport => "A module must export certain names.",
            Self::DenyImport => "A module must not import what is denied.",
            Self::AllowImport => "A module must import nothing but what is allowed.",
        }
    }
}

/// A rule that a valid module breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Which one.
    pub rule: Rule,
    /// What is wrong, in one line.
    pub message: String,
    /// What may mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// A [`Policy`] whose patterns are known to be well-formed.
#[derive(Debug)]
pub(super) struct Rules {
    policy: Policy,
    deny: GlobSet,
    allow: Option<GlobSet>,
}

impl Rules {
    pub(super) fn of(policy: Policy) -> Result<Self, Error> {
        Ok(Self {
            deny: patterns(&policy.deny_import)?,
            allow: policy.allow_import.as_deref().map(patterns).transpose()?,
            policy,
        })
    }

    /// All that a valid file breaks, in the order of [`Rule::ALL`].
    pub(super) fn judge(&self, bytes: &[u8], kind: Kind) -> Vec<Violation> {
        let mut found = self.sizes(bytes);
        found.extend(self.exports(bytes, kind));
        found.extend(self.imports(bytes, kind));
        found
    }

    fn sizes(&self, bytes: &[u8]) -> Vec<Violation> {
        let measured = self
            .policy
            .max_size
            .iter()
            .map(|limit| (limit, limit.measure(bytes)));
        measured
            .filter(|(limit, (size, _))| *size > limit.bytes)
            .map(|(limit, (size, how))| {
                let (size, allowed) = tell_apart(size, limit.bytes);
                Violation::new(
                    Rule::MaxSize,
                    format!("{how}{size}, and {allowed} are allowed"),
                )
            })
            .collect()
    }

    fn exports(&self, bytes: &[u8], kind: Kind) -> Vec<Violation> {
        if self.policy.require_export.is_empty() {
            return Vec::new();
        }
        let exports = exports(bytes, kind);
        let missing = self
            .policy
            .require_export
            .iter()
            .filter(|name| !exports.contains(name));
        missing
            .map(|name| {
                let near = nearest(name, exports.iter().map(String::as_str));
                let message = format!("the {} does not export `{name}`", kind.name());
                Violation {
                    help: near.map(|near| format!("it exports `{near}`")),
                    ..Violation::new(Rule::RequireExport, message)
                }
            })
            .collect()
    }

    fn imports(&self, bytes: &[u8], kind: Kind) -> Vec<Violation> {
        if self.deny.is_empty() && self.allow.is_none() {
            return Vec::new();
        }
        let judge = |import: &String| {
            if let Some(nth) = self.deny.matches(import).first() {
                let pattern = self.policy.deny_import.get(*nth).map_or("", String::as_str);
                let message = format!("imports `{import}`, which `{pattern}` denies");
                return Some(Violation::new(Rule::DenyImport, message));
            }
            let allowed = self
                .allow
                .as_ref()
                .is_none_or(|allow| allow.is_match(import));
            (!allowed).then(|| {
                let message = format!("imports `{import}`, which is not allowed");
                Violation::new(Rule::AllowImport, message)
            })
        };
        let mut found: Vec<_> = imports(bytes, kind).iter().filter_map(judge).collect();
        found.sort_by_key(|violation| violation.rule == Rule::AllowImport);
        found
    }
}

impl Violation {
    fn new(rule: Rule, message: String) -> Self {
        Self {
            rule,
            message,
            help: None,
        }
    }
}

fn patterns(patterns: &[String]) -> Result<GlobSet, Error> {
    let wrong = |pattern: &str, error: &globset::Error| {
        Error::new(Code::Usage, format!("`{pattern}` is not a pattern"))
            .because(error.kind().to_string())
            .help("patterns look like `env.*` or `wasi_snapshot_preview1.{fd_write,proc_exit}`")
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|error| wrong(pattern, &error))?);
    }
    set.build()
        .map_err(|error| wrong(&patterns.join(", "), &error))
}
