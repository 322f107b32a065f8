#!/bin/sh
# The doctor from the packaged program, in network namespaces: an agent whose only neighbour is the gate, the gate with the
# stand-in internet behind it, and an outside that the agent reaches only when a second link is up. A healthy set-up, then
# broken ones, each with the sentence that mends it. Needs root. The script runs itself again within the gate's namespace.
# PAGES: a folder that keeps each page, for docs/doctor.md.
set -eu

if [ -z "${DOCTOR_ID-}" ]; then
  DOCTOR_ID=$$
  export DOCTOR_ID
  remove() { for ns in agent gate outside; do ip netns del "doctor-$ns-$DOCTOR_ID" 2>/dev/null || true; done; }
  trap remove EXIT
  trap 'exit 130' INT TERM
  for ns in agent gate outside; do
    ip netns add "doctor-$ns-$DOCTOR_ID"
    ip -n "doctor-$ns-$DOCTOR_ID" link set lo up
  done
  link() { # NAMESPACE ADDRESS NAMESPACE ADDRESS NAME: two namespaces as neighbours; the link of the first is NAME
    ip -n "doctor-$1-$DOCTOR_ID" link add "$5" type veth peer name "to-$1" netns "doctor-$3-$DOCTOR_ID"
    ip -n "doctor-$1-$DOCTOR_ID" addr add "$2" dev "$5"
    ip -n "doctor-$3-$DOCTOR_ID" addr add "$4" dev "to-$1"
    ip -n "doctor-$3-$DOCTOR_ID" link set "to-$1" up
  }
  link agent 10.77.0.2/24 gate 10.77.0.1/24 eth0
  ip -n "doctor-agent-$DOCTOR_ID" link set eth0 up
  link agent 203.0.113.2/24 outside 203.0.113.1/24 eth1 # stays down until a case opens it
  for address in 192.0.2.1/32 198.51.100.53/32; do
    ip -n "doctor-outside-$DOCTOR_ID" addr add "$address" dev lo
  done
  status=0
  ip netns exec "doctor-gate-$DOCTOR_ID" sh "$0" || status=$?
  exit "$status"
fi

REAL_HOME=$HOME
. "$(dirname "$0")/lib.sh"
for name in ALL_PROXY all_proxy HTTPS_PROXY https_proxy HTTP_PROXY http_proxy NO_PROXY no_proxy PIP_CERT GIT_SSL_CAINFO \
  SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS JAVA_TOOL_OPTIONS npm_config_cafile; do
  unset $name || true
done

start_stand_in
cat >"$WORK/policy.yaml" <<'YAML'
sallyport: 1
name: acme-agents
contact: "#egress"
classes:
  model: {allow: [api.example.test]}
  packages: {allow: [registry.example.test]}
  webfetch:
    intercept: true
    methods: [GET, HEAD]
    allow: [docs.example.test]
profiles: {developer: {classes: [model, packages, webfetch]}}
assign:
  - {token: agent, profile: developer}
  - {anonymous: true, address: 10.77.0.2/32, profile: developer}
YAML
cat >"$WORK/sallyport.yaml" <<YAML
listen: [{address: 10.77.0.1, port: 3128}]
admin: {address: 127.0.0.1, port: 9328}
policy: policy.yaml
identity: {tokens: tokens.yaml, required: false}
intercept: {authority: ca-gate, refuse-in-band: always}
upstream: {roots: $CA}
audit: {file: audit/doctor.jsonl}
connect-to: {"*:443": "127.0.0.1:$MOCK_HTTPS"}
YAML
TOKEN=$("$SALLYPORT" token add agent --tokens "$WORK/tokens.yaml" 2>/dev/null)
start_gate "$WORK/sallyport.yaml"
"$SALLYPORT" ca env --config "$WORK/sallyport.yaml" --to "$WORK/trust" >"$WORK/trust.sh"

# The agent's surroundings: everything that `sallyport run` or the dev container feature would set.
mkdir -p "$WORK/home" "$WORK/few"
for tool in curl git node sh stty ping dirname readlink uname sed grep cat ls head tail sort find env rm mkdir ln tr cut test; do
  path=$(command -v "$tool") && ln -sf "$path" "$WORK/few/$tool"
done
GATE=http://agent:$TOKEN@10.77.0.1:3128
JVM="-Dhttps.proxyHost=10.77.0.1 -Dhttps.proxyPort=3128 -Dhttp.proxyHost=10.77.0.1 -Dhttp.proxyPort=3128"
cat >"$WORK/agent.sh" <<SH
export HTTPS_PROXY=$GATE https_proxy=$GATE HTTP_PROXY=$GATE http_proxy=$GATE NODE_USE_ENV_PROXY=1
export NO_PROXY=localhost,127.0.0.1,::1 no_proxy=localhost,127.0.0.1,::1
. "$WORK/trust.sh"
export JAVA_TOOL_OPTIONS="\$JAVA_TOOL_OPTIONS $JVM"
export HOME="$WORK/home" PYENV_ROOT="${PYENV_ROOT:-$REAL_HOME/.pyenv}" RUSTUP_HOME="${RUSTUP_HOME:-$REAL_HOME/.rustup}"
export TMPDIR="$WORK"
SH
echo 'nameserver 198.51.100.53' >"$WORK/resolv.conf"
PROGRAM_PATH=$PATH

