use crate::kit::World;

#[test]
fn version_is_one_line() {
    let run = World::new().run(&["--version"]);
    assert_eq!((run.code, run.out.as_str()), (0, "wasmrun 0.1.0\n"));
}

#[test]
fn a_mistyped_command_suggests_the_nearest() {
    let run = World::new().run(&["complie"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean `compile`?"), "{}", run.err);
}
