use std::fmt;

use super::bench::Bench;
use super::verdict::Checked;

/// One thing that a plugin does right or wrong.
pub struct Check {
    /// Its name, as `--only` takes it.
    pub name: &'static str,
    /// What it is about.
    pub family: Family,
    /// What a plugin that passes does.
    pub says: &'static str,
    pub(super) run: fn(&Bench<'_>) -> Checked,
}

/// What a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Start and greeting.
    Hello,
    /// Bytes and lines.
    Framing,
    /// What later versions may send.
    Tolerance,
    /// The operations but building.
    Operations,
    /// Building.
    Build,
    /// What it is started with.
    Environment,
    /// Projects in odd places.
    Projects,
    /// Cancel and ping.
    Cancel,
    /// Ending, and what is left.
    End,
    /// What a build says that it depends on.
    Cache,
    /// All that was said in all conversations.
    Conversation,
}

impl Family {
    /// All of them, in the order of the report.
    pub const ALL: &[Self] = &[
        Self::Hello,
        Self::Framing,
        Self::Tolerance,
        Self::Operations,
        Self::Build,
        Self::Environment,
        Self::Projects,
        Self::Cancel,
        Self::End,
        Self::Cache,
        Self::Conversation,
    ];

    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Framing => "framing",
            Self::Tolerance => "tolerance",
            Self::Operations => "operations",
            Self::Build => "build",
            Self::Environment => "environment",
            Self::Projects => "projects",
            Self::Cancel => "cancel",
            Self::End => "end",
            Self::Cache => "cache",
            Self::Conversation => "conversation",
        }
    }
}

impl Check {
    pub(super) const fn new(
        name: &'static str,
        family: Family,
        says: &'static str,
        run: fn(&Bench<'_>) -> Checked,
    ) -> Self {
        Self {
            name,
            family,
            says,
            run,
        }
    }

    /// The rules that it looks at.
    pub fn musts(&self) -> impl Iterator<Item = &'static str> {
        let mine = |must: &&super::Must| must.checks.contains(&self.name);
        super::MUSTS.iter().filter(mine).map(|must| must.id)
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
