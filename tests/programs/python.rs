//! CPython 3.12 for WASI, one module with its library inside.

use std::path::PathBuf;

use crate::run::Run;
use crate::tools::{all, fetched, programs};

/// The module, and a folder with the package `test`, which is not inside.
fn python() -> Option<(PathBuf, PathBuf)> {
    if !all() {
        return None;
    }
    let folder = fetched(programs().join("python"), "programs-all")?;
    Some((folder.join("python.wasm"), folder.join("lib")))
}

#[test]
fn cpython_passes_its_own_tests_of_json() {
    let Some((module, library)) = python() else {
        return;
    };
    let ran = Run::new(&module)
        .args(["-m", "unittest", "test.test_json"])
        .env("PYTHONPATH", "/more")
        .mount(&library, "/more")
        .exec();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("\nRan 168 tests in "), "{}", ran.err);
    assert!(ran.err.ends_with("\nOK (skipped=16)\n"), "{}", ran.err);
}

#[test]
fn cpython_runs_a_program() {
    let Some((module, _)) = python() else { return };
    let script = r#"
import collections, dataclasses, decimal, hashlib, json, os, pathlib, re, sys

@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: int = 0

def numbers():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b

print(sys.argv[1:], os.environ["WORD"], sys.stdin.read().split())
print(sorted([Point(2), Point(1, 5), Point(1)]))
fib = numbers()
print([next(fib) for _ in range(200)][-1])
print(hashlib.sha256(b"x" * 100_000).hexdigest())
decimal.getcontext().prec = 50
print(decimal.Decimal(2).sqrt())
print(collections.Counter(re.findall(r"\w", "hello wörld")).most_common(3))
folder = pathlib.Path("new folder")
folder.mkdir()
for i in range(20):
    (folder / f"{i:02}.json").write_text(json.dumps({"i": i, "sq": i * i}))
print(sum(json.loads(p.read_text())["sq"] for p in sorted(folder.glob("*.json"))), os.stat(folder / "03.json").st_size)
(folder / "00.json").rename("moved.json")
try:
    open("missing")
except OSError as error:
    print(error)
try:
    (lambda f: f(f))(lambda f: f(f) + 1)
except RecursionError as error:
    print(type(error).__name__)
print(f"{1 / 3:.20f} {2 ** 100:,} {float('nan')} {-0.0}", flush=True)
print("to standard error", file=sys.stderr)
sys.exit(5)
"#;
    let ran = Run::new(&module)
        .args(["program.py", "a b", "ü"])
        .env("WORD", "from outside")
        .stdin("one two")
        .file("program.py", script)
        .same();
    assert_eq!((ran.code, ran.err.as_str()), (5, "to standard error\n"));
    assert!(ran.files.contains_key("moved.json"));
    crate::golden::expect("python.txt", &crate::run::text(&ran.out));
}
