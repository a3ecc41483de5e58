use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Longer than anything takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The smallest program that does something.
pub(crate) const HELLO: &str = include_str!("hello.wat");

/// A server that runs, in a home of its own.
pub(crate) struct Server {
    child: Child,
    pub(crate) home: TempDir,
    pub(crate) address: SocketAddr,
    events: Receiver<Value>,
    pub(crate) seen: Vec<Value>,
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// A folder with a project of one file of text.
pub(crate) fn project() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.wat"), HELLO).unwrap();
    folder
}

pub(crate) fn wasmrun(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wasmrun"));
    command
        .env("WASMRUN_HOME", home)
        .env_remove("WASMRUN_LOG")
        .stdin(Stdio::null());
    command
}

impl Server {
    /// Serves a folder or a file, once the first build is over.
    pub(crate) fn start(path: &Path, flags: &[&str]) -> Self {
        let mut server = Self::begin(tempfile::tempdir().unwrap(), path, flags);
        server.until("result");
        server
    }

    /// The same, with a home, and without waiting.
    pub(crate) fn begin(home: TempDir, path: &Path, flags: &[&str]) -> Self {
        let mut command = wasmrun(home.path());
        command.arg("run").arg(path).args(["--format", "json"]);
        if !flags.iter().any(|flag| flag.starts_with("--port")) {
            command.args(["--port", "0"]);
        }
        Self::of(home, command.args(flags))
    }

    /// The same as `start`, in a home that others share.
    pub(crate) fn beside(home: &Path, path: &Path) -> Self {
        let mut command = wasmrun(home);
        command.arg("run").arg(path);
        command.args(["--format", "json", "--port", "0"]);
        let mut server = Self::of(tempfile::tempdir().unwrap(), &mut command);
        server.built();
        server
    }

    pub(crate) fn of(home: TempDir, command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let (send, events) = channel();
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                let event =
                    serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"));
                if send.send(event).is_err() {
                    break;
                }
            }
        });
        let mut server = Self {
            child,
            home,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            events,
            seen: Vec::new(),
        };
        let event = server.until("server");
        server.address = event["address"].as_str().unwrap().parse().unwrap();
        server
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The next event of a type; those before it are kept.
    pub(crate) fn until(&mut self, kind: &str) -> Value {
        self.until_that(kind, |event| event["type"] == kind)
    }

    pub(crate) fn until_that(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(event) => {
                    self.seen.push(event.clone());
                    if is_it(&event) {
                        return event;
                    }
                }
                Err(why) => panic!("no {what} ({why}): {:#?}", self.seen),
            }
        }
    }

    /// All that is told until nothing is for a while.
    pub(crate) fn rest(&mut self, quiet: Duration) -> Vec<Value> {
        let mut rest = Vec::new();
        loop {
            match self.events.recv_timeout(quiet) {
                Ok(event) => rest.push(event),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return rest,
            }
        }
    }

    /// The result of the next build.
    pub(crate) fn built(&mut self) -> Value {
        self.until("result")
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers, "")
    }

    /// Asks with these headers; a `host` among them replaces the usual one.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut stream = self.connect();
        let mut request = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            request += &format!("host: {}\r\n", self.address);
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            request += &format!("content-length: {}\r\n", body.len());
        }
        stream
            .write_all(format!("{request}\r\n{body}").as_bytes())
            .unwrap();
        answer(&mut stream)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// The token that the server's own pages show.
    pub(crate) fn token(&self) -> String {
        let page = self.get("/__wasmrun/").text();
        let (_, rest) = page.split_once("wasmrun-token\" content=\"").unwrap();
        rest[..32].to_owned()
    }

    pub(crate) fn build(&self) -> Value {
        self.get("/__wasmrun/api/build").json()
    }

    /// Sends a signal, by its name.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &pid])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Waits until it has ended.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it does not end");
    }

    pub(crate) fn state_files(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.home.path().join("servers"));
        files
            .into_iter()
            .flatten()
            .map(|file| file.unwrap().path())
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads an answer whose connection is closed behind it.
pub(crate) fn answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    let headers: HashMap<_, _> = headers.collect();
    let mut body = bytes.get(end + 4..).unwrap_or_default().to_vec();
    if headers
        .get("transfer-encoding")
        .is_some_and(|coding| coding == "chunked")
    {
        body = unchunked(&body);
    }
    Answer {
        status: status.unwrap_or_default(),
        headers,
        body,
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let length = usize::from_str_radix(&String::from_utf8_lossy(&rest[..end]), 16).unwrap_or(0);
        let start = end + 2;
        if length == 0 || rest.len() < start + length {
            break;
        }
        body.extend_from_slice(&rest[start..start + length]);
        rest = rest.get(start + length + 2..).unwrap_or_default();
    }
    body
}
