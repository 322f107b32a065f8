#!/bin/sh
# What breaks around the gate: origins that stop, networks that are pulled, DNS that is dead, clients that are slow, deaf or
# gone. Each ends by its time limit with its event, while another client's requests go on undisturbed. In network
# namespaces of its own, which needs root; the name of an audit event is that of its case.
set -eu
if [ "$(id -u)" != 0 ]; then echo 'left out: faults need root, for network namespaces'; exit 0; fi
if [ "${FAULTS_NAMESPACE-}" != own ]; then
  FAULTS_NAMESPACE=own exec unshare --net sh "$0" "$@"
fi
. "$(dirname "$0")/lib.sh"
ip link set lo up

# Another network, at the other end of a wire: 10.213.0.2.
unshare --net sleep 600 &
FAR=$!
PIDS="$PIDS $FAR"
until_true 20 not test "$(readlink /proc/self/ns/net)" = "$(readlink "/proc/$FAR/ns/net")"
ip link add near0 type veth peer name far0
ip link set far0 netns "$FAR"
ip addr add 10.213.0.1/24 dev near0
ip link set near0 up
far() { nsenter --net="/proc/$FAR/ns/net" "$@"; }
far ip addr add 10.213.0.2/24 dev far0
far ip link set far0 up
far ip link set lo up
pull() { far ip link set far0 down; }
plug() { far ip link set far0 up; }

# origin NAME KIND: its port in PORT_NAME, its process in ORIGIN_NAME. far_origin: in the other network.
origin() {
  node "$TOP/e2e/origin.mjs" "$2" "$WORK/$1.port" & eval "ORIGIN_$1=$!"
  PIDS="$PIDS $!"
}
far_origin() {
  nsenter --net="/proc/$FAR/ns/net" node "$TOP/e2e/origin.mjs" "$2" "$WORK/$1.port" 10.213.0.2 &
  PIDS="$PIDS $!"
}
for kind in echo bulk sleep deaf reset; do origin "$kind" "$kind"; done
origin stopped drip
far_origin wire drip
# A DNS server that never answers.
node -e 'const s = require("dgram").createSocket("udp4"); s.bind(0, "127.0.0.1", () => require("fs").writeFileSync(process.argv[1], String(s.address().port)))' "$WORK/dns.port" &
PIDS="$PIDS $!"
for name in echo bulk sleep deaf reset stopped wire dns; do
  until_true 20 test -s "$WORK/$name.port"
  eval "PORT_$name=$(cat "$WORK/$name.port")"
done

PORT=$(free_port)
ADMIN=$(free_port)
cat >"$WORK/policy.yaml" <<'YAML'
sallyport: 1
name: faults
classes:
  web:
    allow: [{subdomains-of: example.test, scheme: any}]
profiles:
  all: {classes: [web]}
assign:
  - {anonymous: true, address: 127.0.0.0/8, profile: all}
  - {anonymous: true, address: 10.213.0.0/24, profile: all}
YAML
to() { for name in $1; do echo "  \"$name.example.test:443\": \"$2\""; echo "  \"$name.example.test:80\": \"$2\""; done; }
{
  cat <<YAML
listen:
  - {name: near, address: 127.0.0.1, port: $PORT}
  - {name: wire, address: 10.213.0.1, port: $PORT}
admin: {address: 127.0.0.1, port: $ADMIN}
policy: policy.yaml
identity: {required: false}
audit: {file: audit.jsonl}
resolve: {servers: ["127.0.0.1:$PORT_dns"]}
limits:
  events-per-client: 100000/s
  time: {request-head: 2s, client-hello: 2s, dial: 2s, idle: 3s}
connect-to:
YAML
  to 'other half-open' "127.0.0.1:$PORT_echo"
  to 'stopped-tunnel stopped-plain stopped-upload stopped-early' "127.0.0.1:$PORT_stopped"
  to 'pulled-tunnel pulled-plain pulled-before' "10.213.0.2:$PORT_wire"
  to 'asleep-tunnel asleep-plain' "127.0.0.1:$PORT_sleep"
  to 'deaf-tunnel deaf-plain' "127.0.0.1:$PORT_bulk"
  to 'slow-head stuck-hello reset-client' "127.0.0.1:$PORT_echo"
  to 'deaf-origin' "127.0.0.1:$PORT_deaf"
  to 'reset-tunnel reset-plain' "127.0.0.1:$PORT_reset"
} >"$WORK/sallyport.yaml"
start_gate "$WORK/sallyport.yaml"
AUDIT=$WORK/audit.jsonl
node "$TOP/e2e/probe.mjs" --port "$PORT" --from 127.0.0.2 --host other.example.test >"$WORK/probe.out" &
PROBE=$!
PIDS="$PIDS $PROBE"

