use serde::Serialize;

use super::{Body, Custom, Module};

/// What a binary is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Role {
    /// Which of the known roles.
    pub kind: RoleKind,
    /// How it was recognised.
    pub because: String,
}

/// The known roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleKind {
    /// Runs once, from its entry to its end.
    Command,
    /// Initialised once, then called as often as the host likes.
    Reactor,
    /// Called as often as the host likes, without initialisation.
    Library,
    /// Loaded into another module's memory by a dynamic loader.
    SideModule,
    /// An object file, to be linked.
    Object,
}

impl RoleKind {
    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Reactor => "reactor",
            Self::Library => "library",
            Self::SideModule => "side module",
            Self::Object => "object file",
        }
    }
}

pub(super) fn of(body: &Body<'_>, custom: &Custom<'_>) -> Role {
    let (kind, because) = match body {
        Body::Module(module) => module_role(module, custom),
        Body::Component(component) => {
            let exported = |start: &str| {
                component
                    .exports
                    .iter()
                    .find(|export| export.name.starts_with(start))
                    .map(|export| format!("exports `{}`", export.name))
            };
            if let Some(because) = exported("wasi:cli/run@") {
                (RoleKind::Command, because)
            } else if let Some(because) = exported("wasi:http/") {
                (RoleKind::Reactor, because)
            } else {
                (
                    RoleKind::Library,
                    "does not export `wasi:cli/run`".to_owned(),
                )
            }
        }
    };
    Role { kind, because }
}

fn module_role(module: &Module<'_>, custom: &Custom<'_>) -> (RoleKind, String) {
    let imports = |name: &str| {
        let mut imports = module.imports.iter();
        imports.any(|import| import.module == "env" && import.name == name)
    };
    if custom.object {
        return (RoleKind::Object, "has a `linking` section".to_owned());
    }
    // A main module is relocatable too, but has the stack.
    let main = module
        .exports
        .iter()
        .any(|export| export.name.contains("emscripten_stack_") || export.name == "main");
    if custom.dylink.is_some() && imports("__memory_base") && !main {
        return (
            RoleKind::SideModule,
            "has a `dylink.0` section and imports `env.__memory_base`".to_owned(),
        );
    }
    if module.exports_function("_start") {
        return (RoleKind::Command, "exports `_start`".to_owned());
    }
    if module.exports_function("_initialize") {
        return (RoleKind::Reactor, "exports `_initialize`".to_owned());
    }
    if module.exports_function("run") && module.exports_function("resume") {
        return (
            RoleKind::Command,
            "exports `run` and `resume`, as Go does for a browser".to_owned(),
        );
    }
    for main in ["main", "__main_argc_argv", "__main_void"] {
        if module.exports_function(main) {
            return (RoleKind::Command, format!("exports `{main}`"));
        }
    }
    let because = "exports neither `_start` nor `_initialize`";
    (RoleKind::Library, because.to_owned())
}
