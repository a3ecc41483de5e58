use serde_json::Value as Json;

use super::value::{Raw, Value};
use super::{Origin, Settings};
use crate::error::nearest;

/// One setting: its names, what it takes, and how it gets into [`Settings`].
#[derive(Debug)]
pub struct Key {
    /// The name in files, with its table (`cache.max-size`).
    pub name: &'static str,
    /// Another name that files may use.
    pub alias: Option<&'static str>,
    /// The environment variable.
    pub env: Option<&'static str>,
    /// Whether the variable says the opposite (`WASMRUN_NO_CACHE`).
    pub env_negated: bool,
    /// The flag of the command line.
    pub flag: Option<&'static str>,
    /// What values it takes.
    pub takes: &'static str,
    /// Whether a project's file may not set it: what protects the user from the
    /// project.
    pub user_only: bool,
    /// The words it takes, when it takes no others.
    pub choices: &'static [&'static str],
    pub(super) set: fn(&mut Settings, &Raw, Origin) -> bool,
    show: fn(&Settings) -> Shown<'_>,
}

/// A setting, ready to print.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown<'a> {
    /// The name in files.
    pub key: String,
    /// The value for programs; null when there is none.
    pub json: Json,
    /// The value for people, without quotes; empty when there is none.
    pub text: String,
    /// Where it came from.
    pub origin: &'a Origin,
}

macro_rules! key {
    ($name:literal, $($field:ident).+, $takes:literal) => {
        Key {
            name: $name,
            alias: None,
            env: None,
            env_negated: false,
            flag: None,
            takes: $takes,
            user_only: false,
            choices: &[],
            set: |settings, raw, origin| {
                let setting = &mut settings.$($field).+;
                let Some(value) = Value::read(raw) else {
                    return false;
                };
                setting.value = value;
                setting.origin = origin;
                true
            },
            show: |settings| {
                let setting = &settings.$($field).+;
                Shown {
                    key: $name.to_owned(),
                    json: setting.value.json(),
                    text: setting.value.text(),
                    origin: &setting.origin,
                }
            },
        }
    };
}

const BOOL: &str = "true or false";
const TIME: &str = "a time such as \"90s\" or \"5m\", or a number of seconds";
const SIZE: &str = "a size such as \"64k\" or \"1G\", or a number of bytes";

/// The table that the builder alone understands.
pub(super) const OPTIONS: &str = "options";

/// The table of installed plugins, each a table of its own.
pub(super) const PLUGINS: &str = "plugins";

