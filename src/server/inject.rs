/// Where a page's script for reloading goes: behind the start of its head, so that
/// it runs before all other scripts.
fn place(page: &str) -> usize {
    let lower = page.to_ascii_lowercase();
    let behind = |tag: &str| {
        let mut from = 0;
        while let Some(found) = lower[from..].find(tag) {
            let name_end = from + found + tag.len();
            let next = lower[name_end..].chars().next();
            if next.is_some_and(|next| next == '>' || next.is_whitespace()) {
                return Some(name_end + lower[name_end..].find('>')? + 1);
            }
            from = name_end;
        }
        None
    };
    behind("<head")
        .or_else(|| behind("<html"))
        .or_else(|| behind("<!doctype"))
        .unwrap_or_default()
}

/// A page with the script that connects it to the server.
pub(super) fn inject(page: &[u8], token: &str, build: u64) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(page) else {
        return page.to_vec();
    };
    let at = place(text);
    let script = format!(
        "<script src=\"/__wasmrun/client.js\" data-token=\"{token}\" data-build=\"{build}\"></script>"
    );
    [&text[..at], &script, &text[at..]].concat().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_comes_first_in_the_head() {
        let of = |page: &str| {
            let page = String::from_utf8(inject(page.as_bytes(), "t", 1)).unwrap();
            let (start, rest) = page.split_once("<script src=\"/__wasmrun").unwrap();
            let (_, end) = rest.split_once("</script>").unwrap();
            format!("{start}|{end}")
        };
        assert_eq!(
            of("<!doctype html><html><HEAD lang=x><title>a"),
            "<!doctype html><html><HEAD lang=x>|<title>a"
        );
        assert_eq!(of("<html><header>x</header>"), "<html>|<header>x</header>");
        assert_eq!(of("<!DOCTYPE html>\n<p>a"), "<!DOCTYPE html>|\n<p>a");
        assert_eq!(of("<p>a"), "|<p>a");
        assert_eq!(of(""), "|");
    }

    proptest::proptest! {
        #[test]
        fn no_page_is_too_odd(page: String) {
            let injected = inject(page.as_bytes(), "t", 1);
            proptest::prop_assert!(injected.len() > page.len());
        }
    }
}
