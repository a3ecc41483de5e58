//! The checks, a file a family.

mod artifacts;
mod audit;
mod build;
mod cache;
mod cancel;
mod end;
mod environment;
mod fields;
mod framing;
mod hello;
mod honesty;
mod operations;
mod projects;
mod requests;
mod tolerance;

use std::sync::LazyLock;

use super::Check;
use super::record::{From, short};
use super::talk::Talk;

/// All of them, in the order in which they are made. Those that look at all
/// conversations come last.
pub static CHECKS: LazyLock<Vec<Check>> = LazyLock::new(|| {
    let mut all = Vec::new();
    all.extend(hello::CHECKS);
    all.extend(framing::CHECKS);
    all.extend(tolerance::CHECKS);
    all.extend(operations::CHECKS);
    all.extend(build::CHECKS);
    all.extend(artifacts::CHECKS);
    all.extend(environment::CHECKS);
    all.extend(projects::CHECKS);
    all.extend(cancel::CHECKS);
    all.extend(end::CHECKS);
    all.extend(cache::CHECKS);
    all.extend(honesty::CHECKS);
    all.extend(audit::CHECKS);
    all.extend(requests::CHECKS);
    all.extend(fields::CHECKS);
    all
});
