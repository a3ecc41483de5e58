use std::fs;
use std::io::Write;

use super::client::{Answer, HELLO, Server, answer, project};

/// A project with a page of its own, and what must not be seen of it.
fn site() -> tempfile::TempDir {
    let above = tempfile::tempdir().unwrap();
    let root = above.path().join("site");
    for folder in ["sub", ".git", ".well-known"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    fs::write(above.path().join("secret.txt"), "secret").unwrap();
    for (file, text) in [
        ("index.html", "<!doctype html><title>page</title>"),
        ("plain.txt", "plain"),
        ("main.wat", HELLO),
        (".env", "secret"),
        (".git/config", "secret"),
        ("server.pem", "secret"),
        ("sub/id_rsa", "secret"),
        (".well-known/known.txt", "known"),
    ] {
        fs::write(root.join(file), text).unwrap();
    }
    std::os::unix::fs::symlink("../secret.txt", root.join("link.txt")).unwrap();
    std::os::unix::fs::symlink(above.path(), root.join("up")).unwrap();
    std::os::unix::fs::symlink(".env", root.join("environment")).unwrap();
    above
}

fn upgrade(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut stream = server.connect();
    let mut request = format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        server.address
    );
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    stream
        .write_all(format!("{request}\r\n").as_bytes())
        .unwrap();
    // What was upgraded goes on until we end it. Before the answer this would be
    // taken for a client that has gone.
    stream.peek(&mut [0]).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    answer(&mut stream)
}

#[test]
fn other_names_of_this_machine_are_not_answered() {
    let above = site();
    let server = Server::start(&above.path().join("site"), &["--allow-host", "dev.example"]);
    let port = server.address.port();
    for host in [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "app.localhost",
        "dev.example",
    ] {
        let host = format!("{host}:{port}");
        assert_eq!(
            server.get_with("/plain.txt", &[("host", &host)]).status,
            200,
            "{host}"
        );
    }
    // DNS rebinding: the name of an attacker that leads here.
    for host in [
        "evil.example",
        "localhost.evil.example",
        "192.168.0.1",
        "evil@localhost",
        "",
    ] {
        for path in [
            "/",
            "/plain.txt",
            "/api/build",
            "/__wasmrun/",
            "/__wasmrun/client.js",
        ] {
            let answer = server.get_with(path, &[("host", host)]);
            assert!(
                matches!(answer.status, 400 | 403),
                "{host} {path} {answer:?}"
            );
            assert!(!answer.text().contains("plain") && !answer.text().contains("session"));
        }
    }
    let told = server.get_with("/", &[("host", "evil.example")]).text();
    assert!(told.contains("--allow-host evil.example"), "{told}");
    // No host at all, and two of them.
    let mut stream = server.connect();
    stream
        .write_all(b"GET /plain.txt HTTP/1.1\r\nconnection: close\r\n\r\n")
        .unwrap();
    assert_ne!(answer(&mut stream).status, 200);
    let two = [("host", "localhost"), ("host", "evil.example")];
    assert_ne!(server.get_with("/plain.txt", &two).status, 200);
}