/// Every setting but `[options]` and `[plugins]`, in the order of `wasmrun config` and of
/// `docs/config.md`.
pub static KEYS: &[Key] = &[
    Key {
        env: Some("WASMRUN_LANGUAGE"),
        flag: Some("--language"),
        ..key!("language", language, "the name of a language")
    },
    Key {
        env: Some("WASMRUN_ENTRY"),
        ..key!("entry", entry, "the path of a file in the project")
    },
    Key {
        env: Some("WASMRUN_OUTPUT"),
        flag: Some("--output"),
        ..key!("output", output, "a path")
    },
    Key {
        alias: Some("optimization"),
        env: Some("WASMRUN_PROFILE"),
        flag: Some("--optimization"),
        choices: &["debug", "release", "size"],
        ..key!("profile", profile, "debug, release or size")
    },
    Key {
        env: Some("WASMRUN_PLUGIN"),
        flag: Some("--plugin"),
        ..key!("plugin", plugin, "the name of a plugin, or the path of one")
    },
    Key {
        env: Some("WASMRUN_LOCKED"),
        flag: Some("--locked"),
        takes: BOOL,
        ..key!("locked", locked, "")
    },
    Key {
        env: Some("WASMRUN_OFFLINE"),
        flag: Some("--offline"),
        takes: BOOL,
        ..key!("offline", offline, "")
    },
    Key {
        env: Some("WASMRUN_TIMEOUT"),
        flag: Some("--timeout"),
        ..key!(
            "timeout",
            timeout,
            "a time such as \"90s\" or \"5m\", a number of seconds, or \"none\""
        )
    },
    Key {
        env: Some("WASMRUN_NO_CONFINE"),
        env_negated: true,
        flag: Some("--no-confine"),
        takes: BOOL,
        user_only: true,
        ..key!("confine", confine, "")
    },
    Key {
        env: Some("WASMRUN_PLUGIN_HELLO_TIMEOUT"),
        takes: TIME,
        ..key!("limits.hello", limits.hello, "")
    },
    Key {
        env: Some("WASMRUN_PLUGIN_DETECT_TIMEOUT"),
        takes: TIME,
        ..key!("limits.detect", limits.detect, "")
    },
    Key {
        env: Some("WASMRUN_PLUGIN_CHECK_TIMEOUT"),
        takes: TIME,
        ..key!("limits.check", limits.check, "")
    },
    Key {
        env: Some("WASMRUN_PLUGIN_VALIDATE_TIMEOUT"),
        takes: TIME,
        ..key!("limits.validate", limits.validate, "")
    },
    Key {
        env: Some("WASMRUN_PLUGIN_BUILD_TIMEOUT"),
        takes: TIME,
        ..key!("limits.build", limits.build, "")
    },
    Key {
        env: Some("WASMRUN_PLUGIN_CLEAN_TIMEOUT"),
        takes: TIME,
        ..key!("limits.clean", limits.clean, "")
    },
    Key {
        env: Some("WASMRUN_PLUGIN_IDLE_TIMEOUT"),
        takes: TIME,
        ..key!("limits.idle", limits.idle, "")
    },
    Key {
        env: Some("WASMRUN_NO_CACHE"),
        env_negated: true,
        flag: Some("--no-cache"),
        takes: BOOL,
        ..key!("cache.enabled", cache, "")
    },
    Key {
        env: Some("WASMRUN_CACHE_MAX_SIZE"),
        takes: SIZE,
        ..key!("cache.max-size", cache_max_size, "")
    },
    Key {
        env: Some("WASMRUN_PORT"),
        flag: Some("--port"),
        ..key!(
            "server.port",
            server.port,
            "the number of a port, up to 65535"
        )
    },
    Key {
        flag: Some("--strict-port"),
        takes: BOOL,
        ..key!("server.strict-port", server.strict_port, "")
    },
    Key {
        env: Some("WASMRUN_HOST"),
        flag: Some("--host"),
        user_only: true,
        ..key!("server.host", server.host, "an address, or \"localhost\"")
    },
    Key {
        flag: Some("--allow-host"),
        user_only: true,
        ..key!(
            "server.allow-hosts",
            server.allow_hosts,
            "a list of names of this machine"
        )
    },
    Key {
        flag: Some("--serve"),
        takes: BOOL,
        ..key!("server.open", server.open, "")
    },
    Key {
        flag: Some("--watch"),
        takes: BOOL,
        ..key!("server.watch", server.watch, "")
    },
    Key {
        flag: Some("--poll"),
        ..key!(
            "server.poll",
            server.poll,
            "a time such as \"500ms\", or \"none\""
        )
    },
    Key {
        takes: BOOL,
        ..key!("server.spa", server.spa, "")
    },
    key!(
        "server.root",
        server.root,
        "the path of a folder in the project"
    ),
    key!("server.headers", server.headers, "a table of headers"),
    key!(
        "server.proxy",
        server.proxy,
        "a table of paths and addresses"
    ),
    Key {
        takes: SIZE,
        ..key!("verify.max-size", verify.max_size, "")
    },
    Key {
        takes: SIZE,
        ..key!("verify.max-gzip", verify.max_gzip, "")
    },
    Key {
        takes: SIZE,
        ..key!("verify.max-brotli", verify.max_brotli, "")
    },
    key!(
        "verify.require-export",
        verify.require_export,
        "a list of names of exports"
    ),
    key!(
        "verify.deny-import",
        verify.deny_import,
        "a list of patterns of imports"
    ),
    key!(
        "verify.allow-import",
        verify.allow_import,
        "a list of patterns of imports"
    ),
];

impl Key {
    /// Whether files may call it that.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.alias == Some(name)
    }

    /// `verify` of `verify.max-size`.
    fn section(&self) -> Option<&'static str> {
        self.name.split_once('.').map(|(section, _)| section)
    }
}

/// The setting that files call so.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.is_called(name))
}

/// Whether a table of that name holds settings.
pub(super) fn is_section(name: &str) -> bool {
    KEYS.iter().any(|key| key.section() == Some(name))
}

/// What an unknown key may have been meant to be: near to a known one, or one
/// that lives in another table.
pub(super) fn meant(name: &str) -> Option<String> {
    let sections = ["limits", "cache", "server", "verify", OPTIONS, PLUGINS];
    let names = KEYS.iter().flat_map(|key| [Some(key.name), key.alias]);
    let dashed = name.replace('_', "-").to_ascii_lowercase();
    if let Some(near) = nearest(&dashed, names.flatten().chain(sections)) {
        return Some(near.to_owned());
    }
    let last = dashed.rsplit('.').next().unwrap_or_default();
    let homes = KEYS.iter().filter_map(|key| {
        let own = key.name.rsplit('.').next().unwrap_or_default();
        nearest(last, [own]).map(|_| key.name)
    });
    homes.into_iter().next().map(ToOwned::to_owned)
}

impl Settings {
    /// Every setting, ready to print: those of the table, then the plugins and the
    /// options.
    #[must_use]
    pub fn shown(&self) -> Vec<Shown<'_>> {
        let options = self.options.iter().map(|(name, setting)| Shown {
            key: format!("{OPTIONS}.{name}"),
            text: match &setting.value {
                Json::String(text) => text.clone(),
                other => other.to_string(),
            },
            json: setting.value.clone(),
            origin: &setting.origin,
        });
        let plugins = self.plugins.iter().map(|(name, setting)| Shown {
            key: format!("{PLUGINS}.{name}.enabled"),
            text: setting.value.to_string(),
            json: Json::from(setting.value),
            origin: &setting.origin,
        });
        let known = KEYS.iter().map(|key| (key.show)(self));
        known.chain(plugins).chain(options).collect()
    }
}
