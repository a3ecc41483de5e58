//! The plugin behind the traits that the rest of wasmrun knows.

use std::path::PathBuf;

use libtest_mimic::Trial;
use plugin_protocol::{Detect, Event, Manifest};
use wasmrun::error::{Code, Exit};
use wasmrun::plugin::bridge::{Limits, Support, support};
use wasmrun::plugin::{External, Failure, Installed, Plugin, Policy, artifact};
use wasmrun::project::{Language, Project};

use super::builder;
use super::kit::World;

pub(crate) fn tests() -> impl IntoIterator<Item = Trial> {
    tests![builder:
        a_build_behind_the_trait,
        each_operation_behind_the_trait,
        detection_starts_nothing,
        a_dynamic_plugin_is_asked,
        a_changed_executable_is_refused,
        a_process_of_level_2_is_kept,
        a_process_of_level_2_that_dies_is_replaced,
        a_leak_is_a_warning,
        a_denial_is_explained,
        long_options_go_through_a_file,
    ]
}

/// A plugin that is a copy of this program, as it would be installed.
struct Plugged {
    world: World,
    manifest: Manifest,
    exe: PathBuf,
}

impl Plugged {
    fn new(fault: &str) -> Self {
        let world = World::new(fault);
        // A copy would take long; a hard link is as good, and can be replaced.
        let exe = world.project().join("../faulty");
        let own = std::env::current_exe().unwrap();
        std::fs::hard_link(&own, &exe)
            .or_else(|_| std::fs::copy(&own, &exe).map(|_| ()))
            .unwrap();
        let mut manifest = Manifest::new("faulty", "1").detects(Detect::all(["fault"], 60));
        manifest.languages = vec!["rust".to_owned()];
        manifest.extensions = vec!["x".to_owned()];
        manifest.level = 0;
        Self {
            world,
            manifest,
            exe,
        }
    }

    fn external(&self) -> External {
        let installed = Installed {
            manifest: self.manifest.clone(),
            exe: self.exe.clone(),
            sha256: artifact::digest_of_file(&self.exe).unwrap_or_default(),
            folder: self.exe.parent().unwrap().to_owned(),
        };
        let policy = Policy {
            limits: Limits {
                hello: std::time::Duration::from_secs(60),
                ..Limits::default()
            },
            confine: true,
            env: vec!["FAULTS_WORLD".to_owned()],
            faults: None,
            keeper: Some(env!("CARGO_BIN_EXE_wasmrun").into()),
        };
        External::new(installed, policy)
    }

    fn project(&self) -> Project {
        Project {
            root: self.world.project(),
            language: Language::Rust,
            why: String::new(),
            entry: None,
            single_file: false,
            name: "app".to_owned(),
            others: Vec::new(),
        }
    }

    fn build(&mut self, plugin: &External) -> Result<(), Failure> {
        let request = self.world.request();
        let events = &mut self.world.events;
        let listener = &mut |event: Event| events.push(event);
        plugin
            .get_builder()
            .build(&request, listener, &self.world.cancel)
            .map(|report| assert_eq!(report.artifacts.len(), 1))
    }

    fn pids(&self) -> Vec<String> {
        let logs = self.world.logs();
        let pids = logs.iter().filter(|log| log.starts_with("pid"));
        pids.map(ToString::to_string).collect()
    }
}

pub(crate) fn a_build_behind_the_trait() {
    let mut it = Plugged::new("");
    let plugin = it.external();
    it.build(&plugin).unwrap();
    it.world.assert_clean();
    let identity = &plugin.info().identity;
    assert!(
        identity.starts_with("1+") && identity.len() == 66,
        "{identity}"
    );
    it.world.set_fault("crash");
    let Err(Failure::Fault(error)) = it.build(&plugin) else {
        panic!("no fault")
    };
    assert_eq!((error.code(), error.exit()), (Code::Crashed, Exit::Plugin));
    it.world.assert_clean();
}

pub(crate) fn each_operation_behind_the_trait() {
    let it = Plugged::new("");
    let builder = it.external().get_builder();
    let (project, cancel) = (it.world.project(), &it.world.cancel);
    assert_eq!(
        builder.check_dependencies(&project, cancel).unwrap()[0].name,
        "x"
    );
    builder
        .validate_project(&project, &mut |_| (), cancel)
        .unwrap();
    assert_eq!(builder.clean(&project, true, cancel).unwrap(), ["target"]);
    assert_eq!(builder.supported_extensions(), ["x"]);
    it.world.assert_clean();
}

