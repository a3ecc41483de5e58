//! Framing: every way in which bytes may arrive.

use std::io::{self, BufReader, Read};

use plugin_protocol::framing::{
    Incoming, Line, LineReader, PluginReader, WriteError, host_line, plugin_line,
};
use plugin_protocol::{
    BuildRequest, Diagnostic, HostFrame, Log, PluginFrame, ResultFrame, Severity, Status, limits,
};
use proptest::prelude::*;

const KEY: &str = "9f2c41d0";

/// Bytes that arrive in pieces of given sizes, with interruptions.
struct Pieces<'a> {
    bytes: &'a [u8],
    sizes: &'a [usize],
    turn: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        let size = self.sizes[self.turn % self.sizes.len()];
        if size == 0 && self.turn.is_multiple_of(2) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let size = size.clamp(1, buffer.len());
        let (now, later) = self.bytes.split_at(size.min(self.bytes.len()));
        buffer[..now.len()].copy_from_slice(now);
        self.bytes = later;
        Ok(now.len())
    }
}

fn read_frames(bytes: &[u8], sizes: &[usize]) -> Vec<Incoming> {
    let pieces = Pieces {
        bytes,
        sizes,
        turn: 0,
    };
    let mut reader = PluginReader::new(BufReader::with_capacity(61, pieces), KEY);
    std::iter::from_fn(|| reader.read().unwrap()).collect()
}

fn read_lines(bytes: &[u8], sizes: &[usize], limit: usize) -> Vec<(Line, Vec<u8>)> {
    let pieces = Pieces {
        bytes,
        sizes,
        turn: 0,
    };
    let mut reader = LineReader::looking_for(BufReader::with_capacity(61, pieces), limit, KEY);
    std::iter::from_fn(|| {
        let line = reader.read().unwrap()?;
        Some((line, reader.text().to_vec()))
    })
    .collect()
}

fn pong(id: u64) -> Incoming {
    Incoming::Frame(PluginFrame::Pong { id })
}

/// What a plugin may write, each with what the host makes of it.
fn item() -> impl Strategy<Value = (Vec<u8>, Option<Incoming>)> {
    let frame = (
        any::<u64>(),
        prop::sample::select(vec!["\n", "\r\n"]),
        any::<bool>(),
    )
        .prop_map(|(id, end, mark)| {
            let mut bytes = if mark {
                b"\xef\xbb\xbf".to_vec()
            } else {
                vec![]
            };
            let line = plugin_line(KEY, &PluginFrame::Pong { id }, 1000).unwrap();
            bytes.extend_from_slice(line.trim_ascii_end());
            bytes.extend_from_slice(end.as_bytes());
            (bytes, Some(pong(id)))
        });
    let blank = "[ \t]{0,5}\r?\n".prop_map(|text| (text.into_bytes(), None));
    let noise = "[^\r\n\u{feff}\\p{C}]{0,30}x".prop_map(|text| {
        (
            format!("{text}\n").into_bytes(),
            Some(Incoming::Noise(text)),
        )
    });
    prop_oneof![frame, blank, noise]
}

