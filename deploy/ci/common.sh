# shellcheck shell=sh
# Shared by start.sh, run.sh and stop.sh, which action.yml and sallyport.yml call. Everything is given in the environment:
#
# GATE_PROGRAM         the program (default: sallyport on the path, else the launcher of this checkout)
# GATE_STATE           folder of policy, record and list of variables (default: /var/lib/sallyport-ci)
# GATE_USER            user of the gate, made when there is none (default: sallyport-gate)
# GATE_JOB_USER        user whose every other way out is closed, made when there is none (default: sallyport-job)
# GATE_PORT, GATE_ADMIN_PORT  ports on 127.0.0.1 (default: 3128, 9328)
HERE=$(cd "$(dirname "$0")" && pwd)
GATE_PROGRAM=${GATE_PROGRAM:-$(command -v sallyport || echo "$HERE/../../sallyport")}
GATE_STATE=${GATE_STATE:-/var/lib/sallyport-ci}
GATE_USER=${GATE_USER:-sallyport-gate}
GATE_JOB_USER=${GATE_JOB_USER:-sallyport-job}
GATE_PORT=${GATE_PORT:-3128}
GATE_ADMIN_PORT=${GATE_ADMIN_PORT:-9328}
# The table of rules.
export TABLE=sallyport_ci

# fail SENTENCE [CODE]
fail() {
  echo "sallyport: $1" >&2
  exit "${2:-3}"
}

[ "$(id -u)" = 0 ] || fail "\`$(basename "$0")\` needs root: the gate and the job are different users"
# Names go into rules and files: what else they could hold has no business there.
for name in "$GATE_USER" "$GATE_JOB_USER"; do
  case $name in '' | -* | *[!A-Za-z0-9_-]*) fail "\`$name\` is no user's name" 2 ;; esac
done
for number in "$GATE_PORT" "$GATE_ADMIN_PORT"; do
  case $number in '' | *[!0-9]*) fail "\`$number\` is no port" 2 ;; esac
done
