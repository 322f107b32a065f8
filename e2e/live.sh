#!/bin/sh
# What changes while a gate runs: kill switches under load and over a restart, revoked tokens, exceptions that end,
# reloads that say what they cut, and the organisation's own file. The last needs root (a mount namespace); without
# root that part is left out and said so.
set -eu
. "$(dirname "$0")/lib.sh"

start_stand_in
PORT=$(free_port)
AUDIT=$WORK/audit/live.jsonl
SOCKET=$WORK/gate.sock
policy() { # policy EXTRA_LINES
  cat >"$WORK/policy.new" <<YAML
sallyport: 1
name: live
classes:
  web:
    allow: [docs.example.test, other.example.test, {host: plain.example.test, scheme: any}]
  model: {allow: [{catalog: anthropic/api}]}
profiles:
  all: {classes: [web, model]}
assign:
  - {token: build, profile: all}
  - {anonymous: true, address: 127.0.0.0/8, profile: all}
  - {any: true, profile: all}
$1
YAML
  mv "$WORK/policy.new" "$WORK/policy.yaml"
}
policy ''
cat >"$WORK/sallyport.yaml" <<YAML
listen: [{address: 127.0.0.1, port: $PORT}]
admin: {address: 127.0.0.1, port: $(free_port)}
control: gate.sock
policy: policy.yaml
identity: {tokens: tokens.yaml}
audit: {file: audit/live.jsonl}
connect-to:
  "*:443": "127.0.0.1:$MOCK_HTTPS"
  "*:80": "127.0.0.1:$MOCK_HTTP"
YAML
SECRET=$("$SALLYPORT" token add build --config "$WORK/sallyport.yaml" --label repository=acme/x 2>/dev/null)

gate() { "$SALLYPORT" "$@" --control "$SOCKET"; }
code() { want=$1; shift; set +e; "$@"; got=$?; set -e; [ "$got" = "$want" ] || { echo "exit code $got, not $want"; return 1; }; }
connect() { curl -s -o /dev/null --max-time 10 --cacert "$CA" -x "http://127.0.0.1:$PORT" -w '%{http_connect}' "https://$1/" || true; }
plain() { curl -s -o /dev/null --max-time 10 -x "http://127.0.0.1:$PORT" -w '%{http_code}' "http://$1/" || true; }
connects() { [ "$(connect "$1")" = "$2" ] || { echo "CONNECT $1: $(connect "$1")"; return 1; }; }
answers() { [ "$(plain "$1")" = "$2" ] || { echo "GET http://$1/: $(plain "$1")"; return 1; }; }
hold() { # hold NAME HOST [USER:PASSWORD]: a TLS connection that stays open; $WORK/hold-NAME says what becomes of it
  rm -f "$WORK/hold-$1"
  node "$TOP/e2e/hold.mjs" "$PORT" "$2" "$CA" "$WORK/hold-$1" "${3-}" &
  PIDS="$PIDS $!"
  until_true 20 test -s "$WORK/hold-$1"
}
is_open() { [ "$(tail -1 "$WORK/hold-$1")" = open ]; }
has_ended() { [ "$(tail -1 "$WORK/hold-$1")" = ended ]; }
stop_gate() {
  kill "$GATE_PID"
  until_true 60 not kill -0 "$GATE_PID"
}

# Kill switch, under load.
start_gate "$WORK/sallyport.yaml"
for _ in 1 2; do
  timeout 60 sh -c "while :; do curl -s --max-time 5 --cacert '$CA' -x http://127.0.0.1:$PORT https://docs.example.test/ http://plain.example.test/ >/dev/null; done" &
  PIDS="$PIDS $!"
