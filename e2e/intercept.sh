#!/bin/sh
# Interception from the packaged program: a gate with an authority in a folder, then real clients under `run --intercept`, the
# real Claude Code among them, against the stand-in internet. CLAUDE_BIN names its binary (see lib.sh); CLAUDE=no leaves it out,
# CODEX=no the real codex.
set -eu
. "$(dirname "$0")/lib.sh"

start_stand_in
make_repository acme/tool
make_repository acme/sandbox
git -C "$WORK/site/acme/sandbox.git" config http.receivepack true
git -C "$WORK/site/acme/tool.git" config http.receivepack true
npm_host=$(npm config get registry 2>/dev/null | sed 's|.*//||; s|/.*||')
# What the surrounding machine trusts and where it goes out must not count here.
for name in ALL_PROXY all_proxy HTTPS_PROXY https_proxy HTTP_PROXY http_proxy NO_PROXY no_proxy PIP_CERT GIT_SSL_CAINFO \
  SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS JAVA_TOOL_OPTIONS npm_config_cafile; do
  unset $name || true
done

# The policy without and with interception. As it is written here no class says `intercept: true`.
cat >"$WORK/run.yaml" <<'YAML'
sallyport: 1
name: seen
contact: "#egress"
classes:
  model:
    allow: [{catalog: anthropic/api}]
  packages:
    allow: [{catalog: npm/read}]
  source-control:
    allow: [{git: git.example.test, fetch: any, push: [acme/sandbox]}]
  webfetch:
    methods: [GET, HEAD]
    allow: [docs.example.test, files.example.test, {host: api.example.test, paths: [/open/**]}]
  mcp:
    allow: [{mcp: "https://mcp.example.test/mcp"}]
  internal:
    allow: [{host: pinned.example.test, intercept: never}]
deny:
  - {domain: paste.example.test, reason: dead drop}
profiles:
  developer: {classes: [model, packages, source-control, webfetch, mcp, internal]}
assign:
  - {anonymous: true, address: 127.0.0.0/8, profile: developer}
YAML
awk '/^profiles:/{classes=0} {print} /^classes:/{classes=1} classes && /^  [a-z-]+:$/{print "    intercept: true"}' \
  "$WORK/run.yaml" >"$WORK/policy.yaml"
ROUTES=$(cat <<YAML
connect-to:
  "git.example.test:443": "127.0.0.1:$SITE_HTTPS"
  "files.example.test:443": "127.0.0.1:$SITE_HTTPS"
  "*:443": "127.0.0.1:$MOCK_HTTPS"
YAML
)

# ---- a gate with an authority in a folder ----
PORT=$(free_port)
cat >"$WORK/sallyport.yaml" <<YAML
listen: [{address: 127.0.0.1, port: $PORT}]
admin: {address: 127.0.0.1, port: $(free_port)}
control: gate.sock
policy: policy.yaml
intercept: {authority: ca-gate}
upstream: {roots: $CA}
audit: {file: audit/seen.jsonl}
$ROUTES
YAML
start_gate "$WORK/sallyport.yaml"
AUDIT=$WORK/audit/seen.jsonl
ROOT=$WORK/ca-gate/root.pem
touched() { grep -q "\"$1\"" "$WORK/mock.jsonl"; }
get() { curl -sS --max-time 20 --cacert "$ROOT" -x "http://127.0.0.1:$PORT" "$@"; }
says() { wanted=$1; shift; "$@" | tee "$WORK/said" | grep -q -- "$wanted" || { cat "$WORK/said"; return 1; }; }
denied() { event "$AUDIT" "e['sallyport.decision'] === 'deny' && e['server.address'] === '$1' && e['sallyport.reason'] === '$2'"; }

check 'serve: the root is made' test -s "$ROOT"
check 'serve: the keys are the owner'\''s alone' sh -c "test \"\$(stat -c %a '$WORK/ca-gate')\" = 700 && ! find '$WORK/ca-gate' -type f ! -name root.pem -perm /077 | grep -q ."
check 'serve: an allowed page' says PAGE-CONTENT-7 get https://docs.example.test/guide
check 'serve: the same over HTTP/1.1' says PAGE-CONTENT-7 get --http1.1 https://docs.example.test/guide
check 'serve: HTTP/2 with the client' says '^2$' get -o /dev/null -w '%{http_version}\n' https://docs.example.test/guide
check 'serve: a refused host is told why' says '"reason":"not-listed"' get https://evil.example.test/x
check 'serve: a denied host is told why' says '"reason":"denied-by-rule"' get https://paste.example.test/x
check 'serve: in words where text is wanted' says 'Sallyport refused' get -H 'Accept: text/plain' https://evil.example.test/x
check 'serve: a refused path is told why' says '"reason":"path-not-allowed"' get https://api.example.test/closed/1
check 'serve: the allowed path' says PAGE-CONTENT-7 get https://api.example.test/open/1
check 'serve: a refused method is told why' says '"reason":"method-not-allowed"' get -d x=1 https://docs.example.test/guide
check 'serve: another Host is 421' says '^421$' get -o /dev/null -w '%{http_code}\n' -H 'Host: evil.example.test' https://docs.example.test/guide
check 'serve: a host that is never intercepted shows its own certificate' says PAGE-CONTENT-7 curl -sS --max-time 20 --cacert "$CA" -x "http://127.0.0.1:$PORT" https://pinned.example.test/x
for host in evil.example.test paste.example.test; do check "serve: $host was not touched" not touched "$host"; done
check 'serve: the refused path was not asked for' not grep -q /closed/1 "$WORK/mock.jsonl"
check 'serve: audit: the refused host' denied evil.example.test not-listed
check 'serve: audit: the refused path' denied api.example.test path-not-allowed
check 'serve: the gate says why' says '"decision":"deny"' get 'http://sallyport.internal/why?url=https%3A%2F%2Fevil.example.test%2F'
check 'serve: the client that does not trust the gate' sh -c "curl -s -A distrusts/1 --max-time 20 --cacert '$CA' -x http://127.0.0.1:$PORT https://evil.example.test/ ; test \$? = 60"
check 'serve: audit: distrust' until_true 10 event "$AUDIT" "e['sallyport.end'] === 'client-distrusts'"
check 'serve: it gets a refused CONNECT next time' says '^403$' curl -s -A distrusts/1 --max-time 20 --cacert "$CA" -o /dev/null -w '%{http_connect}\n' -x "http://127.0.0.1:$PORT" https://evil.example.test/
check 'serve: audit: the chain holds' "$SALLYPORT" audit verify "$AUDIT"

# ---- clients under `run --intercept`: all of them under one, the sessions of the real Claude Code beside it ----
printf '%s\n' "$ROUTES" >"$WORK/run-settings.yaml"
STATE=$WORK/state
export TMPDIR="$WORK/tmp"; mkdir -p "$TMPDIR"
# under COMMAND...: the machine trusts the stand-in's authority, as one in a company trusts the company's.
under() { run_with --intercept "$@"; }
run_with() {
  how=$1; shift
  XDG_STATE_HOME=$STATE SSL_CERT_FILE=$CA "$SALLYPORT" run $how --config "$WORK/run-settings.yaml" --policy "$WORK/run.yaml" \
    -- "$@" 2>"$WORK/run.err" || { status=$?; cat "$WORK/run.err"; return $status; }
}
# The audit file of the last run.
last_run() { find "$STATE" -name '*.jsonl' | sort | tail -1; }
RAN=$WORK/ran; mkdir "$RAN"
export RAN STAND_IN

git clone -q "$WORK/site/acme/tool.git" "$WORK/tool" && git -C "$WORK/tool" remote set-url origin https://git.example.test/acme/tool.git
git clone -q "$WORK/site/acme/sandbox.git" "$WORK/sandbox" && git -C "$WORK/sandbox" remote set-url origin https://git.example.test/acme/sandbox.git
commit() { (cd "$1" && git -c user.name=e2e -c user.email=e2e@example.test commit -q --allow-empty -m more); }
commit "$WORK/tool" && commit "$WORK/sandbox"
mkdir -p "$WORK/npm" && echo '{"name":"@acme/thing","version":"2.0.0"}' >"$WORK/npm/package.json"
cat >"$WORK/fetch.mjs" <<'JS'
const page = await (await fetch('https://docs.example.test/x')).text();
const refused = await fetch('https://evil.example.test/x');
console.log(/PAGE-CONTENT-7/.test(page), refused.status, (await refused.json()).reason);
JS
cat >"$WORK/trusts.cjs" <<'JS'
const tls = require('tls'), http = require('http'), u = new URL(process.env.HTTPS_PROXY);
const c = http.request({ host: u.hostname, port: u.port, method: 'CONNECT', path: 'docs.example.test:443' });
c.on('connect', (r, s) => { const t = tls.connect({ socket: s, servername: 'docs.example.test' }, () => { console.log(t.authorized); t.end(); }); });
c.end();
JS
cat >"$WORK/urllib.py" <<'PY'
import json, urllib.error, urllib.request as u
assert b'PAGE-CONTENT-7' in u.urlopen('https://docs.example.test/').read()
try: u.urlopen('https://evil.example.test/'); print('not refused')
except urllib.error.HTTPError as e: print('ok', e.code, json.load(e)['reason'])
PY
cat >"$WORK/with-requests.py" <<'PY'
try: import requests
except ImportError: from pip._vendor import requests  # the same library, as pip brings it
assert 'PAGE-CONTENT-7' in requests.get('https://docs.example.test/').text
print('ok', requests.get('https://evil.example.test/').status_code)
PY
cat >"$WORK/Fetch.java" <<'JAVA'
import java.net.URI;
import java.net.HttpURLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

class Fetch {
  public static void main(String[] args) throws Exception {
    var page = (HttpURLConnection) URI.create("https://docs.example.test/x").toURL().openConnection();
    String text = new String(page.getInputStream().readAllBytes());
    var request = HttpRequest.newBuilder(URI.create("https://evil.example.test/x")).build();
    var refused = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println(text.contains("PAGE-CONTENT-7") + " " + refused.statusCode() + " " + refused.body().contains("not-listed"));
  }
}
JAVA
# Maven takes a parent out of a repository; cargo a crate out of a registry.
mkdir -p "$WORK/site/maven/test/example/base/1.0" "$WORK/maven"
project() { echo "<project><modelVersion>4.0.0</modelVersion>$1<packaging>pom</packaging>$2</project>"; }
project '<groupId>test.example</groupId><artifactId>base</artifactId><version>1.0</version>' '' >"$WORK/site/maven/test/example/base/1.0/base-1.0.pom"
project '<parent><groupId>test.example</groupId><artifactId>base</artifactId><version>1.0</version><relativePath/></parent><artifactId>child</artifactId>' '' >"$WORK/maven/pom.xml"
echo '<settings><mirrors><mirror><id>m</id><mirrorOf>*</mirrorOf><url>https://files.example.test/maven</url></mirror></mirrors></settings>' >"$WORK/maven/settings.xml"
mkdir -p "$WORK/site/index/le/ft" "$WORK/site/dl/left-crate/1.0.0" "$WORK/crate/left-crate-1.0.0/src" "$WORK/cargo/src" "$WORK/cargo/.cargo"
echo '{"dl":"https://files.example.test/dl"}' >"$WORK/site/index/config.json"
printf '[package]\nname = "left-crate"\nversion = "1.0.0"\nedition = "2021"\n' >"$WORK/crate/left-crate-1.0.0/Cargo.toml"
touch "$WORK/crate/left-crate-1.0.0/src/lib.rs" "$WORK/cargo/src/lib.rs"
tar -C "$WORK/crate" -czf "$WORK/site/dl/left-crate/1.0.0/download" left-crate-1.0.0
printf '{"name":"left-crate","vers":"1.0.0","deps":[],"cksum":"%s","features":{},"yanked":false}\n' \
  "$(sha256sum "$WORK/site/dl/left-crate/1.0.0/download" | cut -d' ' -f1)" >"$WORK/site/index/le/ft/left-crate"
printf '[package]\nname = "user"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nleft-crate = { version = "1", registry = "local" }\n' >"$WORK/cargo/Cargo.toml"
printf '[registries.local]\nindex = "sparse+https://files.example.test/index/"\n' >"$WORK/cargo/.cargo/config.toml"
cat >"$WORK/mcp.json" <<'JSON'
{"mcpServers": {"mock": {"type": "http", "url": "https://mcp.example.test/mcp"}}}
JSON
mkdir -p "$WORK/bash"

# t NAME COMMAND...: what it says is in $RAN/NAME.out, how it ended in $RAN/NAME.rc. ask NAME PROMPT [claude arguments].
cat >"$WORK/t.sh" <<'SH'
t() { name=$1; shift; if "$@" >"$RAN/$name.out" 2>&1; then echo 0; else echo $?; fi >"$RAN/$name.rc"; date +%s%3N >"$RAN/$name.end"; }
ask() { name=$1 prompt=$2; shift 2; t "$name" sh "$STAND_IN/run-claude.sh" "$HTTPS_PROXY" "$SSL_CERT_FILE" "$prompt" -- "$@"; }
SH
cat >"$WORK/tools.sh" <<SH
. "$WORK/t.sh"
cd "$WORK"
t curl curl -sS https://docs.example.test/guide
t curl-path curl -sS https://api.example.test/closed/2
t curl-host curl -sS https://evil.example.test/x
t curl-never curl -sS https://pinned.example.test/x
t git-clone git clone -q https://git.example.test/acme/tool.git "$WORK/cloned"
t git-fetch git -C "$WORK/tool" fetch -q origin
t git-push git -C "$WORK/sandbox" push -q origin HEAD
t git-push-refused git -C "$WORK/tool" push -q origin HEAD
cd "$WORK/npm"
t npm npm install --cache "$WORK/npm-cache" --no-audit --no-fund left-thing @scope/scoped
t npm-publish npm publish --access public --cache "$WORK/npm-cache" "--//$npm_host/:_authToken=none"
cd "$WORK"
t node-fetch node fetch.mjs
t node-trusts node trusts.cjs
t urllib python3 urllib.py
t requests python3 with-requests.py
t java "$("$TOP/build-tools/find-java" java)/bin/java" Fetch.java
t maven mvn -q -B -s "$WORK/maven/settings.xml" -Dmaven.repo.local="$WORK/m2" -f "$WORK/maven/pom.xml" validate
cd "$WORK/cargo"
t cargo env CARGO_HOME="$WORK/cargo-home" cargo fetch
t mcp curl -sS -H 'content-type: application/json' -H 'accept: application/json, text/event-stream' \
  -d '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"e2e","version":"1"}}}' https://mcp.example.test/mcp
t mcp-path curl -sS https://mcp.example.test/other
SH
tool=$(sed -n "s/.*name: '\([a-z_]*\)', description.*/\1/p" "$STAND_IN/mock-upstream.mjs" | head -1)
ASKED='plain paused allowed refused mcp-tool bash'
mkdir "$WORK/asks"
asked() { printf '. "%s"\nask %s %s\n' "$WORK/t.sh" "$1" "$2" >"$WORK/asks/$1.sh"; }
asked plain "'Say hello.'"
asked paused "'Go [[slow 5 200]] [[stall 3000]]'"
asked allowed "'Go [[tool:WebFetch {\"url\":\"https://docs.example.test/guide\",\"prompt\":\"what?\"}]]'"
asked refused "'Go [[tool:WebFetch {\"url\":\"https://evil.example.test/x\",\"prompt\":\"what?\"}]]'"
asked mcp-tool "'Go [[tool:mcp__mock__${tool:-echo} {\"text\":\"hi-mcp\"}]]' --mcp-config '$WORK/mcp.json'"
asked bash "'Go [[tool:Bash {\"command\":\"cd $WORK/bash && npm install --cache $WORK/bash/cache --no-audit --no-fund left-thing && git clone -q https://git.example.test/acme/tool.git\"}]]'"
# Each session of Claude Code has a run of its own, as on a desk; beside them one run of all other clients.
ask_all() {
  for name in $ASKED; do
    XDG_STATE_HOME=$WORK/asked-$name SSL_CERT_FILE=$CA "$SALLYPORT" run --quiet --intercept --config "$WORK/run-settings.yaml" \
      --policy "$WORK/run.yaml" -- sh "$WORK/asks/$name.sh" 2>"$RAN/$name.err" || cat "$RAN/$name.err"
  done
}
run_all() {
  if [ "${CLAUDE-}" = no ]; then under sh "$WORK/tools.sh"; return; fi
  ask_all >"$WORK/ask_all.out" 2>&1 &
  asking=$!
  status=0
  under sh "$WORK/tools.sh" || status=$?
  wait $asking
  return $status
}
if [ "${CLAUDE-}" != no ]; then find_claude; fi

check 'run: conditions need --intercept' sh -c "'$SALLYPORT' run --policy '$WORK/run.yaml' -- true 2>&1 | grep -q 'takes sight of requests'"
check 'run: all clients' run_all
RUN=$(last_run)
run_event() { event "$RUN" "$1"; }
refused_in_run() { run_event "e['sallyport.decision'] === 'deny' && e['server.address'] === '$1' && e['sallyport.reason'] === '$2'"; }
said() { grep -q -- "$2" "$RAN/$1.out" || { cat "$RAN/$1.out"; return 1; }; }
fine() { [ "$(cat "$RAN/$1.rc")" = 0 ] || { cat "$RAN/$1.out"; return 1; }; }
failed() { [ "$(cat "$RAN/$1.rc")" != 0 ] || { cat "$RAN/$1.out"; return 1; }; }

check 'run: it is said what is looked at' grep -q 'looks at every request for' "$WORK/run.err"
check 'run: it is said whose roots count' grep -q 'SSL_CERT_FILE' "$WORK/run.err"
check 'run: curl: an allowed page' said curl PAGE-CONTENT-7
check 'run: audit: method, path and status' run_event "e['http.request.method'] === 'GET' && e['url.path'] === '/guide'"
check 'run: curl: a refused path' said curl-path path-not-allowed
check 'run: curl: a refused host' said curl-host not-listed
check 'run: curl: what is never intercepted' said curl-never PAGE-CONTENT-7
check 'run: git: clone' fine git-clone
check 'run: git: what was cloned' grep -q 'hello from acme/tool' "$WORK/cloned/README.md"
check 'run: git: fetch of the repository that may not be pushed to' fine git-fetch
check 'run: git: push where it is allowed' fine git-push
check 'run: git: it has arrived' sh -c "git -C '$WORK/site/acme/sandbox.git' log --oneline | grep -q more"
check 'run: git: push where it is not' failed git-push-refused
check 'run: git: it says 403' said git-push-refused 403
check 'run: audit: the push' run_event "e['sallyport.decision'] === 'deny' && e['server.address'] === 'git.example.test'"
check 'run: git: nothing has arrived' not sh -c "git -C '$WORK/site/acme/tool.git' log --oneline | grep -q more"
check 'run: npm: install' fine npm
check 'run: npm: what was installed' test -f "$WORK/npm/node_modules/left-thing/index.js"
check 'run: npm: a scoped package' test -f "$WORK/npm/node_modules/@scope/scoped/index.js"
check 'run: npm: publish' failed npm-publish
check 'run: npm: it says 403' said npm-publish 403
check 'run: audit: the publish' refused_in_run "$npm_host" method-not-allowed
if node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>22||a===22&&b>=21?0:1)'; then
  check 'run: node: fetch' said node-fetch 'true 403 not-listed'
fi
check 'run: node: trusts both authorities' said node-trusts true
check 'run: python: urllib' said urllib 'ok 403 not-listed'
if ! grep -q 'No module named' "$RAN/requests.out"; then check 'run: python: requests' said requests 'ok 403'; fi
check 'run: java: a client' said java 'true 403 true'
check 'run: maven: a parent out of a repository' fine maven
check 'run: maven: it came through the gate' run_event "e['url.path'] === '/maven/test/example/base/1.0/base-1.0.pom' && e['http.response.status_code'] === 200"
if command -v cargo >/dev/null; then
  check 'run: cargo: fetch' fine cargo
  check 'run: cargo: it came through the gate' run_event "e['url.path'] === '/dl/left-crate/1.0.0/download' && e['http.response.status_code'] === 200"
fi
check 'run: mcp: the listed URL' said mcp '"result"'
check 'run: mcp: another path' said mcp-path path-not-allowed
check 'run: no certificates are left behind' not sh -c "ls '$TMPDIR' | grep -q sallyport-run-"
for host in evil.example.test paste.example.test; do check "run: $host was not touched" not touched "$host"; done

# ---- the real Claude Code ----
session_of() { sed -n 's/.*"session_id":"\([^"]*\)".*/\1/p' "$RAN/$1.out" | tail -1; }
session_log() { find "$WORK/asked-$1" -name '*.jsonl'; }
session_event() { event "$(session_log "$1")" "$2"; }
# in_every_event LOG ID: every event of the run carries the run's session, and from the first request that named the client's own
# on that one too. Those before it are found by it all the same.
in_every_event() {
  FILE=$1 ID=$2 node -e '
    const path = require("path"), lines = require("fs").readFileSync(process.env.FILE, "utf8").trim().split("\n").map(l => JSON.parse(l));
    const run = path.basename(process.env.FILE, ".jsonl"), ours = e => e["session.id"] === process.env.ID;
    const spoken = lines.filter(e => ["decision", "close"].includes(e["sallyport.event"])), first = spoken.findIndex(ours);
    const without = spoken.slice(first).filter(e => !ours(e) || !e["sallyport.session.joined"]);
    const homeless = lines.filter(e => e["sallyport.session.id"] !== run);
    console.log("first named in event " + (first + 1) + " of " + spoken.length);
    for (const e of without.concat(homeless)) console.log(JSON.stringify(e));
    process.exit(first >= 0 && !without.length && !homeless.length ? 0 : 1);' || return 1
  for by in "$2" "$(basename "$1" .jsonl)"; do
    "$SALLYPORT" audit query "$1" --session "$by" --json | cmp - "$1" || return 1
  done
}
sessions() {
  for name in $ASKED; do in_every_event "$(session_log $name)" "$(session_of $name)" || { echo "in the session $name"; return 1; }; done
}
# joined_by NAME HOW CONDITION: such an event was joined with its session like this.
joined_by() { session_event "$1" "e['session.id'] === '$(session_of "$1")' && e['sallyport.session.joined'] === '$2' && $3"; }
# ends NAME AUDIT: it ended within 3 seconds of the first refusal of its model, with our sentence as its answer.
ends() {
  said "$1" 'Sallyport refused' || return 1
  END=$(cat "$RAN/$1.end") FILE=$2 node -e '
    const lines = require("fs").readFileSync(process.env.FILE, "utf8").trim().split("\n").map(l => JSON.parse(l));
    const first = lines.find(e => e["sallyport.decision"] === "deny" && e["server.address"] === "api.anthropic.com" &&
      (!e["url.path"] || e["url.path"].startsWith("/v1/messages")));
    const took = +process.env.END - Date.parse(first.time);
    console.log("ended " + took + " ms behind its first refusal");
    process.exit(took <= 3000 ? 0 : 1);'
}
if [ "${CLAUDE-}" != no ]; then
  check 'claude: a plain turn' said plain MOCK-OK
  check 'claude: a stream with pauses arrived' said paused 'chunk4'
  check 'claude: WebFetch of an allowed page' said allowed MOCK-PAGE-SUMMARY
  check 'claude: WebFetch of a refused page is refused before it is tried' said refused 'unable to fetch from evil.example.test'
  check 'claude: no request for it went out' not touched evil.example.test
  check 'claude: a tool of an MCP server' said mcp-tool 'MOCK-RESULTS.*hi-mcp'
  check 'claude: its long-lived stream' session_event mcp-tool "e['server.address'] === 'mcp.example.test' && e['http.request.method'] === 'GET' && e['url.path'] === '/mcp'"
  check 'claude: audit: the MCP server in its class' session_event mcp-tool "e['sallyport.class'] === 'mcp' && e['sallyport.decision'] === 'allow' && e['url.path'] === '/mcp'"
  check 'claude: npm from the Bash tool' test -f "$WORK/bash/node_modules/left-thing/index.js"
  check 'claude: git from the Bash tool' grep -q 'hello from acme/tool' "$WORK/bash/tool/README.md"
  check 'claude: its session id is in every event of its session' sessions
  check 'claude: the end of a connection has that of its requests' joined_by plain connection "e['http.request.method'] === 'CONNECT' && e['sallyport.event'] === 'close'"
  check 'claude: the page that it fetched' joined_by allowed session "e['server.address'] === 'docs.example.test' && e['url.path'] === '/guide'"
  check 'claude: npm in its Bash' joined_by bash session "e['server.address'] === '$npm_host' && e['sallyport.decision'] === 'allow'"
  check 'claude: git in its Bash' joined_by bash session "e['server.address'] === 'git.example.test' && e['http.request.method'] === 'POST'"

  # A model that is refused: the request, then the host, then where hosts are all that is seen.
  refused_turn() { # NAME HOW
    printf '. "%s"\nask %s "Say hello."\n' "$WORK/t.sh" "$1" >"$WORK/turn.sh"
    run_with "$2" sh "$WORK/turn.sh"
    cp "$(last_run)" "$RAN/$1.jsonl"
  }
  cp "$WORK/run.yaml" "$WORK/first.yaml"
  sed 's|{catalog: anthropic/api}|{host: api.anthropic.com, paths: [/v1/models]}|' "$WORK/first.yaml" >"$WORK/run.yaml"
  check 'claude: a refused model request' refused_turn request --intercept
  check 'claude: our sentence within 3 seconds' ends request "$RAN/request.jsonl"
  sed 's|{catalog: anthropic/api}||' "$WORK/first.yaml" >"$WORK/run.yaml"
  check 'claude: a refused model host' refused_turn host --intercept
  check 'claude: our sentence within 3 seconds, again' ends host "$RAN/host.jsonl"
  cat >"$WORK/run.yaml" <<'YAML'
sallyport: 1
name: hosts-alone
classes: {pages: {allow: [docs.example.test]}}
profiles: {all: {classes: [pages]}}
assign: [{anonymous: true, address: 127.0.0.0/8, profile: all}]
YAML
  check 'claude: a refused model host, nothing intercepted' refused_turn in-band --quiet
  check 'claude: our sentence within 3 seconds, in band alone' ends in-band "$RAN/in-band.jsonl"

  # A model that is taken away in the middle of an answer: the answer ends, and the retry is refused in words.
  killed_turn() { # NAME PORT SOCKET ROOT
    : >"$WORK/mock.jsonl"
    (. "$WORK/t.sh"; HTTPS_PROXY=http://127.0.0.1:$2 SSL_CERT_FILE=$CA EXTRA_CA=$4; export EXTRA_CA; ask "$1" 'Go [[slow 600 100]]') &
    PIDS="$PIDS $!"
    until_true 60 grep -q '"/v1/messages' "$WORK/mock.jsonl" || return 1
    "$SALLYPORT" kill --class model --reason drill --control "$3" || return 1
    until_true 60 test -s "$RAN/$1.end" || return 1
    "$SALLYPORT" unkill --class model --reason over --control "$3"
  }
  check 'claude: its model is killed while it streams' killed_turn killed "$PORT" "$WORK/gate.sock" "$ROOT"
  check 'claude: the stream was ended' event "$AUDIT" "e['sallyport.end'] === 'killed' && e['url.path'] === '/v1/messages'"
  check 'claude: our sentence within 3 seconds of the kill' ends killed "$AUDIT"
  SEEN=$PORT; PORT=$(free_port)
  sed "s|port: $SEEN}|port: $PORT}|; s|^admin:.*|admin: {address: 127.0.0.1, port: $(free_port)}|; s|gate.sock|hosts.sock|; s|policy.yaml|run.yaml|; s|ca-gate|ca-hosts, refuse-in-band: always|; s|seen.jsonl|hosts.jsonl|" \
    "$WORK/sallyport.yaml" >"$WORK/hosts.yaml"
  sed -i 's|pages: {allow: \[docs.example.test\]}|pages: {allow: [docs.example.test]}, model: {allow: [{catalog: anthropic/api}]}|; s|classes: \[pages\]|classes: [pages, model]|' "$WORK/run.yaml"
  start_gate "$WORK/hosts.yaml"
  check 'claude: the same where nothing is intercepted' killed_turn killed-tunnel "$PORT" "$WORK/hosts.sock" "$WORK/ca-hosts/root.pem"
  check 'claude: the tunnel was ended' event "$WORK/audit/hosts.jsonl" "e['sallyport.end'] === 'killed' && e['http.request.method'] === 'CONNECT'"
  check 'claude: our sentence within 3 seconds of that kill' ends killed-tunnel "$WORK/audit/hosts.jsonl"
fi

# ---- the real codex: a WebSocket first, then a turn over HTTP ----
codex_turn() { # NAME POLICY-ENTRY: what it printed is in $WORK/codex-NAME, the audit beside it
  cat >"$WORK/run.yaml" <<YAML
sallyport: 1
name: codex
classes: {model: {allow: [$2]}}
profiles: {developer: {classes: [model]}}
assign: [{anonymous: true, address: 127.0.0.0/8, profile: developer}]
YAML
  cat >"$WORK/codex.sh" <<'SH'
home=$1; mkdir -p "$home/repo"; cd "$home/repo"
CODEX_HOME=$home HOME=$home CODEX_API_KEY=sk-dummy exec timeout 60 "$CODEX_BIN" exec --skip-git-repo-check 'Say hello.' </dev/null
SH
  under sh "$WORK/codex.sh" "$WORK/codex-home-$1" >"$WORK/codex-$1" || { cat "$WORK/codex-$1"; return 1; }
  cp "$(last_run)" "$WORK/codex-$1.jsonl"
}
codex_event() { event "$WORK/codex-$1.jsonl" "e['server.address'] === 'api.openai.com' && e['url.path'] === '/v1/responses' && $2"; }
if [ "${CODEX-}" != no ]; then
  find_codex
  check 'codex: a turn, WebSockets allowed' codex_turn passed '{catalog: codex/api}'
  check 'codex: the answer' grep -q MOCK-OK "$WORK/codex-passed"
  check 'codex: its WebSocket reached the origin' sh -c "grep '\"upgrade\"' '$WORK/mock.jsonl' | grep -q api.openai.com"
  check 'codex: the origin'\''s no came back' codex_event passed "e['http.request.method'] === 'GET' && e['http.response.status_code'] === 404"
  check 'codex: its turn over HTTP' codex_event passed "e['http.request.method'] === 'POST' && e['http.response.status_code'] === 200"
  : >"$WORK/mock.jsonl"
  check 'codex: its session id is in every event of its session' in_every_event "$(last_run)" "$(sed -n 's/^session id: //p' "$WORK/run.err")"
  check 'codex: a turn, WebSockets refused' codex_turn refused '{host: api.openai.com, methods: [POST], paths: [/v1/responses]}'
  check 'codex: the answer again' grep -q MOCK-OK "$WORK/codex-refused"
  check 'codex: its WebSocket was refused' codex_event refused "e['sallyport.reason'] === 'method-not-allowed'"
  check 'codex: no WebSocket reached the origin' not grep -q '"upgrade"' "$WORK/mock.jsonl"
fi
finish
