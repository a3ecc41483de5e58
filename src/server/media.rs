/// The media type of a file, by its name.
pub(super) fn of(path: &str) -> String {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending.to_ascii_lowercase().as_str() {
        "wasm" => return "application/wasm".to_owned(),
        "wat" | "wast" => return "text/plain; charset=utf-8".to_owned(),
        // RFC 9239.
        "js" | "mjs" => return "text/javascript; charset=utf-8".to_owned(),
        "map" => return "application/json".to_owned(),
        _ => {}
    }
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = guess.type_() == "text"
        || matches!(
            guess.essence_str(),
            "application/json" | "application/javascript" | "image/svg+xml"
        );
    match is_text {
        true => format!("{}; charset=utf-8", guess.essence_str()),
        false => guess.essence_str().to_owned(),
    }
}

/// Whether a browser shows it as a page.
pub(super) fn is_page(media: &str) -> bool {
    media.starts_with("text/html")
}

/// Whether it becomes smaller by compression.
pub(super) fn is_compressible(media: &str) -> bool {
    let packed = [
        "image/png",
        "image/jpeg",
        "image/webp",
        "image/avif",
        "image/gif",
        "video/",
        "audio/",
        "application/zip",
        "application/gzip",
        "font/woff",
    ];
    !packed.iter().any(|start| media.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_the_types_that_they_insist_on() {
        assert_eq!(of("a/b.wasm"), "application/wasm");
        assert_eq!(of("a.JS"), "text/javascript; charset=utf-8");
        assert_eq!(of("a.mjs"), "text/javascript; charset=utf-8");
        assert_eq!(of("a.css"), "text/css; charset=utf-8");
        assert_eq!(of("index.html"), "text/html; charset=utf-8");
        assert_eq!(of("a.js.map"), "application/json");
        assert_eq!(of("a.svg"), "image/svg+xml; charset=utf-8");
        assert_eq!(of("LICENSE"), "application/octet-stream");
    }
}
