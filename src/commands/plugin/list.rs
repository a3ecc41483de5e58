use std::path::{Path, PathBuf};

use console::measure_text_width;

use super::super::Context;
use super::report::{Format, end};
use super::row::{Row, State};
use crate::config::{Flags, Settings};
use crate::error::{Code, Exit, Result};
use crate::plugin::Manager;
use crate::plugin::index::INDEX;
use crate::plugin::registry::{Place, Registry};
use crate::plugin::store::Store;

/// Arguments of `wasmrun plugin list`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Also those that are part of wasmrun, of the project, on the path, and what the index has
    #[arg(short, long)]
    all: bool,
    /// The project whose plugins `--all` lists too
    #[arg(short, long, default_value = ".")]
    path: PathBuf,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let outcome = rows(context, self.all, &self.path).map(|rows| {
            match self.format {
                Format::Json => rows.iter().for_each(|row| context.terminal.json(row)),
                Format::Human => table(context, &rows),
            }
            Exit::Ok
        });
        end(context, self.format, outcome)
    }
}

fn rows(context: &Context, all: bool, here: &Path) -> Result<Vec<Row>> {
    let settings = Settings::load(&context.home, all.then_some(here), Flags::default())?;
    let mut rows = installed(context, &settings);
    if !all {
        return Ok(rows);
    }
    let own = Manager::new();
    let own = own
        .plugins()
        .iter()
        .map(|plugin| Row::built_in(plugin.info()));
    rows.splice(0..0, own);
    let registry = Registry::find(&context.home, &settings, here, &context.cancel)?;
    let found = registry.found().iter();
    rows.extend(
        found
            .filter(|found| found.place != Place::User)
            .map(Row::found),
    );
    let absent = registry.absent().iter();
    let untrusted = absent.filter(|absent| absent.why.code() == Code::Untrusted);
    rows.extend(untrusted.map(|absent| Row::untrusted(&absent.name, absent.why.clone())));
    for outside in registry.outside() {
        rows.push(match outside.clone().found() {
            Some(found) => Row::found(&found),
            None => Row::unasked(&outside.name, &outside.exe, outside.place),
        });
    }
    let known = INDEX.iter().map(Row::known);
    let missing: Vec<_> = known
        .filter(|known| rows.iter().all(|row| row.name != known.name))
        .collect();
    rows.extend(missing);
    Ok(rows)
}

/// Those in the user's folder.
pub(in crate::commands) fn installed(context: &Context, settings: &Settings) -> Vec<Row> {
    let Ok(store) = Store::of(&context.home) else {
        return Vec::new();
    };
    let enabled = |name: &str| {
        settings
            .plugins
            .get(name)
            .is_none_or(|setting| setting.value)
    };
    let row = |(name, stored): (String, Result<_>)| match stored {
        Ok(stored) => Row::stored(&stored, enabled(&name)),
        Err(why) => Row::damaged(&name, why),
    };
    store.list().into_iter().map(row).collect()
}

fn table(context: &Context, rows: &[Row]) {
    let terminal = &context.terminal;
    if rows.is_empty() {
        terminal.out("no plugin is installed");
        terminal
            .status("`wasmrun plugin list --all` lists what can be, and what is part of wasmrun");
        return;
    }
    let cells: Vec<[String; 4]> = rows.iter().map(cells).collect();
    let width = |at: usize| {
        let widths = cells.iter().map(|row| measure_text_width(&row[at]));
        widths.max().unwrap_or_default()
    };
    let widths = [width(0), width(1), width(2)];
    for row in &cells {
        let mut line = String::new();
        // Nothing stands in a column that is empty in all rows.
        for (cell, width) in row.iter().zip(widths).filter(|(_, width)| *width > 0) {
            let gap = width.saturating_sub(measure_text_width(cell)) + 2;
            line.push_str(cell);
            line.push_str(&" ".repeat(gap));
        }
        line.push_str(&row[3]);
        terminal.out(line.trim_end());
    }
    for problem in rows.iter().filter_map(|row| row.problem.as_ref()) {
        terminal.warn(problem);
    }
}

/// Name, version, state, and what it builds and where it is from.
fn cells(row: &Row) -> [String; 4] {
    let place = match (&row.source, row.place) {
        (Some(source), _) => source.to_string(),
        (None, "built-in") => "part of wasmrun".to_owned(),
        (None, "index") => format!("`wasmrun plugin install {}`", row.name),
        (None, _) => row.executable.clone().unwrap_or_default(),
    };
    let languages = row.languages.join(", ");
    let state = match row.state {
        State::Enabled => "",
        state => state.word(),
    };
    let about = match languages.is_empty() {
        true => place,
        false => format!("{languages}; {place}"),
    };
    let version = row.version.clone().unwrap_or_default();
    [row.name.clone(), version, state.to_owned(), about]
}