proptest! {
    #[test]
    fn what_is_written_is_read_however_it_arrives(
        items in prop::collection::vec(item(), 0..12),
        sizes in prop::collection::vec(0_usize..90, 1..6),
    ) {
        let bytes: Vec<u8> = items.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        let expected: Vec<Incoming> = items.into_iter().filter_map(|(_, it)| it).collect();
        prop_assert_eq!(read_frames(&bytes, &sizes), expected);
    }

    #[test]
    fn frames_come_back_as_they_were(
        id in any::<u64>(),
        message in any::<String>(),
        file in prop::option::of(any::<String>()),
        place in any::<(u32, u32)>(),
        notes in prop::collection::vec(any::<String>(), 0..3),
    ) {
        let mut diagnostic = Diagnostic::new(Severity::Error, message.clone());
        if let Some(file) = file {
            diagnostic = diagnostic.at(file, place.0, place.1);
        }
        diagnostic.notes = notes;
        let log = Log { level: Severity::Note, message };
        for frame in [
            PluginFrame::Diagnostic { id, diagnostic },
            PluginFrame::Log { id, log },
        ] {
            let line = plugin_line(KEY, &frame, usize::MAX).unwrap();
            prop_assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
            prop_assert_eq!(read_frames(&line, &[1]), vec![Incoming::Frame(frame)]);
        }
    }

    #[test]
    fn a_frame_cut_anywhere_is_truncated_or_nothing(id in any::<u64>(), cut in 0.0..1.0_f64) {
        let line = plugin_line(KEY, &PluginFrame::Pong { id }, 1000).unwrap();
        let cut = (line.len() as f64 * cut) as usize;
        let read = read_frames(&line[..cut], &[7]);
        if cut == 0 {
            prop_assert_eq!(read, vec![]);
        } else {
            prop_assert!(matches!(&*read, [Incoming::Truncated(_)]), "{:?}", read);
        }
    }

    #[test]
    fn a_line_is_too_long_by_its_length_alone(
        length in 1_usize..5000,
        limit in 1_usize..3000,
        key_at in prop::option::of(0_usize..5000),
        sizes in prop::collection::vec(0_usize..200, 1..4),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let mut text = vec![b'-'; length];
        let key_at = key_at.filter(|at| at + KEY.len() <= length);
        if let Some(at) = key_at {
            text[at..at + KEY.len()].copy_from_slice(KEY.as_bytes());
        }
        let bytes = [&text, end.as_bytes(), b"next\n"].concat();
        let read = read_lines(&bytes, &sizes, limit.max(4));
        prop_assert_eq!(&read[1], &(Line::Whole, b"next".to_vec()));
        if length <= limit.max(4) {
            prop_assert_eq!(&read[0], &(Line::Whole, text));
        } else {
            let Line::TooLong { length: told, marked } = read[0].0 else {
                return Err(TestCaseError::fail(format!("{:?}", read[0])));
            };
            // A long line is counted as it comes, with the CR of its end.
            prop_assert!(told as usize == length || told as usize == length + end.len() - 1);
            prop_assert_eq!(marked, key_at.is_some());
            prop_assert!(text.starts_with(&read[0].1));
        }
    }
}

