# Sourced by scripts/setup: a Rust compiler with standard libraries for wasm32,
# for the tests of plugins/wasmrust, where the installed toolchain has none.
#
# Debian 13's packages are downloaded by apt with a configuration of its own and
# unpacked into target/tools/rust-wasm; the system stays as it is. The compiler
# there runs through the dynamic linker and the libraries that came with it, and
# links with the rust-lld of the installed toolchain:
#   RUSTC=target/tools/rust-wasm/bin/rustc cargo build --target wasm32-wasip1

readonly rust_wasm=$tools/rust-wasm
readonly rust_wasm_packages="rustc libstd-rust-1.85 libstd-rust-dev libstd-rust-dev-wasm32 libllvm19"

# Compiles rather than looks, and again when the installed toolchain has changed.
ready_rust-wasm() {
  have rustc || return 1
  cmp -s <(rust_wasm_stamp) "$rust_wasm/installed" && "$rust_wasm/bin/rustc" --version >/dev/null 2>&1
}

rust_wasm_stamp() { cat "$setup_parts/rust-wasm.sh"; rustc --print sysroot; }

# apt with its own sources, lists, cache and an empty list of what is installed.
rust_wasm_apt() {
  local command=$1; shift
  "$command" -o Dir::Etc::sourcelist="$rust_wasm/apt/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::State="$rust_wasm/apt/state" -o Dir::State::status="$rust_wasm/apt/status" \
    -o Dir::Cache="$rust_wasm/apt/cache" -o APT::Sandbox::User=root -o APT::Get::AllowUnauthenticated=false "$@"
}

# The address of the Debian mirror that this machine uses.
rust_wasm_mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m 1 '/debian/\{0,1\}$'
}

group_rust-wasm() {
  local group=rust-wasm mirror names linker
  have rustc || { lacks "$group" "this needs rustc, whose rust-lld it links with"; return 1; }
  have apt-get apt-cache dpkg-deb ||
    { lacks "$group" "there is no apt here; with rustup run: rustup target add wasm32-wasip1 wasm32-unknown-unknown"; return 1; }
  mirror=$(rust_wasm_mirror) || { lacks "$group" "apt here has no Debian mirror to take packages from"; return 1; }
  linker=$(find "$(rustc --print sysroot)/lib/rustlib" -type f -path '*/bin/rust-lld' | head -n 1)
  [ -n "$linker" ] || { lacks "$group" "the installed Rust toolchain has no rust-lld"; return 1; }

  rm -rf "$rust_wasm"
  mkdir -p "$rust_wasm"/apt/{state/lists/partial,cache/archives/partial,deb} "$rust_wasm"/{bin,tree}
  : >"$rust_wasm/apt/status"
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' "$mirror" \
    >"$rust_wasm/apt/sources.list"
  say "$group: apt-get download $rust_wasm_packages and their libraries"
  rust_wasm_apt apt-get update --quiet --quiet </dev/null >"$target/setup.log" 2>&1 ||
    { tail -n 5 "$target/setup.log"; lacks "$group" "apt could not read Debian 13's package lists"; return 1; }
  # rustc itself would bring a C compiler, which the machine has.
  names=$(rust_wasm_apt apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts \
    --no-breaks --no-replaces --no-enhances libllvm19 libstd-rust-1.85 |
    grep '^[a-z]' | sort -u | grep -v '^gcc-[0-9]*-base$\|^debconf\|^cdebconf')
  # shellcheck disable=SC2086 # lists of names
  (cd "$rust_wasm/apt/deb" && rust_wasm_apt apt-get download --quiet --quiet $names $rust_wasm_packages) \
    </dev/null >>"$target/setup.log" 2>&1 ||
    { tail -n 5 "$target/setup.log"; lacks "$group" "apt could not download Debian 13's rustc"; return 1; }
  find "$rust_wasm/apt/deb" -name '*.deb' -exec dpkg-deb -x {} "$rust_wasm/tree" \; ||
    { lacks "$group" "the packages could not be unpacked"; return 1; }
  rm -rf "$rust_wasm/apt"
  rust_wasm_link "$linker"
  rust_wasm_works || { lacks "$group" "the unpacked rustc does not compile for wasm32-wasip1"; return 1; }
  rust_wasm_stamp >"$rust_wasm/installed"
}

# Writes bin/rustc, and puts the linker where that one looks for it.
rust_wasm_link() {
  local linker=$1 loader folders host
  loader=$(find "$rust_wasm/tree" -name 'ld-linux*.so.*' | head -n 1)
  folders=$(find "$rust_wasm/tree" -name '*.so.*' -printf '%h\n' | sort -u | paste -s -d :)
  host=$(basename "$(dirname "$(dirname "$linker")")")
  mkdir -p "$rust_wasm/tree/usr/lib/rustlib/$host/bin"
  ln -sf "$linker" "$rust_wasm/tree/usr/lib/rustlib/$host/bin/rust-lld"
  cat >"$rust_wasm/bin/rustc" <<END
#!/bin/sh
exec '$loader' --library-path '$folders' '$rust_wasm/tree/usr/bin/rustc' --sysroot '$rust_wasm/tree/usr' "\$@"
END
  chmod +x "$rust_wasm/bin/rustc"
}

rust_wasm_works() {
  local folder ok=1
  folder=$(mktemp -d) || return 1
  echo 'fn main() {}' >"$folder/t.rs"
  "$rust_wasm/bin/rustc" --target wasm32-wasip1 "$folder/t.rs" -o "$folder/t.wasm" >>"$target/setup.log" 2>&1 || ok=0
  rm -rf "$folder"
  [ "$ok" = 1 ]
}
