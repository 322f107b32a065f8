#!/bin/sh
# Proves that nothing gets round the gate: builds the layout of ../compose.yaml out of network namespaces (agent, gate,
# outside, a neighbour), runs ordinary clients through it, and then every attempt of attempts.py in three worlds:
#
#   compose    the agent's only neighbour is the gate; its root may do with its network what it likes
#   devcontainer  the agent has a route outside, and the rules of the dev container feature
#   open       the same route, no rules, and a proxy that judges nothing in the gate's place
#
# In the first two nothing may arrive, and in the last one everything has to: an attempt that cannot succeed proves
# nothing. What arrived is what the sensors outside saw, never what an attempt says. Needs root; touches no network but
# its own namespaces, which it removes. Prints `N passed, N failed`. Where docker runs and has the images, engine.sh follows.
#
# SALLYPORT  the packaged program (default: the launcher of this checkout)
# KEEP=1     keeps the work folder and says where it is
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../.." && pwd)
. "$HERE/lib.sh"

layout
start_outside
write_policy
start_gate

agent_in compose
ROOT_CAPS=+net_admin,+net_raw
allowed_clients
attempt_all compose blocked

agent_in open
ROOT_CAPS=+net_raw
rules_of_the_feature
attempt_all devcontainer blocked
rules_stand

stop_gate
agent_in open
ROOT_CAPS=+net_admin,+net_raw
start_open_proxy
attempt_all open arrives
finish || exit 1

if docker info >/dev/null 2>&1 && docker image inspect "${GATE_IMAGE:-sallyport}" "${PROOF_IMAGE:-proof-tools}" >/dev/null 2>&1; then
  sh "$HERE/engine.sh"
else
  echo 'left out: the same in real containers, which needs docker and the images `sallyport` and `proof-tools`'
fi
