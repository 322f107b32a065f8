#!/bin/sh
# Ordinary clients through the packaged gate: what is allowed works, what is not is refused and recorded.
set -eu
. "$(dirname "$0")/lib.sh"

start_stand_in
make_repository acme/tool
PORT=$(free_port)
ADMIN=$(free_port)

# A package index and a Maven repository of our own, as files.
mkdir -p "$WORK/site/simple/e2epkg" "$WORK/site/maven/test/e2e/thing/1.0"
python3 - "$WORK/site" <<'PY'
import sys, zipfile
root = sys.argv[1]
with zipfile.ZipFile(root + '/e2epkg-1.0-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('e2epkg.py', 'value = 7\n')
    wheel.writestr('e2epkg-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\nName: e2epkg\nVersion: 1.0\n')
    wheel.writestr('e2epkg-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\nGenerator: e2e\nRoot-Is-Purelib: true\nTag: py3-none-any\n')
    wheel.writestr('e2epkg-1.0.dist-info/RECORD', '')
with zipfile.ZipFile(root + '/maven/test/e2e/thing/1.0/thing-1.0.jar', 'w') as jar:
    jar.writestr('META-INF/MANIFEST.MF', 'Manifest-Version: 1.0\n')
PY
echo '<a href="/e2epkg-1.0-py3-none-any.whl">e2epkg-1.0-py3-none-any.whl</a>' >"$WORK/site/simple/e2epkg/index.html"
cat >"$WORK/site/maven/test/e2e/thing/1.0/thing-1.0.pom" <<'POM'
<project><modelVersion>4.0.0</modelVersion><groupId>test.e2e</groupId><artifactId>thing</artifactId><version>1.0</version></project>
POM
for f in thing-1.0.jar thing-1.0.pom; do
  (cd "$WORK/site/maven/test/e2e/thing/1.0" && sha1sum $f | cut -d' ' -f1 >$f.sha1)
done

cat >"$WORK/policy.yaml" <<'YAML'
sallyport: 1
name: e2e
owners: {engineering: platform, security: secops}
contact: "#egress"
classes:
  packages:
    allow: [{catalog: npm/read}, index.example.test, maven.example.test]
  source-control:
    allow: [git.example.test]
  webfetch:
    allow: [docs.example.test, {host: plain.example.test, scheme: any}, {host: inside.example.test, ports: [443]}]
deny:
  - {domain: paste.example.test, reason: dead drop}
profiles:
  developer: {classes: [packages, source-control, webfetch]}
assign:
  - {anonymous: true, address: 127.0.0.0/8, profile: developer}
tests:
  - {allow: "GET https://docs.example.test/", profile: developer, class: webfetch}
  - {deny: "GET https://evil.example.test/", profile: developer, reason: not-listed}
YAML
# The registry that npm asks unless told otherwise.
npm_host=$(npm config get registry | sed 's|.*//||; s|/.*||')

# `inside.example.test` goes the ordinary way: resolved, vetted, refused.
cat >"$WORK/sallyport.yaml" <<YAML
listen: [{address: 127.0.0.1, port: $PORT}]
admin: {address: 127.0.0.1, port: $ADMIN}
policy: policy.yaml
audit: {file: audit/e2e.jsonl}
resolve: {hosts: {inside.example.test: 10.1.2.3}}
connect-to:
  "git.example.test:443": "127.0.0.1:$SITE_HTTPS"
  "index.example.test:443": "127.0.0.1:$SITE_HTTPS"
  "maven.example.test:443": "127.0.0.1:$SITE_HTTPS"
  "docs.example.test:443": "127.0.0.1:$MOCK_HTTPS"
  "plain.example.test:80": "127.0.0.1:$MOCK_HTTP"
  "$npm_host:443": "127.0.0.1:$MOCK_HTTPS"
YAML

start_gate "$WORK/sallyport.yaml"
PROXY=http://127.0.0.1:$PORT
AUDIT=$WORK/audit/e2e.jsonl
export HTTPS_PROXY=$PROXY HTTP_PROXY=$PROXY https_proxy=$PROXY http_proxy=$PROXY NO_PROXY= no_proxy=
export NODE_EXTRA_CA_CERTS=$CA
# What the surrounding machine trusts must not count here.
for name in ALL_PROXY all_proxy PIP_FIND_LINKS PIP_CERT GIT_SSL_CAINFO SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE REQUESTS_CA_BUNDLE; do
  unset $name || true
done

get() { curl -sS --fail --max-time 20 --cacert "$CA" "$@"; }
refused_connect() { test "$(curl -s -o /dev/null --max-time 20 -w '%{http_connect}' "https://$1/")" = "$2"; }
denied() { event "$AUDIT" "e['sallyport.decision'] === 'deny' && e['server.address'] === '$1' && e['sallyport.reason'] === '$2' && e['sallyport.rule.source']"; }

check 'curl: an allowed page' sh -c "curl -sS --fail --cacert '$CA' https://docs.example.test/guide | grep -q PAGE-CONTENT-7"
check 'curl: a plain http page' sh -c "curl -sS --fail http://plain.example.test/x | grep -q PAGE-CONTENT-7"
check 'curl: two plain requests on one connection' sh -c "curl -sS --fail http://plain.example.test/a http://plain.example.test/b | grep -o PAGE-CONTENT-7 | wc -l | grep -qx 2"
check 'curl: an unlisted host is refused' refused_connect evil.example.test 403
check 'audit: the refusal with reason and place' denied evil.example.test not-listed
check 'curl: a denied host is refused' refused_connect paste.example.test 403
check 'audit: the deny rule' denied paste.example.test denied-by-rule
check 'curl: the words of a refusal' sh -c "curl -s http://evil.example.test/ | grep -q '\"reason\":\"not-listed\"'"
check 'curl: https in clear is refused' sh -c "printf 'GET https://docs.example.test/ HTTP/1.1\r\nHost: docs.example.test\r\nx-api-key: hush\r\n\r\n' | curl -s --max-time 5 telnet://127.0.0.1:$PORT | grep -q absolute-https"
for literal in 127.0.0.1 169.254.169.254 '[::ffff:10.0.0.1]'; do
  check "curl: CONNECT $literal" refused_connect "$literal" 403
done
check 'curl: a number is no host' sh -c "printf 'CONNECT 2130706433:443 HTTP/1.1\r\nHost: x\r\n\r\n' | curl -s --max-time 5 telnet://127.0.0.1:$PORT | grep -q '400 Bad Request'"
check 'curl: a name that leads inside' refused_connect inside.example.test 403
check 'audit: the inside address' event "$AUDIT" "e['server.address'] === 'inside.example.test' && e['sallyport.reason'] === 'address-not-allowed'"
check 'curl: another name in the ClientHello' not get --connect-to evil.example.test:443:docs.example.test:443 https://evil.example.test/
check 'audit: the SNI mismatch' event "$AUDIT" "e['sallyport.reason'] === 'sni-mismatch' && e['tls.client.server_name'] === 'evil.example.test'"

check 'git: clone' git -c http.sslCAInfo="$CA" clone -q https://git.example.test/acme/tool.git "$WORK/clone"
check 'git: what was cloned' grep -q 'hello from acme/tool' "$WORK/clone/README.md"
check 'git: an unlisted host' not git -c http.sslCAInfo="$CA" clone -q https://git.evil.example.test/acme/tool.git "$WORK/clone2"
check 'audit: git' denied git.evil.example.test not-listed

mkdir -p "$WORK/npm" && echo '{}' >"$WORK/npm/package.json"
check 'npm: install' sh -c "cd '$WORK/npm' && npm install --cafile '$CA' --cache '$WORK/npm-cache' --no-audit --no-fund left-thing"
check 'npm: what was installed' test -f "$WORK/npm/node_modules/left-thing/index.js"
check 'npm: another registry' not sh -c "cd '$WORK/npm' && npm install --cafile '$CA' --cache '$WORK/npm-cache2' --fetch-retries 0 --registry https://registry.evil.example.test other-thing"
check 'audit: npm in its class' event "$AUDIT" "e['sallyport.class'] === 'packages' && e['server.address'] === '$npm_host' && e['sallyport.decision'] === 'allow'"
check 'audit: npm refused' denied registry.evil.example.test not-listed

check 'pip: download' python3 -m pip --isolated download -q --no-deps --no-cache-dir --proxy "$PROXY" --cert "$CA" --index-url https://index.example.test/simple -d "$WORK/wheels" e2epkg
check 'pip: what was downloaded' test -f "$WORK/wheels/e2epkg-1.0-py3-none-any.whl"
check 'pip: another index' not python3 -m pip --isolated download -q --no-deps --no-cache-dir --retries 0 --proxy "$PROXY" --cert "$CA" --index-url https://index.evil.example.test/simple -d "$WORK/wheels" e2epkg
check 'audit: pip' denied index.evil.example.test not-listed
check 'python: urllib' env SSL_CERT_FILE="$CA" python3 -c "import urllib.request as u; assert b'PAGE-CONTENT-7' in u.urlopen('https://docs.example.test/').read()"
check 'python: urllib refused' env SSL_CERT_FILE="$CA" python3 -c "
import urllib.request as u
try: u.urlopen('https://evil.example.test/'); raise SystemExit(1)
except OSError as e: assert '403' in str(e), e"

keytool=$("$TOP/build-tools/find-java" java)/bin/keytool
"$keytool" -importcert -noprompt -alias e2e -file "$CA" -keystore "$WORK/trust.p12" -storetype PKCS12 -storepass changeit >/dev/null 2>&1
cat >"$WORK/settings.xml" <<XML
<settings><proxies><proxy><id>gate</id><active>true</active><protocol>https</protocol><host>127.0.0.1</host><port>$PORT</port></proxy></proxies></settings>
XML
fetch() { MAVEN_OPTS="-Djavax.net.ssl.trustStore=$WORK/trust.p12 -Djavax.net.ssl.trustStorePassword=changeit" mvn -q -B -s "$WORK/settings.xml" org.apache.maven.plugins:maven-dependency-plugin:"$DEPENDENCY_PLUGIN":get -Dartifact=test.e2e:thing:"$2" -Dtransitive=false -DremoteRepositories="e2e::default::https://$1/maven"; }
DEPENDENCY_PLUGIN=$(sed -n '/<artifactId>maven-dependency-plugin</{n;s|.*<version>\(.*\)</version>.*|\1|p;q}' "$TOP/pom.xml")
rm -rf "$HOME/.m2/repository/test/e2e"
check 'maven: an artifact' fetch maven.example.test 1.0
check 'maven: another repository' not fetch maven.evil.example.test 2.0
check 'audit: maven' denied maven.evil.example.test not-listed
rm -rf "$HOME/.m2/repository/test/e2e"

check 'node: fetch' env NODE_USE_ENV_PROXY=1 node -e "
const https=require('https'),http=require('http'),tls=require('tls'),fs=require('fs');
const c=http.request({host:'127.0.0.1',port:$PORT,method:'CONNECT',path:'docs.example.test:443'});
c.on('connect',(r,s)=>{ if(r.statusCode!==200) process.exit(1);
  https.get({host:'docs.example.test',path:'/x',socket:s,agent:false,createConnection:()=>tls.connect({socket:s,servername:'docs.example.test',ca:fs.readFileSync('$CA')})},
  a=>{let b='';a.on('data',d=>b+=d);a.on('end',()=>process.exit(/PAGE-CONTENT-7/.test(b)?0:1))})}); c.end();"

check 'admin: healthy' sh -c "curl -sS --noproxy '*' --fail http://127.0.0.1:$ADMIN/healthz"
check 'admin: ready' sh -c "curl -sS --noproxy '*' --fail http://127.0.0.1:$ADMIN/readyz"
check 'admin: decisions are counted' sh -c "curl -sS --noproxy '*' http://127.0.0.1:$ADMIN/metrics | grep -q '^sallyport_decisions_total{.*reason=\"not-listed\"'"
check 'admin: not through the proxy' sh -c "test \"\$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:$ADMIN/metrics)\" = 403"
check 'audit: the chain holds' "$SALLYPORT" audit verify "$AUDIT"
kill "$GATE_PID"
check 'the gate stops on SIGTERM' until_true 40 not kill -0 "$GATE_PID"
check 'audit: the chain holds after the stop' "$SALLYPORT" audit verify "$AUDIT"
check 'audit: the last event is the stop, and its signature' sh -c "tail -2 '$AUDIT' | grep -v '\"sallyport.event\":\"checkpoint\"' | tail -1 | grep -q '\"sallyport.event\":\"stop\"'"
finish
