use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::client::{HELLO, PATIENCE, Server, project};

/// What a process holds in memory, in bytes.
fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    let kilobytes: u64 = line.split_whitespace().next().unwrap().parse().unwrap();
    kilobytes * 1024
}

fn descriptors(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count()
}

/// A thousand connections of our own need descriptors too.
fn allow_many() {
    let limit = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: limit.maximum,
        ..limit
    };
    setrlimit(Resource::Nofile, most).unwrap();
}

fn other(number: usize) -> String {
    HELLO.replace("hello\\n", &format!("{number:05}\\n"))
}

#[test]
fn a_thousand_streams_hear_of_each_build() {
    allow_many();
    let folder = project();
    let mut server = Server::start(folder.path(), &[]);
    let before = resident(server.pid());
    let mut streams: Vec<TcpStream> = (0..1000).map(|_| server.connect()).collect();
    let request = format!(
        "GET /api/events HTTP/1.1\r\nhost: {}\r\n\r\n",
        server.address
    );
    for stream in &mut streams {
        stream.write_all(request.as_bytes()).unwrap();
    }
    // The head and the first event, so that each is there before the build.
    let mut heard: Vec<Vec<u8>> = vec![Vec::new(); streams.len()];
    let mut until = |streams: &mut Vec<TcpStream>, what: &str| {
        for (stream, heard) in streams.iter_mut().zip(&mut heard) {
            while !String::from_utf8_lossy(heard).contains(what) {
                let mut chunk = [0; 4096];
                let count = stream.read(&mut chunk).unwrap();
                assert_ne!(count, 0, "{}", String::from_utf8_lossy(heard));
                heard.extend_from_slice(&chunk[..count]);
            }
        }
    };
    until(&mut streams, "\"hello\"");
    for number in 0..5 {
        fs::write(folder.path().join("main.wat"), other(number)).unwrap();
        server.built();
        // Reloads meanwhile.
        for _ in 0..20 {
            assert_eq!(server.get("/").status, 200);
        }
    }
    until(&mut streams, "\"changed\":true");
    let after = resident(server.pid());
    assert!(after < before + (64 << 20), "{before} -> {after}");
    drop(streams);
    let end = std::time::Instant::now() + PATIENCE;
    while descriptors(server.pid()) > 100 {
        assert!(std::time::Instant::now() < end, "connections stay open");
        std::thread::sleep(Duration::from_millis(50));
        // Somebody has to write to see that they are gone.
        fs::write(folder.path().join("main.wat"), other(9)).unwrap();
    }
}

#[test]
fn five_hundred_builds_leave_nothing_behind() {
    let folder = project();
    let mut server = Server::start(folder.path(), &[]);
    let mut early = (0, 0);
    for number in 0..500 {
        fs::write(folder.path().join("main.wat"), other(number)).unwrap();
        assert_eq!(server.built()["status"], "ok");
        server.seen.clear();
        if number == 100 {
            early = (resident(server.pid()), descriptors(server.pid()));
        }
    }
    let late = (resident(server.pid()), descriptors(server.pid()));
    assert!(
        late.0 < early.0 + (8 << 20),
        "bytes: {} -> {}",
        early.0,
        late.0
    );
    assert!(
        late.1 <= early.1 + 4,
        "descriptors: {} -> {}",
        early.1,
        late.1
    );
    let threads = fs::read_dir(format!("/proc/{}/task", server.pid()))
        .unwrap()
        .count();
    assert!(threads < 40, "{threads} threads");
}
