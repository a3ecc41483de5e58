//! The protocol from outside: bytes, schema, transcripts, documents, and plugins
//! in three languages as child processes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

mod conversation;
mod documents;
mod driver;
mod ending;
mod framing;
mod schema;
mod transcripts;
