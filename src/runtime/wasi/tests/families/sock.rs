use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use wasmrun_wasi::Context;

use crate::program::{OUT, Program, errno};

const NONBLOCK: u64 = 4;
const PEEK: u64 = 1;
const WAITALL: u64 = 2;

fn connected() -> (TcpStream, Program, u64) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut program = Program::new(Context::builder().listener(listener));
    let stream = TcpStream::connect(address).unwrap();
    program.ok("sock_accept", &[3, 0, 0]);
    let fd = u64::from(program.u32(0));
    (stream, program, fd)
}

fn receive(program: &mut Program, fd: u64, length: u64, flags: u64) -> Result<Vec<u8>, u16> {
    let [at, _] = program.put(vec![0; length as usize]);
    let [spans, count] = program.span(at, length);
    let out = u64::from(OUT);
    match program.call("sock_recv", &[fd, spans, count, flags, out, out + 4]) {
        0 => Ok(program.bytes(at as u32, program.u32(OUT) as usize).to_vec()),
        errno => Err(errno),
    }
}

fn send(program: &mut Program, fd: u64, text: &str) -> Result<u32, u16> {
    let [at, length] = program.put(text);
    let [spans, count] = program.span(at, length);
    match program.call("sock_send", &[fd, spans, count, 0, u64::from(OUT)]) {
        0 => Ok(program.u32(OUT)),
        errno => Err(errno),
    }
}

#[test]
fn bytes_go_both_ways() {
    let (mut stream, mut program, fd) = connected();
    stream.write_all(b"hello").unwrap();
    assert_eq!(receive(&mut program, fd, 3, PEEK).unwrap(), b"hel");
    assert_eq!(receive(&mut program, fd, 3, 0).unwrap(), b"hel");
    assert_eq!(program.read(fd, 9).unwrap(), b"lo");
    assert_eq!(send(&mut program, fd, "back"), Ok(4));
    assert_eq!(program.write(fd, "again"), Ok(5));
    let mut text = [0; 9];
    stream.read_exact(&mut text).unwrap();
    assert_eq!(&text, b"backagain");
    program.ok("fd_fdstat_get", &[fd, 0]);
    assert_eq!(program.bytes(0, 1), [6]);
    drop(stream);
    assert_eq!(receive(&mut program, fd, 3, 0).unwrap(), b"");
}

#[test]
fn all_that_was_asked_for_is_waited_for() {
    let (mut stream, mut program, fd) = connected();
    let thread = std::thread::spawn(move || {
        for part in ["one ", "two ", "three"] {
            stream.write_all(part.as_bytes()).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    });
    assert_eq!(
        receive(&mut program, fd, 13, WAITALL).unwrap(),
        b"one two three"
    );
    thread.join().unwrap();
    assert_eq!(receive(&mut program, fd, 13, WAITALL).unwrap(), b"");
}

#[test]
fn what_must_not_wait_does_not() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut program = Program::new(Context::builder().listener(listener));
    program.ok("fd_fdstat_set_flags", &[3, NONBLOCK]);
    assert_eq!(program.call("sock_accept", &[3, NONBLOCK, 0]), errno::AGAIN);
    let stream = TcpStream::connect(address).unwrap();
    while program.call("sock_accept", &[3, NONBLOCK, 0]) == errno::AGAIN {}
    let fd = u64::from(program.u32(0));
    assert_eq!(receive(&mut program, fd, 3, 0), Err(errno::AGAIN));
    assert_eq!(program.read(fd, 3), Err(errno::AGAIN));
    drop(stream);
}

#[test]
fn directions_are_shut_down() {
    let (mut stream, mut program, fd) = connected();
    program.ok("sock_shutdown", &[fd, 2]);
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert_eq!(send(&mut program, fd, "x"), Err(errno::PIPE));
    assert!(program.context().broken_pipe());
    program.ok("sock_shutdown", &[fd, 1]);
    assert_eq!(program.call("sock_shutdown", &[fd, 0]), errno::INVAL);
    assert_eq!(program.call("sock_shutdown", &[fd, 4]), errno::INVAL);
}

#[test]
fn other_descriptors_are_no_sockets() {
    let (_stream, mut program, fd) = connected();
    for other in [0, 1] {
        assert_eq!(program.call("sock_accept", &[other, 0, 0]), errno::NOTSOCK);
        assert_eq!(program.call("sock_shutdown", &[other, 1]), errno::NOTSOCK);
        assert_eq!(receive(&mut program, other, 1, 0), Err(errno::NOTSOCK));
        assert_eq!(send(&mut program, other, "x"), Err(errno::NOTSOCK));
    }
    assert_eq!(program.call("sock_accept", &[99, 0, 0]), errno::BADF);
    assert_eq!(program.call("sock_accept", &[fd, 0, 0]), errno::NOTCAPABLE);
    assert_eq!(program.call("sock_accept", &[3, 32, 0]), errno::INVAL);
    assert_eq!(program.read(3, 1), Err(errno::NOTCONN));
    assert_eq!(receive(&mut program, fd, 1, 4), Err(errno::INVAL));
    assert_eq!(
        program.call("sock_accept", &[3, 0, 2 * 65536]),
        errno::FAULT
    );
}
