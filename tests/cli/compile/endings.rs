//! Exit codes, interrupts and time limits.

use super::{BROKEN, wat};
use crate::kit::World;

#[test]
fn each_way_to_end_has_its_exit_code() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    world.write("broken.wat", BROKEN);
    world.write("go/go.mod", "module example.com/app\n\ngo 1.22\n");
    world.write("go/main.go", "package main\n\nfunc main() {}\n");
    world.write("empty/notes.txt", "nothing to build");
    for (args, code, says) in [
        (&["compile", "hello.wat"][..], 0, "detected: WAT"),
        (
            &["compile", "broken.wat"],
            1,
            "could not compile broken.wat",
        ),
        (&["compile", "missing"], 2, "missing"),
        (&["compile", "empty"], 2, "help: "),
        (
            &["compile", "hello.wat", "-p", "broken.wat"],
            2,
            "two paths are named",
        ),
        (&["compile", "hello.wat", "-p", "hello.wat"], 0, "detected"),
        (
            &["compile", "hello.wat", "-l", "wta"],
            2,
            "did you mean `wat`?",
        ),
        (
            &["compile", "hello.wat", "--optimization", "sise"],
            2,
            "did you mean `size`?",
        ),
        (&["compile", "hello.wat", "--timeout", "soon"], 2, "timeout"),
        (&["compile", "go"], 3, "wasmgo builds those"),
    ] {
        let run = world.run(args);
        assert_eq!(run.code, code, "{args:?}: {}", run.err);
        assert!(run.err.contains(says), "{args:?}: {}", run.err);
    }
}

#[cfg(target_os = "linux")]
mod killing {
    use std::fs;
    use std::path::PathBuf;
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use super::super::wat;
    use crate::kit::{Run, World};
    use crate::tools;

    /// A project whose Makefile waits for ever, once it has built before.
    /// Nothing without the tools for it.
    fn slow_project() -> Option<World> {
        for tool in ["clang", "wasm-ld", "make"] {
            tools::find(tool, "c")?;
        }
        let world = World::new();
        world.write("app/main.c", "int main(void) { return 0; }\n");
        let rule = "app.wasm: main.c\n\t$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.c\n";
        world.write("app/Makefile", rule);
        let run = world.run(&["compile", "app"]);
        assert_eq!(run.code, 0, "{}", run.err);
        // A tool with a child that leaves its group, and both have a name of
        // their own in their arguments.
        let name = marker(&world);
        let wait = format!(
            "app.wasm: main.c\n\ttouch {0}; setsid sh -c 'sleep 61; : {0}' & sh -c 'sleep 60; : {0}'\n",
            name.display(),
        );
        world.write("app/Makefile", wait);
        Some(world)
    }

    /// Exists when the slow build has begun.
    fn marker(world: &World) -> PathBuf {
        world.path().canonicalize().unwrap().join("it-has-begun")
    }

    fn wait_for_start(world: &World, child: &mut Child) {
        let since = Instant::now();
        while !marker(world).exists() {
            assert!(
                child.try_wait().unwrap().is_none(),
                "it ended before it began"
            );
            assert!(
                since.elapsed() < Duration::from_secs(60),
                "it does not begin"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The processes that have a text among their arguments.
    fn processes(text: &str) -> Vec<String> {
        let entries = fs::read_dir("/proc").unwrap().flatten();
        let lines = entries.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
        let lines = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
        lines.filter(|line| line.contains(text)).collect()
    }

    /// The last good output is there, and nothing else that was not before.
    fn expect_untouched(world: &World, stages: &std::path::Path, good: &[u8]) {
        let dist = world.path().join("app/dist");
        let files: Vec<_> = fs::read_dir(&dist).unwrap().flatten().collect();
        assert_eq!(files.len(), 1);
        assert_eq!(fs::read(files[0].path()).unwrap(), good);
        let left: Vec<_> = fs::read_dir(stages).unwrap().flatten().collect();
        assert!(left.is_empty(), "{left:?}");
        let name = marker(world);
        let left = processes(name.to_str().unwrap());
        assert!(left.is_empty(), "{left:?}");
    }

    fn good(world: &World) -> Vec<u8> {
        let dist = fs::read_dir(world.path().join("app/dist")).unwrap();
        fs::read(dist.flatten().next().unwrap().path()).unwrap()
    }

    #[test]
    fn an_interrupt_ends_the_tools_and_leaves_the_last_output() {
        let Some(world) = slow_project() else { return };
        let good = good(&world);
        let stages = tempfile::tempdir().unwrap();
        let mut command = world.command(&["compile", "app"]);
        command.env("TMPDIR", stages.path());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        wait_for_start(&world, &mut child);
        let id = child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &id])
                .status()
                .unwrap()
                .success()
        );
        let run = Run::of(child.wait_with_output().unwrap());
        assert_eq!((run.code, run.out.as_str()), (130, ""), "{}", run.err);
        assert!(run.err.contains("error: interrupted"), "{}", run.err);
        assert!(
            run.err.contains("is still the last good build"),
            "{}",
            run.err
        );
        expect_untouched(&world, stages.path(), &good);
    }

    #[test]
    fn a_time_limit_ends_the_tools_and_leaves_the_last_output() {
        let Some(world) = slow_project() else { return };
        let good = good(&world);
        let stages = tempfile::tempdir().unwrap();
        let mut command = world.command(&["compile", "app", "--timeout", "3s"]);
        let run = Run::of(command.env("TMPDIR", stages.path()).output().unwrap());
        assert_eq!((run.code, run.out.as_str()), (5, ""), "{}", run.err);
        assert!(run.err.contains("took longer than 3s"), "{}", run.err);
        assert!(
            run.err.contains("help: give it more time with `--timeout`"),
            "{}",
            run.err
        );
        expect_untouched(&world, stages.path(), &good);
    }

    #[test]
    fn a_build_killed_outright_leaves_what_clean_finds() {
        let Some(world) = slow_project() else { return };
        let good = good(&world);
        let stages = tempfile::tempdir().unwrap();
        let mut command = world.command(&["compile", "app"]);
        command.env("TMPDIR", stages.path());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        wait_for_start(&world, &mut child);
        let clean = || {
            let mut command = world.command(&["clean", "--all"]);
            Run::of(command.env("TMPDIR", stages.path()).output().unwrap())
        };
        world.write("elsewhere.wat", wat(1));
        let stage = fs::read_dir(stages.path())
            .unwrap()
            .flatten()
            .next()
            .unwrap()
            .path();
        let run = clean();
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(
            stage.exists(),
            "a living build keeps its stage: {}",
            run.err
        );
        child.kill().unwrap();
        child.wait().unwrap();
        let name = marker(&world);
        for process in processes_ids(name.to_str().unwrap()) {
            Command::new("kill")
                .args(["-KILL", &process])
                .status()
                .unwrap();
        }
        let run = clean();
        assert!(run.err.contains("wasmrun-stage-"), "{}", run.err);
        assert!(!stage.exists());
        assert!(!good.is_empty());
    }

    /// The ids of the processes that have a text among their arguments.
    fn processes_ids(text: &str) -> Vec<String> {
        let entries = fs::read_dir("/proc").unwrap().flatten();
        let ours = entries.filter(|entry| {
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(text)
        });
        ours.map(|entry| entry.file_name().into_string().unwrap())
            .collect()
    }
}