# begin CASE KIND [WAY...]: a client in the background; its transfer is under way when this returns.
begin() {
  case_name=$1; client=$2; shift 2
  "$@" node "$TOP/e2e/fault.mjs" "$client" --port "$PORT" --host "$case_name.example.test" ${GATE_ADDRESS:+--gate "$GATE_ADDRESS"} >"$WORK/$case_name.out" 2>&1 &
  PIDS="$PIDS $!"; CLIENTS="${CLIENTS-} $!"
}
under_way() { for name in "$@"; do until_true 10 grep -q begun "$WORK/$name.out" || { echo "$name has not begun" >&2; cat "$WORK/$name.out" >&2; exit 1; }; done; }
# ends CASE REASON: within ten seconds there is the event that says so.
closes() { event "$AUDIT" "e['sallyport.event'] === 'close' && e['server.address'] === '$1.example.test' && e['sallyport.end'] === '$2'"; }
ends() {
  if until_true 10 closes "$1" "$2"; then return 0; fi
  grep "$1" "$AUDIT" || echo "no event at all"
  return 1
}
seen() { until_true 10 grep -q "$2" "$WORK/$1.out" || { cat "$WORK/$1.out"; return 1; }; }

# An origin that is stopped in mid-transfer, and one that was stopped before.
begin stopped-tunnel tunnel; begin stopped-plain plain; begin stopped-upload upload
# A network that is pulled in mid-transfer, with a client on the wire, too.
begin pulled-tunnel tunnel; begin pulled-plain plain
GATE_ADDRESS=10.213.0.1 begin half-open tunnel nsenter --net="/proc/$FAR/ns/net"
under_way stopped-tunnel stopped-plain stopped-upload pulled-tunnel pulled-plain half-open
kill -STOP "$ORIGIN_stopped"
pull
begin stopped-early plain
begin pulled-before tunnel
check 'an origin stopped in mid-transfer: the tunnel ends, idle' ends stopped-tunnel idle
check 'an origin stopped in mid-transfer: the plain answer ends, idle' ends stopped-plain idle
check 'an origin stopped under an upload: the tunnel ends, idle' ends stopped-upload idle
check 'an origin stopped before the request: origin-timeout' ends stopped-early origin-timeout
check 'an origin stopped before the request: 504' seen stopped-early 'status 504'
check 'a network pulled in mid-transfer: the tunnel ends, idle' ends pulled-tunnel idle
check 'a network pulled in mid-transfer: the plain answer ends, idle' ends pulled-plain idle
check 'a network pulled before the dial: origin-timeout' ends pulled-before origin-timeout
check 'a client whose network is pulled, half-open: the tunnel ends, idle' ends half-open idle
kill -CONT "$ORIGIN_stopped"
plug

begin dead-dns tunnel; begin dead-dns-plain plain
begin asleep-tunnel tunnel; begin asleep-plain plain
begin slow-head slow-head; begin stuck-hello stuck-hello
begin deaf-tunnel deaf-tunnel; begin deaf-plain deaf-plain; begin deaf-origin upload
begin reset-tunnel tunnel; begin reset-plain plain; begin reset-client reset-after-end
check 'DNS that never answers: origin-timeout, for a tunnel' ends dead-dns origin-timeout
check 'DNS that never answers: origin-timeout, for a plain request' ends dead-dns-plain origin-timeout
check 'DNS that never answers: 504' seen dead-dns-plain 'status 504'
check 'an origin that accepts and sleeps: the tunnel ends, idle' ends asleep-tunnel idle
check 'an origin that accepts and sleeps: origin-timeout' ends asleep-plain origin-timeout
check 'an origin that accepts and sleeps: 504' seen asleep-plain 'status 504'
check 'a slow head: malformed' event "$AUDIT" "e['sallyport.reason'] === 'malformed'"
check 'a slow head: 400' seen slow-head 'status 400'
check 'half a ClientHello: not-tls' ends stuck-hello not-tls
check 'a client that does not read a tunnel: it ends, idle' ends deaf-tunnel idle
check 'a client that does not read an answer: it ends, idle' ends deaf-plain idle
check 'an origin that does not read: the tunnel ends, idle' ends deaf-origin idle
check 'an origin that ends and resets: the tunnel ends by itself' ends reset-tunnel done
check 'an origin that ends and resets: the answer arrives whole' ends reset-plain done
check 'a client that ends and resets' event "$AUDIT" "e['sallyport.event'] === 'close' && e['server.address'] === 'reset-client.example.test'"

kill "$PROBE"
check 'nobody else was disturbed' wait "$PROBE"
cat "$WORK/probe.out"

# What was held for them is given back when they are gone.
for pid in $CLIENTS; do kill "$pid" 2>/dev/null || true; done
open() { curl -s "http://127.0.0.1:$ADMIN/metrics" | sed -n "s/^sallyport_$1_open //p"; }
none_open() { test "$(open connections)" = 0.0 && test "$(open tunnels)" = 0.0; }
check 'no connection and no tunnel is left' until_true 40 none_open
check 'the chain of events holds' "$SALLYPORT" audit verify "$AUDIT"
echo 'how long each lasted, of which its limit is 2 s (dial, head, ClientHello) or 3 s (idle):'
FILE=$AUDIT node -e '
  for (const line of require("fs").readFileSync(process.env.FILE, "utf8").trim().split("\n")) {
    const e = JSON.parse(line), name = String(e["server.address"]).split(".")[0];
    if (e["sallyport.event"] === "close" && name !== "other")
      console.log("  " + name.padEnd(16) + e["sallyport.end"].padEnd(16) + (e["sallyport.duration_ms"] / 1000).toFixed(1) + " s");
  }'
finish
