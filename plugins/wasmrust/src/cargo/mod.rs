//! Running cargo, and understanding what it says.

mod command;
mod complaint;
mod diagnostic;
mod message;
mod run;
mod status;

pub(crate) use command::{Command, What};
pub(crate) use complaint::explain;
pub(crate) use message::Artifact;
pub(crate) use run::{Outcome, run};
