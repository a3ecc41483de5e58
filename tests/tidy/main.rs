//! Keeps the tree tidy: what no compiler checks, but a reader would notice.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod dependencies;
mod doors;
mod links;
mod rust;
mod scripts;
mod shape;
mod templates;
mod tree;
mod words;
