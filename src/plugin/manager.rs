use std::path::Path;
use std::sync::Arc;

use plugin_protocol::{Manifest, Match};

use super::external::{External, Policy};
use super::lock::LOCK_FILE;
use super::registry::{Found, Registry};
use super::{Plugin, builtin, index, is_path};
use crate::config::{Home, Setting, Settings};
use crate::error::{Code, Error, Result, nearest};
use crate::process::Cancel;
use crate::project::{self, Language, Project};

/// Everybody who can build something.
pub struct Manager {
    plugins: Vec<Arc<dyn Plugin>>,
    /// How many of them are part of wasmrun.
    built_in: usize,
    installed: Option<(Registry, Policy)>,
    cancel: Cancel,
}

impl Default for Manager {
    fn default() -> Self {
        Self::new()
    }
}

impl Manager {
    /// The built-in plugins alone.
    #[must_use]
    pub fn new() -> Self {
        let plugins = builtin::all();
        Self {
            built_in: plugins.len(),
            plugins,
            installed: None,
            cancel: Cancel::new(),
        }
    }

    /// The built-in plugins, and those for a project; `path` is its folder, or a
    /// file in it, and `env` the variables that the user names for plugins.
    ///
    /// # Errors
    /// What [`Registry::find`] says.
    pub fn find(
        home: &Home,
        settings: &Settings,
        path: &Path,
        env: Vec<String>,
        cancel: &Cancel,
    ) -> Result<Self> {
        let mut this = Self::new();
        let registry = Registry::find(home, settings, path, cancel)?;
        this.cancel = cancel.clone();
        this.installed = Some((registry, Policy::new(home, settings, env)));
        this.take_in();
        Ok(this)
    }

    /// Whether a plugin of that name is part of wasmrun.
    #[must_use]
    pub fn is_built_in(name: &str) -> bool {
        builtin::all().iter().any(|own| own.info().name == name)
    }

    /// All plugins that take part, the built-in ones first.
    #[must_use]
    pub fn plugins(&self) -> &[Arc<dyn Plugin>] {
        &self.plugins
    }

    /// The registry, when there are more than the built-in plugins.
    #[must_use]
    pub fn registry(&self) -> Option<&Registry> {
        self.installed.as_ref().map(|(registry, _)| registry)
    }

    /// The languages that plugins bring.
    fn languages(&self) -> Vec<Language> {
        let manifests = self.registry().map(Registry::manifests);
        let manifests = manifests.unwrap_or_default();
        manifests.into_iter().flat_map(Language::of).collect()
    }

    /// Reads the name of a language that a setting gives.
    ///
    /// # Errors
    /// [`Code::Usage`] or [`Code::ConfigInvalid`] when nobody knows it.
    pub fn language(&mut self, setting: &Setting<Option<String>>) -> Result<Option<Language>> {
        let read = |this: &Self| setting.read(|text| Language::read(text, &this.languages()));
        match read(self) {
            Err(_) if self.look_outside() => read(self),
            read => read,
        }
    }

    /// Makes sure that a plugin that is named, by its name or its path, is there.
    ///
    /// # Errors
    /// [`Code::PluginMissing`] when it is not, or why it does not take part.
    pub fn require(&mut self, named: &str) -> Result<()> {
        let name = self.name_of(named);
        if self.plugin(&name).is_none() {
            self.look_outside_for(&name)?;
        }
        match self.plugin(&name) {
            Some(_) => Ok(()),
            None => Err(self.no_such(&name)),
        }
    }

    /// Finds out what a folder or a file is, among the languages that wasmrun and
    /// all plugins know.
    ///
    /// # Errors
    /// What [`project::detect`] says.
    pub fn detect(
        &mut self,
        path: &Path,
        language: Option<Language>,
        entry: Option<&str>,
    ) -> Result<Project> {
        let _span = tracing::debug_span!("detect").entered();
        let detect = |this: &Self| {
            let kinds = this.registry().map(Registry::manifests);
            project::detect_among(path, language, entry, &kinds.unwrap_or_default())
        };
        let detected = match detect(self) {
            Err(error) if error.code() == Code::NoProject && self.look_outside() => detect(self),
            detected => detected,
        };
        detected.map_err(|error| match error.code() {
            Code::NoProject => self.would_be(path, language, entry).unwrap_or(error),
            _ => error,
        })
    }

