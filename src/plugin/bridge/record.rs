use std::collections::VecDeque;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use plugin_protocol::HostCode;
use serde::Serialize;

use super::Secrets;

/// How many frames of a conversation are kept.
pub const FRAMES_KEPT: usize = 200;

/// How many lines are kept that are no frames: standard error, and noise on
/// standard output.
const TEXT_KEPT: usize = 50;

/// How many files of faults are kept, those of all plugins together.
pub const FAULTS_KEPT: usize = 20;

/// How much of all frames is kept, in bytes, and as much again of the rest.
const BYTES_KEPT: usize = 4 << 20;

/// How much of one line is kept, in bytes. All that the host writes fits.
const LINE_KEPT: usize = 64 * 1024;

const ENDING: &str = ".jsonl";

/// Who said a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum From {
    Host,
    Plugin,
    Stderr,
}

/// The end of a conversation with a plugin.
#[derive(Debug)]
pub(super) struct Record {
    start: Instant,
    time: SystemTime,
    frames: Ring,
    text: Ring,
}

/// The last of some lines.
#[derive(Debug, Default)]
struct Ring {
    lines: VecDeque<Line>,
    bytes: usize,
    forgotten: u64,
}

#[derive(Debug)]
struct Line {
    at: Duration,
    from: From,
    text: String,
    cut: usize,
}

/// The first line of a file.
#[derive(Serialize)]
struct Head<'a> {
    wasmrun_fault: u32,
    plugin: &'a str,
    host: &'a str,
    /// Seconds since 1970.
    time: f64,
    code: HostCode,
    message: &'a str,
    /// How many frames came before the first one here.
    forgotten: u64,
}

/// Each further line of a file.
#[derive(Serialize)]
struct Written<'a> {
    /// Milliseconds since the plugin was started.
    at_ms: f64,
    from: From,
    line: &'a str,
    /// How many bytes of it are left out.
    #[serde(skip_serializing_if = "is_zero")]
    cut: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Record {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            time: SystemTime::now(),
            frames: Ring::default(),
            text: Ring::default(),
        }
    }

    /// Remembers a frame.
    pub(super) fn frame(&mut self, from: From, line: &[u8]) {
        let line = Line::new(self.start, from, line);
        self.frames.push(line, FRAMES_KEPT);
    }

    /// Remembers a line that is no frame.
    pub(super) fn text(&mut self, from: From, line: &[u8]) {
        let line = Line::new(self.start, from, line);
        self.text.push(line, TEXT_KEPT);
    }

    /// Writes all to a new file in a folder, without secrets, and deletes the
    /// oldest files there.
    pub(super) fn write(
        &self,
        folder: &Path,
        plugin: &str,
        code: HostCode,
        message: &str,
        secrets: &Secrets,
    ) -> io::Result<PathBuf> {
        fs::create_dir_all(folder)?;
        prune(folder, FAULTS_KEPT - 1);
        let since = self.time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let head = Head {
            wasmrun_fault: 1,
            plugin,
            host: super::session::HOST,
            time: since.as_secs_f64(),
            code,
            message,
            forgotten: self.frames.forgotten,
        };
        let mut text = json(&head, secrets)?;
        let mut lines: Vec<_> = self.frames.lines.iter().chain(&self.text.lines).collect();
        lines.sort_by_key(|line| line.at);
        for line in lines {
            text.push_str(&json(
                &Written {
                    at_ms: (line.at.as_secs_f64() * 1e6).round() / 1e3,
                    from: line.from,
                    line: &secrets.redact(&line.text),
                    cut: line.cut,
                },
                secrets,
            )?);
        }
        let stem = format!("{plugin}-{}", since.as_millis());
        for number in 0..100 {
            let name = match number {
                0 => format!("{stem}{ENDING}"),
                _ => format!("{stem}-{number}{ENDING}"),
            };
            let path = folder.join(name);
            match private(&path) {
                Ok(mut file) => return file.write_all(text.as_bytes()).map(|()| path),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl Line {
    fn new(start: Instant, from: From, line: &[u8]) -> Self {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let kept = line.get(..line.len().min(LINE_KEPT)).unwrap_or_default();
        Self {
            at: start.elapsed(),
            from,
            text: String::from_utf8_lossy(kept).into_owned(),
            cut: line.len() - kept.len(),
        }
    }
}

impl Ring {
    /// Takes a line, and forgets old ones to make room for it.
    fn push(&mut self, line: Line, most: usize) {
        self.bytes += line.text.len();
        self.lines.push_back(line);
        while (self.lines.len() > most || self.bytes > BYTES_KEPT)
            && let Some(old) = self.lines.pop_front()
        {
            self.bytes = self.bytes.saturating_sub(old.text.len());
            self.forgotten += 1;
        }
    }
}

fn json(value: &impl Serialize, secrets: &Secrets) -> io::Result<String> {
    let line = serde_json::to_string(value).map_err(io::Error::other)?;
    Ok(format!("{}\n", secrets.redact(&line)))
}

/// A new file that nobody else can read: it has parts of the user's code.
fn private(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Deletes the oldest files until `left` are left.
fn prune(folder: &Path, left: usize) {
    let mut files: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().ends_with(ENDING))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort_unstable();
    let old = files.len().saturating_sub(left);
    for (_, path) in files.into_iter().take(old) {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_written_without_secrets() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::of([("A_TOKEN".into(), "hush-hush".into())]);
        let mut record = Record::new();
        for number in 0..FRAMES_KEPT + 3 {
            record.frame(From::Host, format!("{{\"n\":{number}}}\n").as_bytes());
        }
        record.frame(From::Plugin, b"say hush-hush");
        record.text(From::Stderr, &vec![b'x'; LINE_KEPT + 5]);
        let path = record
            .write(
                folder.path(),
                "p",
                HostCode::Crashed,
                "it crashed",
                &secrets,
            )
            .unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), FRAMES_KEPT + 2);
        assert_eq!(lines[0]["code"], "crashed");
        assert_eq!(lines[0]["forgotten"], 4);
        assert_eq!(lines[1]["line"], "{\"n\":4}");
        assert_eq!(lines[FRAMES_KEPT]["line"], "say [redacted]");
        assert_eq!(lines[FRAMES_KEPT + 1]["from"], "stderr");
        assert_eq!(lines[FRAMES_KEPT + 1]["cut"], 5);
    }

    #[test]
    fn the_number_of_files_and_the_memory_are_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let mut record = Record::new();
        for _ in 0..FRAMES_KEPT {
            record.frame(From::Plugin, &vec![b'x'; 1 << 20]);
        }
        assert!(record.frames.bytes <= BYTES_KEPT);
        let empty = Record::new();
        for _ in 0..FAULTS_KEPT + 5 {
            let code = HostCode::Crashed;
            empty
                .write(folder.path(), "p", code, "", &Secrets::default())
                .unwrap();
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), FAULTS_KEPT);
    }
}