done
hold docs docs.example.test
hold other other.example.test
check 'two tunnels are open' sh -c "grep -q open '$WORK/hold-docs' && grep -q open '$WORK/hold-other'"
check 'kill --host' gate kill --host example.test. --reason 'no host of this name' --json
check 'unkill of what is not killed is told' code 1 gate unkill --host evil.example.test
check 'unkill --host' gate unkill --host example.test
until_true 20 has_ended docs || true
hold docs docs.example.test
hold other other.example.test
check 'kill --host of an open tunnel' gate kill --host docs.example.test --reason 'key leaked'
check 'the tunnel ends within a second' until_true 1 has_ended docs
check 'another tunnel goes on' is_open other
check 'CONNECT to it is refused' connects docs.example.test 403
check 'CONNECT to a name below it is refused' connects x.docs.example.test 403
check 'another host is not' connects other.example.test 200
check 'the refusal says so' sh -c "curl -s -x http://127.0.0.1:$PORT http://docs.example.test/ | grep -q '\"reason\":\"killed\"'"
check 'kill --class' gate kill --class web --reason drill
check 'an absolute-form request is refused' answers plain.example.test 403
check 'a CONNECT is refused the same way' connects plain.example.test 403
check 'unkill --class' gate unkill --class web
check 'kill --client' gate kill --client 127.0.0.0/8 --reason drill
check 'that client is refused' answers plain.example.test 403
check 'unkill --client' gate unkill --client 127.0.0.0/8
check 'the client is served again' answers plain.example.test 200
check 'kill takes a reason' code 2 gate kill --host a.example.test
check 'a host that is none is told' code 1 gate kill --host '*.example.test' --reason x
check 'the kill is on file, with who and why' event "$AUDIT" "e['sallyport.event'] === 'kill' && e['sallyport.kill.action'] === 'kill' && e['sallyport.kill.target'] === 'host docs.example.test' && e['sallyport.kill.by'] && e['sallyport.kill.reason'] === 'key leaked'"
check 'the end of the tunnel is on file' event "$AUDIT" "e['sallyport.event'] === 'close' && e['server.address'] === 'docs.example.test' && e['sallyport.end'] === 'killed'"

# Over a restart, a hard one too.
kill -9 "$GATE_PID"; wait "$GATE_PID" 2>/dev/null || true
start_gate "$WORK/sallyport.yaml"
check 'started again after kill -9: still refused' connects docs.example.test 403
check 'status shows it' sh -c "'$SALLYPORT' status --control '$SOCKET' | grep -q 'host docs.example.test by'"
stop_gate
cp "$SOCKET.state" "$WORK/state.kept"
head -c 200 "$WORK/state.kept" >"$SOCKET.state"
check 'with a torn state file the gate does not start' code 3 timeout 60 "$SALLYPORT" serve --config "$WORK/sallyport.yaml"
cp "$WORK/state.kept" "$SOCKET.state"
start_gate "$WORK/sallyport.yaml"
check 'unkill' gate unkill --host docs.example.test --reason 'key rotated'
check 'it passes again' connects docs.example.test 200

# A revoked token.
hold build docs.example.test "build+run=77:$SECRET"
check 'a tunnel with a token is open' is_open build
check 'proven and claimed labels stand apart' until_true 5 event "$AUDIT" "e['user.name'] === 'build' && e['sallyport.labels.repository'] === 'acme/x' && e['sallyport.claimed.run'] === '77'"
check 'token revoke' "$SALLYPORT" token revoke build --config "$WORK/sallyport.yaml"
check 'what it had opened ends' until_true 10 has_ended build
hold build docs.example.test "build:$SECRET"
check 'it is of no more use' grep -q 'refused 407' "$WORK/hold-build"

# An exception that ends.
EXPIRES=$(date -u -d "@$(($(date +%s) + 15))" +%Y-%m-%dT%H:%M:%SZ)
policy "exceptions:
  - {id: EX-1, class: web, allow: mirror.example.test, reason: outage, owner: platform, expires: $EXPIRES}"
check 'the exception is in force' until_true 10 connects mirror.example.test 200
hold mirror mirror.example.test
check 'a tunnel that it allows is open' is_open mirror
check 'the tunnel ends with it' until_true 30 has_ended mirror
check 'it allows nothing any more' connects mirror.example.test 403
check 'its end is one event' until_true 5 event "$AUDIT" "e['sallyport.event'] === 'exception.expired' && e['sallyport.exception.id'] === 'EX-1'"
gate reload >/dev/null
check 'and no more than one' sh -c "test \$(grep -c '\"sallyport.event\":\"exception.expired\"' '$AUDIT') = 1"

# Reloads.
hold docs docs.example.test
# The watch must not be the one that loads it: the gate is asked before the file is quiet for long enough.
sed 's/docs.example.test, //' "$WORK/policy.yaml" >"$WORK/without.yaml"
cp "$WORK/without.yaml" "$WORK/policy.yaml"
check 'a reload ends what is no longer allowed' until_true 10 has_ended docs
policy ''
check 'the old policy comes back' until_true 10 connects docs.example.test 200
sed -i 's/classes: \[web, model\]/classes: [web]/' "$WORK/policy.yaml"
check 'a policy that loses a required model host is rejected' until_true 10 event "$AUDIT" "e['sallyport.event'] === 'policy.rejected' && e['sallyport.policy.problems'].some(p => p.includes('api.anthropic.com'))"
check 'reload says so' code 1 gate reload
check 'reload --dry-run says so' sh -c "'$SALLYPORT' reload --dry-run --control '$SOCKET' | grep -q 'takes --force'"
check 'reload --force' gate reload --force
check 'break-glass is refused where the organisation does not permit it' code 1 gate break-glass --for 5m --reason x
check 'the chain holds' "$SALLYPORT" audit verify "$AUDIT"
stop_gate

