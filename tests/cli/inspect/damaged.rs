//! Modules that cannot be read to their end.

use proptest::prelude::*;
use serde_json::Value;
use wasmrun::wasm::Facts;

use super::{assemble, real_modules};
use crate::kit::World;

const SAMPLE: &str = include_str!("../../inspect/command.wat");

#[test]
fn a_cut_module_shows_what_is_there_and_where_it_stops() {
    let world = World::new();
    let whole = assemble(SAMPLE);
    let code = {
        let facts = Facts::read(&whole).unwrap();
        let mut sections = facts.sections.iter();
        sections
            .find(|section| section.name == "code")
            .unwrap()
            .offset
    };
    let cut = usize::try_from(code).unwrap() + 10;
    world.write("cut.wasm", &whole[..cut]);
    let run = world.run(&["inspect", "cut.wasm"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("fd_write"), "{}", run.out);
    assert!(run.out.contains("_start"), "{}", run.out);
    assert!(run.out.contains("\nnot readable\n"), "{}", run.out);
    let claim = format!("more in the code section (at {code:#x})");
    assert!(run.out.contains(&claim), "{claim} not in {}", run.out);
    assert!(
        run.err.contains("error: cut.wasm is not valid WebAssembly"),
        "{}",
        run.err
    );
    assert_eq!(run.err.matches("error:").count(), 1, "{}", run.err);
    let run = world.run(&["inspect", "cut.wasm", "--format", "json"]);
    assert_eq!(run.code, 1);
    let json: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["valid"], false);
    assert_eq!(json["problems"][0]["section"], "code");
    assert_eq!(json["problems"][0]["offset"], code);
    assert_eq!(json["exports"].as_array().unwrap().len(), 2);
}

#[test]
fn a_fault_in_one_section_does_not_hide_the_next() {
    // A type section with a form that does not exist, then a memory section.
    let bytes = b"\0asm\x01\0\0\0\x01\x04\x01\x11\0\0\x05\x03\x01\0\x07";
    let facts = Facts::read(bytes).unwrap();
    assert_eq!(facts.problems.total(), 1);
    assert_eq!(facts.problems.first()[0].section, Some("type"));
    assert_eq!(facts.module().unwrap().memories[0].initial_pages, 7);
}

#[test]
fn a_readable_module_that_is_not_valid_is_shown_whole() {
    let world = World::new();
    let text = "(module (func $odd (export \"odd\") (result i32) i64.const 1))";
    world.write("odd.wasm", assemble(text));
    let run = world.run(&["inspect", "odd.wasm"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains("valid      no: type mismatch"),
        "{}",
        run.out
    );
    assert!(run.out.contains("function 0 (odd)"), "{}", run.out);
    assert!(run.out.contains("exports (1)"), "{}", run.out);
    assert!(
        run.err.contains("`wasmrun verify --detailed odd.wasm`"),
        "{}",
        run.err
    );
    let run = world.run(&["inspect", "odd.wasm", "--format", "json"]);
    assert_eq!(run.code, 1);
    let json: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["valid"], false);
    assert_eq!(json["problem_count"], 0);
    assert!(json["invalid"]["offset"].as_u64().unwrap() > 8);
}

/// Reads every beginning of a module. A beginning is either not readable to its
/// end or ends between two sections, and never holds more than the whole.
fn cut_everywhere(whole: &[u8]) {
    let facts = Facts::read(whole).unwrap();
    assert!(facts.problems.is_empty(), "{:?}", facts.problems);
    let mut ends: Vec<u64> = vec![8];
    ends.extend(
        facts
            .sections
            .iter()
            .map(|section| section.offset + section.size),
    );
    for end in 0..whole.len() {
        match Facts::read(&whole[..end]) {
            Err(_) => assert!(end < 8),
            Ok(cut) => {
                assert_eq!(
                    cut.problems.is_empty(),
                    ends.contains(&(end as u64)),
                    "{end}"
                );
                assert!(cut.sections.len() <= facts.sections.len());
                let read: u64 = cut.sections.iter().map(|section| section.size).sum();
                assert!(read <= end as u64);
            }
        }
    }
}

#[test]
fn every_cut_of_a_module_and_a_component_is_survived() {
    for text in [
        SAMPLE,
        include_str!("../../inspect/proposals.wat"),
        include_str!("../../inspect/component.wat"),
        include_str!("../../inspect/side_module.wat"),
        include_str!("../../inspect/debug.wat"),
    ] {
        cut_everywhere(&assemble(text));
    }
}

