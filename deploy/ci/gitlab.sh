#!/bin/sh
# What gitlab/sallyport.yml does with start.sh and stop.sh: `sallyport-run` onto the path, summary and record into the
# project's .sallyport/out, the summary into the job's log. Runs as root, as jobs of the docker executor do.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
: "${CI_PROJECT_DIR:?runs in a job of GitLab CI}"
place=$CI_PROJECT_DIR/.sallyport
# SALLYPORT_... are settings of the program's own: they end here.
export GATE_POLICY="${SALLYPORT_POLICY-}" GATE_REPORT="${SALLYPORT_REPORT-}" GATE_CLOSE="${SALLYPORT_CLOSE:-true}"
export GATE_LOOPBACK_PORTS="${SALLYPORT_LOOPBACK_PORTS-}" GATE_WORKSPACE="$CI_PROJECT_DIR" GATE_OWNER="${GITLAB_USER_LOGIN-}"
export GATE_STATE="${GATE_STATE:-/var/lib/sallyport-ci}"
export GATE_PROGRAM="${GATE_PROGRAM:-$(command -v sallyport || echo "${SALLYPORT_HOME:-/opt/sallyport}/sallyport")}"
unset SALLYPORT_POLICY SALLYPORT_REPORT SALLYPORT_CLOSE SALLYPORT_LOOPBACK_PORTS SALLYPORT_HOME

start() {
  sh "$HERE/start.sh"
  # Not in the project: the job's user writes there, and has no business with what root runs.
  printf '#!/bin/sh\nexec env GATE_STATE="%s" sh "%s/run.sh" "$@"\n' "$GATE_STATE" "$HERE" >"${GATE_BIN:-/usr/local/bin}/sallyport-run"
  chmod 755 "${GATE_BIN:-/usr/local/bin}/sallyport-run"
}

stop() {
  end=0
  sh "$HERE/stop.sh" "$GATE_STATE/out" || end=$?
  cat "$GATE_STATE/out/summary.md"
  # Nothing of the job's runs any more, so nobody puts a link where root writes now.
  rm -rf "$place"
  mkdir "$place"
  cp -R "$GATE_STATE/out" "$place/out"
  exit "$end"
}

case ${1-} in
  start) start ;;
  stop) stop ;;
  *) echo 'expected start or stop' >&2; exit 2 ;;
esac
