#!/bin/sh
# Everything of deploy/ that needs no cluster and no Maven: scripts, systemd, CI jobs, alerts and dashboard, manifests, and a
# policy that reaches a gate through a ConfigMap. What is not installed here is said and left out. SALLYPORT: the packaged
# program. Root, for the CI jobs.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/.." && pwd)
SALLYPORT=${SALLYPORT:-$TOP/sallyport}
export SALLYPORT
# shellcheck source=e2e/lib.sh
. "$TOP/e2e/lib.sh"
SCRIPTS_PASSED=0
SCRIPTS_FAILED=0

# A script that counts for itself.
script() {
  echo "-- $1"
  sh "$HERE/$1" >"$WORK/script.out" 2>&1 || true
  grep -v '^ok ' "$WORK/script.out" || true
  passed=$(sed -n 's/^\([0-9]*\) passed, .*/\1/p' "$WORK/script.out" | tail -1)
  failed=$(sed -n 's/.* passed, \([0-9]*\) failed$/\1/p' "$WORK/script.out" | tail -1)
  SCRIPTS_PASSED=$((SCRIPTS_PASSED + ${passed:-0}))
  SCRIPTS_FAILED=$((SCRIPTS_FAILED + ${failed:-1}))
}
have() { command -v "$1" >/dev/null || { echo "left out: $2, which needs \`$1\`"; return 1; }; }

if have shellcheck 'a look at the scripts'; then
  check 'shellcheck has nothing to say' sh -c "cd '$TOP' && shellcheck -x deploy/*.sh deploy/*/*.sh"
fi

if have promtool 'the tests of the alerts'; then
  check 'the rules are rules' promtool check rules "$HERE/prometheus/sallyport.rules.yaml"
  check 'the alerts fire when they should and not otherwise' promtool test rules "$HERE/prometheus/sallyport.rules.test.yaml"
fi
check 'the chart carries the same rules' cmp "$HERE/prometheus/sallyport.rules.yaml" "$HERE/helm/sallyport/files/sallyport.rules.yaml"
check 'and the same dashboard' cmp "$HERE/grafana/sallyport.json" "$HERE/helm/sallyport/files/sallyport.json"

if have kubectl 'rendering the manifests'; then
  for overlay in shared sidecar; do
    check "kustomize: $overlay is what was tested" sh -c "kubectl kustomize '$HERE/kustomize/overlays/$overlay' | cmp - '$HERE/test/src/test/resources/golden/kustomize-$overlay.yaml'"
  done
fi
for policy in "$HERE/kustomize/base/policy.yaml" "$HERE/kustomize/overlays/sidecar/policy.yaml"; do
  check "the policy ${policy#"$HERE"/} passes its tests" "$SALLYPORT" policy test "$policy"
done

# A gate with the settings and the policy of the manifests, the policy in a volume as the kubelet makes it: files are links
# through `..data`, itself a link that is swapped for one to a new folder.
free() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }
PORT=$(free) ADMIN=$(free) ORIGIN=$(free)
volume() { # volume NAME: a version of the policy, from standard input, put in force
  mkdir -p "$WORK/volume/..$1"
  cat >"$WORK/volume/..$1/policy.yaml"
  ln -s "..$1" "$WORK/volume/..data_tmp"
  mv -T "$WORK/volume/..data_tmp" "$WORK/volume/..data"
  [ -L "$WORK/volume/policy.yaml" ] || ln -s ..data/policy.yaml "$WORK/volume/policy.yaml"
}
policy() { # policy NAME [EXTRA LINES]
  cat <<YAML
sallyport: 1
name: $1
classes: {web: {allow: [{host: docs.example, scheme: http}, {host: gone.example, scheme: http}]}}
profiles: {all: {classes: [web]}}
assign: [{anonymous: true, address: 127.0.0.1, profile: all}]
exceptions: [{id: EX-1, class: web, allow: wiki.example, reason: test, owner: test, expires: 2099-01-01T00:00:00Z}]
YAML
}
policy one | volume 2026_11_28_22_00_00.1
sed -e "s|address: 0.0.0.0|address: 127.0.0.1|; s|port: 9328|port: $ADMIN|; s|port: 3128|port: $PORT|" \
  -e "s|/var/lib/sallyport|$WORK|; s|/etc/sallyport/policy|$WORK/volume|" "$HERE/kustomize/base/sallyport.yaml" >"$WORK/sallyport.yaml"
