#!/bin/sh
# A flood of refused requests: flood.sh [SECONDS [KIND...]], of flood for each kind of flooder, 20 unless told otherwise.
# How long an allowed client's set-up takes beside it, against as long a time without it, in turns. Who floods: the same
# address, a neighbour of another address, another token of the same address, a crowd of 64 addresses. The
# first three unless told otherwise: docs/limits.md says why.
set -eu
. "$(dirname "$0")/lib.sh"
. "$TOP/e2e/load.sh"

SECONDS_EACH=${1:-20}
[ $# = 0 ] || shift
[ $# != 0 ] || set -- address neighbour token
start_echo
ALLOW='[allowed.example.test]'
secret() { "$SALLYPORT" token add "$1" --tokens "$WORK/tokens.yaml" 2>/dev/null | grep -o 'spt_[A-Za-z0-9_-]*'; }
ALLOWED=allowed:$(secret allowed)
FLOODER=flooder:$(secret flooder)
start_loaded_gate 200
for kind in "$@"; do
  check "64 clients flood, $kind: the p99 of a set-up is at most three times as long" \
    node "$TOP/e2e/flood.mjs" --port "$PORT" --seconds "$SECONDS_EACH" --rounds 4 --kind "$kind" --allowed "$ALLOWED" --flooder "$FLOODER"
  cat "$WORK/check.out"
done
check 'the chain of events holds' "$SALLYPORT" audit verify "$AUDIT"
echo "events: $(wc -l <"$AUDIT"), of which repeated: $(grep -c '"sallyport.event":"repeated"' "$AUDIT")"
finish
