use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use plugin_protocol::{
    BuildReport, BuildRequest, Diagnostic, Event as BuilderEvent, Severity, Task, TaskState,
};

use super::artifacts::{self, Made, Product};
use super::cache::{Cache, Hit, Key, Lookup, Sealed, Spec, Steady, Stored, View};
use super::event::{Event, Listener, Output};
use super::failure;
use super::memory::Memory;
use super::publish::publish;
use super::stage::Stage;
use super::{Change, Job, Outcome, Place, digest};
use crate::error::{Error, Result, plain};
use crate::wasm::Sizes;

/// Builds a project, or takes the result of an equal build from the cache.
/// Whatever goes wrong, the last good output stays as it was.
///
/// # Errors
/// [`Code::BuildFailed`](crate::error::Code::BuildFailed) after diagnostics,
/// `BadArtifact`, `Timeout`, `Interrupted`, `Io`, `Usage`, and what the builder
/// reports.
pub fn compile(job: &Job<'_>, listener: Listener<'_>) -> Result<Outcome> {
    let _span = tracing::debug_span!("compile", root = %job.project.root.display()).entered();
    job.place.check()?;
    let entry = job.project.entry.as_deref();
    let memory = Memory::load(job.home, &job.project.root, entry);
    // What the user has put in the place of an output is an input like others.
    let ours = memory.outputs.keys().filter(|path| memory.is_ours(path));
    let own: Vec<_> = ours.cloned().collect();
    let mut driver = Driver {
        job,
        key: Key::of(job),
        cache: None,
        memory: &memory,
        own: &own,
        say: listener,
        warned: false,
        spec: None,
    };
    driver.open_cache();
    driver.run()
}

struct Driver<'a> {
    job: &'a Job<'a>,
    key: Key,
    /// Nothing when it is not wanted or does not work.
    cache: Option<Cache>,
    memory: &'a Memory,
    /// The remembered outputs that are still as we wrote them.
    own: &'a [PathBuf],
    say: Listener<'a>,
    warned: bool,
    /// What the result depends on, if it was built now.
    spec: Option<Spec>,
}

/// What was published.
struct Published {
    outputs: Vec<Output>,
    stdout: Option<Vec<u8>>,
}

