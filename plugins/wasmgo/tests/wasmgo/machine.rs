//! What the machine has, and lacks.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::go;
use crate::host::{Answer, Host, project};

const MAIN: &str = "package main\n\nfunc main() {}\n";

/// A folder with a program that answers as a tool would.
#[cfg(unix)]
fn stand_in(name: &str, script: &str) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Sets the path to a folder and those that a shell script needs.
#[cfg(unix)]
fn on_path(host: &mut Host, folder: &Path) {
    let before = host.env.iter().find(|(name, _)| name == "PATH").cloned();
    let before = before.and_then(|(_, value)| value).unwrap_or_default();
    let path = format!("{}:{before}:/usr/bin:/bin", folder.display());
    host.env.push(("PATH".into(), Some(path)));
}

fn missing(answer: &Answer) -> &Value {
    assert_eq!(
        answer.result["error"]["code"], "dependency_missing",
        "{}",
        answer.result
    );
    &answer.result["error"]
}

#[test]
fn without_go_the_command_that_gets_it_is_named() {
    let mut host = Host::new(env!("CARGO_BIN_EXE_wasmgo"));
    let empty = tempfile::tempdir().unwrap();
    let path = empty.path().to_str().unwrap().to_owned();
    host.env.push(("PATH".into(), Some(path)));
    let it = project(&[("main.go", MAIN)]);
    let built = host.build(it.path(), json!({}));
    assert!(!missing(&built)["fix"].as_array().unwrap().is_empty());
    let checked = host.about(it.path(), "check").ok();
    assert_eq!(checked.result["missing"][0]["name"], "go");
    assert_eq!(checked.result["missing"][0]["blocking"], true);
    host.about(it.path(), "validate").ok();
    assert_eq!(
        host.about(it.path(), "clean").ok().result["removed"],
        json!([])
    );
}

#[cfg(unix)]
#[test]
fn a_go_that_is_too_old_is_told_from_one_that_is_not() {
    let facts = "{\"GOVERSION\":\"go1.19.8\",\"GOROOT\":\"/none\",\"GOMOD\":\"\"}";
    let script = format!(
        "case $1 in env) echo '{facts}' ;; list) echo '{{\"Name\":\"main\",\"Dir\":\"/none\"}}' ;; \
         *) exit 9 ;; esac"
    );
    let tools = stand_in("go", &script);
    let mut host = Host::new(env!("CARGO_BIN_EXE_wasmgo"));
    host.env.push(("PATH".into(), None));
    on_path(&mut host, tools.path());
    let it = project(&[("main.go", MAIN)]);
    let built = host.build(it.path(), json!({}));
    let message = missing(&built)["message"].as_str().unwrap();
    assert_eq!(
        message,
        "go1.19.8 cannot make WASI; Go 1.21 or newer is needed"
    );
    let checked = host.about(it.path(), "check").ok();
    assert_eq!(checked.result["missing"][0]["name"], "go 1.21 or newer");
}

#[test]
fn a_module_for_a_newer_go_is_a_missing_dependency() {
    let Some(host) = go() else { return };
    let it = project(&[("go.mod", "module a\n\ngo 1.999\n"), ("main.go", MAIN)]);
    let built = host.build(it.path(), json!({}));
    let error = missing(&built);
    assert_eq!(error["fix"], json!(["go", "env", "-w", "GOTOOLCHAIN=auto"]));
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("needs Go 1.999")
    );
}

#[test]
fn no_home_is_needed() {
    let Some(mut host) = go() else { return };
    let it = project(&[("main.go", "package main\n\nfunc f() int\n")]);
    for name in [
        "HOME",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "GOMODCACHE",
        "GOPATH",
    ] {
        host.env.push((name.into(), None));
    }
    // The cache stays, or everything would be compiled again.
    let built = host.build(it.path(), json!({}));
    assert_eq!(built.result["status"], "failed", "{}", built.result);
    host.env.push(("GOCACHE".into(), None));
    host.about(it.path(), "validate").ok();
    host.about(it.path(), "check").ok();
}

/// A stand-in for TinyGo: it writes down how it is called, and makes a module of
/// eight bytes.
#[cfg(unix)]
const TINYGO: &str = r#"case $1 in
version) echo 'tinygo version 0.39.0 linux/amd64 (using go version go1.25.0)' ;;
env) cd "$(dirname "$0")" && pwd ;;
list) shift; for a; do case $a in -target=*) ;; *) set -- "$@" "$a" ;; esac; shift; done
      GOOS=wasip1 GOARCH=wasm exec go list "$@" ;;
build) printf '%s\n' "$@" >"$(dirname "$0")/called"
       while [ "$1" != -o ]; do shift; done
       printf '\000asm\001\000\000\000' >"$2" ;;
esac"#;

