use std::borrow::Cow;
use std::ffi::OsString;

/// What stands in the place of a secret.
const REDACTED: &str = "[redacted]";

/// A shorter value is no secret, and too likely to be part of a word.
const SHORTEST: usize = 6;

/// Whether a variable's name says that its value is a secret.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    const ANYWHERE: [&str; 6] = [
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "CREDENTIAL",
    ];
    // `KEY` alone is a part of many other words.
    const PARTS: [&str; 4] = ["KEY", "APIKEY", "PAT", "AUTH"];
    let name = name.to_ascii_uppercase();
    name.starts_with("AWS_")
        || ANYWHERE.iter().any(|word| name.contains(word))
        || name.split('_').any(|part| PARTS.contains(&part))
}

/// The secrets of an environment, to be kept out of what is written to a file.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    values: Vec<String>,
}

impl Secrets {
    /// Those of an environment.
    pub fn of(own: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut values: Vec<String> = own
            .into_iter()
            .filter(|(name, _)| name.to_str().is_some_and(is_secret))
            .filter_map(|(_, value)| value.into_string().ok())
            .filter(|value| value.len() >= SHORTEST)
            .flat_map(|value| {
                let quoted = serde_json::Value::from(value.as_str()).to_string();
                [quoted.trim_matches('"').to_owned(), value]
            })
            .collect();
        // The longest first: one secret may be the beginning of another.
        values.sort_unstable_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
        values.dedup();
        Self { values }
    }

    /// The text without them.
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for value in &self.values {
            if text.contains(value.as_str()) {
                text = Cow::Owned(text.replace(value.as_str(), REDACTED));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell() {
        for name in [
            "GITHUB_TOKEN",
            "npm_token",
            "MY_SECRET",
            "DB_PASSWORD",
            "AWS_REGION",
            "API_KEY",
            "SSH_AUTH_SOCK",
            "GH_PAT",
            "GOOGLE_APPLICATION_CREDENTIALS",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "PATH",
            "KEYMAP",
            "MONKEY",
            "CARGO_HOME",
            "PATTERN",
            "AUTHOR",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn values_are_replaced_as_they_are_and_quoted() {
        let own = [
            ("A_TOKEN", "pass\"word"),
            ("B_TOKEN", "pass\"word2"),
            ("C_TOKEN", "x"),
        ];
        let secrets = Secrets::of(own.map(|(name, value)| (name.into(), value.into())));
        assert_eq!(
            secrets.redact(r#"a pass"word b pass\"word2 c x"#),
            "a [redacted] b [redacted] c x"
        );
    }
}
