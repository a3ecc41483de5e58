use console::Style;

use super::Report;
use super::languages::Language;
use crate::commands::plugin::State;
use crate::terminal::Terminal;

/// Prints a report for people.
pub(super) fn show(terminal: &Terminal, report: &Report) {
    terminal.out(format!("wasmrun {} ({})", report.version, report.target));
    title(terminal, "languages");
    for language in &report.languages {
        show_language(terminal, language);
    }
    title(terminal, "plugins");
    if report.plugins.is_empty() {
        terminal.out("  none is installed");
    }
    for plugin in &report.plugins {
        let row = &plugin.row;
        let version = row.version.as_deref().unwrap_or_default();
        let state = match (row.state, plugin.protocol) {
            (State::Enabled, Some(protocol)) => {
                format!("speaks version {protocol} of the protocol")
            }
            (State::Enabled, None) => "does not answer".to_owned(),
            (state, _) => state.word().to_owned(),
        };
        terminal.out(format!("  {:<15} {version:<9} {state}", row.name));
    }
    show_system(terminal, report);
    if report.problems.is_empty() {
        return;
    }
    title(terminal, "broken");
    for problem in &report.problems {
        let mark = terminal.paint_out(&Style::new().red(), "*");
        terminal.out(format!(
            "  {mark} {}",
            problem.message.replace('\n', "\n    ")
        ));
        if let Some(help) = &problem.help {
            terminal.out(format!("    help: {}", help.replace('\n', "\n          ")));
        }
    }
}

fn show_language(terminal: &Terminal, language: &Language) {
    let plugin = match (&language.plugin, language.ready) {
        (Some(plugin), true) => format!("ready, built by {plugin}"),
        (Some(plugin), false) => format!("not ready, built by {plugin}"),
        (None, _) => "not ready".to_owned(),
    };
    let style = match language.ready {
        true => Style::new().green(),
        false => Style::new().yellow(),
    };
    let plugin = terminal.paint_out(&style, plugin);
    terminal.out(format!("  {:<15} {plugin}", language.title));
    for tool in language.tools.iter().filter(|tool| tool.path.is_some()) {
        let version = tool.version.as_deref().unwrap_or("?");
        let path = tool.path.as_deref().unwrap_or_default();
        terminal.out(format!("    {:<13} {version:<9} {path}", tool.name));
    }
    if let Some(problem) = &language.problem {
        terminal.out(format!("    {problem}"));
    }
    for missing in &language.missing {
        let fix = match missing.fix.is_empty() {
            true => String::new(),
            false => format!(": `{}`", missing.fix.join(" ")),
        };
        let word = match missing.blocking {
            true => "missing",
            false => "could use",
        };
        terminal.out(format!("    {word} {}{fix}", missing.name));
    }
}

fn show_system(terminal: &Terminal, report: &Report) {
    let line = |name: &str, text: String| terminal.out(format!("  {name:<15} {text}"));
    let system = &report.system;
    title(terminal, "system");
    if let Some(kernel) = &system.kernel {
        line("kernel", kernel.clone());
    }
    line(
        "confinement",
        match (system.landlock, system.unconfined) {
            (Some(abi), _) => format!("Landlock, version {abi} of its interface"),
            (None, why) => format!("none: {}", why.unwrap_or("not on this system")),
        },
    );
    line(
        "sub-reaper",
        match system.subreaper {
            true => "yes: what leaves its process group is found".to_owned(),
            false => "no".to_owned(),
        },
    );
    line(
        "home",
        system.home.clone().unwrap_or_else(|| "none".to_owned()),
    );
    let cache = report.cache.as_ref().map(super::system::Cache::text);
    line("cache", cache.unwrap_or_else(|| "empty".to_owned()));
    let settings = &report.settings;
    for file in &settings.files {
        line("settings", file.clone());
    }
    if !settings.variables.is_empty() {
        line("variables", settings.variables.join(", "));
    }
    for warning in &settings.warnings {
        line("warning", warning.clone());
    }
    let screen = &report.terminal;
    let colour = match (screen.colour_out, screen.colour_err) {
        (true, true) => "colour",
        (false, false) => "no colour",
        (true, false) => "colour on standard output",
        (false, true) => "colour on standard error",
    };
    let progress = match screen.animated {
        true => "progress",
        false => "no progress",
    };
    let by = match screen.plain_by.is_empty() {
        true => String::new(),
        false => format!(", by {}", screen.plain_by.join(" and ")),
    };
    line("terminal", format!("{colour}, {progress}{by}"));
}

fn title(terminal: &Terminal, text: &str) {
    terminal.out(terminal.paint_out(&Style::new().bold(), text));
}
