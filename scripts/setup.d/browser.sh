# Sourced by scripts/setup: a browser and what drives it, for tests/browser; and
# the packages that scripts/build-ui works with.

readonly browser=$target/test-browser browser_list=tests/browser

# npm_install GROUP LIST FOLDER: what the lock file in LIST says, into FOLDER.
# The stamp is a copy of that file.
npm_ready() { cmp -s "$1/package-lock.json" "$2/node_modules/installed.json"; }
npm_install() {
  local group=$1 list=$2 folder=$3
  ready_node || { group_node && ready_node; } || { lacks "$group" "this needs npm"; return 1; }
  mkdir -p "$folder"
  [ "$list" -ef "$folder" ] || cp "$list/package.json" "$list/package-lock.json" "$folder/"
  say "$group: npm ci in $folder"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >/dev/null) ||
    { lacks "$group" "npm could not install $list/package.json"; return 1; }
  cp "$list/package-lock.json" "$folder/node_modules/installed.json"
}

ready_browser() { have chromium && npm_ready "$browser_list" "$browser"; }
group_browser() {
  have chromium || { apt_refresh chromium; apt_install browser chromium; } || return 1
  npm_install browser "$browser_list" "$browser"
}

ready_ui() { npm_ready ui ui; }
group_ui() { npm_install ui ui ui; }
