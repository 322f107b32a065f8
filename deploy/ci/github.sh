#!/bin/sh
# What action.yml does with start.sh and stop.sh: the variables go to the steps that follow, `sallyport-run` onto their path,
# the summary onto the job's page. Runs as the runner's own user, who may use sudo.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
: "${GITHUB_ENV:?runs in a job of GitHub Actions}" "${GITHUB_PATH:?}" "${GITHUB_STEP_SUMMARY:?}" "${RUNNER_TEMP:?}"
GATE_STATE=${GATE_STATE:-/var/lib/sallyport-ci}
OUT=$RUNNER_TEMP/sallyport

as_root() { if [ "$(id -u)" = 0 ]; then env "$@"; else sudo --preserve-env env "$@"; fi; }

start() {
  case $(uname -s) in Linux) ;; *) echo "sallyport: this action runs on Linux; elsewhere use \`sallyport run\`" >&2; exit 3 ;; esac
  if [ "${GATE_CLOSE:-true}" != false ] && ! command -v nft >/dev/null; then
    as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nftables >/dev/null
  fi
  # An input that was left empty is one that was not given.
  [ -n "${GATE_PROGRAM-}" ] || GATE_PROGRAM=$(command -v sallyport || echo "$HERE/../../sallyport")
  # Built, where it has to be, by the runner and not by root.
  "$GATE_PROGRAM" --version
  as_root PATH="$PATH" GATE_PROGRAM="$GATE_PROGRAM" sh "$HERE/start.sh"
  [ "${GATE_EXPORT:-true}" = false ] || cat "$GATE_STATE/variables" >>"$GITHUB_ENV"
  mkdir -p "$RUNNER_TEMP/sallyport-bin"
  {
    echo '#!/bin/sh'
    echo "exec sudo --preserve-env env PATH=\"\$PATH\" GATE_STATE='$GATE_STATE' GATE_JOB_USER='${GATE_JOB_USER:-sallyport-job}' sh '$HERE/run.sh' \"\$@\""
  } >"$RUNNER_TEMP/sallyport-bin/sallyport-run"
  chmod 755 "$RUNNER_TEMP/sallyport-bin/sallyport-run"
  echo "$RUNNER_TEMP/sallyport-bin" >>"$GITHUB_PATH"
  echo "GATE_PROGRAM=$GATE_PROGRAM" >>"$GITHUB_ENV"
}

stop() {
  end=0
  as_root PATH="$PATH" GATE_OWNER_ID="$(id -u)" sh "$HERE/stop.sh" "$OUT" || end=$?
  [ ! -r "$OUT/summary.md" ] || cat "$OUT/summary.md" >>"$GITHUB_STEP_SUMMARY"
  # The steps that follow have no gate any more.
  if [ -r "$GATE_STATE/variables" ]; then
    sed 's/=.*/=/' "$GATE_STATE/variables" >>"$GITHUB_ENV"
  fi
  exit "$end"
}

case ${1-} in
  start) start ;;
  stop) stop ;;
  *) echo 'expected start or stop' >&2; exit 2 ;;
esac
