use super::Context;
use crate::error::{Exit, Result};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let _ = context;
        Ok(Exit::Usage)
    }
}
