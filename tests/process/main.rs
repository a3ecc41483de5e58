//! Starting and ending tools, with shell scripts that behave badly.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use tempfile::TempDir;
use wasmrun::process::{Cancel, Ending, Invocation, Stream, cancel_on_interrupt, run};

/// Held by a test that looks for what can only be told apart when no other
/// tool runs.
static ALONE: RwLock<()> = RwLock::new(());

/// Runs a shell script in a folder of its own.
struct Script {
    _others: Option<RwLockReadGuard<'static, ()>>,
    folder: TempDir,
    cancel: Cancel,
}

impl Script {
    fn new() -> Self {
        Self {
            _others: Some(ALONE.read().unwrap_or_else(PoisonError::into_inner)),
            ..Self::alone()
        }
    }

    fn alone() -> Self {
        Self {
            _others: None,
            folder: TempDir::new().unwrap(),
            cancel: Cancel::new(),
        }
    }

    fn limited(limit: Duration) -> Self {
        Self {
            cancel: Cancel::new().with_limit(Some(limit)),
            ..Self::new()
        }
    }

    fn run(&self, script: &str) -> (Ending, Vec<(Stream, String)>) {
        let mut lines = Vec::new();
        let ending = run(
            &invocation(self.folder.path(), script),
            &mut |stream, line| lines.push((stream, line.to_owned())),
            &self.cancel,
        );
        (ending.unwrap(), lines)
    }

    /// The process whose number the script has written to a file is gone.
    fn assert_gone(&self, file: &str) {
        let pid = std::fs::read_to_string(self.folder.path().join(file)).unwrap();
        let proc = PathBuf::from(format!("/proc/{}", pid.trim()));
        assert!(!proc.exists(), "process {pid} is left");
    }
}

fn invocation(folder: &Path, script: &str) -> Invocation {
    Invocation {
        program: "/bin/sh".into(),
        args: vec!["-c".into(), script.into()],
        folder: folder.to_owned(),
        env: vec![("GIVEN".into(), Some("yes".into())), ("HOME".into(), None)],
    }
}

