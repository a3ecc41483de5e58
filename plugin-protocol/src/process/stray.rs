//! Descendants of a tool that left its process group. On Linux they are found
//! by a mark in their environment, or because they were orphaned and came to us
//! as the sub-reaper. Elsewhere nobody looks for them.

use std::ffi::{OsStr, OsString};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The variable that carries the marks of the tools that a process descends
/// from, the outermost first.
const VARIABLE: &str = "WASMRUN_JOB";

/// What tells the descendants of one tool from all others.
#[derive(Debug)]
pub(super) struct Mark {
    own: String,
}

impl Mark {
    /// A mark that no other tool has. Makes this process a sub-reaper.
    pub(super) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        linux::become_reaper();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            own: format!("{}-{number}", std::process::id()),
        }
    }

    /// The variable to start the tool with.
    pub(super) fn variable(&self) -> (&'static OsStr, OsString) {
        let mut value = std::env::var_os(VARIABLE).unwrap_or_default();
        if !value.is_empty() {
            value.push(",");
        }
        value.push(&self.own);
        (OsStr::new(VARIABLE), value)
    }

    /// The mark itself.
    pub(super) fn as_str(&self) -> &str {
        &self.own
    }

    /// Whether the tool's orphans come to us.
    pub(super) fn finds_orphans(&self) -> bool {
        linux::become_reaper()
    }

    /// How many descendants of the tool run now. Nothing where nobody can tell.
    pub(super) fn descendants(&self) -> Option<usize> {
        linux::count(&self.own)
    }

    /// Kills and reaps the tool's descendants that are left, and says how many
    /// there were. The tool itself has been reaped before.
    pub(super) fn sweep(&self) -> usize {
        linux::sweep(&self.own)
    }
}

/// Ends all that carries the [mark](super::Child::mark) of a program, for somebody
/// who has died and cannot do it: TERM, and after `grace` KILL. Does nothing where
/// marks cannot be seen.
pub fn end_marked(mark: &str, grace: Duration) {
    linux::end_marked(mark, grace);
}

#[cfg(not(target_os = "linux"))]
mod linux {
    pub(super) fn become_reaper() -> bool {
        false
    }

    pub(super) fn end_marked(_: &str, _: std::time::Duration) {}

    pub(super) fn sweep(_: &str) -> usize {
        0
    }

