//! A build: `main.txt` and `lib/*.txt` become a custom section. A first line
//! `slow N` takes N milliseconds.

use std::path::Path;
use std::process::{Command, Stdio, exit};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use plugin_protocol::{
    ArtifactKind, Blame, BuildReport, BuildRequest, Context, Diagnostic, ErrorCode, Failure,
    Inputs, Log, PluginError, Severity, Tool,
};

use super::plugin::Texts;

/// The text of an entry. What is wrong with it is told.
pub(crate) fn read(project: &Path, entry: &str, context: &Context<'_>) -> Result<String, Failure> {
    let wrong = |message: &str| {
        context.diagnostic(Diagnostic::new(Severity::Error, message).at(entry, 1, 1));
        Failure::Failed
    };
    let text = std::fs::read_to_string(project.join(entry)).map_err(|_| wrong("no text"))?;
    match text.contains('\u{1}') {
        true => Err(wrong("not what it should be")),
        false => Ok(text),
    }
}

pub(crate) fn build(
    texts: &Texts,
    request: &BuildRequest,
    context: &Context<'_>,
) -> Result<BuildReport, Failure> {
    let entry = request.entry.as_deref().unwrap_or("main.txt");
    refuse(texts, request, entry)?;
    let project = match texts.is("uses-cwd") {
        true => std::env::current_dir()?,
        false => request.project.clone(),
    };
    let text = read(&project, entry, context)?;
    side_effects(texts, &project)?;
    std::fs::create_dir_all(project.join("target")).or_else(|error| {
        match texts.is("dies-when-refused") {
            true => exit(9),
            false if error.kind() == std::io::ErrorKind::PermissionDenied => Ok(()),
            false => Err(error),
        }
    })?;
    work(texts, &text, context)?;
    let output = format!("{}.wasm", request.name);
    let path = request.stage.join(&output);
    std::fs::write(&path, module(&content(texts, &project, &text)?))?;
    if texts.is("symlink") {
        std::fs::rename(&path, request.stage.join("real.wasm"))?;
        std::os::unix::fs::symlink("real.wasm", &path)?;
    }
    let artifact = context.made(&request.stage, ArtifactKind::Wasm, &output);
    let artifact = artifact.or_else(|error| match texts.is("symlink") {
        true => Ok(plugin_protocol::Artifact::new(
            ArtifactKind::Wasm,
            &*output,
            8,
        )),
        false => Err(error),
    })?;
    if texts.is("late-strip") {
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(40));
            let _ = std::fs::write(path, module(b"stripped"));
        });
    }
    Ok(report(texts, artifact))
}

/// What it does not want to do.
fn refuse(texts: &Texts, request: &BuildRequest, entry: &str) -> Result<(), Failure> {
    if entry != "main.txt" {
        let (code, blame) = (ErrorCode::ProjectInvalid, Blame::Project);
        return Err(PluginError::new(code, blame, format!("there is no {entry}")).into());
    }
    let unwanted = [
        ("never-builds", true),
        (
            "hates-spaces",
            request.project.to_string_lossy().contains(' '),
        ),
        ("wants-home-to-build", std::env::var_os("HOME").is_none()),
        (
            "wants-changed",
            request.changed.is_none() && BUILDS.load(Ordering::SeqCst) > 0,
        ),
    ];
    if unwanted.iter().any(|(fault, is)| texts.is(fault) && *is) {
        let (code, blame) = (ErrorCode::Internal, Blame::Plugin);
        return Err(PluginError::new(code, blame, "it does not like that").into());
    }
    if texts.is("hates-options") && !request.options.is_empty() {
        exit(9);
    }
    Ok(())
}

/// How many builds this process has begun.
static BUILDS: AtomicU8 = AtomicU8::new(0);

