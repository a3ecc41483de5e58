//! The lines that cargo writes to standard error for people.

/// What such a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said<'a> {
    /// How many crates are done, of how many.
    Progress(u64, u64),
    /// What it does now (`Compiling serde v1.0.0`).
    Status(&'a str),
    /// Anything else: warnings, errors, and what belongs to them.
    Text(&'a str),
}

/// Reads a line. The bar that shows the progress is drawn again and again on one
/// line, with a carriage return behind each.
pub(super) fn read(line: &str) -> impl Iterator<Item = Said<'_>> {
    line.split('\r')
        .filter(|part| !part.trim().is_empty())
        .map(|part| {
            progress(part)
                .or_else(|| status(part))
                .unwrap_or(Said::Text(part))
        })
}

/// `    Building [=====>      ] 17/42: serde, syn`
fn progress(part: &str) -> Option<Said<'_>> {
    let bar = part.trim_start().strip_prefix("Building [")?;
    let (_, counts) = bar.split_once("] ")?;
    let counts = counts.split([':', ' ']).next()?;
    let (done, total) = counts.split_once('/')?;
    let (done, total) = (done.parse().ok()?, total.parse().ok()?);
    (total > 0 && done <= total).then_some(Said::Progress(done, total))
}

/// A word that ends in the twelfth column, then the rest.
fn status(part: &str) -> Option<Said<'_>> {
    let (word, rest) = (part.get(..12)?, part.get(12..)?);
    let word = word.trim_start();
    let is_word = word.starts_with(|first: char| first.is_ascii_uppercase())
        && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_word && rest.starts_with(' ')).then_some(Said::Status(part.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        let read = |line| read(line).collect::<Vec<_>>();
        assert_eq!(
            read(
                "    Building [===>   ] 2/13: err(bin)    \r    Building [=> ] 3/13: a\r    \
                 Finished `dev` profile"
            ),
            [
                Said::Progress(2, 13),
                Said::Progress(3, 13),
                Said::Status("Finished `dev` profile"),
            ]
        );
        assert_eq!(
            read("   Compiling serde v1.0.2"),
            [Said::Status("Compiling serde v1.0.2")]
        );
        for text in [
            "error: no",
            "  --- stderr",
            "  process didn't exit",
            "Caused by:",
            "   Building",
        ] {
            assert_eq!(read(text), [Said::Text(text)]);
        }
        assert_eq!(read("  \r \r"), []);
    }
}
