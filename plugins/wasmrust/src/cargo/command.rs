use std::ffi::OsString;
use std::path::{Path, PathBuf};

use plugin_protocol::Profile;
use plugin_protocol::process::Invocation;

use crate::options::Options;
use crate::tool::Changes;

/// What cargo is asked to build.
#[derive(Debug)]
pub(crate) struct Command<'a> {
    pub(crate) cargo: PathBuf,
    /// Where it runs: the project, whose configuration counts then.
    pub(crate) folder: PathBuf,
    /// `name@version`.
    pub(crate) package: String,
    pub(crate) what: What<'a>,
    pub(crate) target: &'a str,
    /// Where to build, if not where cargo would.
    pub(crate) elsewhere: Option<&'a Path>,
    pub(crate) profile: Profile,
    /// Whether to leave out all that a linker can, for the size.
    pub(crate) strip: bool,
    pub(crate) options: &'a Options,
    pub(crate) locked: bool,
    pub(crate) offline: bool,
}

/// What of the package.
#[derive(Debug, Clone, Copy)]
pub(crate) enum What<'a> {
    Program(&'a str),
    /// A library that says itself that it is a cdylib.
    Cdylib,
    /// Any other: it becomes a cdylib for this build.
    Library,
}

impl Command<'_> {
    /// The call. `hidden` are variables that cargo is not to see.
    pub(crate) fn invocation(&self, hidden: Changes) -> Invocation {
        let mut args: Vec<String> = vec![
            match self.what {
                What::Library => "rustc".into(),
                _ => "build".into(),
            },
            "--message-format=json".into(),
            format!("--package={}", self.package),
        ];
        match self.what {
            What::Program(name) => args.push(format!("--bin={name}")),
            What::Cdylib => args.push("--lib".into()),
            What::Library => args.extend(["--lib".into(), "--crate-type=cdylib".into()]),
        }
        args.push(format!("--target={}", self.target));
        args.extend(self.choices());
        args.extend(self.profile_arguments());
        let mut env = hidden;
        env.extend(self.place());
        for (name, value) in [
            ("CARGO_TERM_PROGRESS_WHEN", "always"),
            ("CARGO_TERM_PROGRESS_WIDTH", "100"),
            ("CARGO_TERM_COLOR", "never"),
            ("CARGO_TERM_QUIET", "false"),
        ] {
            env.push((name.into(), Some(value.into())));
        }
        Invocation {
            program: self.cargo.clone(),
            args: args.into_iter().map(OsString::from).collect(),
            folder: self.folder.clone(),
            env,
        }
    }

    /// What the user chose: features, and what cargo may not do. `trunk` and
    /// `wasm-pack` hand the same on to the cargo that they call.
    pub(crate) fn choices(&self) -> Vec<String> {
        let mut args = Vec::new();
        if !self.options.features.is_empty() {
            args.push(format!("--features={}", self.options.features.join(",")));
        }
        let switches = [
            (self.options.no_default_features, "--no-default-features"),
            (self.options.all_features, "--all-features"),
            (self.locked, "--locked"),
            (self.offline, "--offline"),
        ];
        let on = switches.iter().filter(|(is_on, _)| *is_on);
        args.extend(on.map(|(_, name)| (*name).to_owned()));
        args
    }

    fn profile_arguments(&self) -> Vec<String> {
        if let Some(name) = &self.options.profile {
            return vec![format!("--profile={name}")];
        }
        if self.profile == Profile::Debug {
            return Vec::new();
        }
        let settings = self.settings().into_iter();
        let settings = settings.flat_map(|(name, value)| {
            // Numbers are no texts in TOML.
            let value = value
                .parse::<u8>()
                .map_or(format!("{value:?}"), |it| it.to_string());
            ["--config".into(), format!("profile.release.{name}={value}")]
        });
        ["--release".into()].into_iter().chain(settings).collect()
    }

    fn place(&self) -> Option<(OsString, Option<OsString>)> {
        let folder = self.elsewhere?;
        Some(("CARGO_TARGET_DIR".into(), Some(folder.into())))
    }

    /// The profile and the place, for tools that call cargo themselves.
    pub(crate) fn variables(&self) -> Changes {
        let settings = self.settings().into_iter();
        settings
            .map(|(name, value)| {
                let name = name.replace('-', "_").to_ascii_uppercase();
                let name = format!("CARGO_PROFILE_RELEASE_{name}");
                (name.into(), Some(value.into()))
            })
            .chain(self.place())
            .collect()
    }

    /// What makes a release small.
    fn settings(&self) -> Vec<(&'static str, &'static str)> {
        if self.profile != Profile::Size || self.options.profile.is_some() {
            return Vec::new();
        }
        let mut settings = vec![("opt-level", "z"), ("lto", "fat"), ("codegen-units", "1")];
        if self.strip {
            settings.push(("strip", "symbols"));
        }
        settings
    }

    /// The profile by cargo's own name.
    pub(crate) fn profile_name(&self) -> &str {
        match (&self.options.profile, self.profile) {
            (Some(name), _) => name,
            (None, Profile::Debug) => "dev",
            (None, _) => "release",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(profile: Profile, what: What<'_>, options: &Options) -> String {
        let command = Command {
            cargo: "/bin/cargo".into(),
            folder: "/w".into(),
            package: "a@1.0.0".into(),
            what,
            target: "wasm32-wasip1",
            elsewhere: None,
            profile,
            strip: true,
            options,
            locked: true,
            offline: false,
        };
        let args = command.invocation(Vec::new()).args;
        let args: Vec<_> = args.iter().map(|it| it.to_string_lossy()).collect();
        args.join(" ")
    }

    #[test]
    fn profiles_and_choices_become_arguments() {
        let mut options = Options::default();
        assert_eq!(
            arguments(Profile::Release, What::Program("a b"), &options),
            "build --message-format=json --package=a@1.0.0 --bin=a b --target=wasm32-wasip1 \
             --locked --release"
        );
        options.features = vec!["x".into(), "y".into()];
        options.no_default_features = true;
        assert_eq!(
            arguments(Profile::Debug, What::Library, &options),
            "rustc --message-format=json --package=a@1.0.0 --lib --crate-type=cdylib \
             --target=wasm32-wasip1 --features=x,y --no-default-features --locked"
        );
        let size = arguments(Profile::Size, What::Cdylib, &options);
        assert!(size.contains("--config profile.release.opt-level=\"z\""));
        assert!(size.ends_with("profile.release.strip=\"symbols\""));
        options.profile = Some("ship".into());
        let own = arguments(Profile::Size, What::Cdylib, &options);
        assert!(own.ends_with("--profile=ship"), "{own}");
    }
}
