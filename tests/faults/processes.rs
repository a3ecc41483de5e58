//! Processes that end too early, and those that they leave.

use libtest_mimic::Trial;
use wasmrun::error::Code;
use wasmrun::plugin::bridge::Session;

use super::kit::World;
#[cfg(target_os = "linux")]
use super::kit::processes;
use super::processes;

pub(crate) fn tests() -> impl IntoIterator<Item = Trial> {
    let mut all: Vec<Trial> = tests![processes:
        a_crash,
        an_exit_in_the_middle,
        a_closed_stdout,
        a_closed_stdin,
        a_pipe_that_somebody_else_holds,
        a_listener_that_panics,
        a_session_that_is_dropped,
    ]
    .into();
    // Who left the group is found on Linux alone.
    #[cfg(target_os = "linux")]
    all.extend(tests![processes:
        a_process_that_is_left,
        a_process_without_a_trace,
        a_fork_storm,
        a_host_that_is_killed,
    ]);
    all
}

pub(crate) fn a_crash() {
    let error = World::new("crash").fault(Code::Crashed);
    assert_eq!(
        error.message(),
        "the plugin `faulty` was killed by signal 6 (SIGABRT) before the result of `build`"
    );
}

pub(crate) fn an_exit_in_the_middle() {
    let error = World::new("exit-in-build").fault(Code::Crashed);
    assert!(
        error.message().contains("ended with exit code 0"),
        "{error}"
    );
    assert!(error.to_string().contains("last words"), "{error}");
}

pub(crate) fn a_closed_stdout() {
    let error = World::new("closed-stdout").fault(Code::Crashed);
    assert!(
        error.message().contains("closed its standard output"),
        "{error}"
    );
}

pub(crate) fn a_closed_stdin() {
    World::new("closed-stdin").works();
}

pub(crate) fn a_pipe_that_somebody_else_holds() {
    let error = World::new("ends-while-held").fault(Code::Crashed);
    assert!(
        error.message().contains("ended with exit code 0"),
        "{error}"
    );
    #[cfg(target_os = "linux")]
    World::new("grandchild-holds-the-pipe").fault(Code::LeakedProcesses);
}

#[cfg(target_os = "linux")]
pub(crate) fn a_process_that_is_left() {
    for fault in ["leaves-a-child", "leaves-the-group"] {
        let error = World::new(fault).fault(Code::LeakedProcesses);
        assert!(
            error.message().contains("left a process running"),
            "{error}"
        );
    }
    // One that is about to end is not left.
    World::new("child-ends-soon").works();
}

#[cfg(target_os = "linux")]
pub(crate) fn a_process_without_a_trace() {
    let mut world = World::alone("leaves-without-a-trace");
    let sleeps = || {
        processes(|proc| {
            let stat = std::fs::read_to_string(proc.join("stat")).unwrap_or_default();
            let parent = stat
                .rsplit_once(") ")
                .and_then(|(_, rest)| rest.split(' ').nth(1));
            parent == Some(&std::process::id().to_string())
        })
    };
    assert!(sleeps().is_empty());
    world.fault(Code::LeakedProcesses);
    assert!(sleeps().is_empty(), "{:?}", sleeps());
}

#[cfg(target_os = "linux")]
pub(crate) fn a_fork_storm() {
    let mut world = World::new("fork-storm");
    let mut session = world.start().unwrap();
    let cancel = world.cancel.clone();
    std::thread::scope(|scope| {
        let world = &mut world;
        let (request, session) = (world.request(), &mut session);
        let stop = cancel.clone();
        scope.spawn(move || {
            let outcome = session.build(&request, &mut |_| (), &stop);
            assert_eq!(outcome.unwrap_err(), wasmrun::plugin::Failure::Cancelled);
        });
        while world.processes().len() < 60 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        cancel.cancel();
    });
    drop(session);
    world.assert_clean();
}

pub(crate) fn a_listener_that_panics() {
    let world = World::new("talks-for-ever");
    let (launch, request, cancel) = (world.launch.clone(), world.request(), world.cancel.clone());
    let outcome = std::thread::spawn(move || {
        let mut session = Session::start(launch, &mut |_| (), &cancel).unwrap();
        // Not a panic: its message would look like a failed test.
        let _ = session.build(
            &request,
            &mut |_| std::panic::resume_unwind(Box::new(1)),
            &cancel,
        );
    });
    assert!(outcome.join().is_err());
    world.assert_clean();
}

pub(crate) fn a_session_that_is_dropped() {
    let mut world = World::new("");
    let mut session = world.start().unwrap();
    world.ask(&mut session).unwrap();
    assert!(!world.processes().is_empty() || cfg!(not(target_os = "linux")));
    drop(session);
    world.assert_clean();
}

/// What the test below kills: a host whose plugin does not end by itself.
#[cfg(target_os = "linux")]
pub(crate) fn host(folder: &std::path::Path) {
    let mut launch = wasmrun::plugin::bridge::Launch::new(
        "faulty",
        std::env::current_exe().unwrap(),
        folder.join("project"),
    );
    let names = ["PATH", "FAULTS_WORLD"].into_iter();
    launch.env = names
        .map(|name| (name.into(), std::env::var_os(name).unwrap()))
        .collect();
    launch.keeper = Some(env!("CARGO_BIN_EXE_wasmrun").into());
    let cancel = wasmrun::process::Cancel::new();
    let mut session = Session::start(launch, &mut |_| (), &cancel).unwrap();
    let request =
        plugin_protocol::BuildRequest::new(folder.join("project"), "app", folder.join("stage"));
    let _ = session.build(&request, &mut |_| (), &cancel);
}

#[cfg(target_os = "linux")]
pub(crate) fn a_host_that_is_killed() {
    use std::time::{Duration, Instant};
    // What its host leaves comes to this program, and must not be taken for what
    // another test's plugin has left.
    let world = World::alone("survivor");
    let folder = world.project().join("..");
    let mut host = std::process::Command::new(std::env::current_exe().unwrap())
        .env("FAULTS_HOST_IN", &folder)
        .env("FAULTS_WORLD", world.mark())
        .spawn()
        .unwrap();
    let parent_of_keeper = Some(host.id().to_string());
    let keeper = || {
        processes(|proc| {
            let stat = std::fs::read_to_string(proc.join("stat")).unwrap_or_default();
            let parent = stat
                .rsplit_once(") ")
                .and_then(|(_, rest)| rest.split(' ').nth(1));
            parent == parent_of_keeper.as_deref()
                && std::fs::read(proc.join("cmdline"))
                    .is_ok_and(|line| line.windows(6).any(|part| part == b"__keep"))
        })
    };
    // The host, the plugin, its sleep, and the two that have left.
    while world.processes().len() < 4 || keeper().is_empty() {
        assert!(host.try_wait().unwrap().is_none(), "the host has ended");
        std::thread::sleep(Duration::from_millis(10));
    }
    host.kill().unwrap();
    host.wait().unwrap();
    let until = Instant::now() + Duration::from_secs(45);
    while !world.processes().is_empty() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    world.assert_clean();
}
