//! The interpreter's code of a function.

use crate::kit::World;

const SUM: &str = r#"(module
  (import "host" "log" (func $log (param i32)))
  (memory (import "host" "memory") 1)
  (func $sum (export "total") (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (local.get $n)))
      (br_if $again (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))
    (call $log (local.get $sum))
    (local.get $sum)))"#;

#[test]
fn code_is_shown_below_the_operators_it_comes_from() {
    let world = World::new();
    world.write("sum.wat", SUM);
    for function in ["sum", "total", "1"] {
        let run = world.run(&["inspect", "--ir", function, "sum.wat"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        let lines: Vec<_> = run.out.lines().map(str::trim).collect();
        assert!(lines[0].starts_with("function 1, sum: "), "{}", run.out);
        let at = |part: &str| {
            let found = lines
                .iter()
                .position(|line| line.ends_with(part) || line.contains(part));
            found.unwrap_or_else(|| panic!("{part} in {}", run.out))
        };
        // The addition goes right into the local; the comparison is part of the branch.
        assert!(at(": i32.add") < at("Binary(I32Add, SS, Cell)"));
        assert!(at(": i32.gt_s") < at("BranchCompare(I32GtS, "));
        assert!(at("BranchCompare") < at("CallImport"));
        assert!(
            lines.iter().any(|line| line.ends_with("address")),
            "{}",
            run.out
        );
        let branch = lines[at("BranchCompare")].rsplit_once(" -> ").unwrap().1;
        let add = lines[at("Binary(I32Add")].split_once(' ').unwrap().0;
        assert_eq!(branch, add, "{}", run.out);
    }
}

#[test]
fn what_has_no_code_is_told() {
    let world = World::new();
    world.write("sum.wat", SUM);
    let run = world.run(&["inspect", "--ir", "log", "sum.wat"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    let wanted = "error: `--ir log`: nothing to show\n  function 0 has no code\n";
    assert!(run.err.starts_with(wanted), "{}", run.err);
    let run = world.run(&["inspect", "--ir", "smu", "sum.wat"]);
    let wanted =
        "error: `--ir smu`: there is no such function\nhelp: did you mean `--ir \"sum\"`?\n";
    assert_eq!((run.code, run.err.as_str()), (2, wanted));
}
