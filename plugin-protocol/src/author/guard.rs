//! Standard input and output, kept for frames alone.

use std::io::{self, Read, Write};

/// The two ends of the conversation.
pub(super) struct Stdio {
    pub(super) input: Box<dyn Read + Send>,
    pub(super) output: Box<dyn Write + Send>,
}

#[cfg(unix)]
impl Stdio {
    /// Takes both for this process: descriptor 1 becomes another name of
    /// standard error, so that a stray print and the output of a tool end there;
    /// descriptor 0 becomes empty, so that no tool eats a frame.
    pub(super) fn claim() -> io::Result<Self> {
        use std::fs::File;
        use std::os::fd::AsFd;

        let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        rustix::stdio::dup2_stdout(io::stderr().as_fd())?;
        rustix::stdio::dup2_stdin(File::open("/dev/null")?.as_fd())?;
        Ok(Self {
            input: Box::new(input),
            output: Box::new(output),
        })
    }
}

#[cfg(not(unix))]
impl Stdio {
    /// Where the descriptors cannot be moved without unsafe code, stray prints
    /// share the pipe. The host ignores them as long as no frame begins in the
    /// middle of their line.
    pub(super) fn claim() -> io::Result<Self> {
        Ok(Self {
            input: Box::new(io::stdin()),
            output: Box::new(OwnLine(io::stdout())),
        })
    }
}

/// Begins everything on a line of its own; the host skips the blank ones.
#[cfg(not(unix))]
struct OwnLine(io::Stdout);

#[cfg(not(unix))]
impl Write for OwnLine {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut output = self.0.lock();
        output.write_all(b"\n")?;
        output.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Ends the tools first when a signal ends this process: they run in groups of
/// their own, which the signal does not reach.
#[cfg(unix)]
pub(super) fn end_on_signal() {
    // Without it they end a moment later, by the host's hand.
    let _ = ctrlc::set_handler(|| {
        crate::process::kill_all();
        end_group();
        std::process::exit(1);
    });
}

/// Elsewhere the host's job object does this.
#[cfg(not(unix))]
pub(super) fn end_on_signal() {}

/// Ends the process when the input has ended and the work does not return by
/// itself. Runs on the thread that read; it dies with the process when the work
/// returns in time.
pub(super) fn end_hard() {
    std::thread::sleep(crate::limits::EOF_GRACE);
    crate::process::kill_all();
    end_group();
    std::process::exit(1);
}

/// Kills what a tool left in this process's own group, which it leads when a
/// host started it, and itself with that.
#[cfg(unix)]
fn end_group() {
    use rustix::process::{Signal, getpid, kill_process_group};

    // There is no group of this number unless this process leads it. The number
    // of the group that it is in cannot be asked for: it is 0 when the leader is
    // outside of this namespace of processes, and no `Pid` can hold that.
    let _ = kill_process_group(getpid(), Signal::KILL);
}

/// Elsewhere the host's job object does this.
#[cfg(not(unix))]
fn end_group() {}
