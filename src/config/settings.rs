use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use plugin_protocol::{Profile, limits};
use toml::de::DeValue;

use super::source::{Source, is_blocked};
use super::{Home, Origin, Setting, environment, file};
use crate::error::Result;

/// The name of a project's settings file.
pub const PROJECT_FILE: &str = "wasmrun.toml";

/// What the command line says; nothing where it is silent.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--language`
    pub language: Option<String>,
    /// `--output`
    pub output: Option<PathBuf>,
    /// `--optimization`
    pub profile: Option<Profile>,
    /// `--plugin`
    pub plugin: Option<String>,
    /// `--locked`
    pub locked: bool,
    /// `--offline`
    pub offline: bool,
    /// `--no-confine`
    pub no_confine: bool,
    /// `--no-cache`
    pub no_cache: bool,
    /// `--timeout`
    pub timeout: Option<Duration>,
    /// `--option`: names and values. A value is read as TOML if it is that
    /// (`3`, `true`, `["a"]`), else as text.
    pub options: Vec<(String, String)>,
    /// What `wasmrun run` alone takes.
    pub server: ServerFlags,
}

/// What the command line of `wasmrun run` says besides.
#[derive(Debug, Clone, Default)]
pub struct ServerFlags {
    /// `--port`
    pub port: Option<u16>,
    /// `--strict-port`
    pub strict_port: bool,
    /// `--host`
    pub host: Option<String>,
    /// `--allow-host`
    pub allow_hosts: Vec<String>,
    /// `--serve`
    pub open: bool,
    /// `--watch` or `--no-watch`
    pub watch: Option<bool>,
    /// `--poll`
    pub poll: Option<Duration>,
}

/// All settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The project's language, when it is not to be found out.
    pub language: Setting<Option<String>>,
    /// The entry file, relative to the project's folder.
    pub entry: Setting<Option<String>>,
    /// Where the output goes: a file, or a folder when it is one or ends in `/`.
    /// One from a file is relative to the project's folder and joined to it
    /// here; one from a variable or a flag is relative to the current folder.
    pub output: Setting<Option<PathBuf>>,
    /// What to optimise for.
    pub profile: Setting<Profile>,
    /// The plugin that builds, when it is not to be chosen: its name, or the path
    /// of an executable.
    pub plugin: Setting<Option<String>>,
    /// Whether an installed plugin takes part, by its name; one that is not
    /// named does. Only the user's file says so.
    pub plugins: BTreeMap<String, Setting<bool>>,
    /// The builder's own settings.
    pub options: BTreeMap<String, Setting<serde_json::Value>>,
    /// Fail rather than change a lock file.
    pub locked: Setting<bool>,
    /// Fail rather than use the network.
    pub offline: Setting<bool>,
    /// Whether to use the build cache.
    pub cache: Setting<bool>,
    /// How large the build cache may grow, in bytes.
    pub cache_max_size: Setting<u64>,
    /// How long a build may take; nothing for no limit.
    pub timeout: Setting<Option<Duration>>,
    /// Whether plugins may write to the project, the caches and the temporary
    /// folder alone, where the system can do that.
    pub confine: Setting<bool>,
    /// How long to wait for a plugin.
    pub limits: PluginLimits,
    /// The development server.
    pub server: ServerSettings,
    /// The rules for modules.
    pub verify: Verify,
    /// What the user should know, though nothing fails for it.
    pub warnings: Vec<String>,
}

/// How long to wait for a plugin, from `[limits]`.
#[derive(Debug, Clone, PartialEq)]
pub struct PluginLimits {
    /// For its hello.
    pub hello: Setting<Duration>,
    /// For `detect`.
    pub detect: Setting<Duration>,
    /// For `check`.
    pub check: Setting<Duration>,
    /// For `validate`.
    pub validate: Setting<Duration>,
    /// For `build`.
    pub build: Setting<Duration>,
    /// For `clean`.
    pub clean: Setting<Duration>,
    /// Without a sign of life.
    pub idle: Setting<Duration>,
}

