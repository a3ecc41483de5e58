//! A Lisp whose pairs, functions and numbers are objects of the garbage-collected
//! heap, and whose errors are exceptions.

use crate::build::built;
use crate::golden::expect;
use crate::run::Run;
use crate::tools::root;

#[test]
fn a_lisp_runs_on_collected_objects() {
    let folder = root().join("tests/programs/lisp");
    let source = folder.join("lisp.wat");
    let module = built("lisp", &[&source], &[], |folder| {
        let module = folder.join("lisp.wasm");
        std::fs::write(&module, wat::parse_file(&source).unwrap()).unwrap();
        module
    });
    let program = std::fs::read(folder.join("program.lisp")).unwrap();
    let run = Run::new(&module)
        .proposals("gc=y,function-references=y,exceptions=y")
        .stdin(program);
    expect("lisp.txt", &run.printed());
}
