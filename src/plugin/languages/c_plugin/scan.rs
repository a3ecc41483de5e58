//! What a C or C++ file holds, as far as it can be told without a preprocessor.

/// What was seen in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// It defines `main`.
    pub(super) main: bool,
    /// It defines `main` only under an `#if`.
    pub(super) conditional_main: bool,
}

/// Looks for a definition of `main`: the name, an argument list, a body.
pub(super) fn scan(source: &str) -> Seen {
    let mut seen = Seen::default();
    let mut depth = 0_u32;
    let mut code = String::with_capacity(source.len());
    for line in without_comments(source).lines() {
        let directive = line.trim_start().strip_prefix('#').map(str::trim_start);
        match directive {
            Some(rest) if rest.starts_with("if") => depth += 1,
            Some(rest) if rest.starts_with("endif") => depth = depth.saturating_sub(1),
            Some(_) => {}
            None => {
                // A mark that cannot be in the code says under which `#if` it is.
                code.push(if depth > 0 { '\u{1}' } else { '\u{2}' });
                code.push_str(line);
            }
        }
        code.push('\n');
    }
    for (at, _) in code.match_indices("main") {
        if defines(&code, at) {
            let mark = code[..at].rfind(['\u{1}', '\u{2}']);
            let conditional = mark.is_some_and(|mark| code[mark..].starts_with('\u{1}'));
            seen.main |= !conditional;
            seen.conditional_main |= conditional;
        }
    }
    seen
}

/// Whether the `main` at this place is the name of a function that is defined.
fn defines(code: &str, at: usize) -> bool {
    let word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let blank = |letter: char| letter.is_whitespace() || letter.is_control();
    let before = code[..at].trim_end_matches(blank);
    let attached = code[..at].ends_with(word);
    if attached || !before.ends_with(|last| word(last) || last == '*' || last == ')') {
        return before.is_empty() && !attached && has_body(&code[at + 4..]);
    }
    let keyword = before.rsplit(|letter| !word(letter)).next().unwrap_or("");
    !matches!(keyword, "return" | "goto" | "else" | "define") && has_body(&code[at + 4..])
}

fn has_body(after: &str) -> bool {
    let blank = |letter: char| letter.is_whitespace() || letter.is_control();
    let Some(arguments) = after.trim_start_matches(blank).strip_prefix('(') else {
        return false;
    };
    let mut open = 1;
    let end = arguments.find(|letter| {
        match letter {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        open == 0
    });
    let Some(end) = end else { return false };
    let body = arguments[end + 1..].trim_start_matches(blank);
    // `int main(argc, argv) char **argv; {` is the old way.
    let old_way = arguments[..end].contains(|letter: char| letter.is_alphabetic())
        && body.split('{').next().is_some_and(|types| {
            !types.is_empty() && types.trim_end_matches(blank).ends_with(';') && types.len() < 200
        })
        && body.starts_with(|letter: char| letter.is_alphabetic());
    body.starts_with('{') || body.starts_with("->") || body.starts_with("noexcept") || old_way
}

/// The source with comments and the content of literals taken out; lines stay.
fn without_comments(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut letters = source.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            ('/', Some('/')) => {
                while letters.peek().is_some_and(|&next| next != '\n') {
                    letters.next();
                }
            }
            ('/', Some('*')) => {
                letters.next();
                let mut last = ' ';
                for inside in letters.by_ref() {
                    if inside == '\n' {
                        out.push('\n');
                    }
                    if last == '*' && inside == '/' {
                        break;
                    }
                    last = inside;
                }
                out.push(' ');
            }
            // A quote between digits groups them: 1'000.
            ('\'', _) if out.ends_with(|last: char| last.is_ascii_hexdigit()) => {}
            ('"' | '\'', _) => {
                while let Some(inside) = letters.next() {
                    match inside {
                        '\\' => {
                            letters.next();
                        }
                        '\n' => {
                            out.push('\n');
                            break;
                        }
                        _ if inside == letter => break,
                        _ => {}
                    }
                }
                out.push(' ');
            }
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_found() {
        for source in [
            "int main(){}",
            "int\nmain (void)\n{ return 0; }",
            "main() { }",
            "extern \"C\" int main(int argc, char *(*argv)[]) {}",
            "static int x; /* main */ int main(void) // c\n{",
            "auto main() -> int {}",
            "int main(argc, argv) int argc; char **argv; { }",
            "#include <stdio.h>\n#define X 1\nint main(void) {}",
        ] {
            assert!(scan(source).main, "{source}");
        }
    }

    #[test]
    fn what_looks_like_one_is_not() {
        for source in [
            "int main(void);",
            "// int main(void) {}\n/* int main(){} */",
            "const char *s = \"int main() {}\";",
            "int domain(void) {}",
            "int main_loop(void) {}",
            "void f(void) { return main(0); }",
            "x.main() {",
            "#define main(x) { }",
            "char c = '\\'; int main(){}",
        ] {
            assert!(!scan(source).main, "{source}");
        }
    }

    #[test]
    fn under_a_condition_is_told_apart() {
        let seen = scan("#ifdef TEST\nint main(void) {}\n#endif\n");
        assert!(!seen.main && seen.conditional_main);
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(source in "(\\PC|main|int |\\(|\\)|\\{|\"|'|/\\*|\\*/|//|\n|#if|#endif|\\\\){0,40}") {
            scan(&source);
        }
    }
}
