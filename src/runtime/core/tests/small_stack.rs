//! Code takes nothing of the host's stack, however long it runs: a handler that
//! called the next one instead of jumping to it would leave a frame at each step.
//! All operators that there are run in a loop, on a thread with a small stack.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write;

use wasmrun_core::{Caller, Config, Engine, Linker, Module, Store, Val};

/// An operator: the name of its visitor, those of its immediates, its arity.
type Operator = (&'static str, &'static [&'static str], &'static str);

macro_rules! operators {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $ty:ty),* })? => $visit:ident ($($arity:tt)*))*) => {
        &[$((stringify!($visit), &[$($(stringify!($arg)),*)?], stringify!($($arity)*)),)*]
    };
}

const OPERATORS: &[Operator] = wasmparser::for_each_operator!(operators);

const TYPES: [&str; 5] = ["i32", "i64", "f32", "f64", "v128"];

/// As the text format calls it, with immediates, if those can be any; how many
/// operands it has, and how many results.
fn text((visit, immediates, arity): Operator) -> Option<(String, usize, usize)> {
    let name = visit.strip_prefix("visit_")?.replacen('_', ".", 1);
    let name = match name.split_once("atomic_") {
        Some((ty, what)) if what.starts_with("rmw") => {
            format!("{ty}atomic.{}", what.replacen('_', ".", 1))
        }
        Some((ty, what)) => format!("{ty}atomic.{what}"),
        None => name,
    };
    let lanes = match immediates {
        [] | ["memarg"] | ["mem"] => "",
        ["lane"] | ["memarg", "lane"] => " 0",
        ["lanes"] => " 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31",
        _ => return None,
    };
    let (takes, gives) = arity.split_once("->")?;
    let takes = takes.split_whitespace().last()?.parse().ok()?;
    Some((format!("{name}{lanes}"), takes, gives.trim().parse().ok()?))
}

fn local(ty: &str, which: char) -> String {
    format!("(local.get ${ty}{which})")
}

/// A statement of an operator with operands, which are given in text.
fn statement(name: &str, operands: &[String], results: usize) -> String {
    let drops = "(drop)".repeat(results);
    format!("{} ({name}) {drops}\n", operands.join(" "))
}

/// The types of the operands of an operator, found by trying; none if it needs
/// something that is not a number.
fn operands(engine: &Engine, name: &str, takes: usize, gives: usize) -> Option<Vec<&'static str>> {
    let count = TYPES.len().pow(u32::try_from(takes).unwrap());
    let mut choices = (0..count).map(|choice| {
        let nth = |at| TYPES[choice / TYPES.len().pow(at) % TYPES.len()];
        (0..u32::try_from(takes).unwrap()).map(nth).collect()
    });
    choices.find(|types: &Vec<_>| {
        let operands: Vec<_> = types.iter().map(|ty| local(ty, 'b')).collect();
        let text = program(&statement(name, &operands, gives));
        wat::parse_str(text).is_ok_and(|bytes| Module::new(engine, bytes).is_ok())
    })
}

/// Statements that execute an operator with operands in locals, constants and
/// results of the instruction before.
fn forms(name: &str, types: &[&str], results: usize) -> String {
    let plain: Vec<_> = types.iter().map(|ty| local(ty, 'b')).collect();
    let mut forms = statement(name, &plain, results);
    let touches = ["load", "store", "atomic", "memory"];
    let scalar = types.iter().all(|ty| *ty != "v128");
    if touches.iter().any(|word| name.contains(word)) || !scalar || types.len() > 2 {
        return forms;
    }
    let of = |ty: &str| {
        let sum = format!("({ty}.add {} {})", local(ty, 'a'), local(ty, 'b'));
        [local(ty, 'a'), format!("({ty}.const 3)"), sum]
    };
    match types {
        [ty] => {
            for operand in of(ty) {
                forms += &statement(name, &[operand], results);
            }
        }
        [first, second] => {
            for a in of(first) {
                for b in of(second) {
                    forms += &statement(name, &[a.clone(), b], results);
                }
            }
        }
        _ => {}
    }
    forms
}

