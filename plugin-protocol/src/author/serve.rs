use std::io::{self, BufReader, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use super::answer::answer;
use super::wire::Wire;
use super::{Context, Plugin};
use crate::framing::{Line, LineReader, id_in};
use crate::process::Cancel;
use crate::{
    Blame, ErrorCode, HostFrame, HostHello, PluginError, PluginFrame, PluginHello, ResultFrame,
    VERSIONS, choose_version, limits,
};

/// The longest frame that is read. Hosts write shorter ones.
const LONGEST: usize = limits::PLUGIN_FRAME;

type Lines = LineReader<BufReader<Box<dyn Read + Send>>>;

/// Talks to a host until it says shutdown or its side ends. Requests are worked
/// on here; another thread reads, so that cancel and ping are heard meanwhile,
/// and calls `after_end` when the input has ended.
pub(super) fn serve(
    plugin: &dyn Plugin,
    input: Box<dyn Read + Send>,
    output: Box<dyn Write + Send>,
    after_end: fn(),
) -> Result<(), String> {
    let mut lines = LineReader::new(BufReader::new(input), LONGEST);
    let Some(hello) = greeting(&mut lines)? else {
        return Ok(());
    };
    let wire = Arc::new(Wire::new(output, hello.s.clone(), hello.max_frame));
    let version = choose_version(&hello.v);
    let spoken = version
        .or(VERSIONS.iter().copied().max())
        .unwrap_or_default();
    let info = plugin.info();
    let mut answer_hello = PluginHello::new(spoken, info.name, info.version);
    answer_hello.column_unit = plugin.column_unit();
    wire.send(&PluginFrame::Hello(answer_hello));
    if version.is_none() {
        return Err(format!(
            "this plugin speaks version {spoken} of the protocol, and the host only {:?}",
            hello.v
        ));
    }
    let (requests, queue) = mpsc::channel();
    let reading = Arc::clone(&wire);
    thread::Builder::new()
        .name("host".into())
        .spawn(move || {
            read_all(&mut lines, &reading, &requests);
            drop(requests);
            after_end();
        })
        .map_err(|error| error.to_string())?;
    for (id, frame, cancel) in queue {
        let context = Context::new(&wire, id, cancel);
        let last = matches!(frame, HostFrame::Shutdown { .. });
        wire.finish(answer(plugin, frame, &context));
        if last {
            break;
        }
    }
    Ok(())
}

/// The host's `hello`; nothing when it has hung up.
fn greeting(lines: &mut Lines) -> Result<Option<HostHello>, String> {
    let line = lines.read().map_err(|error| error.to_string())?;
    let Some(line) = line else { return Ok(None) };
    let text = std::str::from_utf8(lines.text()).map_err(|error| error.to_string())?;
    match (line, HostFrame::parse(text)) {
        (Line::Whole, Ok(HostFrame::Hello(hello))) => Ok(Some(hello)),
        (_, Err(error)) => Err(format!("the first line is not a `hello`: {error}")),
        _ => Err("the first line is not a `hello`".into()),
    }
}

/// Reads to the end: answers pings, passes on cancels, queues requests. At the
/// end everything that runs is cancelled.
fn read_all(lines: &mut Lines, wire: &Wire, requests: &Sender<(u64, HostFrame, Cancel)>) {
    while let Ok(Some(line)) = lines.read() {
        let frame = match line {
            Line::Whole => std::str::from_utf8(lines.text())
                .map_err(|error| error.to_string())
                .and_then(|text| HostFrame::parse(text).map_err(|error| error.to_string())),
            Line::TooLong { length, .. } => Err(format!("{length} bytes in one line")),
            Line::Truncated => break,
        };
        match frame {
            Ok(HostFrame::Ping { id }) => wire.send(&PluginFrame::Pong { id }),
            Ok(HostFrame::Cancel { target, .. }) => wire.cancel(target),
            Ok(frame) => {
                if let Some(id) = frame.id() {
                    let limit = frame.deadline_ms().map(Duration::from_millis);
                    let cancel = Cancel::new().with_limit(limit);
                    wire.open(id, cancel.clone());
                    if requests.send((id, frame, cancel)).is_err() {
                        return;
                    }
                }
            }
            Err(reason) => refuse(lines.text(), reason, wire),
        }
    }
    wire.cancel_all();
}

/// A line of the host that is not a frame: if a number can be seen, the request
/// gets its result.
fn refuse(line: &[u8], reason: String, wire: &Wire) {
    let message = "the host's line is not a frame";
    let error = PluginError::new(ErrorCode::Internal, Blame::Host, message).because(&reason);
    match id_in(line) {
        Some(id) => {
            wire.open(id, Cancel::new());
            wire.finish(ResultFrame::error(id, error));
        }
        None => {
            let _ = writeln!(io::stderr(), "warning: {message}: {reason}");
        }
    }
}
