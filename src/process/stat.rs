//! What Linux tells of a process in one line.

/// The fields of `/proc/PROCESS/stat` behind the name, the process's state first;
/// none if it is not there. `self` is this one.
#[cfg(target_os = "linux")]
pub(super) fn fields(process: &str) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in brackets may hold anything, brackets too.
    let (_, rest) = stat.rsplit_once(')')?;
    Some(
        rest.split_ascii_whitespace()
            .map(ToOwned::to_owned)
            .collect(),
    )
}

/// Whether the terminal is this program's at the moment: to read from it from the
/// background would stop the whole program.
#[cfg(target_os = "linux")]
#[must_use]
pub fn is_in_foreground() -> bool {
    // Behind the state: parent, group, session, terminal, the terminal's group.
    let fields = fields("self").unwrap_or_default();
    fields.get(2).is_some() && fields.get(2) == fields.get(5)
}

/// Whether the terminal is this program's at the moment.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn is_in_foreground() -> bool {
    true
}
