//! The JSON endpoints.

use bytes::Bytes;
use serde_json::json;
use warp::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use warp::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use super::{Asked, Asker, Board, security};

/// The version of what these endpoints answer.
pub(super) const VERSION: u32 = 1;

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Version,
    ModuleInfo,
    Build,
    Events,
    Rebuild,
    Stop,
}

impl Endpoint {
    /// By its name.
    pub(super) fn find(name: &str) -> Option<Self> {
        Some(match name {
            "version" => Self::Version,
            "module-info" => Self::ModuleInfo,
            "build" => Self::Build,
            "events" => Self::Events,
            "rebuild" => Self::Rebuild,
            "stop" => Self::Stop,
            _ => return None,
        })
    }

    /// Whether it changes something.
    fn changes(self) -> bool {
        matches!(self, Self::Rebuild | Self::Stop)
    }

    /// What a request for it is answered with when it may not ask for that.
    pub(super) fn refuse(
        self,
        method: &Method,
        headers: &HeaderMap,
        token: &str,
    ) -> Option<Response<Bytes>> {
        if !self.changes() {
            let reads = matches!(*method, Method::GET | Method::HEAD);
            return (!reads).then(|| only("GET, HEAD"));
        }
        if *method != Method::POST {
            return Some(only("POST"));
        }
        let refuse = |status, message: &str, help: &str| Some(refused(status, message, help));
        if !security::is_own_origin(headers) {
            let help = "only pages of this server may do that";
            let message = "the request comes from another origin";
            return refuse(StatusCode::FORBIDDEN, message, help);
        }
        if !security::has_token(headers, token) {
            let help = "send the token of this run as `x-wasmrun-token`";
            return refuse(StatusCode::FORBIDDEN, "the token is missing or wrong", help);
        }
        if !security::is_json(headers) {
            let help = "send `content-type: application/json`";
            let message = "the body has to be JSON";
            return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, message, help);
        }
        None
    }

    /// The answer of all but `events`.
    pub(super) fn answer(self, board: &Board, asker: &Asker) -> Response<Bytes> {
        match self {
            Self::Version => json_of(&json!({
                "name": "wasmrun",
                "version": env!("CARGO_PKG_VERSION"),
                "api": VERSION,
            })),
            Self::ModuleInfo => match &board.content().info {
                Some(info) => document(StatusCode::OK, info.clone()),
                None => refused(
                    StatusCode::NOT_FOUND,
                    "there is no module yet",
                    "it is there after the first build that goes well",
                ),
            },
            Self::Build | Self::Events => match &board.content().build {
                Some(build) => json_of(build),
                None => refused(
                    StatusCode::NOT_FOUND,
                    "nothing has been built yet",
                    "ask again",
                ),
            },
            Self::Rebuild => accepted(asker, Asked::Rebuild),
            Self::Stop => accepted(asker, Asked::Stop),
        }
    }
}

fn accepted(asker: &Asker, asked: Asked) -> Response<Bytes> {
    asker(asked);
    let mut response = json_of(&json!({ "accepted": true }));
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

fn only(methods: &'static str) -> Response<Bytes> {
    let message = format!("this takes {methods} alone");
    let mut response = refused(StatusCode::METHOD_NOT_ALLOWED, &message, "see docs/run.md");
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(methods));
    response
}

/// An error, as all endpoints tell it.
pub(super) fn refused(status: StatusCode, message: &str, help: &str) -> Response<Bytes> {
    let mut response = json_of(&json!({ "error": { "message": message, "help": help } }));
    *response.status_mut() = status;
    response
}

fn json_of(value: &impl serde::Serialize) -> Response<Bytes> {
    let text = serde_json::to_vec(value).unwrap_or_default();
    document(StatusCode::OK, Bytes::from(text))
}

fn document(status: StatusCode, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
