//! The servers that run: a file each in wasmrun's home, so that another wasmrun
//! can list and end them.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::Server;
use crate::config::{Home, write_whole};
use crate::process::{self, Identity};

/// So long a server has to answer, on this machine.
const ANSWER: Duration = Duration::from_secs(2);

/// And so long to end: what it drains, and some more.
const END: Duration = Duration::from_secs(5);

/// A server that runs, or that ran when this was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What to open.
    pub url: String,
    /// What it serves.
    pub root: PathBuf,
    /// Which run it is.
    pub session: String,
    /// What ends it.
    token: String,
    /// Its process.
    pub process: Identity,
}

/// How ending a server went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It ended when asked.
    Asked,
    /// It did not, and was killed.
    Killed,
    /// It had gone already.
    Gone,
}

/// The file of a server, which goes with it.
#[derive(Debug)]
pub struct Entry {
    path: PathBuf,
}

impl Drop for Entry {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Writes down that a server runs. Nothing when there is no home to write to.
pub fn enter(home: &Home, server: &Server, url: &str, root: PathBuf) -> io::Result<Option<Entry>> {
    let Some(folder) = home.servers() else {
        return Ok(None);
    };
    fs::create_dir_all(&folder)?;
    let running = Running {
        address: server.address(),
        url: url.to_owned(),
        root,
        session: server.board().session().to_owned(),
        token: server.board().token().to_owned(),
        process: process::own_identity(),
    };
    let path = folder.join(format!("{}.json", server.board().session()));
    // For the user alone, as temporary files are: the token in it is a secret.
    write_whole(&path, &serde_json::to_vec_pretty(&running)?)?;
    Ok(Some(Entry { path }))
}

/// The servers that run, by their ports. What is left of those that do not is
/// cleared away.
#[must_use]
pub fn running(home: &Home) -> Vec<Running> {
    let files = home.servers().and_then(|folder| fs::read_dir(folder).ok());
    let paths = files
        .into_iter()
        .flatten()
        .flatten()
        .map(|file| file.path());
    let mut all = Vec::new();
    for path in paths.filter(|path| path.extension().is_some_and(|ending| ending == "json")) {
        let Ok(text) = fs::read(&path) else { continue };
        match serde_json::from_slice::<Running>(&text) {
            Ok(running) if running.is_there() => all.push(running),
            // One that is being written, or that a later version wrote, stays.
            Err(_) => {}
            Ok(_) => drop(Entry { path }),
        }
    }
    all.sort_by_key(|running| (running.address.port(), running.address.ip()));
    all
}

impl Running {
    /// Whether it runs still: its process lives, or it answers.
    fn is_there(&self) -> bool {
        match self.process.is_alive() {
            Some(alive) => alive,
            None => self.answers(),
        }
    }

    /// Whether it is this very run that listens there.
    fn answers(&self) -> bool {
        let answer = self.request("GET", "build", "");
        answer.is_ok_and(|(_, body)| body.contains(&format!("\"session\":\"{}\"", self.session)))
    }

    /// Ends it: by asking, and if it does not, by its process. Another process
    /// that has its number by now is left alone.
    #[must_use]
    pub fn stop(&self) -> Ending {
        let headers = format!(
            "content-type: application/json\r\nx-wasmrun-token: {}\r\ncontent-length: 2\r\n",
            self.token
        );
        let asked = self.request("POST", "stop", &format!("{headers}\r\n{{}}"));
        let accepted = asked.is_ok_and(|(status, _)| status == 202);
        let end = Instant::now() + END;
        while accepted && Instant::now() < end {
            let there = self.process.is_alive().unwrap_or_else(|| self.answers());
            if !there {
                return Ending::Asked;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        match self.process.kill() {
            true => Ending::Killed,
            false => Ending::Gone,
        }
    }

    /// A request, whose status and body come back.
    fn request(&self, method: &str, endpoint: &str, rest: &str) -> io::Result<(u16, String)> {
        let address = super::reached(self.address);
        let mut stream = TcpStream::connect_timeout(&address, ANSWER)?;
        stream.set_read_timeout(Some(ANSWER))?;
        stream.set_write_timeout(Some(ANSWER))?;
        let rest = if rest.is_empty() { "\r\n" } else { rest };
        let request = format!(
            "{method} /__wasmrun/api/{endpoint} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{rest}"
        );
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        // Nothing that answers without end is ours.
        stream.take(8 << 20).read_to_end(&mut answer)?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        Ok((status.unwrap_or_default(), body.to_owned()))
    }
}
