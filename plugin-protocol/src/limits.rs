//! How much and how long: the numbers of the protocol. The host may be told
//! other times; these are the defaults.

use std::time::Duration;

/// The longest frame that the host writes, in bytes, its LF included. Common
/// line readers stop at 64 KiB.
pub const HOST_FRAME: usize = 48 * 1024;

/// The longest frame that the host accepts, in bytes, its line end not
/// included. A longer one is skipped and fails its request alone.
pub const PLUGIN_FRAME: usize = 1024 * 1024;

/// From the start of the process to its `hello`.
pub const HELLO: Duration = Duration::from_secs(5);

/// For `info`.
pub const INFO: Duration = Duration::from_secs(5);

/// For `detect`.
pub const DETECT: Duration = Duration::from_secs(2);

/// For `check`.
pub const CHECK: Duration = Duration::from_secs(30);

/// For `validate`.
pub const VALIDATE: Duration = Duration::from_secs(60);

/// For `clean`.
pub const CLEAN: Duration = Duration::from_secs(60);

/// For `build`.
pub const BUILD: Duration = Duration::from_secs(30 * 60);

/// Without a frame, a byte on stderr or a `pong`. Activity never extends the
/// limits above.
pub const IDLE: Duration = Duration::from_secs(10 * 60);

/// From `cancel` until the host closes stdin and sends TERM to the group.
pub const CANCEL_GRACE: Duration = Duration::from_secs(5);

/// From TERM until KILL.
pub const TERM_GRACE: Duration = Duration::from_secs(2);

/// From the exit of the process until its pipes are given up.
pub const PIPE_GRACE: Duration = Duration::from_secs(2);

/// From the end of stdin until a plugin ends itself the hard way, work or not.
/// Shorter than [`TERM_GRACE`], so that it is over before the host kills.
pub const EOF_GRACE: Duration = Duration::from_secs(1);

/// All times, by the name that `docs/plugin-protocol.md` lists them under.
pub const TIMES: &[(&str, Duration)] = &[
    ("HELLO", HELLO),
    ("INFO", INFO),
    ("DETECT", DETECT),
    ("CHECK", CHECK),
    ("VALIDATE", VALIDATE),
    ("CLEAN", CLEAN),
    ("BUILD", BUILD),
    ("IDLE", IDLE),
    ("CANCEL_GRACE", CANCEL_GRACE),
    ("TERM_GRACE", TERM_GRACE),
    ("PIPE_GRACE", PIPE_GRACE),
    ("EOF_GRACE", EOF_GRACE),
];
