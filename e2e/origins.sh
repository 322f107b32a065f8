#!/bin/sh
# Origins, good and bad, behind an intercepting gate: not even a SYN reaches one for what is refused; each category of
# badssl, as a replica, is refused in fitting words; roots and client certificates of the settings; two identities never
# share a connection; a stream of events with none held back; an answer that is cut. The origins are in a network namespace
# of their own, which needs root. EVENTS: length of a stream, 10000.
set -eu
if [ "$(id -u)" != 0 ]; then echo 'left out: origins need root, for network namespaces'; exit 0; fi
if [ "${ORIGINS_NAMESPACE-}" != own ]; then
  ORIGINS_NAMESPACE=own exec unshare --net sh "$0" "$@"
fi
. "$(dirname "$0")/lib.sh"
ip link set lo up

# The origins' network, at the other end of a wire: 10.214.0.2.
unshare --net sleep 600 &
FAR=$!
PIDS="$PIDS $FAR"
until_true 20 not test "$(readlink /proc/self/ns/net)" = "$(readlink "/proc/$FAR/ns/net")"
ip link add near1 type veth peer name far1
ip link set far1 netns "$FAR"
ip addr add 10.214.0.1/24 dev near1
ip link set near1 up
far() { nsenter --net="/proc/$FAR/ns/net" "$@"; }
far ip addr add 10.214.0.2/24 dev far1
far ip link set far1 up
far ip link set lo up

mkdir "$WORK/keys"
(cd "$WORK/keys" && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 30 -subj /CN=the-gate -passout pass:opens-it \
  -keyout client.key -out client.pem 2>/dev/null)
echo opens-it >"$WORK/keys/passphrase"
nsenter --net="/proc/$FAR/ns/net" node "$TOP/e2e/origins.mjs" "$WORK/keys" "$WORK/origins.port" 10.214.0.2 >"$WORK/origins.out" 2>&1 &
PIDS="$PIDS $!"
until_true 60 test -s "$WORK/origins.port"
ORIGINS=$(cat "$WORK/origins.port")

# The roots of "the system" are those of this file, so that it can be told whether they count.
KEYTOOL=$("$TOP/build-tools/find-java" java)/bin/keytool
"$KEYTOOL" -importcert -noprompt -storetype PKCS12 -keystore "$WORK/system.p12" -storepass changeit -alias strange -file "$WORK/keys/strange.pem" 2>/dev/null
export JAVA_TOOL_OPTIONS="-Djavax.net.ssl.trustStore=$WORK/system.p12 -Djavax.net.ssl.trustStorePassword=changeit"

cat >"$WORK/policy.yaml" <<'YAML'
sallyport: 1
name: origins
classes:
  model:
    intercept: true
    allow: [{catalog: anthropic/api}]
  pages:
    intercept: true
    allow:
      - {host: picky.test, id: first, methods: [GET, POST], paths: [/seen]}
      - {host: other.bad.test, id: other}
      - {host: needs.bad.test, id: needs}
      - {subdomains-of: bad.test, id: rest}
  webfetch:
    intercept: true
    methods: [GET, HEAD]
    allow: [docs.test]
deny:
  - {domain: paste.test, reason: dead drop}
profiles:
  all: {classes: [model, pages, webfetch]}
assign:
  - {token: alice, profile: all}
  - {token: bob, profile: all}
  - {anonymous: true, address: 127.0.0.0/8, profile: all}
YAML
settings() { # settings NAME ROOTS: a gate of its own
  PORT=$(free_port)
  cat >"$WORK/$1.yaml" <<YAML
listen: [{address: 127.0.0.1, port: $PORT}]
admin: {address: 127.0.0.1, port: $(free_port)}
control: $1.sock
policy: policy.yaml
identity: {tokens: tokens.yaml, required: false}
intercept: {authority: ca}
resolve: {servers: [10.214.0.2]}
connect-to: {"*:443": "10.214.0.2:$ORIGINS", "*:80": "10.214.0.2:$ORIGINS"}
upstream:
  roots: $2
  certificates:
    - {host: good.bad.test, certificate: keys/client.pem, key: keys/client.key, passphrase-file: keys/passphrase}
    - {host: needs.bad.test, certificate: keys/client.pem, key: keys/client.key, passphrase-file: keys/passphrase}
audit: {file: audit/$1.jsonl}
YAML
  AUDIT=$WORK/audit/$1.jsonl
}
settings gate keys/root.pem
for name in alice bob; do
  eval "$name=$name:$("$SALLYPORT" token add $name --config "$WORK/gate.yaml" 2>/dev/null | grep -o 'spt_[A-Za-z0-9_-]*')"
