//! Which path leads where.

use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use tokio::sync::watch;
use warp::http::header::ORIGIN;
use warp::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use warp::reply::Response as Answer;
use warp::{Filter, Reply};

use super::api::{self, Endpoint};
use super::content::{Asked, Site};
use super::proxy::Proxy;
use super::security::{self, Names};
use super::token::is_same;
use super::{Asker, Board, Options, live, page};
use crate::error::{Code, Error, Result};

/// Where all that is ours begins.
const OWN: &str = "/__wasmrun/";

/// The longest body that an endpoint takes, in bytes.
const BODY: usize = 64 << 10;

/// What answers requests.
#[derive(Debug, Clone)]
pub(super) struct Face(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    board: Board,
    asker: DebugAsker,
    names: Names,
    headers: HeaderMap,
    proxy: Option<Proxy>,
    site: Arc<Site>,
    ending: watch::Receiver<bool>,
}

/// A closure, which has nothing to show.
#[derive(Clone)]
struct DebugAsker(Asker);

impl std::fmt::Debug for DebugAsker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Asker")
    }
}

impl Face {
    pub(super) fn new(
        options: Options,
        address: SocketAddr,
        board: Board,
        asker: Asker,
        ending: watch::Receiver<bool>,
    ) -> Result<Self> {
        let proxy = (!options.proxies.is_empty()).then(|| Proxy::new(options.proxies));
        Ok(Self(Arc::new(Inner {
            names: Names::new(address.ip(), &options.allow_hosts),
            headers: headers(&options.headers)?,
            proxy,
            site: Arc::new(Site::new(board.clone(), options.root, options.spa)),
            board,
            asker: DebugAsker(asker),
            ending,
        })))
    }

    /// Answers a request.
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Answer {
        let mut answer = match self.0.names.check(request.headers()) {
            Ok(()) => self.route(request).await,
            Err(why) => page::text(StatusCode::FORBIDDEN, why).into_response(),
        };
        security::protect(answer.headers_mut());
        answer
    }

    async fn route(&self, request: Request<Incoming>) -> Answer {
        let path = request.uri().path();
        if let Some(own) = path.strip_prefix(OWN) {
            if own == "ws" {
                return self.live(request).await;
            }
            if let Some(name) = own.strip_prefix("api/") {
                return match Endpoint::find(name) {
                    Some(endpoint) => self.endpoint(endpoint, request).await,
                    None => {
                        let help = "docs/run.md lists the endpoints";
                        api::refused(StatusCode::NOT_FOUND, "there is no such endpoint", help)
                            .into_response()
                    }
                };
            }
            let own = page::own(own, self.0.board.token(), request.headers());
            let nothing = || page::text(StatusCode::NOT_FOUND, format!("nothing is at {path}"));
            return own.unwrap_or_else(nothing).into_response();
        }
        if let Some(proxy) = &self.0.proxy
            && let Some(target) = proxy.target(path).cloned()
        {
            if request.headers().contains_key("upgrade")
                && !security::is_own_origin(request.headers())
            {
                return page::text(StatusCode::FORBIDDEN, "the page is of another origin")
                    .into_response();
            }
            return proxy.pass(request, &target).await;
        }
        // The same endpoints under a shorter name, where no other server has it.
        if let Some(endpoint) = path.strip_prefix("/api/").and_then(Endpoint::find) {
            return self.endpoint(endpoint, request).await;
        }
        self.content(request).await
    }

    /// A page's WebSocket. Scripts cannot give it headers, so that its token is in
    /// the query.
    async fn live(&self, request: Request<Incoming>) -> Answer {
        let query = request.uri().query().unwrap_or_default();
        let shown = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("token="));
        let shown = shown.is_some_and(|shown| is_same(shown, self.0.board.token()));
        let headers = request.headers();
        // A page that an earlier run gave out: it has to hear that this is another.
        let is_stale = !shown && headers.contains_key(ORIGIN);
        if !security::is_own_origin(headers) || !(shown || is_stale) {
            let text = "a page of this server has to open it, with the token of this run";
            return page::text(StatusCode::FORBIDDEN, text).into_response();
        }
        let (board, ending) = (self.0.board.clone(), self.0.ending.clone());
        let asker = Arc::clone(&self.0.asker.0);
        let upgrade = warp::ws().map(move |socket: warp::ws::Ws| {
            let (board, asker, ending) = (board.clone(), Arc::clone(&asker), ending.clone());
            let socket = socket.max_message_size(live::LONGEST);
            match is_stale {
                true => socket
                    .on_upgrade(move |socket| live::turn_away(socket, board))
                    .into_response(),
                false => socket
                    .on_upgrade(move |socket| live::converse(socket, board, asker, ending))
                    .into_response(),
            }
        });
        let service = TowerToHyperService::new(warp::service(upgrade));
        match service.call(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        }
    }

    async fn endpoint(&self, endpoint: Endpoint, request: Request<Incoming>) -> Answer {
        let board = &self.0.board;
        let refused = endpoint.refuse(request.method(), request.headers(), board.token());
        if let Some(refused) = refused {
            return refused.into_response();
        }
        if endpoint == Endpoint::Events {
            return super::events::answer(board, self.0.ending.clone());
        }
        // What is in it does not matter yet, but it has to be read.
        if Limited::new(request.into_body(), BODY)
            .collect()
            .await
            .is_err()
        {
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return api::refused(status, "the body is too long", "send `{}`").into_response();
        }
        endpoint.answer(board, &self.0.asker.0).into_response()
    }

    async fn content(&self, request: Request<Incoming>) -> Answer {
        let (head, _) = request.into_parts();
        let asked = Asked {
            path: head.uri.path().to_owned(),
            query: head.uri.query().map(ToOwned::to_owned),
            method: head.method,
            headers: head.headers,
        };
        self.0.board.first_build(self.0.ending.clone()).await;
        let site = Arc::clone(&self.0.site);
        let answered = tokio::task::spawn_blocking(move || site.answer(&asked)).await;
        let mut answer = answered.unwrap_or_else(|_| {
            Response::new(bytes::Bytes::from_static(b"the server is at fault\n"))
        });
        for (name, value) in &self.0.headers {
            answer.headers_mut().insert(name, value.clone());
        }
        answer.into_response()
    }
}

fn headers(given: &std::collections::BTreeMap<String, String>) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let parsed = HeaderName::try_from(name.as_str()).ok();
        match parsed.zip(HeaderValue::from_str(value).ok()) {
            Some((name, value)) => drop(headers.insert(name, value)),
            None => {
                let message = format!("`{name}: {value}` is no header");
                return Err(Error::new(Code::ConfigInvalid, message)
                    .help("see `[server.headers]` in wasmrun.toml"));
            }
        }
    }
    Ok(headers)
}
