#!/bin/sh
# The real Claude Code through the packaged gate, once as `serve` and once as `run`, against the stand-in internet.
# CLAUDE_BIN names the binary; without it the pinned release is installed into a cache outside the checkout.
set -eu
. "$(dirname "$0")/lib.sh"

find_claude

start_stand_in
make_repository acme/tool
PORT=$(free_port)
cat >"$WORK/policy.yaml" <<'YAML'
sallyport: 1
name: claude-session
classes:
  model:
    allow: [{catalog: anthropic/api}]
  packages:
    allow: [{catalog: npm/read}]
  source-control:
    allow: [{catalog: github}]
  webfetch:
    allow: [docs.example.test]
  telemetry:
    allow: [{host: otel.example.test, ports: [4318]}]
deny:
  - {domain: paste.example.test, reason: dead drop}
profiles:
  developer: {classes: [model, packages, source-control, webfetch, telemetry]}
assign:
  - {any: true, profile: developer}
YAML
cat >"$WORK/sallyport.yaml" <<YAML
listen: [{address: 127.0.0.1, port: $PORT}]
admin: {address: 127.0.0.1, port: $(free_port)}
policy: policy.yaml
identity: {tokens: tokens.yaml}
audit: {file: audit/claude.jsonl}
connect-to:
  "github.com:443": "127.0.0.1:$SITE_HTTPS"
  "*:443": "127.0.0.1:$MOCK_HTTPS"
  "*:4318": "127.0.0.1:$MOCK_HTTPS"
YAML
TOKEN=$("$SALLYPORT" token add laptop --config "$WORK/sallyport.yaml" 2>/dev/null | grep -o 'spt_[A-Za-z0-9_-]*')
start_gate "$WORK/sallyport.yaml"

# ask PROXY PROMPT: one session; its JSON line is in $WORK/answer.
ask() { sh "$STAND_IN/run-claude.sh" "$1" "$CA" "$2" >"$WORK/answer"; }
answered() { grep -q "$1" "$WORK/answer" || { cat "$WORK/answer"; return 1; }; }
in_class() { event "$AUDIT" "e['sallyport.event'] === 'decision' && e['server.address'] === '$1' && e['sallyport.class'] === '$2' && e['sallyport.decision'] === 'allow'"; }
refused() { event "$AUDIT" "e['sallyport.decision'] === 'deny' && e['server.address'] === '$1' && e['sallyport.reason'] === '$2' && /policy.yaml:[0-9]+\$/.test(e['sallyport.rule.source'])"; }
npm_host=$(npm config get registry 2>/dev/null | sed 's|.*//||; s|/.*||')

# session PROXY NAME: what a working day looks like, and what the audit must say of it.
session() {
  check "$2: a plain turn" ask "$1" 'Say hello.'
  check "$2: the answer" answered MOCK-OK
  check "$2: WebFetch of an allowed page" ask "$1" 'Go [[tool:WebFetch {"url":"https://docs.example.test/guide","prompt":"what?"}]]'
  check "$2: the page was read" answered MOCK-PAGE-SUMMARY
  check "$2: WebFetch of a refused page" ask "$1" 'Go [[tool:WebFetch {"url":"https://evil.example.test/x","prompt":"what?"}]] [[tool:WebFetch {"url":"https://paste.example.test/x","prompt":"what?"}]]'
  check "$2: the agent is told" answered 'proxy refused the connection'
  mkdir -p "$WORK/$2"
  check "$2: npm and git from the Bash tool" ask "$1" "Go [[tool:Bash {\"command\":\"cd $WORK/$2 && npm install --cache $WORK/$2/cache --no-audit --no-fund left-thing && git clone -q https://github.com/acme/tool.git\"}]]"
  check "$2: npm installed" test -f "$WORK/$2/node_modules/left-thing/index.js"
  check "$2: git cloned" grep -q 'hello from acme/tool' "$WORK/$2/tool/README.md"
  EXTRA_ENV="CLAUDE_CODE_ENABLE_TELEMETRY=1 OTEL_LOGS_EXPORTER=otlp OTEL_EXPORTER_OTLP_PROTOCOL=http/json OTEL_EXPORTER_OTLP_ENDPOINT=https://otel.example.test:4318" \
    check "$2: a turn with telemetry" ask "$1" 'Say hello.'
}

