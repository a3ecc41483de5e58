use std::fs;
use std::process::Command;
use std::time::Duration;

use super::client::{HELLO, PATIENCE, Server, project, wasmrun};

fn write(folder: &std::path::Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn a_module_is_served_as_browsers_want_it() {
    let folder = project();
    let server = Server::start(folder.path(), &[]);
    let build = server.build();
    assert_eq!(
        (&build["state"], &build["page"]),
        (&"ok".into(), &"command".into())
    );
    let url = build["module"]["url"].as_str().unwrap();
    let answer = server.get(url);
    assert_eq!(answer.header("content-type"), "application/wasm");
    assert!(answer.body.starts_with(b"\0asm"));
    assert_eq!(
        answer.header("content-length"),
        answer.body.len().to_string()
    );
    let tag = answer.header("etag").to_owned();
    let again = server.get_with(url, &[("if-none-match", &tag)]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), tag);
    let head = server.ask("HEAD", url, &[], "");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), answer.body.len().to_string());
    let part = server.get_with(url, &[("range", "bytes=1-3")]);
    assert_eq!(
        (part.status, part.body.as_slice()),
        (206, b"asm".as_slice())
    );
    assert_eq!(server.ask("POST", url, &[], "").status, 405);
    let info = server.get("/api/module-info").json();
    assert_eq!(info["valid"], true);
    assert_eq!(server.get("/api/version").json()["api"], 1);
}

#[test]
fn what_is_large_is_compressed_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = "abcdefgh".repeat(4000);
    let text = format!("(module (memory (export \"memory\") 1) (data (i32.const 0) \"{data}\"))");
    write(folder.path(), &[("main.wat", &text)]);
    let server = Server::start(folder.path(), &[]);
    let url = server.build()["module"]["url"].as_str().unwrap().to_owned();
    let plain = server.get(&url);
    let end = std::time::Instant::now() + PATIENCE;
    for (accept, name) in [("gzip, deflate, br", "br"), ("gzip", "gzip")] {
        let headers = [("accept-encoding", accept)];
        let mut packed = server.get_with(&url, &headers);
        while packed.header("content-encoding") != name {
            assert!(std::time::Instant::now() < end, "{packed:?}");
            std::thread::sleep(Duration::from_millis(20));
            packed = server.get_with(&url, &headers);
        }
        assert!(packed.body.len() * 20 < plain.body.len());
        assert_ne!(packed.header("etag"), plain.header("etag"));
        assert!(packed.header("vary").contains("accept-encoding"));
        assert_eq!(packed.header("content-type"), "application/wasm");
    }
    let unwanted = server.get_with(&url, &[("accept-encoding", "identity")]);
    assert_eq!(unwanted.body, plain.body);
}

#[test]
fn a_folder_with_a_page_is_served_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            (
                "index.html",
                "<!doctype html><html><head><title>own</title></head></html>",
            ),
            ("style.css", "a{}"),
            ("sub/index.html", "<p>sub</p>"),
            ("data.json", "{}"),
            ("app.mjs", "export {}"),
        ],
    );
    let server = Server::start(folder.path(), &[]);
    let page = [("accept", "text/html"), ("sec-fetch-dest", "document")];
    let front = server.get_with("/", &page);
    assert!(
        front
            .text()
            .contains("<head><script src=\"/__wasmrun/client.js\""),
        "{}",
        front.text()
    );
    assert!(front.text().contains("<title>own"));
    assert_eq!(
        front.header("content-security-policy"),
        "",
        "that is the application's own business"
    );
    for (path, media) in [
        ("/style.css", "text/css; charset=utf-8"),
        ("/data.json", "application/json; charset=utf-8"),
        ("/app.mjs", "text/javascript; charset=utf-8"),
    ] {
        assert_eq!(server.get(path).header("content-type"), media);
    }
    let moved = server.get("/sub?x=1");
    assert_eq!((moved.status, moved.header("location")), (308, "/sub/?x=1"));
    assert!(server.get("/sub/").text().contains("<p>sub"));
    // Routes of an application that makes its own pages; but no missing file.
    assert!(
        server
            .get_with("/some/route", &page)
            .text()
            .contains("<title>own")
    );
    assert_eq!(server.get_with("/none.png", &page).status, 404);
    assert_eq!(server.get("/some/route").status, 404);
    // A script gets a page as it is.
    let fetched = server.get_with("/sub/", &[("sec-fetch-dest", "empty")]);
    assert_eq!(fetched.text(), "<p>sub</p>");
    assert_eq!(server.build()["page"], "application");
}

#[test]
fn a_project_with_a_page_serves_both() {
    let folder = project();
    write(
        folder.path(),
        &[
            ("public/index.html", "<title>public</title>"),
            ("secret.txt", "s"),
        ],
    );
    let server = Server::start(folder.path(), &[]);
    assert!(server.get("/").text().contains("<title>public"));
    let url = server.build()["module"]["url"].as_str().unwrap().to_owned();
    assert_eq!(server.get(&url).header("content-type"), "application/wasm");
    // What is outside of the served folder is not there.
    assert_eq!(server.get("/main.wat").status, 404);
    assert_eq!(server.get("/secret.txt").status, 404);
    assert!(server.get("/__wasmrun/").text().contains("wasmrun-token"));
}

#[test]
fn settings_of_a_project_hold() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            ("site/index.html", "<title>site</title>"),
            ("main.wat", HELLO),
            (
                "wasmrun.toml",
                "[server]\nroot = \"site\"\nspa = false\n[server.headers]\nx-own = \"1\"\n\
                 cross-origin-opener-policy = \"unsafe-none\"\n",
            ),
        ],
    );
    let server = Server::start(folder.path(), &[]);
    let front = server.get_with("/", &[("accept", "text/html")]);
    assert!(front.text().contains("<title>site"));
    assert_eq!(front.header("x-own"), "1");
    assert_eq!(front.header("cross-origin-opener-policy"), "unsafe-none");
    assert_eq!(
        server.get_with("/route", &[("accept", "text/html")]).status,
        404
    );
    assert_eq!(server.get("/__wasmrun/").header("x-own"), "");
}

