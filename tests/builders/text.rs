//! WAT, and modules that are built already.

use plugin_protocol::{ErrorCode, Severity};
use wasmrun::project::Language;

use crate::kit::World;

const MODULE: &str = r#"(module (func $f (export "f") (result i32) i32.const 42))"#;

#[test]
fn a_wat_file_becomes_a_module() {
    let world = World::new(Language::Wat).file("main.wat", MODULE);
    let built = world.build();
    assert_eq!(built.artifacts(), ["app.wasm"]);
    assert_eq!(built.exports(), ["f"]);
    let inputs = built.report().inputs.as_ref().unwrap();
    assert_eq!(inputs.files, ["main.wat"]);
    assert_eq!(built.module(), world.build().module());
}

#[test]
fn a_mistake_has_its_line_and_a_caret() {
    let world =
        World::new(Language::Wat).file("src/index.wat", "(module\n  (func\n    i32.foo))\n");
    let built = world.build();
    let [error] = built.failed()[..] else {
        panic!("one diagnostic");
    };
    assert_eq!(error.file.as_deref(), Some("src/index.wat"));
    assert_eq!(error.span.unwrap().start, [3, 5]);
    assert!(
        error
            .rendered
            .as_ref()
            .unwrap()
            .contains("3 |     i32.foo))\n  |     ^")
    );
}

#[test]
fn a_file_that_is_not_text_is_told() {
    let world = World::new(Language::Wat).file("main.wat", b"(module)\n;; \xff");
    let built = world.build();
    assert_eq!(built.failed()[0].span.unwrap().start, [2, 4]);
}

#[test]
fn the_entry_is_named_or_clear_or_asked_for() {
    let world = World::new(Language::Wat)
        .file("a.wat", MODULE)
        .file("b.wat", MODULE);
    let built = world.build();
    let error = built.error();
    assert_eq!(error.code, ErrorCode::ProjectInvalid);
    assert!(error.message.contains("a.wat, b.wat"), "{}", error.message);
    assert_eq!(error.fix, ["entry = \"a.wat\""]);
    world
        .file("app.wat", MODULE)
        .entry("b.wat")
        .build()
        .report();

    let by_name = World::new(Language::Wat)
        .file("app.wat", MODULE)
        .file("b.wat", "(bad");
    by_name.build().report();
    let gone = by_name.entry("gone.wat").build();
    assert!(gone.error().message.contains("gone.wat"));
}

#[test]
fn a_mistake_is_seen_without_a_build() {
    let world = World::new(Language::Wat).file("main.wat", "(module (func (result i32) foo))");
    let mut events = vec![];
    let checked = world.builder().validate_project(
        world.path(),
        &mut |event| events.push(event),
        &world.cancel,
    );
    assert!(checked.is_err());
    assert_eq!(events.len(), 1);
}

#[test]
fn a_module_is_handed_over_as_it_is() {
    let module = wat::parse_str(MODULE).unwrap();
    let world = World::new(Language::Wasm).file("app.wasm", &module);
    let built = world.build();
    assert_eq!(built.module(), module);
    assert!(
        built
            .diagnostics()
            .iter()
            .all(|one| one.severity < Severity::Error)
    );
    assert_eq!(
        std::fs::read(world.path().join("app.wasm")).unwrap(),
        module
    );
}
