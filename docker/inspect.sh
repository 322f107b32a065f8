#!/bin/sh
# inspect.sh [NAME]: what the image NAME (sallyport) is made of and how it runs, without an engine: size, start-up time, resident
# memory, user, read-only root. Takes it from docker where that works, else from buildah's store. Needs root: the gate runs in
# a chroot of the image, read-only but for /var/lib/sallyport, as the image's user, without capabilities, in a network namespace
# with nothing in it. Ends with `N passed, N failed`.
set -eu
NAME=${1:-sallyport}
WORK=$(mktemp -d)
PYTHON=${PYTHON:-$([ -x /usr/bin/python3 ] && echo /usr/bin/python3 || command -v python3)}
PASSED=0
FAILED=0
CONTAINER=

clean_up() {
  [ -z "$CONTAINER" ] || buildah rm "$CONTAINER" >/dev/null
  rm -rf "$WORK"
}
trap clean_up EXIT
trap 'exit 130' INT TERM
[ "$(id -u)" = 0 ] || { echo 'inspect.sh: this needs root, for a chroot and a mount namespace' >&2; exit 3; }

check() {
  check_name=$1; shift
  if "$@" >"$WORK/check.out" 2>&1; then
    PASSED=$((PASSED + 1)); echo "ok    $check_name"
  else
    FAILED=$((FAILED + 1)); echo "FAIL  $check_name"; sed 's/^/      /' "$WORK/check.out" | tail -15
  fi
}
not() { if "$@"; then return 1; else return 0; fi; }

if docker info >/dev/null 2>&1; then
  docker image inspect "$NAME" >"$WORK/image.json"
  ROOT=$WORK/root
  mkdir "$ROOT"
  id=$(docker create "$NAME")
  docker export "$id" | tar -C "$ROOT" -x
  docker rm "$id" >/dev/null
else
  buildah inspect --type image "$NAME" >"$WORK/image.json"
  CONTAINER=$(buildah from --pull-never "$NAME")
  ROOT=$(buildah mount "$CONTAINER")
fi

# said KEY: a value of the image's configuration.
cat >"$WORK/said.py" <<'PY'
import json, sys
image = json.load(open(sys.argv[1]))
image = image[0] if isinstance(image, list) else image
config = image.get('Config') if isinstance(image.get('Config'), dict) else image['Docker']['config']
value = config.get(sys.argv[2])
print(' '.join(value) if isinstance(value, list) else json.dumps(value) if isinstance(value, dict) else value)
PY
said() { "$PYTHON" "$WORK/said.py" "$WORK/image.json" "$1"; }

echo "size            $(du -sm "$ROOT" | cut -f1) MiB: Java $(du -sm "$ROOT/opt/sallyport/runtime" | cut -f1), jars $(du -sm "$ROOT/opt/sallyport/lib" | cut -f1), AOT cache $(du -sm "$ROOT/opt/sallyport/sallyport.aot" | cut -f1), native $(du -sm "$ROOT/opt/sallyport/native" | cut -f1)"
echo "compressed      $(tar -C "$ROOT" -c . | gzip -6 | wc -c | awk '{printf "%d MiB", $1 / 1048576}')"
echo "user            $(said User)"
echo "entrypoint      $(said Entrypoint)"
echo "command         $(said Cmd)"
check 'the user is a number and not root' sh -c "echo '$(said User)' | grep -Eqx '[1-9][0-9]*(:[1-9][0-9]*)?'"
check 'there is a health check, which needs no shell' sh -c "'$PYTHON' '$WORK/said.py' '$WORK/image.json' Healthcheck | grep -q '\"CMD\", \"/opt/sallyport/runtime/bin/java\"'"
check 'labels name version and revision' sh -c "'$PYTHON' '$WORK/said.py' '$WORK/image.json' Labels | grep -q 'opencontainers.image.revision'"
check 'there is no shell' not sh -c "find '$ROOT' -name sh -o -name bash -o -name busybox -o -name dash | grep ."
check 'there is no setuid or setgid file' not sh -c "find '$ROOT' -perm /6000 | grep ."
check 'nothing but the data folder and the place for certificates can be written by its user' not sh -c "find '$ROOT' ! -type l \( -perm /o+w -o -uid 65532 -o -gid 65532 \) ! -path '$ROOT/var/lib/sallyport' ! -path '$ROOT/run/sallyport-ca' ! -path '$ROOT/proc*' ! -path '$ROOT/dev*' ! -path '$ROOT/sys*' | grep ."
check 'the SBOM is inside (a quick build makes none)' sh -c "grep -q CycloneDX '$ROOT/opt/sallyport/bom.json'"
check 'scanners find the C library' grep -q '^Package: libc6' "$ROOT/var/lib/dpkg/status.d/libc6"
check 'public roots are inside' grep -q 'BEGIN CERTIFICATE' "$ROOT/etc/ssl/certs/ca-certificates.crt"

