use super::*;

fn read(text: &str) -> Vec<Diagnostic> {
    read_all(text).finish()
}

fn read_all(text: &str) -> Messages {
    let root = PathBuf::from("/p");
    let mut messages = Messages::new(&root, vec![root.clone(), "/stage/.work".into()]);
    messages.alias("/stage/obj/u.c.o", "u.c");
    for line in text.lines() {
        messages.line(line);
    }
    messages
}

#[test]
fn a_message_has_place_code_stack_notes_and_source() {
    let text = "\
In file included from src/a.c:1:
In file included from ./src/b.h:2:
/p/src/c.h:1:13: error: expected parameter declarator
int broken( { ;
            ^
            fix
/p/src/c.h:1:11: note: to match this '('
int broken( { ;
          ^
src/a.c:2:16: warning: unused variable 'x' [-Wunused-variable]
int main(){int x;}
               ^
/usr/include/y.h:3:4: error: z: error: w [-Werror,-Wq]
1 warning and 2 errors generated.
";
    let all = read(text);
    assert_eq!(all.len(), 3);
    let first = &all[0];
    assert_eq!(first.file.as_deref(), Some("src/c.h"));
    assert_eq!(first.span.unwrap().start, [1, 13]);
    assert_eq!(
        first.notes,
        [
            "included from src/a.c:1",
            "included from src/b.h:2",
            "src/c.h:1:11: to match this '('"
        ]
    );
    let rendered = first.rendered.as_ref().unwrap();
    assert!(
        rendered.ends_with("int broken( { ;\n          ^"),
        "{rendered}"
    );
    assert!(rendered.contains("            fix"));
    assert_eq!(all[1].code.as_deref(), Some("-Wunused-variable"));
    assert_eq!(all[1].severity, Severity::Warning);
    assert_eq!(all[2].file.as_deref(), Some("/usr/include/y.h"));
    assert_eq!(all[2].message, "z: error: w");
    assert_eq!(all[2].code.as_deref(), Some("-Wq"));
}

#[test]
fn newer_compilers_have_a_gutter() {
    let text = "a.c:1:5: error: bad\n    1 | int x\n      |     ^\n      |     ;\nnot a part\n";
    let mut messages = read_all(text);
    let all = messages.finish();
    assert_eq!(all[0].rendered.as_ref().unwrap().lines().count(), 4);
    assert_eq!(messages.rest(), ["not a part"]);
}

#[test]
fn a_line_that_only_follows_is_not_swallowed() {
    let mut messages =
        read_all("clang: warning: argument unused [-Wunused]\ncc -c b.c\nb.c:1:1: error: x");
    assert_eq!(messages.finish().len(), 2);
    assert_eq!(messages.rest(), ["cc -c b.c"]);
}

#[test]
fn windows_paths_have_a_colon() {
    let header = header::parse(r"C:\p\a.c:12:3: error: x").unwrap();
    let place = header.place.unwrap();
    assert_eq!(
        (place.file.as_str(), place.line, place.column),
        (r"C:\p\a.c", 12, 3)
    );
}

#[test]
fn linkers_name_the_source_and_the_cure() {
    let text = "\
wasm-ld-14: error: /stage/obj/u.c.o: undefined symbol: setjmp
clang: error: linker command failed with exit code 1 (use -v to see invocation)
error: undefined symbol: und (referenced by top-level compiled C/C++ code)
warning: Link with `-s LLD_REPORT_UNDEFINED` to get more information on undefined symbols
Error: Aborting compilation due to previous errors
wasm-ld: error: duplicate symbol: main
>>> defined in /stage/obj/u.c.o
";
    let all = read(text);
    assert_eq!(all[0].message, "undefined symbol: setjmp");
    assert_eq!(all[0].file.as_deref(), Some("u.c"));
    assert!(all[0].notes[0].contains("emcc"), "{:?}", all[0].notes);
    assert_eq!(all[1].message, "undefined symbol: und");
    assert!(all[1].notes[0].contains("`-l`"));
    assert!(all[2].message.contains("duplicate symbol"));
    assert_eq!(all.len(), 3);
}

#[test]
fn make_tells_its_own_mistakes() {
    let all = read(
        "make: Entering directory '/stage/.work/sub'\nx.c:1:2: error: e\nmake: Leaving directory '/stage/.work/sub'\n\
         Makefile:3: *** missing separator.  Stop.\nmake: *** No rule to make target 'a.c', needed by 'a.o'.  Stop.\n\
         /bin/sh: 1: bison: not found\nmake: *** [Makefile:5: app.o] Error 1\n",
    );
    assert_eq!(all[0].file.as_deref(), Some("sub/x.c"));
    assert_eq!(all[1].file.as_deref(), Some("Makefile"));
    assert_eq!(all[1].span.unwrap().start, [3, 1]);
    assert_eq!(all[1].message, "missing separator");
    assert_eq!(
        all[2].message,
        "no rule to make target 'a.c', needed by 'a.o'"
    );
    assert!(all[3].message.contains("`bison`"));
    assert!(is_aftermath(&all[4]) && !is_aftermath(&all[2]));
    assert_eq!(all[4].span.unwrap().start, [5, 1]);
}

#[test]
fn cmake_has_blocks() {
    let all = read(
        "-- Checking\nCMake Error at CMakeLists.txt:5 (add_executable):\n  Cannot find source file:\n\n    none.c\n\n\n\
         CMake Warning (dev) at sub/CMakeLists.txt:2:\n  Old\nCMake Error: no such generator\n-- Done",
    );
    assert_eq!(all.len(), 3);
    assert_eq!(all[0].message, "Cannot find source file:");
    assert_eq!(all[0].notes, ["none.c"]);
    assert_eq!(all[0].span.unwrap().start, [5, 1]);
    assert_eq!(all[1].severity, Severity::Warning);
    assert_eq!(all[1].file.as_deref(), Some("sub/CMakeLists.txt"));
    assert_eq!(all[2].message, "no such generator");
}

#[test]
fn the_clock_is_noticed_and_not_reported() {
    let mut messages = read_all(
        "d.c:1:14: warning: expansion of date or time macro is not reproducible [-Wdate-time]\nint x = __DATE__;\n        ^\n1 warning generated.",
    );
    assert_eq!(messages.finish(), []);
    assert_eq!(messages.clock(), Some("d.c"));
}

proptest::proptest! {
    #[test]
    fn nothing_panics(text in "(\\PC|error: |warning: |note: |:1|:|\n|  |\\^|\\||make|\\*\\*\\* |CMake Error at |undefined symbol: |In file included from ){0,30}") {
        read(&text);
    }
}
