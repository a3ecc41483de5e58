//! How programs end: by themselves, by a trap, by a limit.

use std::io::Read;
use std::process::Stdio;

use super::{clang, says};
use crate::kit::World;

#[test]
fn the_exit_code_is_the_programs() {
    let world = World::new();
    let exit = |code: u32| {
        let text = format!(
            r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
            (memory (export "memory") 1) (func (export "_start") (call 0 (i32.const {code}))))"#
        );
        world.write("exit.wat", text);
        let run = world.run(&["exec", "exit.wat"]);
        assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""));
        run.code
    };
    assert_eq!([exit(0), exit(7), exit(255), exit(256)], [0, 7, 255, 1]);
}

#[test]
fn a_trap_tells_functions_and_lines() {
    let world = World::new();
    let source = "#include <stdlib.h>\n\
                  static int divide(int a, int b) {\n  if (b == 0) __builtin_trap();\n  return a / b;\n}\n\
                  int main(int argc, char **argv) {\n  return divide(3, argc - 1);\n}\n";
    if clang(&world, "trap", source).is_none() {
        return;
    }
    let run = world.run(&["exec", "trap.wasm"]);
    assert_eq!(run.code, 134, "{}", run.err);
    let lines: Vec<_> = run.err.lines().collect();
    assert_eq!(
        lines[0],
        "error: trap.wasm trapped: unreachable was executed (a panic, an abort or a failed assertion)"
    );
    assert!(
        lines[1].starts_with("  0: divide at ") && lines[1].contains("trap.c:3:15"),
        "{}",
        lines[1]
    );
    assert!(
        lines[2].starts_with("  1: main at ") && lines[2].contains("trap.c:7:10"),
        "{}",
        lines[2]
    );
    assert!(lines.last().unwrap().starts_with("help: "), "{}", run.err);
}

#[test]
fn a_trap_without_debug_information_tells_offsets() {
    let world = World::new();
    world.write(
        "trap.wat",
        r#"(module (func $_ZN3foo3bar17h0123456789abcdefE (export "_start") (drop (i32.div_s (i32.const 1) (i32.const 0)))))"#,
    );
    let run = world.run(&["exec", "trap.wat"]);
    assert_eq!(run.code, 134);
    assert_eq!(
        run.err,
        "error: trap.wat trapped: integer divide by zero\n  \
         0: foo::bar at offset 0x27\n\
         help: build it with debug information (`-g`, or `debug = true`) to see source lines\n"
    );
}

#[test]
fn deep_recursion_ends_in_a_trap_that_is_told_in_short() {
    let world = World::new();
    world.write(
        "deep.wat",
        r#"(module (func $deep (export "_start") (call $deep)))"#,
    );
    let run = world.run(&["exec", "--max-stack", "1M", "deep.wat"]);
    assert_eq!(run.code, 134);
    assert!(run.err.contains("call stack exhausted"), "{}", run.err);
    assert!(run.err.contains("more calls ..."), "{}", run.err);
    assert!(run.err.lines().count() < 50);
}

const LOOP: &str = r#"(module (func (export "_start") (loop (br 0))))"#;

#[test]
fn limits_end_a_loop() {
    let world = World::new();
    world.write("loop.wat", LOOP);
    let run = world.run(&["exec", "--timeout", "100ms", "loop.wat"]);
    assert_eq!(run.code, 124);
    assert!(run.err.contains("did not end within 100ms"), "{}", run.err);
    let run = world.run(&["exec", "--fuel", "1000", "loop.wat"]);
    assert_eq!(run.code, 134);
    assert!(run.err.contains("all fuel is consumed"), "{}", run.err);
}

#[test]
fn a_memory_ends_at_its_limit() {
    let world = World::new();
    world.write(
        "grow.wat",
        r#"(module (memory (export "memory") 1)
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))"#,
    );
    let grow = |pages: &str| {
        let args = [
            "exec",
            "--max-memory",
            "1M",
            "-c",
            "grow",
            "grow.wat",
            pages,
        ];
        world.run(&args).out
    };
    assert_eq!((grow("15").as_str(), grow("16").as_str()), ("1\n", "-1\n"));
    world.write(
        "large.wat",
        r#"(module (memory 100) (func (export "_start")))"#,
    );
    let run = world.run(&["exec", "--max-memory", "1M", "large.wat"]);
    assert_eq!(run.code, 134);
    assert!(
        run.err.contains("over the limit") && run.err.contains("--max-memory"),
        "{}",
        run.err
    );
}