# doctor BREAK OPTION...: the doctor in the agent's place, after the shell command BREAK. Its page is in $WORK/page.
doctor() {
  break=$1; shift
  code=0
  ip netns exec "doctor-agent-$DOCTOR_ID" sh -c "mount --bind '$WORK/resolv.conf' /etc/resolv.conf; cd '$WORK/home'; . '$WORK/agent.sh'
    $break
    exec '$SALLYPORT' doctor \"\$@\"" doctor "$@" >"$WORK/page" 2>"$WORK/page.err" || code=$?
  runs=$((${runs-0} + 1))
  [ -z "${PAGES-}" ] || cp "$WORK/page" "$PAGES/$runs"
}
# says WORDS...: each is on the last page, whose line ends do not count.
says() {
  tr -s ' \n' '  ' <"$WORK/page" >"$WORK/page.flat"
  for words; do grep -qF -- "$words" "$WORK/page.flat" || { echo "not there: $words"; cat "$WORK/page" "$WORK/page.err"; return 1; }; done
}
ended() { [ "$code" = "$1" ] || { echo "ended with $code"; cat "$WORK/page" "$WORK/page.err"; return 1; }; }
only() { # GROUP-LIKE: nothing fails but rows that match
  grep '^  FAIL' "$WORK/page" | grep -v -E -- "$1" >"$WORK/others" || return 0
  echo 'fails as well:'; cat "$WORK/others" "$WORK/page"; return 1
}
FEW="PATH='$WORK/few'; export PATH"

# ---- healthy ----
doctor :
check 'healthy: fine' ended 0
check 'healthy: nothing fails' says ' 0 failed in '
check 'healthy: the gate knows us' says 'known by token `agent`, profile `developer`' 'mode enforced' "agrees with the gate's"
for tool in curl git node npm python3; do
  if [ -x "$(command -v "$tool" || true)" ]; then
    check "healthy: $tool" says "$tool goes through the gate and trusts its authority"
  fi
done
check 'healthy: each class' says 'api.example.test:443, certificate good for' 'docs.example.test:443, as far as the gate'
check 'healthy: the gate refuses' says 'refused: not-listed: unlisted host' 'ended by the gate: TLS for another host' 'request for another host refused: host-mismatch'
check 'healthy: no way round' says 'no route: tcp 443, tcp 80' 'proof this machine has no route to the outside'
cp "$WORK/page" "$WORK/healthy"
doctor : --json --quick
check 'json: fine' ended 0
check 'json: at least 30 bypasses were tried and none is open' node -e "
const r = JSON.parse(require('fs').readFileSync('$WORK/page'));
const tried = r.findings.filter(f => /the gate\$/.test(f.group));
if (!r.healthy || tried.length < 30 || tried.some(f => !(f.verdict === 'fine' || f.name === 'without credentials'))) { console.log(tried); process.exit(1) }
console.log(tried.length)"
doctor : --list
check 'list: every probe is named' says 'CONNECT sallyport-doctor.invalid:443' '192.0.2.1:443 a TCP connection, closed at once' '169.254.169.254:80'
check 'list: nobody outside was asked' not grep -q docs.example.test "$WORK/mock.jsonl"

# ---- broken ----
doctor 'unset https_proxy JAVA_TOOL_OPTIONS' --quick
check 'a variable is missing: fails' ended 1
check 'a variable is missing: how to mend it' says '`https_proxy` is not set' 'export both spellings' 'export https_proxy=http://NAME:TOKEN@10.77.0.1:3128'
if command -v java >/dev/null; then
  check 'a variable is missing for JVMs alone' says 'does not lead JVMs to the gate for https and http' "export JAVA_TOOL_OPTIONS='-Dhttps.proxyHost=10.77.0.1"
fi
check 'a variable is missing: nothing else fails' only 'HTTPS_PROXY|JAVA_TOOL_OPTIONS'

doctor 'export NO_PROXY=localhost,.example.com,10.0.0.0/8' --quick
check 'NO_PROXY with a hole: fails' ended 1
check 'NO_PROXY with a hole: how to mend it' says 'past the gate for `.example.com`, `10.0.0.0/8`' 'export NO_PROXY=localhost,127.0.0.1,::1'
check 'NO_PROXY with a hole: nothing else fails' only 'NO_PROXY'

