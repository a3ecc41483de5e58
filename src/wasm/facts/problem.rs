use serde::Serialize;

/// A place where reading stopped, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where, in bytes from the start of the file.
    pub offset: u64,
    /// In which section, by name.
    pub section: Option<&'static str>,
    /// What is wrong, in one line.
    pub message: String,
}

/// The first problems, and how many there were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    list: Vec<Problem>,
    total: u64,
}

impl Problems {
    /// How many are kept. A file of nothing but faults must not fill memory.
    const KEPT: usize = 20;

    /// The first ones, in the order they were met.
    #[must_use]
    pub fn first(&self) -> &[Problem] {
        &self.list
    }

    /// How many there were.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Whether everything could be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    pub(super) fn add(
        &mut self,
        section: Option<&'static str>,
        offset: u64,
        message: impl FnOnce() -> String,
    ) {
        self.total += 1;
        if self.list.len() < Self::KEPT {
            self.list.push(Problem {
                offset,
                section,
                message: message(),
            });
        }
    }

    pub(super) fn parse(&mut self, section: Option<&'static str>, error: &wasmparser::Error) {
        self.add(section, error.offset(), || {
            error.message().replace('\n', ": ")
        });
    }

    /// Takes over what a nested module or component met.
    pub(super) fn nested(&mut self, inner: &Self) {
        self.total += inner.total;
        let room = Self::KEPT.saturating_sub(self.list.len());
        self.list.extend(inner.list.iter().take(room).cloned());
    }
}
