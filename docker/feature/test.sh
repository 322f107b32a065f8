#!/bin/sh
# The dev container feature on a Debian root: this machine's own, with everything that is written kept in memory (overlay)
# and thrown away. The container is a network namespace of the proof's layout, with a route outside; its user is `dev`.
# Needs root. Ends with `N passed, N failed`.
set -eu
HERE=$(cd "$(dirname "$0")/../proof" && pwd)
TOP=$(cd "$HERE/../.." && pwd)
. "$HERE/lib.sh"

layout
start_outside
write_policy
start_gate
agent_in open

# The container: stays until the end, others come in by its process.
ip netns exec $AGENT unshare -m sh -c '
  mount -t tmpfs tmpfs "$1" && mkdir "$1/upper" "$1/work" "$1/root" &&
  mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root" &&
  for tree in proc dev sys; do mount --rbind /$tree "$1/root/$tree"; done &&
  mount -t tmpfs tmpfs "$1/root/run" && cp "$2" "$1/root/run/resolv.conf" && mount --bind "$1/root/run/resolv.conf" "$1/root/etc/resolv.conf" &&
  mkdir "$1/root/run/sallyport-ca" && touch "$3" && exec sleep 600' container "$(mktemp -d -p "$WORK")" "$WORK/resolv.conf" "$WORK/container.ready" >"$WORK/container.out" 2>&1 &
CONTAINER=$!
PIDS="$PIDS $CONTAINER"
until_true 10 test -e "$WORK/container.ready" || { cat "$WORK/container.out" >&2; exit 1; }
ROOT=$(sed -n 's|^overlay \(.*\) overlay .*|\1|p' /proc/$CONTAINER/mounts | grep "^$WORK")

