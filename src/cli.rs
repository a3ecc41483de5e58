//! The command line: parse, run, exit code. Nothing else.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser, ValueEnum};

use crate::commands::{self, Command, Context};
use crate::config::Home;
use crate::error::{Code, Error, Exit, nearest};
use crate::logging;
use crate::process::{self, Cancel};
use crate::terminal::{Color, Terminal, Verbosity};

/// Builds, serves, runs, verifies and inspects WebAssembly projects.
#[derive(Debug, Parser)]
#[command(
    name = "wasmrun",
    version,
    disable_version_flag = true,
    max_term_width = 100,
    after_help = "Examples:\n  \
        wasmrun                             serve the project in this folder\n  \
        wasmrun compile                     build the project in this folder\n  \
        wasmrun compile hello.wat -o out/   build one file\n  \
        wasmrun verify dist/                check every module in a folder\n  \
        wasmrun inspect dist/app.wasm       see what is in a module\n\n\
        `wasmrun help COMMAND` tells more of a command."
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
}

/// Flags that every command takes.
#[derive(Debug, Clone, clap::Args)]
struct Global {
    /// Print the version; with `--verbose` also commit, target and features
    #[arg(short = 'V', long)]
    version: bool,
    /// Say more: the tools' own output too
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
    /// Say nothing but results and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
    /// Log each step with its time to standard error (see also `WASMRUN_LOG`)
    #[arg(long, global = true)]
    debug: bool,
}

/// Runs the program with this process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    if process::keep() {
        return ExitCode::SUCCESS;
    }
    match parse() {
        Ok(parsed) => ExitCode::from(run(parsed).code()),
        Err(error) => ExitCode::from(refuse(&error).code()),
    }
}

/// The whole command line, for completions and man pages.
#[must_use]
pub fn command() -> clap::Command {
    Command::add_all(Cli::command())
}

/// What was said.
struct Parsed {
    global: Global,
    /// The command's name.
    name: String,
    command: Option<Command>,
}

fn parse() -> Result<Parsed, clap::Error> {
    let line = completed(std::env::args_os().collect());
    let matches = Command::add_meant(Cli::command(), &line).try_get_matches_from(line)?;
    Ok(Parsed {
        global: Cli::from_arg_matches(&matches)?.global,
        name: matches.subcommand_name().unwrap_or_default().to_owned(),
        command: Command::given(&matches)?,
    })
}

/// The command line with the command that is meant when none is named: `wasmrun`
/// and `wasmrun app/` serve what is there. A word that is neither a command nor
/// there stays, to be told what it may have been meant to be.
fn completed(mut line: Vec<OsString>) -> Vec<OsString> {
    let is_command =
        |word: &OsString| word == "help" || Command::WORDS.iter().any(|known| word == known);
    let asks = |word: &OsString| {
        let asking = ["-h", "--help", "-V", "--version"];
        asking.iter().any(|flag| word == flag)
    };
    let given = line.get(1..).unwrap_or_default();
    if given.iter().any(|word| is_command(word) || asks(word)) {
        return line;
    }
    let is_flag = |word: &OsString| word.as_encoded_bytes().starts_with(b"-");
    match given.first() {
        Some(word) if !is_flag(word) && !Path::new(word).exists() => {}
        _ => line.insert(line.len().min(1), "run".into()),
    }
    line
}

