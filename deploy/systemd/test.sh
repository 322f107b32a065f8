#!/bin/sh
# The unit, as far as it can be held without a systemd that runs: it is read without a complaint, its score is under 2.0,
# and the packaged program does what the unit relies on: it tells its readiness, takes SIGHUP, and stops within
# TimeoutStopSec. SALLYPORT: the packaged program.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../.." && pwd)
SALLYPORT=${SALLYPORT:-$TOP/sallyport}
# shellcheck source=e2e/lib.sh
. "$TOP/e2e/lib.sh"
# Of 10 (worst); in tenths.
SCORE_UNDER=20
UNIT=$WORK/sallyport.service
# The program stands elsewhere here; all else is as it ships.
sed "s|/opt/sallyport/sallyport|$(readlink -f "$SALLYPORT")|" "$HERE/sallyport.service" >"$UNIT"

score() { systemd-analyze security --offline=true --no-pager "$1" | sed -n 's/.*exposure level for [^:]*: \([0-9]*\)\.\([0-9]\).*/\1\2/p'; }
under() { [ -n "$(score "$1")" ] && [ "$(score "$1")" -lt "$SCORE_UNDER" ]; }
quiet() { [ -z "$("$@" 2>&1)" ] || { "$@"; return 1; }; }

if command -v systemd-analyze >/dev/null && systemd-analyze security --help 2>&1 | grep -q offline; then
  check 'systemd-analyze verify has nothing to say' quiet systemd-analyze verify "$UNIT"
  check 'systemd-analyze security is under 2.0' under "$UNIT"
  echo "      it is $(score "$UNIT" | sed 's/.$/.&/')"
  grep -v '^SystemCall\|^Protect\|^Private\|^CapabilityB\|^Restrict' "$UNIT" >"$WORK/soft.service"
  check 'and would not be without the hardening' not under "$WORK/soft.service"
  check 'sysusers.d is read' systemd-sysusers --dry-run "$HERE/sallyport.sysusers"
  mkdir -p "$WORK/root/etc"
  printf 'root:x:0:0::/:/bin/sh\nsallyport:x:995:995::/:/bin/sh\n' >"$WORK/root/etc/passwd"
  printf 'root:x:0:\nsallyport:x:995:\n' >"$WORK/root/etc/group"
  check 'tmpfiles.d makes the folders' systemd-tmpfiles --root="$WORK/root" --create "$HERE/sallyport.tmpfiles"
  check 'the record is for the gate alone' sh -c "test \"\$(stat -c %a:%u '$WORK/root/var/log/sallyport')\" = 700:995"
  check 'settings are root'"'"'s to write' sh -c "test \"\$(stat -c %a:%u:%g '$WORK/root/etc/sallyport')\" = 750:0:995"
else
  echo 'left out: the score, which needs systemd-analyze of systemd 250 or newer'
fi

# What the unit says, against the program: Type=notify, ExecReload, TimeoutStopSec, SuccessExitStatus.
cat >"$WORK/policy.yaml" <<'YAML'
sallyport: 1
name: unit
classes: {web: {allow: [docs.example]}}
profiles: {all: {classes: [web]}}
assign: [{anonymous: true, address: 127.0.0.1, profile: all}]
YAML
cat >"$WORK/sallyport.yaml" <<'YAML'
listen: [{port: 0}]
admin: {port: 0}
YAML
cat >"$WORK/unit.py" <<'PY'
"""unit.py NOTIFIED COMMAND...: what systemd does with Type=notify: a socket for the command, what comes on it into a file."""
import os, socket, subprocess, sys, threading
path = sys.argv[1] + ".sock"
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind(path)
gate = subprocess.Popen(sys.argv[2:], env=dict(os.environ, NOTIFY_SOCKET=path))
def hear():
    while True:
        with open(sys.argv[1], "a", encoding="utf-8") as told:
            told.write(notify.recv(4096).decode() + "\n")
threading.Thread(target=hear, daemon=True).start()
open(sys.argv[1] + ".pid", "w").write(str(gate.pid))
open(sys.argv[1] + ".end", "w").write(str(gate.wait()))
PY
python3 "$WORK/unit.py" "$WORK/told" "$SALLYPORT" serve --config "$WORK/sallyport.yaml" --set "policy=$WORK/policy.yaml" >"$WORK/gate.out" 2>&1 &
PIDS="$PIDS $!"
check 'readiness is told' until_true 60 grep -q '^READY=1$' "$WORK/told"
check 'with the policy in force' grep -q '^STATUS=policy unit @ ' "$WORK/told"
MAIN=$(cat "$WORK/told.pid")
PIDS="$PIDS $MAIN"
sed -i 's/docs.example/wiki.example/' "$WORK/policy.yaml"
kill -HUP "$MAIN"
check 'SIGHUP takes up another policy' until_true 10 grep -q 'comes into force' "$WORK/gate.out"
kill -TERM "$MAIN"
check 'the stop is told' until_true 10 grep -q '^STOPPING=1$' "$WORK/told"
# TimeoutStopSec; nothing is open here, so this is long.
check 'and comes within TimeoutStopSec' until_true 45 test -s "$WORK/told.end"
check 'with an end that the unit calls a success' grep -qx '0\|143' "$WORK/told.end"

# MemoryDenyWriteExecute=yes, without systemd: the kernel's own switch for it (PR_SET_MDWE, Linux 6.3).
cat >"$WORK/mdwe.py" <<'PY'
import ctypes, os, sys
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) != 0:
    sys.exit(77)
os.execvp(sys.argv[1], sys.argv[1:])
PY
mdwe() { python3 "$WORK/mdwe.py" "$@"; }
if mdwe true; then
  check 'with MemoryDenyWriteExecute=yes the JVM would not start' not mdwe "$SALLYPORT" --version
else
  echo 'left out: MemoryDenyWriteExecute, which this kernel cannot do'
fi
finish
