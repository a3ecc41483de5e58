use super::key::Key;
use super::record::Record;
use super::state::State;

/// So many changed files are named.
const MAX_NAMED: usize = 8;

/// What differs between a stored result's inputs and the present ones.
pub(super) fn difference(record: &Record, now: &State) -> Vec<String> {
    let mut lines = files(record, now);
    for (name, value) in &now.env {
        if record.state.env.get(name) != Some(value) {
            lines.push(format!("the environment variable {name} changed"));
        }
    }
    let tools = record.spec.tools.iter().zip(&record.state.tools);
    for ((tool, old), now) in tools.zip(&now.tools) {
        if old == now {
            continue;
        }
        lines.push(match (&old.found, &now.found) {
            (Some(_), None) => format!("the tool {} is gone", tool.name),
            (None, Some(path)) => format!("the tool {} is now at {}", tool.name, path.display()),
            (Some(old), Some(now)) if old != now => format!(
                "the tool {} moved from {} to {}",
                tool.name,
                old.display(),
                now.display()
            ),
            _ => format!("the tool {} changed", tool.name),
        });
    }
    if lines.is_empty() {
        lines.push("the stored result was damaged".to_owned());
    }
    lines
}

/// Why nothing is known of a request.
pub(super) fn unknown(key: &Key, last: Option<&Key>) -> Vec<String> {
    let Some(last) = last else {
        return vec!["it is the first build of this project".to_owned()];
    };
    let mut lines = key.difference(last);
    if lines.is_empty() {
        lines.push("the cache has no result of it".to_owned());
    }
    lines
}

fn files(record: &Record, now: &State) -> Vec<String> {
    let changes = record.state.files.difference(&now.files);
    let mut lines: Vec<_> = changes.iter().map(ToString::to_string).collect();
    if lines.len() > MAX_NAMED {
        let more = lines.len() - MAX_NAMED;
        lines.truncate(MAX_NAMED);
        lines.push(format!("and {more} more files"));
    }
    lines
}