done
start_gate "$WORK/gate.yaml"
ROOT=$WORK/ca/root.pem
get() { curl -sS --max-time 10 --cacert "$ROOT" -x "http://127.0.0.1:$PORT" "$@"; }
says() { wanted=$1; shift; "$@" >"$WORK/said" 2>&1 || true; grep -q -- "$wanted" "$WORK/said" || { cat "$WORK/said"; return 1; }; }

# ---- refused, and nothing has touched the network of the origins: no SYN, no question for a name ----
packets() { far cat /proc/net/snmp | awk '/^Ip:/ { for (i = 2; i <= NF; i++) if (name[i] == "InReceives") print $i; else name[i] = $i }'; }
untouched() { # untouched WORDS COMMAND...: it says the words, and no packet of IP has come
  before=$(packets); wanted=$1; shift
  says "$wanted" "$@" || return 1
  sleep 0.05
  after=$(packets)
  [ "$before" = "$after" ] || { echo "$((after - before)) packets came"; return 1; }
}
[ "$(packets)" -ge 0 ]
check 'untouched: a host that is not listed' untouched '"reason":"not-listed"' get https://evil.test/x
check 'untouched: a host that is denied' untouched '"reason":"denied-by-rule"' get https://paste.test/x
check 'untouched: a port that is not listed' untouched '"reason":"port-not-allowed"' get https://picky.test:8443/seen
check 'untouched: a refused path as first request' untouched '"reason":"path-not-allowed"' get https://picky.test/secret
check 'untouched: the same over HTTP/1.1' untouched '"reason":"path-not-allowed"' get --http1.1 https://picky.test/secret
check 'untouched: a refused method' untouched '"reason":"method-not-allowed"' get -X DELETE https://picky.test/seen
check 'untouched: a body behind a refused head' untouched '"reason":"path-not-allowed"' get -d "$(head -c 4000 /dev/zero | tr '\0' x)" https://picky.test/secret
check 'untouched: another Host' untouched '"reason":"host-mismatch"' get -H 'Host: other.bad.test' https://picky.test/seen
check 'untouched: an allowed host and no request' untouched 'Verification: OK' sh -c "sleep 0.3 | openssl s_client -proxy 127.0.0.1:$PORT -connect good.bad.test:443 -servername good.bad.test -CAfile '$ROOT' 2>&1"
check 'untouched: another server name' untouched 'alert\|error' sh -c "openssl s_client -proxy 127.0.0.1:$PORT -connect good.bad.test:443 -servername other.bad.test </dev/null 2>&1"
check 'untouched: a client that does not trust the gate' untouched 'curl: (60)' curl -sS --max-time 10 -A distrusts/1 --cacert "$WORK/keys/root.pem" -x "http://127.0.0.1:$PORT" https://evil.test/x
check 'untouched: what it is told the next time' untouched 'response 403' curl -sS --max-time 10 -A distrusts/1 --cacert "$WORK/keys/root.pem" -x "http://127.0.0.1:$PORT" https://evil.test/x
check 'untouched: plain http' untouched '"reason":"not-listed"' get http://evil.test/x
check 'untouched: whether a page may be fetched' untouched '"can_fetch":false' get 'https://api.anthropic.com/api/web/domain_info?domain=evil.test'
"$SALLYPORT" kill --class pages --reason drill --control "$WORK/gate.sock" >/dev/null 2>&1
check 'untouched: a class that is killed' untouched '"reason":"killed"' get https://good.bad.test/seen
"$SALLYPORT" unkill --class pages --reason over --control "$WORK/gate.sock" >/dev/null 2>&1
check 'touched: an allowed request is seen' not untouched '"connection"' get https://good.bad.test/seen

# ---- origins that are not good ----
bad() { # bad HOST REASON WORDS
  says "\"reason\":\"$2\".*\"retry\":\"never\".*$3" get "https://$1.bad.test/seen" && ! grep -q '"connection"' "$WORK/said"
}
c() { check "bad: $1" bad "$1" origin-certificate "$2"; }
t() { check "bad: $1" bad "$1" origin-tls "$2"; }
for name in good good-rsa no-subject behind-middle h1; do check "good: $name" says '"connection"' get "https://$name.bad.test/seen"; done
c expired 'ended on '
c not-yet 'begins on '
c wrong-host 'is for other hosts'
c wildcard-too-wide 'is for other hosts\|is not as it should be'
c no-name 'no subject alternative name'
c self-signed 'has signed its certificate itself'
c untrusted-root 'no root that the gate trusts has signed'
c incomplete 'certificate of its issuer is not sent along'
c sha1 'signed in a way that can be forged'
c sha1-issuer 'signed in a way that can be forged'
c rsa1024 'has a key that can be broken'
c for-clients 'is not one for servers'
c not-constrained 'may not sign for the names in it'
c signed-by-leaf 'may not sign'
for name in tls10 tls11 takes-tls10 takes-tls11 takes-ssl3 cbc takes-cbc rc4 rc4-md5 3des null export anonymous static-rsa dh nothing; do
  t $name 'offers no version of TLS or no cipher that is safe'