#[test]
fn modules_are_served_by_themselves() {
    let folder = project();
    let home = tempfile::tempdir().unwrap();
    let path = folder.path().join("main.wat");
    let made = wasmrun(home.path())
        .arg("compile")
        .arg(&path)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    fs::remove_file(&path).unwrap();
    let module = folder.path().join("main.wasm");
    let mut server = Server::begin(home, &module, &[]);
    server.built();
    let build = server.build();
    assert_eq!(
        (&build["page"], &build["module"]["url"]),
        (&"command".into(), &"/main.wasm".into())
    );
    assert!(server.get("/").text().contains("wasmrun-token"));
    assert_eq!(
        server.get("/main.wasm").header("content-type"),
        "application/wasm"
    );
    // The script that a tool wrote beside it makes an application of it.
    assert_eq!(server.get("/other.txt").status, 404);
}

#[test]
fn a_file_that_is_no_module_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.wasm");
    fs::write(&path, "no module").unwrap();
    let mut server = Server::begin(tempfile::tempdir().unwrap(), &path, &[]);
    let result = server.built();
    assert_eq!(
        (&result["status"], &result["code"]),
        (&"error".into(), &"invalid_module".into())
    );
    let build = server.build();
    assert_eq!(build["state"], "failed");
    assert!(
        build["failure"]["help"]
            .as_str()
            .unwrap()
            .contains("wasmrun verify")
    );
    assert_eq!(server.get("/api/module-info").status, 404);
}

#[test]
fn a_taken_port_is_told() {
    let folder = project();
    let first = Server::start(folder.path(), &[]);
    let port = first.address.port().to_string();
    let mut second = Server::begin(
        tempfile::tempdir().unwrap(),
        folder.path(),
        &["--port", &port],
    );
    assert_ne!(second.address, first.address);
    let told = second.until("log");
    assert!(
        told["message"]
            .as_str()
            .unwrap()
            .contains(&format!("port {port} is taken")),
        "{told}"
    );
    second.built();
    assert_eq!(second.get("/api/version").status, 200);
    let home = tempfile::tempdir().unwrap();
    let mut strict = wasmrun(home.path());
    let refused = strict
        .arg("run")
        .arg(folder.path())
        .args(["--port", &port, "--strict-port"]);
    let refused = refused.output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        told.contains("is taken") && told.contains("help:"),
        "{told}"
    );
}

#[test]
fn nothing_to_serve_is_told_at_once() {
    let empty = tempfile::tempdir().unwrap();
    for (path, code) in [(empty.path().to_owned(), 2), (empty.path().join("none"), 2)] {
        let home = tempfile::tempdir().unwrap();
        let refused = wasmrun(home.path()).arg("run").arg(&path).output().unwrap();
        assert_eq!(refused.status.code(), Some(code), "{refused:?}");
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(
            told.starts_with("error: ") && told.contains("help:"),
            "{told}"
        );
        assert!(refused.stdout.is_empty());
    }
}

#[test]
fn a_folder_alone_is_served_too() {
    let folder = project();
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_wasmrun"));
    command.env("WASMRUN_HOME", home.path()).arg(folder.path());
    command.args(["--format", "json", "--port", "0"]);
    let mut server = Server::of(home, &mut command);
    server.built();
    assert_eq!(server.build()["state"], "ok");
}

#[test]
fn the_network_is_let_in_when_asked_and_told_of() {
    let folder = project();
    let mut server = Server::start(folder.path(), &["--host", "0.0.0.0"]);
    assert!(server.address.ip().is_unspecified());
    let told = server.seen.iter().find(|event| event["type"] == "log");
    assert!(
        told.unwrap()["message"]
            .as_str()
            .unwrap()
            .contains("on the network")
    );
    let port = server.address.port();
    server.address = ([127, 0, 0, 1], port).into();
    // An address cannot be made to lead elsewhere, a name can.
    for (host, status) in [("192.168.0.1", 200), ("evil.example", 403)] {
        assert_eq!(
            server.get_with("/api/version", &[("host", host)]).status,
            status,
            "{host}"
        );
    }
}

/// `open` calls the desktop's opener; here a script stands in for it.
#[cfg(target_os = "linux")]
#[test]
fn a_browser_is_opened_when_asked() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, tools) = (project(), tempfile::tempdir().unwrap());
    let (opener, opened) = (tools.path().join("xdg-open"), tools.path().join("opened"));
    let script = format!(
        "#!/bin/sh\nprintf '%s' \"$1\" > '{0}.new' && mv '{0}.new' '{0}'\n",
        opened.display()
    );
    fs::write(&opener, script).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let home = tempfile::tempdir().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(tools.path().to_owned()).chain(std::env::split_paths(&path));
    let mut command = wasmrun(home.path());
    command.env("PATH", std::env::join_paths(path).unwrap());
    command
        .arg("run")
        .arg(folder.path())
        .args(["--serve", "--format", "json", "--port", "0"]);
    let mut server = Server::of(home, &mut command);
    server.built();
    let end = std::time::Instant::now() + PATIENCE;
    while !opened.exists() {
        assert!(std::time::Instant::now() < end, "nothing was opened");
        std::thread::sleep(Duration::from_millis(20));
    }
    let url = format!("http://{}/", server.address);
    assert_eq!(fs::read_to_string(&opened).unwrap(), url);
}
