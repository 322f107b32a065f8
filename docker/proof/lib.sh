# The parts of run.sh and ../feature/test.sh. Addresses: attempts.py and sensors.py know them too.
#
#   agent 10.77.0.3, fd77::3 --- inside --- 10.77.0.2, fd77::2 gate 203.0.113.2, 2001:db8:51::2 --- outside --- the rest:
#   203.0.113.1 (everything that is elsewhere), .53 (DNS), .7 (a neighbour); allowed hosts in 192.0.2.0/24, 2001:db8:10::/64;
#   the attempts' own addresses in 198.51.100.0/24, 2001:db8:66::/64; an intranet, and the clouds' metadata addresses.

SALLYPORT=${SALLYPORT:-$TOP/sallyport}
PYTHON=${PYTHON:-$([ -x /usr/bin/python3 ] && echo /usr/bin/python3 || command -v python3)}
AGENT_USER=1000
WORK=$(mktemp -d)
chmod 755 "$WORK"
# What runs the attempts, and where they are, as the agent sees it.
IN_PYTHON=$PYTHON
ATTEMPTS=$WORK/attempts.py
AGENT=proof$$-agent GATE=proof$$-gate OUTSIDE=proof$$-outside NEXT=proof$$-next WIRE=proof$$-wire
PIDS=
GATE_PIDS=
PASSED=0
FAILED=0

[ "$(id -u)" = 0 ] || { echo 'this needs root, for network namespaces' >&2; exit 3; }
for tool in openssl git $([ "${AT_ENGINE-}" = 1 ] || echo ip nft setpriv curl node npm); do
  command -v $tool >/dev/null || { echo "this needs \`$tool\`" >&2; exit 3; }
done

# The launcher of a checkout may have to build first.
[ "${AT_ENGINE-}" = 1 ] || "$SALLYPORT" --version >/dev/null

stop() {
  for pid in $1; do kill "$pid" 2>/dev/null || true; done
  for pid in $1; do wait "$pid" 2>/dev/null || true; done
}
clean_up() {
  stop "$PIDS $GATE_PIDS"
  for namespace in $AGENT $GATE $OUTSIDE $NEXT $WIRE; do ip netns del $namespace 2>/dev/null || true; done
  if [ "${KEEP-}" = 1 ]; then echo "kept: $WORK" >&2; else rm -rf "$WORK"; fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# until_true SECONDS COMMAND...: waits for a condition, looking ten times a second.
until_true() {
  tries=$(($1 * 10)); shift
  while ! "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { echo "not in time: $*" >&2; return 1; }
    sleep 0.1
  done
}

check() {
  check_name=$1; shift
  if "$@" >"$WORK/check.out" 2>&1; then
    PASSED=$((PASSED + 1)); echo "ok    $check_name"
  else
    FAILED=$((FAILED + 1)); echo "FAIL  $check_name"; sed 's/^/      /' "$WORK/check.out" | tail -15
  fi
}
not() { if "$@"; then return 1; else return 0; fi; }
finish() {
  echo "$PASSED passed, $FAILED failed"
  [ "$FAILED" = 0 ]
}

# put NAMESPACE CARD SWITCH MAC ADDRESS...: a card on a switch, with its addresses; ready at once (no IPv6 look-out for doubles).
put() {
  on=$1 card=$2 switch=$3 mac=$4; shift 4
  case $switch in br-in) hub=$WIRE ;; *) hub=$OUTSIDE ;; esac
  peer=${on##*-}-$card
  ip -n "$hub" link del "$peer" 2>/dev/null || true
  ip link add "$peer" netns "$hub" type veth peer name "$card" netns "$on"
  ip netns exec "$on" sysctl -qw "net.ipv6.conf.$card.accept_dad=0"
  ip -n "$hub" link set "$peer" master "$switch" up
  ip -n "$on" link set "$card" address "$mac" up
  for address in "$@"; do ip -n "$on" addr add "$address" dev "$card"; done
}

