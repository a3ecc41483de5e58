use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::compare::{is_waited_for, likeness};
use super::script::{Script, Spoken, folders, kind};
use super::{Likeness, Line, Outcome, Stage, Voice};
use crate::error::{Error, Result};
use crate::plugin::bridge::{Launch, variables};
use crate::plugin::kit::converse::ending;
use crate::plugin::kit::record::{From, Said, What};
use crate::plugin::kit::talk::{Heard, Talk};
use crate::process::Cancel;

/// How long a plugin gets to end when all was said.
const END: Duration = Duration::from_secs(3);

/// Plays a script, and hands over each line when it is said.
///
/// # Errors
/// When the scene cannot be set, or the plugin cannot be started.
pub fn play(
    script: &Script,
    stage: &Stage,
    told: &mut dyn FnMut(Line),
    cancel: &Cancel,
) -> Result<Outcome> {
    let scene = Scene::set(script, stage)?;
    let lines: Vec<Spoken> = script.lines.iter().map(|line| scene.real(line)).collect();
    let key = lines.iter().find_map(key_of).unwrap_or_default();
    let launch = scene.launch(stage, script);
    let talk = Talk::start(&launch, &key, &Rc::new(RefCell::new(Vec::new())))
        .map_err(|error| Error::io("start", &stage.exe, &error))?;
    let mut player = Player {
        talk,
        strict: script.fault.is_none(),
        patience: stage.patience,
        seen: 0,
        told,
        open: HashSet::new(),
        cancel,
    };
    let departure = player.all(&lines);
    Ok(player.end(script, departure))
}

fn key_of(line: &Spoken) -> Option<String> {
    let value: Value = serde_json::from_str(&line.text).ok()?;
    let hello = value.get("type").and_then(Value::as_str) == Some("hello");
    hello.then(|| value.get("s").and_then(Value::as_str).map(str::to_owned))?
}

/// The folders that a script plays in.
struct Scene {
    folder: TempDir,
    /// What stands in the file, and what in its place.
    names: Vec<(String, PathBuf)>,
    project: PathBuf,
}

impl Scene {
    fn set(script: &Script, stage: &Stage) -> Result<Self> {
        let folder = TempDir::new()
            .map_err(|error| Error::io("create a folder in", &std::env::temp_dir(), &error))?;
        let root = fs::canonicalize(folder.path()).unwrap_or_else(|_| folder.path().to_owned());
        let mut names = vec![
            ("$STAGE".to_owned(), root.join("stage")),
            ("$TOOLS".to_owned(), root.join("tools")),
        ];
        let mut project = stage
            .project
            .clone()
            .unwrap_or_else(|| root.join("project"));
        for (number, (path, is_stage)) in folders(&script.lines).into_iter().enumerate() {
            if path.starts_with('$') {
                continue;
            }
            if is_stage {
                names.push((path, root.join(format!("stage-{number}"))));
            } else if stage.project.is_some() {
                names.push((path, project.clone()));
            } else if Path::new(&path).is_dir() {
                project = PathBuf::from(path);
            }
        }
        names.push(("$PROJECT".to_owned(), project.clone()));
        // A stage may lie in the project: the longest name first.
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let own = names
            .iter()
            .map(|(_, path)| path)
            .filter(|path| path.starts_with(&root));
        for path in own {
            create(path)?;
        }
        let scene = Self {
            folder,
            names,
            project,
        };
        for (path, text) in &script.files {
            scene.write(&scene.project.join(path), text)?;
        }
        for (path, text) in &script.tools {
            scene.write(&scene.folder.path().join("tools").join(path), text)?;
        }
        Ok(scene)
    }

