#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use std::fs;

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

struct Watched {
    folder: tempfile::TempDir,
    told: Receiver<Vec<PathBuf>>,
    watcher: Watcher,
}

fn watched(prepare: impl Fn(&Path), options: &Options) -> Watched {
    watched_with(prepare, |_| options.clone())
}

fn watched_with(prepare: impl Fn(&Path), options: impl Fn(&Path) -> Options) -> Watched {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let (watcher, told) = telling(folder.path(), &options(folder.path()));
    Watched {
        folder,
        told,
        watcher,
    }
}

fn telling(root: &Path, options: &Options) -> (Watcher, Receiver<Vec<PathBuf>>) {
    let (tell, told) = channel();
    let told_to = move |files| tell.send(files).unwrap_or_default();
    let watcher = watch(root, options, told_to).unwrap();
    // Once it tells anything, it has read what was there.
    let ready = root.join("ready");
    fs::write(&ready, "").unwrap();
    assert_eq!(
        told.recv_timeout(PATIENCE).unwrap(),
        [PathBuf::from("ready")]
    );
    (watcher, told)
}

impl Watched {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// All that is told until `last` is, which is changed now.
    fn until(&self, last: &str) -> BTreeSet<PathBuf> {
        self.write(last, &format!("{:?}", Instant::now()));
        let mut all = BTreeSet::new();
        while !all.contains(Path::new(last)) {
            all.extend(self.told.recv_timeout(PATIENCE).unwrap());
        }
        all
    }
}

fn names(names: &[&str]) -> BTreeSet<PathBuf> {
    names.iter().map(PathBuf::from).collect()
}

fn both(test: impl Fn(Options)) {
    test(Options::default());
    test(Options {
        poll: Some(Duration::from_millis(40)),
        ..Options::default()
    });
}

#[test]
fn what_changes_is_told() {
    both(|options| {
        let prepare = |root: &Path| {
            fs::create_dir_all(root.join("src")).unwrap();
            fs::write(root.join("src/a"), "1").unwrap();
            fs::write(root.join("src/gone"), "1").unwrap();
        };
        let watched = watched(prepare, &options);
        watched.write("src/a", "2");
        watched.write("src/new", "");
        watched.write("deep/er/and/deeper", "");
        fs::remove_file(watched.path("src/gone")).unwrap();
        let expected = ["deep/er/and/deeper", "last", "src/a", "src/gone", "src/new"];
        assert_eq!(watched.until("last"), names(&expected));
    });
}

#[test]
fn the_same_bytes_are_no_change() {
    both(|options| {
        let watched = watched(|root| fs::write(root.join("a"), "same").unwrap(), &options);
        // Another time, and another file with the same content.
        watched.write("a", "same");
        watched.write("b", "same");
        fs::rename(watched.path("b"), watched.path("a")).unwrap();
        let told = watched.until("last");
        assert!(!told.contains(Path::new("a")), "{told:?}");
    });
}

#[test]
fn ignored_files_are_not_told() {
    both(|options| {
        let prepare = |root: &Path| {
            for folder in ["sub/inner", "target", ".git", "node_modules/x"] {
                fs::create_dir_all(root.join(folder)).unwrap();
            }
            fs::write(root.join(".gitignore"), "*.log\n/out/\n").unwrap();
            fs::write(root.join("sub/.ignore"), "inner/*.tmp\n").unwrap();
            let tag = "Signature: 8a477f597d28d172789f06886806bc55\n# ...";
            fs::write(root.join("target/CACHEDIR.TAG"), tag).unwrap();
        };
        let watched = watched(prepare, &options);
        for name in [
            "a.log",
            "out/x",
            "sub/inner/b.tmp",
            "sub/c.log",
            "target/debug/x.o",
            ".git/index",
            "node_modules/x/y.js",
            ".main.rs.swp",
            "main.rs~",
        ] {
            watched.write(name, "x");
        }
        watched.write("sub/inner/kept", "x");
        assert_eq!(watched.until("last"), names(&["last", "sub/inner/kept"]));
    });
}

