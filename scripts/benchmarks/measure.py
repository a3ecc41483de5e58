"""Runs commands in turn, and tells what each took."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TARGET = os.path.abspath(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")))
MODULES = os.path.join(TARGET, "test-modules", "node_modules")


class Cost:
    """What runs took: wall and CPU seconds, peak memory in bytes."""

    def __init__(self, wall, cpu, memory=0):
        self.wall, self.cpu, self.memory = wall, cpu, memory


def run(command, folder, env):
    """Runs a command once; a failure ends the whole measurement."""
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"bench: {' '.join(command)} ended with {child.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime)


def peak(command, folder, env, stdin=os.devnull):
    """Peak memory of one more run, in bytes. GNU time starts it: a process begins with
    the memory of the one that started it on its account, and this one has more than
    what is measured."""
    with tempfile.NamedTemporaryFile("r") as told, open(stdin, "rb") as given:
        try:
            subprocess.run(["/usr/bin/time", "--format", "%M", "--output", told.name, *command],
                           cwd=folder, env=env, stdin=given, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(f"bench: {error}\nbench: this needs GNU time; `scripts/setup bench` installs it")
        return int(told.read().split()[-1]) * 1024


def compare(commands, rounds, folder, env):
    """The median costs of several commands, run in turn. The first round, which
    fills the page cache, does not count."""
    costs = [[] for _ in commands]
    for number in range(rounds + 1):
        for place, command in enumerate(commands):
            cost = run(command, folder, env)
            if number > 0:
                costs[place].append(cost)
    return [middle(all, peak(command, folder, env)) for all, command in zip(costs, commands)]


def middle(costs, memory):
    """The median of several runs."""
    median = statistics.median
    return Cost(median(c.wall for c in costs), median(c.cpu for c in costs), memory)


def seconds(value):
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


def megabytes(value):
    return f"{value / 1e6:.1f} MB" if value < 1e7 else f"{value / 1e6:.0f} MB"
