//! Single keys of a terminal, without Enter where the system lets us.

use std::io::{IsTerminal, Read};

use super::desk::{Desk, Wake};
use crate::process;
use crate::terminal::Terminal;

/// What the keys do, for a line on the terminal.
pub(super) const HELP: &str = "r rebuild, o open, q quit";

/// Listens for keys until it is dropped; none when nobody sits there.
pub(super) struct Keys {
    _raw: Option<raw::Raw>,
}

impl Keys {
    pub(super) fn listen(desk: &Desk, terminal: &Terminal) -> Option<Self> {
        let seen = std::io::stdin().is_terminal() && terminal.shows_err();
        if !seen || !process::is_in_foreground() {
            return None;
        }
        let keys = Self {
            _raw: raw::Raw::enter(),
        };
        let desk = desk.clone();
        // It ends with the process: there is no way to wake it from a read.
        let listen = move || {
            for byte in std::io::stdin().lock().bytes().map_while(Result::ok) {
                match byte {
                    b'r' | b'R' => desk.wake(Wake::Rebuild),
                    b'o' | b'O' => desk.wake(Wake::Open),
                    b'q' | b'Q' => desk.wake(Wake::Quit),
                    _ => {}
                }
            }
        };
        std::thread::Builder::new()
            .name("keys".into())
            .spawn(listen)
            .ok()?;
        Some(keys)
    }
}

#[cfg(unix)]
mod raw {
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    /// A terminal that gives each key at once and does not show it. Ctrl-C and
    /// Ctrl-Z do what they always do.
    pub(super) struct Raw {
        before: Termios,
    }

    impl Raw {
        pub(super) fn enter() -> Option<Self> {
            let before = tcgetattr(std::io::stdin()).ok()?;
            let mut raw = before.clone();
            raw.local_modes -= LocalModes::ICANON | LocalModes::ECHO;
            tcsetattr(std::io::stdin(), OptionalActions::Now, &raw).ok()?;
            Some(Self { before })
        }
    }

    impl Drop for Raw {
        fn drop(&mut self) {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.before);
        }
    }
}

#[cfg(not(unix))]
mod raw {
    /// Keys come with Enter here.
    pub(super) struct Raw;

    impl Raw {
        pub(super) fn enter() -> Option<Self> {
            None
        }
    }
}
