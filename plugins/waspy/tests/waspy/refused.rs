//! Programs that the compiler does not take: what is said, and where.

use serde_json::{Value, json};

use crate::host::{Answer, project, write};
use crate::waspy;

/// Fails to build one file, and returns the last diagnostic beside all.
fn refused(text: &str) -> (Vec<String>, Value) {
    let it = project(&[("main.py", text)]);
    let built = waspy().build(it.path(), json!({}));
    assert_eq!(built.result["status"], "failed", "{}", built.result);
    (built.diagnostics(), last(&built))
}

fn last(built: &Answer) -> Value {
    let mut told = built.events.iter().rev();
    told.find(|it| it["type"] == "diagnostic").unwrap().clone()
}

const WAY_OUT: &str = "to use it all the same, run the program with CPython for WASI instead";

#[test]
fn wrong_syntax_has_its_place() {
    let (told, _) = refused("é = 1\ndef f(:\n    pass\n");
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("error main.py:2:7 invalid syntax"),
        "{told:?}"
    );
}

#[test]
fn what_the_subset_lacks_has_its_place_and_the_way_out() {
    let (told, last) = refused("def f(n: int) -> int:\n    match n:\n        case _: return 1\n");
    assert_eq!(
        told,
        ["error main.py:2:5 'match' statements are not supported by waspy"]
    );
    assert_eq!(last["code"], "unsupported");
    assert_eq!(
        last["notes"],
        json!(["in function `f`", "help: use an if/elif chain", WAY_OUT])
    );
}

#[test]
fn a_place_that_the_compiler_does_not_tell_is_found() {
    let text = "def g(n: int) -> int:\n    return n\n\ndef f(n: int) -> int:\n    m = n\n    \
                if m > 1:\n        m = 1 if n else 2\n    return m\n";
    let (told, last) = refused(text);
    assert_eq!(
        told,
        [
            "error main.py:7:9 conditional expressions ('a if cond else b') are not supported by waspy yet"
        ]
    );
    assert_eq!(last["span"]["end"], json!([7, 26]));
    let notes = last["notes"].as_array().unwrap();
    assert_eq!(notes.last().unwrap(), WAY_OUT);

    let (told, last) = refused(
        "import math\n\ndef f(x: float) -> float:\n    y = x\n    return y + math.sqrt(x)\n",
    );
    assert!(
        told[0].starts_with("error main.py:5:16 'math.sqrt()' is not implemented by waspy yet"),
        "{told:?}"
    );
    assert_eq!(last["span"]["end"], json!([5, 25]));
}

#[test]
fn what_is_wrong_in_all_of_python_has_no_way_out() {
    let (told, last) = refused("def f(n: int) -> int:\n    return lost + n\n");
    assert_eq!(told, ["error main.py:2:12 name 'lost' is not defined"]);
    assert_eq!(last["notes"], json!(["in function `f`"]));
}

#[test]
fn an_installed_package_is_named_where_it_is_imported() {
    let (told, _) = refused("import numpy as np\n\ndef f(n: int) -> int:\n    return np.sum(n)\n");
    assert_eq!(
        told[0],
        "error main.py:1:1 the module `numpy` is not in the project"
    );
    assert!(told[1].starts_with("error main.py:4:"), "{told:?}");
}

#[test]
fn the_error_is_in_the_file_that_has_it() {
    let it = project(&[
        (
            "main.py",
            "from lib.deep import half\n\ndef f(n: int) -> int:\n    return half(n)\n",
        ),
        (
            "lib/deep.py",
            "def half(n: int) -> int:\n    global x\n    return n\n",
        ),
    ]);
    let built = waspy().build(it.path(), json!({}));
    assert_eq!(
        built.diagnostics(),
        ["error lib/deep.py:2:5 the 'global' statement is not supported by waspy"]
    );
    let text = "def half(n: int) -> int:\n    return n.upper()\n";
    write(it.path(), "lib/deep.py", text);
    let built = waspy().build(it.path(), json!({}));
    assert!(
        built.diagnostics()[0].starts_with("error lib/deep.py:2:"),
        "{:?}",
        built.diagnostics()
    );
}

#[test]
fn a_program_without_functions_is_told_so() {
    for text in ["", "x = 1\n"] {
        let (told, _) = refused(text);
        assert!(
            told[0].contains("the program defines no function"),
            "{told:?}"
        );
    }
}

#[test]
fn bytes_that_are_no_text_are_told() {
    let it = project(&[]);
    std::fs::write(it.path().join("main.py"), b"x = '\xff'\n").unwrap();
    let built = waspy().build(it.path(), json!({}));
    assert_eq!(
        built.diagnostics(),
        ["error main.py:null:null main.py is not UTF-8"]
    );
}

/// The compiler panics on what looks like an import to it, and nesting of that
/// depth is more than its stack holds. Neither is more than an answer.
#[test]
fn a_compiler_that_crashes_takes_nothing_with_it() {
    let comma = "\"\"\"\nimport a,\n\"\"\"\n".to_owned();
    let deep = format!("def f() -> int:\n    return {}1\n", "- ".repeat(1_000_000));
    for (text, cause) in [(comma, "panicked at"), (deep, "killed by signal")] {
        let it = project(&[("main.py", &text)]);
        let built = waspy().build(it.path(), json!({}));
        let error = &built.result["error"];
        assert_eq!(error["code"], "toolchain", "{}", built.result);
        assert_eq!(error["message"], "the compiler waspy crashed on main.py");
        let told = error["cause"][0].as_str().unwrap();
        assert!(told.contains(cause), "{error}");
    }
}