layout() {
  for namespace in $GATE $OUTSIDE $NEXT $WIRE; do
    ip netns add $namespace
    ip -n $namespace link set lo up
  done
  ip -n $WIRE link add br-in type bridge
  ip -n $WIRE link set br-in up
  ip -n $OUTSIDE link add br-out type bridge
  ip netns exec $OUTSIDE sysctl -qw net.ipv6.conf.br-out.accept_dad=0
  ip -n $OUTSIDE link set br-out address 02:00:00:00:51:01 up
  for address in 203.0.113.1/24 203.0.113.53/24 2001:db8:51::1/64 2001:db8:51::53/64 fe80::51/64; do
    ip -n $OUTSIDE addr add $address dev br-out
  done
  # The rest of the world, all of it answered by one machine.
  for range in 192.0.2.0/24 198.51.100.0/24 10.99.0.0/24 169.254.169.254/32; do ip -n $OUTSIDE route add local $range dev lo; done
  for range in 2001:db8:10::/64 2001:db8:66::/64 fd00:ec2::254/128; do ip -6 -n $OUTSIDE route add local $range dev lo; done
  # The way back is always there: nothing may hang on a lack of answers.
  ip -n $OUTSIDE route add 10.77.0.0/24 via 203.0.113.2
  ip -6 -n $OUTSIDE route add fd77::/64 via 2001:db8:51::2
  # Whatever the port, somebody listens.
  ip netns exec $OUTSIDE nft -f "$HERE/world.nft"
  put $GATE eth0 br-in 02:00:00:00:77:02 10.77.0.2/24 fd77::2/64
  put $GATE eth1 br-out 02:00:00:00:51:02 203.0.113.2/24 2001:db8:51::2/64
  ip -n $GATE route add default via 203.0.113.1
  ip -6 -n $GATE route add default via 2001:db8:51::1
  ip netns exec $GATE sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0
  put $NEXT eth0 br-out 02:00:00:00:51:07 203.0.113.7/24 2001:db8:51::7/64
}

# agent_in compose|open: a new agent, beside the gate alone, or with a card and a route outside too.
agent_in() {
  ip netns del $AGENT 2>/dev/null || true
  ip netns add $AGENT
  ip -n $AGENT link set lo up
  ip netns exec $AGENT sysctl -qw net.ipv4.ping_group_range='0 2147483647'
  put $AGENT eth0 br-in 02:00:00:00:77:03 10.77.0.3/24 fd77::3/64
  [ "$1" = open ] || return 0
  put $AGENT eth1 br-out 02:00:00:00:51:03 203.0.113.3/24 2001:db8:51::3/64
  ip -n $AGENT route add default via 203.0.113.1
  ip -6 -n $AGENT route add default via 2001:db8:51::1
}

# within NAMESPACE NAME COMMAND...: in the background; its process is put on the list, its output in a file of that name.
within() {
  namespace=$1 name=$2; shift 2
  ip netns exec "$namespace" "$@" >"$WORK/$name.out" 2>&1 &
  PIDS="$PIDS $!"
}

# A root of our own, and origins of every allowed name.
make_site() {
  mkdir -p "$WORK/site/left-thing/-" "$WORK/home"
  chown $AGENT_USER "$WORK/home"
  cp "$HERE/attempts.py" "$WORK/"
  names=DNS:docs.example.org,DNS:registry.example,DNS:git.example,DNS:six.example
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=proof root' \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign -keyout "$WORK/root.key" -out "$WORK/root.pem" 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=origins' -keyout "$WORK/site.key" -out "$WORK/site.csr" 2>/dev/null
  printf 'subjectAltName=%s\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth\nauthorityKeyIdentifier=keyid\n' "$names" >"$WORK/site.ext"
  openssl x509 -req -in "$WORK/site.csr" -CA "$WORK/root.pem" -CAkey "$WORK/root.key" -set_serial 2 -days 2 -extfile "$WORK/site.ext" -out "$WORK/site.pem" 2>/dev/null
  git init -q "$WORK/seed"
  (cd "$WORK/seed" && echo 'hello from tool' >README.md && git add . && git -c user.name=proof -c user.email=proof@example.org commit -qm first)
  git clone -q --bare "$WORK/seed" "$WORK/site/tool.git"
  git -C "$WORK/site/tool.git" update-server-info
  mkdir -p "$WORK/package"
  echo '{"name":"left-thing","version":"1.0.0"}' >"$WORK/package/package.json"
  tar -C "$WORK" -czf "$WORK/site/left-thing/-/left-thing-1.0.0.tgz" package
  sum=$(openssl dgst -sha512 -binary "$WORK/site/left-thing/-/left-thing-1.0.0.tgz" | openssl base64 -A)
  echo "{\"name\":\"left-thing\",\"dist-tags\":{\"latest\":\"1.0.0\"},\"versions\":{\"1.0.0\":{\"name\":\"left-thing\",\"version\":\"1.0.0\",\"dist\":{\"tarball\":\"https://registry.example/left-thing/-/left-thing-1.0.0.tgz\",\"integrity\":\"sha512-$sum\"}}}}" >"$WORK/site/left-thing/index.json"
  echo 'nameserver 203.0.113.53' >"$WORK/resolv.conf"
}

