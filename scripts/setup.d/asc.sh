# Sourced by scripts/setup: the AssemblyScript compiler, for the tests of
# plugins/wasmasc. The example's lock file says which.

readonly asc=$target/test-asc asc_list=examples/assemblyscript

# The stamp is a copy of the list that was installed.
ready_asc() {
  cmp -s "$asc_list/package-lock.json" "$asc/installed" && have node &&
    [ -s "$asc/node_modules/assemblyscript/dist/asc.js" ]
}

group_asc() {
  ready_node || { group_node && ready_node; } || { lacks asc "this needs npm"; return 1; }
  mkdir -p "$asc"
  cp "$asc_list/package.json" "$asc_list/package-lock.json" "$asc/"
  say "asc: npm ci in $asc"
  (cd "$asc" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >/dev/null) ||
    { lacks asc "npm could not install $asc_list/package.json"; return 1; }
  cp "$asc_list/package-lock.json" "$asc/installed"
}
