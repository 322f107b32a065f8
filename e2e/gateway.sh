#!/bin/sh
# Model APIs by a path of the gate's own (/gateway/NAME), with the real Claude Code; and ways up through parent proxies.
# Parents are our own (e2e/parent.mjs). CLAUDE_BIN names the binary; without it the pinned release is installed into a cache outside the checkout.
set -eu
. "$(dirname "$0")/lib.sh"

find_claude
start_stand_in
PORT=$(free_port)
cat >"$WORK/policy.yaml" <<'YAML'
sallyport: 1
name: gateways
contact: "#egress"
classes:
  model:
    intercept: true
    allow:
      - {host: api.anthropic.com, methods: [GET, HEAD, POST], paths: [/v1/messages, /api/**]}
      - {host: api.openai.com, paths: [/v1/responses]}
profiles:
  developer: {classes: [model]}
assign:
  - {token: laptop, profile: developer}
  - {listener: models, anonymous: true, address: 127.0.0.1, profile: developer}
YAML
MODELS=$(free_port)
cat >"$WORK/sallyport.yaml" <<YAML
listen: [{address: 127.0.0.1, port: $PORT}, {name: models, address: 127.0.0.1, port: $MODELS}]
admin: {address: 127.0.0.1, port: $(free_port)}
policy: policy.yaml
identity: {tokens: tokens.yaml, required: false}
audit: {file: audit/gateway.jsonl}
intercept: {authority: gate-ca}
gateway: {bases: {closed: "https://closed.example.test"}}
upstream: {roots: $CA}
connect-to: {"*:443": "127.0.0.1:$MOCK_HTTPS"}
YAML
TOKEN=$("$SALLYPORT" token add laptop --config "$WORK/sallyport.yaml" 2>/dev/null | grep -o 'spt_[A-Za-z0-9_-]*')
start_gate "$WORK/sallyport.yaml"
AUDIT=$WORK/audit/gateway.jsonl
BASE=http://127.0.0.1:$MODELS/gateway/anthropic
unset HTTP_PROXY HTTPS_PROXY http_proxy https_proxy ALL_PROXY all_proxy NO_PROXY no_proxy || true

# ask BASE PROMPT: one session of Claude Code without any proxy; its JSON line is in $WORK/answer.
ask() { TRAFFIC=none EXTRA_ENV="ANTHROPIC_BASE_URL=$1 ${3-}" sh "$STAND_IN/run-claude.sh" "" "$CA" "$2" >"$WORK/answer" || true; }
answered() { grep -q "$1" "$WORK/answer" || { cat "$WORK/answer"; return 1; }; }
code() { curl -s -o "$WORK/body" -w '%{http_code}' --path-as-is --max-time 20 "$@"; }
gives() { expected=$1; shift; got=$(code "$@"); [ "$got" = "$expected" ] || { echo "$got"; cat "$WORK/body"; return 1; }; }
denied() { event "$AUDIT" "e['sallyport.decision'] === 'deny' && e['sallyport.reason'] === '$1' && e['sallyport.entrance'] === 'gateway'"; }

check 'claude: a plain turn through the gateway' ask "$BASE" 'Say hello.'
check 'claude: the answer' answered MOCK-OK
check 'claude: a tool and a second request' ask "$BASE" 'Go [[tool:Bash {"command":"echo from-the-shell"}]]'
check 'claude: the result' answered MOCK-RESULTS
check 'claude: a token in the path' ask "http://127.0.0.1:$PORT/gateway/@laptop:$TOKEN/anthropic" 'Say hello.'
check 'claude: is known by it' event "$AUDIT" "e['user.name'] === 'laptop' && e['url.path'] === '/v1/messages' && e['sallyport.decision'] === 'allow'"
check 'claude: the token is in no event and went nowhere' not grep -q "$TOKEN" "$AUDIT" "$WORK/mock.jsonl"
check 'claude: its session joins its telemetry' event "$AUDIT" "e['session.id'] && e['sallyport.entrance'] === 'gateway'"
check 'claude: a model that is refused' ask "http://127.0.0.1:$MODELS/gateway/closed" 'Say hello.'
check 'claude: shows our sentence' answered 'Sallyport refused this: no class of profile'
check 'claude: and ends at once' sh -c "test \$(sed 's/.*\"seconds\":\([0-9]*\).*/\1/' '$WORK/answer') -le 15"
check 'claude: without the token' ask "http://127.0.0.1:$PORT/gateway/anthropic" 'Say hello.'
check 'claude: is told where to put it' answered 'gateway/@NAME:TOKEN'
check 'curl: events as they come' sh -c "curl -sN --max-time 20 -H 'x-api-key: k' -H 'content-type: application/json' -d '{\"model\":\"m\",\"stream\":true,\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}' $BASE/v1/messages | grep -q '^event: message_stop'"
check 'curl: a path that the policy refuses' gives 403 "$BASE/v1/files"
check 'curl: in the vendor'\''s form' grep -q '"type":"permission_error"' "$WORK/body"
check 'curl: OpenAI'\''s form' sh -c "curl -s http://127.0.0.1:$MODELS/gateway/openai/v1/files | grep -q '\"code\":\"path-not-allowed\"'"
for path in /../x /v1/%2e%2e/x /v1/..%2f..%2fx '/v1\..\x' //v1/messages; do
  check "curl: $path stays within the base" gives 400 "$BASE$path"
done
check 'audit: malformed' denied malformed
check 'curl: a name that leads here' gives 421 -H 'Host: rebound.example.test' "$BASE/v1/messages"
check 'audit: gateway-host' denied gateway-host
check 'curl: a page of another site' gives 403 -H 'Origin: https://evil.example.test' "$BASE/v1/messages"
check 'audit: web-page-not-allowed' denied web-page-not-allowed
check 'curl: no such gateway' gives 404 "http://127.0.0.1:$MODELS/gateway/nobody/"
check 'curl: other paths are none' gives 400 "http://127.0.0.1:$MODELS/v1/messages"
check 'curl: a protocol that is not carried is refused at once' gives 403 --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: other' "http://127.0.0.1:$MODELS/gateway/openai/v1/responses"
check 'curl: a WebSocket is judged as the GET that it begins with' gives 403 --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==' "http://127.0.0.1:$MODELS/gateway/openai/v1/other"
check 'node: fetch' node -e "fetch('$BASE/v1/messages',{method:'POST',headers:{'x-api-key':'k','content-type':'application/json'},body:JSON.stringify({model:'m',max_tokens:9,messages:[{role:'user',content:'hi'}]})}).then(async r=>{const t=await r.text();if(r.status!==200)throw t})"
check 'node: without credentials it still gets words' node -e "fetch('http://127.0.0.1:$PORT/gateway/anthropic/v1/messages').then(async r=>{if(r.status!==403||!/Sallyport refused/.test(await r.text()))process.exit(1)})"
check 'audit: the chain holds' "$SALLYPORT" audit verify "$AUDIT"
kill "$GATE_PID"

# Parents: within TLS with a certificate of the gate's and in clear, by scheme and by class; and what goes past them.
parent() { # NAME OPTION...: its port is in $WORK/NAME.port, what it was asked in $WORK/NAME.log
  name=$1; shift
  : >"$WORK/$name.log"
  node "$TOP/e2e/parent.mjs" --ready "$WORK/$name.port" --log "$WORK/$name.log" --default "$MOCK_HTTPS" --http "$MOCK_HTTP" --auth e2e:secret "$@" &
  PIDS="$PIDS $!"
  until_true 20 test -s "$WORK/$name.port"
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=gate-of-e2e -keyout "$WORK/gate.key" -out "$WORK/gate.pem" 2>/dev/null
in_tls="--ca-lib $STAND_IN/lib.mjs --ca-dir $WORK/ca --name parent.example.test"
# shellcheck disable=SC2086
parent secure $in_tls --client-ca "$WORK/gate.pem"
# shellcheck disable=SC2086
parent tls $in_tls
parent plain
cat >"$WORK/parents-policy.yaml" <<YAML
sallyport: 1
name: parents
classes:
  webfetch: {allow: [docs.example.test, {host: plain.example.test, scheme: http}]}
  seen: {intercept: true, allow: [api.anthropic.com]}
  packages: {allow: [{host: mirror.example.test, ports: [$MOCK_HTTPS], resolves-to: [127.0.0.0/8]}]}
  internal: {allow: [{host: a.past.example.test, ports: [$MOCK_HTTPS], resolves-to: [127.0.0.0/8]}]}
profiles: {all: {classes: [webfetch, seen, packages, internal]}}
assign: [{anonymous: true, address: 127.0.0.1, profile: all}]
YAML
NEXT=$(free_port)
cat >"$WORK/parents.yaml" <<YAML
listen: [{address: 127.0.0.1, port: $NEXT}]
admin: {address: 127.0.0.1, port: $(free_port)}
policy: parents-policy.yaml
control: parents.sock
audit: {file: parents/parents.jsonl}
intercept: {authority: memory, refuse-in-band: never}
gateway: {}
resolve: {hosts: {parent.example.test: 127.0.0.1, mirror.example.test: 127.0.0.1, a.past.example.test: 127.0.0.1}}
upstream:
  roots: $CA
  proxy: https://e2e:secret@parent.example.test:$(cat "$WORK/secure.port")
  http-proxy: http://e2e:secret@127.0.0.1:$(cat "$WORK/plain.port")
  proxy-tls: {roots: $CA, certificate: gate.pem, key: gate.key}
  parents: {packages: none}
  no-proxy: [.past.example.test]
YAML
start_gate "$WORK/parents.yaml"
AUDIT=$WORK/parents/parents.jsonl
through() { curl -sS --fail --max-time 20 --cacert "$CA" --noproxy '' -x "http://127.0.0.1:$NEXT" -o /dev/null "$@"; }
route() { event "$AUDIT" "e['sallyport.event'] === 'close' && e['server.address'] === '$1' && e['sallyport.route'] === '$2'"; }
check 'parent within TLS: a tunnel' through https://docs.example.test/
check 'parent within TLS: asked with the gate'\''s certificate' grep -qx 'CONNECT docs.example.test:443 tls gate-of-e2e' "$WORK/secure.log"
check 'parent within TLS: an intercepted request, TLS within TLS' gives 200 "http://127.0.0.1:$NEXT/gateway/anthropic/v1/messages" -H 'content-type: application/json' -d '{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}'
check 'parent within TLS: asked for it' grep -q 'CONNECT api.anthropic.com:443 tls' "$WORK/secure.log"
check 'another parent for plain http' through http://plain.example.test/x
check 'asked in absolute form' grep -qx 'GET http://plain.example.test/x clear' "$WORK/plain.log"
check 'a class without a parent' through "https://mirror.example.test:$MOCK_HTTPS/"
check 'audit: direct' route mirror.example.test direct
check 'no-proxy: what is below a name' through "https://a.past.example.test:$MOCK_HTTPS/"
check 'audit: direct too' route a.past.example.test direct
check 'no parent was asked for either' not grep -q 'mirror\|past' "$WORK/secure.log" "$WORK/plain.log"
kill "$GATE_PID"

# run finds its parents in the environment.
through_run() { # VARIABLES COMMAND...: one run; its record is $WORK/run/state
  variables=$1; shift
  # shellcheck disable=SC2086
  env $variables XDG_STATE_HOME="$WORK/run" HOME="$WORK/home" "$SALLYPORT" run --policy "$WORK/parents-policy.yaml" \
    --set 'resolve.hosts={parent.example.test: 127.0.0.1}' --set intercept.refuse-in-band=never -- "$@" >"$WORK/run.out" 2>&1
}
mkdir -p "$WORK/home"
TLS_PARENT=https://e2e:secret@parent.example.test:$(cat "$WORK/tls.port")
PLAIN_PARENT=http://e2e:secret@127.0.0.1:$(cat "$WORK/plain.port")
: >"$WORK/plain.log"
check 'run: one parent within TLS, another for http' through_run "HTTPS_PROXY=$TLS_PARENT HTTP_PROXY=$PLAIN_PARENT SSL_CERT_FILE=$CA" \
  sh -c "curl -sS --fail --cacert '$CA' -o /dev/null https://docs.example.test/ && curl -sS --fail -o /dev/null http://plain.example.test/y"
check 'run: says so' sh -c "tr -s ' \n' ' ' <'$WORK/run.out' | grep -q 'within TLS, from HTTPS_PROXY.*plain http goes out through the parent proxy'"
check 'run: both were asked' sh -c "grep -q 'CONNECT docs.example.test:443 tls' '$WORK/tls.log' && grep -q 'GET http://plain.example.test/y' '$WORK/plain.log'"
fails_with() { through_run "$1" curl -sS http://plain.example.test/z || true; grep -q "\"reason\":\"$2\"" "$WORK/run.out" || { cat "$WORK/run.out"; return 1; }; }
check 'run: wrong credentials' fails_with "http_proxy=http://e2e:wrong@127.0.0.1:$(cat "$WORK/plain.port")" parent-credentials
check 'run: a parent that is not there' fails_with http_proxy=http://127.0.0.1:1 parent-unreachable
check 'run: a parent that nobody vouches for' fails_with "http_proxy=$TLS_PARENT" parent-tls
check 'run: the password is nowhere' not grep -rq 'e2e:secret' "$WORK/run" "$WORK/run.out"

# setup claude-code: the real program finds the gate in its settings, with nothing in its environment.
start_gate "$WORK/sallyport.yaml"
AUDIT=$WORK/audit/gateway.jsonl
mkdir -p "$WORK/claude"
echo '{"model": "sonnet", "env": {"MINE": "1"}}' >"$WORK/claude/settings.json"
setup() { CLAUDE_CONFIG_DIR=$WORK/claude "$SALLYPORT" setup claude-code --gate "http://laptop:$TOKEN@127.0.0.1:$PORT" --ca "$WORK/gate-ca/root.pem" "$@"; }
check 'setup: says what it would do' sh -c "CLAUDE_CONFIG_DIR='$WORK/claude' '$SALLYPORT' setup claude-code --dry-run | grep -qx '+ env.HTTPS_PROXY = http://127.0.0.1:3128'"
check 'setup: writes the settings' setup
check 'setup: again is nothing' sh -c "CLAUDE_CONFIG_DIR='$WORK/claude' '$SALLYPORT' setup claude-code --gate 'http://laptop:$TOKEN@127.0.0.1:$PORT' --ca '$WORK/gate-ca/root.pem' | grep -q '^nothing to change'"
before=$(grep -c '"sallyport.entrance":"connect"' "$AUDIT" || true)
by_settings() { TRAFFIC=none EXTRA_ENV="CLAUDE_CONFIG_DIR=$WORK/claude" sh "$STAND_IN/run-claude.sh" "" "$CA" 'Say hello.' >"$WORK/answer" || true; }
check 'claude: a turn with its settings alone' by_settings
check 'claude: answered, under the gate'\''s certificate' answered MOCK-OK
check 'claude: went through the gate, as laptop' sh -c "test \$(grep -c '\"sallyport.entrance\":\"connect\"' '$AUDIT') -gt $before && grep '\"sallyport.entrance\":\"connect\"' '$AUDIT' | tail -1 | grep -q '\"user.name\":\"laptop\"'"
check 'setup: takes it out again' setup --remove
check 'setup: and leaves what was there' node -e "const s=JSON.parse(require('fs').readFileSync('$WORK/claude/settings.json'));if(s.env.HTTPS_PROXY||s.env.MINE!=='1')process.exit(1)"

# git: an ssh remote of an allowed host goes over https, any other is told why it does not go.
make_repository acme/tool
cat >"$WORK/git-policy.yaml" <<'YAML'
sallyport: 1
name: git
classes: {source-control: {allow: [git.example.test]}}
profiles: {all: {classes: [source-control]}}
assign: [{anonymous: true, address: 127.0.0.1, profile: all}]
YAML
mkdir -p "$WORK/checkout" && git init -q "$WORK/checkout" && git -C "$WORK/checkout" remote add origin git@git.example.test:acme/tool.git
git_run() { (cd "$WORK/checkout" && GIT_SSL_CAINFO="$CA" XDG_STATE_HOME="$WORK/run" HOME="$WORK/home" "$SALLYPORT" run --policy "$WORK/git-policy.yaml" --set "connect-to={\"git.example.test:443\": \"127.0.0.1:$SITE_HTTPS\"}" -- git "$@") >"$WORK/run.out" 2>&1; }
check 'git: an ssh remote of an allowed host' git_run fetch -q origin
check 'git: is said' grep -q 'git takes' "$WORK/run.out"
check 'git: was fetched over https' git -C "$WORK/checkout" rev-parse -q --verify FETCH_HEAD
check 'git: any other host' not git_run ls-remote git@other.example.test:acme/tool.git
check 'git: is told why' grep -q 'sallyport: ssh does not leave this way' "$WORK/run.out"
finish
