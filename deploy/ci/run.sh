#!/bin/sh
# run.sh COMMAND...: runs a command as the job's user, who reaches the gate and nothing else: with the variables that lead
# there, without rights to gain, and with a /run of its own, so that no service of another user (resolver, Docker, D-Bus)
# asks the network in its stead.
set -eu
# shellcheck source=deploy/ci/common.sh
. "$(dirname "$0")/common.sh"
[ $# -gt 0 ] || fail 'expected a command' 2
[ -r "$GATE_STATE/variables" ] || fail 'no gate was started: start.sh comes first'

while IFS= read -r line; do
  export "${line?}"
done <"$GATE_STATE/variables"
unset ALL_PROXY all_proxy npm_config_proxy npm_config_https_proxy npm_config_noproxy PIP_PROXY CARGO_HTTP_PROXY FTP_PROXY || true
# git takes a folder of another owner only when it is told to.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="$PWD"
export HOME="$GATE_STATE/home" USER="$GATE_JOB_USER" LOGNAME="$GATE_JOB_USER" XDG_RUNTIME_DIR='' SALLYPORT_JOB_USER="$GATE_JOB_USER"
umask 002

if unshare --mount true 2>/dev/null; then
  # shellcheck disable=SC2016
  exec unshare --mount --propagation private sh -c '
    mount -t tmpfs -o mode=755,nosuid,nodev tmpfs /run && exec setpriv --reuid "$SALLYPORT_JOB_USER" \
      --regid "$SALLYPORT_JOB_USER" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"' sh "$@"
fi
echo 'sallyport: /run stays as it is, since mounts are not permitted here' >&2
exec setpriv --reuid "$GATE_JOB_USER" --regid "$GATE_JOB_USER" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
