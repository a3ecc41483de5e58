//! What a server is started with, and what is said of it then.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use super::speaker::{Event, Speaker};
use crate::config::{ServerSettings, Settings};
use crate::error::{Code, Error, Result};
use crate::server::{Options, Server, Target, reached};

/// `http://127.0.0.1:8420/`
pub(super) fn url(address: SocketAddr) -> String {
    format!("http://{}/", reached(address))
}

pub(super) fn options(settings: &ServerSettings, root: Option<PathBuf>) -> Result<Options> {
    let host = match settings.host.value.as_str() {
        "localhost" => IpAddr::from([127, 0, 0, 1]),
        host => host.trim_matches(['[', ']']).parse().map_err(|_| {
            let error = Error::new(Code::Usage, format!("`{host}` is no address to listen on"));
            settings.host.origin.blame(
                error.help("`127.0.0.1` is this machine alone, `0.0.0.0` lets the network in"),
            )
        })?,
    };
    let mut proxies = Vec::new();
    for (path, to) in &settings.proxy.value {
        if !path.starts_with('/') {
            let error = Error::new(Code::ConfigInvalid, format!("`{path}` is no path of a URL"));
            let help = format!("write `\"/{path}\" = \"{to}\"` in `[server.proxy]`");
            return Err(settings.proxy.origin.blame(error.help(help)));
        }
        let target = Target::read(to).map_err(|error| settings.proxy.origin.blame(error))?;
        proxies.push((path.clone(), target));
    }
    Ok(Options {
        host,
        port: settings.port.value,
        strict_port: settings.strict_port.value,
        allow_hosts: settings.allow_hosts.value.clone(),
        root,
        spa: settings.spa.value,
        headers: settings.headers.value.clone(),
        proxies,
    })
}

/// Says where it listens, and what the user should know of that.
pub(super) fn tell(speaker: &Speaker<'_>, server: &Server, root: &str, settings: &Settings) {
    let (board, address) = (server.board(), server.address());
    for warning in &settings.warnings {
        speaker.warn(board, warning);
    }
    let event = Event::Server {
        url: &url(address),
        address: address.to_string(),
        root,
        session: board.session(),
    };
    speaker.tell(board, &event);
    if !address.ip().is_loopback() {
        let message = "it listens on the network: everybody there can read what is served";
        speaker.warn(board, message);
    }
    let (wanted, port) = (settings.server.port.value, address.port());
    if wanted != 0 && wanted != port {
        speaker.warn(board, &format!("port {wanted} is taken, so it is {port}"));
    }
}
