use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use plugin_protocol::{BuildReport, Inputs};
use serde::{Deserialize, Serialize};

use super::super::digest;
use super::super::environment::Environment;
use super::identity;
use crate::error::Result;
use crate::project::{Fingerprint, InputState};

/// What to look at to know whether a result still holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spec {
    /// The files; without it, the whole project.
    pub(super) inputs: Option<Inputs>,
    /// The environment variables, in order.
    pub(super) env: BTreeSet<String>,
    /// The tools, in order of their names.
    pub(super) tools: BTreeSet<ToolSpec>,
}

/// What to look at of a tool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct ToolSpec {
    /// The name that is looked up.
    pub(super) name: String,
    /// Where it was, and all its parts.
    pub(super) files: Vec<PathBuf>,
}

impl Spec {
    pub(crate) fn of(report: &BuildReport) -> Self {
        let tools = report.tools.iter().map(|tool| ToolSpec {
            name: tool.name.clone(),
            files: tool.path.iter().chain(&tool.parts).cloned().collect(),
        });
        Self {
            inputs: report.inputs.clone(),
            env: report.env_read.iter().cloned().collect(),
            tools: tools.collect(),
        }
    }

    /// The patterns that inputs are found by.
    pub(super) fn patterns(&self) -> Vec<&str> {
        match &self.inputs {
            Some(inputs) => inputs
                .globs
                .iter()
                .chain(&inputs.names)
                .map(String::as_str)
                .collect(),
            None => vec!["**"],
        }
    }
}

/// What a [`Spec`] sees at one time. Equal states mean equal results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The inputs.
    pub(super) files: Fingerprint,
    /// The SHA-256 of each variable's value; nothing when it is not set.
    pub(super) env: BTreeMap<String, Option<String>>,
    /// Each tool, in the spec's order.
    pub(super) tools: Vec<ToolState>,
}

/// The state of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ToolState {
    /// Where its name leads now.
    pub(super) found: Option<PathBuf>,
    /// What is there.
    found_identity: Option<String>,
    /// The identity of each of the spec's files; nothing where nothing is.
    files: Vec<Option<String>>,
}

/// The world as it is now. Each set of files is read once.
#[derive(Debug)]
pub(crate) struct View<'a> {
    root: &'a Path,
    own: &'a [PathBuf],
    environment: &'a Environment,
    taken: RefCell<Vec<(Option<Inputs>, Rc<Fingerprint>)>>,
}

impl<'a> View<'a> {
    /// A view of a project; `own` are wasmrun's outputs, which are no inputs.
    pub(crate) fn new(root: &'a Path, own: &'a [PathBuf], environment: &'a Environment) -> Self {
        Self {
            root,
            own,
            environment,
            taken: RefCell::default(),
        }
    }

    /// The same view at a later time.
    pub(super) fn again(&self) -> Self {
        Self::new(self.root, self.own, self.environment)
    }

    pub(super) fn root(&self) -> &Path {
        self.root
    }

    pub(super) fn state(&self, spec: &Spec) -> Result<State> {
        let env = spec.env.iter().map(|name| {
            let value = self.environment.get(name);
            let value = value.map(|value| digest::of_bytes(value.as_encoded_bytes()));
            (name.clone(), value)
        });
        Ok(State {
            env: env.collect(),
            tools: spec.tools.iter().map(|tool| self.tool(tool)).collect(),
            files: self.files(spec.inputs.as_ref())?.as_ref().clone(),
        })
    }

    pub(super) fn files(&self, inputs: Option<&Inputs>) -> Result<Rc<Fingerprint>> {
        if let Some(taken) = self.taken(inputs) {
            return Ok(taken);
        }
        let _span = tracing::debug_span!("fingerprint").entered();
        let taken = Rc::new(Fingerprint::take(self.root, inputs, self.own)?);
        let entry = (inputs.cloned(), Rc::clone(&taken));
        self.taken.borrow_mut().push(entry);
        Ok(taken)
    }

    /// What was seen of these files, if they were looked at.
    pub(super) fn taken(&self, inputs: Option<&Inputs>) -> Option<Rc<Fingerprint>> {
        let taken = self.taken.borrow();
        let mut all = taken.iter();
        let found = all.find(|(known, _)| known.as_ref() == inputs);
        found.map(|(_, fingerprint)| Rc::clone(fingerprint))
    }

    /// All that was seen so far.
    pub(super) fn seen(&self) -> BTreeMap<String, InputState> {
        let taken = self.taken.borrow();
        let all = taken
            .iter()
            .flat_map(|(_, fingerprint)| &fingerprint.inputs);
        let mut seen = BTreeMap::new();
        for (path, state) in all {
            // A content says more than a name.
            if *state != InputState::Name || !seen.contains_key(path) {
                seen.insert(path.clone(), state.clone());
            }
        }
        seen
    }

    fn tool(&self, tool: &ToolSpec) -> ToolState {
        let found = self.environment.tool(&tool.name, self.root);
        ToolState {
            found_identity: found.as_deref().and_then(identity::of),
            found,
            files: tool.files.iter().map(|file| identity::of(file)).collect(),
        }
    }
}