#[test]
fn lines_come_with_their_stream_and_the_exit_code_after_them() {
    let (ending, lines) =
        Script::new().run("echo one; echo two >&2; printf 'three\\377'; cat; exit 7");
    assert_eq!(ending, Ending::Exit(7));
    let of = |wanted| {
        let of = lines.iter().filter(|(stream, _)| *stream == wanted);
        of.map(|(_, line)| line.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of(Stream::Out), ["one", "three\u{fffd}"]);
    assert_eq!(of(Stream::Err), ["two"]);
}

#[test]
fn the_environment_is_ours_with_changes() {
    let (_, lines) = Script::new().run("echo \"$GIVEN ${HOME-none} ${PATH:+path}\"");
    assert_eq!(lines[0].1, "yes none path");
}

#[test]
fn a_tool_that_does_not_exist_is_an_error() {
    let mut nowhere = invocation(Path::new("/"), "");
    nowhere.program = "/no/such/tool".into();
    let error = run(&nowhere, &mut |_, _| {}, &Cancel::new()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn a_signal_is_told() {
    let (ending, _) = Script::new().run("kill -SEGV $$");
    assert_eq!(ending, Ending::Signal(11));
}

#[test]
fn a_tool_that_hangs_ends_at_the_deadline() {
    let script = Script::limited(Duration::from_millis(200));
    let (ending, lines) = script.run("echo $$ > pid; echo before; sleep 1000");
    assert_eq!(ending, Ending::Cancelled);
    assert_eq!(lines[0].1, "before");
    script.assert_gone("pid");
}

#[test]
fn a_tool_may_clean_up_when_it_is_asked_to_end() {
    let script = Script::limited(Duration::from_millis(200));
    let (ending, lines) =
        script.run("trap 'echo cleaned; exit 0' TERM; while true; do sleep 0.01; done");
    assert_eq!(ending, Ending::Cancelled);
    assert!(lines.iter().any(|(_, line)| line == "cleaned"), "{lines:?}");
}

#[test]
fn a_tool_that_ignores_the_request_is_killed() {
    let script = Script::limited(Duration::from_millis(200));
    let (ending, _) = script.run("trap '' TERM; echo $$ > pid; while true; do sleep 0.05; done");
    assert_eq!(ending, Ending::Cancelled);
    script.assert_gone("pid");
}

#[test]
fn a_wish_from_another_thread_is_heard() {
    let script = Script::new();
    let cancel = script.cancel.clone();
    let wait = script.folder.path().join("ready");
    let thread = std::thread::spawn(move || {
        while !wait.exists() {
            std::thread::sleep(Duration::from_millis(5));
        }
        cancel.cancel();
    });
    assert_eq!(script.run("touch ready; sleep 1000").0, Ending::Cancelled);
    thread.join().unwrap();
    assert_eq!(script.run("echo never").0, Ending::Cancelled);
}

#[test]
fn what_stays_in_the_group_is_ended_with_the_tool() {
    let script = Script::new();
    let (ending, _) = script.run("sleep 1000 >/dev/null 2>&1 & echo $! > pid");
    assert_eq!(ending, Ending::Exit(0));
    script.assert_gone("pid");
}

#[test]
fn a_grandchild_that_holds_the_output_open_is_not_waited_for() {
    let script = Script::new();
    let (ending, lines) = script.run("echo done; sleep 1000 & echo $! > pid");
    assert_eq!((ending, lines[0].1.as_str()), (Ending::Exit(0), "done"));
    script.assert_gone("pid");
}

#[cfg(target_os = "linux")]
#[test]
fn a_grandchild_that_left_the_group_is_ended() {
    let _alone = ALONE.write().unwrap_or_else(PoisonError::into_inner);
    for wipe in ["", "env -i "] {
        for limit in [None, Some(Duration::from_millis(300))] {
            let mut script = Script::alone();
            script.cancel = Cancel::new().with_limit(limit);
            // It ignores TERM, has a child of its own and holds the output open.
            script.run(&format!(
                "{wipe}setsid sh -c 'trap \"\" TERM; echo $$ > pid; sleep 1000 & echo $! > child; wait' &
                 while ! [ -s child ]; do sleep 0.01; done
                 {}",
                if limit.is_some() { "sleep 1000" } else { "" }
            ));
            script.assert_gone("pid");
            script.assert_gone("child");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn many_tools_at_once_end_their_own_strays_alone() {
    let _others = ALONE.read().unwrap_or_else(PoisonError::into_inner);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let script = Script::alone();
                let (ending, lines) = script.run(
                    "setsid sh -c 'echo $$ > pid; exec sleep 1000' >/dev/null 2>&1 &
                     while ! [ -s pid ]; do sleep 0.01; done
                     echo alive",
                );
                assert_eq!((ending, lines.len()), (Ending::Exit(0), 1));
                script.assert_gone("pid");
            });
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_hundred_megabytes_pass_through_little_memory() {
    let _alone = ALONE.write().unwrap_or_else(PoisonError::into_inner);
    let peak = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
        line.split_ascii_whitespace()
            .nth(1)
            .unwrap()
            .parse::<u64>()
            .unwrap()
    };
    let before = peak();
    for script in [
        "head -c 100000000 /dev/zero",
        "yes 0123456789abcdef | head -c 100000000",
    ] {
        let (mut bytes, mut longest) = (0, 0);
        let folder = TempDir::new().unwrap();
        let ending = run(
            &invocation(folder.path(), script),
            &mut |_, line| {
                bytes += line.len();
                longest = longest.max(line.len());
            },
            &Cancel::new(),
        );
        assert_eq!(ending.unwrap(), Ending::Exit(0));
        assert!(bytes >= 60_000 && longest < 70_000, "{bytes} {longest}");
    }
    assert!(peak() - before < 30_000, "{} KiB", peak() - before);
}

#[test]
fn a_listener_that_panics_leaves_nothing_behind() {
    let script = Script::new();
    let folder = script.folder.path().to_owned();
    let outcome = std::thread::spawn(move || {
        let panics = &mut |_: Stream, _: &str| panic!("the listener");
        let _ = run(
            &invocation(&folder, "echo $$ > pid; echo x; sleep 1000"),
            panics,
            &Cancel::new(),
        );
    });
    assert!(outcome.join().is_err());
    script.assert_gone("pid");
}

/// Starts the next test in a process of its own, interrupts it so many times
/// once its tool runs, and returns its exit code and the tool's number.
fn interrupted(times: u32) -> (Option<i32>, String) {
    let folder = TempDir::new().unwrap();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "with_an_interrupt", "--ignored"])
        .current_dir(folder.path())
        .env("STAY", if times > 1 { "yes" } else { "" })
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let file = folder.path().join("pid");
    while std::fs::read_to_string(&file)
        .unwrap_or_default()
        .is_empty()
    {
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = std::fs::read_to_string(&file).unwrap();
    for _ in 0..times {
        let kill = format!("kill -INT {}", child.id());
        let mut kill = std::process::Command::new("sh")
            .args(["-c", &kill])
            .spawn()
            .unwrap();
        kill.wait().unwrap();
        std::thread::sleep(Duration::from_millis(100));
    }
    (child.wait().unwrap().code(), pid.trim().to_owned())
}

/// The body of the next tests: a tool that takes no hint.
#[test]
#[ignore = "started by another test"]
fn with_an_interrupt() {
    let cancel = Cancel::new();
    cancel_on_interrupt(&cancel).unwrap();
    let stubborn = "trap '' TERM; echo $$ > pid; while true; do sleep 0.05; done";
    let ending = run(
        &invocation(Path::new("."), stubborn),
        &mut |_, _| {},
        &cancel,
    );
    assert_eq!(ending.unwrap(), Ending::Cancelled);
    if std::env::var("STAY").is_ok_and(|stay| stay == "yes") {
        // The second interrupt has to end even a program that goes on.
        std::thread::sleep(Duration::from_secs(60));
    }
}

#[test]
fn an_interrupt_ends_the_tool_and_then_the_program_goes_on() {
    let (code, pid) = interrupted(1);
    assert_eq!(code, Some(0));
    assert!(!Path::new("/proc").join(pid).exists());
}

#[test]
fn a_second_interrupt_ends_all_at_once() {
    let (code, pid) = interrupted(2);
    assert_eq!(code, Some(130));
    assert!(!Path::new("/proc").join(pid).exists());
}

/// As in a container whose first process was started from outside: the leader
/// of the session has no number there.
#[test]
#[cfg(target_os = "linux")]
fn strays_are_found_when_the_session_began_in_another_namespace() {
    let unshared = |program: &std::ffi::OsStr, args: &[&str]| {
        std::process::Command::new("unshare")
            .args(["--user", "--map-root-user", "--pid", "--fork"])
            .arg("--mount-proc")
            .arg(program)
            .args(args)
            .output()
    };
    let possible = unshared("true".as_ref(), &[]);
    let missing = possible.as_ref().is_err();
    assert!(
        !missing || std::env::var_os("CI").is_none(),
        "`unshare` (util-linux) is missing: {possible:?}"
    );
    if !possible.as_ref().is_ok_and(|run| run.status.success()) {
        println!("skipped: this system has no namespaces for users without rights: {possible:?}");
        return;
    }
    let own = std::env::current_exe().unwrap();
    let inner = "what_leaves_the_group_is_found_in_a_namespace";
    let run = unshared(own.as_os_str(), &["--exact", inner, "--ignored"]).unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

#[test]
#[ignore = "started by another test"]
fn what_leaves_the_group_is_found_in_a_namespace() {
    let script = Script::alone();
    script.run(
        "setsid sh -c 'echo $$ > pid; exec sleep 1000' & while [ ! -s pid ]; do sleep 0.01; done",
    );
    script.assert_gone("pid");
}
