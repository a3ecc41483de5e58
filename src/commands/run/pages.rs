//! Which page suits what was built.

use std::path::{Path, PathBuf};

use plugin_protocol::ArtifactKind;

use super::subject::ending;
use crate::server::{OutputFile, Page, Source};
use crate::wasm::Facts;
use crate::wasm::facts::{NeedId, RoleKind};

/// Where projects keep the pages that they are shown on.
const FOLDERS: &[&str] = &["", "public", "static", "www", "web", "site", "dist"];

/// The folder of a project whose files are served: the one that the settings name,
/// or the one that has an `index.html`.
pub(super) fn folder(root: &Path, named: Option<&Path>) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(root.join(named));
    }
    let folders = FOLDERS.iter().map(|folder| root.join(folder));
    let mut folders = folders.filter(|folder| folder.join("index.html").is_file());
    folders.next()
}

/// What is at `/`.
pub(super) struct Front {
    /// What kind of page.
    pub(super) page: Page,
    /// The project's own page, if it is one.
    pub(super) application: Option<String>,
    /// A page that was made for it.
    pub(super) made: Option<Source>,
}

impl Front {
    /// A page of the project's own.
    pub(super) fn own(url: &str) -> Self {
        Self {
            page: Page::Application,
            application: Some(url.to_owned()),
            made: None,
        }
    }

    fn ours(page: Page) -> Self {
        Self {
            page,
            application: None,
            made: None,
        }
    }

    /// A page that loads the script that was built.
    fn made(root: &Path, name: &str, body: &str) -> Self {
        let url = "/__start.html".to_owned();
        let title = name.replace('&', "&amp;").replace('<', "&lt;");
        let page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
             </head>\n<body>\n{body}</body>\n</html>\n"
        );
        Self {
            page: Page::Application,
            application: Some(url.clone()),
            made: Some(Source {
                // Nothing on disk is called so.
                path: root.join(&url[1..]),
                url,
                bytes: page.into(),
            }),
        }
    }
}

/// Chooses the page for a build: the project's own, one that the build has made,
/// one that loads the script beside the module, or ours.
pub(super) fn choose(
    root: &Path,
    served: Option<&Path>,
    name: &str,
    outputs: &[OutputFile],
    facts: Option<&Facts<'_>>,
) -> Front {
    let pages = outputs
        .iter()
        .filter(|output| ending(Path::new(&output.url)) == "html");
    let mut pages: Vec<_> = pages.map(|output| output.url.as_str()).collect();
    pages.sort_by_key(|url| (!url.ends_with("/index.html"), url.len()));
    if let Some(index) = served.map(|folder| folder.join("index.html"))
        && index.is_file()
    {
        return Front::own("/");
    }
    if let Some(page) = pages.first() {
        return Front::own(page);
    }
    let Some(facts) = facts else {
        return Front::ours(Page::Module);
    };
    let needs = |id: NeedId| facts.needs.iter().any(|need| need.id == id);
    let script = outputs
        .iter()
        .find(|output| output.kind == ArtifactKind::Js);
    if let Some(script) = script {
        let url = &script.url;
        if needs(NeedId::WasmBindgen) {
            return Front::made(root, name, &wasm_bindgen(url));
        }
        if needs(NeedId::Emscripten) {
            return Front::made(root, name, &emscripten(url));
        }
    }
    Front::ours(match facts.role.kind {
        _ if facts.component().is_some() => Page::Module,
        RoleKind::Command if needs_only_wasi(facts) => Page::Command,
        RoleKind::Command => Page::Module,
        RoleKind::Library | RoleKind::Reactor => Page::Library,
        RoleKind::SideModule | RoleKind::Object => Page::Module,
    })
}

/// Whether the page has all that a program needs.
fn needs_only_wasi(facts: &Facts<'_>) -> bool {
    let given = |id| {
        matches!(
            id,
            NeedId::WasiPreview1 | NeedId::WasiUnstable | NeedId::Custom
        )
    };
    facts.needs.iter().all(|need| given(need.id))
}

/// The module of `wasm-bindgen --target web` exports a function that loads all.
fn wasm_bindgen(url: &str) -> String {
    format!(
        "<script type=\"module\">\nimport * as module from \"{url}\";\n\
         // For the console: what the module exports.\n\
         globalThis.module = module;\nawait module.default?.();\n</script>\n"
    )
}

/// The script of emcc takes over a global object.
fn emscripten(url: &str) -> String {
    format!(
        "<canvas id=\"canvas\" oncontextmenu=\"return false\" tabindex=\"-1\" hidden></canvas>\n\
         <pre id=\"output\" aria-live=\"polite\"></pre>\n<script>\n\
         const print = (text) => {{\n  console.log(text);\n\
         \x20 document.getElementById(\"output\").append(text + \"\\n\");\n}};\n\
         var Module = {{ canvas: document.getElementById(\"canvas\"), print, printErr: print }};\n\
         </script>\n<script src=\"{url}\"></script>\n"
    )
}