impl Driver<'_> {
    fn run(&mut self) -> Result<Outcome> {
        let view = View::new(&self.job.project.root, self.own, self.job.environment);
        if let Some(hit) = self.lookup(&view)
            && let Some(outcome) = self.take(&hit)?
        {
            return Ok(outcome);
        }
        self.build(&view)
    }

    fn open_cache(&mut self) {
        let Some(limit) = self.job.cache else {
            return;
        };
        match Cache::open(self.job.home, limit) {
            Ok(cache) => self.cache = Some(cache),
            Err(error) => self.warn_once(&error),
        }
    }

    /// Says that the cache does not work, if that was not said before.
    fn warn_once(&mut self, error: &std::io::Error) {
        if std::mem::replace(&mut self.warned, true) {
            return;
        }
        let place = self.job.home.root();
        let place = place.map_or_else(String::new, |path| format!(" in {}", path.display()));
        (self.say)(Event::Warning(format!(
            "going on without the build cache{place}: {}",
            plain(error)
        )));
    }

    fn lookup(&mut self, view: &View<'_>) -> Option<Hit> {
        let reasons = match &self.cache {
            None if self.job.cache.is_none() => vec!["the cache is switched off".to_owned()],
            None => vec!["the cache does not work".to_owned()],
            Some(cache) => match cache.lookup(&self.key, self.memory.last.as_ref(), view) {
                Lookup::Hit(hit) => return Some(hit),
                Lookup::Miss(reasons) => reasons,
            },
        };
        (self.say)(Event::Explain {
            cached: false,
            reasons: &reasons,
        });
        None
    }

    /// Publishes a result from the cache. Nothing when it turns out damaged.
    fn take(&mut self, hit: &Hit) -> Result<Option<Outcome>> {
        let result = &hit.result;
        let content = |index: usize| {
            let cache = self.cache.as_ref()?;
            let product = result.outputs.get(index)?;
            cache.content(product).ok().map(Cow::Owned)
        };
        let Some(published) = self.publish(&result.outputs, &hit.inputs, self.own, &content)?
        else {
            if let Some(cache) = &self.cache {
                cache.forget(hit);
            }
            (self.say)(Event::Explain {
                cached: false,
                reasons: &["the stored result was damaged".to_owned()],
            });
            return Ok(None);
        };
        (self.say)(Event::Explain {
            cached: true,
            reasons: &["no input, option or tool has changed".to_owned()],
        });
        for diagnostic in &result.diagnostics {
            (self.say)(Event::Builder(BuilderEvent::Diagnostic(diagnostic.clone())));
        }
        Ok(Some(self.finish(published, result.sizes, true)))
    }

    fn build(&mut self, view: &View<'_>) -> Result<Outcome> {
        let stage = Stage::new()
            .map_err(|error| Error::io("make a folder in", &std::env::temp_dir(), &error))?;
        let last = self.memory.spec.as_ref();
        let is_folder = !self.job.project.single_file;
        let steady = self.cache.is_some();
        let steady = steady.then(|| Steady::begin(view, last, is_folder, stage.own()));
        let request = self.request(&stage);
        let (report, diagnostics) = self.run_builder(&request)?;
        let made = self.step("verify", || {
            artifacts::check(&report, &request.stage, &request.name)
        })?;
        let sealed = steady.map(|steady| match steady {
            Ok(steady) => Cache::seal(&report, &steady, view),
            Err(error) => Err(error.to_string()),
        });
        self.spec = Some(Spec::of(&report));
        failure::if_cancelled(self.job, self.own)?;

        let products: Vec<_> = made.iter().map(|made| made.product.clone()).collect();
        let inputs = report.inputs.map(|inputs| inputs.files).unwrap_or_default();
        let content = |index: usize| Some(Cow::Borrowed(made.get(index)?.bytes.as_slice()));
        let published = self.publish(&products, &inputs, &[], &content)?;
        let published = published.unwrap_or(Published {
            outputs: Vec::new(),
            stdout: None,
        });
        let sizes = self.step("measure", || {
            made.first()
                .map_or(Sizes::of(&[]), |made| Sizes::of(&made.bytes))
        });
        let result = Stored {
            outputs: products,
            sizes,
            diagnostics,
        };
        self.store(sealed, result, &made);
        Ok(self.finish(published, sizes, false))
    }

    fn request(&self, stage: &Stage) -> BuildRequest {
        let job = self.job;
        BuildRequest {
            project: job.project.root.clone(),
            entry: job.project.entry.clone(),
            name: job.place.name(job.project),
            profile: job.profile,
            stage: stage.out(),
            options: job.options.clone(),
            locked: job.locked,
            offline: job.offline,
            alone: job.project.single_file,
            changed: job.changed.map(<[String]>::to_vec),
        }
    }

    /// Has the builder build. Also returns what it said of a successful build.
    fn run_builder(&mut self, request: &BuildRequest) -> Result<(BuildReport, Vec<Diagnostic>)> {
        let _span = tracing::debug_span!("build", plugin = self.job.plugin.info().name).entered();
        failure::if_cancelled(self.job, self.own)?;
        let builder = self.job.plugin.get_builder();
        let mut diagnostics = Vec::new();
        let stage = request.stage.to_string_lossy();
        self.task("build", TaskState::Start);
        let say = &mut self.say;
        let built = builder.build(
            request,
            &mut |mut event| {
                if let BuilderEvent::Diagnostic(diagnostic) = &mut event {
                    // The stage is gone when somebody reads this.
                    let names_stage = |text: &mut String| text.contains(&*stage);
                    diagnostic.rendered.take_if(names_stage);
                    diagnostics.push(diagnostic.clone());
                }
                say(Event::Builder(event));
            },
            self.job.cancel,
        );
        self.task("build", TaskState::End);
        failure::if_cancelled(self.job, self.own)?;
        let errors = diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .count();
        match built {
            Ok(report) => Ok((report, diagnostics)),
            Err(failure) => Err(failure::of(failure, self.job, self.own, errors)),
        }
    }

    /// Puts a result into its place; nothing when a content is not to be had.
    /// What is there already is left alone. `known` are files that were just
    /// seen to be as wasmrun wrote them.
    fn publish<'b>(
        &self,
        products: &[Product],
        inputs: &[String],
        known: &[PathBuf],
        content: &dyn Fn(usize) -> Option<Cow<'b, [u8]>>,
    ) -> Result<Option<Published>> {
        let _span = tracing::debug_span!("publish").entered();
        let paths = self.job.place.plan(products)?;
        if *self.job.place == Place::Stdout {
            return Ok(content(0).map(|bytes| Published {
                outputs: products
                    .iter()
                    .map(|product| output(product, None, true))
                    .collect(),
                stdout: Some(bytes.into_owned()),
            }));
        }
        let is_there = |path: &PathBuf, product: &Product| match self.memory.outputs.get(path) {
            Some(sha256) if known.contains(path) => *sha256 == product.sha256,
            _ => digest::of_file(path).as_ref() == Some(&product.sha256),
        };
        let mut outputs = Vec::with_capacity(products.len());
        let mut files = Vec::new();
        for (index, (path, product)) in paths.iter().zip(products).enumerate() {
            let there = is_there(path, product);
            if !there {
                let ours = self.memory.is_ours(path);
                self.job
                    .place
                    .spare_sources(self.job.project, (path, product), inputs, ours)?;
                let Some(bytes) = content(index) else {
                    return Ok(None);
                };
                files.push((path.as_path(), bytes));
            }
            outputs.push(output(product, Some(path.clone()), !there));
        }
        publish(&files)?;
        Ok(Some(Published {
            outputs,
            stdout: None,
        }))
    }

    fn store(&mut self, sealed: Option<Result<Sealed, String>>, result: Stored, made: &[Made]) {
        let (Some(cache), Some(sealed)) = (&self.cache, sealed) else {
            return;
        };
        let stored = match sealed {
            Ok(sealed) => cache.store(&self.key, sealed, result, made),
            Err(why) => {
                let reasons = [format!("the result is not kept in the cache: {why}")];
                (self.say)(Event::Explain {
                    cached: false,
                    reasons: &reasons,
                });
                return;
            }
        };
        if let Err(error) = stored {
            self.warn_once(&error);
        }
    }

    fn finish(&mut self, published: Published, sizes: Sizes, cached: bool) -> Outcome {
        let main = published
            .outputs
            .first()
            .map(|output| output.sha256.clone());
        let change = match (&self.memory.main, self.memory.sizes) {
            (Some(_), Some(_)) if self.memory.main == main => Change::Same,
            (Some(_), Some(sizes)) => Change::From(sizes),
            _ => Change::First,
        };
        self.remember(&published.outputs, sizes, main);
        for output in &published.outputs {
            (self.say)(Event::Artifact(output));
        }
        Outcome {
            outputs: published.outputs,
            sizes,
            change,
            cached,
            stdout: published.stdout,
        }
    }

    fn remember(&mut self, outputs: &[Output], sizes: Sizes, main: Option<String>) {
        let kept = self.memory.outputs.iter().filter(|(path, _)| path.exists());
        let mut all: BTreeMap<_, _> = kept
            .map(|(path, sha256)| (path.clone(), sha256.clone()))
            .collect();
        for output in outputs {
            // A device is nothing that could be cleaned away.
            if let Some(path) = output.path.as_ref().filter(|path| path.is_file()) {
                all.insert(path.clone(), output.sha256.clone());
            }
        }
        let memory = Memory {
            last: Some(self.key.clone()),
            sizes: Some(sizes),
            main,
            spec: self.spec.take().or_else(|| self.memory.spec.clone()),
            outputs: all,
        };
        if memory == *self.memory {
            return;
        }
        let project = self.job.project;
        let saved = memory.save(self.job.home, &project.root, project.entry.as_deref());
        match saved {
            Err(error) if self.job.cache.is_some() => self.warn_once(&error),
            Err(error) => tracing::debug!(%error, "could not remember the outputs"),
            Ok(()) => {}
        }
    }

    /// A step of the pipeline's own, told as the builder's are.
    fn step<T>(&mut self, name: &str, work: impl FnOnce() -> T) -> T {
        let _span = tracing::debug_span!("step", name).entered();
        self.task(name, TaskState::Start);
        let result = work();
        self.task(name, TaskState::End);
        result
    }

    fn task(&mut self, name: &str, state: TaskState) {
        (self.say)(Event::Builder(BuilderEvent::Task(Task {
            task: name.to_owned(),
            state,
            done: None,
            total: None,
            unit: None,
        })));
    }
}

fn output(product: &Product, path: Option<PathBuf>, written: bool) -> Output {
    Output {
        path,
        kind: product.kind,
        size: product.size,
        sha256: product.sha256.clone(),
        written,
    }
}