/// What is not an operator on numbers alone.
const OTHERS: &str = r#"
    (i32.store (i32.const 8) (i32.load8_u (i32.and (local.get $i32a) (i32.const 255))))
    (f64.store offset=16 (i32.and (local.get $i32a) (i32.const 7)) (f64.load (i32.const 0)))
    (drop (f64.mul (f64.load offset=8 (local.get $i32b)) (local.get $f64b)))
    (drop (select (local.get $i32a) (local.get $i32b) (i32.gt_s (local.get $i32a) (i32.const 1))))
    (drop (select (local.get $f64a) (local.get $f64b) (local.get $i32a)))
    (drop (select (local.get $v128a) (local.get $v128b) (local.get $i32a)))
    (global.set $g (i32.add (global.get $g) (i32.const 1)))
    (global.set $h (f64.add (global.get $h) (f64.const 1)))
    (global.set $v (i32x4.add (global.get $v) (local.get $v128b)))
    (local.set $v128a (v128.const i32x4 1 2 3 4))
    (memory.init $bytes (i32.const 0) (i32.const 0) (i32.const 4))
    (table.set 0 (i32.const 0) (table.get 0 (i32.const 0)))
    (drop (table.grow 0 (ref.null func) (i32.const 0))) (drop (table.size 0))
    (table.fill 0 (i32.const 1) (ref.null func) (i32.const 1))
    (table.copy (i32.const 1) (i32.const 0) (i32.const 1))
    (table.init $functions (i32.const 1) (i32.const 0) (i32.const 1))
    (drop (call $leaf (local.get $i32a)))
    (drop (call $many (local.get $f64a)) (drop) (drop))
    (drop (call_indirect (type $leaf) (local.get $i32a) (i32.const 0)))
    (drop (call_ref $leaf (local.get $i32a) (ref.func $leaf)))
    (drop (call $tail (local.get $i32a)))
    (drop (call $tail_indirect (local.get $i32a)))
    (drop (call $tail_ref (local.get $i32a)))
    (call $host)
    (block $x (block $y (br_table $x $y (i32.and (local.get $i32a) (i32.const 1)))))
    (block $x (block $y (br_table $x $y (i32.load (local.get $i32b)))))
    (block $z (br_if $z (f64.lt (local.get $f64a) (local.get $f64b))))
    (block $z (br_if $z (i32.and (local.get $i32a) (i32.const 4))))
    (local.set $i (i32.const 0))
    (loop $l (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $l (i32.lt_u (local.get $i) (i32.const 3))))
    (block $null (drop (br_on_null $null (ref.func $leaf))))
    (block $some (result (ref $leaf)) (br_on_non_null $some (ref.func $leaf)) (ref.func $leaf)) (drop)
    (drop (ref.as_non_null (ref.func $leaf))) (drop (ref.is_null (ref.func $leaf)))
    (block $caught (result i32)
        (try_table (catch $tag $caught) (throw $tag (local.get $i32a))) (i32.const 0)) (drop)
    (block $all (result exnref) (try_table (catch_all_ref $all) (throw $tag (i32.const 1))) (unreachable)) (drop)
    (block $again (result exnref)
        (try_table (catch_all_ref $again)
            (block $all (result exnref) (try_table (catch_all_ref $all) (throw $tag (i32.const 1))) (unreachable))
            (throw_ref))
        (unreachable)) (drop)
    (local.set $pair (struct.new $pair (local.get $i32a) (local.get $f64a)))
    (struct.set $pair 0 (local.get $pair) (struct.get $pair 0 (local.get $pair)))
    (drop (struct.get $pair 1 (local.get $pair))) (drop (struct.new_default $pair))
    (local.set $bytes (array.new $bytes (i32.const 1) (i32.const 5)))
    (array.set $bytes (local.get $bytes) (i32.const 1) (array.get_u $bytes (local.get $bytes) (i32.const 2)))
    (array.fill $bytes (local.get $bytes) (i32.const 0) (i32.const 7) (i32.const 2))
    (array.copy $bytes $bytes (local.get $bytes) (i32.const 0) (local.get $bytes) (i32.const 2) (i32.const 2))
    (array.init_data $bytes $bytes (local.get $bytes) (i32.const 0) (i32.const 0) (i32.const 2))
    (drop (array.get_s $bytes (local.get $bytes) (i32.const 2))) (drop (array.len (local.get $bytes)))
    (drop (array.new_fixed $bytes 2 (i32.const 1) (i32.const 2))) (drop (array.new_default $bytes (i32.const 2)))
    (drop (array.new_data $bytes $bytes (i32.const 0) (i32.const 2)))
    (drop (i31.get_s (ref.i31 (local.get $i32a)))) (drop (i31.get_u (ref.i31 (local.get $i32a))))
    (drop (ref.test (ref $pair) (local.get $pair))) (drop (ref.cast (ref $pair) (local.get $pair)))
    (drop (ref.eq (local.get $pair) (local.get $bytes)))
    (block $is (result (ref $pair)) (drop (br_on_cast $is eqref (ref $pair) (local.get $pair))) (unreachable)) (drop)
    (block $not (result eqref) (drop (br_on_cast_fail $not eqref (ref $pair) (local.get $bytes))) (unreachable)) (drop)
    (drop (any.convert_extern (extern.convert_any (local.get $pair))))
