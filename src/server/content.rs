//! What is at the path of a request: our own pages, files of the build, files of
//! the served folder.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use warp::http::header::{ACCEPT, LOCATION};
use warp::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use super::asset::Asset;
use super::board::{Board, Content};
use super::build::Page;
use super::files::{Folder, Found};
use super::{inject, page};

/// All that is served but the endpoints.
#[derive(Debug)]
pub(super) struct Site {
    board: Board,
    folder: Option<Folder>,
    spa: bool,
}

/// A request, as far as it matters here.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) query: Option<String>,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
}

impl Asked {
    /// Whether a page is asked for, to be shown.
    fn wants_page(&self) -> bool {
        let text = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        match text("sec-fetch-dest") {
            Some(destination) => matches!(destination, "document" | "iframe" | "frame"),
            None => text(ACCEPT.as_str()).is_some_and(|accept| accept.contains("text/html")),
        }
    }

    /// Whether a script asks, and not the browser for its user.
    fn is_fetched(&self) -> bool {
        let destination = self.headers.get("sec-fetch-dest");
        destination.is_some_and(|destination| destination == "empty")
    }
}

impl Site {
    pub(super) fn new(board: Board, root: Option<PathBuf>, spa: bool) -> Self {
        Self {
            board,
            folder: root.map(Folder::new),
            spa,
        }
    }

    /// Answers a request. Reads files: not to be called where waiting is not
    /// allowed.
    pub(super) fn answer(&self, asked: &Asked) -> Response<Bytes> {
        if !matches!(asked.method, Method::GET | Method::HEAD) {
            let mut response = page::text(
                StatusCode::METHOD_NOT_ALLOWED,
                format!(
                    "{} is not answered here: files are read alone",
                    asked.method
                ),
            );
            let allow = HeaderValue::from_static("GET, HEAD");
            response.headers_mut().insert("allow", allow);
            return response;
        }
        let content = self.board.content();
        let application = content
            .build
            .as_ref()
            .and_then(|build| build.application.clone());
        if asked.path == "/" && application.is_none() {
            let own = page::own("", self.board.token(), &asked.headers);
            return own.unwrap_or_default();
        }
        let path = match &application {
            Some(application) if asked.path == "/" => application,
            _ => &asked.path,
        };
        match self.find(&content, path) {
            Found::File(asset) => self.give(&asset, &content, asked),
            Found::Folder => {
                let query = asked.query.as_ref().map(|query| format!("?{query}"));
                redirect(&format!("{}/{}", asked.path, query.unwrap_or_default()))
            }
            Found::Nothing => self.instead(&content, application.as_deref(), asked),
        }
    }

    fn find(&self, content: &Content, url: &str) -> Found {
        let decoded = percent_decode_str(url).decode_utf8_lossy();
        if let Some(asset) = content.assets.at(&decoded) {
            return Found::File(Arc::clone(asset));
        }
        let Some(folder) = &self.folder else {
            return Found::Nothing;
        };
        let built = folder
            .locate(url)
            .and_then(|path| content.assets.of_file(&path).cloned());
        built.map_or_else(|| folder.find(url), Found::File)
    }

    fn give(&self, asset: &Arc<Asset>, content: &Content, asked: &Asked) -> Response<Bytes> {
        if !asset.is_page() || asked.is_fetched() {
            return asset.answer(&asked.headers);
        }
        let number = content.build.as_ref().map_or(0, |build| build.number);
        let injected = inject::inject(asset.bytes(), self.board.token(), number);
        Asset::new("index.html", injected).answer(&asked.headers)
    }

    /// What is said where nothing is. An application that makes its own pages gets
    /// them all at its first one.
    fn instead(
        &self,
        content: &Content,
        application: Option<&str>,
        asked: &Asked,
    ) -> Response<Bytes> {
        let name = asked.path.rsplit('/').next().unwrap_or_default();
        let is_route = asked.wants_page() && !name.contains('.');
        if let Some(application) = application.filter(|_| self.spa && is_route)
            && content
                .build
                .as_ref()
                .is_some_and(|build| build.page == Page::Application)
            && let Found::File(asset) = self.find(content, application)
        {
            return self.give(&asset, content, asked);
        }
        if asked.wants_page() {
            let number = content.build.as_ref().map_or(0, |build| build.number);
            return page::missing(&asked.path, self.board.token(), number);
        }
        page::text(
            StatusCode::NOT_FOUND,
            format!("nothing is at {}", asked.path),
        )
    }
}

fn redirect(to: &str) -> Response<Bytes> {
    // Two slashes at the start would lead to another host.
    let to = format!("/{}", to.trim_start_matches('/'));
    let mut response = page::text(StatusCode::PERMANENT_REDIRECT, format!("it is at {to}"));
    if let Ok(to) = HeaderValue::from_str(&to) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}