#[test]
fn a_rule_that_is_taken_back_lets_files_be_told() {
    let prepare = |root: &Path| {
        fs::create_dir_all(root.join("gen")).unwrap();
        fs::write(root.join(".gitignore"), "gen/\n").unwrap();
        fs::write(root.join("gen/a"), "1").unwrap();
    };
    let watched = watched(prepare, &Options::default());
    watched.write(".gitignore", "\n");
    let told = watched.until("last");
    assert!(told.contains(Path::new("gen/a")), "{told:?}");
    watched.write("gen/a", "2");
    assert_eq!(watched.until("last"), names(&["gen/a", "last"]));
}

#[test]
fn own_files_are_not_told() {
    let own = |root: &Path| Options {
        own: vec![root.join("dist")],
        ..Options::default()
    };
    let watched = watched_with(|_| (), own);
    watched.watcher.ignore(vec![watched.path("app.wasm")]);
    watched.write("dist/app.js", "1");
    watched.write("app.wasm", "1");
    watched.write("other.wasm", "1");
    assert_eq!(watched.until("last"), names(&["last", "other.wasm"]));
}

#[test]
fn folders_that_are_deleted_and_made_again_are_still_watched() {
    both(|options| {
        let prepare = |root: &Path| {
            fs::create_dir_all(root.join("src/inner")).unwrap();
            fs::write(root.join("src/inner/a"), "1").unwrap();
        };
        let watched = watched(prepare, &options);
        for round in 0..5 {
            fs::remove_dir_all(watched.path("src")).unwrap();
            watched.write("src/inner/a", &format!("new {round}"));
            let told = watched.until("last");
            assert!(told.contains(Path::new("src/inner/a")), "{round}: {told:?}");
            watched.write("src/inner/a", &format!("newer {round}"));
            let told = watched.until("last");
            assert!(told.contains(Path::new("src/inner/a")), "{round}: {told:?}");
        }
        fs::rename(watched.path("src"), watched.path("moved")).unwrap();
        let told = watched.until("last");
        assert!(told.contains(Path::new("moved/inner/a")), "{told:?}");
        assert!(told.contains(Path::new("src/inner/a")), "{told:?}");
        watched.write("moved/inner/a", "moved");
        let told = watched.until("last");
        assert!(told.contains(Path::new("moved/inner/a")), "{told:?}");
    });
}

#[test]
fn the_root_may_go_and_come_back() {
    let above = tempfile::tempdir().unwrap();
    let root = above.path().join("root");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("a"), "1").unwrap();
    let (watcher, told) = telling(&root, &Options::default());
    fs::remove_dir_all(&root).unwrap();
    thread::sleep(Duration::from_millis(300));
    fs::create_dir(&root).unwrap();
    fs::write(root.join("a"), "2").unwrap();
    let wait = || told.recv_timeout(PATIENCE).unwrap();
    while !wait().contains(&PathBuf::from("a")) {}
    thread::sleep(Duration::from_millis(300));
    fs::write(root.join("a"), "3").unwrap();
    while !wait().contains(&PathBuf::from("a")) {}
    drop(watcher);
}

#[test]
fn thousands_of_files_are_told_at_once_or_nearly() {
    let prepare = |root: &Path| {
        for folder in 0..50 {
            let folder = root.join(format!("f{folder}"));
            fs::create_dir(&folder).unwrap();
            for file in 0..60 {
                fs::write(folder.join(format!("{file}")), "1").unwrap();
            }
        }
    };
    let watched = watched(prepare, &Options::default());
    for folder in 0..50 {
        for file in 0..60 {
            watched.write(&format!("f{folder}/{file}"), "2");
        }
    }
    assert_eq!(watched.until("last").len(), 3001);
}

#[test]
fn what_is_ignored_above_is_watched_all_the_same() {
    let above = tempfile::tempdir().unwrap();
    fs::write(above.path().join(".gitignore"), "*\n").unwrap();
    let root = above.path().join("root");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("a"), "1").unwrap();
    let (_watcher, told) = telling(&root, &Options::default());
    fs::write(root.join("a"), "2").unwrap();
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), [PathBuf::from("a")]);
}
