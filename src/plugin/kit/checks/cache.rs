//! What a build says that it depends on: its form, and that the cache's key
//! follows it.

use std::fs;
use std::path::Path;

use plugin_protocol::Inputs;

use crate::plugin::kit::bench::Bench;
use crate::plugin::kit::project::files;
use crate::plugin::kit::verdict::{Checked, Finding, own, skip};
use crate::plugin::kit::{Check, Family};
use crate::project::Fingerprint;

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::Cache, says, run)
}

pub(super) const CHECKS: [Check; 4] = [
    check(
        "inputs-file",
        "lists its inputs in a file that can be read",
        inputs_file,
    ),
    check(
        "key-follows-inputs",
        "names inputs whose change changes the key of the cache",
        follows,
    ),
    check("tools", "names the tools that it used", tools),
    check(
        "uncacheable",
        "makes the same of the same, or says why it must not be cached",
        same,
    ),
];

/// Something that cannot be told here.
pub(super) fn cannot(why: &str) -> Checked {
    skip(why)
}

fn inputs_file(bench: &Bench<'_>) -> Checked {
    let base = bench.base()?;
    let Some(name) = &base.result.inputs_file else {
        return skip("it names no `inputs_file`: the whole project counts");
    };
    let finding = |came: String| {
        let expected =
            format!("`{name}` in the stage, {{\"files\":[...],\"globs\":[...],\"names\":[...]}}");
        let fix = "write the file before the result; paths are relative to the project with `/` \
                   and without `..`, or absolute when they are outside";
        Finding::new("P-BUILD-4", expected, came, fix)
    };
    let Some(inputs) = &base.inputs else {
        return Err(finding("it is not there, or not such a file".to_owned()).into());
    };
    let Inputs {
        files,
        globs,
        names,
    } = inputs;
    let bad = |path: &&String| {
        let absolute = Path::new(path.as_str()).is_absolute();
        let up = path.split(['/', '\\']).any(|part| part == "..");
        path.is_empty() || up || (!absolute && !crate::plugin::artifact::is_inside(path))
    };
    if let Some(path) = files.iter().chain(globs).chain(names).find(bad) {
        return Err(finding(format!("`{path}`")).into());
    }
    if files.is_empty() && globs.is_empty() {
        let came = "no input at all: then nothing would ever be built again".to_owned();
        return Err(finding(came).into());
    }
    Ok(())
}

fn follows(bench: &Bench<'_>) -> Checked {
    let base = bench.base()?;
    let Some(inputs) = &base.inputs else {
        return skip("it names no `inputs_file`: the whole project counts");
    };
    let project = bench.sample("inputs")?;
    let key = |project: &Path| -> Checked<String> {
        Ok(Fingerprint::take(project, Some(inputs), &[])?.digest())
    };
    let before = key(&project)?;
    let mut counted = 0;
    for file in files(&project)? {
        let path = project.join(&file);
        let content = own("read", &path, fs::read(&path))?;
        let mut other = content.clone();
        other.extend(b"\n");
        own("write", &path, fs::write(&path, &other))?;
        let changed = key(&project)? != before;
        own("write", &path, fs::write(&path, content))?;
        let name = file.to_string_lossy();
        let declared = inputs.files.iter().any(|other| *other == name);
        counted += usize::from(changed);
        if declared && !changed {
            let expected = format!("another key when `{name}`, which is declared, changes");
            let fix = "name the file by its path below the project, with `/`, in its own case";
            return Err(Finding::new("P-BUILD-4", expected, "the same key", fix).into());
        }
    }
    if counted == 0 {
        let expected = "at least one file of the project whose change changes the key";
        let fix = "list what the compiler reads under `files` or `globs`, relative to the project";
        let shown = serde_json::to_string(inputs).unwrap_or_default();
        let finding = Finding::new("P-BUILD-4", expected, "no file's", fix);
        return Err(finding.lines([super::short(&shown)]).into());
    }
    Ok(())
}

fn tools(bench: &Bench<'_>) -> Checked {
    let base = bench.base()?;
    let fix = "name each tool as it is called in PATH, with the absolute path where it was found, \
               or without `path` when it was not";
    for tool in &base.result.tools {
        let came = match &tool.path {
            _ if tool.name.trim().is_empty() => "a tool without a name".to_owned(),
            Some(path) if !path.is_absolute() => format!("{} at {}", tool.name, path.display()),
            Some(path) if !path.exists() => {
                format!("{} at {}, where nothing is", tool.name, path.display())
            }
            _ => continue,
        };
        let expected = "each tool with its name and, when it was found, its absolute path";
        return Err(Finding::new("P-BUILD-5", expected, came, fix).into());
    }
    let odd = |name: &&String| name.is_empty() || name.contains(['=', '\0', '*']);
    if let Some(name) = base.result.env_read.iter().find(odd) {
        let expected = "names of environment variables under `env_read`";
        let fix = "name each variable alone, without its value and without patterns";
        return Err(Finding::new("P-BUILD-5", expected, format!("`{name}`"), fix).into());
    }
    Ok(())
}

fn same(bench: &Bench<'_>) -> Checked {
    let base = bench.base()?;
    if let Some(why) = &base.result.uncacheable {
        if why.trim().is_empty() {
            let fix = "say in a few words why: it is shown to the user";
            let expected = "a reason under `uncacheable`";
            return Err(Finding::new("P-BUILD-6", expected, "an empty one", fix).into());
        }
        return Ok(());
    }
    let project = bench.sample("same")?;
    let launch = bench.launch(&project);
    let one = bench.build_alone(&launch, &project)?;
    // Times in files are often in seconds.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let project = bench.sample("same")?;
    let other = bench.build_alone(&launch, &project)?;
    if one.sums == other.sums {
        return Ok(());
    }
    let differs = |path: &&String| one.sums.get(*path) != other.sums.get(*path);
    let paths: Vec<_> = one
        .sums
        .keys()
        .chain(other.sums.keys())
        .filter(differs)
        .cloned()
        .collect();
    let expected = "the same artifacts for the same inputs, or a reason under `uncacheable`";
    let fix = "keep times, random numbers and temporary names out of what is built \
               (SOURCE_DATE_EPOCH, -trimpath), or say \"uncacheable\":\"it embeds the time\"";
    let came = format!("another `{}`", paths.first().map_or("?", String::as_str));
    Err(Finding::new("P-BUILD-6", expected, came, fix).into())
}
