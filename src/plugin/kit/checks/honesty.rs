//! Whether a build depends on more than it says: each file of the project is
//! changed, and each variable, and the build is made again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use plugin_protocol::{Inputs, Status};

use crate::plugin::kit::bench::{Bench, Built};
use crate::plugin::kit::converse::status;
use crate::plugin::kit::project::files;
use crate::plugin::kit::verdict::{Checked, Finding, Stop, own, skip};
use crate::plugin::kit::{Check, Family};
use crate::project::Fingerprint;

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::Cache, says, run)
}

pub(super) const CHECKS: [Check; 2] = [
    check(
        "all-inputs",
        "depends on no file that it does not declare",
        all_inputs,
    ),
    check(
        "all-variables",
        "depends on no variable that it does not declare",
        all_variables,
    ),
];

/// More files than this are looked at by chance.
const MOST_FILES: usize = 60;

/// What is put in the place of a file's content.
const RUBBISH: &[u8] = b"\x01 rubbish of the kit ) ] } \" ' \n";

/// How a build went, as far as the cache would keep it.
#[derive(PartialEq, Eq)]
struct Outcome {
    status: Status,
    sums: BTreeMap<String, String>,
}

impl From<Built> for Outcome {
    fn from(built: Built) -> Self {
        // What is told of a list of inputs may change with every file.
        Self {
            status: built.result.status,
            sums: built.sums,
        }
    }
}

/// A way to change a file.
#[derive(Clone, Copy)]
enum Change {
    Rubbish,
    Deleted,
}

/// A project in which one thing at a time is changed.
struct Search<'a> {
    bench: &'a Bench<'a>,
    project: PathBuf,
    inputs: &'a Inputs,
    before: Outcome,
    key: String,
}

impl Search<'_> {
    fn key(&self) -> Checked<String> {
        Ok(Fingerprint::take(&self.project, Some(self.inputs), &[])?.digest())
    }

    fn build(&self) -> Checked<Outcome> {
        let launch = self.bench.launch(&self.project);
        self.bench
            .build_alone(&launch, &self.project)
            .map(Outcome::from)
    }

    /// Changes a file, and says how a build noticed what the key did not.
    fn file(&self, file: &Path, change: Change) -> Checked<Option<String>> {
        let path = self.project.join(file);
        let content = own("read", &path, fs::read(&path))?;
        let rights = own("read", &path, fs::metadata(&path))?.permissions();
        let (changed, how) = match change {
            Change::Rubbish => (fs::write(&path, RUBBISH), "is changed"),
            Change::Deleted => (fs::remove_file(&path), "is deleted"),
        };
        own("change", &path, changed)?;
        let lie = self.lie(how);
        own("write", &path, fs::write(&path, content))?;
        own("write", &path, fs::set_permissions(&path, rights))?;
        lie
    }

    /// Adds a file, and says how a build noticed what the key did not.
    fn added(&self, file: &Path) -> Checked<Option<String>> {
        let path = self.project.join(file);
        own("write", &path, fs::write(&path, RUBBISH))?;
        let lie = self.lie("is new");
        own("delete", &path, fs::remove_file(&path))?;
        lie
    }

    fn lie(&self, how: &str) -> Checked<Option<String>> {
        if self.key()? != self.key {
            return Ok(None);
        }
        let after = match self.build() {
            Ok(after) => after,
            Err(Stop::Fail(_)) => return Ok(Some(format!("{how}, the build gives no result"))),
            Err(stop) => return Err(stop),
        };
        Ok((after != self.before).then(|| match after.status {
            Status::Ok => format!("{how}, the artifacts are others"),
            other => format!("{how}, the build ends with {}", status(other)),
        }))
    }
}