pub(crate) fn detection_starts_nothing() {
    let mut it = Plugged::new("");
    std::fs::remove_file(&it.exe).unwrap();
    let found = it.external().can_handle_project(&it.project()).unwrap();
    assert_eq!((found.score, found.why.as_str()), (60, "fault"));
    let other = Project {
        language: Language::Go,
        ..it.project()
    };
    assert!(it.external().can_handle_project(&other).is_none());
    it.manifest.languages = vec!["klingon".to_owned()];
    assert!(it.external().can_handle_project(&other).is_none());
    let own = Project {
        language: Language::of(&it.manifest).remove(0),
        ..it.project()
    };
    assert!(it.external().can_handle_project(&own).is_some());
    it.manifest.languages = vec![];
    let file = Project {
        single_file: true,
        language: Language::Go,
        entry: Some("a.x".to_owned()),
        ..it.project()
    };
    assert_eq!(
        it.external().can_handle_project(&file).unwrap().why,
        "a .x file"
    );
    assert!(
        matches!(it.build(&it.external()), Err(Failure::Fault(error)) if error.code() == Code::SpawnFailed)
    );
}

pub(crate) fn a_dynamic_plugin_is_asked() {
    let mut it = Plugged::new("");
    it.manifest.detect.dynamic = true;
    let found = it.external().can_handle_project(&it.project()).unwrap();
    assert_eq!((found.score, found.why.as_str()), (70, "asked"));
    it.world.set_fault("detect-without-match");
    assert!(it.external().can_handle_project(&it.project()).is_none());
    it.world.assert_clean();
}

pub(crate) fn a_changed_executable_is_refused() {
    let mut it = Plugged::new("");
    let plugin = it.external();
    it.build(&plugin).unwrap();
    let other = it.exe.with_extension("new");
    std::fs::write(&other, "#!/bin/sh\n").unwrap();
    std::fs::rename(&other, &it.exe).unwrap();
    let Err(Failure::Fault(error)) = it.build(&plugin) else {
        panic!("no fault")
    };
    assert_eq!(error.code(), Code::ChecksumMismatch);
    assert!(
        error
            .help_text()
            .unwrap()
            .contains("wasmrun plugin install"),
        "{error}"
    );
    // Installed again, it is another plugin to the cache.
    assert_ne!(it.external().info().identity, plugin.info().identity);
}

pub(crate) fn a_process_of_level_2_is_kept() {
    let mut it = Plugged::new("tells-itself");
    for (level, processes) in [(1, 2), (2, 1)] {
        it.manifest.level = level;
        let plugin = it.external();
        it.world.events.clear();
        for _ in 0..2 {
            it.build(&plugin).unwrap();
        }
        let mut pids = it.pids();
        assert_eq!(pids.len(), 2);
        pids.dedup();
        assert_eq!(pids.len(), processes, "level {level}");
        drop(plugin);
        it.world.assert_clean();
    }
}

pub(crate) fn a_process_of_level_2_that_dies_is_replaced() {
    let mut it = Plugged::new("");
    it.manifest.level = 2;
    let plugin = it.external();
    it.build(&plugin).unwrap();
    it.world.set_fault("crash");
    // The process has read its fault before; it is a good one still.
    it.build(&plugin).unwrap();
    drop(plugin);
    let plugin = it.external();
    assert!(matches!(it.build(&plugin), Err(Failure::Fault(_))));
    it.world.assert_clean();
    it.world.set_fault("");
    it.build(&plugin).unwrap();
    drop(plugin);
    it.world.assert_clean();
}

pub(crate) fn a_leak_is_a_warning() {
    let mut it = Plugged::new("leaves-a-child");
    let plugin = it.external();
    it.build(&plugin).unwrap();
    let logs = it.world.logs();
    let told = logs.iter().any(|log| log.contains("leaked_processes"));
    assert_eq!(told, cfg!(target_os = "linux"), "{logs:?}");
    it.world.assert_clean();
}

pub(crate) fn a_denial_is_explained() {
    let mut it = Plugged::new("is-denied");
    let plugin = it.external();
    assert_eq!(it.build(&plugin).unwrap_err(), Failure::Failed);
    let explained = it
        .world
        .logs()
        .iter()
        .any(|log| log.contains("--no-confine"));
    assert_eq!(explained, matches!(support(), Support::Available { .. }));
}

pub(crate) fn long_options_go_through_a_file() {
    let mut it = Plugged::new("tells-itself");
    let plugin = it.external();
    let mut request = it.world.request();
    let long = "y".repeat(1 << 20);
    request.options.insert("long".into(), long.into());
    request.changed = Some(vec!["x".into()]);
    let mut told = Vec::new();
    let listener = &mut |event: Event| {
        if let Event::Log(log) = event {
            told.push(log.message);
        }
    };
    plugin
        .get_builder()
        .build(&request, listener, &it.world.cancel)
        .unwrap();
    // A plugin of level 0 is not told what has changed.
    let options = (1 << 20) + r#"{"long":""}"#.len();
    assert!(
        told.contains(&format!("options {options} changed null")),
        "{told:?}"
    );
    it.world.events.clear();
}
