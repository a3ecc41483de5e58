//! The protocol from outside: bytes, transcripts, documents, and plugins in three
//! languages as child processes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

mod framing;