#[test]
fn the_time_is_up_for_a_program_that_waits_too() {
    let world = World::new();
    if clang(
        &world,
        "sleep",
        "#include <unistd.h>\nint main() { sleep(1000); }\n",
    )
    .is_none()
    {
        return;
    }
    let run = world.run(&["exec", "--timeout", "100ms", "sleep.wasm"]);
    assert_eq!(run.code, 124, "{}", run.err);
    clang(
        &world,
        "read",
        "#include <stdio.h>\nint main() { return getchar(); }\n",
    );
    let mut command = world.command(&["exec", "--timeout", "100ms", "read.wasm"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let input = child.stdin.take();
    assert_eq!(child.wait().unwrap().code(), Some(124));
    drop(input);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let world = World::new();
    let source = "#include <stdio.h>\nint main() { for (;;) if (puts(\"again and again\") < 0) return 3; }\n";
    if clang(&world, "yes", source).is_none() {
        return;
    }
    let mut command = world.command(&["exec", "yes.wasm"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut few = [0; 16];
    child.stdout.take().unwrap().read_exact(&mut few).unwrap();
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert_eq!(&few, b"again and again\n");
    // The program was told, and ended by itself.
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(3), ""));
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_it() {
    let world = World::new();
    world.write(
        "loop.wat",
        says("begun").replace("(i32.const 8)))))", "(i32.const 8))) (loop (br 0))))"),
    );
    use rustix::process::{Pid, Signal, kill_process};
    for signal in [Signal::TERM, Signal::INT] {
        if signal == Signal::INT && interrupts_are_ignored() {
            continue;
        }
        let mut command = world.command(&["exec", "loop.wat"]);
        command.stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut begun = [0; 5];
        child.stdout.take().unwrap().read_exact(&mut begun).unwrap();
        kill_process(Pid::from_child(&child), signal).unwrap();
        let status = child.wait().unwrap();
        let by = std::os::unix::process::ExitStatusExt::signal(&status);
        assert!(
            status.code() == Some(130) || by == Some(signal.as_raw()),
            "{status:?}"
        );
    }
}

/// Whether this process ignores SIGINT, and so what it starts: a job in the
/// background of a shell without job control does.
#[cfg(target_os = "linux")]
fn interrupts_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|it| it.strip_prefix("SigIgn:"));
    let ignored = u64::from_str_radix(ignored.unwrap().trim(), 16).unwrap();
    ignored & 1 << (rustix::process::Signal::INT.as_raw() - 1) != 0
}

#[cfg(all(unix, not(target_os = "linux")))]
fn interrupts_are_ignored() -> bool {
    false
}

#[test]
fn an_exception_that_nothing_catches_ends_it() {
    let world = World::new();
    world.write(
        "throw.wat",
        r#"(module (tag $t) (func $thrower (throw $t)) (func (export "_start") (call $thrower)))"#,
    );
    let run = world.run(&["exec", "throw.wat"]);
    assert_eq!(run.code, 134);
    assert!(
        run.err.starts_with(
            "error: throw.wat threw an exception that nothing caught\n  0: thrower at offset "
        ),
        "{}",
        run.err
    );
}

#[test]
fn objects_have_a_limit() {
    let world = World::new();
    world.write(
        "list.wat",
        r#"(module (type $node (struct (field (ref null $node))))
          (func (export "_start") (local $list (ref null $node))
            (loop $again (local.set $list (struct.new $node (local.get $list))) (br $again))))"#,
    );
    let run = world.run(&["exec", "--max-memory", "16M", "list.wat"]);
    assert_eq!(run.code, 134);
    assert!(
        run.err
            .starts_with("error: list.wat trapped: there is no room for another object\n"),
        "{}",
        run.err
    );
    assert!(run.err.contains("--max-memory"), "{}", run.err);
}
