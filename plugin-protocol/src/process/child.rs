use std::io;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use super::Ending;
use super::active;
use super::group::{self, Group};
use super::stray::Mark;

/// A program that runs beside this one, with all that it starts. Whatever
/// happens to us, a panic included, it does not outlive this.
#[derive(Debug)]
pub struct Child {
    group: Arc<Group>,
    mark: Mark,
    ended: bool,
}

/// The three pipes to a program.
#[derive(Debug)]
pub struct Pipes {
    /// To its standard input.
    pub stdin: ChildStdin,
    /// From its standard output.
    pub stdout: ChildStdout,
    /// From its standard error.
    pub stderr: ChildStderr,
}

/// What was found at the end of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// How it ended.
    pub ending: Ending,
    /// How many of those that it had started still ran and were killed. Always 0
    /// where orphans cannot be found.
    pub left: usize,
}

/// Something done in the thread that starts a program, right before: what it
/// changes of that thread alone is inherited by the program.
pub type Prepare<'a> = &'a (dyn Fn() -> io::Result<()> + Sync);

impl Child {
    /// Starts a command with three pipes, as the leader of a new group.
    ///
    /// # Errors
    /// When it cannot be started, or `prepare` fails.
    pub fn start(mut command: Command, prepare: Option<Prepare<'_>>) -> io::Result<(Self, Pipes)> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mark = Mark::new();
        let (name, value) = mark.variable();
        command.env(name, value);
        let spawned = match prepare {
            None => group::spawn(command)?,
            Some(prepare) => prepared(command, prepare)?,
        };
        let child = Self::new(spawned.group, mark);
        match (spawned.stdin, spawned.stdout, spawned.stderr) {
            (Some(stdin), Some(stdout), Some(stderr)) => Ok((
                child,
                Pipes {
                    stdin,
                    stdout,
                    stderr,
                },
            )),
            // Dropping the child ends it.
            _ => Err(io::Error::other("a pipe is missing")),
        }
    }

    pub(super) fn new(group: Group, mark: Mark) -> Self {
        let group = Arc::new(group);
        active::add(&group);
        Self {
            group,
            mark,
            ended: false,
        }
    }

    /// Calls `told` in a thread of its own when the program has ended.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn on_exit(&self, told: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let group = Arc::clone(&self.group);
        std::thread::Builder::new().spawn(move || {
            group.wait();
            told();
        })?;
        Ok(())
    }

    /// How many of those that it has started run now, it itself not counted.
    /// Nothing where they cannot be seen.
    #[must_use]
    pub fn descendants(&self) -> Option<usize> {
        self.mark.descendants()
    }

    /// What tells this program and its descendants from all others, also to
    /// another process: see [`super::end_marked`].
    #[must_use]
    pub fn mark(&self) -> &str {
        self.mark.as_str()
    }

    /// Asks the program and its group to end.
    pub fn terminate(&self) {
        self.group.terminate();
    }

    /// Ends the program and its group, without waiting.
    pub fn kill(&self) {
        self.group.kill();
    }

    /// Ends what is left of it and of all that it started. When the program has
    /// ended by itself, the others get `grace` to do so too.
    ///
    /// # Errors
    /// When its exit status cannot be had.
    pub fn end(mut self, grace: Duration) -> io::Result<Ended> {
        self.ended = true;
        self.finish(grace)
    }

    fn finish(&self, grace: Duration) -> io::Result<Ended> {
        if grace.is_zero() || !self.mark.finds_orphans() {
            self.group.kill();
        }
        active::remove(&self.group);
        let reaped = self.group.reap(grace);
        let strays = self.mark.sweep();
        active::finished();
        let (ending, killed) = reaped?;
        Ok(Ended {
            ending,
            left: killed + strays,
        })
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.ended {
            let _ = self.finish(Duration::ZERO);
        }
    }
}

/// Starts a command from a thread that has been prepared for it.
fn prepared(command: Command, prepare: Prepare<'_>) -> io::Result<group::Spawned> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().spawn_scoped(scope, move || {
            prepare()?;
            group::spawn(command)
        })?;
        thread
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the thread that starts it panicked")))
    })
}
