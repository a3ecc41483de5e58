//! Single keys of a terminal, without Enter where the system lets us.

use std::io::{IsTerminal, Read};

use super::desk::{Desk, Wake};
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
        // From the background, to read would stop the whole program.
        if !seen || !is_in_foreground() {
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

/// Whether the terminal is this program's at the moment.
#[cfg(target_os = "linux")]
fn is_in_foreground() -> bool {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in brackets may hold anything. Then: state, parent, group, session,
    // terminal, the terminal's group.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<_> = rest.split_ascii_whitespace().collect();
    fields.get(2).is_some() && fields.get(2) == fields.get(5)
}

/// Whether the terminal is this program's at the moment.
#[cfg(not(target_os = "linux"))]
fn is_in_foreground() -> bool {
    true
}
