use std::sync::Arc;

use super::{Plugin, builtin};
use crate::error::{Code, Error, Result, nearest};
use crate::project::{Language, Project};

/// Everybody who can build something.
pub struct Manager {
    plugins: Vec<Arc<dyn Plugin>>,
}

impl Default for Manager {
    fn default() -> Self {
        Self::new()
    }
}

impl Manager {
    /// The built-in plugins.
    #[must_use]
    pub fn new() -> Self {
        Self {
            plugins: builtin::all(),
        }
    }

    /// All plugins that are installed, the built-in ones first.
    #[must_use]
    pub fn plugins(&self) -> &[Arc<dyn Plugin>] {
        &self.plugins
    }

    /// Who builds a project: the one that is named, or the best by score.
    ///
    /// # Errors
    /// [`Code::PluginMissing`] when nobody does, with who would.
    pub fn for_project(&self, project: &Project, named: Option<&str>) -> Result<Arc<dyn Plugin>> {
        if let Some(name) = named {
            return self.named(project, name);
        }
        let mut found: Vec<_> = self
            .plugins
            .iter()
            .filter_map(|plugin| Some((plugin.can_handle_project(project)?.score, plugin)))
            .collect();
        let top = found.iter().map(|(score, _)| *score).max();
        found.retain(|(score, _)| Some(*score) == top);
        if found.len() > 1 {
            // A tie: what they say when they are asked decides, and among equals
            // the later one, which is not built in.
            for (score, plugin) in &mut found {
                *score = plugin.detect(project).map_or(0, |found| found.score);
            }
        }
        let best = found.into_iter().max_by_key(|(score, _)| *score);
        match best {
            Some((_, plugin)) => Ok(Arc::clone(plugin)),
            None => Err(self.nobody(project.language)),
        }
    }

    fn named(&self, project: &Project, name: &str) -> Result<Arc<dyn Plugin>> {
        let Some(plugin) = self
            .plugins
            .iter()
            .find(|plugin| plugin.info().name == name)
        else {
            let error = Error::new(
                Code::PluginMissing,
                format!("no plugin named `{name}` is installed"),
            );
            let names = self
                .plugins
                .iter()
                .map(|plugin| plugin.info().name.as_str());
            return Err(error.help(match nearest(name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("installed are {}", self.names()),
            }));
        };
        if plugin.can_handle_project(project).is_some() {
            return Ok(Arc::clone(plugin));
        }
        Err(Error::new(
            Code::PluginMissing,
            format!(
                "the plugin `{name}` does not build {} projects",
                project.language
            ),
        )
        .because(format!("{} was found: {}", project.language, project.why))
        .help("name no plugin, so that wasmrun chooses, or say `--language`"))
    }

    fn nobody(&self, language: Language) -> Error {
        let error = Error::new(
            Code::PluginMissing,
            format!(
                "this is {} {language} project, and no plugin that builds {language} is installed",
                article(language)
            ),
        );
        let help = format!("installed are {}", self.names());
        error.help(match external(language) {
            Some(name) => format!("it takes the plugin `{name}`; {help}"),
            None => help,
        })
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

/// The plugin for a language that no built-in one builds.
fn external(language: Language) -> Option<&'static str> {
    match language {
        Language::Rust => Some("wasmrust"),
        Language::Go => Some("wasmgo"),
        Language::Python => Some("waspy"),
        Language::AssemblyScript => Some("wasmasc"),
        Language::C | Language::Wat | Language::Wasm => None,
    }
}

fn article(language: Language) -> &'static str {
    match language {
        Language::AssemblyScript => "an",
        _ => "a",
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
        let found = Manager::new().for_project(&project(language), named);
        let error = found.err().expect("a refusal");
        assert_eq!(error.code(), Code::PluginMissing);
        error.to_string()
    }

    #[test]
    fn each_language_has_its_plugin_or_an_honest_refusal() {
        for &language in Language::ALL {
            match external(language) {
                None => {
                    let plugin = Manager::new().for_project(&project(language), None).ok();
                    let plugin = plugin.expect("a built-in plugin");
                    assert_eq!(plugin.info().name, language.name());
                    assert!(!plugin.get_builder().supported_extensions().is_empty());
                }
                Some(name) => assert!(refusal(language, None).contains(name)),
            }
        }
        assert_eq!(
            refusal(Language::Go, None),
            "this is a Go project, and no plugin that builds Go is installed\n\
             help: it takes the plugin `wasmgo`; installed are `wat`, `c`, `wasm`"
        );
    }

    #[test]
    fn a_named_plugin_has_to_exist_and_to_fit() {
        assert!(refusal(Language::Wat, Some("wta")).contains("did you mean `wat`?"));
        assert!(refusal(Language::Wat, Some("gcc")).contains("installed are `wat`, `c`, `wasm`"));
        assert!(refusal(Language::C, Some("wat")).contains("does not build C/C++ projects"));
        let fits = Manager::new().for_project(&project(Language::Wat), Some("wat"));
        assert!(fits.is_ok());
    }
}