    fn write(&self, path: &Path, text: &str) -> Result<()> {
        if !path.starts_with(self.folder.path()) && path.exists() {
            // A project of the user's own is taken as it is.
            return Ok(());
        }
        create(path.parent().unwrap_or(path))?;
        fs::write(path, text).map_err(|error| Error::io("write", path, &error))?;
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            fs::set_permissions(path, mode).map_err(|error| Error::io("change", path, &error))?;
        }
        Ok(())
    }

    /// A line with the real folders in it.
    fn real(&self, line: &Spoken) -> Spoken {
        let mut line = line.clone();
        for (name, path) in &self.names {
            let quoted = |text: &str| Value::from(text).to_string().trim_matches('"').to_owned();
            line.text = line
                .text
                .replace(&quoted(name), &quoted(&path.to_string_lossy()));
        }
        line
    }

    fn launch(&self, stage: &Stage, script: &Script) -> Launch {
        let name = script.plugin.clone().unwrap_or_default();
        let folder = if self.project.is_dir() {
            &self.project
        } else {
            self.folder.path()
        };
        let mut launch = Launch::new(name, &stage.exe, folder);
        launch.env = variables(stage.env.clone(), &[], &[]);
        if !script.tools.is_empty() || script.fault.is_none() {
            launch.env.retain(|(name, _)| name != "PATH");
            // A transcript without tools has none; what runs the plugin itself,
            // an interpreter, is found beside them.
            let own = stage
                .env
                .iter()
                .find(|(name, _)| name == "PATH")
                .map(|(_, value)| value.clone());
            let tools = self.folder.path().join("tools");
            let path = match is_script(&stage.exe) {
                true => std::env::join_paths(
                    std::iter::once(tools).chain(std::env::split_paths(&own.unwrap_or_default())),
                ),
                false => Ok(tools.into_os_string()),
            };
            launch
                .env
                .extend(path.ok().map(|path| ("PATH".into(), path)));
        }
        launch
    }
}

fn is_script(exe: &Path) -> bool {
    let mut start = [0; 2];
    let read =
        fs::File::open(exe).and_then(|mut file| std::io::Read::read_exact(&mut file, &mut start));
    read.is_ok() && &start == b"#!"
}

fn create(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| Error::io("create", path, &error))
}

struct Player<'a> {
    talk: Talk,
    strict: bool,
    patience: Duration,
    /// How many lines of the record were handed over.
    seen: usize,
    told: &'a mut dyn FnMut(Line),
    /// The requests without a result.
    open: HashSet<u64>,
    cancel: &'a Cancel,
}

type Departure = Option<(String, String)>;

