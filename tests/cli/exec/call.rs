//! Calling exports.

use super::run_with;
use crate::kit::World;

const MATH: &str = r#"(module
    (func (export "add") (param i32 i64) (result i64) (i64.add (i64.extend_i32_s (local.get 0)) (local.get 1)))
    (func (export "halve") (param f32 f64) (result f32 f64)
        (f32.div (local.get 0) (f32.const 2)) (f64.div (local.get 1) (f64.const 2)))
    (func (export "twice") (param v128) (result v128) (i32x4.add (local.get 0) (local.get 0)))
    (func (export "nothing")))"#;

#[test]
fn results_are_printed_one_a_line() {
    let world = World::new();
    world.write("math.wat", MATH);
    let call = |args: &[&str]| {
        let mut all = vec!["exec", "--call"];
        all.extend(args);
        let run = world.run(&all);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        run.out
    };
    assert_eq!(call(&["add", "math.wat", "-1", "0x1_0"]), "15\n");
    assert_eq!(call(&["add", "math.wat", "4294967295", "1"]), "0\n");
    assert_eq!(call(&["halve", "math.wat", "3", "-inf"]), "1.5\n-inf\n");
    assert_eq!(call(&["halve", "math.wat", "nan", "0x1p4"]), "nan\n8\n");
    assert_eq!(
        call(&["twice", "math.wat", "i32x4:1,2,3,-1"]),
        "0xfffffffe000000060000000400000002\n"
    );
    assert_eq!(call(&["nothing", "math.wat"]), "");
}

#[test]
fn a_module_on_standard_input_is_called_too() {
    let world = World::new();
    let run = run_with(
        &world,
        &["exec", "-c", "add", "-", "2", "3"],
        MATH.as_bytes(),
    );
    assert_eq!((run.code, run.out.as_str()), (0, "5\n"), "{}", run.err);
}

#[test]
fn arguments_that_do_not_fit_are_explained() {
    let world = World::new();
    world.write("math.wat", MATH);
    for (args, says) in [
        (
            &["add", "math.wat", "1"][..],
            "error: `add` takes 2 arguments, and 1 were given\n  \
             its signature is (i32, i64) -> i64\n\
             help: for instance `--call add FILE 42 0xff`\n",
        ),
        (
            &["add", "math.wat", "x", "1"],
            "error: argument 1 of `add`: `x` is no i32\n  \
             its signature is (i32, i64) -> i64\n\
             help: for instance `--call add FILE 42 0xff`\n",
        ),
        (
            &["nothing", "math.wat", "1"],
            "error: `nothing` takes 0 arguments, and 1 were given\n  \
             its signature is ()\n\
             help: call it without arguments\n",
        ),
        (
            &["ad", "math.wat"],
            "error: math.wat exports no function called `ad`\nhelp: did you mean `--call add`?\n",
        ),
    ] {
        let mut all = vec!["exec", "--call"];
        all.extend(args);
        let run = world.run(&all);
        assert_eq!((run.code, run.err.as_str()), (2, says));
        assert_eq!(run.out, "");
    }
}

#[test]
fn a_module_that_is_no_program_lists_what_it_exports() {
    let world = World::new();
    world.write("math.wat", MATH);
    let run = world.run(&["exec", "math.wat"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.err,
        "error: math.wat is no program: it exports no `_start`\n  \
         it exports `add` (i32, i64) -> i64\n  \
         it exports `halve` (f32, f64) -> (f32, f64)\n  \
         it exports `twice` (v128) -> v128\n  \
         it exports `nothing` ()\n\
         help: `wasmrun exec --call add FILE <i32> <i64>` calls one\n"
    );
}

#[test]
fn a_reactor_is_made_ready_first() {
    let world = World::new();
    world.write(
        "reactor.wat",
        r#"(module (global $g (mut i32) (i32.const 1)) (func $s (global.set $g (i32.const 20))) (start $s)
        (func (export "_initialize") (global.set $g (i32.add (global.get $g) (i32.const 22))))
        (func (export "get") (result i32) (global.get $g)))"#,
    );
    let run = world.run(&["exec", "--call", "get", "reactor.wat"]);
    assert_eq!((run.code, run.out.as_str()), (0, "42\n"), "{}", run.err);
}