/// The development server, from `[server]`.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerSettings {
    /// Where to listen.
    pub port: Setting<u16>,
    /// Whether no other port will do.
    pub strict_port: Setting<bool>,
    /// The address to listen on. A project may not open itself to the network.
    pub host: Setting<String>,
    /// Names that requests may call this machine by.
    pub allow_hosts: Setting<Vec<String>>,
    /// Whether to open a browser.
    pub open: Setting<bool>,
    /// Whether to build again when files change.
    pub watch: Setting<bool>,
    /// Look at all files so often, instead of listening for changes.
    pub poll: Setting<Option<Duration>>,
    /// Whether `index.html` answers for pages that are not there.
    pub spa: Setting<bool>,
    /// The folder whose files are served, relative to the project's.
    pub root: Setting<Option<PathBuf>>,
    /// Headers for every response of the application.
    pub headers: Setting<BTreeMap<String, String>>,
    /// Where requests below a path go instead.
    pub proxy: Setting<BTreeMap<String, String>>,
}

/// The rules for modules, from `[verify]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Verify {
    /// How large a module may be, in bytes.
    pub max_size: Setting<Option<u64>>,
    /// How large a module may be with gzip, in bytes.
    pub max_gzip: Setting<Option<u64>>,
    /// How large a module may be with brotli, in bytes.
    pub max_brotli: Setting<Option<u64>>,
    /// Names of exports that must be there.
    pub require_export: Setting<Vec<String>>,
    /// Patterns of imports that must not be there.
    pub deny_import: Setting<Vec<String>>,
    /// Patterns of the only imports that may be there. An empty list allows
    /// none; without a list, any will do.
    pub allow_import: Setting<Option<Vec<String>>>,
}

impl Settings {
    /// Reads all layers: defaults, the user's file, the project's file, the
    /// environment, flags. `project` is a folder, or a file in it.
    ///
    /// # Errors
    /// [`crate::error::Code::ConfigInvalid`], naming the file and line or the
    /// variable; [`crate::error::Code::Io`] when a file cannot be read.
    pub fn load(home: &Home, project: Option<&Path>, flags: Flags) -> Result<Self> {
        Self::layered(home, project, std::env::vars_os(), flags)
    }

    fn layered(
        home: &Home,
        project: Option<&Path>,
        variables: impl Iterator<Item = (OsString, OsString)>,
        flags: Flags,
    ) -> Result<Self> {
        let mut settings = Self::default();
        if let Some(root) = home.root().filter(|root| is_blocked(root)) {
            let root = root.display();
            settings.warnings.push(format!(
                "{root} is not a folder, so wasmrun keeps nothing there; move it away, or set \
                 WASMRUN_HOME to another folder"
            ));
        }
        if let Some(source) = home.config_file().map(Source::read).transpose()?.flatten() {
            let path = source.path.clone();
            file::apply(&mut settings, &source, &|line| Origin::User {
                file: path.clone(),
                line,
            })?;
        }
        if let Some(folder) = project.map(folder) {
            if let Some(source) = Source::read(folder.join(PROJECT_FILE))? {
                let path = source.path.clone();
                file::apply(&mut settings, &source, &|line| Origin::Project {
                    file: path.clone(),
                    line,
                })?;
            }
            if let Some(output) = &mut settings.output.value {
                *output = folder.join(&output);
            }
        }
        environment::apply(&mut settings, variables)?;
        settings.flags(flags);
        Ok(settings)
    }