    /// Why nobody knows a project that a plugin would know: it does not take part,
    /// or the lock pins it and it is not there.
    fn would_be(
        &self,
        path: &Path,
        language: Option<Language>,
        entry: Option<&str>,
    ) -> Option<Error> {
        let registry = self.registry()?;
        let knows =
            |manifest: &Manifest| project::detect_among(path, language, entry, &[manifest]).is_ok();
        let absent = registry.absent().iter();
        let mut able = absent.filter(|absent| absent.manifest.as_ref().is_some_and(knows));
        if let Some(absent) = able.next() {
            return Some(absent.why.clone());
        }
        let pinned = registry.lock()?.plugins().iter();
        let missing = pinned.map(|pinned| pinned.name.as_str());
        let mut missing = missing.filter(|name| self.plugin(name).is_none());
        missing.next().map(|name| self.no_such(name))
    }

    /// Who builds a project: the one that is named, or the best by score. An
    /// entry that only the builder knows becomes the project's.
    ///
    /// # Errors
    /// [`Code::PluginMissing`] when nobody does, with who would; what is wrong
    /// with the one that does.
    pub fn choose(
        &mut self,
        project: &mut Project,
        named: Option<&str>,
    ) -> Result<Arc<dyn Plugin>> {
        let (plugin, found) = match named {
            Some(name) => self.named(project, name)?,
            None => match self.best(project) {
                Some(best) => best,
                None if self.look_outside() => self
                    .best(project)
                    .ok_or_else(|| self.nobody(project.language))?,
                None => return Err(self.nobody(project.language)),
            },
        };
        if let Some((registry, _)) = &self.installed
            && let Some(found) = self.found(&plugin.info().name)
        {
            registry.check(found)?;
        }
        if project.entry.is_none() {
            project.entry = found.entry;
        }
        Ok(plugin)
    }

    /// The best by score; of equals, the one that says more when it is asked
    /// itself, then the first.
    fn best(&self, project: &Project) -> Option<(Arc<dyn Plugin>, Match)> {
        let able = |plugin: &Arc<dyn Plugin>| {
            let found = plugin.can_handle_project(project)?;
            Some((Arc::clone(plugin), found))
        };
        let mut able: Vec<_> = self.plugins.iter().filter_map(able).collect();
        let top = able.iter().map(|(_, found)| found.score).max()?;
        able.retain(|(_, found)| found.score == top);
        if able.len() > 1 {
            let ask = |(plugin, _): &(Arc<dyn Plugin>, Match)| {
                let found = plugin.detect(project)?;
                Some((Arc::clone(plugin), found))
            };
            let asked: Vec<_> = able.iter().filter_map(ask).collect();
            if !asked.is_empty() {
                able = asked;
            }
        }
        let top = able.iter().map(|(_, found)| found.score).max()?;
        able.into_iter().find(|(_, found)| found.score == top)
    }

    fn named(&mut self, project: &Project, name: &str) -> Result<(Arc<dyn Plugin>, Match)> {
        self.require(name)?;
        let name = self.name_of(name);
        let Some(plugin) = self.plugin(&name) else {
            return Err(self.no_such(&name));
        };
        if let Some(found) = plugin.can_handle_project(project) {
            return Ok((plugin, found));
        }
        let language = project.language;
        let message = format!("the plugin `{name}` does not build {language} projects");
        Err(Error::new(Code::PluginMissing, message)
            .because(format!("{language} was found: {}", project.why))
            .help("name no plugin, so that wasmrun chooses, or say `--language`"))
    }

    /// The name of a plugin that is named by its name or its path.
    fn name_of(&self, named: &str) -> String {
        match self.registry().and_then(Registry::by_path) {
            Some(found) if is_path(named) => found.installed.manifest.name.clone(),
            _ => named.to_owned(),
        }
    }

    fn plugin(&self, name: &str) -> Option<Arc<dyn Plugin>> {
        let mut all = self.plugins.iter();
        all.find(|plugin| plugin.info().name == name).cloned()
    }

    fn found(&self, name: &str) -> Option<&Found> {
        let mut all = self.registry()?.found().iter();
        all.find(|found| found.installed.manifest.name == name)
    }

    fn look_outside(&mut self) -> bool {
        let more = match &mut self.installed {
            Some((registry, _)) => registry.look_outside(),
            None => false,
        };
        if more {
            self.take_in();
        }
        more
    }

    fn look_outside_for(&mut self, name: &str) -> Result<()> {
        if let Some((registry, _)) = &mut self.installed
            && registry.look_outside_for(name, &self.cancel)?.is_some()
        {
            self.take_in();
        }
        Ok(())
    }

    /// Puts what the registry has found behind the traits.
    fn take_in(&mut self) {
        let Some((registry, policy)) = &self.installed else {
            return;
        };
        for found in registry
            .found()
            .iter()
            .skip(self.plugins.len() - self.built_in)
        {
            let external = External::new(found.installed.clone(), policy.clone());
            self.plugins.push(Arc::new(external));
        }
    }