start_outside() {
  make_site
  within $OUTSIDE outside "$PYTHON" "$HERE/sensors.py" --log "$WORK/outside.jsonl" --catch 7 --origins "$WORK/site.pem" "$WORK/site.key" "$WORK/site" --dns 203.0.113.53 2001:db8:51::53 --ready "$WORK/outside.ready"
  within $NEXT next "$PYTHON" "$HERE/sensors.py" --log "$WORK/next.jsonl" --catch 5432 --ready "$WORK/next.ready"
  within $WIRE host "$PYTHON" "$HERE/sensors.py" --log "$WORK/host.jsonl" --only 10.77.0.1
  until_true 10 test -e "$WORK/outside.ready"
  until_true 10 test -e "$WORK/next.ready"
}

write_policy() {
  mkdir -p "$WORK/gate"
  cat >"$WORK/gate/policy.yaml" <<'YAML'
sallyport: 1
name: proof
classes:
  webfetch:
    intercept: true
    allow: [{host: docs.example.org, methods: [GET, HEAD], paths: [/guide], resolves-to: [192.0.2.0/24, "2001:db8:10::/64"]}]
  packages:
    allow:
      - {host: registry.example, resolves-to: [192.0.2.0/24, "2001:db8:10::/64"]}
      - {host: git.example, resolves-to: [192.0.2.0/24, "2001:db8:10::/64"]}
      - {host: six.example, resolves-to: ["2001:db8:10::/64"]}
      - {host: plain.example, scheme: http, methods: [GET, HEAD], resolves-to: [192.0.2.0/24, "2001:db8:10::/64"]}
profiles:
  agent: {classes: [webfetch, packages]}
assign:
  - {anonymous: true, address: 10.77.0.0/24, profile: agent}
  - {anonymous: true, address: "fd77::/64", profile: agent}
YAML
  cat >"$WORK/gate/sallyport.yaml" <<YAML
listen: [{name: inside, address: 10.77.0.2, port: 3128}, {name: inside6, address: "fd77::2", port: 3128}]
policy: policy.yaml
audit: {file: audit.jsonl}
resolve: {servers: [203.0.113.53]}
upstream: {roots: $WORK/root.pem}
YAML
}

# sensor_of_the_gate PORT...: what is seen and heard within the gate's own namespace.
sensor_of_the_gate() {
  rm -f "$WORK/gate.ready"
  ip netns exec $GATE "$PYTHON" "$HERE/sensors.py" --log "$WORK/gate.jsonl" --ready "$WORK/gate.ready" --canary "$@" >"$WORK/gate-sensor.out" 2>&1 &
  GATE_PIDS="$GATE_PIDS $!"
  until_true 10 test -e "$WORK/gate.ready"
}

# at_the_gate COMMAND...: in the gate's network, with the resolver that is found there. In the background only: it takes the place of its shell.
at_the_gate() {
  exec ip netns exec $GATE sh -c 'mount --bind "$0" /etc/resolv.conf; exec "$@"' "$WORK/resolv.conf" "$@"
}

start_gate() {
  at_the_gate "$SALLYPORT" serve --config "$WORK/gate/sallyport.yaml" >"$WORK/serve.out" 2>&1 &
  GATE_PIDS="$GATE_PIDS $!"
  until_true 60 grep -q '^audit ' "$WORK/serve.out" || { cat "$WORK/serve.out" >&2; exit 1; }
  sensor_of_the_gate 9999
  "$SALLYPORT" ca export --authority "$WORK/gate/ca" "$WORK/gate-root.pem"
  cat "$WORK/root.pem" "$WORK/gate-root.pem" >"$WORK/bundle.pem"
}

