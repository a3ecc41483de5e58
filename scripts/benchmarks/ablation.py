"""What each technique of the interpreter gives: programs run with it and without
it, in one process, round after round."""

import json
import os
import subprocess

from . import programs
from .interpreter import mean
from .measure import ROOT

NAMES = ["fib", "integers", "nbody", "binary_trees", "qsort", "sha256", "lua", "machine"]
# By the names that the bench `ablation` gives them.
LEFT_OUT = {
    "locals": "instructions read locals where they are",
    "accumulators": "the last result stays in a register",
    "targets": "`local.set` is the target of the instruction before it",
    "branches": "a comparison is part of its branch",
    "fusion": "instructions for several operators",
    "none": "all of these",
    "loop": "handlers jump to each other, without a loop",
}
ADDED = {"fuel": "fuel is counted", "interruptible": "it can be interrupted"}


def measure(rounds):
    """For each program the ratio of each variant to all techniques."""
    stdin = os.path.join(programs.SOURCES, "program.lua")
    modules = [programs.build(name) for name in NAMES]
    command = ["cargo", "bench", "--locked", "--quiet", "--features", "oracle",
               "--bench", "ablation", "--", str(rounds), stdin, *modules]
    lines = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    ratios = {}
    for name, line in zip(NAMES, lines.splitlines()):
        times = json.loads(line)
        ratios[name] = {variant: time / times["all"] for variant, time in times.items()}
        print(name, {variant: round(ratio, 2) for variant, ratio in ratios[name].items()}, flush=True)
    return ratios


def rows(ratios, variants):
    head = ["", *NAMES, "mean"]
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join(["---"] * len(head)) + " |"
    for variant, text in variants.items():
        of = [ratios[name][variant] for name in NAMES]
        yield f"| {text} | " + " | ".join(f"{ratio:.2f}" for ratio in [*of, mean(of)]) + " |"


def page(ratios, rounds):
    """The text for docs/performance.md."""
    without, more = ("\n".join(rows(ratios, variants)) for variants in (LEFT_OUT, ADDED))
    return f"""How many times as long a program takes without one technique as with all of them: wall seconds from its bytes to its end, the
median of {rounds} runs in turn, in one process that can do both. The mean is geometric.

{without}

And how many times as long it takes with what is off unless the engine's configuration asks for it. When it is off, the code does
not contain it.

{more}"""
