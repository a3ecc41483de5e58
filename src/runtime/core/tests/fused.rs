//! Several operators that become one instruction: that they do, and that it does
//! the same.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use wasmrun_core::{Engine, ErrorKind, Linker, Module, Store, Trap, Val};

/// Runs a function of two parameters and two locals, all `i32`. Memory holds bytes
/// that are their address.
fn run(body: &str, args: [i32; 2]) -> Result<i32, Trap> {
    let bytes: String = (0..=255).map(|byte| format!("\\{byte:02x}")).collect();
    let text = format!(
        r#"(module (memory 1) (data (i32.const 0) "{bytes}")
        (func (export "run") (param $a i32) (param $b i32) (result i32)
            (local $c i32) (local $d i32) (local $x f64) (local $y f64) {body}))"#
    );
    let engine = Engine::default();
    let module = Module::new(&engine, wat::parse_str(&text).unwrap()).unwrap();
    let mut store = Store::new(&engine, ());
    let linker = Linker::new(&engine);
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let mut results = [Val::I32(0)];
    let func = instance.func(&store, "run").unwrap();
    let args = args.map(Val::I32);
    match func.call(&mut store, &args, &mut results) {
        Ok(()) => match results[0] {
            Val::I32(result) => Ok(result),
            other => panic!("{other:?}"),
        },
        Err(error) => match error.kind() {
            ErrorKind::Trap(trap) => Err(*trap),
            other => panic!("{other:?}"),
        },
    }
}

/// The names of the instructions of such a function.
fn names(body: &str) -> Vec<String> {
    let text = format!(
        "(module (memory 1) (func (param $a i32) (param $b i32) (result i32)
            (local $c i32) (local $d i32) (local $x f64) (local $y f64) {body}))"
    );
    let module = Module::new(&Engine::default(), wat::parse_str(&text).unwrap()).unwrap();
    let listing = module.listing(0).unwrap();
    listing
        .instructions
        .into_iter()
        .map(|one| one.name)
        .collect()
}

/// What a body becomes has to begin with `expected`, the zeros of locals left out.
fn becomes(body: &str, expected: &[&str]) {
    let names = names(body);
    let own: Vec<_> = names
        .iter()
        .filter(|name| !name.starts_with("Zero"))
        .collect();
    assert!(
        own.len() >= expected.len()
            && own
                .iter()
                .zip(expected)
                .all(|(own, name)| own.starts_with(name)),
        "{body}: {names:?}, not {expected:?}"
    );
}

const LAST: i32 = 65_536;

#[test]
fn a_sum_becomes_part_of_the_access_that_it_is_the_address_of() {
    let load = "(i32.load8_u offset=3 (i32.add (local.get $a) (local.get $b)))";
    becomes(load, &["Load(I32Load8U, SumSS"]);
    assert_eq!(run(load, [4, 5]), Ok(12));
    // The sum is one of 32 bits, the offset is added behind that.
    assert_eq!(run(load, [-1, 1]), Ok(3));
    assert_eq!(run(load, [-1, 0]), Err(Trap::MemoryOutOfBounds));
    assert_eq!(run(load, [LAST - 4, 0]), Ok(0));
    assert_eq!(run(load, [LAST - 4, 1]), Err(Trap::MemoryOutOfBounds));

    let from_last = "(i32.load (i32.add (i32.shl (local.get $a) (i32.const 1)) (i32.mul (local.get $b) (local.get $b))))";
    becomes(
        from_last,
        &["Binary(I32Shl", "Binary(I32Mul", "Load(I32Load, SumAS"],
    );
    assert_eq!(run(from_last, [4, 2]), Ok(0x0f0e_0d0c));

    let store = "(i32.store16 offset=1 (i32.add (local.get $a) (local.get $b)) (i32.const 0x1234))
        (i32.load16_u (i32.const 21))";
    becomes(store, &["Store(I32Store16, SumSS, I"]);
    assert_eq!(run(store, [10, 10]), Ok(0x1234));
    assert_eq!(run(store, [LAST, -2]), Err(Trap::MemoryOutOfBounds));
}

