use std::ffi::{OsStr, OsString};

use super::secrets::is_secret;

/// The variables that every plugin is given when they are set. A `*` at the end
/// stands for any ending. `docs/plugin-host.md` lists them with reasons.
pub const ALLOWED: &[&str] = &[
    // Who and where.
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "LC_*",
    "TZ",
    "TERM",
    "TMPDIR",
    "TEMP",
    "TMP",
    "XDG_*",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    // How builds behave.
    "CI",
    "SOURCE_DATE_EPOCH",
    // The network.
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    // What programs on Windows do not start without.
    "SystemRoot",
    "SystemDrive",
    "windir",
    "ComSpec",
    "PATHEXT",
    "USERNAME",
    "USERPROFILE",
    "HOMEDRIVE",
    "HOMEPATH",
    "APPDATA",
    "LOCALAPPDATA",
    "PUBLIC",
    "ProgramData",
    "ProgramFiles",
    "ProgramFiles(x86)",
    "ProgramW6432",
    "CommonProgramFiles",
    "NUMBER_OF_PROCESSORS",
    "PROCESSOR_ARCHITECTURE",
    "OS",
];

/// The variables that every plugin is given whatever they were: output that is
/// not held back, UTF-8, and no escape sequences in messages.
pub const FORCED: &[(&str, &str)] = &[
    ("PYTHONUNBUFFERED", "1"),
    ("PYTHONUTF8", "1"),
    ("NO_COLOR", "1"),
];

/// What a plugin is given of an environment: the usual variables, those that its
/// manifest wants (`pass`) unless they look like secrets, and those that the
/// user has `named`, secrets too.
#[must_use]
pub fn variables(
    own: impl IntoIterator<Item = (OsString, OsString)>,
    pass: &[String],
    named: &[String],
) -> Vec<(OsString, OsString)> {
    let wanted = |name: &OsStr| {
        let Some(name) = name.to_str() else {
            return false;
        };
        let usual = ALLOWED.iter().copied();
        let usual = usual.chain(pass.iter().map(String::as_str));
        named.iter().any(|other| same(other, name))
            || (!is_secret(name) && usual.into_iter().any(|pattern| fits(pattern, name)))
    };
    let forced = |name: &OsStr| FORCED.iter().any(|(other, _)| OsStr::new(other) == name);
    own.into_iter()
        .filter(|(name, _)| wanted(name) && !forced(name))
        .chain(
            FORCED
                .iter()
                .map(|(name, value)| (name.into(), value.into())),
        )
        .collect()
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        // A lone `*` would be the whole environment.
        Some("") => false,
        Some(start) => name
            .get(..start.len())
            .is_some_and(|head| same(head, start)),
        None => same(pattern, name),
    }
}

/// Names of variables differ in case on all systems but Windows.
fn same(one: &str, other: &str) -> bool {
    if cfg!(windows) {
        one.eq_ignore_ascii_case(other)
    } else {
        one == other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(names: &[&str], pass: &[&str], named: &[&str]) -> Vec<String> {
        let own = names.iter().map(|name| (name.into(), "v".into()));
        let list = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        variables(own, &list(pass), &list(named))
            .into_iter()
            .map(|(name, value)| format!("{}={}", name.display(), value.display()))
            .collect()
    }

    const ALWAYS: [&str; 3] = ["PYTHONUNBUFFERED=1", "PYTHONUTF8=1", "NO_COLOR=1"];

    #[test]
    fn what_is_not_on_the_list_stays_here() {
        let mut expected = vec!["PATH=v", "LC_ALL=v"];
        expected.extend(ALWAYS);
        assert_eq!(
            given(&["PATH", "LC_ALL", "EDITOR", "NO_COLOR"], &[], &[]),
            expected
        );
    }

    #[test]
    fn a_manifest_gets_what_it_wants_but_no_secret() {
        let names = [
            "CARGO_HOME",
            "CARGO_REGISTRY_TOKEN",
            "AWS_PROFILE",
            "LC_TOKEN",
            "X",
        ];
        let mut expected = vec!["CARGO_HOME=v"];
        expected.extend(ALWAYS);
        let pass = ["CARGO_*", "AWS_PROFILE", "CARGO_REGISTRY_TOKEN", "*"];
        assert_eq!(given(&names, &pass, &[]), expected);
    }

    #[test]
    fn the_user_may_name_a_secret() {
        let mut expected = vec!["NPM_TOKEN=v"];
        expected.extend(ALWAYS);
        assert_eq!(
            given(&["NPM_TOKEN", "OTHER_TOKEN"], &[], &["NPM_TOKEN"]),
            expected
        );
    }
}