#[test]
fn nothing_changes_without_origin_token_and_type() {
    let folder = project();
    let mut server = Server::start(folder.path(), &[]);
    let (token, own) = (server.token(), format!("http://{}", server.address));
    let json = ("content-type", "application/json");
    let with = ("x-wasmrun-token", token.as_str());
    let origin = ("origin", own.as_str());
    let wrong = "0".repeat(32);
    for endpoint in ["rebuild", "stop"] {
        let path = format!("/__wasmrun/api/{endpoint}");
        let ask = |headers: &[(&str, &str)]| server.ask("POST", &path, headers, "{}").status;
        assert_eq!(ask(&[json, origin]), 403, "no token");
        assert_eq!(
            ask(&[json, origin, ("x-wasmrun-token", &wrong)]),
            403,
            "a wrong token"
        );
        assert_eq!(ask(&[json, origin, ("x-wasmrun-token", &token[..31])]), 403);
        for foreign in [
            "http://evil.example",
            "null",
            "http://127.0.0.1:1",
            "https://localhost",
        ] {
            assert_eq!(ask(&[json, with, ("origin", foreign)]), 403, "{foreign}");
        }
        for media in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
        ] {
            assert_eq!(
                ask(&[with, origin, ("content-type", media)]),
                415,
                "{media}"
            );
        }
        assert_eq!(ask(&[with, origin]), 415, "no type");
        for method in ["GET", "PUT", "OPTIONS", "HEAD"] {
            let answer = server.ask(method, &path, &[json, with, origin], "");
            assert_eq!(answer.status, 405, "{method}");
        }
    }
    let path = "/__wasmrun/api/rebuild";
    let long = format!("\"{}\"", "x".repeat(100_000));
    assert_eq!(
        server
            .ask("POST", path, &[json, with, origin], &long)
            .status,
        413
    );
    // None of that has built anything or ended it.
    assert_eq!(server.build()["number"], 1);
    assert_eq!(
        server.ask("POST", path, &[json, with, origin], "{}").status,
        202
    );
    server.built();
    assert_eq!(server.build()["number"], 2);
    // A program that is no browser tells no origin.
    assert_eq!(server.ask("POST", path, &[json, with], "{}").status, 202);
    server.built();
}

#[test]
fn a_websocket_needs_the_token_and_the_origin() {
    let folder = project();
    let server = Server::start(folder.path(), &[]);
    let (token, own) = (server.token(), format!("http://{}", server.address));
    let path = format!("/__wasmrun/ws?token={token}");
    let origin = ("origin", own.as_str());
    assert_eq!(upgrade(&server, &path, &[origin]).status, 101);
    assert_eq!(upgrade(&server, &path, &[]).status, 101);
    for foreign in ["http://evil.example", "null", "http://127.0.0.1"] {
        assert_eq!(
            upgrade(&server, &path, &[("origin", foreign)]).status,
            403,
            "{foreign}"
        );
    }
    let wrong = [
        "/__wasmrun/ws".to_owned(),
        "/__wasmrun/ws?token=".to_owned(),
        format!("/__wasmrun/ws?token={}", "0".repeat(32)),
        format!("/__wasmrun/ws?token={token}x"),
    ];
    for path in &wrong {
        assert_eq!(upgrade(&server, path, &[]).status, 403, "{path}");
        let foreign = [("origin", "http://evil.example")];
        assert_eq!(upgrade(&server, path, &foreign).status, 403, "{path}");
    }
}

#[test]
fn a_page_of_an_earlier_run_hears_that_this_is_another_and_nothing_else() {
    use tungstenite::Message;
    use tungstenite::client::IntoClientRequest;
    let folder = project();
    let mut server = Server::start(folder.path(), &[]);
    let url = format!(
        "ws://{}/__wasmrun/ws?token={}",
        server.address,
        "0".repeat(32)
    );
    let mut request = url.into_client_request().unwrap();
    let origin = format!("http://{}", server.address);
    request
        .headers_mut()
        .insert("origin", origin.parse().unwrap());
    let (mut socket, _) = tungstenite::client(request, server.connect()).unwrap();
    let said = r#"{"type":"console","level":"log","text":"unheard"}"#;
    let _ = socket.send(Message::text(said));
    let hello = socket.read().unwrap().into_text().unwrap();
    let session = server.build()["session"].as_str().unwrap().to_owned();
    assert!(
        hello.contains(&session) && hello.contains("\"build\":0"),
        "{hello}"
    );
    assert!(socket.read().unwrap().is_close());
    let rest = server.rest(std::time::Duration::from_millis(200));
    assert!(rest.is_empty(), "{rest:?}");
}

#[test]
fn the_token_is_another_one_each_time() {
    let folder = project();
    let tokens = [0, 1].map(|_| Server::start(folder.path(), &[]).token());
    assert_ne!(tokens[0], tokens[1]);
    assert!(
        tokens
            .iter()
            .all(|token| token.bytes().all(|byte| byte.is_ascii_hexdigit()))
    );
}

