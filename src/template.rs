//! The pages of the development server, as `scripts/build-ui` has built them.

/// A file of `templates/ui`.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// Its path there.
    pub path: &'static str,
    /// Its content.
    pub bytes: &'static [u8],
}

macro_rules! templates {
    ($($path:literal,)*) => {
        &[$(Template {
            path: $path,
            bytes: include_bytes!(concat!("../templates/ui/", $path)),
        },)*]
    };
}

/// All of them.
pub const TEMPLATES: &[Template] = templates![
    "index.html",
    "assets/app.js",
    "assets/app.css",
    "client.js",
    "worker.js",
];

/// The one at a path.
#[must_use]
pub fn template(path: &str) -> Option<Template> {
    TEMPLATES
        .iter()
        .find(|template| template.path == path)
        .copied()
}