    fn flags(&mut self, flags: Flags) {
        let yes = |given: bool| given.then_some(true);
        self.language.flag(flags.language.map(Some), "--language");
        self.output.flag(flags.output.map(Some), "--output");
        self.profile.flag(flags.profile, "--optimization");
        self.plugin.flag(flags.plugin.map(Some), "--plugin");
        self.locked.flag(yes(flags.locked), "--locked");
        self.offline.flag(yes(flags.offline), "--offline");
        self.cache
            .flag(flags.no_cache.then_some(false), "--no-cache");
        self.timeout.flag(flags.timeout.map(Some), "--timeout");
        self.confine
            .flag(flags.no_confine.then_some(false), "--no-confine");
        let server = flags.server;
        let own = &mut self.server;
        own.port.flag(server.port, "--port");
        own.strict_port
            .flag(yes(server.strict_port), "--strict-port");
        own.host.flag(server.host, "--host");
        let hosts = (!server.allow_hosts.is_empty()).then_some(server.allow_hosts);
        own.allow_hosts.flag(hosts, "--allow-host");
        own.open.flag(yes(server.open), "--serve");
        own.watch.flag(server.watch, "--watch");
        own.poll.flag(server.poll.map(Some), "--poll");
        for (name, text) in flags.options {
            let typed = DeValue::parse(&text).ok();
            let value = typed.and_then(|value| file::json(value.get_ref()));
            let setting = Setting {
                value: value.unwrap_or_else(|| text.into()),
                origin: Origin::Flag("--option"),
            };
            self.options.insert(name, setting);
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Setting::default(None),
            entry: Setting::default(None),
            output: Setting::default(None),
            profile: Setting::default(Profile::Release),
            plugin: Setting::default(None),
            plugins: BTreeMap::new(),
            options: BTreeMap::new(),
            locked: Setting::default(false),
            offline: Setting::default(false),
            cache: Setting::default(true),
            cache_max_size: Setting::default(1 << 30),
            timeout: Setting::default(None),
            confine: Setting::default(true),
            limits: PluginLimits {
                hello: Setting::default(limits::HELLO),
                detect: Setting::default(limits::DETECT),
                check: Setting::default(limits::CHECK),
                validate: Setting::default(limits::VALIDATE),
                build: Setting::default(limits::BUILD),
                clean: Setting::default(limits::CLEAN),
                idle: Setting::default(limits::IDLE),
            },
            server: ServerSettings {
                port: Setting::default(8420),
                strict_port: Setting::default(false),
                host: Setting::default("127.0.0.1".to_owned()),
                allow_hosts: Setting::default(Vec::new()),
                open: Setting::default(false),
                watch: Setting::default(true),
                poll: Setting::default(None),
                spa: Setting::default(true),
                root: Setting::default(None),
                headers: Setting::default(BTreeMap::new()),
                proxy: Setting::default(BTreeMap::new()),
            },
            verify: Verify {
                max_size: Setting::default(None),
                max_gzip: Setting::default(None),
                max_brotli: Setting::default(None),
                require_export: Setting::default(Vec::new()),
                deny_import: Setting::default(Vec::new()),
                allow_import: Setting::default(None),
            },
            warnings: Vec::new(),
        }
    }
}

