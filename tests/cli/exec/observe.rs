//! What a user can see of a program that runs.

use super::says;
use crate::kit::World;

const FIB: &str = r#"(module
  (func $fib (export "fib") (param $n i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $n) (i32.const 2))
      (then (local.get $n))
      (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1)))
                     (call $fib (i32.sub (local.get $n) (i32.const 2))))))))"#;

/// Code that runs for a while, and then ends by itself.
const BUSY: &str = r#"(module
  (func $inner (local $n i32)
    (loop $again
      (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1)))
                              (i32.const 100000000)))))
  (func $outer (@name "out;er") (call $inner))
  (func (export "run") (call $outer)))"#;

#[test]
fn the_calls_of_a_function_are_told() {
    let world = World::new();
    world.write("fib.wat", FIB);
    let wanted = "fib(2)\n  fib(1)\n  fib = 1\n  fib(0)\n  fib = 0\nfib = 1\n";
    for function in ["fib", "0"] {
        let run = world.run(&["exec", "--trace", function, "-c", "fib", "fib.wat", "2"]);
        assert_eq!(
            (run.code, run.out.as_str(), run.err.as_str()),
            (0, "1\n", wanted)
        );
    }
    world.write("says.wat", says("hello"));
    let run = world.run(&[
        "exec", "--trace", "fd_write", "--trace", "_start", "says.wat",
    ]);
    assert_eq!(run.out, "hello");
    let wanted = "_start()\n  write(1, 0, 1, 8)\n  write = 0\n_start returned\n";
    assert_eq!(run.err, wanted);
}

#[test]
fn a_function_that_is_not_there_is_not_traced() {
    let world = World::new();
    world.write("fib.wat", FIB);
    let run = world.run(&["exec", "--trace", "fip", "-c", "fib", "fib.wat", "2"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    let wanted =
        "error: `--trace fip`: there is no such function\nhelp: did you mean `--trace \"fib\"`?\n";
    assert_eq!(run.err, wanted);
    let run = world.run(&["exec", "--trace", "1", "-c", "fib", "fib.wat", "2"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("the module has 1 function"), "{}", run.err);
}

#[test]
fn what_it_took_is_told() {
    let world = World::new();
    world.write("fib.wat", FIB);
    let run = world.run(&["exec", "--stats", "-c", "fib", "fib.wat", "10"]);
    assert_eq!((run.code, run.out.as_str()), (0, "55\n"));
    let lines: Vec<_> = run.err.lines().collect();
    assert!(
        lines[0].starts_with("time        ") && lines[0].contains("loading"),
        "{}",
        run.err
    );
    assert_eq!(lines[1], "functions   1 of 1 translated");
    assert_eq!(lines[2], "memory      0 B");
    // 177 calls, of which 88 go on.
    assert!(lines[3].starts_with("operators   2,032, "), "{}", run.err);
    let (families, instructions) = lines[4..].split_at(6);
    assert!(instructions[0].starts_with("instructions  "), "{}", run.err);
    assert!(instructions[1].contains("%  "), "{}", run.err);
    let families: Vec<Vec<_>> = families
        .iter()
        .map(|line| line.split_whitespace().take(2).collect())
        .collect();
    let wanted = [
        ["constant", "353"],
        ["local", "442"],
        ["integer", "264"],
        ["control", "620"],
        ["call", "176"],
        ["compare", "177"],
    ];
    assert_eq!(families.len(), wanted.len(), "{}", run.err);
    for family in wanted {
        assert!(
            families.contains(&family.to_vec()),
            "{family:?} in {}",
            run.err
        );
    }
}

#[test]
fn what_a_program_took_is_told_when_it_traps_too() {
    let world = World::new();
    world.write(
        "trap.wat",
        r#"(module (func (export "_start") (unreachable)))"#,
    );
    let run = world.run(&["exec", "--stats", "--profile", "profile", "trap.wat"]);
    assert_eq!(run.code, 134);
    assert!(
        run.err.contains("functions   1 of 1 translated"),
        "{}",
        run.err
    );
    assert!(run.err.contains("error: trap.wat trapped"), "{}", run.err);
    assert!(world.path().join("profile").exists());
}

#[test]
fn a_profile_tells_where_time_goes() {
    let world = World::new();
    world.write("busy.wat", BUSY);
    let run = world.run(&["exec", "--profile", "folded", "-c", "run", "busy.wat"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let text = std::fs::read_to_string(world.path().join("folded")).unwrap();
    assert!(!text.is_empty());
    for line in text.lines() {
        let (stack, times) = line.rsplit_once(' ').unwrap();
        assert!(times.parse::<u64>().unwrap() > 0);
        assert!("run;out:er;inner".starts_with(stack), "{line}");
    }
    assert!(text.contains("run;out:er;inner "), "{text}");
}

#[test]
fn a_profile_is_made_for_firefox() {
    let world = World::new();
    world.write("busy.wat", BUSY);
    let run = world.run(&["exec", "--profile", "profile.json", "-c", "run", "busy.wat"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let text = std::fs::read_to_string(world.path().join("profile.json")).unwrap();
    let profile: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(profile["meta"]["product"], "busy.wat");
    let thread = &profile["threads"][0];
    assert!(thread["samples"]["length"].as_u64().unwrap() > 0);
    let names = thread["stringArray"].as_array().unwrap();
    for name in ["run", "out;er", "inner"] {
        assert!(
            names.iter().any(|known| known == name),
            "{name} in {names:?}"
        );
    }
}

#[test]
fn a_profile_that_cannot_be_written_is_refused_before_anything_runs() {
    let world = World::new();
    world.write("says.wat", says("hello"));
    let run = world.run(&["exec", "--profile", "no/where", "says.wat"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(
        run.err
            .starts_with("error: could not write the profile to no/where\n"),
        "{}",
        run.err
    );
    assert!(run.err.contains("help: "), "{}", run.err);
}
