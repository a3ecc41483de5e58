//! MicroPython for WASI, which unwinds by exceptions.

use std::path::PathBuf;

use crate::golden::expect;
use crate::run::{Ran, Run, text};
use crate::tools::{fetched, programs};

fn micropython() -> Option<PathBuf> {
    fetched(programs().join("micropython/micropython.wasm"), "programs")
}

fn run(script: &str) -> Option<Ran> {
    let module = micropython()?;
    // The package's host gives two functions more, for calls back to it.
    let run = Run::new(&module)
        .proposals("exceptions=y")
        .unknown_imports_trap()
        .args(["-c", script]);
    Some(run.same())
}

#[test]
fn micropython_raises_and_catches() {
    let script = r#"
import json, re, sys

class Stop(Exception):
    pass

def deep(n):
    if n == 0:
        raise Stop("deep")
    return 1 + deep(n - 1)

caught = 0
for i in range(2000):
    try:
        deep(i % 20)
    except Stop as stop:
        caught += 1
print(caught)

try:
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise ValueError("second")
except ValueError as e:
    print(repr(e))

def numbers():
    try:
        yield 1
        yield 2
    finally:
        print("closed")

for n in numbers():
    print(n)

with_errors = 0
for text in ["1", "x", "3.5", "", "7"]:
    try:
        with_errors += int(text)
    except ValueError:
        with_errors += 1000
print(with_errors)
print(json.dumps({"a": [1, None, True]}), json.loads("[1, 2]"), re.match("a+", "aab").group(0))
print(2 ** 200, sum(x * x for x in range(1000)), sorted("exceptions"))

print(sys.implementation[0])
"#;
    let Some(ran) = run(script) else { return };
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    expect("micropython.txt", &text(&ran.out));
}

#[test]
fn micropython_tells_of_what_nothing_caught() {
    let Some(ran) = run("def f():\n    raise KeyError('x')\nf()") else {
        return;
    };
    assert_eq!(ran.code, 1);
    let all = format!("{}{}", text(&ran.out), ran.err);
    assert!(all.ends_with("KeyError: x\n"), "{all}");
}