"#;

/// A module whose `run` goes through a body as often as it is told.
fn program(body: &str) -> String {
    let mut locals = String::new();
    for ty in TYPES {
        write!(locals, "(local ${ty}a {ty}) (local ${ty}b {ty})").unwrap();
    }
    format!(
        r#"(module (type $leaf (func (param i32) (result i32)))
        (type $pair (struct (field (mut i32)) (field (mut f64)))) (type $bytes (array (mut i8)))
        (import "host" "nothing" (func $host))
        (memory 4 4) (table 2 funcref) (elem (i32.const 0) $leaf) (elem $functions func $leaf)
        (data $bytes "\01\02\03\04") (tag $tag (param i32))
        (global $g (mut i32) (i32.const 0)) (global $h (mut f64) (f64.const 0))
        (global $v (mut v128) (v128.const i64x2 0 0))
        (func $leaf (type $leaf) (local i64 i64) (i32.xor (local.get 0) (i32.const 5)))
        (func $many (param f64) (result i32 f64 v128) (i32.const 1) (local.get 0) (v128.const i64x2 0 0))
        (func $tail (param i32) (result i32) (return_call $leaf (local.get 0)))
        (func $tail_indirect (param i32) (result i32)
            (return_call_indirect (type $leaf) (local.get 0) (i32.const 0)))
        (func $tail_ref (param i32) (result i32) (return_call_ref $leaf (local.get 0) (ref.func $leaf)))
        (func (export "run") (param $n i32) {locals} (local $i i32)
            (local $pair (ref null $pair)) (local $bytes (ref null $bytes))
            (local.set $i32b (i32.const 8)) (local.set $i64b (i64.const 8))
            (local.set $f32b (f32.const 1.5)) (local.set $f64b (f64.const 2.5))
            (loop $again
                (local.set $i32a (i32.add (local.get $n) (i32.const 1)))
                (local.set $i64a (i64.extend_i32_u (local.get $n)))
                (local.set $f32a (f32.convert_i32_u (local.get $n)))
                (local.set $f64a (f64.promote_f32 (local.get $f32a)))
                {body}
                (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))"#
    )
}

fn run(engine: &Engine, body: &str, times: i32) {
    let mut linker: Linker<()> = Linker::new(engine);
    linker.wrap("host", "nothing", |_: Caller<'_, ()>| {});
    let mut store = Store::new(engine, ());
    let bytes = wat::parse_str(program(body)).unwrap();
    let module = Module::new(engine, bytes).unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let run = instance.func(&store, "run").unwrap();
    run.call(&mut store, &[Val::I32(times)], &mut []).unwrap();
}

fn all_operators() {
    let engine = Engine::new(Config::new().max_stack(64 << 10));
    let mut body = String::new();
    let mut others = Vec::new();
    for (name, takes, gives) in OPERATORS.iter().copied().filter_map(text) {
        // These end the run: by themselves, or since the memory is not shared.
        if ["unreachable", "return"].contains(&name.as_str()) || name.contains("atomic.wait") {
            continue;
        }
        if let Some(types) = operands(&engine, &name, takes, gives) {
            body += &forms(&name, &types, gives);
        } else {
            others.push(name);
        }
    }
    // What wants more than numbers is in `OTHERS`, or not implemented; no name may
    // be here since it is spelled wrong.
    let expected = [
        "ref.eq array.len any.convert_extern extern.convert_any i31.get_s i31.get_u",
        "ref.is_null memory.discard throw.ref ref.i31_shared ref.as_non_null pause",
    ];
    assert_eq!(others.join(" "), expected.join(" "));
    // Often enough that a word more each time would be too much.
    run(&engine, &body, 50_000);
    run(&engine, OTHERS, 50_000);
}

#[test]
fn code_takes_nothing_of_the_hosts_stack() {
    let builder = std::thread::Builder::new().stack_size(256 << 10);
    builder.spawn(all_operators).unwrap().join().unwrap();
}
