#!/bin/sh
# The same attempts (attempts.py) in real containers: the networks and the gate of ../compose.yaml, with sensors in the place of
# the world. Nothing leaves the machine, both networks being internal; the way outside is a container. Two worlds: `compose`, where
# nothing may arrive, and `open`, where the agent is in both networks, has a route, and a proxy that judges nothing: everything has
# to arrive that a container can send. Ends with `N passed, N failed`. Needs root, for the sensors' logs.
#
# ENGINE           docker or podman (default: docker if it answers, else podman)
# GATE_IMAGE  the gate's image (default: sallyport; ../build.sh makes it)
# PROOF_IMAGE      an image with python3, curl, git, ssh, node, iproute2, nftables (default: proof-tools; docs/deploy-containers.md)
# ENGINE_OPTIONS   more options of `run`, such as `--ulimit nofile=20000:20000`
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../.." && pwd)
ENGINE=${ENGINE:-$(docker info >/dev/null 2>&1 && echo docker || echo podman)}
export AT_ENGINE=1
. "$HERE/lib.sh"
GATE_IMAGE=${GATE_IMAGE:-sallyport}
TOOLS=${PROOF_IMAGE:-proof-tools}
P=proof$$
case $ENGINE in
  docker) inside_options='--opt com.docker.network.bridge.gateway_mode_ipv4=isolated --opt com.docker.network.bridge.gateway_mode_ipv6=isolated' ;;
  *) inside_options=--disable-dns ;;
esac

# gone NAME...: killed and removed, one after the other, those first that live in another's network.
gone() {
  for name in "$@"; do
    "$ENGINE" kill $P-"$name" >/dev/null 2>&1 || true
    "$ENGINE" rm -f -v $P-"$name" >/dev/null 2>&1 || true
  done
}
engine_clean_up() {
  gone agent gate-sensor gate outside next
  "$ENGINE" network rm $P-inside $P-outside >/dev/null 2>&1 || true
  "$ENGINE" volume rm $P-data >/dev/null 2>&1 || true
  clean_up
}
trap engine_clean_up EXIT

# made NAME NETWORK IPV4 IPV6 OPTION...: a container that is not started yet.
made() {
  name=$1 network=$2 four=$3 six=$4; shift 4
  # shellcheck disable=SC2086
  "$ENGINE" create --name $P-"$name" --network $P-"$network" --ip "$four" --ip6 "$six" --cap-drop all ${ENGINE_OPTIONS-} "$@" >/dev/null
}
# beside NAME COMMAND...: in a container's network, with the rights to change it.
beside() {
  name=$1; shift
  # shellcheck disable=SC2086
  "$ENGINE" run --rm --network container:$P-"$name" --cap-drop all --cap-add NET_ADMIN -v "$HERE:/proof:ro" ${ENGINE_OPTIONS-} "$TOOLS" "$@"
}
sensing() { echo "--cap-add NET_RAW --cap-add NET_BIND_SERVICE --cap-add DAC_OVERRIDE -v $HERE:/proof:ro -v $WORK:/log"; }

# shellcheck disable=SC2086
"$ENGINE" network create --internal --ipv6 --subnet 10.77.0.0/24 --subnet fd77::/64 $inside_options $P-inside >/dev/null
case $ENGINE in docker) outside_options= ;; *) outside_options=--disable-dns ;; esac
# shellcheck disable=SC2086
"$ENGINE" network create --internal --ipv6 --subnet 203.0.113.0/24 --subnet 2001:db8:51::/64 $outside_options $P-outside >/dev/null

make_site
# shellcheck disable=SC2046
made outside outside 203.0.113.53 2001:db8:51::53 $(sensing) "$TOOLS" python3 /proof/sensors.py --log /log/outside.jsonl --catch 7 --origins /log/site.pem /log/site.key /log/site --dns 203.0.113.53 2001:db8:51::53 --ready /log/outside.ready
# shellcheck disable=SC2046
made next outside 203.0.113.7 2001:db8:51::7 $(sensing) "$TOOLS" python3 /proof/sensors.py --log /log/next.jsonl --catch 5432 --ready /log/next.ready
"$ENGINE" start $P-outside $P-next >/dev/null
until_true 20 test -e "$WORK/outside.ready"
until_true 20 test -e "$WORK/next.ready"
beside outside sh -c '
  for range in 192.0.2.0/24 198.51.100.0/24 10.99.0.0/24 169.254.169.254/32; do ip route add local $range dev lo; done
  for range in 2001:db8:10::/64 2001:db8:66::/64 fd00:ec2::254/128; do ip -6 route add local $range dev lo; done
  ip addr add fe80::51/64 dev eth0
  ip route add 10.77.0.0/24 via 203.0.113.2
  ip -6 route add fd77::/64 via 2001:db8:51::2
  nft -f /proof/world.nft'

