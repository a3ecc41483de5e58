"""Measures of `wasmrun exec` beside other runtimes."""

import math
import os
import subprocess
import sys
import tempfile
import time

from . import programs
from .measure import ROOT, TARGET, Cost, megabytes, middle, peak, seconds
from .tools import native_wasm_tools

WASMI = "2.0.0"


def wasmi():
    """The peer, built as its authors advise."""
    root = os.path.join(TARGET, "tools", f"wasmi-{WASMI}")
    program = os.path.join(root, "bin", "wasmi")
    if not os.path.exists(program):
        env = dict(os.environ, CARGO_PROFILE_RELEASE_LTO="fat", CARGO_PROFILE_RELEASE_CODEGEN_UNITS="1")
        env.pop("CARGO_TARGET_DIR", None)
        subprocess.run(["cargo", "install", "wasmi_cli", "--version", WASMI, "--locked", "--root", root],
                       env=env, check=True)
    return program


def wasmtime():
    program = os.path.join(TARGET, "tools", "bin", "wasmtime")
    return program if os.path.exists(program) else sys.exit(
        "bench: no wasmtime; `scripts/setup programs` installs it")


def run(command, stdin, folder, env):
    """Runs a command once; its cost and what it printed."""
    with open(stdin, "rb") as given, tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, env=env, stdin=given, stdout=printed,
                                 stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"bench: {' '.join(command)} ended with {child.returncode}")
        printed.seek(0)
        cpu = usage.ru_utime + usage.ru_stime
        return Cost(wall, cpu), printed.read()


def compare(commands, rounds, stdin, folder, env):
    """The median costs of runs in turn, which must all print the same. The first
    round does not count."""
    costs, expected = [[] for _ in commands], None
    for number in range(rounds + 1):
        for place, command in enumerate(commands):
            cost, printed = run(command, stdin, folder, env)
            expected = printed if expected is None else expected
            if printed != expected:
                sys.exit(f"bench: {' '.join(command)} printed {printed!r}, not {expected!r}")
            if number > 0:
                costs[place].append(cost)
    return [middle(all, peak(command, folder, env, stdin)) for all, command in zip(costs, commands)]


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


class Interpreter:
    """The rows of the table of programs."""

    def __init__(self, rounds, work, env):
        self.rounds, self.work, self.env = rounds, work, env
        self.wasmrun = os.path.join(TARGET, "release", "wasmrun")
        self.rows, self.ratios, self.memory, self.version = [], {}, {}, ""

    def measure(self, names):
        peers = [[wasmi()], [wasmtime(), "run"]]
        self.version = subprocess.run([peers[1][0], "--version"], capture_output=True, text=True,
                                      check=True).stdout.split(" (")[0].strip()
        for name in names or programs.NAMES:
            module = programs.build(name)
            stdin = os.path.join(programs.SOURCES, "program.lua") if name == "lua" else os.devnull
            rounds = 40 if name == "hello" else self.rounds
            commands = [[self.wasmrun, "exec", module]] + [peer + [module] for peer in peers]
            self.add(name, compare(commands, rounds, stdin, self.work, self.env))
        # Most of it are pages of the executable, which is larger or smaller.
        self.idle = [peak([program, "--version"], self.work, self.env)
                     for program in (self.wasmrun, peers[0][0])]
        if not names:
            self.load(peers)

    def add(self, name, costs):
        ours, theirs, compiled = costs
        self.ratios[name] = ours.cpu / theirs.cpu
        self.memory[name] = (ours.memory, theirs.memory)
        self.rows.append([
            name, seconds(ours.cpu), seconds(theirs.cpu), f"{ours.cpu / theirs.cpu:.2f}",
            seconds(compiled.cpu), f"{ours.cpu / compiled.cpu:.1f}",
            megabytes(ours.memory), megabytes(theirs.memory)])
        print("  ".join(self.rows[-1]), flush=True)

    def load(self, peers):
        """A module of 16 MB of which one function is called."""
        module = programs.large()
        commands = [[self.wasmrun, "exec", module], *[peer + [module] for peer in peers],
                    [native_wasm_tools(), "validate", module]]
        costs = compare(commands, self.rounds, os.devnull, self.work, self.env)
        self.add("loading 16 MB", costs[:3])
        self.validation = costs[0].cpu / costs[3].cpu
        self.clock = costs[0].wall / costs[1].wall
        print(f"against validation alone: {self.validation:.2f}", flush=True)

    def page(self):
        """The text for docs/performance.md."""
        head = ["program", "wasmrun", "wasmi", "ratio", "wasmtime", "ratio", "peak memory", "wasmi's"]
        lines = [head, ["---"] * len(head)] + self.rows
        table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        ratios = self.ratios.values()
        memory = sum(ours > theirs * 1.02 for ours, theirs in self.memory.values())
        ours, theirs = map(megabytes, self.idle)
        return f"""CPU seconds of whole processes, from start to end, medians of runs in turn; a ratio below 1 says that `wasmrun exec` needs less.
Peers are wasmi {WASMI}, an interpreter, built with link-time optimisation as its authors advise, and {self.version}, which compiles. The
programs are in `benches/programs`, built by clang at -O2, and CoreMark by cargo; all runtimes must print the same.

{table}

The geometric mean of the ratios to wasmi is {mean(ratios):.2f} (goal 0.80), the greatest {max(ratios):.2f} (goal 1.0). Loading the
module of 16 MB takes {self.validation:.2f} times what `wasm-tools validate` takes for it (goal 1.3); by the clock {self.clock:.2f} times what
wasmi takes, since code is validated by several threads, which costs seconds of CPU. In {memory} of {len(self.memory)} rows the
peak memory is more than 2 % above wasmi's (goal none). For `--version`, most of which are pages of the executables, it is {ours} and {theirs}."""
