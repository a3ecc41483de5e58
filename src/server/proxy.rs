//! Requests below some paths go to another server, WebSockets too.

use bytes::Bytes;
use futures_util::StreamExt;
use http_body_util::BodyStream;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::upgrade;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use warp::Reply;
use warp::http::header::{CONNECTION, HOST, UPGRADE};
use warp::http::uri::{Authority, PathAndQuery, Scheme};
use warp::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri, Version};

use super::page;
use crate::error::{Code, Error, Result};

/// Headers of one connection, which are not passed on (RFC 9110, 7.6.1).
const HOP: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Another server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    authority: Authority,
    /// Goes before the path of each request; without a slash at its end.
    base: String,
}

impl Target {
    /// Reads an address such as `http://localhost:3000`.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] when it is not one.
    pub fn read(text: &str) -> Result<Self> {
        let wrong = |why: &str| {
            Error::new(
                Code::ConfigInvalid,
                format!("`{text}` is no server to pass requests on to"),
            )
            .because(why.to_owned())
            .help("write it as `\"/api\" = \"http://localhost:3000\"` in `[server.proxy]`")
        };
        let uri: Uri = text.parse().map_err(|_| wrong("it is not a URL"))?;
        match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTP || scheme.as_str() == "ws" => {}
            Some(_) => return Err(wrong("only http:// is spoken")),
            None => return Err(wrong("it does not begin with http://")),
        }
        let Some(authority) = uri.authority() else {
            return Err(wrong("it names no host"));
        };
        if uri.query().is_some() {
            return Err(wrong("it has a query"));
        }
        Ok(Self {
            authority: authority.clone(),
            base: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// What the other server is asked for.
    fn uri(&self, uri: &Uri) -> Option<Uri> {
        let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        format!("{}{path}", self.base).parse().ok()
    }

    /// A connection for one request: between programs of one machine that is
    /// nothing.
    async fn ask(&self, request: Request<Incoming>) -> Result<Response<Incoming>, String> {
        let host = self.authority.host().trim_matches(['[', ']']);
        let port = self.authority.port_u16().unwrap_or(80);
        let stream = TcpStream::connect((host, port)).await;
        let stream = stream.map_err(|error| why(&error))?;
        let opened = http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = opened.map_err(|error| why(&error))?;
        tokio::spawn(connection.with_upgrades());
        let answer = sender.send_request(request).await;
        answer.map_err(|error| why(&error))
    }
}

/// Passes requests on.
#[derive(Debug, Clone)]
pub(super) struct Proxy {
    targets: Vec<(String, Target)>,
}

impl Proxy {
    pub(super) fn new(mut targets: Vec<(String, Target)>) -> Self {
        // The longest path that fits is meant.
        targets.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Self { targets }
    }

    /// Where a path goes, if it does not stay here.
    pub(super) fn target(&self, path: &str) -> Option<&Target> {
        let fits = |start: &str| {
            let rest = path.strip_prefix(start.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut all = self.targets.iter();
        all.find(|(start, _)| fits(start)).map(|(_, target)| target)
    }

    pub(super) async fn pass(
        &self,
        mut request: Request<Incoming>,
        target: &Target,
    ) -> warp::reply::Response {
        let Some(uri) = target.uri(request.uri()) else {
            return failed(target, "the path is none");
        };
        let upgrading = is_upgrade(request.headers());
        let client_side = upgrading.then(|| upgrade::on(&mut request));
        let (mut head, body) = request.into_parts();
        head.uri = uri;
        head.version = Version::HTTP_11;
        let original = head.headers.get(HOST).cloned();
        let upgrade_to = head.headers.get(UPGRADE).cloned();
        strip(&mut head.headers);
        if let Ok(host) = HeaderValue::from_str(target.authority.as_str()) {
            head.headers.insert(HOST, host);
        }
        if let Some(original) = original {
            let name = HeaderName::from_static("x-forwarded-host");
            head.headers.insert(name, original);
        }
        let name = HeaderName::from_static("x-forwarded-proto");
        head.headers.insert(name, HeaderValue::from_static("http"));
        if let (true, Some(protocol)) = (upgrading, upgrade_to) {
            head.headers.insert(UPGRADE, protocol);
            head.headers
                .insert(CONNECTION, HeaderValue::from_static("upgrade"));
        }
        let response = match target.ask(Request::from_parts(head, body)).await {
            Ok(response) => response,
            Err(why) => return failed(target, &why),
        };
        let (head, body) = response.into_parts();
        let switched = head.status == StatusCode::SWITCHING_PROTOCOLS;
        let mut response = Response::from_parts(head, body);
        if let Some(client_side) = client_side.filter(|_| switched) {
            let server_side = upgrade::on(&mut response);
            tokio::spawn(async move {
                let both = tokio::try_join!(client_side, server_side);
                if let Ok((client, server)) = both {
                    let (mut client, mut server) = (TokioIo::new(client), TokioIo::new(server));
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                }
            });
            let (mut head, _) = response.into_parts();
            head.headers.remove("transfer-encoding");
            return Response::from_parts(head, Bytes::new()).into_response();
        }
        let (mut head, body) = response.into_parts();
        strip(&mut head.headers);
        let frames = BodyStream::new(body).filter_map(|frame| {
            std::future::ready(match frame {
                Ok(frame) => frame.into_data().ok().map(Ok),
                Err(error) => Some(Err(error)),
            })
        });
        let mut answer = warp::reply::stream(frames).into_response();
        *answer.status_mut() = head.status;
        *answer.headers_mut() = head.headers;
        answer
    }
}

fn is_upgrade(headers: &HeaderMap) -> bool {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let wants = text(CONNECTION).is_some_and(|connection| {
        let mut words = connection.split(',');
        words.any(|word| word.trim().eq_ignore_ascii_case("upgrade"))
    });
    wants && text(UPGRADE).is_some()
}

/// Takes out what belongs to one connection.
fn strip(headers: &mut HeaderMap) {
    let named = headers
        .get(CONNECTION)
        .and_then(|value| value.to_str().ok());
    let named = named.unwrap_or_default().split(',').map(str::trim);
    let named: Vec<_> = named.map(str::to_ascii_lowercase).collect();
    for name in HOP.iter().copied().chain(named.iter().map(String::as_str)) {
        headers.remove(name);
    }
}

fn why(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

fn failed(target: &Target, why: &str) -> warp::reply::Response {
    let text = format!(
        "could not pass the request on to http://{}{}: {why}\n\
         help: start that server, or change `[server.proxy]` in wasmrun.toml",
        target.authority, target.base
    );
    page::text(StatusCode::BAD_GATEWAY, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let target = Target::read("http://localhost:3000/v1/").unwrap();
        let uri = target.uri(&"/api/x?y=1".parse().unwrap()).unwrap();
        assert_eq!(uri, "/v1/api/x?y=1");
        for wrong in [
            "",
            "localhost:3000",
            "https://a",
            "http://",
            "/a",
            "http://a/?b",
        ] {
            assert!(Target::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_longest_path_that_fits_is_meant() {
        let target = |port: u16| Target::read(&format!("http://localhost:{port}")).unwrap();
        let proxy = Proxy::new(vec![
            ("/api".to_owned(), target(1)),
            ("/api/deep/".to_owned(), target(2)),
        ]);
        assert_eq!(proxy.target("/api"), Some(&target(1)));
        assert_eq!(proxy.target("/api/x"), Some(&target(1)));
        assert_eq!(proxy.target("/api/deep/x"), Some(&target(2)));
        assert_eq!(proxy.target("/api/deeper"), Some(&target(1)));
        assert_eq!(proxy.target("/apix"), None);
        assert_eq!(proxy.target("/"), None);
    }

    #[test]
    fn headers_of_one_connection_stay() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Own"),
            ("x-own", "1"),
            ("te", "a"),
            ("x", "1"),
        ] {
            headers.insert(HeaderName::from_static(name), value.parse().unwrap());
        }
        strip(&mut headers);
        assert_eq!(headers.len(), 1);
    }
}
