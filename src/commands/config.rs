use std::path::PathBuf;

use console::{Style, measure_text_width};
use serde_json::{Map, Value as Json, json};

use super::Context;
use crate::config::{Flags, Origin, Settings, Shown};
use crate::error::{Code, Error, Exit, Result, nearest};
use crate::plugin::Manager;
use crate::project::Language;

/// Arguments of `wasmrun config`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  wasmrun config                        all settings of the project here\n  \
    wasmrun config app/ --key profile     one value alone\n  \
    wasmrun config --format json          for programs"
)]
pub struct Args {
    /// The project: a folder, or a file in it
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Print the value of this setting alone
    #[arg(short, long)]
    key: Option<String>,
    /// How to print
    #[arg(long, default_value = "human")]
    format: Format,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// A table
    Human,
    /// One object, with each setting by its name
    Json,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        if !self.path.exists() {
            let message = format!("there is no {}", self.path.display());
            return Err(Error::new(Code::NotFound, message).help("check the path"));
        }
        let settings = Settings::load(&context.home, Some(&self.path), Flags::default())?;
        // A plugin may know it, if wasmrun does not.
        if settings.language.read(str::parse::<Language>).is_err() {
            let (home, cancel) = (&context.home, &context.cancel);
            Manager::find(home, &settings, &self.path, Vec::new(), cancel)?
                .language(&settings.language)?;
        }
        for warning in &settings.warnings {
            context.terminal.warn(warning);
        }
        let mut shown = settings.shown();
        if let Some(key) = &self.key {
            shown = vec![pick(shown, key)?];
        }
        match (self.format, &self.key) {
            (Format::Json, _) => context.terminal.json(&object(&shown)),
            (Format::Human, Some(_)) => context.terminal.out(&shown[0].text),
            (Format::Human, None) => context.terminal.out(table(context, &shown)),
        }
        Ok(Exit::Ok)
    }
}

fn pick<'a>(shown: Vec<Shown<'a>>, key: &str) -> Result<Shown<'a>> {
    let names: Vec<_> = shown.iter().map(|shown| shown.key.clone()).collect();
    let found = shown.into_iter().find(|shown| shown.key == key);
    found.ok_or_else(|| {
        let help = match nearest(key, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`wasmrun config` lists all settings".to_owned(),
        };
        Error::new(Code::Usage, format!("there is no setting `{key}`")).help(help)
    })
}

/// Names, values and origins in columns.
fn table(context: &Context, shown: &[Shown<'_>]) -> String {
    let width = |column: for<'a> fn(&'a Shown<'_>) -> &'a str| {
        let widths = shown.iter().map(|row| measure_text_width(column(row)));
        widths.max().unwrap_or_default().min(48)
    };
    let (keys, values) = (width(|row| &row.key), width(|row| cell(row)));
    let dim = Style::new().dim();
    let rows = shown.iter().map(|row| {
        let gap = |text: &str, width: usize| {
            " ".repeat(width.saturating_sub(measure_text_width(text)) + 2)
        };
        let (key, value) = (&row.key, cell(row));
        let origin = context.terminal.paint_out(&dim, row.origin);
        format!(
            "{key}{}{value}{}{origin}",
            gap(key, keys),
            gap(value, values)
        )
    });
    rows.collect::<Vec<_>>().join("\n")
}

fn cell<'a>(row: &'a Shown<'_>) -> &'a str {
    match row.text.as_str() {
        "" => "-",
        text => text,
    }
}

/// Each setting by its name: `value` and `from`.
fn object(shown: &[Shown<'_>]) -> Json {
    let entries = shown.iter().map(|row| {
        let mut from = Map::from_iter([("layer".to_owned(), json!(row.origin.layer()))]);
        match row.origin {
            Origin::Default => {}
            Origin::User { file, line } | Origin::Project { file, line } => {
                from.insert("file".to_owned(), json!(file.to_string_lossy()));
                from.insert("line".to_owned(), json!(line));
            }
            Origin::Env(name) | Origin::Flag(name) => {
                from.insert("name".to_owned(), json!(name));
            }
        }
        (row.key.clone(), json!({ "value": row.json, "from": from }))
    });
    Json::Object(entries.collect())
}
