//! Who may ask for what. Any page that the user visits can send requests to a
//! server on this machine; none but those that the server gave out may read
//! answers or change anything.

use std::net::IpAddr;

use warp::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use warp::http::uri::Authority;
use warp::http::{HeaderMap, HeaderName, HeaderValue};

use super::token::is_same;

/// Where a page shows its token.
const TOKEN: &str = "x-wasmrun-token";

/// For all that this server answers: pages of other origins get nothing of it,
/// and pages of this one may share memory with their workers.
const ALWAYS: &[(&str, &str)] = &[
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
];

/// What our own pages may do: nothing but what is theirs.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; connect-src 'self'; img-src 'self' data:; worker-src 'self'; font-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The names by which requests may call this server.
#[derive(Debug, Clone)]
pub(super) struct Names {
    allowed: Vec<String>,
    /// Listening on all addresses, it cannot know which ones lead here.
    any_address: bool,
}

impl Names {
    pub(super) fn new(host: IpAddr, allowed: &[String]) -> Self {
        let allowed = allowed.iter().map(|name| name.to_ascii_lowercase());
        Self {
            allowed: allowed.chain([host.to_string()]).collect(),
            any_address: !host.is_loopback(),
        }
    }

    /// Whether a request's `Host` is one of them. A name that leads to this
    /// machine by its owner's DNS alone is not (DNS rebinding); an address cannot
    /// be made to lead elsewhere.
    fn admits(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else {
            return false;
        };
        if authority.as_str().contains('@') {
            return false;
        }
        let name = authority.host().to_ascii_lowercase();
        let name = name.strip_suffix('.').unwrap_or(&name);
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse::<IpAddr>() {
            return address.is_loopback()
                || self.any_address
                || self.allowed.iter().any(|allowed| allowed == bare);
        }
        name == "localhost"
            || name.ends_with(".localhost")
            || self.allowed.iter().any(|allowed| allowed == name)
    }

    /// What is wrong with a request by its `Host`, if anything is.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), String> {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err("a request names one host".to_owned());
        };
        let host = host.to_str().unwrap_or_default();
        if self.admits(host) {
            return Ok(());
        }
        let name: String = host
            .chars()
            .filter(char::is_ascii_graphic)
            .take(80)
            .collect();
        Err(format!(
            "this server does not answer to the name `{name}`.\n\
             help: if the name is yours: `wasmrun run --allow-host {}`",
            name.split(':').next().unwrap_or_default()
        ))
    }
}

/// Whether a request that changes something, or opens a WebSocket, comes from a
/// page of this server. Browsers always tell the origin of such requests; other
/// programs, which could tell anything, need the token alone.
pub(super) fn is_own_origin(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(ORIGIN) else {
        return !headers.contains_key(ORIGIN);
    };
    let own = origin.split_once("://").map(|(_, own)| own);
    own.is_some() && own == text(HOST)
}

/// Whether a request shows the token, in its header.
pub(super) fn has_token(headers: &HeaderMap, token: &str) -> bool {
    let shown = headers.get(TOKEN).and_then(|value| value.to_str().ok());
    shown.is_some_and(|shown| is_same(shown, token))
}

/// Whether a body is JSON by its type, which no page can claim for a form.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let media = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media = media.and_then(|media| media.split(';').next());
    media.is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
}

/// Adds what every answer has.
pub(super) fn protect(headers: &mut HeaderMap) {
    for (name, value) in ALWAYS {
        let name = HeaderName::from_static(name);
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = pairs.iter();
        let pairs =
            pairs.map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        pairs.collect()
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let names = Names::new([127, 0, 0, 1].into(), &["Dev.example".to_owned()]);
        for host in [
            "localhost",
            "localhost:8420",
            "LOCALHOST.:1",
            "app.localhost:8420",
            "127.0.0.1:8420",
            "127.8.8.8",
            "[::1]:8420",
            "dev.example:8420",
        ] {
            assert!(names.admits(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "evillocalhost",
            "127.0.0.1.evil.example",
            "192.168.1.2",
            "localhost@evil.example",
            "evil.example@localhost",
            "user@localhost",
            "local host",
            "[::1",
        ] {
            assert!(!names.admits(host), "{host}");
        }
        assert!(Names::new([0, 0, 0, 0].into(), &[]).admits("192.168.1.2:80"));
        assert!(!Names::new([0, 0, 0, 0].into(), &[]).admits("evil.example"));
    }

    #[test]
    fn other_origins_are_not_ours() {
        let own = |origin: &str| {
            is_own_origin(&headers(&[("host", "localhost:8420"), ("origin", origin)]))
        };
        assert!(own("http://localhost:8420"));
        for origin in [
            "http://localhost:8421",
            "http://evil.example",
            "null",
            "",
            "localhost:8420",
        ] {
            assert!(!own(origin), "{origin}");
        }
        assert!(is_own_origin(&headers(&[("host", "localhost:8420")])));
    }

    #[test]
    fn a_form_is_not_json() {
        let of = |media: &str| is_json(&headers(&[("content-type", media)]));
        assert!(of("application/json") && of("Application/JSON; charset=utf-8"));
        for media in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonp",
            "",
        ] {
            assert!(!of(media), "{media}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
