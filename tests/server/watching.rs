use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use super::client::{HELLO, PATIENCE, Server, project, wasmrun};
use super::tools;

/// A page's side of the conversation.
pub(crate) struct Page(WebSocket<std::net::TcpStream>);

impl Page {
    pub(crate) fn open(server: &Server) -> Self {
        let url = format!(
            "ws://{}/__wasmrun/ws?token={}",
            server.address,
            server.token()
        );
        let (socket, _) = tungstenite::client(url, server.connect()).unwrap();
        Self(socket)
    }

    /// The next message; none once the server has closed it.
    pub(crate) fn next(&mut self) -> Option<Value> {
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    pub(crate) fn until(&mut self, kind: &str) -> Value {
        loop {
            let message = self
                .next()
                .unwrap_or_else(|| panic!("closed before {kind}"));
            if message["type"] == kind {
                return message;
            }
        }
    }

    pub(crate) fn say(&mut self, message: &Value) {
        self.0.send(Message::text(message.to_string())).unwrap();
    }
}

fn other(text: &str) -> String {
    HELLO.replace("hello\\n", text)
}

#[test]
fn a_page_hears_of_each_build() {
    let folder = project();
    let path = folder.path().join("main.wat");
    let mut server = Server::start(folder.path(), &[]);
    let url = server.build()["module"]["url"].as_str().unwrap().to_owned();
    let mut page = Page::open(&server);
    let hello = page.next().unwrap();
    assert_eq!(
        (&hello["type"], &hello["build"], &hello["state"]),
        (&json!("hello"), &json!(1), &json!("ok"))
    );
    assert_eq!(hello["session"], server.build()["session"]);

    fs::write(&path, other("other\\n")).unwrap();
    assert_eq!(page.until("building")["files"], json!(["main.wat"]));
    let module = page.until("module");
    assert_eq!(
        (&module["build"], &module["scripts"]),
        (&json!(2), &json!(false))
    );
    assert_eq!(module["modules"][0]["url"], url);
    server.built();
    assert!(server.get(&url).text().contains("other"));
    assert_eq!(server.build()["reason"], "main.wat changed");

    fs::write(&path, "(module (func (export \"f\")\n  i32.const))").unwrap();
    let failed = page.until("failed");
    let diagnostic = &failed["failure"]["diagnostics"][0];
    assert_eq!(diagnostic["file"], "main.wat");
    assert_eq!(diagnostic["span"]["start"][0], 2);
    assert_eq!(diagnostic["excerpt"]["text"], "  i32.const))");
    let build = server.build();
    assert_eq!(build["state"], "failed");
    // The last good module is still there, for those who load the page now too.
    assert!(server.get(&url).text().contains("other"));
    assert_eq!(build["module"]["url"], url);
    assert_eq!(
        Page::open(&server).next().unwrap()["failure"],
        failed["failure"]
    );

    // The same as before it broke: nothing is loaded again, but it is over.
    fs::write(&path, other("other\\n")).unwrap();
    let module = page.until("module");
    assert_eq!(
        (&module["modules"], &module["scripts"]),
        (&json!([]), &json!(false))
    );
    let history = server.build()["history"].clone();
    let states: Vec<_> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|past| &past["state"])
        .collect();
    assert_eq!(states, ["ok", "ok", "failed", "ok"]);
}

#[test]
fn what_changes_nothing_starts_nothing() {
    let folder = project();
    let mut server = Server::start(folder.path(), &[]);
    let path = folder.path().join("main.wat");
    fs::write(folder.path().join(".gitignore"), "*.log\n").unwrap();
    server.built();
    fs::write(&path, HELLO).unwrap();
    fs::write(folder.path().join(".main.wat.swp"), "x").unwrap();
    fs::write(folder.path().join("a.log"), "x").unwrap();
    // Saved by renaming, as many editors do.
    fs::write(folder.path().join("new~"), HELLO).unwrap();
    fs::rename(folder.path().join("new~"), &path).unwrap();
    assert_eq!(server.rest(Duration::from_millis(600)), Vec::<Value>::new());
    fs::write(&path, other("now\\n")).unwrap();
    assert_eq!(server.until("change")["files"], json!(["main.wat"]));
}

#[test]
fn pages_and_styles_are_loaded_without_a_build() {
    let folder = project();
    fs::write(folder.path().join("index.html"), "<p>one").unwrap();
    fs::write(folder.path().join("style.css"), "a{}").unwrap();
    let mut server = Server::start(folder.path(), &[]);
    let mut page = Page::open(&server);
    fs::write(folder.path().join("style.css"), "b{}").unwrap();
    assert_eq!(page.until("css")["urls"], json!(["/style.css"]));
    fs::write(folder.path().join("index.html"), "<p>two").unwrap();
    page.until("reload");
    assert!(server.get("/").text().contains("<p>two"));
    server.rest(Duration::from_millis(100));
    assert_eq!(server.build()["number"], 1);
}

