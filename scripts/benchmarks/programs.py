"""The programs that interpreters run: built once, from benches/programs and from
crates, and kept by what they are made of."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile

from .measure import ROOT, TARGET

SOURCES = os.path.join(ROOT, "benches", "programs")
KEPT = os.path.join(TARGET, "bench-programs")

# What each needs besides its own source.
FLAGS = {"vectors": ["-msimd128"]}
NAMES = ["fib", "integers", "nbody", "binary_trees", "matmul", "qsort", "sha256", "bzip2",
         "mandelbrot", "coremark", "lua", "strings", "machine", "indirect", "stream", "vectors", "hello"]

LUA_FLAGS = ["-D_WASI_EMULATED_PROCESS_CLOCKS", "-D_WASI_EMULATED_SIGNAL", "-DLUAI_THROW(L,c)=abort()",
             "-DLUAI_TRY(L,c,a)={a}", "-Dluai_jmpbuf=int"]
LUA_LIBRARIES = ["-lwasi-emulated-process-clocks", "-lwasi-emulated-signal"]


def crate_folder(manifest, name):
    """The sources of a crate that a manifest names."""
    told = subprocess.run(["cargo", "metadata", "--format-version", "1", "--locked", "--manifest-path",
                           os.path.join(ROOT, manifest)], capture_output=True, text=True, check=True).stdout
    crate = next(package for package in json.loads(told)["packages"] if package["name"] == name)
    return os.path.dirname(crate["manifest_path"])


def sources(name):
    """The C files of a program, with the flags and libraries they want."""
    own = [os.path.join(SOURCES, f"{name}.c")]
    if name == "bzip2":
        folder = os.path.join(crate_folder("tests/programs/sources/Cargo.toml", "bzip2-sys"), "bzip2-1.0.8")
        parts = ["blocksort", "huffman", "crctable", "randtable", "compress", "decompress", "bzlib"]
        library = [os.path.join(folder, f"{part}.c") for part in parts]
        return own + library, ["-w", "-DBZ_NO_STDIO", f"-I{folder}"], []
    if name == "lua":
        folder = os.path.join(crate_folder("Cargo.toml", "lua-src"), "lua-5.4.9")
        shim = os.path.join(ROOT, "tests", "fixtures", "lua", "shim")
        library = [os.path.join(place, file) for place in [folder, shim] for file in sorted(os.listdir(place))
                   if file.endswith(".c") and file not in ("lua.c", "luac.c")]
        return own + library, ["-w", f"-I{folder}", f"-I{shim}"] + LUA_FLAGS, LUA_LIBRARIES
    return own, FLAGS.get(name, []), ["-lm"]


def crate(name):
    """The module of a program that is a crate, built with the Rust of scripts/setup."""
    folder = os.path.join(SOURCES, name)
    inputs = [os.path.join(folder, part) for part in ("Cargo.toml", "Cargo.lock", "src/main.rs")]
    module = kept(name, inputs, b"cargo")
    if os.path.exists(module):
        return module
    with tempfile.TemporaryDirectory() as work:
        env = dict(os.environ, RUSTC=os.path.join(TARGET, "tools", "rust-wasm", "bin", "rustc"))
        subprocess.run(["cargo", "build", "--quiet", "--release", "--locked", "--target", "wasm32-wasip1",
                        "--target-dir", work], cwd=folder, env=env, check=True)
        built = os.path.join(work, "wasm32-wasip1", "release", f"{name}-program.wasm")
        os.makedirs(os.path.dirname(module), exist_ok=True)
        shutil.move(built, module)
    return module


def kept(name, inputs, key):
    """Where the module is kept that is made of these files in a way that `key` tells."""
    sum = hashlib.sha256(key)
    for file in inputs:
        with open(file, "rb") as opened:
            sum.update(opened.read())
    return os.path.join(KEPT, sum.hexdigest()[:16], f"{name}.wasm")


def build(name):
    """A program's module."""
    if os.path.isdir(os.path.join(SOURCES, name)):
        return crate(name)
    files, flags, libraries = sources(name)
    module = kept(name, files, repr((flags, libraries)).encode())
    if os.path.exists(module):
        return module
    os.makedirs(os.path.dirname(module), exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        objects = []
        for number, file in enumerate(files):
            objects.append(os.path.join(work, f"{number}.o"))
            subprocess.run(["clang", "--target=wasm32-wasi", "-O2", *flags, "-c", file, "-o", objects[-1]],
                           check=True)
        # Linked without a level, so that no wasm-opt of the machine changes it.
        linked = os.path.join(work, "linked.wasm")
        subprocess.run(["clang", "--target=wasm32-wasi", "-o", linked, *objects, *libraries], check=True)
        shutil.move(linked, module)
    return module


def leb(number):
    """An unsigned number in LEB128."""
    out = bytearray()
    while True:
        low, number = number & 0x7f, number >> 7
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def section(number, content):
    return bytes([number]) + leb(len(content)) + content


class Random:
    """The same numbers on each machine."""

    def __init__(self):
        self.seed = 1

    def below(self, limit):
        self.seed = (self.seed * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self.seed >> 33) % limit


def body(random, count):
    """A function of six locals: arithmetic, accesses, branches, loops, calls."""
    code = bytearray([1, 4, 0x7f])
    for _ in range(22 + random.below(20)):
        a, b, to = random.below(6), random.below(6), random.below(6)
        kind = random.below(8)
        if kind < 3:
            code += bytes([0x20, a, 0x20, b, 0x6a + random.below(3), 0x21, to])
        elif kind == 3:
            code += bytes([0x20, a, 0x41]) + leb(random.below(60)) + bytes([0x74, 0x21, to])
        elif kind == 4:
            code += bytes([0x20, a, 0x28, 2]) + leb(random.below(4096)) + bytes([0x21, to])
        elif kind == 5:
            code += bytes([0x20, a, 0x20, b, 0x36, 2]) + leb(random.below(4096))
        elif kind == 6:
            code += bytes([0x02, 0x40, 0x20, a, 0x45, 0x0d, 0, 0x20, b, 0x41, 1, 0x6b, 0x21, to, 0x0b])
        else:
            code += bytes([0x20, a, 0x20, b, 0x10]) + leb(random.below(count)) + bytes([0x21, to])
    code += bytes([0x20, 2, 0x0b])
    return leb(len(code)) + bytes(code)


def large():
    """A module of 16 MB, most of whose functions are never called."""
    module = os.path.join(KEPT, "large-1.wasm")
    if os.path.exists(module):
        return module
    os.makedirs(KEPT, exist_ok=True)
    random, count, bodies, size = Random(), 64_000, [], 0
    while size < 16_000_000:
        bodies.append(body(random, count))
        size += len(bodies[-1])
    # As many as the calls lead to; the rest is small.
    bodies += [bytes([4, 0, 0x41, 0, 0x0b])] * max(0, count - len(bodies))
    start = len(bodies)
    code = leb(start + 1) + b"".join(bodies) + bytes([2, 0, 0x0b])
    content = b"\0asm\x01\0\0\0"
    content += section(1, bytes([2, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, 0x60, 0, 0]))
    content += section(3, leb(start + 1) + bytes([0]) * start + bytes([1]))
    content += section(5, bytes([1, 0, 1]))
    memory, name = b"\x06memory\x02\0", b"\x06_start\0"
    content += section(7, bytes([2]) + memory + name + leb(start))
    content += section(10, code)
    with open(module + ".part", "wb") as file:
        file.write(content)
    os.replace(module + ".part", module)
    return module
