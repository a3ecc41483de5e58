use super::values;
use crate::commands::functions::Functions;
use crate::error::Result;
use crate::runtime::core::{Event, Step, Store, Val};
use crate::runtime::wasi;
use crate::terminal;

/// Functions whose calls are told as they happen.
pub(super) struct Trace {
    /// The functions and their names, in the order of their indices.
    functions: Vec<(u32, String)>,
}

impl Trace {
    /// Finds functions by name or index.
    pub(super) fn find(functions: &Functions<'_>, wanted: &[String]) -> Result<Self> {
        let mut found = Vec::new();
        for wanted in wanted {
            found.extend(functions.find("--trace", wanted)?);
        }
        found.sort_unstable();
        found.dedup();
        let named = |index| (index, functions.name(index));
        Ok(Self {
            functions: found.into_iter().map(named).collect(),
        })
    }

    /// Their indices.
    pub(super) fn indices(&self) -> Vec<u32> {
        self.functions.iter().map(|(index, _)| *index).collect()
    }

    /// Tells each call with its arguments, and each return with its results, on
    /// standard error.
    pub(super) fn start(self, store: &mut Store<wasi::Context>) {
        let mut depth = 0_usize;
        store.set_watcher(move |event| {
            let at = self
                .functions
                .binary_search_by_key(&event.function, |(index, _)| *index);
            let name = match at {
                Ok(at) => &self.functions[at].1,
                Err(_) => return,
            };
            let Event { step, .. } = event;
            if !matches!(step, Step::Enter(_)) {
                depth = depth.saturating_sub(1);
            }
            let indent = "  ".repeat(depth.min(40));
            match step {
                Step::Enter(args) => {
                    terminal::err(format_args!("{indent}{name}({})", listed(args)));
                    depth += 1;
                }
                Step::Leave(results) if results.is_empty() => {
                    terminal::err(format_args!("{indent}{name} returned"));
                }
                Step::Leave(results) => {
                    terminal::err(format_args!("{indent}{name} = {}", listed(results)));
                }
                Step::TailCall => {
                    terminal::err(format_args!("{indent}{name} ended by a tail call"));
                }
            }
        });
    }
}

fn listed(values: &[Val]) -> String {
    let values: Vec<_> = values.iter().map(values::show).collect();
    values.join(", ")
}
