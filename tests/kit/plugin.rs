//! The plugin. It joins the texts of a project into a module that does nothing.

use std::path::Path;
use std::process::{ExitCode, exit};

use plugin_protocol::{
    BuildReport, BuildRequest, Context, Detect, Failure, Manifest, Match, Missing, MissingKind,
    Plugin,
};

use super::{build, mangle};

pub(crate) fn main(fault: &str) -> ExitCode {
    let by_host = std::env::args().any(|argument| argument == "--wasmrun-plugin");
    if !by_host && fault == "silent-by-hand" {
        return ExitCode::SUCCESS;
    }
    if by_host && mangle::FAULTS.contains(&fault) {
        return mangle::main(fault);
    }
    if by_host && fault == "wants-home" && std::env::var_os("HOME").is_none() {
        exit(9);
    }
    plugin_protocol::main(Texts {
        fault: fault.to_owned(),
    })
}

/// The plugin, and what it does wrong.
pub(crate) struct Texts {
    pub(crate) fault: String,
}

impl Texts {
    pub(crate) fn is(&self, fault: &str) -> bool {
        self.fault == fault
    }

    fn write(&self, fault: &str, project: &Path) {
        if self.is(fault) {
            std::fs::write(project.join("cache.txt"), "seen").unwrap();
        }
    }
}

impl Plugin for Texts {
    fn info(&self) -> Manifest {
        let score = if self.is("bad-score") { 0 } else { 70 };
        let mark = if self.is("bad-mark") {
            "../main.txt"
        } else {
            "main.txt"
        };
        let name = if self.is("bad-name") {
            "Texts"
        } else {
            "texts"
        };
        let mut manifest = Manifest::new(name, "1.2.3")
            .detects(Detect::all([mark], score))
            .enters(["main.txt"])
            .reads(["txt"])
            .passes(["TEXTS_EXTRA"]);
        manifest.level = 2;
        manifest
    }

    fn detect(&self, project: &Path, _: &Context<'_>) -> Result<Option<Match>, Failure> {
        self.write("writes-in-detect", project);
        let is_there = project.join("main.txt").is_file();
        let found = (is_there && !self.is("detects-none")) || self.is("detects-all");
        Ok(found.then(|| Match {
            score: 70,
            why: "main.txt".to_owned(),
            entry: Some("main.txt".to_owned()),
        }))
    }

    fn check(&self, project: &Path, _: &Context<'_>) -> Result<Vec<Missing>, Failure> {
        self.write("writes-in-check", project);
        Ok(vec![Missing {
            name: "spell".to_owned(),
            kind: MissingKind::Library,
            blocking: false,
            fix: vec![],
        }])
    }

    fn validate(&self, project: &Path, context: &Context<'_>) -> Result<(), Failure> {
        self.write("writes-in-validate", project);
        build::read(project, "main.txt", context).map(|_| ())
    }

    fn build(&self, request: &BuildRequest, context: &Context<'_>) -> Result<BuildReport, Failure> {
        build::build(self, request, context)
    }

    fn clean(
        &self,
        project: &Path,
        dry_run: bool,
        _: &Context<'_>,
    ) -> Result<Vec<String>, Failure> {
        let made = project.join("target");
        if (!dry_run || self.is("wet-dry-clean")) && made.exists() {
            std::fs::remove_dir_all(&made)?;
        }
        if self.is("cleans-sources") && !dry_run {
            std::fs::remove_file(project.join("main.txt"))?;
        }
        let name = if self.is("false-clean") {
            "main.txt"
        } else {
            "target"
        };
        Ok(vec![name.to_owned()])
    }
}
