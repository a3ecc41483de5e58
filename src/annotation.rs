//! Annotations for GitHub Actions: workflow commands, one a line.

use std::fmt::{self, Display};

/// One annotation: `::error file=a.c,line=3,col=5::message`.
#[derive(Debug, Clone, Default)]
pub struct Annotation {
    /// `error`, `warning` or `notice`.
    pub level: &'static str,
    /// The file, relative to the repository with `/`.
    pub file: Option<String>,
    /// First line and column, and the ones behind the last character.
    pub span: Option<([u32; 2], [u32; 2])>,
    /// A few words above the message.
    pub title: Option<String>,
    /// The message; it may have several lines.
    pub message: String,
}

impl Display for Annotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut properties = Vec::new();
        if let Some(file) = &self.file {
            properties.push(format!("file={}", property(file)));
            if let Some(([line, column], [end_line, end_column])) = self.span {
                properties.push(format!("line={line},col={column}"));
                if (end_line, end_column) > (line, column) {
                    properties.push(format!("endLine={end_line},endColumn={end_column}"));
                }
            }
        }
        if let Some(title) = &self.title {
            properties.push(format!("title={}", property(title)));
        }
        let gap = if properties.is_empty() { "" } else { " " };
        let properties = properties.join(",");
        write!(
            f,
            "::{}{gap}{properties}::{}",
            self.level,
            data(&self.message)
        )
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_message_or_a_name_is_taken_for_syntax() {
        let annotation = Annotation {
            level: "error",
            file: Some("a,b:c.c".to_owned()),
            span: Some(([3, 5], [3, 9])),
            title: None,
            message: "100% wrong\n::error::x".to_owned(),
        };
        assert_eq!(
            annotation.to_string(),
            "::error file=a%2Cb%3Ac.c,line=3,col=5,endLine=3,endColumn=9::100%25 wrong%0A::error::x"
        );
    }
}