fn run(parsed: Parsed) -> Exit {
    let Parsed {
        global,
        name,
        command: chosen,
    } = parsed;
    let verbosity = match (global.quiet, global.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let terminal = Terminal::new(global.color, verbosity);
    if let Err(why) = logging::start(global.debug, terminal.colour_err()) {
        let error = Error::new(Code::ConfigInvalid, "WASMRUN_LOG is not a filter").because(why);
        terminal
            .error(&error.help("try `WASMRUN_LOG=debug` or `WASMRUN_LOG=wasmrun::compiler=trace`"));
        return Exit::Usage;
    }
    if global.version {
        terminal.out(commands::version(global.verbose));
        return Exit::Ok;
    }
    let Some(chosen) = chosen else {
        terminal.err(styled(&command().render_help(), terminal.colour_err()));
        return Exit::Usage;
    };
    let context = Context {
        terminal,
        home: Home::find(),
        cancel: Cancel::new(),
        command_line: command,
    };
    let result = {
        let _step = tracing::debug_span!("command", name).entered();
        chosen.run(&context)
    };
    context.terminal.progress_end();
    match result.and_then(|exit| context.terminal.lost().map_or(Ok(exit), Err)) {
        Ok(exit) => exit,
        Err(error) => {
            context.terminal.error(&error);
            error.exit()
        }
    }
}

/// Says what is wrong with the command line in the form of our own errors.
fn refuse(error: &clap::Error) -> Exit {
    let terminal = Terminal::new(colour_asked(std::env::args_os()), Verbosity::Normal);
    match error.kind() {
        ErrorKind::DisplayHelp => {
            terminal.out(styled(&error.render(), terminal.colour_out()));
            Exit::Ok
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            terminal.err(styled(&error.render(), terminal.colour_err()));
            Exit::Usage
        }
        _ => {
            terminal.error(&Error::new(Code::Usage, complaint(error)).help(advice(error)));
            Exit::Usage
        }
    }
}

/// What `--color` says on a command line that could not be parsed whole.
fn colour_asked(args: impl Iterator<Item = OsString>) -> Color {
    let mut asked = Color::Auto;
    let mut args = args.map(|arg| arg.to_string_lossy().into_owned());
    while let Some(arg) = args.next() {
        let word = match arg.strip_prefix("--color") {
            _ if arg == "--" => break,
            Some("") => args.next().unwrap_or_default(),
            Some(rest) => rest.trim_start_matches('=').to_owned(),
            None => continue,
        };
        asked = Color::from_str(&word, true).unwrap_or(asked);
    }
    asked
}

fn styled(text: &StyledStr, colour: bool) -> String {
    let text = if colour {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    text.trim_end().to_owned()
}

/// What is wrong, in one line.
fn complaint(error: &clap::Error) -> String {
    // clap lists what is missing below its first line.
    if error.kind() == ErrorKind::MissingRequiredArgument
        && let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg)
    {
        let is = if missing.len() == 1 { "is" } else { "are" };
        return format!("`{}` {is} missing", missing.join("` and `"));
    }
    let rendered = error.render().to_string();
    let line = rendered.lines().next().unwrap_or_default();
    line.trim_start_matches("error: ").replace('\'', "`")
}

fn advice(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::MissingRequiredArgument
        && let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage)
    {
        let usage = usage.to_string();
        return format!("write `{}`", usage.trim_start_matches("Usage:").trim());
    }
    // clap's own choice weighs a shared first letter so high that `complie`
    // becomes `c`; edit distance does not.
    if let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) {
        let command = command();
        let names = command
            .get_subcommands()
            .flat_map(clap::Command::get_name_and_visible_aliases);
        if let Some(near) = nearest(word, names.filter(|name| name.len() > 1)) {
            return format!("did you mean `{near}`?");
        }
    }
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedValue] {
        match error.get(kind) {
            Some(ContextValue::String(word)) => return format!("did you mean `{word}`?"),
            Some(ContextValue::Strings(words)) if !words.is_empty() => {
                return format!("did you mean `{}`?", words[0]);
            }
            _ => {}
        }
    }
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) if !values.is_empty() => {
            format!("it may be {}", values.join(", "))
        }
        _ => "`wasmrun --help` lists commands and flags".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Color {
        colour_asked(line.split(' ').map(Into::into))
    }

    #[test]
    fn a_folder_alone_is_served() {
        let of = |line: &str| {
            let line = line.split_whitespace().map(OsString::from).collect();
            let line = completed(line).into_iter();
            line.map(|word| word.into_string().unwrap())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(of("wasmrun"), "wasmrun run");
        assert_eq!(of("wasmrun src"), "wasmrun run src");
        assert_eq!(of("wasmrun -P 80 src"), "wasmrun run -P 80 src");
        assert_eq!(of("wasmrun -q"), "wasmrun run -q");
        for same in [
            "wasmrun complie",
            "wasmrun compile src",
            "wasmrun --color always c",
            "wasmrun --version",
            "wasmrun -h",
            "wasmrun help run",
        ] {
            assert_eq!(of(same), same);
        }
    }

    #[test]
    fn colour_is_found_in_a_line_that_makes_no_sense() {
        assert_eq!(asked("wasmrun --color always complie"), Color::Always);
        assert_eq!(asked("wasmrun complie --color=never --x"), Color::Never);
        assert_eq!(asked("wasmrun verify -- --color=never"), Color::Auto);
        assert_eq!(asked("wasmrun --color=pink"), Color::Auto);
        assert_eq!(asked("wasmrun --color"), Color::Auto);
    }
}