#[cfg(unix)]
#[test]
fn tinygo_is_used_when_it_is_there_and_not_when_go_is_wanted() {
    let Some(mut host) = go() else { return };
    let tools = stand_in("tinygo", TINYGO);
    on_path(&mut host, tools.path());
    let it = project(&[
        ("go.mod", "module example.org/t\n\ngo 1.24\n"),
        (
            "main.go",
            "package main\n\n//export f\nfunc f() {}\n\nfunc main() {}\n",
        ),
    ]);
    let built = host.build(it.path(), json!({"profile": "size"})).ok();
    let called = fs::read_to_string(tools.path().join("called")).unwrap();
    for word in [
        "-target=wasip1",
        "-opt=z",
        "-no-debug",
        "-buildmode=c-shared",
        ".",
    ] {
        assert!(called.lines().any(|it| it == word), "{word}: {called}");
    }
    let tool = |answer: &Answer| {
        let tools = answer.result["tools"].as_array().unwrap().clone();
        tools.into_iter().find(|it| it["name"] == "tinygo")
    };
    assert_eq!(tool(&built).unwrap()["version"], "0.39.0");
    fs::remove_file(tools.path().join("called")).unwrap();
    let built = host
        .build(it.path(), json!({"options": {"compiler": "go"}}))
        .ok();
    assert!(!tools.path().join("called").exists());
    assert_eq!(tool(&built), None);
}

#[test]
fn a_tinygo_that_is_not_there_is_remembered() {
    let Some(host) = go() else { return };
    let it = project(&[("main.go", MAIN)]);
    let built = host.build(it.path(), json!({})).ok();
    let tools = built.result["tools"].as_array().unwrap();
    let tiny = tools.iter().find(|it| it["name"] == "tinygo").unwrap();
    assert_eq!(tiny.get("path"), None);
    let built = host.build(it.path(), json!({"options": {"compiler": "tinygo"}}));
    let error = missing(&built);
    assert_eq!(
        error["message"],
        "the project wants TinyGo, which is not installed"
    );
}

/// A stand-in for wasm-opt: the module becomes the smallest there is.
#[cfg(unix)]
#[test]
fn wasm_opt_is_used_for_the_size_profile_when_it_is_there() {
    let Some(mut host) = go() else { return };
    let script = "[ \"$1\" = --version ] && { echo 'wasm-opt version 116'; exit; }\n\
                  while [ $# -gt 1 ]; do shift; done\nprintf '\\000asm\\001\\000\\000\\000' >\"$1\"";
    let tools = stand_in("wasm-opt", script);
    on_path(&mut host, tools.path());
    let it = project(&[("main.go", MAIN)]);
    let built = host.build(it.path(), json!({"profile": "size"})).ok();
    assert_eq!(built.path("app.wasm").metadata().unwrap().len(), 8);
    fs::write(
        tools.path().join("wasm-opt"),
        "#!/bin/sh\necho no luck >&2\nexit 1\n",
    )
    .unwrap();
    let built = host.build(it.path(), json!({"profile": "size"})).ok();
    assert!(built.path("app.wasm").metadata().unwrap().len() > 1000);
    let logs: Vec<_> = built
        .events
        .iter()
        .filter(|it| it["type"] == "log")
        .collect();
    assert!(
        logs[0]["message"].as_str().unwrap().ends_with("no luck"),
        "{logs:?}"
    );
}

/// A stand-in for a Go that never ends, and writes down who it is.
#[cfg(unix)]
#[test]
fn a_plugin_that_is_told_to_end_takes_its_tools_with_it() {
    use std::process::{Command, Stdio};
    use std::thread::sleep;
    use std::time::Duration;

    let script = "echo $$ >\"$0.pid\"; exec sleep 600";
    let tools = stand_in("go", script);
    let mut host = Host::new(env!("CARGO_BIN_EXE_wasmgo"));
    on_path(&mut host, tools.path());
    let it = project(&[("main.go", MAIN)]);
    let (mut plugin, _input) = host.begin(
        it.path(),
        json!({"type": "build", "id": 1,
        "project": it.path(), "stage": it.path().join("stage")}),
    );
    let pid = loop {
        let text = fs::read_to_string(tools.path().join("go.pid")).unwrap_or_default();
        match text.strip_suffix('\n') {
            Some(pid) => break pid.to_owned(),
            None => sleep(Duration::from_millis(5)),
        }
    };
    let signal = |name: &str, pid: &str| {
        let mut kill = Command::new("kill");
        let kill = kill.args([name, pid]).stderr(Stdio::null());
        kill.status().unwrap().success()
    };
    assert!(signal("-0", &pid), "the tool runs");
    assert!(signal("-TERM", &plugin.id().to_string()));
    plugin.wait().unwrap();
    // Whoever inherits it may be slow to see its end.
    let gone = || !signal("-0", &pid) || is_dead(&pid);
    let ended = (0..200).any(|_| {
        gone() || {
            sleep(Duration::from_millis(10));
            false
        }
    });
    assert!(ended, "the tool runs on");
}

/// Whether a process has ended and only its name is left.
#[cfg(unix)]
fn is_dead(pid: &str) -> bool {
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    state
        .rsplit(") ")
        .next()
        .is_some_and(|rest| rest.starts_with('Z'))
}
