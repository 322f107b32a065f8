#!/bin/sh
# stop.sh FOLDER: stops the gate and leaves in FOLDER what the job's page and its artifacts need:
#
#   summary.md             what left and what was refused
#   suggested-policy.yaml  a policy under which the same job has no refusal, for review
#   audit/                 the record, signed; audit-signing.pub beside it
#   verify.txt             whether it is whole
#
# GATE_OWNER_ID: whose the folder is then (default: root). GATE_OPEN=true: the job's user gets its other ways back; without
# it they stay closed until the machine is gone. Ends with 1 when the record is not whole.
set -eu
# shellcheck source=deploy/ci/common.sh
. "$(dirname "$0")/common.sh"
out=${1:?a folder is needed}

# Tenths of a second: limits.time.drain and the last event.
STOP_WITHIN=450

# What the job has left running ends: it can neither go on through what follows nor meddle with what is written.
end_job() {
  job=$(id -u "$GATE_JOB_USER" 2>/dev/null) || return 0
  for _ in 1 2 3 4 5; do
    found=
    for status in /proc/[0-9]*/status; do
      if grep -q "^Uid:[[:space:]]*${job}[[:space:]]" "$status" 2>/dev/null && ! grep -q '^State:[[:space:]]*[ZX]' "$status" 2>/dev/null; then
        found=${status%/status}
        kill -9 "${found#/proc/}" 2>/dev/null || true
      fi
    done
    [ -n "$found" ] || return 0
    sleep 0.1
  done
}

[ -f "$GATE_STATE/pid" ] || fail 'no gate was started'
end_job
gate=$(cat "$GATE_STATE/pid")
kill "$gate" 2>/dev/null || true
left=$STOP_WITHIN
# One that has ended stays as a zombie where nobody waits for it, as in a container without an init.
while [ -e "/proc/$gate" ] && ! grep -q '^State:[[:space:]]*[ZX]' "/proc/$gate/status" 2>/dev/null; do
  left=$((left - 1))
  [ "$left" -gt 0 ] || { kill -9 "$gate"; break; }
  sleep 0.1
done
rm -f "$GATE_STATE/pid"
if [ "${GATE_OPEN-}" = true ] && command -v nft >/dev/null; then
  nft delete table inet "$TABLE" 2>/dev/null || true
fi

rm -rf "$out"
mkdir -p "$out"
cp -R "$GATE_STATE/gate/audit" "$out/audit"
rm -f "$out/audit/audit-signing.key"
log=$out/audit/sallyport.jsonl
whole=0
"$GATE_PROGRAM" audit verify "$log" >"$out/verify.txt" 2>&1 || whole=1
cat "$out/verify.txt"
{
  "$GATE_PROGRAM" audit report "$log" --markdown
  if [ "$whole" = 1 ]; then
    echo '> **The record is not whole: see verify.txt in the artifact.**'
    echo
  fi
  if "$GATE_PROGRAM" policy suggest --all "$log" --force --out "$out/suggested-policy.yaml" >/dev/null 2>&1; then
    echo "A policy under which the same job has no refusal is in the artifact as \`suggested-policy.yaml\`, for review: whatever"
    echo 'tried to get out is in it.'
  fi
} >"$out/summary.md"
[ -z "${GATE_OWNER_ID-}" ] || chown -R "$GATE_OWNER_ID" "$out"
exit "$whole"
