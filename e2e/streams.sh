#!/bin/sh
# WebSockets and gRPC through interception, seen whole from the packaged program: `ws` and `grpc-js`, as client and as origin.
# A WebSocket over HTTP/1.1 and as an extended CONNECT of HTTP/2: messages small and of 10 MiB, close codes both ways, refused
# where only GET is allowed and where the origin's answer is for another key. Calls of gRPC of all four kinds, errors with and
# without messages, deadlines and cancels that reach the origin. Both ended by a kill switch.
set -eu
. "$(dirname "$0")/lib.sh"
find_modules 'ws@8.23.0' '@grpc/grpc-js@1.14.7'

node "$TOP/e2e/streams-origin.mjs" "$MODULES" "$WORK/keys" "$WORK/origin.port" >"$WORK/origin.out" 2>&1 &
PIDS="$PIDS $!"
until_true 60 test -s "$WORK/origin.port"
read -r SOCKETS CALLS <"$WORK/origin.port"
PORT=$(free_port)
cat >"$WORK/policy.yaml" <<'YAML'
sallyport: 1
name: streams
classes:
  live:
    intercept: true
    allow:
      - {host: ws.streams.test, id: socket, methods: [GET, POST], paths: [/echo, /close, /wrong]}
      - {host: ws.streams.test, id: reading, methods: [GET], paths: [/read]}
      - {host: grpc.streams.test, id: calls, methods: [POST], paths: [/e2e.Calls/*]}
profiles:
  all: {classes: [live]}
assign:
  - {anonymous: true, address: 127.0.0.0/8, profile: all}
YAML
cat >"$WORK/sallyport.yaml" <<YAML
listen: [{address: 127.0.0.1, port: $PORT}]
policy: policy.yaml
control: gate.sock
intercept: {authority: ca}
connect-to: {"ws.streams.test:443": "127.0.0.1:$SOCKETS", "grpc.streams.test:443": "127.0.0.1:$CALLS"}
upstream: {roots: keys/root.pem}
audit: {file: audit/streams.jsonl}
YAML
start_gate "$WORK/sallyport.yaml"
AUDIT=$WORK/audit/streams.jsonl
SEEN=$WORK/keys/seen.jsonl
client() { node "$TOP/e2e/streams-client.mjs" "$MODULES" "$PORT" "$WORK/ca/root.pem" "$1"; }
count() { [ "$(grep -c -- "$2" "$1")" = "$3" ] || { grep -- "$2" "$1"; return 1; }; }

client all >"$WORK/cases.out" 2>&1 || true
# Each line is a test of its own.
sed -n 's/^ok //p; s/^FAIL \(.*\)/\1/p' "$WORK/cases.out" >"$WORK/cases"
while read -r case; do check "$case" grep -qFx "ok $case" "$WORK/cases.out"; done <"$WORK/cases"
check 'all cases were seen' count "$WORK/cases" . 25
check 'WebSockets go up over HTTP/1.1' count "$SEEN" '"upgrade".*"protocol":"1.1"' 10
check "the client's code reaches the origin, both times" until_true 5 count "$SEEN" '"code":4001,"why":"enough"' 2
check 'what was refused has not reached the origin' not grep -q '/read\|/other' "$SEEN"
check 'a deadline and a cancel reach the origin' until_true 5 count "$SEEN" '"cancelled":"\(Silent\|Held\)"' 2
check 'audit: a WebSocket' event "$AUDIT" "e['sallyport.event'] === 'close' && e['url.path'] === '/echo' && e['sallyport.end'] === 'done' && e['http.response.status_code'] === 101 && e['sallyport.bytes.sent'] > 10 * 1048576"
check 'audit: a call' event "$AUDIT" "e['sallyport.event'] === 'close' && e['url.path'] === '/e2e.Calls/Down' && e['sallyport.end'] === 'done'"
check 'audit: a cancelled call' event "$AUDIT" "e['sallyport.event'] === 'close' && e['url.path'] === '/e2e.Calls/Held' && e['sallyport.end'] === 'client-gone'"

client open >"$WORK/open.out" 2>&1 &
CLIENT=$!
PIDS="$PIDS $CLIENT"
check 'a WebSocket by each way and a call are open' until_true 20 grep -qx open "$WORK/open.out"
check 'kill' "$SALLYPORT" kill --host streams.test --reason 'seen by streams.sh' --control "$WORK/gate.sock"
check 'the client hears of it three times' until_true 10 count "$WORK/open.out" ' ended ' 3
check 'no end is in order' not grep -q 'ended 1000\|ended OK' "$WORK/open.out"
wait "$CLIENT" || true
killed() { event "$AUDIT" "e['sallyport.event'] === 'close' && e['sallyport.end'] === 'killed' && e['url.path'] === '$1'"; }
check 'audit: the WebSockets were killed' until_true 5 killed /echo
check 'audit: the call was killed' until_true 5 killed /e2e.Calls/Both
check 'audit: the chain holds' "$SALLYPORT" audit verify "$AUDIT"
finish