#[test]
fn an_address_that_is_counted_and_kept_is_counted_by_its_load() {
    for (by, far) in [(-4, "I32Load"), (1, "I32Load8U")] {
        let operator = if far == "I32Load" {
            "i32.load"
        } else {
            "i32.load8_u"
        };
        let body = format!(
            "(local.set $d ({operator} (local.tee $a (i32.add (local.get $a) (i32.const {by})))))
             (i32.add (i32.mul (local.get $a) (i32.const 1000)) (i32.and (local.get $d) (i32.const 255)))"
        );
        becomes(&body, &[&format!("Load({far}, TeeS")]);
        assert_eq!(run(&body, [100, 0]), Ok((100 + by) * 1001));
        assert_eq!(run(&body, [-1 - by, 0]), Err(Trap::MemoryOutOfBounds));
    }
    // What was on the stack as the local before stays what it was.
    let older = "(local.get $a)
        (i32.load8_u (local.tee $a (i32.add (local.get $a) (i32.const 7))))
        (i32.const 1000) (i32.mul) (i32.add) (local.get $a) (i32.add)";
    assert_eq!(run(older, [20, 0]), Ok(20 + 27_000 + 27));
}

#[test]
fn what_is_shifted_is_added_or_masked_at_once() {
    for sum in [
        "(i32.add (local.get $b) (i32.shl (local.get $a) (i32.const 3)))",
        "(i32.add (i32.shl (local.get $a) (i32.const 35)) (local.get $b))",
    ] {
        becomes(sum, &["AddShifted(S, "]);
        assert_eq!(run(sum, [5, 2]), Ok(42));
        assert_eq!(run(sum, [0x2000_0001, -8]), Ok(0));
    }
    let bits = "(i32.and (i32.shr_u (local.get $a) (i32.const 28)) (i32.const 13))";
    becomes(bits, &["Bits(S, "]);
    assert_eq!(run(bits, [-1, 0]), Ok(13));
    assert_eq!(run(bits, [0x7000_0000, 0]), Ok(5));
    let same = "(i32.add (local.tee $c (i32.mul (local.get $a) (local.get $b))) (i32.shl (local.get $c) (i32.const 1)))";
    assert_eq!(run(same, [7, 3]), Ok(63));
}

#[test]
fn a_branch_on_the_opposite_of_a_comparison_of_fractions_is_one_instruction() {
    let body = |operator: &str, test: &str| {
        format!(
            "(local.set $x (f64.convert_i32_s (local.get $a)))
             (local.set $x (f64.div (local.get $x) (local.get $x)))
             (block {test} ({operator} (local.get $x) (f64.const 2)) BRANCH (return (i32.const 1)))
             (i32.const 0)"
        )
    };
    // One divided by one is less than two; zero by zero is not comparable.
    for (operator, of_one, of_nan) in [("f64.lt", 1, 0), ("f64.ge", 0, 0), ("f64.ne", 1, 1)] {
        let plain = body(operator, "").replace("BRANCH", "(br_if 0)");
        let not = body(operator, "").replace("BRANCH", "(i32.eqz) (br_if 0)");
        let twice = body(operator, "").replace("BRANCH", "(i32.eqz) (i32.eqz) (br_if 0)");
        let value = body(operator, "").replace("BRANCH", "(i32.eqz) (return)");
        let convert = ["Unary", "Binary"];
        for (text, taken_if) in [(&plain, "true"), (&not, "false"), (&twice, "true")] {
            let branch = names(text)
                .into_iter()
                .find(|name| name.starts_with("Branch"));
            let branch = branch.unwrap();
            assert!(
                branch.starts_with("BranchCompare(F64")
                    && branch.ends_with(&format!("{taken_if})")),
                "{text}: {branch}"
            );
            becomes(text, &convert);
        }
        for (arg, holds) in [(1, of_one), (0, of_nan)] {
            assert_eq!(run(&plain, [arg, 0]), Ok(1 - holds), "{plain}");
            assert_eq!(run(&twice, [arg, 0]), Ok(1 - holds), "{twice}");
            assert_eq!(run(&not, [arg, 0]), Ok(holds), "{not}");
            assert_eq!(run(&value, [arg, 0]), Ok(1 - holds), "{value}");
        }
    }
}

#[test]
fn two_additions_read_before_they_write() {
    // The second adds to what the first has set, in each order.
    for (body, result) in [
        (
            "(local.set $c (i32.add (local.get $a) (i32.const 4))) (local.set $d (i32.add (local.get $c) (i32.const 5)))",
            [14, 19],
        ),
        (
            "(local.set $c (local.get $a)) (local.set $a (i32.add (local.get $c) (i32.const 4))) (local.set $d (local.get $a))",
            [10, 14],
        ),
        (
            "(local.set $c (i32.add (local.get $a) (i32.const -1))) (local.set $d (i32.add (local.get $a) (i32.const 1)))",
            [9, 11],
        ),
        (
            "(local.set $a (i32.add (local.get $a) (i32.const 2))) (local.set $c (local.get $a)) (local.set $d (local.get $c))",
            [12, 12],
        ),
        (
            "(local.set $c (i32.add (local.get $a) (i32.const 2))) (local.set $c (i32.add (local.get $c) (i32.const 2))) (local.set $d (local.get $c))",
            [14, 14],
        ),
    ] {
        let text =
            format!("{body} (i32.add (i32.mul (local.get $c) (i32.const 100)) (local.get $d))");
        assert_eq!(
            run(&text, [10, 0]),
            Ok(result[0] * 100 + result[1]),
            "{body}"
        );
    }
}