#[test]
fn polling_sees_the_same() {
    let folder = project();
    let mut server = Server::start(folder.path(), &["--poll", "100ms"]);
    fs::write(folder.path().join("main.wat"), other("polled\\n")).unwrap();
    assert_eq!(server.until("change")["files"], json!(["main.wat"]));
    server.built();
    assert_eq!(server.build()["number"], 2);
}

#[test]
fn without_watching_nothing_is_built_but_on_demand() {
    let folder = project();
    let mut server = Server::start(folder.path(), &["--no-watch"]);
    fs::write(folder.path().join("main.wat"), other("new\\n")).unwrap();
    assert_eq!(server.rest(Duration::from_millis(400)), Vec::<Value>::new());
    let token = server.token();
    let headers = [
        ("content-type", "application/json"),
        ("x-wasmrun-token", token.as_str()),
    ];
    assert_eq!(
        server.ask("POST", "/api/rebuild", &headers, "{}").status,
        202
    );
    server.built();
    let url = server.build()["module"]["url"].as_str().unwrap().to_owned();
    assert!(server.get(&url).text().contains("new"));
}

#[test]
fn settings_are_read_again() {
    let folder = project();
    let mut server = Server::start(folder.path(), &[]);
    fs::write(
        folder.path().join("wasmrun.toml"),
        "output = \"out/named.wasm\"\n",
    )
    .unwrap();
    server.built();
    assert_eq!(server.build()["module"]["url"], "/named.wasm");
    fs::write(folder.path().join("wasmrun.toml"), "outputs = 1\n").unwrap();
    let result = server.built();
    assert_eq!(
        (&result["status"], &result["code"]),
        (&json!("error"), &json!("config_invalid"))
    );
    fs::remove_file(folder.path().join("wasmrun.toml")).unwrap();
    assert_eq!(server.built()["status"], "ok");
}

/// How many processes run a command line that contains this.
fn running(mark: &str) -> usize {
    let all = fs::read_dir("/proc").unwrap().flatten();
    let lines = all.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    lines
        .filter(|line| String::from_utf8_lossy(line).contains(mark))
        .count()
}

/// A project that `make` builds, by a rule.
fn makefile(folder: &Path, rule: &str) {
    fs::write(folder.join("main.c"), "int main(void) { return 0; }\n").unwrap();
    fs::write(folder.join("Makefile"), format!("app.wasm: main.c\n{rule}")).unwrap();
}

const MAKE: &str = "\tclang --target=wasm32-wasi -O1 -o app.wasm main.c\n";

#[test]
fn a_change_during_a_build_ends_it_with_all_that_it_started() {
    if tools::find("make", "c").is_none() || tools::find("clang", "c").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    makefile(folder.path(), MAKE);
    let mut server = Server::start(folder.path(), &[]);
    assert_eq!(server.build()["state"], "ok", "{:#?}", server.build());
    let slow = format!("\tsleep 98761 & sleep 98762\n{MAKE}");
    makefile(folder.path(), &slow);
    server.until("change");
    let end = Instant::now() + PATIENCE;
    while running("sleep 9876\u{0}").max(running("98762")) == 0 {
        assert!(Instant::now() < end, "make has not begun");
        std::thread::sleep(Duration::from_millis(20));
    }
    makefile(folder.path(), MAKE);
    assert_eq!(server.built()["status"], "ok");
    assert_eq!((running("98761"), running("98762")), (0, 0));
    assert_eq!(server.build()["state"], "ok");
}

/// A module with one custom section of a name.
fn module(name: &[u8]) -> Vec<u8> {
    let lengths = [name.len() as u8 + 1, name.len() as u8];
    [b"\0asm\x01\0\0\0\0".as_slice(), &lengths, name].concat()
}