fn all_inputs(bench: &Bench<'_>) -> Checked {
    let base = bench.base()?;
    let Some(inputs) = &base.inputs else {
        return skip("it names no `inputs_file`: the whole project counts");
    };
    if base.result.uncacheable.is_some() {
        return skip("it says that it must not be cached");
    }
    let project = bench.sample("honest")?;
    let mut files = files(&project)?;
    let all = files.len();
    bench.random.borrow_mut().shuffle(&mut files);
    files.truncate(MOST_FILES);
    let mut search = Search {
        bench,
        project,
        inputs,
        before: Outcome {
            status: Status::Ok,
            sums: BTreeMap::new(),
        },
        key: String::new(),
    };
    search.before = search.build()?;
    if search.build()? != search.before {
        return skip("two builds of the same differ: see `uncacheable`");
    }
    search.key = search.key()?;
    let began = Instant::now();
    for (number, file) in files.iter().enumerate() {
        if began.elapsed() > bench.options.search_limit {
            return skip(format!(
                "the time was up after {number} of {all} files, none of which was undeclared; \
                 `--search-timeout` gives more"
            ));
        }
        for change in [Change::Rubbish, Change::Deleted] {
            if let Some(how) = search.file(file, change)? {
                return Err(lied(file, &how, inputs).into());
            }
        }
    }
    let new = new_files(bench)?;
    for file in new {
        if let Some(how) = search.added(&file)? {
            return Err(lied(&file, &how, inputs).into());
        }
    }
    Ok(())
}

/// Files that a build that takes all files of a kind would take.
fn new_files(bench: &Bench<'_>) -> Checked<Vec<PathBuf>> {
    let manifest = &bench.contact()?.manifest;
    let mut folders: Vec<PathBuf> = manifest
        .entry
        .iter()
        .filter_map(|entry| Some(Path::new(entry).parent()?.to_owned()))
        .collect();
    folders.push(PathBuf::new());
    folders.sort();
    folders.dedup();
    let project = bench.original()?;
    folders.retain(|folder| project.join(folder).is_dir());
    let names = manifest
        .extensions
        .iter()
        .map(|ending| format!("wasmrun_kit_new.{ending}"));
    let names: Vec<_> = names.collect();
    Ok(folders
        .iter()
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .collect())
}

fn lied(file: &Path, how: &str, inputs: &Inputs) -> Finding {
    let name = file.display();
    let expected = format!("all that the result depends on is declared; `{name}` is not");
    let came = format!("when `{name}` {how}, though the key of the cache stays the same");
    let fix = "add it to `files`, or a pattern that has it to `globs`; take the list from the \
               compiler (dep-info, `list -deps`) and not from a guess, or leave `inputs_file` out";
    let shown = serde_json::to_string(inputs).unwrap_or_default();
    Finding::new("P-BUILD-4", expected, came, fix)
        .lines([format!("inputs: {}", super::short(&shown))])
}

fn all_variables(bench: &Bench<'_>) -> Checked {
    let base = bench.base()?;
    let manifest = &bench.contact()?.manifest;
    if base.result.uncacheable.is_some() {
        return skip("it says that it must not be cached");
    }
    let usual = [
        "LANG",
        "LC_ALL",
        "TZ",
        "USER",
        "TERM",
        "CI",
        "SOURCE_DATE_EPOCH",
    ];
    let passed = manifest.env.pass.iter().map(String::as_str);
    let mut names: Vec<&str> = passed
        .chain(usual)
        .filter(|name| !name.contains('*'))
        .collect();
    names.retain(|name| base.result.env_read.iter().all(|read| read != name));
    let project = bench.sample("variables")?;
    let build = |names: &[&str], value: &str| -> Checked<Option<Built>> {
        let mut launch = bench.launch(&project);
        launch
            .env
            .retain(|(name, _)| names.iter().all(|other| name != other));
        launch
            .env
            .extend(names.iter().map(|name| (name.into(), value.into())));
        match bench.build_alone(&launch, &project) {
            Ok(built) if built.result.status == Status::Ok => Ok(Some(built)),
            // A tool may well refuse such a value; that is not told apart.
            Ok(_) | Err(Stop::Fail(_)) => Ok(None),
            Err(stop) => Err(stop),
        }
    };
    let Some(before) = build(&[], "")? else {
        return skip("the project is not built again");
    };
    for value in ["1", "wasmrun-kit"] {
        let together = build(&names, value)?;
        if together.is_some_and(|built| built.sums == before.sums) {
            continue;
        }
        for name in &names {
            if build(&[name], value)?.is_some_and(|built| built.sums != before.sums) {
                let expected = format!("`{name}` under `env_read`: the result depends on it");
                let came = format!("other artifacts with {name}={value}, which is not declared");
                let fix = "name each variable that you or your tools read, set or not";
                return Err(Finding::new("P-BUILD-5", expected, came, fix).into());
            }
        }
    }
    Ok(())
}