fn side_effects(texts: &Texts, project: &Path) -> Result<(), Failure> {
    let file = match texts.fault.as_str() {
        "writes-beside" => "../beside.txt",
        "writes-into-project" => "out.wasm",
        "changes-source" => "README.md",
        "writes-lock" => "texts.lock",
        "leaves-a-child" => {
            let sleep = "sleep 60 >/dev/null 2>&1 </dev/null &";
            Command::new("sh").args(["-c", sleep]).status()?;
            return Ok(());
        }
        "much-stderr" => {
            let line = "a line for people, said again and again\n".repeat(1000);
            for _ in 0..300 {
                std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes())?;
            }
            return Ok(());
        }
        _ => return Ok(()),
    };
    std::fs::write(project.join(file), "written by a build")?;
    Ok(())
}

fn work(texts: &Texts, text: &str, context: &Context<'_>) -> Result<(), Failure> {
    if texts.is("long-frame") || texts.is("late-log") {
        let level = Severity::Note;
        let message = "working".to_owned();
        context.event(plugin_protocol::Event::Log(Log { level, message }));
    }
    let time = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("slow "));
    let time: u64 = time.and_then(|time| time.parse().ok()).unwrap_or(0);
    let mut tool = None;
    if time > 0 {
        let mut command = Command::new("sleep");
        tool = Some(
            command
                .arg("60")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .spawn()?,
        );
    }
    let mut ended = Ok(());
    for _ in 0..time / 5 {
        if context.cancel().reason().is_some() {
            ended = Err(Failure::Cancelled);
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    if let Some(mut tool) = tool
        && !(texts.is("leaves-tools") && ended.is_err())
    {
        tool.kill()?;
        tool.wait()?;
    }
    ended
}

/// All that goes into the module.
fn content(texts: &Texts, project: &Path, text: &str) -> Result<Vec<u8>, Failure> {
    let mut all = text.as_bytes().to_vec();
    let folders = match texts.is("hides-new-files") {
        true => vec!["lib", "."],
        false => vec!["lib"],
    };
    for folder in folders {
        let mut names: Vec<_> = match project.join(folder).read_dir() {
            Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
            Err(_) => vec![],
        };
        names.retain(|name| name.extension().is_some_and(|ending| ending == "txt"));
        names.sort();
        for name in names {
            all.extend(std::fs::read(name)?);
        }
    }
    match texts.fault.as_str() {
        "hides-a-file" => all.extend(std::fs::read(project.join("README.md")).unwrap_or_default()),
        "hides-a-variable" => {
            all.extend(
                std::env::var("TEXTS_EXTRA")
                    .unwrap_or_default()
                    .into_bytes(),
            );
        }
        "embeds-time" => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            all.extend(now.as_secs().to_le_bytes());
        }
        "counts-builds" => all.push(BUILDS.load(Ordering::SeqCst)),
        _ => {}
    }
    BUILDS.fetch_add(1, Ordering::SeqCst);
    Ok(all)
}

/// A module with one custom section.
fn module(content: &[u8]) -> Vec<u8> {
    let mut module = b"\0asm\x01\0\0\0\0".to_vec();
    let mut size = content.len() + 6;
    while size >= 0x80 {
        module.push((size & 0x7f) as u8 | 0x80);
        size >>= 7;
    }
    module.push(size as u8);
    module.extend(b"\x05texts");
    module.extend(content);
    module
}

fn report(texts: &Texts, artifact: plugin_protocol::Artifact) -> BuildReport {
    let main = match texts.fault.as_str() {
        "inputs-up" => "../main.txt",
        "inputs-elsewhere" => "src/main.txt",
        _ => "main.txt",
    };
    let globs = if texts.is("inputs-elsewhere") {
        vec![]
    } else {
        vec!["lib/*.txt".to_owned()]
    };
    let tool = |path: &str| Tool {
        name: "texts".to_owned(),
        version: None,
        path: Some(path.into()),
        parts: vec![],
    };
    BuildReport {
        artifacts: vec![artifact],
        inputs: Some(Inputs {
            files: vec![main.to_owned()],
            globs,
            ..Inputs::default()
        }),
        env_read: match texts.is("variable-with-value") {
            true => vec!["A=b".to_owned()],
            false => vec!["HOME".to_owned()],
        },
        tools: match texts.is("relative-tool") {
            true => vec![tool("bin/texts")],
            false => vec![],
        },
        uncacheable: texts.is("empty-reason").then(String::new),
    }
}
