//! As much of Rust's grammar as it takes to tell code from comments and text.

/// A word, a number, a literal, or one character of punctuation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// The text as it stands; a literal keeps its quotes.
    pub(crate) text: String,
    /// Its line, from 1.
    pub(crate) line: usize,
}

/// The tokens of a file, without its comments.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let text: Vec<char> = source.chars().collect();
    let (mut at, mut line, mut tokens) = (0, 1, Vec::new());
    while at < text.len() {
        let end = at + length(&text[at..]);
        let piece: String = text[at..end].iter().collect();
        let comment = piece.starts_with("//") || piece.starts_with("/*");
        let lines = piece.matches('\n').count();
        if !comment && !piece.trim().is_empty() {
            tokens.push(Token { text: piece, line });
        }
        line += lines;
        at = end;
    }
    tokens
}

/// The tokens up to the file's tests, which by convention come last.
pub(crate) fn program_tokens(source: &str) -> Vec<Token> {
    let program = source.split("\n#[cfg(test)]\nmod ").next();
    tokens(program.unwrap_or_default())
}

/// Whether the tokens at a place are these words.
pub(crate) fn stands_at(tokens: &[Token], words: &[Token]) -> bool {
    tokens.len() >= words.len() && tokens.iter().zip(words).all(|(a, b)| a.text == b.text)
}

/// How many characters the first piece of `text` has.
fn length(text: &[char]) -> usize {
    let until = |from: usize, stop: &dyn Fn(usize) -> bool| {
        (from..text.len())
            .find(|&at| stop(at))
            .unwrap_or(text.len())
    };
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let next = text.get(1).copied().unwrap_or(' ');
    match text[0] {
        '/' if next == '/' => until(2, &|at| text[at] == '\n'),
        '/' if next == '*' => block_comment(text),
        '"' => quoted(text, 0),
        'b' | 'c' if next == '"' => quoted(text, 1),
        'r' | 'b' | 'c' if raw(text).is_some() => raw(text).unwrap_or(1),
        // A lifetime has no closing quote where a character would.
        '\'' if next == '\\' => quoted_by('\'', text, 0),
        '\'' if text.get(2) == Some(&'\'') => 3,
        c if word(c) => until(1, &|at| !word(text[at])),
        _ => 1,
    }
}

fn block_comment(text: &[char]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        match (text[at], text.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at.min(text.len())
}

fn quoted(text: &[char], start: usize) -> usize {
    quoted_by('"', text, start)
}

fn quoted_by(quote: char, text: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < text.len() && text[at] != quote {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(text.len())
}

/// The length of a raw string, if one starts here.
fn raw(text: &[char]) -> Option<usize> {
    let prefix = text
        .iter()
        .take_while(|c| matches!(c, 'r' | 'b' | 'c'))
        .count();
    let hashes = text[prefix..].iter().take_while(|&&c| c == '#').count();
    if prefix > 2 || text[prefix - 1] != 'r' || text.get(prefix + hashes) != Some(&'"') {
        return None;
    }
    let mut end = vec!['"'];
    end.extend(std::iter::repeat_n('#', hashes));
    let body = prefix + hashes + 1;
    let close = text[body..].windows(end.len()).position(|w| w == end);
    Some(close.map_or(text.len(), |at| body + at + end.len()))
}

#[test]
fn comments_strings_and_lifetimes_are_told_apart() {
    let source = "fn a<'a>(x: &'a str) { // crate::x\n  /* /* crate::y */ */ \"crate::\\\"z\" ; \
                  r#\"a\"b\"# 'c' '\\'' b\"q\" }";
    let words: Vec<_> = tokens(source).into_iter().map(|t| t.text).collect();
    assert_eq!(
        words.join(" "),
        "fn a < ' a > ( x : & ' a str ) { \"crate::\\\"z\" ; r#\"a\"b\"# 'c' '\\'' b\"q\" }"
    );
    assert_eq!(tokens(source).last().unwrap().line, 2);
}
