# Shared by the end-to-end scripts: starts the stand-in internet and a gate, checks, counts, cleans up.
# Source it after `set -eu`. Everything listens on loopback.
#
# STAND_IN  folder of the stand-in clients and origins (default: ../shared/clients beside the checkout)
# SALLYPORT the program to test (default: the launcher of this checkout)
# KEEP=1    keeps the work folder and says where it is

TOP=$(cd "$(dirname "$0")/.." && pwd)
STAND_IN=${STAND_IN:-$TOP/../shared/clients}
SALLYPORT=${SALLYPORT:-$TOP/sallyport}
WORK=$(mktemp -d)
PIDS=
PASSED=0
FAILED=0

stop_all() {
  for pid in $PIDS; do kill "$pid" 2>/dev/null || true; done
  for pid in $PIDS; do wait "$pid" 2>/dev/null || true; done
  PIDS=
  if [ "${KEEP-}" = 1 ]; then echo "kept: $WORK" >&2; else rm -rf "$WORK"; fi
}
trap stop_all EXIT
trap 'exit 130' INT TERM

# until_true SECONDS COMMAND...: waits for a condition, looking ten times a second.
until_true() {
  tries=$(($1 * 10)); shift
  while ! "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.1
  done
}

# check NAME COMMAND...: one test.
check() {
  check_name=$1; shift
  if "$@" >"$WORK/check.out" 2>&1; then
    PASSED=$((PASSED + 1)); echo "ok    $check_name"
  else
    FAILED=$((FAILED + 1)); echo "FAIL  $check_name"; sed 's/^/      /' "$WORK/check.out" | tail -15
  fi
}

# not COMMAND...: succeeds when the command fails.
not() { if "$@"; then return 1; else return 0; fi; }

finish() {
  echo "$PASSED passed, $FAILED failed"
  [ "$FAILED" = 0 ]
}

free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }

# start_stand_in: any host over https and http; the test authority is in $WORK/ca/ca.pem.
start_stand_in() {
  [ -f "$STAND_IN/mock-upstream.mjs" ] || { echo "no stand-in at $STAND_IN: set STAND_IN" >&2; exit 3; }
  mkdir -p "$WORK/site"
  node "$STAND_IN/mock-upstream.mjs" --ca-dir "$WORK/ca" --log "$WORK/mock.jsonl" --ready "$WORK/mock.ready" \
    >"$WORK/mock.out" 2>&1 &
  PIDS="$PIDS $!"
  until_true 20 test -s "$WORK/mock.ready"
  MOCK_HTTPS=$(sed 's/.*"https":\([0-9]*\).*/\1/' "$WORK/mock.ready")
  MOCK_HTTP=$(sed 's/.*"http":\([0-9]*\).*/\1/' "$WORK/mock.ready")
  node "$TOP/e2e/site.mjs" --ca-lib "$STAND_IN/lib.mjs" --ca-dir "$WORK/ca" --root "$WORK/site" --ready "$WORK/site.ready" \
    >"$WORK/site.out" 2>&1 &
  PIDS="$PIDS $!"
  until_true 20 test -s "$WORK/site.ready"
  SITE_HTTPS=$(cat "$WORK/site.ready")
  CA=$WORK/ca/ca.pem
}

# start_gate SETTINGS: the packaged gate in the background; its port must be $PORT.
start_gate() {
  : >"$WORK/gate.out" # what an earlier gate printed says nothing of this one
  "$SALLYPORT" serve --config "$1" >"$WORK/gate.out" 2>&1 &
  GATE_PID=$!
  PIDS="$PIDS $GATE_PID"
  until_true 60 grep -q '^audit ' "$WORK/gate.out" || { cat "$WORK/gate.out" >&2; exit 1; }
}

# find_claude: names the real Claude Code in CLAUDE_BIN; unless it is named already, the pinned release is installed into a
# cache outside the checkout.
find_claude() {
  if [ -z "${CLAUDE_BIN-}" ]; then
    release=2.1.329
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/sallyport-e2e
    CLAUDE_BIN=$cache/node_modules/@anthropic-ai/claude-code-linux-x64/claude
    if ! "$CLAUDE_BIN" --version 2>/dev/null | grep -q "^$release"; then
      echo "installing Claude Code $release into $cache"
      npm install --prefix "$cache" --no-audit --no-fund "@anthropic-ai/claude-code-linux-x64@$release" >/dev/null
    fi
  fi
  export CLAUDE_BIN
}

# find_codex: the same for the real codex, in CODEX_BIN.
find_codex() {
  if [ -z "${CODEX_BIN-}" ]; then
    release=0.169.0
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/sallyport-e2e
    CODEX_BIN=$cache/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex
    if ! "$CODEX_BIN" --version 2>/dev/null | grep -q "$release"; then
      echo "installing codex $release into $cache"
      npm install --prefix "$cache" --no-audit --no-fund "@openai/codex-linux-x64@npm:@openai/codex@$release-linux-x64" >/dev/null
    fi
  fi
  export CODEX_BIN
}

# find_modules NAME@RELEASE...: npm packages of these releases, in the same cache; the folder is $MODULES.
find_modules() {
  MODULES=${XDG_CACHE_HOME:-$HOME/.cache}/sallyport-e2e/node_modules
  missing=
  for module in "$@"; do
    grep -q "\"version\": \"${module##*@}\"" "$MODULES/${module%@*}/package.json" 2>/dev/null || missing="$missing $module"
  done
  if [ -n "$missing" ]; then
    echo "installing$missing into $MODULES"
    # shellcheck disable=SC2086
    npm install --prefix "$MODULES/.." --no-audit --no-fund --ignore-scripts $missing >/dev/null
  fi
}

# event JQ-LIKE: events AUDIT_FILE JAVASCRIPT-CONDITION: succeeds when an event e fulfils it.
event() {
  FILE=$1 CONDITION=$2 node -e '
    const fs = require("fs"), holds = new Function("e", "return " + process.env.CONDITION);
    const lines = fs.readFileSync(process.env.FILE, "utf8").trim().split("\n").map(l => JSON.parse(l));
    const found = lines.filter(holds);
    if (!found.length) { console.log("no event of " + lines.length + ": " + process.env.CONDITION); process.exit(1); }'
}

# a git repository of one commit, served as $WORK/site/REPO.git
make_repository() {
  mkdir -p "$WORK/site/$(dirname "$1")"
  git init -q "$WORK/seed-$$" && (
    cd "$WORK/seed-$$" && echo "hello from $1" >README.md && git add README.md &&
      git -c user.name=e2e -c user.email=e2e@example.test commit -qm first
  )
  git clone -q --bare "$WORK/seed-$$" "$WORK/site/$1.git"
  git -C "$WORK/site/$1.git" config http.receivepack false
  rm -rf "$WORK/seed-$$"
}
