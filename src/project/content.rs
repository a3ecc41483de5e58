use std::fmt::Write;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::InputState;
use super::open::{is_executable, open, stamp};
use crate::error::{Code, Error, Result};

/// With fewer files, starting threads takes longer than it saves.
const MANY: usize = 64;

/// How often a file that changes meanwhile is read again.
const ATTEMPTS: u32 = 5;

/// One input whose state is to be written down.
#[derive(Debug)]
pub(super) struct Job {
    /// The path as the fingerprint writes it.
    pub(super) key: String,
    /// What is known already, or what is to be read.
    pub(super) task: Task,
    /// What the link says that leads there.
    pub(super) link: Option<String>,
}

/// What is to be done for an input.
#[derive(Debug)]
pub(super) enum Task {
    /// Nothing more.
    Known(InputState),
    /// Read a file that a builder named: it may have vanished.
    Named(PathBuf),
    /// Read a file that a folder listed: if it has vanished, it was not there.
    Listed(PathBuf),
}

/// Does all jobs.
pub(super) fn read_all(jobs: Vec<Job>) -> Result<Vec<(String, InputState)>> {
    let files = jobs
        .iter()
        .filter(|job| !matches!(job.task, Task::Known(_)))
        .count();
    let states: Result<Vec<_>> = if files < MANY {
        jobs.into_iter().map(Job::run).collect()
    } else {
        jobs.into_par_iter().map(Job::run).collect()
    };
    Ok(states?.into_iter().flatten().collect())
}

impl Job {
    fn run(self) -> Result<Option<(String, InputState)>> {
        let then = match self.task {
            Task::Known(state) => state,
            Task::Named(path) => read(&path)?.unwrap_or(InputState::Absent),
            Task::Listed(path) => match (read(&path)?, &self.link) {
                (Some(state), _) => state,
                (None, Some(_)) => InputState::Absent,
                (None, None) => return Ok(None),
            },
        };
        let state = match self.link {
            Some(to) => InputState::Link {
                to,
                then: Box::new(then),
            },
            None => then,
        };
        Ok(Some((self.key, state)))
    }
}

/// The state of a file; nothing when it is gone.
fn read(path: &Path) -> Result<Option<InputState>> {
    for _ in 0..ATTEMPTS {
        let file = match open(path) {
            Ok(file) => file,
            Err(error) if is_absence(&error) => return Ok(None),
            Err(error) => return Err(Error::io("read", path, &error)),
        };
        match stable(file).map_err(|error| Error::io("read", path, &error))? {
            Some(state) => return Ok(Some(state)),
            None => std::thread::sleep(std::time::Duration::from_millis(5)),
        }
    }
    let message = format!("{} changes all the time", path.display());
    Err(Error::new(Code::Io, message).help("end what writes to it, and try again"))
}

/// The state of an open file; nothing when it changed while it was read.
fn stable(mut file: File) -> io::Result<Option<InputState>> {
    let before = file.metadata()?;
    if before.is_dir() {
        return Ok(Some(InputState::Folder));
    }
    if !before.is_file() {
        return Ok(Some(InputState::Special));
    }
    let sum = sha256(&mut file)?;
    let after = file.metadata()?;
    Ok((stamp(&before) == stamp(&after)).then(|| state(sum, &after)))
}

fn state(sum: String, of: &Metadata) -> InputState {
    if is_executable(of) {
        InputState::Executable(sum)
    } else {
        InputState::Content(sum)
    }
}

fn sha256(file: &mut File) -> io::Result<String> {
    thread_local! {
        static BUFFER: std::cell::RefCell<Vec<u8>> = std::cell::RefCell::new(vec![0; 1 << 17]);
    }
    BUFFER.with_borrow_mut(|buffer| {
        let mut hash = Sha256::new();
        loop {
            match file.read(buffer) {
                Ok(0) => return Ok(hex(&hash.finalize())),
                Ok(length) => hash.update(&buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    })
}

/// Bytes as lower-case hex digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Whether an error says that there is nothing at a path, nor can be.
pub(super) fn is_absence(error: &io::Error) -> bool {
    use io::ErrorKind;
    matches!(
        error.kind(),
        ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::InvalidInput
            | ErrorKind::InvalidFilename
    ) || super::open::is_loop(error)
}
