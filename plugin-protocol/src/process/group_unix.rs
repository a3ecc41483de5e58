//! A tool and its process group. The standard library makes the group; what it
//! lacks is a way to wait without reaping. As long as the leader is not reaped,
//! its number cannot become somebody else's, and a signal cannot hit a stranger.

use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, WaitOptions, kill_process_group, waitid, waitpgid,
};

use super::Ending;

/// How long killed members of the group may take to be gone.
const DYING: Duration = Duration::from_secs(1);

/// A tool and its process group.
#[derive(Debug)]
pub(super) struct Group {
    leader: Pid,
    child: Mutex<Child>,
}

/// A tool that was started, and its pipes.
pub(super) struct Spawned {
    pub(super) group: Group,
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: Option<ChildStdout>,
    pub(super) stderr: Option<ChildStderr>,
}

/// Starts a command as the leader of a new group.
pub(super) fn spawn(mut command: Command) -> io::Result<Spawned> {
    let mut child = command.process_group(0).spawn()?;
    let leader = Pid::from_child(&child);
    Ok(Spawned {
        stdin: child.stdin.take(),
        stdout: child.stdout.take(),
        stderr: child.stderr.take(),
        group: Group {
            leader,
            child: Mutex::new(child),
        },
    })
}

impl Group {
    /// The leader's process id, which is the group's number.
    #[cfg(target_os = "linux")]
    pub(super) fn id(&self) -> i32 {
        self.leader.as_raw_pid()
    }

    /// Returns when the leader has ended, and leaves it to be reaped.
    pub(super) fn wait(&self) {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(waitid(WaitId::Pid(self.leader), options), Err(Errno::INTR)) {}
    }

    /// Asks the group to end.
    pub(super) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends the group.
    pub(super) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Takes the leader's exit status and reaps those of the group that became
    /// our children. Those that still run when `grace` is over are killed and
    /// counted; without a grace the group has been killed before.
    pub(super) fn reap(&self, grace: Duration) -> io::Result<(Ending, usize)> {
        let status = self
            .child
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .wait()?;
        let mut until = Instant::now() + if grace.is_zero() { DYING } else { grace };
        let mut gentle = !grace.is_zero();
        let mut killed = 0;
        loop {
            match waitpgid(self.leader, WaitOptions::NOHANG) {
                Ok(Some(_)) => killed += usize::from(!gentle),
                Err(Errno::INTR) => {}
                Ok(None) if Instant::now() < until => {
                    std::thread::sleep(Duration::from_micros(200));
                }
                Ok(None) if gentle => {
                    // One of them is our child and not reaped, so that the
                    // number is still this group's.
                    self.kill();
                    gentle = false;
                    until = Instant::now() + DYING;
                }
                _ => return Ok((ending(status), killed)),
            }
        }
    }

    fn signal(&self, signal: Signal) {
        // A group that is gone is what we want; one that we may not signal
        // (a set-uid program) is beyond us.
        let _ = kill_process_group(self.leader, signal);
    }
}

fn ending(status: ExitStatus) -> Ending {
    match (status.code(), status.signal()) {
        (Some(code), _) => Ending::Exit(code),
        (None, signal) => Ending::Signal(signal.unwrap_or(0)),
    }
}
