#!/bin/sh
# The scripts of a CI job, tried on a machine of their own: two network namespaces, job and outside, both families between
# them. What the job's user may do through the gate works; every direct way fails; without the rules the same ways succeed.
# Needs root. SALLYPORT: the packaged program.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../.." && pwd)
# Where the users that are made, and the processes that are theirs, are of this test alone.
if [ "${1-}" != inside ]; then
  [ "$(id -u)" = 0 ] || { echo 'this needs root, for network namespaces and users' >&2; exit 3; }
  exec unshare --mount --propagation private --pid --fork --mount-proc "$0" inside
fi
SALLYPORT=${SALLYPORT:-$TOP/sallyport}
# shellcheck source=e2e/lib.sh
. "$TOP/e2e/lib.sh"
# One that the job's user may run.
PYTHON=/usr/bin/python3
[ -x "$PYTHON" ] || PYTHON=$(command -v python3)
PROGRAM=$(readlink -f "$SALLYPORT")
JOB=ci$$-job OUTSIDE=ci$$-outside
end() {
  for namespace in "$JOB" "$OUTSIDE"; do ip netns del "$namespace" 2>/dev/null || true; done
  [ ! -f "$WORK/state/pid" ] || kill "$(cat "$WORK/state/pid")" 2>/dev/null || true
  stop_all
}
trap end EXIT
for tool in ip nft setpriv node curl python3; do
  command -v $tool >/dev/null || { echo "this needs \`$tool\`" >&2; exit 3; }
done
chmod 755 "$WORK"
mkdir "$WORK/etc"
cp -a /etc/. "$WORK/etc/"
mount --bind "$WORK/etc" /etc