# in_both NAME: the second network, a route through it, and off it goes.
in_both() {
  "$ENGINE" network connect --ip "$2" --ip6 "$3" $P-outside $P-"$1"
  "$ENGINE" start $P-"$1" >/dev/null
  beside "$1" sh -c 'ip route replace default via 203.0.113.53; ip -6 route replace default via 2001:db8:51::53'
}
gate_sensor() {
  rm -f "$WORK/gate.ready"
  # shellcheck disable=SC2046,SC2086
  "$ENGINE" run -d --name $P-gate-sensor --network container:$P-gate --cap-drop all $(sensing) ${ENGINE_OPTIONS-} "$TOOLS" python3 /proof/sensors.py --log /log/gate.jsonl --ready /log/gate.ready --canary "$@" >/dev/null
  until_true 20 test -e "$WORK/gate.ready"
}
in_agent() {
  user=$1; shift
  "$ENGINE" exec -u "$user" -w /tmp -e PROOF_CONTROL=/control/sallyport.sock -e HTTPS_PROXY=http://10.77.0.2:3128 -e https_proxy=http://10.77.0.2:3128 \
    -e HTTP_PROXY=http://10.77.0.2:3128 -e http_proxy=http://10.77.0.2:3128 -e CURL_CA_BUNDLE=/trust/bundle.pem $P-agent "$@"
}
as_agent() { in_agent 65534:65534 "$@"; } # nobody: ssh wants a user with a name
as_root() { in_agent 0:0 "$@"; }
last_word() {
  case $1 in $NEXT) from=next ;; *) from=gate-sensor ;; esac
  "$ENGINE" exec $P-$from python3 -c "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'$2', ('$([ "$3" = 127.0.0.1 ] && echo 127.0.0.1 || echo 203.0.113.53)', 9))"
  until_true 10 grep -q "$2" "$4"
}
ATTEMPTS=/proof/attempts.py
LEAVE_OUT="^the host" # its own address in the network, which an isolated network has not got
IN_PYTHON=python3

write_policy
cp "$WORK/root.pem" "$WORK/gate/"
sed -i 's|^audit:.*|audit: {file: /var/lib/sallyport/audit.jsonl}|; s|^upstream:.*|upstream: {roots: root.pem}|' "$WORK/gate/sallyport.yaml"
echo 'intercept: {authority: /var/lib/sallyport/ca}' >>"$WORK/gate/sallyport.yaml"
echo 'control: /var/lib/sallyport/sallyport.sock' >>"$WORK/gate/sallyport.yaml"
made gate inside 10.77.0.2 fd77::2 --sysctl net.ipv4.ip_forward=0 --sysctl net.ipv6.conf.all.forwarding=0 --read-only --security-opt no-new-privileges -v "$WORK/gate:/etc/sallyport:ro" -v $P-data:/var/lib/sallyport "$GATE_IMAGE"
in_both gate 203.0.113.2 2001:db8:51::2
gate_sensor 9999
JAVA='/opt/sallyport/runtime/bin/java @/opt/sallyport/java.args'
# shellcheck disable=SC2086
healthy() { "$ENGINE" exec $P-gate $JAVA health --config /etc/sallyport/sallyport.yaml; }
check "compose: the image's health check" until_true 30 healthy
mkdir -p "$WORK/trust" "$WORK/control"
# shellcheck disable=SC2086
"$ENGINE" exec $P-gate $JAVA ca export --authority /var/lib/sallyport/ca | cat - "$WORK/root.pem" >"$WORK/trust/bundle.pem"
agent() { made agent inside 10.77.0.3 fd77::3 --security-opt no-new-privileges -v "$HERE:/proof:ro" --sysctl net.ipv4.ping_group_range='0 2147483647' -v "$WORK/trust:/trust:ro" "$@" "$TOOLS" sleep 900; }
agent --dns 127.0.0.1
"$ENGINE" start $P-agent >/dev/null
check 'compose: curl: an allowed page, intercepted' says PAGE-CONTENT-7 as_agent curl -sS --fail --max-time 10 https://docs.example.org/guide
check 'compose: git clone' as_agent git -c http.sslCAInfo=/trust/bundle.pem clone -q https://git.example/tool.git /tmp/tool
attempt_all compose blocked

gone agent gate-sensor gate
# shellcheck disable=SC2046
made gate inside 10.77.0.2 fd77::2 $(sensing) --sysctl net.ipv4.ip_forward=1 --sysctl net.ipv6.conf.all.forwarding=1 --dns 203.0.113.53 -v "$WORK/control:/control" "$TOOLS" \
  python3 /proof/open-proxy.py --listen 10.77.0.2 fd77::2 --port 3128 --resolver 203.0.113.53 --socket /control/sallyport.sock --log /log/gate.jsonl
in_both gate 203.0.113.2 2001:db8:51::2
gate_sensor 9999 9328 9998
agent --dns 203.0.113.53 --cap-add NET_ADMIN --cap-add NET_RAW -v "$WORK/control:/control"
in_both agent 203.0.113.3 2001:db8:51::3
attempt_all open arrives
finish
