use std::time::Duration;

use plugin_protocol::limits;

/// How long the host waits for what. The protocol's numbers, unless the user
/// wants others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the start to `hello`.
    pub hello: Duration,
    /// For `info`.
    pub info: Duration,
    /// For `detect`.
    pub detect: Duration,
    /// For `check`.
    pub check: Duration,
    /// For `validate`.
    pub validate: Duration,
    /// For `clean`.
    pub clean: Duration,
    /// For `build`.
    pub build: Duration,
    /// Without a frame, a line on standard error or a `pong`.
    pub idle: Duration,
    /// From `cancel` until the end of standard input and TERM.
    pub cancel_grace: Duration,
    /// From TERM until KILL.
    pub term_grace: Duration,
    /// From the exit until the pipes are given up.
    pub pipe_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            hello: limits::HELLO,
            info: limits::INFO,
            detect: limits::DETECT,
            check: limits::CHECK,
            validate: limits::VALIDATE,
            clean: limits::CLEAN,
            build: limits::BUILD,
            idle: limits::IDLE,
            cancel_grace: limits::CANCEL_GRACE,
            term_grace: limits::TERM_GRACE,
            pipe_grace: limits::PIPE_GRACE,
        }
    }
}