cat >>"$WORK/sallyport.yaml" <<YAML
connect-to: {"docs.example:80": "127.0.0.1:$ORIGIN", "gone.example:80": "127.0.0.1:1"}
YAML
python3 -m http.server --bind 127.0.0.1 "$ORIGIN" --directory "$HERE/grafana" >/dev/null 2>&1 &
PIDS="$PIDS $!"
"$SALLYPORT" serve --config "$WORK/sallyport.yaml" >"$WORK/gate.out" 2>&1 &
PIDS="$PIDS $!"
get() { curl -s -o /dev/null --max-time 10 -x "http://127.0.0.1:$PORT" -w '%{http_code}' "http://$1/"; }
answers() { [ "$(get "$1")" = "$2" ] || { echo "$1: $(get "$1")"; return 1; }; }
number() { curl -s "http://127.0.0.1:$ADMIN/metrics" | grep -qE "^$1 $2\$"; }
check 'the settings of the manifests start a gate' until_true 60 curl -fs "http://127.0.0.1:$ADMIN/readyz"
check 'the policy is the one of the volume' answers docs.example 200
check 'what it does not list is refused' answers evil.example 403
check 'what it lists and nobody answers is told' answers gone.example 502
policy two | sed 's/{host: docs.example, scheme: http}, //' | volume 2026_11_28_22_00_01.2
check 'a swapped ..data is taken up' until_true 15 answers docs.example 403
echo 'sallyport: 1, nonsense' | volume 2026_11_28_22_00_02.3
check 'a policy that is none is rejected, and shown' until_true 15 number sallyport_policy_last_load_successful 0.0
check 'the old one stays' answers docs.example 403
policy three | volume 2026_11_28_22_00_03.4
check 'the next good one is taken up' until_true 15 answers docs.example 200
check 'and shown' number sallyport_policy_last_load_successful 1.0

# The rules that close an agent's pod around its sidecar, in a network of their own: everything is on its loopback here.
rules() { sed -n "/nft -f - <<'RULES'/,/^ *RULES$/p" "$HERE/test/src/test/resources/golden/chart-sidecar-nftables.yaml" | sed '1d;$d'; }
if [ "$(id -u)" = 0 ] && have nft 'the rules of the sidecar' && unshare --net true 2>/dev/null; then
  cat >"$WORK/pod.sh" <<'SH'
set -eu
ip link set lo up
ip addr add 192.0.2.2/32 dev lo
ip -6 addr add 2001:db8::2/128 dev lo
for at in 127.0.0.1:3128 127.0.0.1:9328 192.0.2.2:443 '[::1]:3128' '[2001:db8::2]:443'; do
  "$PYTHON" -c 'import socket, sys
host, port = sys.argv[1].rsplit(":", 1)
s = socket.create_server((host.strip("[]"), int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
open(sys.argv[2], "w").close()
while True: s.accept()[0].close()' "$at" "$1/listens-$at" &
  listeners="${listeners-} $!"
done
tries=100
until [ "$(find "$1" -name 'listens-*' | wc -l)" = 5 ]; do
  tries=$((tries - 1))
  # shellcheck disable=SC2086
  [ "$tries" -gt 0 ] || { echo 'not all ports of the pod listen'; kill $listeners; exit 1; }
  sleep 0.1
done
try() { # try USER ADDRESS PORT
  if setpriv --reuid "$1" --regid "$1" --clear-groups "$PYTHON" -c 'import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 3)' "$2" "$3" 2>/dev/null
  then echo "$1 $2 $3 yes"; else echo "$1 $2 $3 no"; fi
}
all() {
  for user in 65532 10001 0; do
    try $user 127.0.0.1 3128; try $user 127.0.0.1 9328; try $user 192.0.2.2 443; try $user ::1 3128; try $user 2001:db8::2 443
  done
}
all | grep -c yes >"$1/before"
nft -f - <"$1/rules"
all >"$1/after"
# shellcheck disable=SC2086
kill $listeners
SH
  rules >"$WORK/rules"
  PYTHON=/usr/bin/python3
  [ -x "$PYTHON" ] || PYTHON=$(command -v python3)
  export PYTHON
  check 'sidecar: its rules are rules' unshare --net sh "$WORK/pod.sh" "$WORK"
  check 'sidecar: without them everybody reaches everything' grep -qx 15 "$WORK/before"
  check 'sidecar: with them the gate does' sh -c "test \"\$(grep -c '^65532 .* yes' '$WORK/after')\" = 5"
  check 'sidecar: and every other user its port alone' sh -c "test \"\$(grep yes '$WORK/after' | grep -v '^65532' | tr '\\n' ,)\" = '10001 127.0.0.1 3128 yes,0 127.0.0.1 3128 yes,'"
fi

# What alerts and dashboard name is what this gate exports.
curl -s "http://127.0.0.1:$ADMIN/metrics" >"$WORK/scrape"
check 'the gate has every number that alerts and dashboard name' python3 "$HERE/prometheus/check-metrics.py" "$WORK/scrape" "$HERE/prometheus/sallyport.rules.yaml" "$HERE/grafana/sallyport.json"
sed 's/^sallyport_tunnels_open/sallyport_other/; s/limit=/bound=/' "$WORK/scrape" >"$WORK/other"
check 'a number or a label that is missing is found' sh -c "! python3 '$HERE/prometheus/check-metrics.py' '$WORK/other' '$HERE/prometheus/sallyport.rules.yaml' '$HERE/grafana/sallyport.json' >'$WORK/missing' && grep -q 'no sallyport_tunnels_open' '$WORK/missing' && grep -q 'no label .limit\|has the label .limit' '$WORK/missing'"

script systemd/test.sh
if [ "$(id -u)" = 0 ] && command -v nft >/dev/null && unshare --mount --net --pid --fork --mount-proc true 2>/dev/null; then
  script ci/test.sh
else
  echo 'left out: the CI jobs, which need root, nft and namespaces'
fi

echo "$((PASSED + SCRIPTS_PASSED)) passed, $((FAILED + SCRIPTS_FAILED)) failed"
[ "$((FAILED + SCRIPTS_FAILED))" = 0 ]
