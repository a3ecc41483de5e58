//! Our own pages.

use bytes::Bytes;
use warp::http::header::CONTENT_SECURITY_POLICY;
use warp::http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::asset::Asset;
use super::security::POLICY;
use crate::template::template;

/// What stands for the token in a page.
const PLACE: &str = "%WASMRUN_TOKEN%";

/// One of our own files; the path is that below `/__wasmrun/`.
pub(super) fn own(path: &str, token: &str, asked: &HeaderMap) -> Option<Response<Bytes>> {
    let path = if path.is_empty() { "index.html" } else { path };
    let template = template(path)?;
    let asset = match path.ends_with(".html") {
        true => {
            let text = String::from_utf8_lossy(template.bytes);
            Asset::new(path, text.replace(PLACE, token))
        }
        false => Asset::new(path, Bytes::from_static(template.bytes)),
    };
    let mut response = asset.answer(asked);
    let policy = HeaderValue::from_static(POLICY);
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, policy);
    Some(response)
}

/// A page that says that something is not there. It is connected, so that it is
/// loaded again when that changes.
pub(super) fn missing(path: &str, token: &str, build: u64) -> Response<Bytes> {
    let escaped = path.replace('&', "&amp;").replace('<', "&lt;");
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>not found</title></head>\
         <body><h1>nothing is at {escaped}</h1>\
         <p>What is served is listed on <a href=\"/__wasmrun/\">the page of this project</a>.</p>\
         </body></html>"
    );
    let page = super::inject::inject(page.as_bytes(), token, build);
    let mut response = Response::new(Bytes::from(page));
    *response.status_mut() = StatusCode::NOT_FOUND;
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert("content-type", html);
    response
}

/// A line of text.
pub(super) fn text(status: StatusCode, text: impl Into<String>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(format!("{}\n", text.into())));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert("content-type", plain);
    response
}
