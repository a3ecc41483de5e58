//! Facts about a module, rules for it, and reports. Knows `wasmparser` and no
//! other part of wasmrun but its errors.
//!
//! [`validate`] is the verdict on bytes; a [`Checker`] judges
//! by [`Features`] and a [`Policy`]; [`report`] writes down what it found.

mod check;
mod excerpt;
pub mod facts;
mod features;
mod interface;
mod layout;
mod limit;
mod locate;
mod names;
mod operator;
mod policy;
pub mod report;
mod size;
mod source;
mod validate;

pub use check::{Checked, Checker, Finding, Options};
pub use excerpt::{Excerpt, ExcerptKind, Line};
pub use facts::Facts;
pub use features::Features;
pub use layout::{Kind, SectionSummary, Summary};
pub use limit::{Encoding, Limit};
pub use locate::Function;
pub use operator::operator_at;
pub use policy::{Policy, Rule, Violation};
pub use size::{Sizes, decimal};
pub use source::{Lines, Source};
pub use validate::{Invalid, Place, validate, validate_with};