#[test]
fn every_answer_is_isolated_and_shared_with_nobody() {
    let above = site();
    let server = Server::start(&above.path().join("site"), &[]);
    let tag = server.get("/plain.txt").header("etag").to_owned();
    let answers = [
        server.get("/"),
        server.get("/plain.txt"),
        server.get_with("/plain.txt", &[("if-none-match", &tag)]),
        server.get_with("/plain.txt", &[("range", "bytes=0-1")]),
        server.get_with("/plain.txt", &[("range", "bytes=99-")]),
        server.ask("HEAD", "/plain.txt", &[], ""),
        server.ask("POST", "/plain.txt", &[], ""),
        server.ask(
            "OPTIONS",
            "/plain.txt",
            &[("origin", "http://evil.example")],
            "",
        ),
        server.get("/none"),
        server.get("/main.wasm"),
        server.get("/__wasmrun/"),
        server.get("/__wasmrun/client.js"),
        server.get("/__wasmrun/none"),
        server.get("/api/build"),
        server.get("/__wasmrun/api/none"),
        server.get("/__wasmrun/ws"),
        server.get_with("/", &[("host", "evil.example")]),
    ];
    for answer in &answers {
        for (name, value) in [
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {answer:?}");
        }
        let shared = answer
            .headers
            .keys()
            .find(|name| name.starts_with("access-control"));
        assert_eq!(shared, None);
    }
    assert_eq!(answers[2].status, 304);
}

#[test]
fn own_pages_may_do_only_what_is_theirs() {
    let folder = project();
    let server = Server::start(folder.path(), &[]);
    for path in ["/", "/__wasmrun/", "/__wasmrun/worker.js"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        assert!(policy.contains("frame-ancestors 'none'"));
    }
    let page = server.get("/").text();
    assert!(!page.contains(" style=") && !page.contains("<style") && !page.contains("onload="));
    let inline = page
        .split("<script")
        .skip(1)
        .filter(|tag| !tag.contains(" src="));
    assert_eq!(inline.count(), 0, "{page}");
}

#[test]
fn nothing_outside_of_the_root_and_nothing_hidden_is_served() {
    let above = site();
    let root = above.path().join("site");
    let server = Server::start(&root, &[]);
    assert_eq!(server.get("/plain.txt").text(), "plain");
    assert_eq!(server.get("/.well-known/known.txt").text(), "known");
    let absolute = above.path().join("secret.txt").display().to_string();
    for path in [
        "/../secret.txt",
        "/sub/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2E%2Fsecret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/sub/..%2f..%2fsecret.txt",
        "/%252e%252e/secret.txt",
        "/....//secret.txt",
        "/link.txt",
        "/up/secret.txt",
        "/up/site/plain.txt",
        "/environment",
        "/.env",
        "/%2eenv",
        "/.git/config",
        "/.git/",
        "/server.pem",
        "/SERVER.PEM",
        "/sub/id_rsa",
        "//etc/passwd",
        &absolute,
        &format!("/{absolute}"),
        &absolute.replace('/', "%2f"),
        "/plain.txt%00",
        "/plain.txt/",
    ] {
        let answer = server.get(path);
        assert!(
            !answer.text().contains("secret\n") && answer.text() != "secret",
            "{path}"
        );
        assert!(matches!(answer.status, 400 | 404), "{path}: {answer:?}");
    }
}

#[test]
fn it_listens_on_the_loopback_alone_unless_asked() {
    let folder = project();
    let server = Server::start(folder.path(), &[]);
    assert!(server.address.ip().is_loopback());
    // A project cannot open itself to the network.
    fs::write(
        folder.path().join("wasmrun.toml"),
        "[server]\nhost = \"0.0.0.0\"\n",
    )
    .unwrap();
    let home = tempfile::tempdir().unwrap();
    let refused = super::client::wasmrun(home.path())
        .arg("run")
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        told.contains("a project may not set `server.host`"),
        "{told}"
    );
}
