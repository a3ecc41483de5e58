//! What can be seen in a Go source without compiling it.

/// Whether it belongs to `package main`. One that no build takes
/// (`//go:build ignore`) is a tool of the project, not the project.
pub(crate) fn is_program(text: &str) -> bool {
    package(text) == Some("main")
}

/// Whether it declares `func main`.
pub(crate) fn has_main(text: &str) -> bool {
    text.lines().any(|line| {
        line.strip_prefix("func main")
            .is_some_and(|rest| rest.trim_start().starts_with('('))
    })
}

/// Whether it exports a function to the host, for one compiler or the other.
/// `//export` is the older word of TinyGo.
pub(crate) fn exports(text: &str, tiny: bool) -> bool {
    text.lines().any(|line| {
        let is = |word: &str| {
            line.strip_prefix(word)
                .is_some_and(|rest| rest.starts_with([' ', '\t']))
        };
        is("//go:wasmexport") || (tiny && is("//export"))
    })
}

/// The name after `package`.
fn package(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        if let Some(comment) = rest.strip_prefix("//") {
            let (line, behind) = comment.split_once('\n')?;
            if line.trim() == "go:build ignore" {
                return None;
            }
            rest = behind.trim_start();
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/")?.1.trim_start();
        } else {
            break;
        }
    }
    let name = rest.strip_prefix("package")?;
    let name = name.strip_prefix(char::is_whitespace)?.trim_start();
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
    name.get(..end.unwrap_or(name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_from_libraries() {
        assert!(is_program("// a\n/* package b */\npackage main // c\n"));
        assert!(is_program("\u{feff}package  main;"));
        for text in [
            "package mainly",
            "//go:build ignore\n\npackage main\n",
            "",
            "//",
            "/*",
            "package",
            "packagemain",
        ] {
            assert!(!is_program(text), "{text}");
        }
    }

    #[test]
    fn declarations_are_seen_at_the_start_of_a_line() {
        assert!(has_main("package main\nfunc main() {\n"));
        assert!(has_main("func main () {"));
        assert!(!has_main("// func main()\nfunc mainly() {\n"));
        assert!(exports("//go:wasmexport add\nfunc add() {}", false));
        assert!(!exports("// go:wasmexport add\n//go:wasmexported x", true));
        assert!(exports("//export add", true) && !exports("//export add", false));
    }
}