    pub(super) fn count(_: &str) -> Option<usize> {
        None
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashSet;
    use std::sync::OnceLock;
    use std::time::{Duration, Instant};

    use rustix::io::Errno;
    use rustix::process::{
        Pid, Signal, WaitId, WaitIdOptions, WaitOptions, getpid, kill_process, set_child_subreaper,
        test_kill_process, waitid, waitpid,
    };

    use super::VARIABLE;
    use crate::process::active;

    /// How often to look again. Whoever is killed cannot start anything, so
    /// that even a tool that forks quickly is out of breath soon.
    const ROUNDS: u32 = 200;

    /// Says whether we are the one to whom orphans come.
    pub(super) fn become_reaper() -> bool {
        static DONE: OnceLock<bool> = OnceLock::new();
        *DONE.get_or_init(|| match set_child_subreaper(Some(getpid())) {
            Ok(()) => true,
            Err(error) => {
                tracing::debug!(%error, "no sub-reaper: a tool's daemons may stay");
                false
            }
        })
    }

    pub(super) fn end_marked(mark: &str, grace: Duration) {
        let until = Instant::now() + grace;
        let mut asked = HashSet::new();
        for round in 0.. {
            let left = find(mark);
            let late = Instant::now() >= until;
            if left.is_empty() || (late && round > ROUNDS) {
                return;
            }
            for pid in left {
                if late {
                    let _ = kill_process(pid, Signal::KILL);
                } else if asked.insert(pid) {
                    let _ = kill_process(pid, Signal::TERM);
                }
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(super) fn sweep(mark: &str) -> usize {
        let (mut ended, mut dying) = (HashSet::new(), HashSet::new());
        for round in 0..ROUNDS {
            // Who has no child at all has no orphan either.
            let any = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
            if matches!(waitid(WaitId::All, any), Err(Errno::CHILD)) {
                break;
            }
            for pid in find(mark) {
                tracing::debug!(pid = pid.as_raw_pid(), "ending what left its group");
                let _ = kill_process(pid, Signal::KILL);
                ended.insert(pid);
                dying.insert(pid);
            }
            // One that is dying shows no environment any more, but is there.
            dying.retain(|&pid| is_there(pid));
            if dying.is_empty() {
                break;
            }
            std::thread::sleep(Duration::from_micros(u64::from(round + 1) * 200));
        }
        ended.len()
    }

    /// Whether a process that was killed is not gone yet. Reaps it if it is ours.
    fn is_there(pid: Pid) -> bool {
        match waitpid(Some(pid), WaitOptions::NOHANG) {
            Ok(Some(_)) => false,
            Ok(None) | Err(Errno::INTR) => true,
            // Not ours yet: its parent has to die first, or reaps it itself.
            Err(_) => test_kill_process(pid).is_ok(),
        }
    }

    pub(super) fn count(mark: &str) -> Option<usize> {
        std::fs::read("/proc/self/environ").ok()?;
        Some(find(mark).len())
    }

    /// One line of `/proc/*/stat`.
    struct Process {
        pid: i32,
        zombie: bool,
        parent: i32,
        session: i32,
    }

    impl Process {
        fn read(pid: i32) -> Option<Self> {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            // The name in brackets may hold anything, brackets too.
            let (_, rest) = stat.rsplit_once(')')?;
            let mut fields = rest.split_ascii_whitespace();
            let zombie = matches!(fields.next()?, "Z" | "X");
            let parent = fields.next()?.parse().ok()?;
            let session = fields.nth(1)?.parse().ok()?;
            Some(Self {
                pid,
                zombie,
                parent,
                session,
            })
        }

        fn is_marked(&self, mark: &str) -> bool {
            let Ok(environ) = std::fs::read(format!("/proc/{}/environ", self.pid)) else {
                return false;
            };
            environ
                .split(|&byte| byte == 0)
                .filter_map(|line| std::str::from_utf8(line).ok())
                .filter_map(|line| line.strip_prefix(VARIABLE)?.strip_prefix('='))
                .any(|marks| marks.split(',').any(|other| other == mark))
        }
    }

    /// The living processes that descend from the marked tool. Zombies that came
    /// to us as orphans are reaped on the way.
    fn find(mark: &str) -> Vec<Pid> {
        let own = getpid().as_raw_pid();
        // Read as the others' are: it is 0 when its leader is outside of this
        // namespace of processes, which is no number that a `Pid` can hold.
        let session = Process::read(own).map_or(0, |process| process.session);
        let leaders = active::leaders();
        let alone = active::unfinished() <= 1;
        let processes: Vec<_> = std::fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| Process::read(entry.file_name().to_str()?.parse().ok()?))
            .filter(|process| process.pid != own && !leaders.contains(&process.pid))
            .collect();
        let mut strays = HashSet::new();
        for process in &processes {
            // Our own direct children are in our session. Who is not was a
            // tool's, and when no other tool runs, it was this one's, though it
            // has wiped its environment. One that is being ended may still have
            // strays of its own.
            let orphan = process.parent == own && process.session != session;
            if process.zombie {
                if let Some(pid) = Pid::from_raw(process.pid).filter(|_| orphan) {
                    let _ = waitpid(Some(pid), WaitOptions::NOHANG);
                }
            } else if (orphan && alone) || process.is_marked(mark) {
                strays.insert(process.pid);
            }
        }
        loop {
            let before = strays.len();
            for process in processes.iter().filter(|process| !process.zombie) {
                if strays.contains(&process.parent) {
                    strays.insert(process.pid);
                }
            }
            if strays.len() == before {
                return strays.into_iter().filter_map(Pid::from_raw).collect();
            }
        }
    }
}
