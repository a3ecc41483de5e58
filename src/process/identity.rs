//! Which process a number means: numbers are used again.

use serde::{Deserialize, Serialize};

/// A process, told from others that have or had its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its number.
    pub pid: u32,
    /// Where that number counts, and since when it is this process's; none where
    /// the system does not tell.
    since: Option<String>,
}

/// This process.
#[must_use]
pub fn own_identity() -> Identity {
    let pid = std::process::id();
    let since = space().zip(started(pid));
    Identity {
        pid,
        since: since.map(|(space, started)| format!("{space} {started}")),
    }
}

impl Identity {
    /// Whether it lives; nothing where that cannot be told.
    #[must_use]
    pub fn is_alive(&self) -> Option<bool> {
        let (space_then, started_then) = self.since.as_ref()?.rsplit_once(' ')?;
        if space()? != space_then {
            return None;
        }
        Some(started(self.pid).is_some_and(|now| now == started_then))
    }

    /// Kills it, if it is known to live. Another process that has its number is
    /// left alone.
    #[must_use]
    pub fn kill(&self) -> bool {
        self.is_alive() == Some(true) && kill(self.pid)
    }
}

/// Where numbers of processes count: this start of this machine, and the
/// namespace.
#[cfg(target_os = "linux")]
fn space() -> Option<String> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = std::fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{} {}", boot.trim(), namespace.display()))
}

/// When a process started, in ticks since the machine did; none if it is not
/// there, or is dead and was not waited for.
#[cfg(target_os = "linux")]
fn started(pid: u32) -> Option<String> {
    let fields = super::stat::fields(&pid.to_string())?;
    let dead = matches!(fields.first()?.as_str(), "Z" | "X");
    fields.get(19).filter(|_| !dead).cloned()
}

#[cfg(target_os = "linux")]
fn kill(pid: u32) -> bool {
    use rustix::process::{Pid, Signal, kill_process};
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| kill_process(pid, Signal::KILL).is_ok())
}

#[cfg(not(target_os = "linux"))]
fn space() -> Option<String> {
    None
}

#[cfg(not(target_os = "linux"))]
fn started(_: u32) -> Option<String> {
    None
}

#[cfg(not(target_os = "linux"))]
fn kill(_: u32) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_used_again_means_another_process() {
        let own = own_identity();
        assert_eq!(own.is_alive(), Some(true));
        let since = own.since.clone().unwrap();
        let (space, _) = since.rsplit_once(' ').unwrap();
        let earlier = Identity {
            since: Some(format!("{space} 1")),
            ..own.clone()
        };
        assert_eq!(earlier.is_alive(), Some(false));
        assert!(!earlier.kill());
        let elsewhere = Identity {
            since: Some("another-boot pid:[1] 1".to_owned()),
            ..own
        };
        assert_eq!(elsewhere.is_alive(), None);
        assert!(!elsewhere.kill());
    }
}
