//! Somebody who survives the host. A plugin that keeps the protocol ends by
//! itself when its standard input does; for the others nobody would be left to
//! end them when the host is killed. So a second process of the host waits for
//! that, and does it then.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::end_marked;
use crate::limits;

/// The argument that makes this program a keeper; the mark follows.
const ARGUMENT: &str = "__keep";

/// A process that ends a [`super::Child`] if this one dies. Dropping it sends it
/// home.
#[derive(Debug)]
pub struct Keeper {
    process: Child,
}

impl Keeper {
    /// Starts one for what carries a [mark](super::Child::mark). `program` is this
    /// program itself, whose `main` calls [`keep`] first.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(program: &Path, mark: &str) -> io::Result<Self> {
        let mut command = Command::new(program);
        command
            .args([ARGUMENT, mark])
            .env_clear()
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // What the terminal sends to the host must not end it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Ok(Self {
            process: command.spawn()?,
        })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether this process is started as a keeper. Then it has done its work when
/// this returns: it has waited for the end of its standard input, which is the
/// end of the host, and has ended what was left.
#[must_use]
pub fn keep() -> bool {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_none_or(|first| first != ARGUMENT) {
        return false;
    }
    if let Some(mark) = args.next().and_then(|mark| mark.into_string().ok()) {
        let mut nothing = [0; 64];
        while io::stdin().read(&mut nothing).is_ok_and(|read| read > 0) {}
        // A plugin that keeps the protocol is about to end by itself.
        std::thread::sleep(limits::EOF_GRACE + Duration::from_millis(200));
        end_marked(&mark, limits::TERM_GRACE);
    }
    true
}
