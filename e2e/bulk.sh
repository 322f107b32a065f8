#!/bin/sh
# Bodies of any size through interception in bounded memory: bulk.sh [SIZE], 300M unless told otherwise. SIZE octets up and
# SIZE down, over HTTP/1.1 and HTTP/2 with the client, and the gate's resident memory at its peak (MAX_MIB, 300).
set -eu
. "$(dirname "$0")/lib.sh"
SIZE=$(numfmt --from=iec "${1:-300M}")
MAX_MIB=${MAX_MIB:-300}

node "$TOP/e2e/origins.mjs" "$WORK/keys" "$WORK/origins.port" >"$WORK/origins.out" 2>&1 &
PIDS="$PIDS $!"
until_true 60 test -s "$WORK/origins.port"
PORT=$(free_port)
cat >"$WORK/policy.yaml" <<'YAML'
sallyport: 1
name: bulk
classes:
  pages: {intercept: true, allow: [{subdomains-of: bad.test}]}
profiles:
  all: {classes: [pages]}
assign:
  - {anonymous: true, address: 127.0.0.0/8, profile: all}
YAML
cat >"$WORK/sallyport.yaml" <<YAML
listen: [{address: 127.0.0.1, port: $PORT}]
admin: {address: 127.0.0.1, port: $(free_port)}
policy: policy.yaml
intercept: {authority: ca}
connect-to: {"*:443": "127.0.0.1:$(cat "$WORK/origins.port")"}
upstream: {roots: keys/root.pem}
audit: {file: audit/bulk.jsonl}
YAML
start_gate "$WORK/sallyport.yaml"
AUDIT=$WORK/audit/bulk.jsonl
get() { curl -sS --fail --cacert "$WORK/ca/root.pem" -x "http://127.0.0.1:$PORT" "$@"; }
download() { got=$(get "$1" -o /dev/null -w '%{size_download} %{http_version} %{speed_download}' "https://$2.bad.test/source?n=$SIZE"); echo "$got"; [ "${got%% *}" = "$SIZE" ]; }
upload() { got=$(head -c "$SIZE" /dev/zero | get "$1" -T - "https://$2.bad.test/sink"); echo "$got"; [ "$got" = "$SIZE" ]; }
peak() { awk '/^VmHWM/ {print int($2 / 1024)}' "/proc/$GATE_PID/status"; }
timed() { began=$(date +%s%N); "$@" || return 1; ms=$((($(date +%s%N) - began) / 1000000)); echo "$ms" >"$WORK/ms"; }
rate() { echo "      $((SIZE / 1048576)) MiB in $(cat "$WORK/ms") ms, the gate's peak $(peak) MiB"; }

before=$(peak)
check 'download over HTTP/1.1, HTTP/2 with the origin' timed download --http1.1 good; rate
check 'upload over HTTP/1.1, HTTP/2 with the origin' timed upload --http1.1 good; rate
check 'download over HTTP/2, HTTP/1.1 with the origin' timed download --http2 h1; rate
check 'upload over HTTP/2, HTTP/1.1 with the origin' timed upload --http2 h1; rate
echo "      resident: $before MiB before, $(peak) MiB at the peak"
check "memory: at most $MAX_MIB MiB" [ "$(peak)" -le "$MAX_MIB" ]
check 'audit: octets up' event "$AUDIT" "e['sallyport.event'] === 'close' && e['url.path'] === '/sink' && e['sallyport.bytes.sent'] >= $SIZE"
check 'audit: octets down' event "$AUDIT" "e['sallyport.event'] === 'close' && e['url.path'] === '/source' && e['sallyport.bytes.received'] >= $SIZE"
finish