#[test]
fn every_cut_of_a_real_module_is_survived() {
    let Some(folder) = real_modules::folder() else {
        return;
    };
    // The smallest one: the time grows with the square of the length.
    let mut modules = real_modules::all(&folder);
    modules.sort_by_key(|path| std::fs::metadata(path).unwrap().len());
    let bytes = std::fs::read(&modules[0]).unwrap();
    let facts = Facts::read(&bytes).unwrap();
    // Each section's frame and first bytes, and two hundred places between.
    let mut ends: Vec<usize> = (0..bytes.len()).step_by(bytes.len() / 200 + 1).collect();
    for section in &facts.sections {
        let start = usize::try_from(section.offset).unwrap();
        ends.extend(start.saturating_sub(3)..(start + 4).min(bytes.len()));
    }
    for end in ends {
        if let Ok(cut) = Facts::read(&bytes[..end]) {
            assert!(cut.sections.len() <= facts.sections.len());
        }
    }
}

/// Claims of four gigabytes, in the frame and in the counts.
fn claims() -> Vec<(&'static str, Vec<u8>)> {
    const HUGE: &[u8] = b"\xff\xff\xff\xff\x0f";
    let module = |parts: &[&[u8]]| [&[b"\0asm\x01\0\0\0".as_slice()], parts].concat().concat();
    let mut claims = Vec::new();
    for id in 0..=13_u8 {
        claims.push(("section", module(&[&[id], HUGE])));
        claims.push(("count", module(&[&[id, 5], HUGE])));
    }
    // A body of claimed locals, a br_table of claimed targets, a claimed name.
    claims.push((
        "locals",
        module(&[b"\x0a\x0a\x01\x08\x01", HUGE, b"\x7f\x0b"]),
    ));
    claims.push((
        "targets",
        module(&[b"\x0a\x0a\x01\x08\0\x0e", HUGE, b"\x0b"]),
    ));
    claims.push(("names", module(&[b"\0\x0c\x04name\x01\x05", HUGE])));
    claims.push(("dylink", module(&[b"\0\x10\x08dylink.0\x02\x05", HUGE])));
    claims.push(("producers", module(&[b"\0\x0f\x09producers", HUGE])));
    let pages = module(&[b"\x05\x0d\x01\x05", HUGE, b"\xff\xff\xff\xff\x0f"]);
    claims.push(("pages", pages));
    let component = |id: u8| [b"\0asm\x0d\0\x01\0".as_slice(), &[id, 5], HUGE].concat();
    claims.extend((0..=12).map(|id| ("component", component(id))));
    claims
}

#[cfg(unix)]
#[test]
fn nothing_is_allocated_by_what_a_header_claims() {
    let world = World::new();
    for (at, (what, bytes)) in claims().into_iter().enumerate() {
        let name = format!("{what}{at}.wasm");
        world.write(&name, bytes);
        // 256 MiB of address space: far from four gigabytes.
        let limited = format!("ulimit -v 262144; exec \"$0\" inspect {name} --format json");
        let output = std::process::Command::new("sh")
            .args(["-c", &limited, env!("CARGO_BIN_EXE_wasmrun")])
            .current_dir(world.path())
            .output()
            .unwrap();
        let code = output.status.code();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(code, Some(0 | 1)), "{name}: {code:?} {err}");
        assert!(
            !err.contains("panicked") && !err.contains("alloc"),
            "{name}: {err}"
        );
    }
}

#[test]
fn components_nest_only_so_deep() {
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    for _ in 0..20_000 {
        let mut outer = b"\0asm\x0d\0\x01\0\x04".to_vec();
        let mut size = bytes.len();
        while size >= 0x80 {
            outer.push((size & 0x7f) as u8 | 0x80);
            size >>= 7;
        }
        outer.push(size as u8);
        outer.extend(&bytes);
        bytes = outer;
        if bytes.len() > 200_000 {
            break;
        }
    }
    let facts = Facts::read(&bytes).unwrap();
    let said = &facts.problems.first()[0].message;
    assert!(said.contains("nest deeper"), "{said}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes_after_a_header_are_survived(
        component in any::<bool>(),
        body in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let header: &[u8] = if component { b"\0asm\x0d\0\x01\0" } else { b"\0asm\x01\0\0\0" };
        let bytes = [header, &body].concat();
        let facts = Facts::read(&bytes).unwrap();
        let read: u64 = facts.sections.iter().map(|section| section.size).sum();
        prop_assert!(read <= body.len() as u64);
    }
}