stop_gate() {
  stop "$GATE_PIDS"
  GATE_PIDS=
}

start_open_proxy() {
  ip -n $WIRE addr add 10.77.0.1/24 dev br-in # the host, which is in every network that is not isolated
  ip netns exec $GATE sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
  at_the_gate "$PYTHON" "$HERE/open-proxy.py" --listen 10.77.0.2 fd77::2 --port 3128 --resolver 203.0.113.53 \
    --socket "$WORK/gate/sallyport.sock" --log "$WORK/gate.jsonl" >"$WORK/open-proxy.out" 2>&1 &
  GATE_PIDS="$GATE_PIDS $!"
  sensor_of_the_gate 9999 9328 9998
  until_true 10 test -S "$WORK/gate/sallyport.sock"
}

# as NAMESPACE... The agent's side: its resolver, its variables, and of rights what is named.
enter() {
  caps=$1 user=$2; shift 2
  ip netns exec $AGENT sh -c '
    work=$1 caps=$2 user=$3; shift 3
    mount --bind "$work/resolv.conf" /etc/resolv.conf
    cd "$work/home"
    exec setpriv --reuid "$user" --regid "$user" --clear-groups --inh-caps=-all --bounding-set="$caps" --no-new-privs "$@"' \
    enter "$WORK" "$caps" "$user" env -i HOME="$WORK/home" PATH="$PATH" LANG=C.UTF-8 PROOF_CONTROL="$WORK/gate/sallyport.sock" \
    HTTPS_PROXY=http://10.77.0.2:3128 https_proxy=http://10.77.0.2:3128 HTTP_PROXY=http://10.77.0.2:3128 http_proxy=http://10.77.0.2:3128 \
    NODE_USE_ENV_PROXY=1 CURL_CA_BUNDLE="$WORK/bundle.pem" GIT_SSL_CAINFO="$WORK/bundle.pem" SSL_CERT_FILE="$WORK/bundle.pem" \
    NODE_EXTRA_CA_CERTS="$WORK/bundle.pem" npm_config_cafile="$WORK/bundle.pem" GIT_CONFIG_NOSYSTEM=1 "$@"
}
as_agent() { enter -all $AGENT_USER "$@"; }
as_root() { enter "-all,$ROOT_CAPS" 0 "$@"; }

# says TEXT COMMAND...: the output of a command has this in it.
says() {
  text=$1; shift
  "$@" >"$WORK/said" 2>&1 || { cat "$WORK/said"; return 1; }
  grep -q "$text" "$WORK/said" || { cat "$WORK/said"; return 1; }
}

allowed_clients() {
  check 'allowed: curl, an intercepted page' says PAGE-CONTENT-7 as_agent curl -sS --fail --max-time 10 https://docs.example.org/guide
  check 'allowed: curl, plain http' says PAGE-CONTENT-7 as_agent curl -sS --fail --max-time 10 http://plain.example/
  check 'allowed: curl, an origin that has IPv6 alone' says PAGE-CONTENT-7 as_agent curl -sS --fail --max-time 10 https://six.example/
  check 'allowed: curl, over IPv6 to the gate' says PAGE-CONTENT-7 as_agent curl -sS --fail --max-time 10 -x 'http://[fd77::2]:3128' https://registry.example/page
  check 'allowed: git clone' as_agent git clone -q https://git.example/tool.git "$WORK/home/tool"
  check 'allowed: what git cloned' grep -q 'hello from tool' "$WORK/home/tool/README.md"
  check 'allowed: npm install' as_agent npm install --registry https://registry.example/ --prefix "$WORK/home/npm" --no-audit --no-fund --no-update-notifier left-thing
  check 'allowed: what npm installed' test -f "$WORK/home/npm/node_modules/left-thing/package.json"
  check 'allowed: node' says PAGE-CONTENT-7 as_agent node "$HERE/fetch.mjs" 10.77.0.2 3128 docs.example.org /guide
  check 'allowed: python' says PAGE-CONTENT-7 as_agent "$PYTHON" -c "import urllib.request as u; print(u.urlopen('https://docs.example.org/guide').read())"
  java=$("$TOP/build-tools/find-java" javac)
  "$java/bin/keytool" -importcert -noprompt -alias gate -file "$WORK/gate-root.pem" -keystore "$WORK/trust.p12" -storetype PKCS12 -storepass changeit >/dev/null 2>&1
  chmod 644 "$WORK/trust.p12"
  check 'allowed: java' says PAGE-CONTENT-7 as_agent "$java/bin/java" -XX:TieredStopAtLevel=1 -Djavax.net.ssl.trustStore="$WORK/trust.p12" -Djavax.net.ssl.trustStorePassword=changeit \
    -Dhttps.proxyHost=10.77.0.2 -Dhttps.proxyPort=3128 "$HERE/Fetch.java" https://docs.example.org/guide
  check 'refused: curl says so' not as_agent curl -sS --fail --max-time 10 https://evil.example/
}

