#!/bin/sh
# The policy workbench from the packaged program: a report-only session of the real Claude Code becomes a policy, under
# which the same session has no refusal and an unlisted host is refused. Beside it the commands for rules and records, on
# files as they are found in the field. CLAUDE_BIN as in claude.sh.
set -eu
. "$(dirname "$0")/lib.sh"

find_claude

# ends CODE COMMAND...: the command ends with this code; what it prints is in $WORK/said.
ends() {
  expected=$1; shift
  code=0
  "$@" >"$WORK/said" 2>&1 || code=$?
  [ "$code" = "$expected" ] || { cat "$WORK/said"; echo "ended with $code, not $expected"; return 1; }
}
says() { grep -qe "$1" "$WORK/said" || { cat "$WORK/said"; return 1; }; }
holds() { grep -qe "$2" "$1" || { cat "$1"; return 1; }; }
json() { node -e 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"))' "$WORK/said"; }

# --- the loop -------------------------------------------------------------------------------------------------------
start_stand_in
make_repository acme/tool
node "$TOP/e2e/parent.mjs" --ready "$WORK/parent.ready" --default "$MOCK_HTTPS" --auth e2e:secret "github.com=$SITE_HTTPS" &
PIDS="$PIDS $!"
until_true 20 test -s "$WORK/parent.ready"

cat >"$WORK/first.yaml" <<'YAML'
sallyport: 1
name: first
classes:
  webfetch: {allow: []}
deny:
  - {domain: paste.example.test, reason: dead drop}
profiles:
  developer: {classes: [webfetch]}
assign:
  - {any: true, profile: developer}
YAML
echo '{"mcpServers": {"tracker": {"type": "http", "url": "https://mcp.example.test/mcp"}}}' >"$WORK/mcp.json"

# session FOLDER TOOL-CALL: a working day: a plain turn, a page, npm and git, a remote MCP server, telemetry, one thing more.
session() {
  mkdir -p "$1"
  cat >"$1/child.sh" <<SH
turn() {
  name=\$1; shift
  sh "$STAND_IN/run-claude.sh" "\$HTTPS_PROXY" "\$SSL_CERT_FILE" "\$@" >"$1/\$name" || true
}
turn plain 'Say hello.'
turn page 'Go [[tool:WebFetch {"url":"https://docs.example.test/guide","prompt":"what?"}]]'
turn bash 'Go [[tool:Bash {"command":"cd $1 && npm install --cache $1/cache --no-audit --no-fund left-thing && git clone -q https://github.com/acme/tool.git"}]]'
turn mcp 'Go [[tool:mcp__tracker__echo {"text":"ping-over-mcp"}]]' -- --mcp-config "$WORK/mcp.json"
turn other 'Go $2'
EXTRA_ENV="CLAUDE_CODE_ENABLE_TELEMETRY=1 OTEL_LOGS_EXPORTER=otlp OTEL_EXPORTER_OTLP_PROTOCOL=http/json OTEL_EXPORTER_OTLP_ENDPOINT=https://otel.example.test:4318"
export EXTRA_ENV
turn telemetry 'Say hello.'
SH
}
# run FOLDER OPTIONS...: the session under a gate of its own.
run() {
  folder=$1; shift
  XDG_STATE_HOME="$folder/state" USER=e2e SSL_CERT_FILE="$CA" HTTPS_PROXY="http://e2e:secret@127.0.0.1:$(cat "$WORK/parent.ready")" \
    "$SALLYPORT" run --summary "$folder/summary" "$@" -- sh "$folder/child.sh"
}
log_of() { find "$1/state" -name '*.jsonl' | head -1; }
worked() {
  check "$2: the answer" holds "$1/plain" MOCK-OK
  check "$2: the page" holds "$1/page" MOCK-PAGE-SUMMARY
  check "$2: npm" test -f "$1/node_modules/left-thing/index.js"
  check "$2: git" holds "$1/tool/README.md" 'hello from acme/tool'
  check "$2: the MCP server" holds "$1/mcp" 'ping-over-mcp'
}

SEEN=$WORK/seen
session "$SEEN" '[[tool:WebFetch {"url":"https://paste.example.test/x","prompt":"what?"}]]'
check 'report: the session runs' ends 0 run "$SEEN" --report --policy "$WORK/first.yaml"
check 'report: it is said out loud' says 'REPORT MODE'
worked "$SEEN" report
LOG=$(log_of "$SEEN")
check 'report: the summary says what would be refused' holds "$SEEN/summary" 'would refuse .*api.anthropic.com:443'
check 'report: and what to do next' holds "$SEEN/summary" 'policy suggest --all'
check 'report: every event says so' event "$LOG" "e['sallyport.mode'] === 'report' && e['sallyport.would'] === 'deny' && e['sallyport.would.reason'] === 'not-listed' && e['server.address'] === 'api.anthropic.com'"
check 'report: a deny rule holds all the same' event "$LOG" "e['server.address'] === 'paste.example.test' && e['sallyport.decision'] === 'deny' && e['sallyport.mode'] === 'enforce'"

NEW=$WORK/suggested.yaml
check 'suggest' ends 0 "$SALLYPORT" policy suggest --all "$LOG" --out "$NEW"
for host in '{catalog: anthropic/api}' '{catalog: npm/read}' '{catalog: github/git}' '{host: docs.example.test}' '{host: mcp.example.test}' '{host: otel.example.test, ports: \[4318\]}'; do
  check "suggest: $host" holds "$NEW" "- $host"
done
check 'suggest: with times, clients and bytes' holds "$NEW" '# otel.example.test:4318: .* allow (reported)'
check 'suggest: nothing that a deny rule forbade' not grep -q paste.example.test "$NEW"
check 'suggest: no suffix' not grep -q '{subdomains-of\|{domain' "$NEW"
check 'check' ends 0 "$SALLYPORT" policy check "$NEW"
check 'test' ends 0 "$SALLYPORT" policy test "$NEW"
check 'replay: nothing would be refused' ends 0 "$SALLYPORT" policy replay "$LOG" --policy "$NEW" --fail-on-refusal
check 'replay: the first policy would refuse' ends 1 "$SALLYPORT" policy replay "$LOG" --policy "$WORK/first.yaml" --fail-on-refusal
check 'replay: as JSON' ends 0 "$SALLYPORT" policy replay "$LOG" --policy "$NEW" --json
check 'replay: it is JSON' json

AGAIN=$WORK/again
session "$AGAIN" '[[tool:WebFetch {"url":"https://evil.example.test/x","prompt":"what?"}]]'
check 'enforced: the same session runs' ends 0 run "$AGAIN" --policy "$NEW"
worked "$AGAIN" enforced
LOG2=$(log_of "$AGAIN")
check 'enforced: nothing of the session is refused' not event "$LOG2" "e['sallyport.decision'] === 'deny' && e['server.address'] !== 'evil.example.test'"
check 'enforced: an unlisted host is' event "$LOG2" "e['sallyport.decision'] === 'deny' && e['server.address'] === 'evil.example.test' && e['sallyport.reason'] === 'not-listed'"
check 'enforced: the agent is told' holds "$AGAIN/other" 'HTTP 403 Forbidden'
check 'enforced: telemetry left by its port' event "$LOG2" "e['server.address'] === 'otel.example.test' && e['server.port'] === 4318 && e['sallyport.decision'] === 'allow'"
check 'enforced: the chain holds' "$SALLYPORT" audit verify "$LOG2"

# --- what a change does ---------------------------------------------------------------------------------------------
check 'diff: wider is said' ends 1 "$SALLYPORT" policy diff "$WORK/first.yaml" "$NEW" --fail-on-widening
check 'diff: with the hosts' says 'docs.example.test'
check 'diff: the same is fine' ends 0 "$SALLYPORT" policy diff "$NEW" "$NEW" --fail-on-widening
check 'explain: what is allowed' ends 0 "$SALLYPORT" policy explain https://docs.example.test/ --policy "$NEW" --profile developer
check 'explain: what is not' ends 1 "$SALLYPORT" policy explain https://evil.example.test/ --policy "$NEW" --profile developer
if "$SALLYPORT" policy test --help | grep -q junit; then
  check 'test: as JUnit' ends 0 "$SALLYPORT" policy test "$NEW" --junit "$WORK/junit.xml"
  check 'test: it is XML' holds "$WORK/junit.xml" '<testsuite'
fi

# --- other programs' lists ------------------------------------------------------------------------------------------
mkdir -p "$WORK/repo/.claude"
cat >"$WORK/repo/.claude/settings.json" <<'JSON'
{
  "permissions": {
    "allow": ["Bash(npm run lint)", "WebFetch(domain:docs.example.com)", "WebFetch(domain:*.example.org)", "WebFetch(domain:Example.NET.)"],
    "deny": ["Read(./.env)", "WebFetch(domain:bad.example.org)"],
    "ask": ["WebFetch(domain:forum.example.com)"]
  },
  "sandbox": {
    "enabled": true,
    "network": {
      "allowedDomains": ["mirror.example.com", "*.cdn.example.com", "build.example.com:8443", "[2001:db8::1]:443"],
      "deniedDomains": ["track.cdn.example.com"],
      "strictAllowlist": true,
      "httpProxyPort": 8080
    }
  }
}
JSON
cat >"$WORK/repo/.mcp.json" <<'JSON'
{"mcpServers": {"tracker": {"type": "http", "url": "https://mcp.example.com/mcp"}, "files": {"command": "npx", "args": ["files"]}}}
JSON
IMPORTED=$WORK/imported.yaml
check 'import' ends 0 "$SALLYPORT" policy import "$WORK/repo/.claude/settings.json" "$WORK/repo/.mcp.json" --out "$IMPORTED"
check 'import: says by line what is lost' says 'settings.json:5:.*asks a person'
check 'import: the sandbox keeps its own' says '`httpProxyPort`'
check 'import: a command is no destination' says '`files` is a command'
check 'import: loads and passes' ends 0 "$SALLYPORT" policy test "$IMPORTED"
judged() { ends "$1" "$SALLYPORT" policy explain "$2" --policy "$IMPORTED" --profile developer; }
check 'import: the host' judged 0 https://docs.example.com/
check 'import: not below it' judged 1 https://a.docs.example.com/
check 'import: any depth' judged 0 https://a.b.example.org/
check 'import: not the apex' judged 1 https://example.org/
check 'import: case and dot' judged 0 https://example.net/
check 'import: deny wins' judged 1 https://bad.example.org/
check 'import: ask is no allow' judged 1 https://forum.example.com/
check 'import: the port' judged 0 https://build.example.com:8443/
check 'import: no other port' judged 1 https://build.example.com/
check 'import: the sandbox denies' judged 1 https://track.cdn.example.com/
printf 'acl docs dstdomain .example.com www.example.org\nacl bad dstdomain bad.example.com\nhttp_access deny bad\nhttp_access allow docs\nhttp_access deny all\n' >"$WORK/squid.conf"
check 'import: Squid' ends 0 "$SALLYPORT" policy import "$WORK/squid.conf" --out "$WORK/squid.yaml"
check 'import: Squid: below and itself' holds "$WORK/squid.yaml" 'example.com'

# --- a first policy -------------------------------------------------------------------------------------------------
echo '{"name": "shop"}' >"$WORK/repo/package.json"
printf '[package]\nname = "shop"\n' >"$WORK/repo/Cargo.toml"
git init -q "$WORK/repo" && git -C "$WORK/repo" remote add origin git@git.example.com:acme/shop.git
ln -s /etc/passwd "$WORK/repo/pom.xml"
check 'init' ends 0 "$SALLYPORT" init "$WORK/repo" --out "$WORK/init.yaml"
for entry in 'catalog: npm/read' 'catalog: crates/read' 'host: git.example.com' 'host: docs.example.com' 'host: mcp.example.com'; do
  check "init: $entry" holds "$WORK/init.yaml" "$entry"
done
check 'init: a link is not followed' not grep -q maven "$WORK/init.yaml"
check 'init: loads' ends 0 "$SALLYPORT" policy check "$WORK/init.yaml"
check 'init: its tests pass' ends 0 "$SALLYPORT" policy test "$WORK/init.yaml"
check 'init: overwrites nothing' ends 2 "$SALLYPORT" init "$WORK/repo" --out "$WORK/init.yaml"

# --- what a vendor needs, and what was seen ---------------------------------------------------------------------------
check 'catalog list' ends 0 "$SALLYPORT" catalog list
check 'catalog list: names parts' says 'anthropic/api'
check 'catalog show' ends 0 "$SALLYPORT" catalog show anthropic/api
check 'catalog show: full names' says 'api.anthropic.com'
check 'catalog show: a spelling is corrected' ends 2 "$SALLYPORT" catalog show antropic
check 'catalog show: all, as JSON' ends 0 "$SALLYPORT" catalog show --json
check 'catalog show: it is JSON' json
check 'audit query' ends 0 "$SALLYPORT" audit query "$LOG2" --where 'decision = deny'
check 'audit query: the refusal' says 'evil.example.test'
check 'audit report' ends 0 "$SALLYPORT" audit report "$LOG2"
check 'audit report: by purpose' says 'telemetry\|model'
check 'audit report: as one page' ends 0 "$SALLYPORT" audit report "$LOG2" --html "$WORK/report.html"
echo; cat "$SEEN/summary"; echo; sed -n 1,60p "$NEW"; echo
finish