/// A project whose module a plugin in shell copies, and a home with that plugin:
/// one of level 2, which does something more in each build.
fn copied(folder: &Path, more: &str) -> (tempfile::TempDir, PathBuf) {
    let project = folder.join("project");
    fs::create_dir(&project).unwrap();
    fs::write(project.join("module.wasm"), module(b"")).unwrap();
    let plugin = include_str!("../../examples/plugins/sh/wasmrun-plugin-copy");
    let plugin = plugin.replace("\"schema\":1", "\"schema\":1,\"level\":2");
    let plugin = plugin.replace("    build)\n", &format!("    build)\n        {more}\n"));
    let plugin = plugin.replace("    line=${line%%", "    whole=$line line=${line%%");
    let path = folder.join("wasmrun-plugin-copy");
    fs::write(&path, plugin).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let home = tempfile::tempdir().unwrap();
    let install = wasmrun(home.path())
        .args(["plugin", "install"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(install.status.success(), "{install:?}");
    (home, project)
}

#[test]
fn a_build_that_changes_its_own_input_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let stamp = folder.path().join("project/stamp.h");
    let more = format!("date +%s%N > '{}'; sleep 0.2", stamp.display());
    let (home, project) = copied(folder.path(), &more);
    let mut server = Server::begin(home, &project, &["--plugin", "copy"]);
    let told = server.until_that("warning of a loop", |event| {
        event["type"] == "log"
            && event["message"]
                .as_str()
                .is_some_and(|text| text.contains("stamp.h"))
    });
    assert!(
        told["message"].as_str().unwrap().contains(".gitignore"),
        "{told}"
    );
    let end = Instant::now() + PATIENCE;
    // Once it is told, there is peace.
    while !server.rest(Duration::from_secs(2)).is_empty() {
        assert!(Instant::now() < end, "it goes on building");
    }
    assert_eq!(server.build()["state"], "ok");
    // What the user changes counts as ever.
    fs::write(project.join("module.wasm"), module(b"user")).unwrap();
    assert_eq!(server.until("change")["files"], json!(["module.wasm"]));
    assert_eq!(server.built()["status"], "ok");
}

/// A file that matters not ends no build for good.
#[test]
fn a_build_that_was_ended_for_nothing_begins_again() {
    let folder = project();
    let path = folder.path().join("main.wat");
    // Large enough that it takes a while.
    let large = |text: &str| {
        let more = "(drop (i32.const 1))\n".repeat(100_000);
        other(text).replace(
            "(i32.store (i32.const 0)",
            &format!("{more}(i32.store (i32.const 0)"),
        )
    };
    let mut server = Server::start(&path, &[]);
    let mut page = Page::open(&server);
    fs::write(&path, large("large\\n")).unwrap();
    page.until("building");
    fs::write(folder.path().join("notes.txt"), "x").unwrap();
    assert_eq!(server.built()["status"], "ok");
    let url = server.build()["module"]["url"].as_str().unwrap().to_owned();
    assert!(server.get(&url).text().contains("large"));
}

#[test]
fn what_a_page_prints_comes_to_the_terminal() {
    let folder = project();
    let mut server = Server::start(folder.path(), &[]);
    let mut page = Page::open(&server);
    page.say(&json!({"type": "console", "level": "warn", "text": "careful"}));
    let told = server.until("console");
    assert_eq!(
        (&told["level"], &told["text"]),
        (&json!("warn"), &json!("careful"))
    );
    page.say(&json!({"type": "error", "message": "boom", "stack": "Error: boom\n    at x"}));
    let told = server.until("console");
    assert_eq!(
        (&told["level"], &told["text"]),
        (&json!("uncaught"), &json!("Error: boom\n    at x"))
    );
    // What is no message does no harm.
    page.say(&json!({"type": "format", "disk": true}));
    page.say(&json!(["console"]));
    page.say(&json!({"type": "console", "level": "log", "text": "still here"}));
    assert_eq!(server.until("console")["text"], "still here");
}

#[test]
fn a_plugin_of_level_two_stays_for_the_next_build() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let told = folder.path().join("told");
    let more = format!(
        "echo $$ >> '{}'; printf '%s\\n' \"$whole\" >> '{}'",
        pids.display(),
        told.display()
    );
    let (home, project) = copied(folder.path(), &more);
    let mut server = Server::begin(home, &project, &["--plugin", "copy"]);
    server.built();
    for name in [b"a", b"b"] {
        fs::write(project.join("module.wasm"), module(name)).unwrap();
        assert_eq!(server.built()["status"], "ok");
    }
    let pids = fs::read_to_string(&pids).unwrap();
    let pids: Vec<_> = pids.lines().collect();
    assert_eq!(pids.len(), 3, "{pids:?}");
    assert!(pids.iter().all(|pid| *pid == pids[0]), "{pids:?}");
    // And is told what has changed since.
    let told = fs::read_to_string(&told).unwrap();
    let told = told
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["changed"].clone());
    let changed = json!(["module.wasm"]);
    assert_eq!(
        told.collect::<Vec<_>>(),
        [Value::Null, changed.clone(), changed]
    );
    server.signal("TERM");
    server.ended();
    let process = Path::new("/proc").join(pids[0]);
    assert!(!process.exists(), "the plugin is left running");
}