# The organisation's own file.
if [ "$(id -u)" = 0 ] && mkdir "$WORK/etc" && cp -a /etc/. "$WORK/etc/" && unshare -m mount --bind "$WORK/etc" /etc 2>/dev/null; then
  mkdir -p "$WORK/etc/sallyport"
  cat >"$WORK/etc/sallyport/org.yaml" <<'YAML'
sallyport: 1
name: organisation
classes: {all: {allow: [{domain: docs.example.test}, {domain: plain.example.test}]}}
deny: [{host: evil.example.test}]
profiles: {any: {classes: [all]}}
assign: [{any: true, profile: any}, {anonymous: true, address: 127.0.0.0/8, profile: any}]
YAML
  cat >"$WORK/etc/sallyport/managed.yaml" <<YAML
settings: {audit: {file: $AUDIT}}
policy: org.yaml
break-glass: {permitted: true, max: 10m}
YAML
  sed -i '/^audit:/d' "$WORK/sallyport.yaml"
  cat >"$WORK/managed" <<SH
#!/bin/sh
exec unshare -m sh -c 'mount --bind "$WORK/etc" /etc && exec "$SALLYPORT" "\$@"' sh "\$@"
SH
  chmod +x "$WORK/managed"
  check 'managed: an environment variable cannot change what is fixed' sh -c "SALLYPORT_AUDIT_FILE=x timeout 60 '$WORK/managed' serve --config '$WORK/sallyport.yaml' 2>&1 | grep 'SALLYPORT_AUDIT_FILE: .audit.file. is fixed by the organisation at /etc/sallyport/managed.yaml:1'"
  check 'managed: nor can --set' code 2 timeout 60 "$WORK/managed" serve --config "$WORK/sallyport.yaml" --set audit.file=x
  check 'managed: policy check shows it' sh -c "'$WORK/managed' policy check '$WORK/policy.yaml' | grep -q 'managed: what this policy allows, organisation @'"
  chmod 666 "$WORK/etc/sallyport/managed.yaml"
  check 'managed: a file that others may write is not obeyed' code 2 timeout 60 "$WORK/managed" serve --config "$WORK/sallyport.yaml"
  chmod 644 "$WORK/etc/sallyport/managed.yaml"
  GATE=$SALLYPORT; SALLYPORT=$WORK/managed
  start_gate "$WORK/sallyport.yaml"
  SALLYPORT=$GATE
  check 'managed: what both allow passes' connects docs.example.test 200
  check 'managed: what only the further policy allows does not' connects other.example.test 403
  check 'managed: the start says so' event "$AUDIT" "e['sallyport.event'] === 'start' && e['sallyport.managed.file'] === '/etc/sallyport/managed.yaml' && e['sallyport.managed.fixed'].includes('audit.file')"
  check 'break-glass is bounded' code 1 gate break-glass --for 11m --reason outage
  check 'break-glass' gate break-glass --for 10m --reason outage
  check 'break-glass: what nobody listed passes' connects nowhere.example.test 200
  check 'break-glass: a deny rule stands' connects evil.example.test 403
  check 'break-glass: every event says so' event "$AUDIT" "e['server.address'] === 'nowhere.example.test' && e['sallyport.break_glass'] && e['sallyport.mode'] === 'report'"
  check 'break-glass: status says so' sh -c "'$SALLYPORT' status --control '$SOCKET' | grep -q 'BREAK GLASS'"
  check 'break-glass: every report says so' sh -c "'$SALLYPORT' audit report '$AUDIT' | grep -q 'BREAK GLASS, not reviewed: .* outage'"
  check 'break-glass: also a report of another time' sh -c "'$SALLYPORT' audit report '$AUDIT' --until 2020-01-01T00:00:00Z | grep -q 'BREAK GLASS, not reviewed'"
  check 'break-glass --review' gate break-glass --review --reason 'looked into'
  check 'break-glass: enforcement is back' connects nowhere.example.test 403
  check 'break-glass: reports are quiet again' sh -c "! '$SALLYPORT' audit report '$AUDIT' | grep -q 'BREAK GLASS'"
  check 'the chain holds' "$SALLYPORT" audit verify "$AUDIT"
  stop_gate
else
  echo "left out: the organisation's own file, which needs root and a mount namespace"
fi
finish
