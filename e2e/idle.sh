#!/bin/sh
# What idle tunnels cost: idle.sh [TUNNELS], 10000 unless told otherwise. Each takes two descriptors of the gate: where there
# are too few, as many tunnels are held as there are descriptors for, and that is said.
set -eu
. "$(dirname "$0")/lib.sh"
. "$TOP/e2e/load.sh"

TUNNELS=$(affordable "${1:-10000}" 0)
# Opened and closed before anything is measured.
WARM=4000
start_echo
start_loaded_gate
check "$TUNNELS idle tunnels: none lost, and what they took is given back" \
  node "$TOP/e2e/idle.mjs" --tunnels "$TUNNELS" --port "$PORT" --admin "$ADMIN" --pid "$GATE_PID" --host idle.example.test --warm $WARM
cat "$WORK/check.out"
events_of() { test "$(grep -c "\"sallyport.event\":\"$1\"" "$AUDIT")" = $((2 * TUNNELS + WARM)); }
check 'no decision is missing' events_of decision
check 'no end is missing' until_true 10 events_of close
check 'the chain of events holds' "$SALLYPORT" audit verify "$AUDIT"
finish