# In a mount and a network namespace: the image as an engine would lay it, with --read-only and one volume.
cat >"$WORK/within.sh" <<'SH'
set -eu
root=$1 work=$2; shift 2
ip link set lo up
mount -t tmpfs tmpfs "$work/over"
mkdir -p "$work/over/upper/proc" "$work/over/upper/dev" "$work/over/work" "$work/over/root"
mount -t overlay overlay -o "lowerdir=$root,upperdir=$work/over/upper,workdir=$work/over/work" "$work/over/root"
mount --rbind /proc "$work/over/root/proc"
touch "$work/over/root/dev/null" "$work/over/root/dev/urandom" "$work/over/root/dev/random"
for device in null urandom random; do mount --bind "/dev/$device" "$work/over/root/dev/$device"; done
mount --bind "$work/data" "$work/over/root/var/lib/sallyport"
mount -o remount,bind,ro "$work/over/root"
exec "$@"
SH
mkdir "$WORK/over" "$WORK/data"
chown 65532:65532 "$WORK/data"
chmod 700 "$WORK/data"
cat >"$WORK/run.py" <<'PY'
import json, os, re, signal, subprocess, sys, time
work, root = sys.argv[1:3]
java = ['/opt/sallyport/runtime/bin/java', '@/opt/sallyport/java.args']
config = ['--config', '/etc/sallyport/sallyport.yaml']
as_user = ['setpriv', '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all,+sys_chroot,+setuid,+setgid', 'chroot', '--userspec=65532:65532', '--groups=', work + '/over/root']
env = {'HOME': '/var/lib/sallyport', 'LANG': 'C.UTF-8', 'PATH': os.environ['PATH']}
facts = {'start': [], 'cpu': []}
TICKS = os.sysconf('SC_CLK_TCK')

def status(pid, key):
    return re.search('^%s:\\s*(.*)$' % key, open('/proc/%d/status' % pid).read(), re.M).group(1)

for turn in range(5):
    began = time.monotonic()
    gate = subprocess.Popen(as_user + java + ['serve'] + config, env=env, stdout=subprocess.PIPE, stderr=open(work + '/serve.err', 'w'), text=True)
    for line in gate.stdout:
        if line.startswith('listening on'):
            facts['start'].append(round((time.monotonic() - began) * 1000))
            spent = open('/proc/%d/stat' % gate.pid).read().rsplit(')', 1)[1].split()
            facts['cpu'].append((int(spent[11]) + int(spent[12])) * 1000 // TICKS)
        if line.startswith('audit '):
            break
    if turn == 4:
        began = time.monotonic()
        facts['health'] = subprocess.run(as_user + java + ['health'] + config, env=env, capture_output=True, text=True).returncode
        facts['health_ms'] = round((time.monotonic() - began) * 1000)
        time.sleep(5)  # idle: what it takes when nobody asks
        facts.update(rss=status(gate.pid, 'VmRSS'), uid=status(gate.pid, 'Uid').split()[1], caps=status(gate.pid, 'CapEff'), bounding=status(gate.pid, 'CapBnd'), nnp=status(gate.pid, 'NoNewPrivs'), threads=status(gate.pid, 'Threads'))
        maps = open('/proc/%d/maps' % gate.pid).read()
        facts['native'] = sorted(set(re.findall(r'\S*libnetty\S*\.so', maps)))
        facts['aot'] = 'sallyport.aot' in maps
        facts['writable'] = subprocess.run(['mount'], capture_output=True, text=True).stdout.count(' ' + work + '/over/root type overlay (ro')
    gate.send_signal(signal.SIGTERM)
    facts['end'] = gate.wait(30)
facts['demo'] = subprocess.run(as_user + java + ['demo'], env=env, capture_output=True, text=True).stdout
facts['health_without'] = subprocess.run(as_user + java + ['health'] + config, env=env, capture_output=True, text=True).returncode
facts['left'] = sorted(os.path.relpath(os.path.join(d, f), work + '/data') for d, _, fs in os.walk(work + '/data') for f in fs)
json.dump(facts, open(work + '/facts.json', 'w'))
PY
unshare -m -n sh "$WORK/within.sh" "$ROOT" "$WORK" "$PYTHON" "$WORK/run.py" "$WORK" "$ROOT" || { cat "$WORK/serve.err" >&2; exit 1; }
fact() { "$PYTHON" -c 'import json, sys; f = json.load(open(sys.argv[1])); print(eval(sys.argv[2], {}, f))' "$WORK/facts.json" "$1"; }

echo "start           $(fact 'sorted(start)[len(start) // 2]') ms from java to listening (median of $(fact 'start')), $(fact 'sorted(cpu)[len(cpu) // 2]') ms of CPU, load $(cut -d' ' -f1 /proc/loadavg)"
echo "resident, idle  $(fact 'int(rss.split()[0]) // 1024') MiB, $(fact threads) threads"
echo "health check    $(fact health_ms) ms"
echo "data folder     $(fact '", ".join(left)')"
check 'it runs with a read-only root' test "$(fact writable)" = 1
check 'as the unprivileged user' test "$(fact uid)" = 65532
check 'without capabilities' test "$(fact caps)" = 0000000000000000
check 'with its own AOT cache' test "$(fact aot)" = True
check 'with native code as laid out, none unpacked' test "$(fact "all('/opt/sallyport/native/' in n for n in native) and len(native)")" -ge 1
check 'the health check says so' test "$(fact health)" = 0
check "the modules are enough: its demo, with interception and refusals" sh -c "echo '$(fact 'demo[-400:]' | tr -d "'")' | grep -E '^([0-9]+) of \\1 as they should be'"
check 'and says so when no gate is there' test "$(fact health_without)" = 1
check 'SIGTERM ends it in order (143 is how Java says so)' test "$(fact end)" = 143
echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]