/// Bytes that look like frames here and there, from a seed: nothing may panic or
/// hang, no byte may be read as two things, and the pieces may not matter.
#[test]
fn rubbish_is_survived() {
    const WORDS: &[&[u8]] = &[
        b"{",
        b"}",
        b"\"s\":",
        b"\"9f2c41d0\"",
        b"\"type\":",
        b"\"pong\"",
        b"\"id\":",
        b"7",
        b",",
        b"\n",
        b"\r\n",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\0",
        b"[",
        b"]",
        b"\\u0000",
        b"\\ud800",
        b"{\"s\":\"9f2c41d0\",\"type\":\"pong\",\"id\":1}",
        b"\n{\"s\":\"9f2c41d0\",\"type\":\"pong\",\"id\":2}\n",
        b"null",
        b"-1e999",
        b"\"result\"",
        b"\"status\":\"ok\"",
        b"18446744073709551616",
        b"\xf0\x9f\xa6\x80",
        b" ",
        b"\r",
        b"\"",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut frames = 0;
    for _ in 0..3000 {
        let count = random(40);
        let bytes: Vec<u8> = (0..count)
            .flat_map(|_| WORDS[random(WORDS.len())].to_vec())
            .collect();
        let whole = read_frames(&bytes, &[1000]);
        assert_eq!(whole, read_frames(&bytes, &[1]));
        assert_eq!(whole, read_frames(&bytes, &[random(9), random(9)]));
        let ends = bytes.iter().filter(|byte| **byte == b'\n').count();
        assert!(whole.len() <= ends + 1);
        frames += whole
            .iter()
            .filter(|it| matches!(it, Incoming::Frame(_)))
            .count();
    }
    assert!(frames > 100, "the words no longer make frames: {frames}");
}

#[test]
fn a_long_line_fails_its_request_and_a_long_print_fails_nothing() {
    let long = "x".repeat(2 << 20);
    let mut diagnostic = Diagnostic::new(Severity::Note, long.as_str());
    diagnostic.rendered = Some("y".into());
    let frame = PluginFrame::Diagnostic { id: 42, diagnostic };
    let mut bytes = plugin_line(KEY, &frame, usize::MAX).unwrap();
    let length = bytes.len() as u64 - 1;
    bytes.extend(format!("{long}\n").into_bytes());
    bytes.extend(plugin_line(KEY, &PluginFrame::Pong { id: 3 }, 1000).unwrap());
    let read = read_frames(&bytes, &[5000]);
    assert_eq!(
        read[0],
        Incoming::TooLong {
            id: Some(42),
            length
        }
    );
    assert!(matches!(&read[1], Incoming::Noise(text) if text.len() < 300));
    assert_eq!(read[2..], [pong(3)]);
}

#[test]
fn the_longest_frame_fits_and_a_byte_more_does_not() {
    let frame = |length: usize| {
        let log = Log {
            level: Severity::Note,
            message: "m".repeat(length),
        };
        PluginFrame::Log { id: 1, log }
    };
    let around = plugin_line(KEY, &frame(0), 1000).unwrap().len() - 1;
    for end in ["\n", "\r\n"] {
        let mut line = plugin_line(KEY, &frame(limits::PLUGIN_FRAME - around), usize::MAX).unwrap();
        line.pop();
        line.extend_from_slice(end.as_bytes());
        assert!(matches!(&*read_frames(&line, &[99]), [Incoming::Frame(_)]));
        line.splice(0..0, *b" ");
        assert!(matches!(
            &*read_frames(&line, &[99]),
            [Incoming::TooLong { .. }]
        ));
    }
}

#[test]
fn a_line_with_the_key_was_meant_for_the_host() {
    let bad = |line: &str, id: Option<u64>| {
        let read = read_frames(format!("{line}\n").as_bytes(), &[50]);
        assert!(
            matches!(&*read, [Incoming::Bad { id: seen, .. }] if *seen == id),
            "{line}: {read:?}"
        );
    };
    bad(r#"{"s":"9f2c41d0","type":"result","id":5}"#, Some(5));
    bad(
        r#"{"s":"9f2c41d0","type":"result","id":5,"status":"ok"}}"#,
        Some(5),
    );
    bad(
        r#"{"s":"9f2c41d0","type":"task","id": 6,"task":"t""#,
        Some(6),
    );
    bad(r#"Hello {"s":"9f2c41d0","type":"pong","id":5}"#, Some(5));
    bad(r#"{"type":"hello","s":"9f2c41d0","v":[1]}"#, None);
    bad(r#"["pong","9f2c41d0",1]"#, None);
    let read = read_frames(b"{\"s\":\"9f2c41d0\",\"m\":\"\xff\"}\n", &[50]);
    assert!(matches!(&*read, [Incoming::Bad { .. }]), "{read:?}");
}

#[test]
fn a_line_without_the_key_is_noise() {
    for line in [
        "Compiling...",
        r#"{"type":"result","id":1,"status":"ok"}"#,
        "{}",
        "null",
        "[1]",
        r#"{"s":"other","type":"pong","id":1}"#,
        r#"{"s":12,"type":"pong","id":1}"#,
        "\u{1b}[2J",
    ] {
        let read = read_frames(format!("{line}\n").as_bytes(), &[50]);
        assert!(matches!(&*read, [Incoming::Noise(_)]), "{line}: {read:?}");
    }
}

#[test]
fn a_host_frame_over_its_limit_is_not_written() {
    let mut request = BuildRequest::new("/p", "n", "/s");
    let frame = |request: &BuildRequest| HostFrame::Build {
        id: 1,
        request: request.clone(),
        options_file: None,
        deadline_ms: None,
    };
    let around = host_line(&frame(&request)).unwrap().len();
    request.name = "n".repeat(limits::HOST_FRAME - around + 1);
    assert_eq!(
        host_line(&frame(&request)).unwrap().len(),
        limits::HOST_FRAME
    );
    request.name.push('n');
    assert!(matches!(
        host_line(&frame(&request)),
        Err(WriteError::TooLong { length }) if length == limits::HOST_FRAME + 1
    ));
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_utf8_is_not_written() {
    use std::os::unix::ffi::OsStringExt;
    let path = std::ffi::OsString::from_vec(b"/p\xff".to_vec());
    let request = BuildRequest::new(path, "n", "/s");
    let frame = HostFrame::Build {
        id: 1,
        request,
        options_file: None,
        deadline_ms: None,
    };
    assert!(matches!(host_line(&frame), Err(WriteError::Unwritable(_))));
    let result = PluginFrame::Result(Box::new(ResultFrame::new(1, Status::Ok)));
    assert!(plugin_line(KEY, &result, 10).is_err());
}
