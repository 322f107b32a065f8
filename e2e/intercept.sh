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
    allow: [docs.example.test, {host: api.example.test, paths: [/open/**]}]
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
  "*:443": "127.0.0.1:$MOCK_HTTPS"
YAML
)

# ---- a gate with an authority in a folder ----
PORT=$(free_port)
cat >"$WORK/sallyport.yaml" <<YAML
listen: [{address: 127.0.0.1, port: $PORT}]
admin: {address: 127.0.0.1, port: $(free_port)}
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
check 'serve: the client that does not trust the gate' sh -c "curl -s --max-time 20 --cacert '$CA' -x http://127.0.0.1:$PORT https://evil.example.test/ ; test \$? = 60"
check 'serve: audit: distrust' until_true 10 event "$AUDIT" "e['sallyport.end'] === 'client-distrusts'"
check 'serve: it gets a refused CONNECT next time' says '^403$' curl -s --max-time 20 --cacert "$CA" -o /dev/null -w '%{http_connect}\n' -x "http://127.0.0.1:$PORT" https://evil.example.test/
check 'serve: audit: the chain holds' "$SALLYPORT" audit verify "$AUDIT"

# ---- clients under `run --intercept` ----
printf '%s\n' "$ROUTES" >"$WORK/run-settings.yaml"
STATE=$WORK/state
export TMPDIR="$WORK/tmp"; mkdir -p "$TMPDIR"
# under COMMAND...: the machine trusts the stand-in's authority, as one in a company trusts the company's.
under() {
  XDG_STATE_HOME=$STATE SSL_CERT_FILE=$CA "$SALLYPORT" run --intercept --config "$WORK/run-settings.yaml" --policy "$WORK/run.yaml" \
    -- "$@" 2>"$WORK/run.err" || { status=$?; cat "$WORK/run.err"; return $status; }
}
# The audit file of the last run.
last_run() { find "$STATE" -name '*.jsonl' | sort | tail -1; }
run_event() { event "$(last_run)" "$1"; }
refused_in_run() { run_event "e['sallyport.decision'] === 'deny' && e['server.address'] === '$1' && e['sallyport.reason'] === '$2'"; }

check 'run: conditions need --intercept' sh -c "'$SALLYPORT' run --policy '$WORK/run.yaml' -- true 2>&1 | grep -q 'takes sight of requests'"
check 'run: curl: an allowed page' says PAGE-CONTENT-7 under curl -sS https://docs.example.test/guide
check 'run: it is said what is looked at' grep -q 'looks at every request for' "$WORK/run.err"
check 'run: it is said whose roots count' grep -q 'SSL_CERT_FILE' "$WORK/run.err"
check 'run: audit: method, path and status' run_event "e['http.request.method'] === 'GET' && e['url.path'] === '/guide'"
check 'run: curl: a refused path' says path-not-allowed under curl -sS https://api.example.test/closed/2
check 'run: curl: a refused host' says not-listed under curl -sS https://evil.example.test/x
check 'run: curl: what is never intercepted' says PAGE-CONTENT-7 under curl -sS https://pinned.example.test/x

check 'run: git: fetch' under git clone -q https://git.example.test/acme/tool.git "$WORK/tool"
check 'run: git: what was cloned' grep -q 'hello from acme/tool' "$WORK/tool/README.md"
commit() { (cd "$1" && git -c user.name=e2e -c user.email=e2e@example.test commit -q --allow-empty -m more); }
check 'run: git: clone of the sandbox' under git clone -q https://git.example.test/acme/sandbox.git "$WORK/sandbox"
commit "$WORK/tool" && commit "$WORK/sandbox"
check 'run: git: push where it is allowed' under git -C "$WORK/sandbox" push -q origin HEAD
check 'run: git: it has arrived' sh -c "git -C '$WORK/site/acme/sandbox.git' log --oneline | grep -q more"
check 'run: git: push where it is not' not under git -C "$WORK/tool" push -q origin HEAD
check 'run: git: it says 403' grep -q 403 "$WORK/run.err"
check 'run: audit: the push' run_event "e['sallyport.decision'] === 'deny' && e['server.address'] === 'git.example.test'"
check 'run: git: nothing has arrived' not sh -c "git -C '$WORK/site/acme/tool.git' log --oneline | grep -q more"

mkdir -p "$WORK/npm" && echo '{"name":"@acme/thing","version":"2.0.0"}' >"$WORK/npm/package.json"
check 'run: npm: install' under sh -c "cd '$WORK/npm' && npm install --cache '$WORK/npm-cache' --no-audit --no-fund left-thing @scope/scoped"
check 'run: npm: what was installed' test -f "$WORK/npm/node_modules/left-thing/index.js"
check 'run: npm: a scoped package' test -f "$WORK/npm/node_modules/@scope/scoped/index.js"
check 'run: npm: publish' not under sh -c "cd '$WORK/npm' && npm publish --access public --cache '$WORK/npm-cache' '--//$npm_host/:_authToken=none'"
check 'run: npm: it says 403' grep -q 403 "$WORK/run.err"
check 'run: audit: the publish' refused_in_run "$npm_host" method-not-allowed

cat >"$WORK/fetch.mjs" <<'JS'
const page = await (await fetch('https://docs.example.test/x')).text();
const refused = await fetch('https://evil.example.test/x');
console.log(/PAGE-CONTENT-7/.test(page), refused.status, (await refused.json()).reason);
JS
if node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>22||a===22&&b>=21?0:1)'; then
  check 'run: node: fetch' says 'true 403 not-listed' under node "$WORK/fetch.mjs"
fi
check 'run: node: trusts both authorities' says 'true' under node -e "
const tls=require('tls'),http=require('http'),u=new URL(process.env.HTTPS_PROXY);
const c=http.request({host:u.hostname,port:u.port,method:'CONNECT',path:'docs.example.test:443'});
c.on('connect',(r,s)=>{const t=tls.connect({socket:s,servername:'docs.example.test'},()=>{console.log(t.authorized);t.end()})});c.end();"
check 'run: python: urllib' says 'ok 403 not-listed' under python3 -c "
import json, urllib.error, urllib.request as u
assert b'PAGE-CONTENT-7' in u.urlopen('https://docs.example.test/').read()
try: u.urlopen('https://evil.example.test/'); print('not refused')
except urllib.error.HTTPError as e: print('ok', e.code, json.load(e)['reason'])"
if python3 -c 'import requests' 2>/dev/null; then
  check 'run: python: requests' says 'ok 403' under python3 -c "
import requests
assert 'PAGE-CONTENT-7' in requests.get('https://docs.example.test/').text
print('ok', requests.get('https://evil.example.test/').status_code)"
fi
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
check 'run: java: a client' says 'true 403 true' under "$("$TOP/build-tools/find-java" java)/bin/java" "$WORK/Fetch.java"
check 'run: mcp: the listed URL' says '"result"' under curl -sS -H 'content-type: application/json' -H 'accept: application/json, text/event-stream' \
  -d '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"e2e","version":"1"}}}' https://mcp.example.test/mcp
check 'run: mcp: another path' says path-not-allowed under curl -sS https://mcp.example.test/other
check 'run: no certificates are left behind' not sh -c "ls '$TMPDIR' | grep -q sallyport-run-"
for host in evil.example.test paste.example.test; do check "run: $host was not touched" not touched "$host"; done

# ---- the real Claude Code ----
ask() { # NAME PROMPT [claude arguments]: its JSON line is in $WORK/answer-NAME
  answer=$WORK/answer-$1; prompt=$2; shift 2
  cat >"$WORK/ask.sh" <<'SH'
stand_in=$1 answer=$2 prompt=$3; shift 3
sh "$stand_in/run-claude.sh" "$HTTPS_PROXY" "$SSL_CERT_FILE" "$prompt" -- "$@" >"$answer" || true
SH
  under sh "$WORK/ask.sh" "$STAND_IN" "$answer" "$prompt" "$@"
  cp "$(last_run)" "$answer.jsonl"
}
answered() { grep -q -- "$2" "$WORK/answer-$1" || { cat "$WORK/answer-$1"; return 1; }; }
seconds_of() { sed 's/.*"seconds":\([0-9]*\).*/\1/' "$WORK/answer-$1"; }
quickly() { test "$(seconds_of "$1")" -le $(($(seconds_of plain) + 3)) || { cat "$WORK/answer-$1"; return 1; }; }
session_of() { sed 's/.*"session_id":"\([^"]*\)".*/\1/' "$WORK/answer-$1"; }
claude_event() { event "$WORK/answer-$1.jsonl" "$2"; }
if [ "${CLAUDE-}" != no ]; then
  find_claude
  check 'claude: a plain turn' ask plain 'Say hello.'
  check 'claude: the answer' answered plain MOCK-OK
  check 'claude: its session id is in every model request' sh -c "
    test \$(grep -c '\"url.path\":\"/v1/messages\"' '$WORK/answer-plain.jsonl') -ge 1 &&
    ! grep '\"url.path\":\"/v1/messages\"' '$WORK/answer-plain.jsonl' | grep '\"sallyport.event\":\"decision\"' | grep -qv '$(session_of plain)'"
  check 'claude: a stream with a pause' ask paused 'Go [[slow 5 200]] [[stall 3000]]'
  check 'claude: the stream arrived' answered paused 'chunk4'
  check 'claude: WebFetch of an allowed page' ask allowed 'Go [[tool:WebFetch {"url":"https://docs.example.test/guide","prompt":"what?"}]]'
  check 'claude: the page was read' answered allowed MOCK-PAGE-SUMMARY
  check 'claude: WebFetch of a refused page' ask refused 'Go [[tool:WebFetch {"url":"https://evil.example.test/x","prompt":"what?"}]]'
  check 'claude: it is refused before it is tried' answered refused 'unable to fetch from evil.example.test'
  check 'claude: no request for it went out' not touched evil.example.test
  cat >"$WORK/mcp.json" <<'JSON'
{"mcpServers": {"mock": {"type": "http", "url": "https://mcp.example.test/mcp"}}}
JSON
  tool=$(sed -n "s/.*name: '\([a-z_]*\)', description.*/\1/p" "$STAND_IN/mock-upstream.mjs" | head -1)
  check 'claude: a tool of an MCP server' ask mcp "Go [[tool:mcp__mock__${tool:-echo} {\"text\":\"hi-mcp\"}]]" --mcp-config "$WORK/mcp.json"
  check 'claude: the tool answered' answered mcp 'MOCK-RESULTS.*hi-mcp'
  check 'claude: audit: the MCP server in its class' claude_event mcp "e['sallyport.class'] === 'mcp' && e['sallyport.decision'] === 'allow' && e['url.path'] === '/mcp'"
  mkdir -p "$WORK/bash"
  check 'claude: npm and git from the Bash tool' ask bash "Go [[tool:Bash {\"command\":\"cd $WORK/bash && npm install --cache $WORK/bash/cache --no-audit --no-fund left-thing && git clone -q https://git.example.test/acme/tool.git\"}]]"
  check 'claude: npm installed' test -f "$WORK/bash/node_modules/left-thing/index.js"
  check 'claude: git cloned' grep -q 'hello from acme/tool' "$WORK/bash/tool/README.md"

  # A model that is refused: the request, then the host.
  sed 's|{catalog: anthropic/api}|{host: api.anthropic.com, paths: [/v1/models]}|' "$WORK/run.yaml" >"$WORK/next.yaml" && cp "$WORK/run.yaml" "$WORK/first.yaml"
  cp "$WORK/next.yaml" "$WORK/run.yaml"
  check 'claude: a refused model request' ask request 'Say hello.'
  check 'claude: our sentence is its answer' answered request 'Sallyport refused'
  check 'claude: 3 seconds at most beyond a plain turn' quickly request
  sed 's|{catalog: anthropic/api}||' "$WORK/first.yaml" >"$WORK/run.yaml"
  check 'claude: a refused model host' ask host 'Say hello.'
  check 'claude: our sentence is its answer again' answered host 'Sallyport refused'
  check 'claude: 3 seconds at most beyond a plain turn again' quickly host
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
  check 'codex: a turn, WebSockets refused' codex_turn refused '{host: api.openai.com, methods: [POST], paths: [/v1/responses]}'
  check 'codex: the answer again' grep -q MOCK-OK "$WORK/codex-refused"
  check 'codex: its WebSocket was refused' codex_event refused "e['sallyport.reason'] === 'method-not-allowed'"
  check 'codex: no WebSocket reached the origin' not grep -q '"upgrade"' "$WORK/mock.jsonl"
fi
finish
