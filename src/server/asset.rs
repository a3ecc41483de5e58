//! Content in memory, and the answer to a request for it.

use std::io::Write;
use std::sync::OnceLock;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use warp::http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE, VARY,
};
use warp::http::{HeaderMap, HeaderName, Response, StatusCode};

use super::encoding::{Encoding, choose};
use super::{media, range};

/// What is smaller does not become faster by compression.
const LEAST: usize = 1024;

/// Of brotli: four times as fast as the best, and nearly as small.
const QUALITY: i32 = 5;

/// Content that does not change.
#[derive(Debug)]
pub(super) struct Asset {
    bytes: Bytes,
    media: &'static str,
    /// The start of its hash.
    tag: String,
    gzip: OnceLock<Bytes>,
    brotli: OnceLock<Bytes>,
}

impl Asset {
    /// `path` tells its type.
    pub(super) fn new(path: &str, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let digest = Sha256::digest(&bytes);
        let tag = digest.iter().take(16).map(|byte| format!("{byte:02x}"));
        Self {
            media: media::of(path),
            tag: tag.collect(),
            bytes,
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    pub(super) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    pub(super) fn is_page(&self) -> bool {
        media::is_page(self.media)
    }

    /// Compresses it, which takes a while. Until that is done it is sent as it is.
    pub(super) fn compress(&self) {
        if self.bytes.len() < LEAST || !media::is_compressible(self.media) {
            return;
        }
        let worth = |packed: &Vec<u8>| packed.len() < self.bytes.len() * 9 / 10;
        if let Some(packed) = gzip(&self.bytes).filter(worth) {
            let _ = self.gzip.set(packed.into());
        }
        if let Some(packed) = brotli(&self.bytes).filter(worth) {
            let _ = self.brotli.set(packed.into());
        }
    }

    /// Answers a `GET` or `HEAD`; the body of a `HEAD` is left out by whoever sends
    /// it.
    pub(super) fn answer(&self, asked: &HeaderMap) -> Response<Bytes> {
        let text = |name: HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
        let encoding = match text(RANGE) {
            Some(_) => Encoding::Identity,
            None => choose(
                text(ACCEPT_ENCODING),
                self.gzip.get().is_some(),
                self.brotli.get().is_some(),
            ),
        };
        let packed = match encoding {
            Encoding::Identity => None,
            Encoding::Gzip => self.gzip.get(),
            Encoding::Brotli => self.brotli.get(),
        };
        let content = packed.unwrap_or(&self.bytes);
        let tag = match encoding.name() {
            Some(name) => format!("\"{}-{name}\"", self.tag),
            None => format!("\"{}\"", self.tag),
        };
        let mut response = Response::builder()
            .header(ETAG, &tag)
            // Asked about each time, and mostly answered by a 304.
            .header(CACHE_CONTROL, "no-cache")
            .header(VARY, "accept-encoding");
        if text(IF_NONE_MATCH).is_some_and(|known| is_known(known, &tag)) {
            return finish(response.status(StatusCode::NOT_MODIFIED), Bytes::new());
        }
        response = response
            .header(CONTENT_TYPE, self.media)
            .header(ACCEPT_RANGES, "bytes");
        if let Some(name) = encoding.name() {
            response = response.header(CONTENT_ENCODING, name);
        }
        let length = content.len() as u64;
        let ranges = text(RANGE).filter(|_| text(IF_RANGE).is_none_or(|of| of == tag));
        match range::read(ranges, length) {
            range::Asked::All => finish(response.header(CONTENT_LENGTH, length), content.clone()),
            range::Asked::Part(part) => {
                let told = format!("bytes {}-{}/{length}", part.start, part.end - 1);
                let content = content.slice(part.start as usize..part.end as usize);
                response = response
                    .status(StatusCode::PARTIAL_CONTENT)
                    .header(CONTENT_RANGE, told)
                    .header(CONTENT_LENGTH, content.len());
                finish(response, content)
            }
            range::Asked::Nothing => {
                response = response
                    .status(StatusCode::RANGE_NOT_SATISFIABLE)
                    .header(CONTENT_RANGE, format!("bytes */{length}"));
                finish(response, Bytes::new())
            }
        }
    }
}

fn finish(response: warp::http::response::Builder, body: Bytes) -> Response<Bytes> {
    response.body(body).unwrap_or_default()
}

/// Whether a client has what a tag names, by its `If-None-Match`.
fn is_known(header: &str, tag: &str) -> bool {
    let mut tags = header.split(',').map(str::trim);
    tags.any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn brotli(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: QUALITY,
        size_hint: bytes.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &params).ok()?;
    Some(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&'static str, &str)]) -> HeaderMap {
        let headers = headers.iter();
        let headers = headers.map(|(name, value)| {
            let name = HeaderName::from_static(name);
            (name, value.parse().unwrap())
        });
        headers.collect()
    }

    #[test]
    fn the_encodings_are_told_apart_by_their_tags() {
        let asset = Asset::new("a.wasm", vec![7; 5000]);
        let plain = asset.answer(&asked(&[("accept-encoding", "br, gzip")]));
        assert!(plain.headers().get(CONTENT_ENCODING).is_none());
        asset.compress();
        let packed = asset.answer(&asked(&[("accept-encoding", "br, gzip")]));
        assert_eq!(packed.headers()[CONTENT_ENCODING], "br");
        assert_eq!(packed.headers()[CONTENT_TYPE], "application/wasm");
        assert!(packed.body().len() < 100);
        let tag = packed.headers()[ETAG].to_str().unwrap().to_owned();
        assert_ne!(plain.headers()[ETAG], tag);
        let again = asset.answer(&asked(&[
            ("accept-encoding", "br"),
            ("if-none-match", &tag),
        ]));
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(again.headers()[ETAG], tag);
        let other = asset.answer(&asked(&[("if-none-match", &tag)]));
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[test]
    fn a_part_is_of_the_content_as_it_is() {
        let asset = Asset::new("a.txt", "0123456789".repeat(500));
        asset.compress();
        let part = asset.answer(&asked(&[("range", "bytes=3-5"), ("accept-encoding", "br")]));
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(part.headers()[CONTENT_RANGE], "bytes 3-5/5000");
        assert_eq!(part.body().as_ref(), b"345");
        let other = asset.answer(&asked(&[("range", "bytes=3-5"), ("if-range", "\"old\"")]));
        assert_eq!((other.status(), other.body().len()), (StatusCode::OK, 5000));
        let none = asset.answer(&asked(&[("range", "bytes=5000-")]));
        assert_eq!(none.status(), StatusCode::RANGE_NOT_SATISFIABLE);
        assert_eq!(none.headers()[CONTENT_RANGE], "bytes */5000");
    }
}
