//! What a module for the web needs beyond cargo.

mod bindgen;
mod lock;
mod output;
mod pack;
mod trunk;
mod way;

use std::path::Path;

pub(crate) use output::{list, run_tool};
pub(crate) use way::{Choice, Job, choose};

/// Crates that stand for wasm-bindgen.
const CRATES: &[&str] = &["wasm-bindgen", "web-sys", "js-sys", "gloo", "web-time"];

/// The frameworks that are known by name.
const FRAMEWORKS: &[(&str, &str)] = &[
    ("yew", "Yew"),
    ("leptos", "Leptos"),
    ("dioxus", "Dioxus"),
    ("sycamore", "Sycamore"),
];

/// The framework among the crates that a package depends on.
pub(crate) fn framework<'a>(mut crates: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    crates.find_map(|name| {
        let known = FRAMEWORKS.iter().find(|(crate_name, _)| {
            let rest = name.strip_prefix(crate_name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
        });
        known.map(|(_, framework)| *framework)
    })
}

/// Whether a package with these dependencies is for a browser.
pub(crate) fn is_web<'a>(crates: impl Iterator<Item = &'a str>) -> bool {
    let mut crates = crates;
    crates.any(|name| CRATES.contains(&name) || framework([name].into_iter()).is_some())
}

/// Whether a project is a page of its own, as trunk builds them.
pub(crate) fn is_application(project: &Path) -> bool {
    ["index.html", "Trunk.toml"]
        .iter()
        .any(|name| project.join(name).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frameworks_are_known_by_their_crates() {
        let of = |names: &[&str]| framework(names.iter().copied());
        assert_eq!(of(&["serde", "leptos"]), Some("Leptos"));
        assert_eq!(of(&["dioxus-web"]), Some("Dioxus"));
        assert_eq!(of(&["yewish"]), None);
        assert!(is_web(["js-sys"].into_iter()) && is_web(["sycamore"].into_iter()));
        assert!(!is_web(["serde"].into_iter()));
    }
}
