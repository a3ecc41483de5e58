"""Runs commands in turn, and tells what each took."""

import os
import resource
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TARGET = os.path.abspath(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")))
MODULES = os.path.join(TARGET, "test-modules", "node_modules")


class Cost:
    """What one run took: wall and CPU seconds, peak memory in bytes."""

    def __init__(self, wall, cpu, memory):
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
    scale = 1 if sys.platform == "darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * scale)


def compare(commands, rounds, folder, env):
    """The median costs of several commands, run in turn. The first round, which
    fills the page cache, does not count."""
    costs = [[] for _ in commands]
    for number in range(rounds + 1):
        for place, command in enumerate(commands):
            cost = run(command, folder, env)
            if number > 0:
                costs[place].append(cost)
    middle = statistics.median
    return [Cost(middle(c.wall for c in all), middle(c.cpu for c in all), max(c.memory for c in all))
            for all in costs]


def seconds(value):
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


def megabytes(value):
    # A process starts with the memory of the one that started it on its account.
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return f"{value / 1e6:.0f} MB" if value > floor * 1.05 else f"under {floor / 1e6:.0f} MB"