# job 192.0.2.2, 2001:db8::2 --- 192.0.2.1, 2001:db8::1 outside
ip netns add $JOB
ip netns add $OUTSIDE
ip link add name veth netns $JOB type veth peer name veth netns $OUTSIDE
for side in "$JOB 2" "$OUTSIDE 1"; do
  namespace=${side% *} n=${side#* }
  ip -n "$namespace" link set lo up
  ip netns exec "$namespace" sysctl -qw net.ipv6.conf.veth.accept_dad=0
  ip -n "$namespace" addr add "192.0.2.$n/24" dev veth
  ip -n "$namespace" addr add "2001:db8::$n/64" dev veth nodad
  ip -n "$namespace" link set veth up
done
ip netns exec $JOB sysctl -qw net.ipv4.ping_group_range='0 2147483647'
in_job() { ip netns exec $JOB "$@"; }

# Outside: http on both families, and a socket that hears datagrams; on the job's machine a service of another user.
cat >"$WORK/outside.mjs" <<'JS'
import http from "node:http"; import dgram from "node:dgram"; import fs from "node:fs";
const answer = (q, a) => a.end("hello from outside " + q.headers.host + "\n");
let left = 3; const up = () => { if (--left === 0) fs.writeFileSync(process.argv[2], "up"); };
http.createServer(answer).listen(80, "192.0.2.1", up);
http.createServer(answer).listen(80, "2001:db8::1", up);
const udp = dgram.createSocket({ type: "udp6" }).bind(53, "::", up);
udp.on("message", m => fs.appendFileSync(process.argv[3], m + "\n"));
JS
: >"$WORK/heard"
ip netns exec $OUTSIDE node "$WORK/outside.mjs" "$WORK/outside.up" "$WORK/heard" &
PIDS="$PIDS $!"
in_job "$PYTHON" -m http.server --bind 127.0.0.1 8099 --directory "$WORK/etc/apt" >/dev/null 2>&1 &
PIDS="$PIDS $!"
until_true 20 test -s "$WORK/outside.up"

cat >"$WORK/policy.yaml" <<'YAML'
sallyport: 1
name: ci
classes: {pages: {allow: [{host: docs.example, scheme: http}]}}
profiles: {ci: {classes: [pages]}}
assign: [{anonymous: true, address: 127.0.0.1, profile: ci}]
YAML
cat >"$WORK/settings.yaml" <<'YAML'
connect-to: {"*:80": "192.0.2.1:80"}
YAML
mkdir "$WORK/workspace"
export GATE_PROGRAM="$PROGRAM" GATE_STATE="$WORK/state" GATE_SETTINGS="$WORK/settings.yaml" GATE_WORKSPACE="$WORK/workspace"
start() { in_job env "$@" sh "$HERE/start.sh"; }
run() { (cd "$WORK/workspace" && in_job sh "$HERE/run.sh" "$@"); }
get() { run curl -sS --max-time 5 -o /dev/null "$@"; }
direct() { get --noproxy '*' "$@"; }
# datagram ADDRESS WORD: arrives when the word is heard outside.
datagram() {
  run "$PYTHON" -c 'import socket,sys
a=sys.argv[1]; s=socket.socket(socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_DGRAM)
s.sendto(sys.argv[2].encode(), (a, 53))' "$1" "$2" || return 1
  until_true 1 grep -q "^$2$" "$WORK/heard"
}
ping_of() { run "$PYTHON" -c 'import socket,sys,struct
s=socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP); s.settimeout(2)
s.sendto(struct.pack("!BBHHH",8,0,0,1,1), ("192.0.2.1",0)); s.recv(99)'; }
ways() { # ways CHECK...: every direct way, with a check that says what must come of it
  check "direct, IPv4, $1" "$@" direct http://192.0.2.1/
  check "direct, IPv6, $1" "$@" direct 'http://[2001:db8::1]/'
  check "direct, a service of another user here, $1" "$@" direct http://127.0.0.1:8099/
  check "direct, a datagram to a resolver, IPv4, $1" "$@" datagram 192.0.2.1 "four-$1"
  check "direct, a datagram to a resolver, IPv6, $1" "$@" datagram 2001:db8::1 "six-$1"
  check "direct, ICMP, $1" "$@" ping_of
}
must() { "$@"; }
fails() { not "$@"; }

# A first run, which refuses nothing and makes a policy, as the include of GitLab does it; a named port is reached too.
export CI_PROJECT_DIR="$WORK/workspace" GATE_BIN="$WORK"
check 'include: a first run starts without a policy' in_job env SALLYPORT_REPORT=true GITLAB_USER_LOGIN=me \
  SALLYPORT_LOOPBACK_PORTS=8099 SALLYPORT_HOME="$WORK" sh "$HERE/gitlab.sh" start
check 'report: what nobody listed passes' in_job "$WORK/sallyport-run" sh -c 'curl -sS http://docs.example/ | grep -q "outside docs.example"'
check 'a named port of this machine is reached' direct http://127.0.0.1:8099/
check 'and no other way' not direct http://192.0.2.1/
check 'a step that is not the job is not closed' in_job curl -sS --noproxy '*' --max-time 5 -o /dev/null http://192.0.2.1/
ln -s "$WORK/etc" "$WORK/workspace/.sallyport"
check 'include: stop' in_job sh "$HERE/gitlab.sh" stop
FIRST=$WORK/workspace/.sallyport/out
check 'include: the record is in the project' test -s "$FIRST/audit/sallyport.jsonl"
check 'include: and went through no link' test ! -e "$WORK/etc/out"
check 'report: the summary is loud about it' grep -q 'REPORT MODE' "$FIRST/summary.md"
check 'report: a policy is suggested' grep -q 'host: docs.example' "$FIRST/suggested-policy.yaml"
check 'report: and can be used' "$PROGRAM" policy check "$FIRST/suggested-policy.yaml"
check 'the ways stay closed behind the gate' not direct http://192.0.2.1/

# The same with a policy, as the action of GitHub does it.
export GITHUB_ENV="$WORK/env" GITHUB_PATH="$WORK/path" GITHUB_STEP_SUMMARY="$WORK/page.md" RUNNER_TEMP="$WORK/temp"
mkdir "$RUNNER_TEMP"
check 'action: start' sh -c "ip netns exec $JOB env GATE_POLICY='$WORK/policy.yaml' sh '$HERE/github.sh' start >'$WORK/start.out'"
check 'the key that signs is in the log of the job' grep -q 'BEGIN PUBLIC KEY' "$WORK/start.out"
check 'action: the steps that follow have the variables' grep -q '^HTTPS_PROXY=http://127.0.0.1:3128$' "$GITHUB_ENV"
check 'action: sallyport-run is on their path' test -x "$(cat "$GITHUB_PATH")/sallyport-run"
check 'what is listed passes' get -f http://docs.example/
check 'what is not does not' not get -f http://evil.example/
check 'a refused https host is told why within TLS' run sh -c 'curl -sS https://evil.example/ | grep -q not-listed'
ways fails
check 'cleared variables lead nowhere' not run env -u HTTP_PROXY -u http_proxy curl -sS --max-time 5 http://192.0.2.1/
check 'the admin port is not for the job' not direct "http://127.0.0.1:9328/metrics"
check 'the job cannot become root' run sh -c '! grep -q "^NoNewPrivs:.*0" /proc/self/status && ! grep "^Cap" /proc/self/status | grep -q "[1-9a-f]$"'
check 'the job cannot take the rules away' not run nft delete table inet sallyport_ci
check 'the job cannot stop the gate' not run kill "$(cat "$WORK/state/pid")"
check 'the job cannot read the record or write the policy' run sh -c "! ls '$WORK/state/gate' && ! touch '$WORK/state/policy/x.yaml'"
check 'no socket of another user is in /run' run sh -c "! find /run -type s | grep -q ."
check 'the job writes its workspace' run sh -c 'echo x >file && git init -q . && git status >/dev/null'
check 'a second gate is refused' not start GATE_POLICY="$WORK/policy.yaml"
(run sleep 600 >/dev/null 2>&1 || true) &
until_true 5 pgrep -u sallyport-job sleep
check 'action: stop' in_job sh "$HERE/github.sh" stop
SECOND=$RUNNER_TEMP/sallyport
check 'what the job left running has ended' not pgrep -u sallyport-job
check 'action: the summary is on the page' grep -q '^## What left through Sallyport' "$GITHUB_STEP_SUMMARY"
check 'the summary has what was refused' grep -q '<code>evil&#46;example&#58;80</code> | <code>not&#45;listed</code>' "$GITHUB_STEP_SUMMARY"
check 'action: the record is where the artifact is taken from' test -s "$SECOND/audit/sallyport.jsonl"
check 'action: the variables are taken back' grep -q '^HTTPS_PROXY=$' "$GITHUB_ENV"
check 'the record is whole' grep -q 'intact up to .*, signed up to' "$SECOND/verify.txt"
check 'the key that signs stays behind' test ! -e "$SECOND/audit/audit-signing.key"

# Without the rules the same ways succeed: the rules are what closed them.
in_job nft delete table inet sallyport_ci
# The program is where the gate's user is not let in, as on GitHub's machines.
mkdir -m 700 "$WORK/home"
cp -a "$(dirname "$PROGRAM")" "$WORK/home/program"
check 'open: the gate starts' start GATE_POLICY="$WORK/policy.yaml" GATE_CLOSE=false GATE_PROGRAM="$WORK/home/program/sallyport"
ways must
kill "$(cat "$WORK/state/pid")"
rm "$WORK/state/pid"

# What cannot be used is told.
check 'a port that is none' not start GATE_POLICY="$WORK/policy.yaml" GATE_LOOPBACK_PORTS='80;drop'
check 'a user that is none' not start GATE_POLICY="$WORK/policy.yaml" GATE_JOB_USER='x;y'
check 'root cannot be the job' not start GATE_POLICY="$WORK/policy.yaml" GATE_JOB_USER=root
check 'a policy that cannot be read' not start GATE_POLICY="$WORK/outside.mjs"
finish
