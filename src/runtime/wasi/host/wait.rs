//! Waiting for descriptors, times and the host's word.

use std::io;
use std::time::Duration;

use crate::errno::Errno;
use crate::object::Source;

/// What became of something that was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Ready {
    /// It can be read, or written.
    pub(crate) ready: bool,
    /// The other side is gone.
    pub(crate) hangup: bool,
}

pub use platform::Waker;

/// Waits until one of the sources is ready (to be written, if so said), the time
/// is over, or the waker is used, which is `Errno::Intr`. Without a timeout it
/// waits as long as it takes. What is ready is in the order of the sources.
pub(crate) fn wait(
    sources: &[(Source<'_>, bool)],
    timeout: Option<Duration>,
    waker: Option<&Waker>,
) -> Result<Vec<Ready>, Errno> {
    let at_once = sources
        .iter()
        .any(|(source, _)| matches!(source, Source::Ready));
    let timeout = if at_once {
        Some(Duration::ZERO)
    } else {
        timeout
    };
    platform::wait(sources, timeout, waker)
}

#[cfg(unix)]
mod platform {
    use std::os::fd::{AsFd, OwnedFd};
    use std::sync::Arc;
    use std::time::Instant;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    use super::{Duration, Errno, Ready, Source, io};

    /// Ends all present and later waiting of a program, from any thread.
    #[derive(Debug, Clone)]
    pub struct Waker(Arc<Pipe>);

    #[derive(Debug)]
    struct Pipe {
        read: OwnedFd,
        write: OwnedFd,
    }

    impl Waker {
        pub(crate) fn new() -> io::Result<Self> {
            let (read, write) = rustix::pipe::pipe()?;
            for end in [&read, &write] {
                rustix::io::fcntl_setfd(end, rustix::io::FdFlags::CLOEXEC)?;
                rustix::io::ioctl_fionbio(end, true)?;
            }
            Ok(Self(Arc::new(Pipe { read, write })))
        }

        /// Ends the waiting.
        pub fn wake(&self) {
            // A full pipe wakes as well as another byte would.
            let _ = rustix::io::write(&self.0.write, &[1]);
        }
    }

    pub(super) fn wait(
        sources: &[(Source<'_>, bool)],
        timeout: Option<Duration>,
        waker: Option<&Waker>,
    ) -> Result<Vec<Ready>, Errno> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut fds = Vec::new();
        for (source, write) in sources {
            if let Source::Descriptor(fd) = source {
                let flags = if *write {
                    PollFlags::OUT
                } else {
                    PollFlags::IN
                };
                fds.push(PollFd::from_borrowed_fd(*fd, flags));
            }
        }
        if let Some(waker) = waker {
            fds.push(PollFd::from_borrowed_fd(
                waker.0.read.as_fd(),
                PollFlags::IN,
            ));
        }
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let left = left.and_then(|left| Timespec::try_from(left).ok());
            match poll(&mut fds, left.as_ref()) {
                Ok(_) => break,
                // A signal of the host's is not the program's.
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let is_woken = |fd: &PollFd<'_>| !fd.revents().is_empty();
        if waker.is_some() && fds.last().is_some_and(is_woken) {
            return Err(Errno::Intr);
        }
        let mut events = fds.iter().map(PollFd::revents);
        let ready = sources.iter().map(|(source, _)| match source {
            Source::Ready => Ready {
                ready: true,
                hangup: false,
            },
            Source::Descriptor(_) => {
                let events = events.next().unwrap_or(PollFlags::empty());
                Ready {
                    ready: !events.is_empty(),
                    hangup: events.intersects(PollFlags::HUP | PollFlags::RDHUP),
                }
            }
        });
        Ok(ready.collect())
    }
}

#[cfg(not(unix))]
mod platform {
    use std::sync::{Arc, Condvar, Mutex, PoisonError};

    use super::{Duration, Errno, Ready, Source, io};

    /// Ends all present and later waiting of a program, from any thread.
    #[derive(Debug, Clone)]
    pub struct Waker(Arc<(Mutex<bool>, Condvar)>);

    impl Waker {
        pub(crate) fn new() -> io::Result<Self> {
            Ok(Self(Arc::default()))
        }

        /// Ends the waiting.
        pub fn wake(&self) {
            let (woken, signal) = &*self.0;
            *woken.lock().unwrap_or_else(PoisonError::into_inner) = true;
            signal.notify_all();
        }

        fn wait(&self, timeout: Option<Duration>) -> bool {
            let (woken, signal) = &*self.0;
            let woken = woken.lock().unwrap_or_else(PoisonError::into_inner);
            match timeout {
                Some(timeout) => {
                    *signal
                        .wait_timeout_while(woken, timeout, |woken| !*woken)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
                None => *signal
                    .wait_while(woken, |woken| !*woken)
                    .unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Descriptors cannot be waited for here: all are ready, so that times and
    /// the waker alone are waited for.
    pub(super) fn wait(
        sources: &[(Source<'_>, bool)],
        timeout: Option<Duration>,
        waker: Option<&Waker>,
    ) -> Result<Vec<Ready>, Errno> {
        let woken = match (waker, timeout) {
            (Some(waker), timeout) => waker.wait(timeout),
            (None, Some(timeout)) => {
                std::thread::sleep(timeout);
                false
            }
            (None, None) => return Err(Errno::Notsup),
        };
        if woken {
            return Err(Errno::Intr);
        }
        let ready = Ready {
            ready: true,
            hangup: false,
        };
        Ok(vec![ready; sources.len()])
    }
}
