//! All lines of all conversations.

use crate::plugin::kit::bench::Bench;
use crate::plugin::kit::record::{From, Record, Said, What};
use crate::plugin::kit::verdict::{Checked, Finding};
use crate::plugin::kit::{Check, Family};

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::Conversation, says, run)
}

pub(super) const CHECKS: [Check; 5] = [
    check(
        "whole-frames",
        "writes each frame as one line of JSON with LF",
        whole_frames,
    ),
    check(
        "frames-fit",
        "writes no frame of more than 1 MiB",
        frames_fit,
    ),
    check(
        "nothing-but-frames",
        "writes nothing but frames with the key to standard output",
        nothing_but,
    ),
    check(
        "hello-fields",
        "has the fields of `hello` as they have to be",
        hello_fields,
    ),
    check(
        "standard-error",
        "writes less than 10 MiB to standard error",
        standard_error,
    ),
];

/// How much a plugin may tell people in one conversation.
const MOST_STDERR: u64 = 10 << 20;

/// Looks at each line of the plugin in all conversations, of which it makes one
/// if there was none.
pub(super) fn each(
    bench: &Bench<'_>,
    mut look: impl FnMut(&Record, &Said) -> Result<(), Finding>,
) -> Checked {
    bench.standard()?;
    for record in bench.shelf.borrow().iter() {
        for said in record.said.iter().filter(|said| said.from == From::Plugin) {
            look(record, said).map_err(|finding| finding.at(record, said))?;
        }
    }
    Ok(())
}

fn whole_frames(bench: &Bench<'_>) -> Checked {
    each(bench, |_, said| {
        let came = match &said.what {
            What::Bad(reason) => format!("a line with the key that is no frame: {reason}"),
            What::Truncated => "output that ends inside a line".to_owned(),
            What::Frame if !said.value.is_object() => "a frame that is no JSON object".to_owned(),
            _ => return Ok(()),
        };
        let expected = "one JSON object in UTF-8 a line, with its LF";
        let fix = "write each frame with a JSON library, in one write, with \\n behind it, under a \
                   lock if threads share the output, and flush";
        Err(Finding::new("P-FRAME-1", expected, came, fix))
    })
}

fn frames_fit(bench: &Bench<'_>) -> Checked {
    each(bench, |_, said| match said.what {
        What::TooLong(length) => {
            let came = format!("a frame of {length} bytes");
            let fix = "cut long messages, and put what is long into a file of the stage";
            let expected = "frames of at most 1048576 bytes, the host's `max_frame`";
            Err(Finding::new("P-FRAME-4", expected, came, fix))
        }
        _ => Ok(()),
    })
}

fn nothing_but(bench: &Bench<'_>) -> Checked {
    each(bench, |_, said| {
        if said.what != What::Noise {
            return Ok(());
        }
        let came = match said.value.get("type") {
            Some(_) => "a frame without the session's key under `s`",
            None => "a line that is no frame",
        };
        let expected = "frames with the session's key, and nothing else, on standard output";
        let fix = "repeat the key of the host's `hello` under `s` in every frame; send prints, and \
                   the output of tools, to standard error (copy descriptor 1 first, then point 1 \
                   at 2)";
        Err(Finding::new("P-KEY-1", expected, came, fix))
    })
}

fn hello_fields(bench: &Bench<'_>) -> Checked {
    each(bench, |_, said| {
        if said.kind() != "hello" || said.what != What::Frame {
            return Ok(());
        }
        let words = |field: &str| match said.value.get(field) {
            None => true,
            Some(list) => list
                .as_array()
                .is_some_and(|list| list.iter().all(serde_json::Value::is_string)),
        };
        let unit = ["", "codepoint", "byte", "utf16"].contains(&said.text_of("column_unit"));
        let count = said.value.get("max_concurrent");
        let came = if said.text_of("name").is_empty() || said.text_of("version").is_empty() {
            "no `name`, or no `version`"
        } else if !words("ops") || !words("features") {
            "`ops` or `features` that is no list of words"
        } else if !unit {
            "an unknown `column_unit`"
        } else if count.is_some_and(|count| count.as_u64().is_none_or(|count| count == 0)) {
            "`max_concurrent` that is not 1 or more"
        } else {
            return Ok(());
        };
        let fix = "the fields of `hello` are those of the page, in every version";
        let expected = "`name` and `version`; if they are there, `ops` and `features` as lists of \
                        words, `column_unit` and `max_concurrent` as the page says";
        Err(Finding::new("P-HELLO-5", expected, came, fix))
    })
}

fn standard_error(bench: &Bench<'_>) -> Checked {
    bench.standard()?;
    let shelf = bench.shelf.borrow();
    let Some(most) = shelf.iter().max_by_key(|record| record.stderr_bytes) else {
        return Ok(());
    };
    if most.stderr_bytes <= MOST_STDERR {
        return Ok(());
    }
    let came = format!("{} bytes in one conversation", most.stderr_bytes);
    let expected = "what a person can read on standard error, of which the host keeps the end";
    let fix = "switch the tools' verbose output off, and do not print data";
    let finding = Finding::new("P-FRAME-8", expected, came, fix);
    Err(finding.lines(most.excerpt()).into())
}
