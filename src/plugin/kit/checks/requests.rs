//! Requests and results in all conversations.

use std::collections::BTreeMap;

use serde_json::Value;

use super::audit::each;
use crate::plugin::kit::bench::Bench;
use crate::plugin::kit::record::{From, Record, Said, What};
use crate::plugin::kit::verdict::{Checked, Finding};
use crate::plugin::kit::{Check, Family};

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::Conversation, says, run)
}

pub(super) const CHECKS: [Check; 7] = [
    check(
        "one-result",
        "gives each request exactly one result",
        one_result,
    ),
    check(
        "events-first",
        "tells of nothing behind a result",
        events_first,
    ),
    check(
        "status-words",
        "uses the five words of `status`",
        status_words,
    ),
    check(
        "failed-says-why",
        "tells of an error before a result of `failed`",
        failed,
    ),
    check(
        "errors",
        "says what could not be done, and who can mend it",
        errors,
    ),
    check(
        "validate-agrees",
        "answers `validate` with what its diagnostics say",
        validate,
    ),
    check(
        "module-or-not-ok",
        "makes a module when a build is ok",
        module,
    ),
];

fn one_result(bench: &Bench<'_>) -> Checked {
    bench.standard()?;
    for record in bench.shelf.borrow().iter() {
        let mut results: BTreeMap<u64, usize> = BTreeMap::new();
        for said in record
            .frames(From::Plugin)
            .filter(|said| said.kind() == "result")
        {
            let Some(id) = said.id() else { continue };
            let count = results.entry(id).or_default();
            *count += 1;
            let came = match record.request(id) {
                None => format!("a result for {id}, which was not asked"),
                Some(_) if *count > 1 => format!("{count} results for {id}"),
                Some(_) => continue,
            };
            let fix = "write the result in one place, behind all else that the request does";
            let expected = "exactly one result for each request, with its number";
            let finding = Finding::new("P-REQ-2", expected, came, fix);
            return Err(finding.at(record, said).into());
        }
        if record.hung_up || record.odd {
            continue;
        }
        for said in record.frames(From::Host) {
            let due = !matches!(said.kind(), "ping" | "shutdown");
            let Some(id) = said.id().filter(|_| due) else {
                continue;
            };
            if !results.contains_key(&id) {
                let expected = format!("a result for {id} (`{}`)", said.kind());
                let fix = "answer every request, also when it fails or is unknown";
                let finding = Finding::new("P-REQ-2", expected, "none", fix);
                return Err(finding.lines(record.excerpt()).into());
            }
        }
    }
    Ok(())
}

fn events_first(bench: &Bench<'_>) -> Checked {
    const EVENTS: [&str; 4] = ["task", "log", "diagnostic", "artifact"];
    each(bench, |record, said| {
        if said.what != What::Frame || !EVENTS.contains(&said.kind()) {
            return Ok(());
        }
        let asked = said.id().and_then(|id| record.request(id));
        let over = record.frames(From::Plugin).any(|other| {
            other.kind() == "result"
                && other.id() == said.id()
                && other.at <= said.at
                && !std::ptr::eq(other, said)
                && position(record, other) < position(record, said)
        });
        let came = match asked {
            None => format!("`{}` without the id of a request", said.kind()),
            Some(_) if over => format!("`{}` behind the result of its request", said.kind()),
            Some(_) => return Ok(()),
        };
        let fix = "wait for the threads that read the tool's output before you write the result, \
                   and give each event the `id` of its request";
        let expected = "events with the id of a request, before its result";
        Err(Finding::new("P-REQ-3", expected, came, fix))
    })
}

fn position(record: &Record, said: &Said) -> Option<usize> {
    record
        .said
        .iter()
        .position(|other| std::ptr::eq(other, said))
}

fn results(
    bench: &Bench<'_>,
    mut look: impl FnMut(&Record, &Said) -> Result<(), Finding>,
) -> Checked {
    each(bench, |record, said| match said.what {
        What::Frame if said.kind() == "result" => look(record, said),
        _ => Ok(()),
    })
}

fn status_words(bench: &Bench<'_>) -> Checked {
    const WORDS: [&str; 5] = ["ok", "failed", "cancelled", "unsupported", "error"];
    results(bench, |_, said| {
        let status = said.text_of("status");
        if WORDS.contains(&status) {
            return Ok(());
        }
        let expected = "ok, failed, cancelled, unsupported or error under `status`";
        let fix = "`failed` is for mistakes in the user's code, `error` for all else that cannot \
                   be done";
        Err(Finding::new(
            "P-REQ-4",
            expected,
            format!("`{status}`"),
            fix,
        ))
    })
}

/// Whether a diagnostic of severity error came for a request.
fn told_error(record: &Record, id: Option<u64>) -> bool {
    record.frames(From::Plugin).any(|said| {
        said.kind() == "diagnostic" && said.id() == id && said.text_of("severity") == "error"
    })
}

