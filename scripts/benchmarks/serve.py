"""Measures of `wasmrun run` beside other servers."""

import json
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time

from .measure import ROOT, TARGET
from .programs import section

# What clients ask for at once.
CONNECTIONS = 4
SECONDS = 3.0
SIZE = 5_000_000


def module():
    """A module of 5 MB that nothing makes smaller."""
    data, state = bytearray(), 1
    while len(data) < SIZE:
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        data += (state >> 16).to_bytes(6, "little")
    return b"\0asm\x01\0\0\0" + section(0, b"\x04data" + bytes(data))


class Served:
    """A server of a folder, from its start to its address."""

    def __init__(self, name, command, address, folder):
        self.name = name
        self.child = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.child.stdout:
            found = re.search(address, line)
            if found:
                self.port = int(found.group(1))
                # What it says later must not fill the pipe.
                threading.Thread(target=self.child.stdout.read, daemon=True).start()
                return
        sys.exit(f"bench: {name} did not start: {' '.join(command)}")

    def memory(self):
        """What it holds in memory, in bytes."""
        with open(f"/proc/{self.child.pid}/status", encoding="utf-8") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        return 0

    def end(self):
        self.child.terminate()
        self.child.wait()


def ask(port, path, end, counts, place):
    """Asks for a file again and again over one connection."""
    request = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n\r\n".encode()
    buffer = bytearray(1 << 20)
    with socket.create_connection(("127.0.0.1", port)) as stream:
        while time.perf_counter() < end:
            stream.sendall(request)
            head = b""
            while b"\r\n\r\n" not in head:
                head += stream.recv(4096)
            head, rest = head.split(b"\r\n\r\n", 1)
            if not head.startswith(b"HTTP/1.1 200"):
                sys.exit(f"bench: {head!r}")
            left = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE).group(1)) - len(rest)
            while left > 0:
                left -= stream.recv_into(buffer)
            counts[place] += 1


def rate(port, path):
    """Answers a second."""
    counts = [0] * CONNECTIONS
    begin = time.perf_counter()
    threads = [threading.Thread(target=ask, args=(port, path, begin + SECONDS, counts, place))
               for place in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begin)


class Serving:
    """The rows of the table of the server."""

    def __init__(self, work, env):
        self.work, self.env = work, env
        self.wasmrun = os.path.join(TARGET, "release", "wasmrun")
        self.rows = []

    def measure(self, rounds):
        self.reload(20)
        self.files(rounds)

    def reload(self, rounds):
        project = os.path.join(self.work, "reload")
        os.makedirs(project)
        env = dict(self.env, WASMRUN=self.wasmrun, PROJECT=project, CHROMIUM="/usr/bin/chromium",
                   BROWSER_PACKAGES=os.path.join(TARGET, "test-browser", "package.json"))
        script = os.path.join(ROOT, "scripts", "benchmarks", "reload.mjs")
        told = subprocess.run(["node", script, str(rounds)], env=env, stdout=subprocess.PIPE, text=True, check=True)
        told, middle = json.loads(told.stdout), statistics.median
        for kind, what in [("swapped", "the page that has swapped the module"), ("loaded", "the page, loaded again")]:
            found = told[kind]
            without = middle(total - built for total, built in zip(found["times"], found["builds"]))
            self.add(f"a saved file to {what}, without the build ({middle(found['builds']):.1f} ms)",
                     f"{without:.0f} ms", "under 60 ms", "met" if without < 60 else "MISSED")
        self.add("of that, what the browser takes to load the page when nothing has changed",
                 f"{middle(told['loaded']['bare']):.0f} ms", "", "")

    def files(self, rounds):
        folder = os.path.join(self.work, "files")
        os.makedirs(folder)
        with open(os.path.join(folder, "large.wasm"), "wb") as file:
            file.write(module())
        with open(os.path.join(folder, "index.html"), "w", encoding="utf-8") as file:
            file.write("<!doctype html><title>page</title>")
        bench = subprocess.run(["cargo", "bench", "--locked", "--no-run", "--bench", "files"], cwd=ROOT,
                               stderr=subprocess.PIPE, text=True, check=True).stderr
        plain = os.path.join(ROOT, re.search(r"\(([^)]*files-[^)]*)\)", bench).group(1))
        vite = os.path.join(ROOT, "ui", "node_modules", ".bin", "vite")
        servers = [
            Served("wasmrun", [self.wasmrun, "run", folder, "--port", "0"], r"127\.0\.0\.1:(\d+)", folder),
            Served("warp", [plain, folder], r"127\.0\.0\.1:(\d+)", folder),
            Served("vite", [vite, "--host", "127.0.0.1", "--clearScreen", "false"], r"127\.0\.0\.1:(\d+)", folder),
        ]
        try:
            rates = {server.name: [] for server in servers}
            memory = {server.name: server.memory() for server in servers}
            for number in range(rounds + 1):
                for server in servers:
                    found = rate(server.port, "/large.wasm")
                    if number > 0:
                        rates[server.name].append(found)
        finally:
            for server in servers:
                server.end()
        middle = {name: statistics.median(found) for name, found in rates.items()}
        own = middle["wasmrun"]
        self.add("a module of 5 MB, answers a second", f"{own:.0f}", "", "")
        self.add("the same from a plain file server on warp", f"{middle['warp']:.0f}",
                 f"wasmrun gives {own / middle['warp']:.2f} times as many", "")
        self.add("the same from Vite's development server", f"{middle['vite']:.0f}",
                 f"wasmrun gives {own / middle['vite']:.2f} times as many", "")
        self.add("memory at rest", f"{memory['wasmrun'] / 1e6:.0f} MB",
                 f"warp alone {memory['warp'] / 1e6:.0f} MB, Vite {memory['vite'] / 1e6:.0f} MB", "")

    def add(self, *row):
        self.rows.append(row)
        print("  ".join(row), flush=True)

    def page(self):
        """The text for docs/performance.md."""
        lines = [("What", "wasmrun", "goal, or beside others", ""), ("---",) * 4] + self.rows
        table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        return f"""Medians. The page shows a number that a module of a WAT project returns, in Chromium. 25 ms of each is the wait for an editor to\nhave written all.
The module of 5 MB is asked for over {CONNECTIONS} connections, servers in turn, without compression.

{table}"""
