//! The arguments that asc is started with.

use plugin_protocol::{PluginError, Profile};

use crate::config::{Config, NAME};
use crate::entry::Entries;
use crate::fault::invalid;
use crate::options::{Bindings, Options};

/// What asc is told, and which target of `asconfig.json` that means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) all: Vec<String>,
    pub(crate) target: String,
}

/// Settings that say how much is optimised.
const OPTIMISE: &[&str] = &["optimize", "optimizeLevel", "shrinkLevel"];

impl Arguments {
    /// # Errors
    /// When the options name a target that is not there.
    pub(crate) fn new(
        entries: &Entries,
        name: &str,
        profile: Profile,
        options: &Options,
        config: &Config,
    ) -> Result<Self, PluginError> {
        let (target, flags) = target(profile, options, config)?;
        // A leading dot keeps a name with a dash from being an option.
        let mut all: Vec<String> = entries.told.iter().map(|it| format!("./{it}")).collect();
        all.extend(["--target".into(), target.clone()]);
        all.extend(flags.iter().map(ToString::to_string));
        all.extend(options.flags.iter().cloned());
        if let Some(bindings @ (Bindings::Esm | Bindings::Raw)) = options.bindings {
            all.extend(["--bindings".into(), bindings.name().into()]);
        }
        // Without this, asc colours its messages where `CI` is set.
        all.push("--noColors".into());
        all.extend(["--outFile".into(), format!("./{name}.wasm")]);
        Ok(Self { all, target })
    }

    /// Whether asc will load code that is not its own and may read anything.
    pub(crate) fn has_transform(&self, config: &Config) -> bool {
        let is_it = |flag: &String| flag.split('=').next() == Some("--transform");
        self.all.iter().any(is_it) || config.setting(&self.target, "transform").is_some()
    }
}

/// The target, and the flags that make up for what it does not say. asc takes
/// `release` when it is told of none, so that it always is.
fn target(
    profile: Profile,
    options: &Options,
    config: &Config,
) -> Result<(String, &'static [&'static str]), PluginError> {
    let targets = config.targets();
    if let Some(wanted) = &options.target {
        if !targets.contains(&wanted.as_str()) {
            let error = invalid(format!("{NAME} has no target `{wanted}`"));
            return Err(match targets.is_empty() {
                true => error.because("it has no targets"),
                false => error.because(format!("its targets are {}", targets.join(", "))),
            });
        }
        return Ok((wanted.clone(), &[]));
    }
    let name = profile.name();
    if targets.contains(&name) {
        return Ok((name.to_owned(), &[]));
    }
    Ok(match profile {
        Profile::Debug => (name.to_owned(), &["--sourceMap", "--debug"]),
        Profile::Release if OPTIMISE.iter().any(|it| config.has_option(it)) => {
            (name.to_owned(), &[])
        }
        Profile::Release => (name.to_owned(), &["-O3"]),
        // What else a release needs, a small one needs too.
        Profile::Size if targets.contains(&"release") => ("release".to_owned(), &["-Oz"]),
        Profile::Size => (name.to_owned(), &["-Oz"]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(config: &str, profile: Profile, options: &Options) -> Result<String, PluginError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(NAME), config).unwrap();
        let config = Config::known(folder.path());
        let entries = Entries {
            told: vec!["-a.ts".into()],
            ..Entries::default()
        };
        let arguments = Arguments::new(&entries, "x", profile, options, &config)?;
        let all = arguments.all.join(" ");
        let middle = all.strip_prefix("./-a.ts --target ").unwrap();
        Ok(middle
            .strip_suffix(" --noColors --outFile ./x.wasm")
            .unwrap()
            .to_owned())
    }

    #[test]
    fn profiles_are_targets_where_there_are_some() {
        let (debug, release, size) = (Profile::Debug, Profile::Release, Profile::Size);
        let usual = r#"{"targets":{"debug":{},"release":{}}}"#;
        for (config, profile, expected) in [
            ("", debug, "debug --sourceMap --debug"),
            ("", release, "release -O3"),
            ("", size, "size -Oz"),
            (usual, debug, "debug"),
            (usual, release, "release"),
            (usual, size, "release -Oz"),
            (r#"{"targets":{"size":{}}}"#, size, "size"),
            (
                r#"{"targets":{"release":{}}}"#,
                debug,
                "debug --sourceMap --debug",
            ),
            (r#"{"options":{"optimizeLevel":1}}"#, release, "release"),
            (r#"{"options":{"optimizeLevel":1}}"#, size, "size -Oz"),
        ] {
            let found = arguments(config, profile, &Options::default()).unwrap();
            assert_eq!(found, expected, "{config} {profile:?}");
        }
    }

    #[test]
    fn options_come_last_so_that_they_win() {
        let options = Options {
            target: Some("ship".into()),
            flags: vec!["--runtime".into(), "stub".into()],
            bindings: Some(Bindings::Raw),
        };
        let config = r#"{"targets":{"ship":{}}}"#;
        let found = arguments(config, Profile::Debug, &options).unwrap();
        assert_eq!(found, "ship --runtime stub --bindings raw");
        let error = arguments(r#"{"targets":{"a":{},"b":{}}}"#, Profile::Debug, &options);
        let error = error.unwrap_err();
        assert_eq!(error.message, "asconfig.json has no target `ship`");
        assert_eq!(error.cause, ["its targets are a, b"]);
    }

    #[test]
    fn a_transform_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{"targets":{"release":{"transform":["x"]}}}"#;
        std::fs::write(folder.path().join(NAME), text).unwrap();
        let config = Config::known(folder.path());
        let seen = |profile, flags: &[&str]| {
            let options = Options {
                flags: flags.iter().map(ToString::to_string).collect(),
                ..Options::default()
            };
            let entries = Entries::default();
            let arguments = Arguments::new(&entries, "x", profile, &options, &config).unwrap();
            arguments.has_transform(&config)
        };
        assert!(seen(Profile::Release, &[]) && !seen(Profile::Debug, &[]));
        assert!(
            seen(Profile::Debug, &["--transform=x"]) && seen(Profile::Debug, &["--transform", "x"])
        );
    }
}
