//! The pipeline and its cache with a builder that is made for it: each test
//! says what the builder reads, and looks at what comes out.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod artifacts;
mod double;
mod never_wrong;
mod races;
mod room;
