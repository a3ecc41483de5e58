//! Bytes and lines, from the host to the plugin.

use plugin_protocol::limits;
use serde_json::{Value, json};

use crate::plugin::kit::bench::Bench;
use crate::plugin::kit::talk::Talk;
use crate::plugin::kit::verdict::{Checked, Finding, Stop};
use crate::plugin::kit::{Check, Family};

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::Framing, says, run)
}

pub(super) const CHECKS: [Check; 4] = [
    check(
        "byte-by-byte",
        "reads frames that arrive one byte at a time",
        byte_by_byte,
    ),
    check("crlf", "reads frames whose line ends with CR and LF", crlf),
    check(
        "frame-of-48-kib",
        "reads the longest frame that the host may write",
        longest,
    ),
    check("any-key", "repeats keys of 8 and of 64 digits", any_key),
];

fn hello_line(key: &str) -> Vec<u8> {
    let hello = json!({"type": "hello", "s": key, "v": [1], "host": "wasmrun/kit",
        "features": ["task", "ping"], "max_frame": limits::PLUGIN_FRAME});
    line(&hello)
}

/// A frame with `type` in front, as the host writes it.
fn line(frame: &Value) -> Vec<u8> {
    let mut fields = frame.as_object().cloned().unwrap_or_default();
    let kind = fields.remove("type").unwrap_or_default();
    let rest = Value::Object(fields).to_string();
    format!("{{\"type\":{kind},{}\n", rest.trim_start_matches('{')).into_bytes()
}

/// Says hello and asks for `info`, with bytes sent in some way. The fault of it
/// is this check's, not that of the answer.
fn exchange(bench: &Bench<'_>, send: fn(&mut Talk, Vec<u8>), expected: &str, fix: &str) -> Checked {
    bench.contact()?;
    let mut talk = bench.start(&bench.launch(&bench.fresh("first")?))?;
    let key = talk.key.clone();
    send(&mut talk, hello_line(&key));
    let heard = talk.hear_hello().map(|_| ());
    let heard = heard.and_then(|()| {
        let id = talk.fresh_id();
        send(
            &mut talk,
            format!("{{\"type\":\"info\",\"id\":{id}}}\n").into_bytes(),
        );
        talk.answer(id, limits::INFO).map(|_| ())
    });
    match heard {
        Err(Stop::Fail(finding)) => {
            let came = format!("{} ({})", finding.came, finding.expected);
            Err(Finding::new("P-FRAME-1", expected, came, fix)
                .after(&talk)
                .into())
        }
        other => other,
    }
}

fn byte_by_byte(bench: &Bench<'_>) -> Checked {
    let send = |talk: &mut Talk, bytes: Vec<u8>| talk.say_byte_by_byte(&bytes);
    let fix = "read until LF: a read may return less than a line, or more than one";
    exchange(
        bench,
        send,
        "an answer to a frame that comes in many pieces",
        fix,
    )
}

fn crlf(bench: &Bench<'_>) -> Checked {
    let send = |talk: &mut Talk, mut bytes: Vec<u8>| {
        bytes.pop();
        bytes.extend(b"\r\n");
        talk.say(bytes);
    };
    let fix = "CR is white space in JSON: cut it off, or let the JSON parser skip it";
    exchange(
        bench,
        send,
        "an answer to a frame with a CR before its LF",
        fix,
    )
}

fn longest(bench: &Bench<'_>) -> Checked {
    bench.contact()?;
    let mut talk = bench.greeted(&bench.launch(&bench.fresh("first")?))?;
    let id = talk.fresh_id();
    let head = format!("{{\"type\":\"info\",\"id\":{id},\"options\":{{\"long\":\"");
    // What is long in a frame are the options, and they come last.
    let pad = limits::HOST_FRAME - head.len() - "\"}}\n".len();
    talk.say(format!("{head}{}\"}}}}\n", "x".repeat(pad)));
    match talk.answer(id, limits::INFO) {
        Err(Stop::Fail(finding)) => {
            let expected = "an answer to a frame of 49152 bytes";
            let fix = "give the line reader a buffer of at least 48 KiB";
            Err(Finding::new("P-FRAME-3", expected, finding.came, fix)
                .after(&talk)
                .into())
        }
        other => other.map(|_| ()),
    }
}

fn any_key(bench: &Bench<'_>) -> Checked {
    bench.contact()?;
    for digits in [8, 64] {
        let key = bench.random.borrow_mut().key(digits);
        let mut talk = bench.start_with(&bench.launch(&bench.fresh("first")?), &key)?;
        let heard = talk.greet().and_then(|_| talk.info());
        if let Err(Stop::Fail(finding)) = heard {
            let expected = format!("the key of {digits} digits under `s` in every frame");
            let fix = "keep the text under `s` as it is: no fixed length, and no number";
            let finding = Finding::new("P-KEY-1", expected, finding.came, fix);
            return Err(finding.after(&talk).into());
        }
    }
    Ok(())
}
