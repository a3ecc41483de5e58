//! Programs that work.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::host::{project, write};
use crate::{eval, waspy};

const FIBONACCI: &str = "def fibonacci(n: int) -> int:
    a = 0
    b = 1
    for i in range(n):
        t = a + b
        a = b
        b = t
    return a
";

#[test]
fn one_file_exports_its_functions() {
    let it = project(&[("hällo wörld.py", FIBONACCI)]);
    let built = waspy().build(it.path(), json!({})).ok();
    assert_eq!(built.artifacts(), ["app.wasm"]);
    assert_eq!(built.diagnostics(), [""; 0]);
    let Some(value) = eval(&built.path("app.wasm"), "exports.fibonacci(30)") else {
        return;
    };
    assert_eq!(value, "832040");
    assert_eq!(fs::read_dir(it.path()).unwrap().count(), 1);
}

/// What the subset has: classes with inheritance, collections, strings,
/// exceptions, closures, generators, floats.
const MANY: &str = "from shop.prices import total
import shapes as s
from typing import List

class Counter:
    def __init__(self, start: int):
        self.value = start

    def step(self) -> int:
        return 1

    def tick(self) -> int:
        self.value += self.step()
        return self.value

class Fast(Counter):
    def step(self) -> int:
        return 10

def ticks(n: int) -> int:
    counter = Fast(5)
    for i in range(n):
        counter.tick()
    return counter.value

def words(n: int) -> int:
    counts = {\"a\": 1}
    for word in \"b a c a\".split(\" \"):
        if word in counts:
            counts[word] += n
        else:
            counts[word] = n
    return counts[\"a\"] * 100 + len(counts)

def safe(n: int) -> int:
    try:
        return 10 // n
    except ZeroDivisionError:
        return -1

def evens(n: int):
    i = 0
    while i < n:
        yield i * 2
        i += 1

def added(n: int) -> int:
    sum = 0
    for x in evens(n):
        sum += x
    squares = [x * x for x in range(n) if x % 2 == 1]
    return sum * 1000 + len(squares)

def area(r: float) -> float:
    return s.circle(r)

def bill(n: int) -> int:
    return total([n, n + 1, n + 2])

def main() -> int:
    return bill(1)

if __name__ == \"__main__\":
    main()
";

#[test]
fn a_project_of_many_files_runs() {
    let it = project(&[
        ("main.py", MANY),
        (
            "shapes.py",
            "import math\n\ndef circle(r: float) -> float:\n    return math.pi * r * r\n",
        ),
        ("shop/__init__.py", ""),
        (
            "shop/prices.py",
            "from typing import List\nfrom shop.tax import taxed\n\n\
             def total(prices: List[int]) -> int:\n    sum = 0\n    for price in prices:\n        \
             sum += taxed(price)\n    return sum\n",
        ),
        (
            "shop/tax.py",
            "RATE = 2\n\ndef taxed(price: int) -> int:\n    return price * RATE\n",
        ),
        ("unused.py", "async def f():\n    pass\n"),
    ]);
    let built = waspy().build(it.path(), json!({})).ok();
    assert_eq!(built.diagnostics(), [""; 0]);
    let (files, _) = built.inputs();
    // The last is not there, and would be taken before the folder.
    for file in [
        "main.py",
        "shapes.py",
        "shop/prices.py",
        "shop/prices/__init__.py",
    ] {
        assert!(
            files.iter().any(|it| it == file),
            "{file} is no input: {files:?}"
        );
    }
    assert!(!files.iter().any(|it| it == "unused.py"));
    let calls = "[exports.ticks(3), exports.words(2), exports.safe(0), exports.safe(5), \
                 exports.added(5), exports.area(2).toFixed(3), exports.bill(7), exports.main()] + ''";
    let Some(value) = eval(&built.path("app.wasm"), calls) else {
        return;
    };
    assert_eq!(value, "35,503,-1,2,20002,12.566,48,12");
}

#[test]
fn the_same_sources_give_the_same_bytes_in_any_folder() {
    let bytes = || {
        let it = project(&[("main.py", &format!("# a comment\n{FIBONACCI}"))]);
        let built = waspy().build(it.path(), json!({})).ok();
        fs::read(built.path("app.wasm")).unwrap()
    };
    assert!(bytes() == bytes());
}

#[test]
fn the_entry_can_be_chosen() {
    let it = project(&[
        ("a.py", "def a() -> int:\n    return 1\n"),
        ("b.py", FIBONACCI),
    ]);
    let built = waspy().build(it.path(), json!({}));
    assert_eq!(built.result["error"]["code"], "project_invalid");
    for fields in [
        json!({"entry": "b.py"}),
        json!({"options": {"entry": "./b.py"}}),
    ] {
        let built = waspy().build(it.path(), fields).ok();
        assert_eq!(built.inputs().0, ["b.py"]);
    }
}

#[test]
fn what_compiles_and_does_nothing_is_told() {
    let text = "def main() -> int:\n    print(1)\n    return 2\n\n\
                if __name__ == \"__main__\":\n    x = main()\n";
    let it = project(&[("main.py", text)]);
    let built = waspy().build(it.path(), json!({})).ok();
    assert_eq!(
        built.diagnostics(),
        [
            "warning main.py:2:5 print writes nothing in a module that waspy makes",
            "warning main.py:5:1 of this block, waspy runs nothing but the function main",
        ]
    );
}

#[test]
fn the_other_operations_answer() {
    let it = project(&[("main.py", FIBONACCI)]);
    let host = waspy();
    let found = host.about(it.path(), "detect").ok();
    assert_eq!(found.result["match"]["entry"], "main.py");
    assert_eq!(
        host.about(it.path(), "check").ok().result["missing"],
        json!([])
    );
    assert_eq!(
        host.about(it.path(), "clean").ok().result["removed"],
        json!([])
    );
    host.about(it.path(), "validate").ok();
    write(it.path(), "main.py", "def f(\n");
    let refused = host.about(it.path(), "validate");
    assert_eq!(refused.result["status"], "failed");
}

#[test]
fn the_example_knows_its_dates() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/python");
    let example = example.canonicalize().unwrap();
    let built = waspy().build(&example, json!({})).ok();
    assert_eq!(built.diagnostics(), [""; 0]);
    let calls = "[exports.weekday(20240229), exports.weekday(19700101), exports.weekday(20000101), \
                 exports.next_day(20231231), exports.next_day(20240228), exports.next_day(21000228), \
                 exports.days_between(19700101, 20240229), exports.days_between(20240301, 20231231), \
                 exports.easter(2024), exports.easter(2025), exports.easter(1961)] + ''";
    let Some(value) = eval(&built.path("app.wasm"), calls) else {
        return;
    };
    assert_eq!(
        value,
        "4,4,6,20240101,20240229,21000301,19782,-61,20240331,20250420,19610402"
    );
}
