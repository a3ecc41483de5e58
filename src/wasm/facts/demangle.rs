use std::borrow::Cow;
use std::fmt;

/// The longest name that is looked at, and the longest that comes out, in
/// bytes. A few hundred bytes of back references can unfold to gigabytes.
const LIMIT: usize = 4096;

/// A Rust or C++ symbol as its author wrote it, without the hash; any other
/// name as it is.
#[must_use]
pub fn demangle(name: &str) -> Cow<'_, str> {
    if name.len() > LIMIT {
        return Cow::Borrowed(name);
    }
    let mut out = Bounded(String::new());
    if let Ok(symbol) = rustc_demangle::try_demangle(name) {
        return match fmt::write(&mut out, format_args!("{symbol:#}")) {
            Ok(()) => Cow::Owned(out.0),
            Err(fmt::Error) => Cow::Borrowed(name),
        };
    }
    if !name.starts_with("_Z") {
        return Cow::Borrowed(name);
    }
    let options = cpp_demangle::DemangleOptions::new();
    match cpp_demangle::Symbol::new(name) {
        Ok(symbol) if symbol.structured_demangle(&mut out, &options).is_ok() => Cow::Owned(out.0),
        _ => Cow::Borrowed(name),
    }
}

/// Refuses to grow past the limit.
struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > LIMIT {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_and_cpp_names_become_readable() {
        assert_eq!(
            demangle("_ZN4core3fmt5Write9write_fmt17h1234567890abcdefE"),
            "core::fmt::Write::write_fmt"
        );
        assert_eq!(demangle("_RNvCs1234_7mycrate3foo"), "mycrate::foo");
        assert_eq!(
            demangle("_ZNSt6vectorIiE4sizeEv"),
            "std::vector<int>::size()"
        );
        assert_eq!(demangle("main"), "main");
        assert_eq!(demangle("_Z"), "_Z");
    }

    #[test]
    fn a_name_that_unfolds_without_end_stays_as_it_is() {
        let mut bomb = "_Z1fM1A".to_owned();
        bomb.push_str("1B");
        let mut name = "_Z1f1a".to_owned();
        for _ in 0..40 {
            name.push_str("S_S_");
        }
        assert!(demangle(&name).len() <= LIMIT);
        assert!(demangle(&bomb).len() <= LIMIT);
        let long = "_ZN".to_owned() + &"9".repeat(LIMIT);
        assert_eq!(demangle(&long), long);
    }
}