# The dev container's rules, set by the container's own root before the agent is there.
rules_of_the_feature() {
  check 'devcontainer: the rules are set' ip netns exec $AGENT sh "$TOP/docker/feature/sallyport/firewall.sh" 3128 10.77.0.2 fd77::2
  ip netns exec $AGENT nft -s list ruleset >"$WORK/rules"
  check 'devcontainer: curl: an allowed page' says PAGE-CONTENT-7 as_agent curl -sS --fail --max-time 10 https://docs.example.org/guide
  check 'devcontainer: curl: over IPv6 to the gate' says PAGE-CONTENT-7 as_agent curl -sS --fail --max-time 10 -x 'http://[fd77::2]:3128' https://six.example/
  check "devcontainer: the agent's user cannot take the rules away" not as_agent nft flush ruleset
  check 'devcontainer: nor can root without NET_ADMIN' not as_root nft flush ruleset
}
rules_stand() {
  ip netns exec $AGENT nft -s list ruleset >"$WORK/rules-after"
  check 'devcontainer: the rules are the same afterwards' cmp "$WORK/rules" "$WORK/rules-after"
}

# What was said last is in the logs, so everything before it is.
last_word() {
  ip netns exec "$1" "$PYTHON" -c "import socket,sys; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'$2', ('$3', 9))"
  until_true 10 grep -q "$2" "$4"
}

# attempt_all WORLD blocked|arrives: every attempt, as the agent's user and as its root; then what came of it.
attempt_all() {
  for log in outside next host gate; do : >"$WORK/$log.jsonl"; done
  as_agent "$IN_PYTHON" "$ATTEMPTS" list >"$WORK/attempts.json"
  as_agent "$IN_PYTHON" "$ATTEMPTS" run >"$WORK/outcomes-$1.jsonl" 2>"$WORK/attempts-$1.err"
  as_root "$IN_PYTHON" "$ATTEMPTS" run --root >>"$WORK/outcomes-$1.jsonl" 2>>"$WORK/attempts-$1.err"
  last_word $NEXT "the end of $1" 203.0.113.1 "$WORK/outside.jsonl"
  last_word $NEXT "the end of $1" 203.0.113.1 "$WORK/next.jsonl"
  last_word $GATE "the end of $1" 127.0.0.1 "$WORK/gate.jsonl"
  for log in outside next host gate; do cp "$WORK/$log.jsonl" "$WORK/$log-$1.jsonl"; done
  "$PYTHON" "$HERE/judge.py" --world "$1" --expect "$2" --attempts "$WORK/attempts.json" --outcomes "$WORK/outcomes-$1.jsonl" \
    --outside "$WORK/outside-$1.jsonl" "$WORK/next-$1.jsonl" "$WORK/host-$1.jsonl" --gate "$WORK/gate-$1.jsonl" --audit "$WORK/gate/audit.jsonl" --leave-out "${LEAVE_OUT-}" >"$WORK/verdict"
  sed '$d' "$WORK/verdict"
  counts=$(tail -n 1 "$WORK/verdict")
  PASSED=$((PASSED + ${counts%% passed*}))
  counts=${counts#*, }
  FAILED=$((FAILED + ${counts%% failed*}))
}