doctor "$FEW; unset NODE_EXTRA_CA_CERTS"
check 'Node without the authority: fails' ended 1
check 'Node without the authority: how to mend it' says 'node goes through the gate and does not trust its authority' 'set NODE_EXTRA_CA_CERTS as `sallyport ca env` prints it'
check 'Node without the authority: curl has it' says 'curl goes through the gate and trusts its authority'
check 'Node without the authority: nothing else fails' only ' node '

everywhere() { echo "for name in HTTPS_PROXY https_proxy HTTP_PROXY http_proxy; do export \$name=$1; done"; }
doctor "$(everywhere http://agent:wrong@10.77.0.1:3128)" --quick
check 'a wrong token: fails' ended 1
check 'a wrong token: how to mend it' says '10.77.0.1:3128 does not take the credentials (407)' '`sallyport token add NAME` makes a new one'

doctor "$(everywhere "http://agent:$TOKEN@10.77.0.1:3129")" --quick
check 'no gate there: fails' ended 1
check 'no gate there: how to mend it' says 'http://10.77.0.1:3129: Connection refused' 'start the gate (`sallyport serve`)'

sed 's/^classes:/mode: report\nowner: dev\nuntil: 2999-01-01T00:00:00Z\nclasses:/' "$WORK/policy.yaml" >"$WORK/report.yaml"
cp "$WORK/policy.yaml" "$WORK/enforced.yaml"
in_force() { curl -s -x "$GATE" http://sallyport.internal/status | grep -q "\"mode\":\"$1\""; }
cp "$WORK/report.yaml" "$WORK/policy.yaml"
until_true 20 in_force report
doctor : --quick
check 'report mode: fails' ended 1
check 'report mode: how to mend it' says 'REPORT MODE: what the rules refuse is let through (of policy, in the name of dev' 'take `mode: report` out of the policy'
check 'report mode: an unlisted host is let through' says 'unlisted host was let through'
cp "$WORK/enforced.yaml" "$WORK/policy.yaml"
until_true 20 in_force enforce

# ---- a second way out ----
cat >"$WORK/outside.mjs" <<'JS'
import net from 'net'; import dgram from 'dgram'; import fs from 'fs';
for (const port of [22, 53, 80, 443, 853, 8443]) net.createServer(s => s.on('error', () => {})).listen(port, '0.0.0.0');
const dns = dgram.createSocket('udp4');
dns.on('message', (q, who) => {
  const known = q.includes('api') && q.includes('test');
  const a = Buffer.concat([q, known ? Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 1]) : Buffer.alloc(0)]);
  a[2] = 0x81; a[3] = known ? 0x80 : 0x83; a[7] = known ? 1 : 0;
  dns.send(a, who.port, who.address);
});
dns.bind(53, '198.51.100.53', () => fs.writeFileSync(process.argv[2], 'ready'));
JS
ip netns exec "doctor-outside-$DOCTOR_ID" node "$WORK/outside.mjs" "$WORK/outside.ready" >"$WORK/outside.out" 2>&1 &
OUTSIDE=$!
PIDS="$PIDS $OUTSIDE"
until_true 20 test -s "$WORK/outside.ready"
AGENT="ip -n doctor-agent-$DOCTOR_ID"
$AGENT link set eth1 up
$AGENT route add default via 203.0.113.1
doctor : --quick
check 'a second way out: fails' ended 1
check 'a second way out: it is found' says 'tcp 443 192.0.2.1:443 answers without the gate' 'tcp 22 192.0.2.1:22 answers' 'api.example.test:443 answers without the gate'
check 'a second way out: names are resolved there' says 'api.example.test is resolved without the gate' 'give the client no resolver that asks outside'
check 'a second way out: how to mend it' says "leave the client's network no way but the gate" '`sallyport run --isolate`'
check 'a second way out: nothing else fails' only 'tcp|dns|DNS|names|icmp|allowed host|ssh|neighbour|udp'
doctor : --quick --expect variables
check 'variables alone: fine' ended 0
check 'variables alone: it is told' says 'note tcp 443 192.0.2.1:443 answers without the gate' 'proxy variables hold nobody who ignores them'

# a route, and packets that nobody answers
kill "$OUTSIDE"
ip -n "doctor-outside-$DOCTOR_ID" addr del 192.0.2.1/32 dev lo
ip -n "doctor-outside-$DOCTOR_ID" addr del 198.51.100.53/32 dev lo
ip -n "doctor-outside-$DOCTOR_ID" route add blackhole default
ip netns exec "doctor-outside-$DOCTOR_ID" sysctl -qw net.ipv4.ip_forward=1
doctor : --quick
check 'silence proves nothing: fails' ended 1
check 'silence proves nothing: how to mend it' says 'silence proves nothing' '`--outside HOST:PORT`'
check 'silence proves nothing: nothing else fails' only 'proof'
doctor : --quick --outside 192.0.2.1:443
check 'somebody who is known to answer, and does not: fine' ended 0
check 'somebody who is known to answer: it is the proof' says 'proof who is known to answer does not answer here'

finish
