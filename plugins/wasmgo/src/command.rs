//! The command lines of the tools.

use std::ffi::OsString;
use std::path::Path;

use plugin_protocol::{BuildRequest, Profile};

use crate::listing;
use crate::options::{Mode, Options, Target};
use crate::tinygo::TinyGo;
use crate::toolchain::Toolchain;

/// What is to be built, and how.
pub(crate) struct Plan<'a> {
    pub(crate) tools: &'a Toolchain,
    pub(crate) options: &'a Options,
    pub(crate) packages: &'a [String],
    /// `-mod=...`, if Go is not to choose.
    pub(crate) modules: Option<String>,
}

impl Plan<'_> {
    /// `go list`, for the packages and all that they use.
    pub(crate) fn list(&self, target: Target) -> Vec<OsString> {
        let mut args = vec!["list".into(), "-e".into(), "-deps".into()];
        match &self.tools.tiny {
            Some(_) => args.extend(["-json".into(), TinyGo::target(target).into()]),
            None => args.push(listing::FIELDS.into()),
        }
        self.finish(args)
    }

    /// `go vet`.
    pub(crate) fn vet(&self) -> Vec<OsString> {
        self.finish(vec!["vet".into()])
    }

    /// `go build`.
    pub(crate) fn build(
        &self,
        target: Target,
        mode: Mode,
        profile: Profile,
        output: &Path,
    ) -> Vec<OsString> {
        let mut args: Vec<OsString> = vec!["build".into()];
        let mut add = |words: &[&str]| args.extend(words.iter().map(OsString::from));
        let mut ldflags = Vec::new();
        if self.tools.tiny.is_some() {
            add(&[TinyGo::target(target)]);
            match profile {
                Profile::Debug => add(&["-opt=1"]),
                Profile::Release => add(&["-opt=2", "-no-debug"]),
                Profile::Size => add(&["-opt=z", "-no-debug"]),
            }
        } else {
            // The same bytes in every folder and every checkout.
            add(&["-trimpath", "-buildvcs=false"]);
            if self.tools.go.has_json() {
                add(&["-json"]);
            }
            match profile {
                Profile::Debug => add(&["-gcflags=-N -l"]),
                Profile::Release => {}
                Profile::Size => ldflags.push("-s -w"),
            }
        }
        if mode == Mode::Reactor {
            add(&["-buildmode=c-shared"]);
        }
        ldflags.extend(self.options.ldflags.as_deref());
        if !ldflags.is_empty() {
            add(&[&format!("-ldflags={}", ldflags.join(" "))]);
        }
        args.extend(["-o".into(), output.into()]);
        self.finish(args)
    }

    /// What all of them are told.
    fn finish(&self, mut args: Vec<OsString>) -> Vec<OsString> {
        if self.tools.tiny.is_none() {
            args.extend(self.modules.iter().map(OsString::from));
        }
        if !self.options.tags.is_empty() {
            let separator = if self.tools.tiny.is_some() { " " } else { "," };
            let tags = self.options.tags.join(separator);
            args.push(format!("-tags={tags}").into());
        }
        args.extend(self.options.flags.iter().map(OsString::from));
        args.extend(self.packages.iter().map(OsString::from));
        args
    }
}

/// Where modules come from: what the project says, or what cannot change a lock
/// file when that is forbidden. `module` is the main one's folder.
pub(crate) fn modules(
    options: &Options,
    request: &BuildRequest,
    module: Option<&Path>,
) -> Option<String> {
    let chosen = options.modules.as_deref();
    let locked = || {
        let vendored = module.is_some_and(|it| it.join("vendor/modules.txt").is_file());
        if vendored { "vendor" } else { "readonly" }
    };
    let chosen = match chosen {
        Some("mod") | None if request.locked => Some(locked()),
        chosen => chosen,
    };
    // Outside a module there is nothing to choose.
    module?;
    chosen.map(|chosen| format!("-mod={chosen}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_build_never_writes_to_the_module() {
        let folder = tempfile::tempdir().unwrap();
        let mut request = BuildRequest::new("/p", "n", "/s");
        let mut options = Options::default();
        let module = Some(folder.path());
        assert_eq!(modules(&options, &request, module), None);
        options.modules = Some("mod".into());
        assert_eq!(modules(&options, &request, module).unwrap(), "-mod=mod");
        request.locked = true;
        assert_eq!(
            modules(&options, &request, module).unwrap(),
            "-mod=readonly"
        );
        std::fs::create_dir(folder.path().join("vendor")).unwrap();
        std::fs::write(folder.path().join("vendor/modules.txt"), "").unwrap();
        options.modules = None;
        assert_eq!(modules(&options, &request, module).unwrap(), "-mod=vendor");
        assert_eq!(modules(&options, &request, None), None);
    }
}