#[test]
fn a_local_that_waits_is_copied_before_the_instruction_that_sets_it() {
    // What comes last writes the local itself, so there is one copy and no other.
    for (last, result) in [
        ("(i32.mul (local.get $a) (local.get $b))", 21),
        ("(i32.add (local.get $a) (i32.const 5))", 12),
        ("(i32.load8_u (local.get $a))", 7),
        ("(i32.lt_s (local.get $b) (local.get $a))", 1),
    ] {
        let body = format!(
            "(local.get $a) (local.set $a {last})
             (i32.const 1000) (i32.mul) (local.get $a) (i32.add)"
        );
        let copies = names(&body)
            .into_iter()
            .filter(|name| name.starts_with("Copy"))
            .count();
        assert!(copies < 2, "{body}: {:?}", names(&body));
        assert_eq!(run(&body, [7, 3]), Ok(7_000 + result), "{body}");
    }
    let two =
        "(local.get $a) (local.get $a) (local.set $a (i32.div_s (local.get $b) (local.get $a)))
        (i32.mul) (local.get $a) (i32.add)";
    assert_eq!(run(two, [3, 30]), Ok(19));
    assert_eq!(run(two, [0, 30]), Err(Trap::IntegerDivisionByZero));
}

/// The end of an access is part of the instruction, if it has 32 bits.
#[test]
fn offsets_up_to_the_last_of_all_are_out_of_bounds() {
    for offset in ["4294967288", "4294967291", "4294967292", "4294967295"] {
        let load = format!("(i32.load offset={offset} (local.get $a))");
        let store =
            format!("(i32.store offset={offset} (local.get $a) (local.get $b)) (i32.const 0)");
        let vector = format!("(i32x4.extract_lane 0 (v128.load offset={offset} (local.get $a)))");
        for text in [load, store, vector] {
            for address in [0, 4, 8, -1] {
                assert_eq!(
                    run(&text, [address, 0]),
                    Err(Trap::MemoryOutOfBounds),
                    "{text}"
                );
            }
        }
    }
}

/// Copies that become one, or part of an addition, are what they were in a row.
#[test]
fn a_copied_local_stays_what_it_was() {
    for (body, result) in [
        // The first of the two is set, by each kind of instruction that sets.
        (
            "(local.set $c (local.get $a)) (local.set $a (i32.const 1)) (local.get $c)",
            10,
        ),
        (
            "(local.set $c (local.get $a)) (local.set $a (i32.mul (local.get $c) (local.get $c))) (i32.sub (local.get $a) (local.get $c))",
            90,
        ),
        (
            "(local.set $c (local.get $a)) (local.set $d (local.get $c)) (local.set $c (i32.const 1)) (local.get $d)",
            10,
        ),
        (
            "(local.set $c (local.get $a)) (local.set $a (local.get $b)) (local.set $b (local.get $c)) (i32.sub (local.get $a) (local.get $b))",
            -7,
        ),
        (
            "(local.set $c (local.get $a)) (drop (i32.load8_u (local.tee $a (i32.add (local.get $a) (i32.const 4))))) (i32.add (local.get $c) (local.get $a))",
            24,
        ),
        // What was copied waits on the stack.
        (
            "(local.set $c (local.get $a)) (local.get $c) (local.set $a (i32.const 4)) (local.get $a) (i32.sub)",
            6,
        ),
        (
            "(local.get $a) (local.set $a (i32.add (local.get $a) (i32.const 1))) (local.set $c) (i32.sub (local.get $a) (local.get $c))",
            1,
        ),
        // One arm alone copies.
        (
            "(if (local.get $b) (then (local.set $c (local.get $a)))) (local.set $a (i32.const 2)) (i32.add (local.get $c) (local.get $a))",
            12,
        ),
        (
            "(loop (local.set $c (local.get $a)) (local.set $a (i32.sub (local.get $a) (i32.const 3))) (br_if 0 (i32.gt_s (local.get $c) (i32.const 4)))) (i32.add (i32.mul (local.get $c) (i32.const 10)) (local.get $a))",
            41,
        ),
    ] {
        assert_eq!(run(body, [10, 3]), Ok(result), "{body}");
    }
}

