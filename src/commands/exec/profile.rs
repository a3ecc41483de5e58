use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use fxprof_processed_profile as firefox;

use crate::commands::functions::Functions;
use crate::error::{Code, Error, Result, plain};
use crate::runtime::core::{Call, Store};
use crate::runtime::wasi;

/// How often code is looked at.
const INTERVAL: Duration = Duration::from_millis(1);

/// So many calls of a stack are kept, from the innermost on.
const DEEPEST: usize = 512;

/// Looks a thousand times a second at the calls that a program is in.
pub(super) struct Profile {
    path: PathBuf,
    /// Opened before anything runs, so that nothing is lost at the end.
    file: File,
    samples: Arc<Mutex<Samples>>,
    began: (Instant, SystemTime),
    ticking: Option<(Sender<()>, JoinHandle<()>)>,
}

/// The stacks that were seen, and when.
#[derive(Default)]
struct Samples {
    /// Indices of functions, the outermost first, with the number of each stack.
    stacks: HashMap<Vec<u32>, usize>,
    /// When, and which stack.
    seen: Vec<(Duration, usize)>,
}

impl Samples {
    fn add(&mut self, at: Duration, calls: &[Call]) {
        let calls = calls.iter().take(DEEPEST).rev();
        let stack = calls.map(|call| call.function).collect();
        let next = self.stacks.len();
        let stack = *self.stacks.entry(stack).or_insert(next);
        self.seen.push((at, stack));
    }

    /// The stacks by their numbers.
    fn stacks(&self) -> Vec<&[u32]> {
        let mut stacks: Vec<_> = self.stacks.iter().collect();
        stacks.sort_unstable_by_key(|(_, number)| **number);
        stacks.into_iter().map(|(stack, _)| &**stack).collect()
    }
}

impl Profile {
    /// Begins to look.
    pub(super) fn start(store: &mut Store<wasi::Context>, path: &Path) -> Result<Self> {
        let file = File::create(path).map_err(|error| {
            Error::io("write the profile to", path, &error)
                .help("name a file in a folder that is there: `--profile FILE`")
        })?;
        let samples = Arc::<Mutex<Samples>>::default();
        let kept = Arc::clone(&samples);
        let began = (Instant::now(), SystemTime::now());
        store.set_sampler(move |calls| {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.add(began.0.elapsed(), calls);
        });
        let code = store.interrupt_handle();
        let (ended, end) = channel();
        let thread = std::thread::Builder::new().name("profile".to_owned());
        let thread = thread.spawn(move || {
            while end.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                code.sample();
            }
        });
        let thread = thread.map_err(|error| {
            Error::new(Code::Io, "could not watch the program's calls").because(plain(&error))
        })?;
        Ok(Self {
            path: path.to_owned(),
            file,
            samples,
            began,
            ticking: Some((ended, thread)),
        })
    }

    /// Writes what was seen: for a name that ends in `.json` as the Firefox
    /// profiler reads it, else folded.
    pub(super) fn finish(mut self, name: &str, functions: &Functions<'_>) -> Result<()> {
        if let Some((ended, thread)) = self.ticking.take() {
            drop(ended);
            let _ = thread.join();
        }
        let samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = BufWriter::new(&self.file);
        let json = self.path.extension().is_some_and(|it| it == "json");
        let written = match json {
            true => {
                let profile = for_firefox(&samples, self.began.1, name, functions);
                serde_json::to_writer(&mut out, &profile).map_err(std::io::Error::from)
            }
            false => folded(&samples, functions, &mut out),
        };
        let written = written.and_then(|()| out.flush());
        written.map_err(|error| Error::io("write the profile to", &self.path, &error))
    }
}

/// A line for each stack: its functions, the outermost first, between
/// semicolons, and how often it was seen.
fn folded(
    samples: &Samples,
    functions: &Functions<'_>,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let mut names = HashMap::new();
    let stacks = samples.stacks();
    let mut counts = BTreeMap::<String, u64>::new();
    let mut times = vec![0_u64; stacks.len()];
    for (_, stack) in &samples.seen {
        times[*stack] += 1;
    }
    for (stack, times) in stacks.iter().zip(times) {
        let line: Vec<_> = stack
            .iter()
            .map(|function| {
                let name = names.entry(*function);
                // A semicolon means something here.
                name.or_insert_with(|| functions.name(*function).replace(';', ":"))
                    .clone()
            })
            .collect();
        // Two functions may have one name.
        *counts.entry(line.join(";")).or_default() += times;
    }
    for (stack, times) in counts {
        writeln!(out, "{stack} {times}")?;
    }
    Ok(())
}

fn for_firefox(
    samples: &Samples,
    began: SystemTime,
    name: &str,
    functions: &Functions<'_>,
) -> firefox::Profile {
    let interval = firefox::SamplingInterval::from_millis(1);
    let mut profile = firefox::Profile::new(name, began.into(), interval);
    let at = |time: Duration| {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        firefox::Timestamp::from_nanos_since_reference(nanos)
    };
    let begin = at(Duration::ZERO);
    let process = profile.add_process(name, std::process::id(), begin);
    let thread = profile.add_thread(process, std::process::id(), begin, true);
    profile.set_thread_name(thread, name);
    let mut stacks = Vec::new();
    for stack in samples.stacks() {
        let mut known = None;
        for function in stack {
            let label = profile.intern_string(&functions.name(*function));
            let frame = firefox::FrameInfo {
                frame: firefox::Frame::Label(label),
                category_pair: firefox::CategoryHandle::OTHER.into(),
                flags: firefox::FrameFlags::empty(),
            };
            let frame = profile.intern_frame(thread, frame);
            known = Some(profile.intern_stack(thread, known, frame));
        }
        stacks.push(known);
    }
    let mut last = Duration::ZERO;
    for (time, stack) in &samples.seen {
        let spent = firefox::CpuDelta::from(time.saturating_sub(last));
        profile.add_sample(thread, at(*time), stacks[*stack], spent, 1);
        last = *time;
    }
    profile
}
