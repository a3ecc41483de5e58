//! A tool and its job object.

use std::io;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use process_wrap::std::{ChildWrapper, CommandWrap, JobObject};

use super::Ending;

/// A tool and the job object that holds all its descendants.
#[derive(Debug)]
pub(super) struct Group {
    child: Mutex<Box<dyn ChildWrapper>>,
}

/// A tool that was started, and its pipes.
pub(super) struct Spawned {
    pub(super) group: Group,
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: Option<ChildStdout>,
    pub(super) stderr: Option<ChildStderr>,
}

/// Starts a command in a new job object.
pub(super) fn spawn(command: Command) -> io::Result<Spawned> {
    let mut child = CommandWrap::from(command).wrap(JobObject).spawn()?;
    Ok(Spawned {
        stdin: child.stdin().take(),
        stdout: child.stdout().take(),
        stderr: child.stderr().take(),
        group: Group {
            child: Mutex::new(child),
        },
    })
}

impl Group {
    /// Returns when the leader has ended.
    pub(super) fn wait(&self) {
        // The wrapper's own wait holds the child for itself, and nobody could
        // kill it meanwhile.
        while matches!(self.child().try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// There is no gentle way that programs without a window understand.
    pub(super) fn terminate(&self) {
        self.kill();
    }

    /// Ends all that is in the job.
    pub(super) fn kill(&self) {
        let _ = self.child().start_kill();
    }

    /// Takes the leader's exit status. The job has been killed before, and
    /// nobody counts who was in it.
    pub(super) fn reap(&self, _grace: Duration) -> io::Result<(Ending, usize)> {
        let status = self.child().wait()?;
        Ok((Ending::Exit(status.code().unwrap_or(-1)), 0))
    }

    fn child(&self) -> MutexGuard<'_, Box<dyn ChildWrapper>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