/// What a compiler makes of `switch (*at++)`: the loop of an interpreter.
#[test]
fn a_branch_to_one_of_many_takes_its_index_from_memory_and_counts() {
    for (load, by, name) in [("i32.load8_u", 1, "Byte"), ("i32.load", 4, "Word")] {
        // $a is where the next operator is, $d where this one was.
        let taken = format!(
            "(local.set $d (local.get $a)) (local.set $a (i32.add (local.get $a) (i32.const {by})))
             (br_table $zero $one $two ({load} (local.get $d)))"
        );
        let counted = format!(
            "(local.set $d (i32.add (local.get $a) (i32.const {by})))
             (local.set $a (i32.add (local.get $a) (i32.const {by})))
             (br_table $zero $one $two ({load} offset=0 (local.get $a)))"
        );
        for (branch, which, first) in [(taken, "First", 0), (counted, "Second", -by)] {
            let body = format!(
                "(block $two (block $one (block $zero {branch})
                    (return (i32.add (local.get $a) (i32.const 1000))))
                    (return (i32.add (local.get $d) (i32.const 2000))))
                 (i32.add (local.get $a) (i32.const 3000))"
            );
            becomes(&body, &[&format!("BranchTableNext({name}, {which})")]);
            let (later, here) = (first + by, if which == "First" { 0 } else { first + by });
            assert_eq!(run(&body, [first + 60_000, 0]), Ok(1000 + 60_000 + later));
            let two = run(&body, [first + 2, 0]).unwrap();
            assert_eq!(two, 3000 + 2 + later);
            if name == "Byte" {
                assert_eq!(run(&body, [first + 1, 0]), Ok(2000 + 1 + here));
            }
            assert_eq!(run(&body, [first + LAST, 0]), Err(Trap::MemoryOutOfBounds));
        }
    }
}

/// A call puts its last arguments where the function expects them.
#[test]
fn a_call_copies_or_counts_its_last_arguments() {
    let text = r#"(module
        (func $sub (param $a i32) (param $b i32) (result i32)
            (i32.sub (local.get $a) (local.get $b)))
        (func $wide (param $a i64) (result i64) (i64.shl (local.get $a) (i64.const 1)))
        (func (export "run") (param $a i32) (param $b i32) (result i32) (local $c i32)
            (local.set $c (call $sub (local.get $b) (i32.add (local.get $a) (i32.const -3))))
            (local.set $c (i32.add (local.get $c) (call $sub (local.get $c) (local.get $b))))
            (i32.add (local.get $c) (i32.wrap_i64 (call $wide (i64.extend_i32_s (local.get $a))))))
        (func (export "wide") (param $a i64) (result i64) (call $wide (local.get $a)))
        (func $deep (export "deep") (param $a i32) (result i32)
            (i32.eqz (call $deep (i32.add (local.get $a) (i32.const 1))))))"#;
    let bytes = wat::parse_str(text).unwrap();
    let engine = Engine::default();
    let module = Module::new(&engine, &bytes[..]).unwrap();
    for (function, expected) in [
        (2, "Call(Sums)"),
        (2, "Call(Copied)"),
        (3, "Call(Copied)"),
        (4, "Call(Sum)"),
    ] {
        let listing = module.listing(function).unwrap();
        let mut names = listing.instructions.iter().map(|one| one.name.as_str());
        assert!(names.any(|name| name == expected), "{listing:?}");
    }
    let mut store = Store::new(&engine, ());
    let linker = Linker::new(&engine);
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let mut results = [Val::I32(0)];
    let run = instance.func(&store, "run").unwrap();
    // The first time, functions are translated on the way.
    for _ in 0..3 {
        run.call(&mut store, &[Val::I32(10), Val::I32(2)], &mut results)
            .unwrap();
        assert_eq!(results[0], Val::I32(-5 + (-5 - 2) + 20));
    }
    let wide = instance.func(&store, "wide").unwrap();
    let mut results = [Val::I64(0)];
    wide.call(&mut store, &[Val::I64(1 << 40)], &mut results)
        .unwrap();
    assert_eq!(results[0], Val::I64(1 << 41));
    // Where the stack ends, and where each call stands.
    let deep = instance.func(&store, "deep").unwrap();
    let error = deep
        .call(&mut store, &[Val::I32(0)], &mut [Val::I32(0)])
        .unwrap_err();
    assert_eq!(error.trap(), Some(Trap::StackOverflow));
    for frame in &error.backtrace()[..3] {
        assert_eq!(bytes[frame.offset as usize], 0x10, "{frame:?}");
    }
}