fn failed(bench: &Bench<'_>) -> Checked {
    results(bench, |record, said| {
        if said.text_of("status") != "failed" || told_error(record, said.id()) {
            return Ok(());
        }
        let fix = "send {\"type\":\"diagnostic\",\"s\":KEY,\"id\":N,\"severity\":\"error\",\
                   \"message\":...} before; if it is not the user's code, the status is `error`";
        let expected = "a diagnostic of severity `error` before a result of `failed`";
        Err(Finding::new("P-REQ-5", expected, "none", fix))
    })
}

fn errors(bench: &Bench<'_>) -> Checked {
    results(bench, |_, said| {
        let error = said.value.get("error");
        let due = said.text_of("status") == "error";
        let Some(error) = error.filter(|error| error.is_object()) else {
            if !due {
                return Ok(());
            }
            let fix = "add \"error\":{\"code\":\"internal\",\"blame\":\"plugin\",\"message\":...}";
            let expected = "`error` in a result of status `error`";
            return Err(Finding::new("P-REQ-6", expected, "none", fix));
        };
        error_fields(error)
    })
}

fn error_fields(error: &Value) -> Result<(), Finding> {
    const CODES: [&str; 5] = [
        "dependency_missing",
        "project_invalid",
        "toolchain",
        "io",
        "internal",
    ];
    const BLAME: [&str; 4] = ["project", "environment", "plugin", "host"];
    let text = |field: &str| error.get(field).and_then(Value::as_str).unwrap_or_default();
    let (code, blame, message) = (text("code"), text("blame"), text("message"));
    if plugin_protocol::HostCode::ALL
        .iter()
        .any(|host| host.name() == code)
    {
        let fix = "that code is what the host says of plugins; use one of the plugin's";
        let expected = format!("a code of the plugin's: {}", CODES.join(", "));
        return Err(Finding::new("P-ERR-3", expected, format!("`{code}`"), fix));
    }
    if !CODES.contains(&code) {
        let expected = format!("under `code` one of {}", CODES.join(", "));
        let fix = "choose the code that says who can mend it; `internal` is your own fault";
        return Err(Finding::new("P-ERR-1", expected, format!("`{code}`"), fix));
    }
    if !BLAME.contains(&blame) {
        let expected = "under `blame` one of project, environment, plugin, host";
        let fix = "say who can mend it";
        return Err(Finding::new("P-ERR-2", expected, format!("`{blame}`"), fix));
    }
    let shouts = message.chars().next().is_some_and(char::is_uppercase)
        && message.chars().nth(1).is_some_and(char::is_lowercase);
    if message.trim().is_empty() || message.contains('\n') || shouts {
        let expected = "a `message` of one line in lower case";
        let fix = "one line that says what happened and where; more goes under `cause`, a list";
        return Err(Finding::new(
            "P-ERR-1",
            expected,
            format!("`{}`", message.escape_debug()),
            fix,
        ));
    }
    let words = |field: &str| match error.get(field) {
        None => true,
        Some(list) => list
            .as_array()
            .is_some_and(|list| list.iter().all(Value::is_string)),
    };
    if !words("fix") || !words("cause") {
        let expected = "`fix` and `cause` as lists of texts";
        let fix = "`fix` is a command as arguments: [\"apt\",\"install\",\"clang\"]";
        return Err(Finding::new("P-ERR-1", expected, "something else", fix));
    }
    Ok(())
}

/// The results of one operation that say ok or failed.
fn of_operation(record: &Record, said: &Said, kind: &str) -> bool {
    let asked = said.id().and_then(|id| record.request(id));
    asked.is_some_and(|asked| asked.kind() == kind)
}

fn validate(bench: &Bench<'_>) -> Checked {
    results(bench, |record, said| {
        if !of_operation(record, said, "validate") {
            return Ok(());
        }
        let told = told_error(record, said.id());
        let came = match said.text_of("status") {
            "ok" if told => "`ok` after a diagnostic of severity `error`",
            "failed" if !told => "`failed` without a diagnostic of severity `error`",
            _ => return Ok(()),
        };
        let expected = "`failed` when there is a diagnostic of severity `error`, `ok` otherwise";
        let fix = "take the status of `validate` from the diagnostics that you have sent";
        Err(Finding::new("P-VALIDATE-1", expected, came, fix))
    })
}

fn module(bench: &Bench<'_>) -> Checked {
    results(bench, |record, said| {
        let ok = said.text_of("status") == "ok";
        if !ok || !of_operation(record, said, "build") {
            return Ok(());
        }
        let made = record.frames(From::Plugin).any(|other| {
            other.kind() == "artifact" && other.id() == said.id() && other.text_of("kind") == "wasm"
        });
        if made {
            return Ok(());
        }
        let expected = "an artifact of kind `wasm` when a build is ok";
        let fix = "a build that makes no module is `failed`, or an `error`";
        Err(Finding::new("P-BUILD-1", expected, "none", fix))
    })
}