recorded() {
  check "$1: audit: model" in_class api.anthropic.com model
  check "$1: audit: webfetch" in_class docs.example.test webfetch
  check "$1: audit: packages" in_class "$npm_host" packages
  check "$1: audit: source-control" in_class github.com source-control
  check "$1: audit: telemetry" in_class otel.example.test telemetry
  check "$1: audit: the unlisted page" refused evil.example.test not-listed
  check "$1: audit: the dead drop" refused paste.example.test denied-by-rule
  check "$1: audit: the chain holds" "$SALLYPORT" audit verify "$AUDIT"
}

AUDIT=$WORK/audit/claude.jsonl
session "http://laptop:$TOKEN@127.0.0.1:$PORT" serve
recorded serve
check 'serve: audit: the token is named' event "$AUDIT" "e['user.name'] === 'laptop' && e['sallyport.identity.method'] === 'token'"
check 'serve: audit: the token itself is nowhere' not grep -q "$TOKEN" "$AUDIT"
check 'serve: without the token 407' sh -c "curl -s -o /dev/null -w '%{http_connect}' -x http://127.0.0.1:$PORT https://docs.example.test/ | grep -qx 407"

# `run` finds the stand-in behind a parent proxy, as it would find the internet behind a company's.
node "$TOP/e2e/parent.mjs" --ready "$WORK/parent.ready" --default "$MOCK_HTTPS" --auth e2e:secret "github.com=$SITE_HTTPS" &
PIDS="$PIDS $!"
until_true 20 test -s "$WORK/parent.ready"
run_session() {
  for step in plain:MOCK-OK:'Say hello.' \
    allowed:MOCK-PAGE-SUMMARY:'Go [[tool:WebFetch {"url":"https://docs.example.test/guide","prompt":"what?"}]]' \
    refused:'proxy refused the connection':'Go [[tool:WebFetch {"url":"https://evil.example.test/x","prompt":"what?"}]] [[tool:WebFetch {"url":"https://paste.example.test/x","prompt":"what?"}]]' \
    bash:MOCK-RESULTS:"Go [[tool:Bash {\"command\":\"cd $WORK/run && npm install --cache $WORK/run/cache --no-audit --no-fund left-thing && git clone -q https://github.com/acme/tool.git\"}]]"; do
    name=${step%%:*}; rest=${step#*:}; expected=${rest%%:*}; prompt=${rest#*:}
    printf '%s\n' "$prompt" >"$WORK/prompt-$name"; printf '%s' "$expected" >"$WORK/expected-$name"
  done
  cat >"$WORK/child.sh" <<SH
for name in plain allowed refused bash; do
  sh "$STAND_IN/run-claude.sh" "\$HTTPS_PROXY" "$CA" "\$(cat "$WORK/prompt-\$name")" >"$WORK/answer-\$name" || true
done
EXTRA_ENV="CLAUDE_CODE_ENABLE_TELEMETRY=1 OTEL_LOGS_EXPORTER=otlp OTEL_EXPORTER_OTLP_PROTOCOL=http/json OTEL_EXPORTER_OTLP_ENDPOINT=https://otel.example.test:4318" \
  sh "$STAND_IN/run-claude.sh" "\$HTTPS_PROXY" "$CA" 'Say hello.' >"$WORK/answer-telemetry" || true
SH
  mkdir -p "$WORK/run" "$WORK/home"
  # A policy that lies in the working directory must not count.
  printf 'sallyport: 1\nname: planted\n' >"$WORK/run/policy.yaml"
  (cd "$WORK/run" && XDG_STATE_HOME="$WORK/state" HTTPS_PROXY="http://e2e:secret@127.0.0.1:$(cat "$WORK/parent.ready")" \
    "$SALLYPORT" run --policy "$WORK/policy.yaml" --summary "$WORK/summary.txt" -- sh "$WORK/child.sh")
}
check 'run: four turns' run_session
for name in plain allowed refused bash; do
  check "run: the $name turn" grep -q "$(cat "$WORK/expected-$name")" "$WORK/answer-$name"
done
check 'run: npm installed' test -f "$WORK/run/node_modules/left-thing/index.js"
check 'run: git cloned' grep -q 'hello from acme/tool' "$WORK/run/tool/README.md"
AUDIT=$(find "$WORK/state" -name '*.jsonl' | head -1)
recorded run
check 'run: the parent is the way' event "$AUDIT" "e['sallyport.route'] === 'parent'"
check 'run: the summary names the classes' sh -c "for c in model packages source-control webfetch telemetry; do grep -q \"\$c\" '$WORK/summary.txt' || exit 1; done"
check 'run: the summary names the refusals' grep -q 'not-listed' "$WORK/summary.txt"
check 'run: the summary names the audit file' grep -q "$(basename "$AUDIT")" "$WORK/summary.txt"
echo; cat "$WORK/summary.txt"; echo
finish