done
t plain-http 'sends is not TLS'
check 'bad: audit: each is told and recorded' event "$AUDIT" "e['sallyport.end'] === 'origin-certificate' && e['server.address'] === 'expired.bad.test' && e['sallyport.end.side'] === 'origin'"

# ---- client certificates ----
check 'client certificate: shown to its origin' says '"client":"the-gate"' get https://good.bad.test/seen
check 'client certificate: to one that needs it' says '"client":"the-gate"' get https://needs.bad.test/seen
check 'client certificate: to no other that asks' says '"client":"nobody"' get https://other.bad.test/seen

# ---- who shares a connection with whom ----
many() { # many USER HOST N: N requests, each under a CONNECT of its own; connections of the origin
  node - "$1" "$2" "$3" "$PORT" "$ROOT" <<'JS'
const [user, name, n, port, root] = process.argv.slice(2), http = require('http'), https = require('https'), fs = require('fs');
const ca = fs.readFileSync(root), host = name + '.bad.test', auth = 'Basic ' + Buffer.from(user).toString('base64');
const one = () => new Promise((done, fail) => http.request({ port, method: 'CONNECT', path: host + ':443', headers: { 'proxy-authorization': auth } })
  .on('connect', (_, socket) => https.get({ socket, servername: host, ca, host, path: '/seen', agent: false }, answer => {
    let text = ''; answer.on('data', part => (text += part)).on('end', () => { socket.destroy(); done(JSON.parse(text)); });
  }).on('error', fail)).on('error', fail).end());
(async () => { for (let i = 0; i < n; i += 4) for (const each of await Promise.all([1, 2, 3, 4].map(one))) console.log(each.connection, each.resumed); })();
JS
}
many "$alice" h1 24 >"$WORK/alice" & A=$!
many "$bob" h1 24 >"$WORK/bob" & B=$!
wait $A $B
used() { sort -u -k1,1 "$WORK/$1" | awk '{print $1}'; }
shared() { used "$1" >"$WORK/1"; used "$2" >"$WORK/2"; [ -n "$(comm -12 "$WORK/1" "$WORK/2")" ]; }
check 'connections: all are answered' sh -c "test \$(cat '$WORK/alice' '$WORK/bob' | wc -l) = 48"
check 'connections: one identity uses its own again' sh -c "test \$(awk '{print \$1}' '$WORK/alice' | sort -u | wc -l) -lt 24"
check 'connections: two identities share none' not shared alice bob
many "$alice" h1 8 >"$WORK/before"
check 'connections: hers are kept for her' shared alice before
sed -i 's/^name: origins/name: origins-2/' "$WORK/policy.yaml"
"$SALLYPORT" reload --control "$WORK/gate.sock" >/dev/null 2>&1
many "$alice" h1 8 >"$WORK/after"
check 'connections: none outlives its policy' not shared before after
before=$(get -U "$alice" https://other.bad.test/seen | sed 's/.*"connection":\([0-9]*\).*/\1/')
get -U "$alice" https://good.bad.test/seen >"$WORK/said"
check 'connections: another host, another connection' not grep -q "\"connection\":$before," "$WORK/said"

# ---- streams, and answers that are cut ----
check 'stream: HTTP/1.1 with the client, HTTP/2 with the origin' node "$TOP/e2e/stream.mjs" "$PORT" "$ROOT" good.bad.test h1 "${EVENTS:-10000}"
check 'stream: HTTP/2 with the client, HTTP/1.1 with the origin' node "$TOP/e2e/stream.mjs" "$PORT" "$ROOT" h1.bad.test h2 "${EVENTS:-10000}"
check 'cut: over HTTP/1.1 it is no whole answer' says 'curl: (18)' get --http1.1 https://h1.bad.test/cut
check 'cut: over HTTP/2 it is no whole answer' says 'curl: (\(18\|56\|92\))' get https://h1.bad.test/cut
check 'cut: audit: a fault of the origin' event "$AUDIT" "e['url.path'] === '/cut' && e['sallyport.end'] === 'origin-protocol' && e['sallyport.end.side'] === 'origin'"
check 'audit: the chain holds' "$SALLYPORT" audit verify "$AUDIT"

# ---- roots beside those of the system ----
settings added '[system, keys/root.pem]'
start_gate "$WORK/added.yaml"
check 'roots: ours, added to those of the system' says '"connection"' get https://good.bad.test/seen
check 'roots: those of the system too' says '"connection"' get https://untrusted-root.bad.test/seen
finish
