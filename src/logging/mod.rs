//! `--debug` and `WASMRUN_LOG`: each step's enter, exit and time on standard
//! error, counted from the program's start.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Starts logging if it was asked for. `WASMRUN_LOG` takes the filters of
/// `tracing` (`debug`, `wasmrun::compiler=trace`); `--debug` is `debug`.
///
/// # Errors
/// What is wrong with the filter, in a line.
pub fn start(debug: bool, colour: bool) -> Result<(), String> {
    let filter = match std::env::var("WASMRUN_LOG") {
        Ok(filter) if !filter.is_empty() => filter,
        _ if debug => "wasmrun=debug".to_owned(),
        _ => return Ok(()),
    };
    let filter: EnvFilter = filter.parse().map_err(|error| format!("{error}"))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::ENTER | FmtSpan::CLOSE)
        .with_timer(tracing_subscriber::fmt::time::uptime())
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        // It would tell standard error that standard error is gone, and panic.
        .log_internal_errors(false)
        .init();
    Ok(())
}
