//! Media types by the endings of names: those that pages consist of.
//!
//! A table of our own: one of all types that there are would be a third of what the
//! loader has to relocate when the program starts, whatever it is to do.

/// What nobody knows.
const UNKNOWN: &str = "application/octet-stream";

/// Endings and types, after the registry of IANA; text is UTF-8.
const TYPES: &[(&str, &str)] = &[
    ("7z", "application/x-7z-compressed"),
    ("aac", "audio/aac"),
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("css", "text/css; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("flac", "audio/flac"),
    ("frag", "text/plain; charset=utf-8"),
    ("gif", "image/gif"),
    ("glb", "model/gltf-binary"),
    ("glsl", "text/plain; charset=utf-8"),
    ("gltf", "model/gltf+json"),
    ("gz", "application/gzip"),
    ("htm", "text/html; charset=utf-8"),
    ("html", "text/html; charset=utf-8"),
    ("ico", "image/x-icon"),
    ("ics", "text/calendar; charset=utf-8"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json; charset=utf-8"),
    ("jxl", "image/jxl"),
    ("map", "application/json; charset=utf-8"),
    ("md", "text/markdown; charset=utf-8"),
    ("mid", "audio/midi"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("oga", "audio/ogg"),
    ("ogg", "audio/ogg"),
    ("ogv", "video/ogg"),
    ("opus", "audio/ogg"),
    ("otf", "font/otf"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml; charset=utf-8"),
    ("tar", "application/x-tar"),
    ("ttf", "font/ttf"),
    ("txt", "text/plain; charset=utf-8"),
    ("vert", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("wast", "text/plain; charset=utf-8"),
    ("wat", "text/plain; charset=utf-8"),
    ("wav", "audio/wav"),
    ("weba", "audio/webm"),
    ("webm", "video/webm"),
    ("webmanifest", "application/manifest+json"),
    ("webp", "image/webp"),
    ("wgsl", "text/wgsl; charset=utf-8"),
    ("woff", "font/woff"),
    ("woff2", "font/woff2"),
    ("xhtml", "application/xhtml+xml; charset=utf-8"),
    ("xml", "application/xml; charset=utf-8"),
    ("zip", "application/zip"),
];

/// What is packed already.
const PACKED: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/avif",
    "image/gif",
    "image/jxl",
    "video/",
    "audio/",
    "application/zip",
    "application/gzip",
    "application/x-7z-compressed",
    "font/woff",
];

/// The media type of a file, by its name.
pub(super) fn of(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ending = ending.to_ascii_lowercase();
    let found = TYPES.binary_search_by_key(&ending.as_str(), |(known, _)| known);
    found.map_or(UNKNOWN, |at| TYPES[at].1)
}

/// Whether a browser shows it as a page.
pub(super) fn is_page(media: &str) -> bool {
    media.starts_with("text/html")
}

/// Whether it becomes smaller by compression.
pub(super) fn is_compressible(media: &str) -> bool {
    !PACKED.iter().any(|start| media.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_the_types_that_they_insist_on() {
        assert!(TYPES.is_sorted_by_key(|(ending, _)| ending));
        assert_eq!(of("a/b.wasm"), "application/wasm");
        assert_eq!(of("a.JS"), "text/javascript; charset=utf-8");
        assert_eq!(of("a.mjs"), "text/javascript; charset=utf-8");
        assert_eq!(of("a.css"), "text/css; charset=utf-8");
        assert_eq!(of("index.html"), "text/html; charset=utf-8");
        assert_eq!(of("a.js.map"), "application/json; charset=utf-8");
        assert_eq!(of("a.svg"), "image/svg+xml; charset=utf-8");
        assert_eq!(of("LICENSE"), UNKNOWN);
        assert_eq!(of("v1.js/LICENSE"), UNKNOWN);
        assert_eq!(of("app.data"), UNKNOWN);
    }
}
