#!/bin/sh
# The entrances of a gate with ordinary clients: https:// proxy with and without client certificate, SOCKS5, PROXY protocol,
# another certificate without a restart, the admin listener by name, and `run --gate` in front of it.
set -eu
. "$(dirname "$0")/lib.sh"
for name in ALL_PROXY all_proxy HTTPS_PROXY https_proxy HTTP_PROXY http_proxy NO_PROXY no_proxy CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR; do
  unset $name || true
done
start_stand_in

# ---- certificates ----
cd "$WORK"
authority() { # NAME
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3 -subj "/CN=$1" -keyout "$1.key" -out "$1.pem" 2>/dev/null
}
certificate() { # NAME AUTHORITY EXTENSION
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>/dev/null
  echo "$3" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 2 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}
authority doors-ca
authority stranger-ca
certificate gate doors-ca 'subjectAltName=DNS:gate.example.org,IP:127.0.0.1'
certificate gate-next doors-ca 'subjectAltName=DNS:gate.example.org,IP:127.0.0.1'
certificate laptop doors-ca 'subjectAltName=DNS:laptop.example.org'
certificate runner doors-ca 'subjectAltName=URI:spiffe://example.org/ns/agents/sa/runner'
certificate unnamed doors-ca 'subjectAltName=URI:spiffe://example.org/ns/agents/sa/runner-2'
certificate stranger stranger-ca 'subjectAltName=DNS:laptop.example.org'
echo 'opens it' >gate.passphrase
openssl pkcs8 -topk8 -v2 aes-256-cbc -in gate.key -passout file:gate.passphrase -out gate-locked.key
cp gate.pem shown.pem
cp gate-locked.key shown.key

# ---- the gate ----
SECURE=$(free_port) OPEN=$(free_port) BEHIND=$(free_port) ADMIN=$(free_port)
cat >policy.yaml <<'YAML'
sallyport: 1
name: doors
contact: "#egress"
classes:
  webfetch: {allow: [docs.example.test, {host: plain.example.test, scheme: http}]}
  seen: {intercept: true, allow: [{host: api.example.test, methods: [GET]}]}
profiles: {all: {classes: [webfetch, seen]}, runners: {classes: [webfetch, seen]}}
assign:
  - {certificate: {uri: "spiffe://example.org/ns/agents/sa/runner"}, profile: runners}
  - {any: true, profile: all}
  - {address: 192.0.2.0/24, profile: all}
YAML
cat >tokens.yaml <<'YAML'
certificates:
  - {name: laptop, dns: laptop.example.org, labels: {team: doors}}
YAML
TOKEN=ci:$("$SALLYPORT" token add ci --tokens tokens.yaml 2>/dev/null)
cat >sallyport.yaml <<YAML
listen:
  - name: secure
    address: 127.0.0.1
    port: $SECURE
    socks: true
    tls: {certificate: shown.pem, key: shown.key, passphrase-file: gate.passphrase, clients: {authorities: doors-ca.pem, required: false}}
  - {name: open, address: 127.0.0.1, port: $OPEN, socks: true}
  - {name: behind, address: 127.0.0.1, port: $BEHIND, proxy-protocol: [127.0.0.1]}
admin: {address: 127.0.0.1, port: $ADMIN, hosts: [gate.agents.example]}
policy: policy.yaml
identity: {tokens: tokens.yaml, required: true}
intercept: {authority: ca-gate}
audit: {file: audit.jsonl}
upstream: {roots: $CA}
connect-to:
  "*:443": "127.0.0.1:$MOCK_HTTPS"
  "*:80": "127.0.0.1:$MOCK_HTTP"
YAML
start_gate sallyport.yaml
"$SALLYPORT" ca export --authority ca-gate >gate-root.pem
AUDIT=$WORK/audit.jsonl

# curl through a proxy; prints the status.
status() { curl -s -m 20 -o "$WORK/body" -w '%{http_code}' "$@"; }
is() { # WANTED COMMAND...
  wanted=$1; shift
  got=$("$@") || true
  [ "$got" = "$wanted" ] || { echo "got $got, not $wanted"; cat "$WORK/body" 2>/dev/null; return 1; }
}
ends() { # CODE COMMAND...
  wanted=$1; shift
  code=0; "$@" >"$WORK/out" 2>"$WORK/err" || code=$?
  [ "$code" = "$wanted" ] || { echo "ended with $code, not $wanted"; cat "$WORK/out" "$WORK/err"; return 1; }
}
secure() { status --proxy "https://127.0.0.1:$SECURE" --proxy-cacert doors-ca.pem --cacert "$CA" "$@"; }
shows() { grep -q -- "$1" "$2" || { cat "$2"; return 1; }; }