impl Player<'_> {
    fn all(&mut self, lines: &[Spoken]) -> Departure {
        let mut before = Duration::ZERO;
        for line in lines {
            let gap = line.at.map(|at| at.saturating_sub(before));
            before = line.at.unwrap_or(before);
            if line.voice == Voice::Host {
                // What was cancelled in the middle is cancelled in the middle.
                if kind(&line.text) == "cancel" {
                    self.pause(gap.unwrap_or_default().min(self.patience));
                }
                self.say(line);
                continue;
            }
            let kind = kind(&line.text);
            if line.voice == Voice::Aside || line.cut || !is_waited_for(&kind, self.strict) {
                continue;
            }
            let patience = self.patience.max(gap.unwrap_or_default() * 3);
            if let Some(came) = self.expect(line, patience) {
                return Some((line.text.clone(), came));
            }
        }
        None
    }

    fn say(&mut self, line: &Spoken) {
        let value: Value = serde_json::from_str(&line.text).unwrap_or_default();
        let expects = !matches!(kind(&line.text).as_str(), "cancel" | "ping" | "hello" | "");
        if let Some(id) = value.get("id").and_then(Value::as_u64).filter(|_| expects) {
            self.open.insert(id);
        }
        self.talk.say(format!("{}\n", line.text));
        self.hand_over(line.at, None);
    }

    /// Waits for a line. Says what came instead, if another did.
    fn expect(&mut self, line: &Spoken, patience: Duration) -> Option<String> {
        let until = Instant::now() + patience;
        loop {
            match self.hear(until) {
                Heard::Frame(_) | Heard::Other => {
                    let Some(said) = self.last() else { continue };
                    if said.what == What::Noise || !is_waited_for(said.kind(), self.strict) {
                        self.hand_over(None, None);
                        continue;
                    }
                    let like = likeness(&line.text, &said.text, self.strict);
                    self.hand_over(line.at, Some(like));
                    return (like == Likeness::Departs).then_some(said.text);
                }
                Heard::Exited if !self.talk.is_silent() => {}
                Heard::End if !self.cancel_wanted() => {}
                Heard::End | Heard::Exited => {
                    return Some("nothing: the plugin has ended".to_owned());
                }
                Heard::Nothing if self.cancel_wanted() => {
                    return Some("nothing: interrupted".to_owned());
                }
                Heard::Nothing if Instant::now() >= until => {
                    return Some(format!("nothing within {} s", patience.as_secs()));
                }
                Heard::Nothing => {}
            }
        }
    }

    fn cancel_wanted(&self) -> bool {
        self.cancel.reason().is_some()
    }

    /// Listens, and looks now and then whether the user has had enough.
    fn hear(&mut self, until: Instant) -> Heard {
        let soon = Instant::now() + Duration::from_millis(100);
        let heard = self.talk.hear(until.min(soon));
        if let Heard::Frame(frame) = &heard
            && let plugin_protocol::PluginFrame::Result(result) = &**frame
        {
            self.open.remove(&result.id);
        }
        heard
    }

    fn pause(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while Instant::now() < until && !self.cancel_wanted() && !self.talk.is_silent() {
            if matches!(self.hear(until), Heard::Frame(_) | Heard::Other) {
                let like = self.last().map(|_| Likeness::Same);
                self.hand_over(None, like);
            }
        }
    }

    fn last(&self) -> Option<Said> {
        self.talk.record.said.last().cloned()
    }

    /// Hands over what is new in the record.
    fn hand_over(&mut self, recorded: Option<Duration>, like: Option<Likeness>) {
        let new = self
            .talk
            .record
            .said
            .get(self.seen..)
            .unwrap_or_default()
            .to_vec();
        self.seen += new.len();
        for said in new {
            (self.told)(Line {
                at: said.at,
                recorded,
                voice: match (said.from, &said.what) {
                    (From::Host, _) => Voice::Host,
                    (From::Plugin, What::Noise) | (From::Stderr, _) => Voice::Aside,
                    (From::Plugin, _) => Voice::Plugin,
                },
                text: said.text,
                likeness: like.unwrap_or(Likeness::Same),
            });
        }
    }

    /// Listens to what comes behind the last line, and ends the plugin.
    fn end(mut self, script: &Script, departure: Departure) -> Outcome {
        let mut departure = departure;
        // A recorded fault may have been that nothing came: so a moment is given
        // to what comes now.
        let until = Instant::now() + self.patience;
        while departure.is_none()
            && !self.open.is_empty()
            && !self.talk.is_silent()
            && !self.cancel_wanted()
        {
            match self.hear(until) {
                Heard::Frame(_) | Heard::Other => departure = self.surplus(),
                Heard::Nothing if Instant::now() >= until => break,
                _ => {}
            }
        }
        let open = !self.open.is_empty();
        self.talk.hang_up();
        let until = Instant::now() + END;
        while !self.talk.is_silent() {
            match self.hear(until) {
                Heard::Frame(_) | Heard::Other => {
                    let surplus = self.surplus();
                    // The end of the input is what the file does not have.
                    if !open {
                        departure = departure.or(surplus);
                    }
                }
                Heard::Nothing if Instant::now() >= until => break,
                _ => {}
            }
        }
        let gone = self.talk.await_exit(until);
        let ended = self.talk.end().map(|ended| ended.ending);
        for (at, line) in self.talk.asides() {
            (self.told)(Line {
                at: at.saturating_duration_since(self.talk.record.start),
                recorded: None,
                voice: Voice::Aside,
                text: line,
                likeness: Likeness::Same,
            });
        }
        let end = match ended {
            Some(end) if gone => ending(end),
            _ => "nothing: it had to be killed".to_owned(),
        };
        if let Some(code) = script.end
            && end != format!("exit code {code}")
        {
            departure = departure.or(Some((format!("exit code {code}"), end.clone())));
        }
        Outcome { departure, end }
    }

    /// A line behind the last one of the file.
    fn surplus(&mut self) -> Departure {
        let said = self.last()?;
        let counts = said.what != What::Noise && is_waited_for(said.kind(), self.strict);
        let like = if counts {
            Likeness::Departs
        } else {
            Likeness::Same
        };
        self.hand_over(None, Some(like));
        counts.then(|| ("nothing more".to_owned(), said.text))
    }
}