/// The folder whose settings count: the project's, or the one of a single file.
fn folder(project: &Path) -> PathBuf {
    let folder = match project.parent() {
        Some(parent) if project.is_file() => parent,
        _ => project,
    };
    std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap as Map;

    use super::super::KEYS;
    use super::*;

    /// Settings from a project's file and variables, in a world of its own.
    fn load(file: &str, variables: &[(&str, &str)], flags: Flags) -> Result<Settings> {
        let world = tempfile::tempdir().unwrap();
        std::fs::write(world.path().join(PROJECT_FILE), file).unwrap();
        let variables = variables
            .iter()
            .map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let home = Home::at(world.path().join("home"));
        Settings::layered(&home, Some(world.path()), variables, flags)
    }

    #[test]
    fn each_flag_is_named_in_the_table() {
        let flags = Flags {
            language: Some("c".into()),
            output: Some("o".into()),
            profile: Some(Profile::Size),
            plugin: Some("p".into()),
            locked: true,
            offline: true,
            no_confine: true,
            no_cache: true,
            timeout: Some(Duration::from_secs(1)),
            options: vec![],
            server: ServerFlags {
                port: Some(1),
                strict_port: true,
                host: Some("::1".into()),
                allow_hosts: vec!["h".into()],
                open: true,
                watch: Some(false),
                poll: Some(Duration::from_secs(1)),
            },
        };
        let settings = load("", &[], flags).unwrap();
        let shown: Map<_, _> = settings
            .shown()
            .into_iter()
            .map(|shown| (shown.key.clone(), shown.origin.clone()))
            .collect();
        for key in KEYS {
            let origin = key.flag.map_or(Origin::Default, Origin::Flag);
            assert_eq!(shown[key.name], origin, "{}", key.name);
        }
    }

    #[test]
    fn each_key_takes_what_it_shows() {
        let values = [
            ("language", "\"c\""),
            ("entry", "\"a.c\""),
            ("output", "\"out/\""),
            ("profile", "\"size\""),
            ("plugin", "\"p\""),
            ("locked", "true"),
            ("offline", "true"),
            ("timeout", "\"1h\""),
            ("confine", "false"),
            ("limits.hello", "6"),
            ("limits.detect", "\"7s\""),
            ("limits.check", "8"),
            ("limits.validate", "9"),
            ("limits.build", "\"2h\""),
            ("limits.clean", "10"),
            ("limits.idle", "11"),
            ("cache.enabled", "false"),
            ("cache.max-size", "\"2G\""),
            ("server.port", "6"),
            ("server.strict-port", "true"),
            ("server.host", "\"::1\""),
            ("server.allow-hosts", "[\"a.example\"]"),
            ("server.open", "true"),
            ("server.watch", "false"),
            ("server.poll", "\"2s\""),
            ("server.spa", "false"),
            ("server.root", "\"public\""),
            ("server.headers", "{ x-a = \"1\" }"),
            ("server.proxy", "{ \"/api\" = \"http://localhost:1\" }"),
            ("verify.max-size", "5"),
            ("verify.max-gzip", "\"3k\""),
            ("verify.max-brotli", "\"1M\""),
            ("verify.require-export", "[\"run\"]"),
            ("verify.deny-import", "[\"env.*\"]"),
            ("verify.allow-import", "[]"),
        ];
        for (key, (name, value)) in KEYS.iter().zip(values) {
            assert_eq!(key.name, name);
            let loaded = load(&format!("{name} = {value}"), &[], Flags::default());
            if key.user_only {
                let error = loaded.unwrap_err();
                assert!(error.message().contains("a project may not set"), "{error}");
                continue;
            }
            let settings = loaded.unwrap();
            let set: Vec<_> = settings
                .shown()
                .into_iter()
                .filter(|shown| *shown.origin != Origin::Default)
                .map(|shown| shown.key)
                .collect();
            assert_eq!(set, [name], "only what was named is set");
        }
        assert_eq!(KEYS.len(), values.len());
    }

    #[test]
    fn options_of_flags_are_typed_where_they_can_be() {
        let given = [("n", "3"), ("list", "[\"a\"]"), ("text", "-Wall -O2")];
        let options = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let flags = Flags {
            options: options.into(),
            ..Flags::default()
        };
        let settings = load("[options]\nn = 1\nkept = true\n", &[], flags).unwrap();
        let values: Vec<_> = settings
            .options
            .iter()
            .map(|(name, setting)| format!("{name}={}", setting.value))
            .collect();
        let expected = ["kept=true", "list=[\"a\"]", "n=3", "text=\"-Wall -O2\""];
        assert_eq!(values, expected);
    }

    proptest::proptest! {
        #[test]
        fn no_file_is_too_odd(text: String) {
            let _ = load(&text, &[], Flags::default());
        }

        #[test]
        fn no_value_is_too_odd(index in 0..KEYS.len(), value: String) {
            let key = &KEYS[index];
            let _ = load(&format!("{} = {value}", key.name), &[], Flags::default());
            if let Some(name) = key.env && !value.contains('\0') {
                let _ = load("", &[(name, &value)], Flags::default());
            }
        }
    }
}
