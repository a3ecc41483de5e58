use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use crate::error::{Code, Error, Result, plain};

/// So many ports are tried one after the other.
const TRIES: u16 = 100;

/// Listens on a port, or on the next one that is free.
pub(super) fn bind(host: IpAddr, port: u16, strict: bool) -> Result<TcpListener> {
    let tries = if strict || port == 0 { 1 } else { TRIES };
    let ports = (0..tries).map_while(|more| port.checked_add(more));
    let mut last = None;
    for port in ports {
        match listen(SocketAddr::new(host, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == ErrorKind::AddrInUse => last = Some(error),
            Err(error) => return Err(refused(host, port, &error)),
        }
    }
    Err(match last {
        Some(_) if strict => Error::new(Code::Usage, format!("port {port} is taken"))
            .help("name another with `--port`, or leave `--strict-port` out to take the next one"),
        _ => Error::new(
            Code::Usage,
            format!(
                "ports {port} to {} are taken",
                port.saturating_add(TRIES - 1)
            ),
        )
        .help("name another with `--port`; `wasmrun stop --list` shows the servers that run"),
    })
}

/// Where a server that listens there is reached from this machine: one that listens
/// on all addresses, on the loopback.
#[must_use]
pub fn reached(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn refused(host: IpAddr, port: u16, error: &std::io::Error) -> Error {
    let message = format!("could not listen on {}", SocketAddr::new(host, port));
    let help = match error.kind() {
        ErrorKind::PermissionDenied => "ports below 1024 are for the system: `--port 8420`",
        ErrorKind::AddrNotAvailable => {
            "no interface of this machine has that address: `--host 127.0.0.1`, or `0.0.0.0` for all"
        }
        _ => "name another address with `--host`, or another port with `--port`",
    };
    Error::new(Code::Io, message)
        .because(plain(error))
        .help(help)
}