# in_container CAPABILITIES USER COMMAND...: as `docker exec` would, with nothing of this shell's variables.
in_container() {
  caps=$1 user=$2; shift 2
  nsenter -t "$CONTAINER" -m -n chroot "$ROOT" setpriv --reuid "$user" --regid "$user" --clear-groups --inh-caps=-all --bounding-set="$caps" \
    --no-new-privs env -i HOME="/home/$user" PATH="$PATH" LANG=C.UTF-8 "$@"
}
# What Docker gives a container, with and without what the feature asks for.
DOCKER_CAPS=-all,+chown,+dac_override,+fowner,+setgid,+setuid,+net_raw,+kill
as_container() { in_container "$DOCKER_CAPS,+net_admin" root "$@"; }
as_dev() { in_container -all dev "$@"; }
FEATURE=$TOP/docker/feature/sallyport
install_feature() { as_container env GATE=http://gate.example:3128 _REMOTE_USER="$1" _REMOTE_USER_HOME="/home/$1" "$FEATURE/install.sh"; }
fails_saying() {
  text=$1; shift
  if "$@" >"$WORK/said" 2>&1; then cat "$WORK/said"; return 1; fi
  grep -q "$text" "$WORK/said" || { cat "$WORK/said"; return 1; }
}
share=/usr/local/share/sallyport

as_container useradd -m -s /bin/bash dev
check 'install: not for root, who could take the rules away' fails_saying 'the user of the container is root' install_feature root
check 'install: a gate that is none is refused' fails_saying 'http://HOST:PORT is needed' as_container env GATE=gate.example _REMOTE_USER=dev "$FEATURE/install.sh"
check 'install: an option with a quote in it is refused' fails_saying 'no place in a host' as_container env GATE="http://gate.example:3128" CLIENT="x';id" _REMOTE_USER=dev "$FEATURE/install.sh"
check 'install' install_feature dev
in_container "$DOCKER_CAPS" root $share/start.sh 2>"$WORK/start.err"
check 'start: without NET_ADMIN it says so' grep -q 'no rules: the container has no NET_ADMIN' "$WORK/start.err"
check 'wait: and no step of the container goes on' fails_saying 'no rules are in force' as_dev $share/wait.sh
check 'before the rules the container reaches the outside' says PAGE-CONTENT-7 as_dev curl -sS --max-time 5 http://198.51.100.250/

# The gate's certificate comes with a volume, when the container runs.
nsenter -t "$CONTAINER" -m cp "$WORK/root.key" "$ROOT/run/sallyport-ca/root.pem"
as_container $share/start.sh 2>"$WORK/start.err" || true
check 'start: a private key where the certificate should be is not taken' grep -q 'private key' "$WORK/start.err"
check 'and nothing of it is kept' not as_container grep -rq 'BEGIN.*PRIVATE KEY' $share /usr/local/share/ca-certificates
nsenter -t "$CONTAINER" -m cp "$WORK/bundle.pem" "$ROOT/run/sallyport-ca/root.pem"
check 'start' as_container $share/start.sh
check 'wait' as_dev $share/wait.sh
as_container sh -c "cat $share/environment /etc/environment /etc/gitconfig /home/dev/.npmrc /home/dev/.gradle/gradle.properties /etc/hosts" >"$WORK/first"
check 'start: once more' as_container $share/start.sh
as_container sh -c "cat $share/environment /etc/environment /etc/gitconfig /home/dev/.npmrc /home/dev/.gradle/gradle.properties /etc/hosts" >"$WORK/second"
check 'which changes nothing' cmp "$WORK/first" "$WORK/second"

check 'a login shell: curl, an intercepted page' says PAGE-CONTENT-7 as_dev bash -lc 'curl -sS --fail --max-time 10 https://docs.example.org/guide'
check 'a login shell: python' says PAGE-CONTENT-7 as_dev bash -lc "$PYTHON -c \"import urllib.request as u; print(u.urlopen('https://docs.example.org/guide').read())\""
check 'no variables: git' as_dev git clone -q https://git.example/tool.git /home/dev/tool
check 'no variables: npm' as_dev npm install --registry https://registry.example/ --prefix /home/dev/npm --no-audit --no-fund --no-update-notifier left-thing
check 'no variables: an ssh remote is asked over https' says 'https://github.com/acme/x' as_dev sh -c 'git init -q /home/dev/r; git -C /home/dev/r remote add o git@github.com:acme/x; git -C /home/dev/r remote -v'
check "no variables: pip's own settings" as_container grep -q 'proxy = http://gate.example:3128' /etc/pip.conf
check "no variables: Maven's own settings" as_container grep -q '<host>gate.example</host><port>3128</port>' /home/dev/.m2/settings.xml
check "the gate's name is known without a resolver" says 10.77.0.2 as_dev getent ahosts gate.example
check 'no other name is' not as_dev timeout 5 getent ahosts docs.example.org
check 'nothing else is reached, IPv4' not as_dev curl -sS --max-time 2 http://198.51.100.250/
check 'nothing else is reached, IPv6' not as_dev curl -sSg --max-time 2 'http://[2001:db8:66::fa]/'
check "nor the gate's other ports" not as_dev curl -sS --max-time 2 telnet://10.77.0.2:9999
check "the agent's user cannot take the rules away" not as_dev nft flush ruleset
nsenter -t "$CONTAINER" -m sh -c "cp $ROOT/usr/sbin/nft $ROOT/usr/local/bin/nft-as-root; chmod 4755 $ROOT/usr/local/bin/nft-as-root"
check 'nor can it by a program that is setuid root, such as sudo' not as_dev nft-as-root flush ruleset
check 'nor in a user namespace' not as_dev unshare -Ur nft flush ruleset
check 'nor can it write the state or the options' not as_dev sh -c "echo x >>/run/sallyport/rules || echo x >>$share/options || echo x >>$share/start.sh"

# A container that should have rules and cannot has no network.
nsenter -t "$CONTAINER" -m sh -c "printf '#!/bin/sh\nexit 1\n' >$ROOT/usr/local/sbin/nft; chmod 755 $ROOT/usr/local/sbin/nft"
as_container $share/start.sh 2>"$WORK/start.err" || true
check 'rules that cannot be set: it says so' grep -q 'the network is off' "$WORK/start.err"
check 'rules that cannot be set: no card is up' not sh -c "ip -n $AGENT -br link | grep -v '^lo' | grep -w UP"
check 'rules that cannot be set: no step of the container goes on' fails_saying 'could not be set' as_dev $share/wait.sh
finish
