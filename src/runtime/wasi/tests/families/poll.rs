use std::time::{Duration, Instant};

use tempfile::TempDir;
use wasmrun_wasi::{Context, Stdin};

use crate::program::{OUT, Program, errno};

const SECOND: u64 = 1_000_000_000;

/// A subscription to a clock.
fn clock(userdata: u64, id: u32, timeout: u64, flags: u16) -> Vec<u8> {
    let mut raw = vec![0; 48];
    raw[..8].copy_from_slice(&userdata.to_le_bytes());
    raw[16..20].copy_from_slice(&id.to_le_bytes());
    raw[24..32].copy_from_slice(&timeout.to_le_bytes());
    raw[40..42].copy_from_slice(&flags.to_le_bytes());
    raw
}

/// A subscription to a descriptor: 1 to read, 2 to write.
fn descriptor(userdata: u64, kind: u8, fd: u32) -> Vec<u8> {
    let mut raw = vec![0; 48];
    raw[..8].copy_from_slice(&userdata.to_le_bytes());
    raw[8] = kind;
    raw[16..20].copy_from_slice(&fd.to_le_bytes());
    raw
}

#[derive(Debug, PartialEq, Eq)]
struct Event {
    userdata: u64,
    errno: u16,
    kind: u8,
    bytes: u64,
}

fn poll(program: &mut Program, subscriptions: &[Vec<u8>]) -> Vec<Event> {
    let [at, _] = program.put(subscriptions.concat());
    let count = subscriptions.len() as u64;
    program.ok("poll_oneoff", &[at, 16384, count, u64::from(OUT)]);
    let each = (0..program.u32(OUT)).map(|nth| 16384 + nth * 32);
    each.map(|at| Event {
        userdata: program.u64(at),
        errno: program.u16(at + 8),
        kind: program.bytes(at + 10, 1)[0],
        bytes: program.u64(at + 16),
    })
    .collect()
}

fn event(userdata: u64, errno: u16, kind: u8, bytes: u64) -> Event {
    Event {
        userdata,
        errno,
        kind,
        bytes,
    }
}

#[test]
fn the_first_of_several_times_ends_the_wait() {
    let mut program = Program::new(Context::builder());
    let start = Instant::now();
    let wait = [clock(1, 1, 1000 * SECOND, 0), clock(2, 1, SECOND / 50, 0)];
    assert_eq!(poll(&mut program, &wait), [event(2, 0, 0, 0)]);
    assert!(start.elapsed() >= Duration::from_millis(20));
    // A time that has been is no wait at all; all that have been are told.
    program.ok("clock_time_get", &[0, 0, 0]);
    let soon = program.u64(0) + SECOND / 50;
    let wait = [clock(3, 0, soon, 1), clock(4, 0, 5, 1), clock(5, 1, 5, 1)];
    assert_eq!(
        poll(&mut program, &wait),
        [event(4, 0, 0, 0), event(5, 0, 0, 0)]
    );
    assert_eq!(poll(&mut program, &wait[..1]), [event(3, 0, 0, 0)]);
    program.ok("clock_time_get", &[0, 0, 0]);
    assert!(program.u64(0) >= soon);
}

#[test]
fn files_are_always_ready() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "12345").unwrap();
    let mut program = Program::in_folder(folder.path());
    let fd = program.open("file", 0, 0).unwrap();
    program.ok("fd_seek", &[fd, 2, 0, 0]);
    let wait = [
        descriptor(1, 1, fd as u32),
        descriptor(2, 2, fd as u32),
        clock(3, 1, 1000 * SECOND, 0),
    ];
    assert_eq!(
        poll(&mut program, &wait),
        [event(1, 0, 1, 3), event(2, 0, 2, 0)]
    );
}

#[test]
fn what_is_wrong_is_told_in_the_event() {
    let mut program = Program::new(Context::builder().stdin(Stdin::Reader(Box::new(&b""[..]))));
    let mut kind = descriptor(4, 1, 0);
    kind[8] = 9;
    let wait = [
        descriptor(1, 1, 99),
        clock(2, 77, 0, 0),
        clock(3, 0, 0, 2),
        kind,
        descriptor(5, 2, 0),
        clock(6, 1, 1000 * SECOND, 0),
    ];
    assert_eq!(
        poll(&mut program, &wait),
        [
            event(1, errno::BADF, 1, 0),
            event(2, errno::INVAL, 0, 0),
            event(3, errno::INVAL, 0, 0),
            event(4, errno::INVAL, 9, 0),
            event(5, errno::NOTCAPABLE, 2, 0),
        ]
    );
    assert_eq!(program.call("poll_oneoff", &[0, 0, 0, 0]), errno::INVAL);
    assert_eq!(
        program.call("poll_oneoff", &[2 * 65536 - 47, 0, 1, 0]),
        errno::FAULT
    );
    assert_eq!(
        program.call("poll_oneoff", &[0, 0, u64::from(u32::MAX), 0]),
        errno::INVAL
    );
}

#[test]
fn a_wait_can_be_ended_from_outside() {
    let mut program = Program::new(Context::builder());
    let waker = program.context().waker().unwrap();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        waker.wake();
    });
    let [at, _] = program.put(clock(1, 1, 1000 * SECOND, 0));
    for _ in 0..2 {
        let errno = program.call("poll_oneoff", &[at, 16384, 1, u64::from(OUT)]);
        assert_eq!(errno, errno::INTR);
    }
    thread.join().unwrap();
}

/// A pipe of the host's becomes ready when somebody writes to it.
#[test]
#[cfg(unix)]
fn streams_are_waited_for() {
    use std::io::Write;
    use std::net::TcpListener;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut program = Program::new(Context::builder().listener(listener));
    let none = [descriptor(1, 1, 3), clock(2, 1, SECOND / 100, 0)];
    assert_eq!(poll(&mut program, &none), [event(2, 0, 0, 0)]);
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        std::thread::sleep(Duration::from_millis(20));
        stream.write_all(b"hello").unwrap();
        stream
    });
    let wait = [descriptor(1, 1, 3), clock(2, 1, 1000 * SECOND, 0)];
    assert_eq!(poll(&mut program, &wait)[0].userdata, 1);
    program.ok("sock_accept", &[3, 0, 0]);
    let connection = program.u32(0);
    let wait = [descriptor(7, 1, connection), clock(2, 1, 1000 * SECOND, 0)];
    assert_eq!(poll(&mut program, &wait), [event(7, 0, 1, 5)]);
    drop(thread.join().unwrap());
    assert_eq!(program.read(u64::from(connection), 9).unwrap(), b"hello");
    // The other side is gone: it is ready, and tells so.
    assert_eq!(poll(&mut program, &wait), [event(7, 0, 1, 0)]);
    assert_eq!(program.read(u64::from(connection), 9).unwrap(), b"");
}