    /// There is no plugin of that name.
    fn no_such(&self, name: &str) -> Error {
        let registry = self.registry();
        let mut absent = registry.iter().flat_map(|registry| registry.absent());
        if let Some(absent) = absent.find(|absent| absent.name == name) {
            return absent.why.clone();
        }
        let message = format!("no plugin named `{name}` is installed");
        let error = Error::new(Code::PluginMissing, message);
        if let Some(pinned) = registry
            .and_then(Registry::lock)
            .and_then(|lock| lock.get(name))
        {
            return error
                .because(format!("{LOCK_FILE} pins {name} {}", pinned.version))
                .help(pinned.remedy());
        }
        if index::known(name).is_some() {
            return error.help(format!("`wasmrun plugin install {name}`"));
        }
        let installed = self
            .plugins
            .iter()
            .map(|plugin| plugin.info().name.as_str());
        let all = installed.chain(index::INDEX.iter().map(|known| known.name));
        error.help(match nearest(name, all) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("installed are {}", self.names()),
        })
    }

    /// Nobody builds a language.
    fn nobody(&self, language: Language) -> Error {
        let article = language.article();
        let known = index::for_language(language);
        let registry = self.registry();
        // One that would, perhaps, if it were in order.
        let mut absent = registry.iter().flat_map(|registry| registry.absent());
        let by_index = known.map(|known| known.name);
        if let Some(absent) = absent.find(|absent| Some(absent.name.as_str()) == by_index) {
            return absent.why.clone();
        }
        if let Some(known) = known {
            let message = format!(
                "this is {article} {language} project; {} builds those",
                known.name
            );
            let lock = registry.and_then(Registry::lock);
            let pinned = lock.and_then(|lock| lock.get(known.name));
            return Error::new(Code::PluginMissing, message).help(match pinned {
                Some(pinned) => pinned.remedy(),
                None => format!("`wasmrun plugin install {}`", known.name),
            });
        }
        let message = format!(
            "this is {article} {language} project, and no plugin that builds {language} is installed"
        );
        let mut error = Error::new(Code::PluginMissing, message);
        for absent in registry.iter().flat_map(|registry| registry.absent()) {
            error = error.because(absent.why.message());
        }
        error.help(format!("installed are {}", self.names()))
    }

    fn names(&self) -> String {
        let names: Vec<_> = self
            .plugins
            .iter()
            .map(|p| format!("`{}`", p.info().name))
            .collect();
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(language: Language) -> Project {
        Project {
            root: "/p".into(),
            language,
            why: "a mark".to_owned(),
            entry: None,
            single_file: false,
            name: "p".to_owned(),
            others: vec![],
        }
    }

    fn refusal(language: Language, named: Option<&str>) -> String {
        let found = Manager::new().choose(&mut project(language), named);
        let error = found.err().expect("a refusal");
        assert_eq!(error.code(), Code::PluginMissing);
        error.to_string()
    }

    #[test]
    fn each_language_has_its_plugin_or_an_honest_refusal() {
        for &language in Language::ALL {
            match index::for_language(language) {
                None => {
                    let plugin = Manager::new().choose(&mut project(language), None).ok();
                    let plugin = plugin.expect("a built-in plugin");
                    assert_eq!(plugin.info().name, language.name());
                    assert!(!plugin.get_builder().supported_extensions().is_empty());
                }
                Some(known) => assert!(refusal(language, None).contains(known.name)),
            }
        }
        assert_eq!(
            refusal(Language::Go, None),
            "this is a Go project; wasmgo builds those\nhelp: `wasmrun plugin install wasmgo`"
        );
        assert_eq!(
            refusal(Language::named("zig"), None),
            "this is a zig project, and no plugin that builds zig is installed\n\
             help: installed are `wat`, `c`, `wasm`"
        );
    }

    #[test]
    fn a_named_plugin_has_to_exist_and_to_fit() {
        assert!(refusal(Language::Wat, Some("wta")).contains("did you mean `wat`?"));
        assert!(refusal(Language::Go, Some("wasmog")).contains("did you mean `wasmgo`?"));
        assert!(refusal(Language::Go, Some("wasmgo")).contains("plugin install wasmgo"));
        assert!(refusal(Language::Wat, Some("gcc")).contains("installed are `wat`, `c`, `wasm`"));
        assert!(refusal(Language::C, Some("wat")).contains("does not build C/C++ projects"));
        let fits = Manager::new().choose(&mut project(Language::Wat), Some("wat"));
        assert!(fits.is_ok());
    }
}
