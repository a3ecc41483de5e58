use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};

use crate::error::{Code, Error, Result};

/// A pattern of paths (`src/**/*.h`): a folder to look in, and what to look for.
#[derive(Debug)]
pub(super) struct Pattern {
    /// The folder, as the pattern writes it; empty for the project's own.
    pub(super) base: String,
    /// What has to match below it; nothing when the pattern is a plain path.
    rest: Option<GlobMatcher>,
    /// How deep below the base a match can lie; nothing for any depth.
    pub(super) depth: Option<usize>,
}

impl Pattern {
    /// Reads a pattern. `*` and `?` stay within a name, `**` does not.
    ///
    /// # Errors
    /// [`Code::PluginFault`] when it is not a pattern.
    pub(super) fn new(text: &str) -> Result<Self> {
        let is_special = |part: &str| part.contains(['*', '?', '[', '{', '\\']);
        let mut at = 0;
        for part in text.split_inclusive('/') {
            if is_special(part) {
                break;
            }
            at += part.len();
        }
        let (base, rest) = text.split_at(at);
        if rest.is_empty() {
            return Ok(Self {
                base: text.to_owned(),
                rest: None,
                depth: None,
            });
        }
        let glob = GlobBuilder::new(rest).literal_separator(true).build();
        let glob = glob.map_err(|error| {
            let message = format!("the builder named `{text}` as an input, which is no pattern");
            Error::new(Code::PluginFault, message).because(error.kind().to_string())
        })?;
        Ok(Self {
            base: base.to_owned(),
            rest: Some(glob.compile_matcher()),
            depth: (!rest.contains("**")).then(|| rest.matches('/').count() + 1),
        })
    }

    /// Whether it is a plain path.
    pub(super) fn is_path(&self) -> bool {
        self.rest.is_none()
    }

    /// Whether a path below the base matches.
    pub(super) fn matches(&self, below: &Path) -> bool {
        self.rest.as_ref().is_some_and(|rest| rest.is_match(below))
    }
}