check 'https proxy: a token within TLS' is 200 secure --proxy-user "$TOKEN" https://docs.example.test/
check 'https proxy: a client certificate' is 200 secure --proxy-cert laptop.pem --proxy-key laptop.key https://docs.example.test/
check 'its event says who it is' event "$AUDIT" 'e["sallyport.identity.method"] === "mtls" && e["user.name"] === "laptop" && e["sallyport.labels.team"] === "doors"'
runner() { secure --proxy-cert "$1.pem" --proxy-key "$1.key" "$2"; }
check 'https proxy: a certificate that only the policy names' is 200 runner runner https://docs.example.test/
check 'its event says by what it is known' event "$AUDIT" 'e["sallyport.identity.method"] === "mtls" && e["user.name"] === "spiffe://example.org/ns/agents/sa/runner" && e["sallyport.profile"] === "runners"'
check 'its profile is its own' is 403 runner runner http://evil.example.test/
check 'a certificate that nobody names is wrong, although its authority is right' is 407 runner unnamed http://plain.example.test/
check 'explain knows it' shows 'allow https://docs.example.test' /dev/stdin <<END
$("$SALLYPORT" policy explain https://docs.example.test/ --policy policy.yaml --certificate uri=spiffe://example.org/ns/agents/sa/runner 2>&1 || true)
END
check 'https proxy: plain http goes in TLS as far as the gate' is 200 secure --proxy-user "$TOKEN" http://plain.example.test/
check 'https proxy: nothing shown is asked for credentials' is 407 secure http://plain.example.test/
check 'https proxy: a certificate of strangers is turned away' not secure --proxy-cert stranger.pem --proxy-key stranger.key http://plain.example.test/
check 'its event says so' event "$AUDIT" 'e["sallyport.reason"] === "credentials-wrong"'
check 'https proxy: a client that does not trust it' ends 60 curl -s -m 20 --proxy "https://127.0.0.1:$SECURE" --proxy-cacert stranger-ca.pem http://plain.example.test/
check 'who speaks in clear there is told what to write' is 400 status --proxy "http://127.0.0.1:$SECURE" http://plain.example.test/
check 'in words' shows 'https://' "$WORK/body"
check 'https proxy: a refusal is readable' is 403 secure --proxy-user "$TOKEN" http://evil.example.test/
check 'and says why' shows not-listed "$WORK/body"

socks_host() { status --socks5-hostname "$TOKEN@127.0.0.1:$OPEN" -H "Host: $1" http://plain.example.test/; }
socks() { status --socks5-hostname "$1" --cacert "$2" "$3"; }
check 'socks5 with a token' is 200 socks "$TOKEN@127.0.0.1:$OPEN" "$CA" https://docs.example.test/
check 'its event says the entrance' event "$AUDIT" 'e["sallyport.entrance"] === "socks" && e["sallyport.decision"] === "allow"'
check 'socks5 without credentials is refused' ends 97 curl -s -m 20 --socks5-hostname "127.0.0.1:$OPEN" https://docs.example.test/
check 'socks5 with a wrong token is refused' ends 97 curl -s -m 20 --socks5-hostname "ci:wrong@127.0.0.1:$OPEN" https://docs.example.test/
check 'socks5: a request is seen where the policy looks' is 200 socks "$TOKEN@127.0.0.1:$OPEN" gate-root.pem https://api.example.test/
check 'socks5: a refusal is told in band' is 403 socks "$TOKEN@127.0.0.1:$OPEN" gate-root.pem https://evil.example.test/
check 'readably' shows not-listed "$WORK/body"
check 'socks5: plain http that is allowed' is 200 socks "$TOKEN@127.0.0.1:$OPEN" "$CA" http://plain.example.test/
check 'its event is of a request' event "$AUDIT" 'e["sallyport.entrance"] === "socks" && e["url.scheme"] === "http" && e["http.request.method"] === "GET" && e["sallyport.decision"] === "allow"'
check 'socks5: another host in the request is refused' is 421 socks_host other.example.test
check 'in words' shows host-mismatch "$WORK/body"
check 'socks4 is refused' ends 97 curl -s -m 20 --socks4a "127.0.0.1:$OPEN" https://docs.example.test/

check 'PROXY protocol of curl' is 200 status --haproxy-protocol --proxy-user "$TOKEN" --proxy "http://127.0.0.1:$BEHIND" http://plain.example.test/
check 'without the header nothing passes' is 400 status --proxy-user "$TOKEN" --proxy "http://127.0.0.1:$BEHIND" http://plain.example.test/
forwarded() { # version 2, from 192.0.2.7
  PORT=$BEHIND TOKEN=$TOKEN node -e '
    const s = require("net").connect(+process.env.PORT, "127.0.0.1", () => {
      s.write(Buffer.from("0d0a0d0a000d0a515549540a2111000fc0000207c633640110e10c38040000", "hex"));
      s.write("GET http://plain.example.test/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nProxy-Authorization: Basic " +
        Buffer.from(process.env.TOKEN).toString("base64") + "\r\n\r\n");
    });
    let all = ""; s.on("data", d => all += d).on("end", () => { console.log(all.slice(9, 12)); s.destroy(); });'
}
check 'PROXY protocol version 2' is 200 forwarded
check 'the client is the one that it names' event "$AUDIT" 'e["client.address"] === "192.0.2.7" && e["client.port"] === 4321'

serial() { openssl s_client -connect "127.0.0.1:$SECURE" </dev/null 2>/dev/null | openssl x509 -noout -serial; }
before=$(serial)
echo broken >shown.pem
check 'a broken certificate leaves the old one' until_true 15 grep -q 'the old one stays' "$WORK/gate.out"
check 'which is still shown' test "$(serial)" = "$before"
cp gate-next.key shown.key
cp gate-next.pem shown.pem
renewed() { now=$(serial); [ -n "$now" ] && [ "$now" != "$before" ]; }
check 'a new certificate is taken up without a restart' until_true 15 renewed
check 'metrics say when it ends' shows 'certificate="listener:secure"' /dev/stdin <<END
$(curl -s -m 10 "http://127.0.0.1:$ADMIN/metrics" | grep certificate_expiry)
END
check 'the admin listener is known by the names of the settings' is 200 status -H 'Host: gate.agents.example' "http://127.0.0.1:$ADMIN/healthz"
check 'and by no others' is 421 status -H 'Host: evil.example' "http://127.0.0.1:$ADMIN/healthz"

# ---- run --gate ----
HOME=$WORK/home
mkdir -p "$HOME"
export HOME
through() { "$SALLYPORT" run --gate "https://127.0.0.1:$SECURE" --gate-authority doors-ca.pem "$@"; }
check 'run --gate with a client certificate' ends 0 through --certificate laptop.pem --key laptop.key -- curl -sf -m 20 --cacert "$CA" https://docs.example.test/
check 'says who it is to the gate' shows 'knows you as `laptop` (mtls)' "$WORK/err"
check 'and sums up what it can know' shows 'docs.example.test:443 (1)' "$WORK/err"
SALLYPORT_GATE_TOKEN=$TOKEN
export SALLYPORT_GATE_TOKEN
check 'run --gate with a token: the command trusts the gate' ends 0 through -- curl -sf -m 20 https://api.example.test/
check 'a refusal reaches the command as it is' ends 0 through -- curl -s -m 20 https://evil.example.test/
check 'in words' shows not-listed "$WORK/out"
check 'the token does not' ends 0 through -- sh -c 'test -z "${SALLYPORT_GATE_TOKEN-}"'
check 'over plain http as well' ends 0 "$SALLYPORT" run --gate "http://127.0.0.1:$OPEN" -- curl -sf -m 20 http://plain.example.test/
wrong() { SALLYPORT_GATE_TOKEN=ci:wrong "$SALLYPORT" run --gate "http://127.0.0.1:$OPEN" -- true; }
check 'a wrong token is said' ends 3 wrong
check 'in a sentence' shows 'does not take this token' "$WORK/err"
check 'a certificate that is not trusted is said' ends 3 "$SALLYPORT" run --gate "https://127.0.0.1:$SECURE" -- true
check 'with what to do' shows '--gate-authority' "$WORK/err"
check 'a gate that is not there is said' ends 3 "$SALLYPORT" run --gate "http://127.0.0.1:$(free_port)" -- true
check 'in a sentence as well' shows 'nobody listens there' "$WORK/err"
finish
