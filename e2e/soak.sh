#!/bin/sh
# Holds 10,000 idle tunnels and 200 busy ones while policies change: soak.sh [SECONDS], 30 unless told otherwise. Prints
# memory, descriptors, latency and what was lost; then counts the events against the tunnels. IDLE, BUSY: other numbers.
set -eu
. "$(dirname "$0")/lib.sh"
. "$TOP/e2e/load.sh"

BUSY=${BUSY:-200}
IDLE=$(affordable "${IDLE:-10000}" "$BUSY")
start_echo
start_loaded_gate
# Said as it goes: a soak takes long.
node "$TOP/e2e/soak.mjs" --idle "$IDLE" --busy "$BUSY" --seconds "${1:-30}" --port "$PORT" --admin "$ADMIN" --pid "$GATE_PID" \
  --policy "$WORK/policy.yaml" && ENDED=0 || ENDED=$?
check "$IDLE idle and $BUSY busy tunnels: none lost, and no connection or descriptor stays" test "$ENDED" = 0
OPENED=$(cat "$WORK/policy.yaml.opened")
count() { grep -c "\"sallyport.event\":\"$1\"" "$AUDIT" || true; }
no_more() { test "$(count close)" -ge "$OPENED"; }
until_true 10 no_more || true
LOST=$((2 * OPENED - $(count decision) - $(count close)))
echo "events:   $(wc -l <"$AUDIT") written, $LOST lost, $(count policy.loaded) policies taken up"
check 'no event is lost' test "$LOST" = 0
check 'policies were taken up' test "$(count policy.loaded)" -ge 2
check 'no policy was rejected' test "$(count policy.rejected)" = 0
check 'the chain of events holds' "$SALLYPORT" audit verify "$AUDIT"
finish
