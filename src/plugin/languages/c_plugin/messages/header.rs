//! The first line of a compiler's message.

use plugin_protocol::Severity;

/// A place in a file, as a tool names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// `FILE:LINE:COLUMN: SEVERITY: MESSAGE [CODE]`
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) place: Option<Place>,
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) code: Option<String>,
}

const SEVERITIES: [(&str, Severity); 5] = [
    ("fatal error: ", Severity::Error),
    ("error: ", Severity::Error),
    ("warning: ", Severity::Warning),
    ("note: ", Severity::Note),
    ("remark: ", Severity::Note),
];

/// Reads a header. The place may be missing only when a tool's name stands
/// there instead (`clang: error:`, `wasm-ld-14: error:`) or nothing at all.
pub(super) fn parse(line: &str) -> Option<Header> {
    let (at, word, severity) = SEVERITIES
        .iter()
        .flat_map(|&(word, severity)| {
            let found = line.match_indices(word);
            found.map(move |(at, _)| (at, word, severity))
        })
        .filter(|(at, ..)| *at == 0 || line[..*at].ends_with(": "))
        .min_by_key(|(at, ..)| *at)?;
    let before = line[..at].trim_end_matches(": ");
    let place = place(before);
    if place.is_none() && !before.is_empty() && !is_tool(before) {
        return None;
    }
    let message = line[at + word.len()..].trim();
    let (message, code) = match message.rsplit_once(" [") {
        Some((text, code)) if code.starts_with("-W") && code.ends_with(']') => {
            let code = code.trim_end_matches(']');
            // `-Werror,-Wunused` is an error because of the first.
            let code = code.rsplit(',').next().unwrap_or(code);
            (text, Some(code.to_owned()))
        }
        _ => (message, None),
    };
    Some(Header {
        place,
        severity,
        message: message.to_owned(),
        code,
    })
}

/// `In file included from FILE:LINE:`, and the lines under it.
pub(super) fn included_from(line: &str) -> Option<Place> {
    let rest = line
        .strip_prefix("In file included from ")
        .or_else(|| line.trim_start().strip_prefix("from "))?;
    place(rest.trim_end_matches([':', ',']))
}

/// `FILE:LINE:COLUMN` or `FILE:LINE`. The file may have colons of its own.
pub(super) fn place(text: &str) -> Option<Place> {
    let (rest, last) = text.rsplit_once(':')?;
    let last = last.parse().ok().filter(|&number| number > 0)?;
    let (file, line, column) = match rest.rsplit_once(':') {
        Some((file, line)) => match line.parse() {
            Ok(line) if !file.is_empty() && line > 0 => (file, line, last),
            _ => (rest, last, 1),
        },
        None => (rest, last, 1),
    };
    (!file.is_empty()).then(|| Place {
        file: file.to_owned(),
        line,
        column,
    })
}

/// A line with nothing but marks under a source line.
pub(super) fn is_caret(line: &str) -> bool {
    line.contains('^')
        && line
            .chars()
            .all(|letter| matches!(letter, ' ' | '\t' | '^' | '~'))
        || (line.contains('~')
            && line
                .chars()
                .all(|letter| matches!(letter, ' ' | '\t' | '~')))
}

/// A source line or a caret of newer compilers: `   12 | int x;`.
pub(super) fn is_gutter(line: &str) -> bool {
    line.split_once('|').is_some_and(|(number, _)| {
        number.starts_with(' ')
            && number.ends_with(' ')
            && number.trim().chars().all(|letter| letter.is_ascii_digit())
    })
}

/// `2 warnings and 1 error generated.`
pub(super) fn is_summary(line: &str) -> bool {
    line.ends_with(" generated.")
        && line.starts_with(|letter: char| letter.is_ascii_digit())
        && (line.contains("error") || line.contains("warning"))
}

fn is_tool(before: &str) -> bool {
    let name = before.rsplit(['/', '\\']).next().unwrap_or(before);
    let name = name.trim_end_matches(".exe");
    let tools = [
        "clang", "clang++", "emcc", "em++", "wasm-ld", "lld", "zig", "wasm-opt", "llvm-ar", "emar",
    ];
    let bare = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    tools.contains(&name) || tools.contains(&bare.trim_end_matches('-'))
}
