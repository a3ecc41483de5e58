use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use tungstenite::Message;

use super::client::{Server, project};

/// A server that says what it was asked.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || {
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                    head.push(byte[0]);
                }
                let text = String::from_utf8_lossy(&head).into_owned();
                let length = text
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "));
                let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
                stream.read_exact(&mut body).unwrap();
                let said = format!("{text}{}", String::from_utf8_lossy(&body));
                let answer = format!(
                    "HTTP/1.1 201 Created\r\nx-echo: yes\r\nconnection: close\r\n\
                     content-length: {}\r\n\r\n{said}",
                    said.len()
                );
                stream.write_all(answer.as_bytes()).unwrap();
            });
        }
    });
    address
}

/// A server that gives WebSocket messages back.
fn echo_socket() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut socket = tungstenite::accept(stream).unwrap();
            while let Ok(message @ Message::Text(_)) = socket.read() {
                socket.send(message).unwrap();
            }
        }
    });
    address
}

fn with_proxy(lines: &str) -> (tempfile::TempDir, Server) {
    let folder = project();
    let text = format!("[server.proxy]\n{lines}");
    fs::write(folder.path().join("wasmrun.toml"), text).unwrap();
    let server = Server::start(folder.path(), &[]);
    (folder, server)
}

#[test]
fn requests_below_a_path_go_to_another_server() {
    let other = echo();
    let (_folder, server) = with_proxy(&format!("\"/api\" = \"http://{other}/base\"\n"));
    let answer = server.ask(
        "POST",
        "/api/items?x=1",
        &[("x-own", "1"), ("te", "trailers")],
        "the body",
    );
    let said = answer.text();
    assert_eq!(
        (answer.status, answer.header("x-echo")),
        (201, "yes"),
        "{answer:?}"
    );
    assert!(
        said.starts_with("POST /base/api/items?x=1 HTTP/1.1\r\n"),
        "{said}"
    );
    assert!(
        said.contains("x-own: 1") && said.ends_with("the body"),
        "{said}"
    );
    assert!(said.contains(&format!("host: {other}\r\n")), "{said}");
    assert!(
        said.contains(&format!("x-forwarded-host: {}\r\n", server.address)),
        "{said}"
    );
    assert!(!said.contains("te: trailers"), "{said}");
    assert_eq!(
        answer.header("cross-origin-embedder-policy"),
        "require-corp"
    );
    // What is ours stays, under its own name.
    assert_eq!(
        server.get("/__wasmrun/api/version").json()["name"],
        "wasmrun"
    );
    assert!(
        server
            .get("/api/version")
            .text()
            .starts_with("GET /base/api/version")
    );
    assert_eq!(server.get("/apix").status, 404);
    // Another site's page cannot reach it by a name of its own.
    assert_eq!(
        server
            .get_with("/api/items", &[("host", "evil.example")])
            .status,
        403
    );
}

#[test]
fn websockets_go_through_as_well() {
    let other = echo_socket();
    let (_folder, server) = with_proxy(&format!("\"/ws\" = \"http://{other}\"\n"));
    let url = format!("ws://{}/ws/chat", server.address);
    let (mut socket, _) = tungstenite::client(url, server.connect()).unwrap();
    for text in ["one", "two"] {
        socket.send(Message::text(text)).unwrap();
        assert_eq!(socket.read().unwrap(), Message::text(text));
    }
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let (_folder, server) = with_proxy(&format!("\"/api\" = \"http://{free}\"\n"));
    let answer = server.get("/api/x");
    assert_eq!(answer.status, 502);
    assert!(
        answer.text().contains("refused") && answer.text().contains("help:"),
        "{answer:?}"
    );
}
