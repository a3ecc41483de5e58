//! `wasmrun verify`: verdicts, places and rules.

mod input;
mod real;
mod reports;
mod rules;

use std::path::Path;

use wat::GenerateDwarf;

use crate::kit::World;

/// A small valid module.
pub(super) fn good() -> Vec<u8> {
    wat::parse_str("(module (func (export \"run\") (result i32) i32.const 7))").unwrap()
}

/// A module whose third instruction has the wrong type, with names and DWARF.
pub(super) fn bad() -> Vec<u8> {
    let text = "(module\n  (import \"env\" \"f\" (func))\n  (func $_ZN3app4main17h0123456789abcdefE (result i32)\n    nop\n    i64.const 1\n    i32.eqz))";
    let mut parser = wat::Parser::new();
    parser.generate_dwarf(GenerateDwarf::Full);
    parser.parse_str(Some(Path::new("app.wat")), text).unwrap()
}

#[test]
fn a_valid_module_passes_in_one_line() {
    let world = World::new();
    world.write("a.wasm", good());
    let run = world.run(&["verify", "a.wasm"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.starts_with("a.wasm valid module ("), "{}", run.out);
    let run = world.run(&["verify", "a.wasm", "-q"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
}

#[test]
fn a_fault_says_where_it_is_in_binary_and_source() {
    let world = World::new();
    let bytes = bad();
    world.write("a.wasm", &bytes);
    let run = world.run(&["verify", "a.wasm"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let at = bytes.windows(3).position(|w| w == [0x42, 1, 0x45]).unwrap() + 2;
    let expected = format!(
        "a.wasm invalid: type mismatch: expected i32, found i64
  at offset {at:#x}, function 1 (app::main), code section
  from app.wat:6:5
    {:#8x}  nop
    {:#8x}  i64.const 1
  > {at:#8x}  i32.eqz
    {:#8x}  end
1 file failed
",
        at - 3,
        at - 2,
        at + 1
    );
    assert_eq!(run.out, expected);
}

#[test]
fn a_fault_in_a_module_of_a_component_is_found_there() {
    let world = World::new();
    let text = "(component
        (core module (func $fine))
        (core module (import \"a\" \"b\" (func)) (func $fine) (func $_Z3addii i32.eqz)))";
    let bytes = wat::parse_str(text).unwrap();
    world.write("c.wasm", bytes);
    let run = world.run(&["verify", "c.wasm"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains("function 2 (add(int, int)), code section"),
        "{}",
        run.out
    );
    assert!(run.out.contains("i32.eqz"), "{}", run.out);
}

#[test]
fn a_component_is_valid_and_has_details() {
    let world = World::new();
    let text =
        "(component (core module $m (func (export \"f\"))) (core instance (instantiate $m)))";
    world.write("c.wasm", wat::parse_str(text).unwrap());
    let run = world.run(&["verify", "--detailed", "c.wasm"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(
        run.out.starts_with("c.wasm valid component, "),
        "{}",
        run.out
    );
    for part in ["gzip", "brotli", "core module", "core instance"] {
        assert!(run.out.contains(part), "{}", run.out);
    }
}

#[test]
fn of_many_faults_in_a_large_module_the_first_is_told() {
    let world = World::new();
    let filler = "i32.const 1000000 drop ".repeat(40);
    let mut text = String::from("(module ");
    for nth in 0..3000 {
        let fault = if nth == 1234 || nth > 2000 {
            "i32.eqz"
        } else {
            ""
        };
        text.push_str(&format!("(func $f{nth} {filler} {fault})"));
    }
    text.push_str(" (data \"in a module without memory\") (data (i32.const 0) \"\"))");
    let bytes = wat::parse_str(text).unwrap();
    assert!(bytes.len() > 512 * 1024);
    world.write("large.wasm", bytes);
    for _ in 0..5 {
        let run = world.run(&["verify", "large.wasm"]);
        assert_eq!(run.code, 1);
        assert!(run.out.contains("function 1234 (f1234)"), "{}", run.out);
    }
}

#[test]
fn features_decide_what_is_valid() {
    let world = World::new();
    let text = "(module (func (param v128) local.get 0 i8x16.abs drop))";
    world.write("simd.wasm", wat::parse_str(text).unwrap());
    assert_eq!(world.run(&["verify", "simd.wasm"]).code, 0);
    for features in ["mvp", "-simd", "wasm3,-simd", "default,-simd"] {
        let run = world.run(&["verify", "simd.wasm", "--features", features]);
        assert_eq!(run.code, 1, "{features}");
    }
    for features in ["wasm2", "mvp,simd", "-simd,simd", "all"] {
        let run = world.run(&["verify", "simd.wasm", "--features", features]);
        assert_eq!(run.code, 0, "{features}: {}", run.out);
    }
    let run = world.run(&["verify", "simd.wasm", "--features=smid"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean `simd`?"), "{}", run.err);
}

#[test]
fn a_missing_feature_is_named() {
    let world = World::new();
    let text = "(module (func (result i32 i32) i32.const 1 i32.extend8_s i32.const 1))";
    world.write("a.wasm", wat::parse_str(text).unwrap());
    let run = world.run(&["verify", "a.wasm", "--features", "mvp,multi-value"]);
    assert_eq!(run.code, 1);
    let help = "allow it with `--features sign-extension`";
    assert!(run.out.contains(help), "{}", run.out);
}
