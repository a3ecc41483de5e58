//! The prerequisites in what a compiler writes for `-MD -MF`.

/// The paths behind the first colon of each rule. A backslash before a space,
/// `#` or line end, and `$$`, are undone.
pub(super) fn prerequisites(depfile: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut path = String::new();
    let mut in_targets = true;
    let mut letters = depfile.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        match letter {
            '\\' if matches!(next, Some(' ' | '#' | ':')) => {
                path.extend(letters.next());
            }
            '\\' if matches!(next, Some('\n' | '\r')) => {
                while letters.next_if(|&l| l == '\r').is_some() {}
                letters.next_if(|&l| l == '\n');
                push(&mut paths, &mut path, in_targets);
            }
            '$' if next == Some('$') => path.extend(letters.next()),
            // `C:\x` has a colon too; a rule's is followed by a blank.
            ':' if in_targets && next.is_none_or(char::is_whitespace) => {
                path.clear();
                in_targets = false;
            }
            '\n' => {
                push(&mut paths, &mut path, in_targets);
                in_targets = true;
            }
            ' ' | '\t' | '\r' => push(&mut paths, &mut path, in_targets),
            _ => path.push(letter),
        }
    }
    push(&mut paths, &mut path, in_targets);
    paths
}

fn push(paths: &mut Vec<String>, path: &mut String, in_targets: bool) {
    let path = std::mem::take(path);
    if !in_targets && !path.is_empty() {
        paths.push(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_continuations_are_undone() {
        let text = "out\\ dir/a.o: src/a\\ b.c /usr/x.h \\\n  /y$$z.h \\\r\n c\\#.h\n\nb.o: b.c\n";
        assert_eq!(
            prerequisites(text),
            ["src/a b.c", "/usr/x.h", "/y$z.h", "c#.h", "b.c"]
        );
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "(\\PC|\\\\|:|\n|\\$){0,40}") {
            prerequisites(&text);
        }
    }
}
