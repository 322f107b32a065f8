#!/bin/sh
# What the audit promises when things break: kill -9 under load, a full disk, two runs in one folder.
# The full disk needs root (a small tmpfs); without root that part is left out and said so.
set -eu
. "$(dirname "$0")/lib.sh"

start_stand_in
PORT=$(free_port)
cat >"$WORK/policy.yaml" <<'YAML'
sallyport: 1
name: crash
classes:
  web:
    allow: [docs.example.test, {host: plain.example.test, scheme: any}]
profiles:
  all: {classes: [web]}
assign:
  - {anonymous: true, address: 127.0.0.0/8, profile: all}
  - {any: true, profile: all}
YAML
settings() {
  cat >"$WORK/sallyport.yaml" <<YAML
listen: [{address: 127.0.0.1, port: $PORT}]
admin: {address: 127.0.0.1, port: $(free_port)}
policy: policy.yaml
audit: {file: $1}
connect-to:
  "*:443": "127.0.0.1:$MOCK_HTTPS"
  "*:80": "127.0.0.1:$MOCK_HTTP"
YAML
}
# load SECONDS: tunnels and plain requests, one after another, in four processes.
load() {
  for _ in 1 2 3 4; do
    timeout "$1" sh -c "while :; do curl -s --max-time 5 --cacert '$CA' -x http://127.0.0.1:$PORT https://docs.example.test/ http://plain.example.test/ https://evil.example.test/ >/dev/null; done" &
    LOADS="${LOADS-} $!"
  done
}
load_done() {
  for pid in $LOADS; do kill "$pid" 2>/dev/null || true; done
  for pid in $LOADS; do wait "$pid" 2>/dev/null || true; done
  LOADS=
}
through() { curl -sS -o /dev/null --fail --max-time 5 --cacert "$CA" -x "http://127.0.0.1:$PORT" https://docs.example.test/; }
answer() { curl -s -o /dev/null --max-time 5 --cacert "$CA" -x "http://127.0.0.1:$PORT" -w '%{http_connect}' https://docs.example.test/ || true; }
events() { wc -l <"$1"; }

settings audit/crash.jsonl
AUDIT=$WORK/audit/crash.jsonl
for round in 1 2 3; do
  start_gate "$WORK/sallyport.yaml"
  before=$(events "$AUDIT")
  load 60
  check "load, round $round" until_true 50 sh -c "test \$(wc -l <'$AUDIT') -gt $((before + 40))"
  kill -9 "$GATE_PID"
  wait "$GATE_PID" 2>/dev/null || true
  load_done
  check "kill -9 under load, round $round: the chain holds or ends in a torn line" sh -c "'$SALLYPORT' audit verify '$AUDIT' || test \"\$(tail -c 1 '$AUDIT')\" != ''"
done
# A line that was torn in the middle, as a crash of the machine leaves it.
tail -1 "$AUDIT" | cut -c1-200 | tr -d '\n' >>"$AUDIT"
check 'a torn line is found' not "$SALLYPORT" audit verify "$AUDIT"
start_gate "$WORK/sallyport.yaml"
check 'started again: the gate works' through
check 'started again: the chain holds' "$SALLYPORT" audit verify "$AUDIT"
check 'started again: the torn line is recorded' event "$AUDIT" "e['sallyport.event'] === 'gap'"
check 'started again: the torn line is set aside' sh -c "ls '$WORK'/audit | grep -q torn"
check 'a second gate on the same file is turned away' sh -c "'$SALLYPORT' serve --config '$WORK/sallyport.yaml' --set listen='[{port: 0}]' --set control=other.sock --set admin.port=0 2>&1 | grep -qi 'audit'"
kill "$GATE_PID"
until_true 40 not kill -0 "$GATE_PID"

if [ "$(id -u)" = 0 ]; then
  mkdir "$WORK/small"
  mount -t tmpfs -o size=256k tmpfs "$WORK/small"
  trap 'umount "$WORK/small" 2>/dev/null || true; stop_all' EXIT
  settings "$WORK/small/full.jsonl"
  AUDIT=$WORK/small/full.jsonl
  start_gate "$WORK/sallyport.yaml"
  check 'room: the gate works' through
  head -c 1000000 /dev/zero >"$WORK/small/filler" 2>/dev/null || true
  fills() { through >/dev/null 2>&1 || true; test "$(answer)" = 503; }
  check 'no room: the gate refuses' until_true 20 fills
  check 'no room: in words' sh -c "curl -s --max-time 5 -x http://127.0.0.1:$PORT http://plain.example.test/ | grep -q audit-unavailable"
  rm "$WORK/small/filler"
  check 'room again: the gate works by itself' until_true 20 through
  check 'room again: the gap is recorded' event "$AUDIT" "e['sallyport.event'] === 'gap'"
  check 'room again: the chain holds' "$SALLYPORT" audit verify "$AUDIT"
  kill "$GATE_PID"
  until_true 40 not kill -0 "$GATE_PID"
  umount "$WORK/small"
  trap stop_all EXIT
else
  echo 'left out: the full disk, which needs root'
fi

# Two sessions at once in one folder.
node "$TOP/e2e/parent.mjs" --ready "$WORK/parent.ready" --default "$MOCK_HTTPS" &
PIDS="$PIDS $!"
until_true 20 test -s "$WORK/parent.ready"
mkdir -p "$WORK/project"
one() {
  (cd "$WORK/project" && XDG_STATE_HOME="$WORK/state" HTTPS_PROXY="http://127.0.0.1:$(cat "$WORK/parent.ready")" \
    "$SALLYPORT" run --policy "$WORK/policy.yaml" --summary "$WORK/summary-$1" -- \
    sh -c "for i in 1 2 3 4 5; do curl -sS --fail --cacert '$CA' https://docs.example.test/ || exit 1; done" >"$WORK/out-$1" 2>&1)
}
both() { one a & first=$!; one b; second=$?; wait "$first" && test "$second" = 0; }
check 'two runs at once in one folder' both
check 'two runs: two logs' sh -c "test \$(find '$WORK/state' -name '*.jsonl' | wc -l) = 2"
check 'two runs: both logs hold' "$SALLYPORT" audit verify "$(dirname "$(find "$WORK/state" -name '*.jsonl' | head -1)")"
finish
