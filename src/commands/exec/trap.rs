use std::time::Duration;

use super::input::Input;
use crate::commands::functions::printable;
use crate::error::{Code, Error};
use crate::runtime::core::{self, ErrorKind, Frame, Trap};
use crate::wasm::{Lines, facts};

/// So many calls are told from each end of a backtrace.
const SHOWN: usize = 20;

/// Says why a program could not go on, and where it was.
pub(super) fn report(input: &Input, error: &core::Error, timeout: Option<Duration>) -> Error {
    let name = &input.name;
    let (code, message, help) = match error.kind() {
        ErrorKind::Trap(Trap::Deadline) => (
            Code::RunTimeout,
            format!("{name} did not end within {}", shown(timeout)),
            Some("give it more time with `--timeout`; the lines above tell where it was"),
        ),
        ErrorKind::Trap(trap) => (
            Code::Trap,
            format!("{name} trapped: {}", meaning(*trap)),
            advice(*trap),
        ),
        ErrorKind::Exception(_) => (
            Code::Trap,
            format!("{name} threw an exception that nothing caught"),
            None,
        ),
        ErrorKind::Limit(text) => (
            Code::Trap,
            format!("{name} cannot be run: {text}"),
            Some("give it more with `--max-memory`, if that is the limit"),
        ),
        _ => (Code::Trap, format!("{name} cannot go on: {error}"), None),
    };
    let lines = Lines::read(input.bytes.as_ref());
    let frames = frames(error, lines.as_ref());
    let located = lines.is_some_and(|lines| {
        let mut frames = error.backtrace().iter();
        frames.any(|frame| lines.find(frame.offset).is_some())
    });
    let error = frames
        .into_iter()
        .fold(Error::new(code, message), Error::because);
    match help {
        Some(help) => error.help(help),
        None if located => error.help("the first line tells where in the sources it happened"),
        None => error
            .help("build it with debug information (`-g`, or `debug = true`) to see source lines"),
    }
}

fn shown(timeout: Option<Duration>) -> String {
    timeout.map_or_else(|| "its time".to_owned(), |timeout| format!("{timeout:?}"))
}

/// The words of the specification's tests, and what they mean where that is not
/// plain.
fn meaning(trap: Trap) -> String {
    match trap {
        Trap::Unreachable => {
            "unreachable was executed (a panic, an abort or a failed assertion)".to_owned()
        }
        Trap::OutOfFuel => "all fuel is consumed".to_owned(),
        Trap::HeapExhausted => "there is no room for another object".to_owned(),
        other => other.to_string(),
    }
}

fn advice(trap: Trap) -> Option<&'static str> {
    match trap {
        Trap::StackOverflow => {
            Some("does it recurse without end? else give it more with `--max-stack 64M`")
        }
        Trap::OutOfFuel => Some("give it more with `--fuel`"),
        Trap::HeapExhausted => Some("give its objects more with `--max-memory`"),
        _ => None,
    }
}

/// A line for each call, the innermost first. Of many, those in the middle are
/// counted alone.
fn frames(error: &core::Error, lines: Option<&Lines<'_>>) -> Vec<String> {
    let (at, omitted) = error.omitted().unwrap_or((usize::MAX, 0));
    let line = |(nth, frame): (usize, &Frame)| {
        let name = match &frame.name {
            Some(name) => printable(&facts::demangle(name)),
            None => format!("function {}", frame.function),
        };
        let nth = nth as u64 + if nth < at { 0 } else { omitted };
        match lines.and_then(|lines| lines.find(frame.offset)) {
            Some(source) => format!("{nth}: {name} at {source}"),
            None => format!("{nth}: {name} at offset {:#x}", frame.offset),
        }
    };
    let mut told: Vec<_> = error.backtrace().iter().enumerate().map(line).collect();
    if told.len() > 2 * SHOWN {
        let left_out = told.len() - 2 * SHOWN;
        let elided = format!("... {} more calls ...", left_out as u64 + omitted);
        told.splice(SHOWN..SHOWN + left_out, [elided]);
    }
    told
}
