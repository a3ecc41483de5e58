//! What programs see: arguments, environment, files, sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;

use super::{clang, run_with, says};
use crate::kit::World;

const SHOW: &str = r#"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
extern char **environ;
int main(int argc, char **argv) {
  for (int i = 0; i < argc; i++) printf("arg %s\n", argv[i]);
  for (char **v = environ; *v; v++) printf("env %s\n", *v);
  char line[64];
  while (fgets(line, sizeof line, stdin)) printf("in %s", line);
  fprintf(stderr, "to stderr\n");
  return 0;
}
"#;

#[test]
fn everything_behind_the_file_is_the_programs() {
    let world = World::new();
    if clang(&world, "show it", SHOW).is_none() {
        return;
    }
    let args = [
        "exec",
        "--env",
        "A=1 2",
        "--env",
        "FROM_HERE",
        "show it.wasm",
        "--dir",
        "x",
        "--help",
        "-",
        "--",
        "",
    ];
    let mut command = world.command(&args);
    command.env("FROM_HERE", "yes").stdin(Stdio::null());
    let run = crate::kit::Run::of(command.output().unwrap());
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(
        run.out,
        "arg show it.wasm\narg --dir\narg x\narg --help\narg -\narg --\narg \nenv A=1 2\nenv FROM_HERE=yes\n"
    );
    assert_eq!(run.err, "to stderr\n");
}

#[test]
fn streams_go_through() {
    let world = World::new();
    if clang(&world, "show", SHOW).is_none() {
        return;
    }
    let run = run_with(&world, &["exec", "show.wasm"], b"one\ntwo\n");
    assert_eq!(run.out, "arg show.wasm\nin one\nin two\n");
    // The module itself came that way: the program finds the end.
    let module = std::fs::read(world.path().join("show.wasm")).unwrap();
    let run = run_with(&world, &["exec", "-", "x"], &module);
    assert_eq!(run.out, "arg -\narg x\n");
}

#[test]
fn a_variable_that_is_not_set_is_refused() {
    let world = World::new();
    world.write("say.wat", says("hi"));
    let run = world.run(&["exec", "--env", "NOT_SET_AT_ALL", "say.wat"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.err,
        "error: `--env NOT_SET_AT_ALL`: it is not set here\n\
         help: set it, or give the value: `--env NOT_SET_AT_ALL=VALUE`\n"
    );
}

const FILES: &str = r#"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    const char *mode = argv[i][0] == '+' ? "w" : "r";
    const char *path = argv[i] + (argv[i][0] == '+');
    FILE *f = fopen(path, mode);
    if (!f) { printf("%s: %s\n", path, strerror(errno)); continue; }
    char text[64] = "";
    if (*mode == 'r') { fgets(text, sizeof text, f); printf("%s: %s\n", path, text); }
    else { fputs("written", f); printf("%s: written\n", path); }
    fclose(f);
  }
}
"#;

#[test]
fn files_are_those_below_the_folders_that_were_given() {
    let world = World::new();
    if clang(&world, "files", FILES).is_none() {
        return;
    }
    world.write("in/side/a.txt", "inside");
    world.write("secret.txt", "secret");
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret.txt", world.path().join("in/link")).unwrap();
    let args = [
        "exec",
        "--dir",
        "in",
        "--dir",
        "in/side::/data:ro",
        "files.wasm",
        "in/side/a.txt",
        "in/side/../side/a.txt",
        "in/../secret.txt",
        "secret.txt",
        "/etc/passwd",
        "/data/a.txt",
        "+/data/b.txt",
        "+in/new.txt",
        "in/link",
    ];
    let run = world.run(&args);
    assert_eq!(
        run.out,
        "in/side/a.txt: inside\n\
         in/side/../side/a.txt: inside\n\
         in/../secret.txt: Operation not permitted\n\
         secret.txt: Capabilities insufficient\n\
         /etc/passwd: Capabilities insufficient\n\
         /data/a.txt: inside\n\
         /data/b.txt: Read-only file system\n\
         in/new.txt: written\n\
         in/link: Operation not permitted\n",
        "{}",
        run.err
    );
    assert_eq!(
        std::fs::read(world.path().join("in/new.txt")).unwrap(),
        b"written"
    );
}

#[test]
fn a_folder_that_is_not_there_is_said_before_anything_runs() {
    let world = World::new();
    world.write("say.wat", says("hi"));
    let run = world.run(&["exec", "--dir", "nowhere", "say.wat"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(
        run.err.contains("nowhere") && run.err.contains("help: make it with `mkdir -p nowhere`"),
        "{}",
        run.err
    );
}

const SERVER: &str = r#"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
int main() {
  int c = accept(3, NULL, NULL);
  char text[64];
  ssize_t n = recv(c, text, sizeof text, 0);
  for (ssize_t i = 0; i < n; i++) if (text[i] >= 'a' && text[i] <= 'z') text[i] -= 32;
  send(c, text, n, 0);
  shutdown(c, SHUT_RDWR);
  return 0;
}
"#;

#[test]
fn a_program_takes_connections() {
    let world = World::new();
    if clang(&world, "server", SERVER).is_none() {
        return;
    }
    // A port that is free now.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let address = format!("127.0.0.1:{port}");
    let mut command = world.command(&["exec", "--listen", &address, "server.wasm"]);
    let mut child = command.spawn().unwrap();
    let mut stream = loop {
        match TcpStream::connect(&address) {
            Ok(stream) => break stream,
            Err(_) if child.try_wait().unwrap().is_none() => std::thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    };
    stream.write_all(b"loud").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "LOUD");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_project_is_built_then_run() {
    let world = World::new();
    world.write("main.wat", says("built"));
    let run = world.run(&["exec", "."]);
    assert_eq!((run.code, run.out.as_str()), (0, "built"), "{}", run.err);
    let again = world.run(&["exec", "."]);
    assert_eq!((again.code, again.out.as_str()), (0, "built"));
    world.write("main.wat", "(module");
    let run = world.run(&["exec", "."]);
    assert_eq!((run.code, run.out.as_str()), (1, ""), "{}", run.err);
}

#[test]
fn output_is_there_as_soon_as_it_is_written() {
    let world = World::new();
    let source = "#include <stdio.h>\nint main() { puts(\"ready\"); fflush(stdout); getchar(); return 0; }\n";
    if clang(&world, "ready", source).is_none() {
        return;
    }
    let mut command = world.command(&["exec", "ready.wasm"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
