//! The only place that prints. Results go to standard output; everything about
//! how they came to be goes to standard error.

use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use console::Style;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::error::Error;

/// A line to standard error, from where there is no [`Terminal`] and nothing is
/// shown that a line could disturb.
pub fn err(text: impl Display) {
    let text = format!("{text}\n");
    // Nobody is left to hear that standard error is gone.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// When to use colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR`, `CI` or `TERM=dumb` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much to say about how a result came to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors alone.
    Quiet,
    /// What a user wants to know.
    #[default]
    Normal,
    /// The tools' own output too.
    Verbose,
}

/// Where and how to print.
#[derive(Debug)]
pub struct Terminal {
    verbosity: Verbosity,
    colour_out: bool,
    colour_err: bool,
    animated: bool,
    broken: Cell<bool>,
    lost: RefCell<Option<io::Error>>,
    bar: RefCell<Option<ProgressBar>>,
}

impl Terminal {
    /// A terminal for this process.
    #[must_use]
    pub fn new(color: Color, verbosity: Verbosity) -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let plain =
            set("NO_COLOR") || set("CI") || std::env::var_os("TERM").is_some_and(|t| t == "dumb");
        let wants = |terminal: bool| match color {
            Color::Auto => terminal && !plain,
            Color::Always => true,
            Color::Never => false,
        };
        Self {
            verbosity,
            colour_out: wants(io::stdout().is_terminal()),
            colour_err: wants(io::stderr().is_terminal()),
            animated: io::stderr().is_terminal() && !plain && verbosity == Verbosity::Normal,
            broken: Cell::new(false),
            lost: RefCell::new(None),
            bar: RefCell::new(None),
        }
    }

    /// How much to say.
    #[must_use]
    pub fn verbosity(&self) -> Verbosity {
        self.verbosity
    }

    /// Whether standard output takes colour.
    #[must_use]
    pub fn colour_out(&self) -> bool {
        self.colour_out
    }

    /// Whether somebody looks at standard output.
    #[must_use]
    pub fn shows_out(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Whether somebody looks at standard error.
    #[must_use]
    pub fn shows_err(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Whether standard error takes colour.
    #[must_use]
    pub fn colour_err(&self) -> bool {
        self.colour_err
    }

    /// Whether progress is shown.
    #[must_use]
    pub fn is_animated(&self) -> bool {
        self.animated
    }

    /// Text in a style, for [`Terminal::out`].
    pub fn paint_out(&self, style: &Style, text: impl Display) -> String {
        style
            .clone()
            .force_styling(self.colour_out)
            .apply_to(text)
            .to_string()
    }

    /// Text in a style, for standard error.
    pub fn paint_err(&self, style: &Style, text: impl Display) -> String {
        style
            .clone()
            .force_styling(self.colour_err)
            .apply_to(text)
            .to_string()
    }

    /// One or more lines of the result, to standard output. A reader that went
    /// away is no error: the rest is dropped. Any other failure waits in
    /// [`Terminal::lost`].
    pub fn out(&self, text: impl Display) {
        self.write_out(format!("{text}\n").as_bytes());
    }

    /// Bytes of the result as they are, to standard output.
    pub fn write_out(&self, bytes: &[u8]) {
        if self.broken.get() {
            return;
        }
        self.suspended(|| {
            let mut out = io::stdout().lock();
            if let Err(error) = out.write_all(bytes).and_then(|()| out.flush()) {
                self.broken.set(true);
                if error.kind() != io::ErrorKind::BrokenPipe {
                    self.lost.replace(Some(error));
                }
            }
        });
    }

    /// Why a part of the result could not be written, if it could not; once.
    pub fn lost(&self) -> Option<Error> {
        let error = self.lost.take()?;
        Some(Error::io("write to", "standard output".as_ref(), &error))
    }

    /// One event of a machine-readable report: a line of JSON on standard output.
    pub fn json(&self, event: &impl serde::Serialize) {
        match serde_json::to_string(event) {
            Ok(line) => self.out(line),
            Err(error) => self.warn(format!("could not write an event: {error}")),
        }
    }

    /// A line about how the result came to be, unless quiet.
    pub fn status(&self, text: impl Display) {
        if self.verbosity > Verbosity::Quiet {
            self.err(text);
        }
    }

    /// A line that only `-v` shows.
    pub fn detail(&self, text: impl Display) {
        if self.verbosity == Verbosity::Verbose {
            self.err(text);
        }
    }

    /// A warning, unless quiet.
    pub fn warn(&self, text: impl Display) {
        self.status(format_args!(
            "{} {text}",
            self.paint_err(&Style::new().yellow().bold(), "warning:")
        ));
    }

    /// An error, always.
    pub fn error(&self, error: &Error) {
        let text = error.to_string();
        let text = match text.split_once("\nhelp:") {
            Some((what, help)) => {
                format!(
                    "{what}\n{}{help}",
                    self.paint_err(&Style::new().cyan().bold(), "help:")
                )
            }
            None => text,
        };
        self.err(format_args!(
            "{} {text}",
            self.paint_err(&Style::new().red().bold(), "error:")
        ));
    }

    /// A line to standard error, always.
    pub fn err(&self, text: impl Display) {
        self.suspended(|| err(text));
    }

    /// Shows what is going on, on a terminal; nothing elsewhere. The next call
    /// replaces it.
    pub fn progress(&self, text: impl Display) {
        if !self.animated {
            return;
        }
        let mut bar = self.bar.borrow_mut();
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        bar.set_message(text.to_string());
    }

    /// Takes away what [`Terminal::progress`] shows.
    pub fn progress_end(&self) {
        if let Some(bar) = self.bar.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }

    fn suspended(&self, print: impl FnOnce()) {
        match self.bar.borrow().as_ref() {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}
