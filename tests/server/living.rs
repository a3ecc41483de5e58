use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::{Server, project, wasmrun};
use super::watching::Page;

fn stop(home: &Path, flags: &[&str]) -> Output {
    wasmrun(home).arg("stop").args(flags).output().unwrap()
}

fn listed(home: &Path) -> Vec<Value> {
    let list = stop(home, &["--list", "--format", "json"]);
    let list: Value = serde_json::from_slice(&list.stdout).unwrap();
    list["servers"].as_array().unwrap().clone()
}

#[test]
fn a_server_is_ended_from_elsewhere() {
    let folder = project();
    let mut server = Server::start(folder.path(), &[]);
    let home = server.home.path().to_owned();
    let all = listed(&home);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["pid"], server.pid());
    assert_eq!(all[0]["address"], server.address.to_string());
    // The file holds the token: nobody else may read it.
    let file = &server.state_files()[0];
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(file).unwrap());
    assert_eq!(mode & 0o077, 0);
    let mut page = Page::open(&server);
    let stopped = stop(&home, &[]);
    assert!(stopped.status.success(), "{stopped:?}");
    assert!(String::from_utf8_lossy(&stopped.stdout).contains("stopped http://127.0.0.1:"));
    assert_eq!(server.ended().code(), Some(0));
    page.until("stopping");
    assert_eq!(page.next(), None);
    assert!(server.state_files().is_empty());
    assert_eq!(listed(&home), Vec::<Value>::new());
    let again = stop(&home, &[]);
    assert!(again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("no server runs"));
}

#[test]
fn of_several_servers_the_one_that_is_meant_ends() {
    let home = tempfile::tempdir().unwrap();
    let folders = [project(), project(), project()];
    let mut servers = folders
        .each_ref()
        .map(|folder| Server::beside(home.path(), folder.path()));
    assert_eq!(listed(home.path()).len(), 3);
    let unclear = stop(home.path(), &[]);
    assert_eq!(unclear.status.code(), Some(2));
    let told = String::from_utf8_lossy(&unclear.stderr).into_owned();
    assert!(
        told.contains("3 servers run") && told.contains("--all"),
        "{told}"
    );
    let none = stop(home.path(), &["--port", "1"]);
    assert_eq!(none.status.code(), Some(2));
    // By the folder that we are in.
    let here = wasmrun(home.path())
        .arg("stop")
        .current_dir(folders[1].path())
        .output()
        .unwrap();
    assert!(here.status.success(), "{here:?}");
    servers[1].ended();
    let port = servers[0].address.port().to_string();
    assert!(stop(home.path(), &["--port", &port]).status.success());
    servers[0].ended();
    assert_eq!(servers[2].get("/api/version").status, 200);
    assert!(stop(home.path(), &["--all"]).status.success());
    servers[2].ended();
}

#[test]
fn a_strangers_process_is_left_alone() {
    let folder = project();
    let mut server = Server::start(folder.path(), &[]);
    let home = server.home.path().to_owned();
    let file = server.state_files()[0].clone();
    let mut state: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    server.signal("KILL");
    server.ended();
    // Its number belongs to somebody else by now, and its port to nobody.
    let mut stranger = Command::new("sleep").arg("60").spawn().unwrap();
    state["process"]["pid"] = json!(stranger.id());
    fs::write(&file, state.to_string()).unwrap();
    assert!(stop(&home, &["--all"]).status.success());
    assert_eq!(stranger.try_wait().unwrap(), None, "a stranger was killed");
    assert!(!file.exists(), "what is left of it is cleared away");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

#[test]
fn one_that_does_not_answer_is_killed() {
    let folder = project();
    let mut server = Server::start(folder.path(), &[]);
    let home = server.home.path().to_owned();
    server.signal("STOP");
    let stopped = stop(&home, &["--all"]);
    assert!(
        String::from_utf8_lossy(&stopped.stdout).contains("killed"),
        "{stopped:?}"
    );
    server.ended();
}

#[test]
fn an_interrupt_ends_it_with_all_that_is_open() {
    let folder = project();
    let mut server = Server::start(folder.path(), &[]);
    // An event stream that is read, one that is not, a page, and a connection
    // without a request.
    let mut streams = [server.connect(), server.connect()];
    for stream in &mut streams {
        let request = format!(
            "GET /api/events HTTP/1.1\r\nhost: {}\r\n\r\n",
            server.address
        );
        stream.write_all(request.as_bytes()).unwrap();
    }
    let mut first = [0; 12];
    streams[0].read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    let mut page = Page::open(&server);
    let _idle = server.connect();
    let began = Instant::now();
    server.signal("INT");
    assert_eq!(server.ended().code(), Some(130));
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "it drains for two seconds at most"
    );
    page.until("stopping");
    let mut rest = Vec::new();
    streams[0].read_to_end(&mut rest).unwrap();
    assert!(server.state_files().is_empty());
}

#[test]
fn without_a_home_it_serves_too() {
    let folder = project();
    let mut command = Command::new(env!("CARGO_BIN_EXE_wasmrun"));
    command
        .arg("run")
        .arg(folder.path())
        .args(["--format", "json", "--port", "0"])
        .env_remove("WASMRUN_HOME")
        .env("HOME", "/nonexistent")
        .stdin(Stdio::null());
    let mut server = Server::of(tempfile::tempdir().unwrap(), &mut command);
    server.built();
    assert_eq!(server.build()["state"], "ok");
    server.signal("TERM");
    assert_eq!(server.ended().code(), Some(130));
}

#[test]
fn a_home_that_cannot_be_written_to_is_no_reason_to_fail() {
    let folder = project();
    let above = tempfile::tempdir().unwrap();
    let file = above.path().join("file");
    fs::write(&file, "").unwrap();
    let server = Server::beside(&file, folder.path());
    assert_eq!(server.build()["state"], "ok");
}
