# Shared by the scripts that load a gate; source it after lib.sh.

# The kernel's word for this shell and all that it starts: as many descriptors as it may have.
ulimit -n "$(ulimit -Hn)"

# affordable TUNNELS BUSY: so many tunnels, or as many as a gate has descriptors for beside BUSY others: two for each, and
# some for itself.
affordable() {
  most=$((($(ulimit -n) - 300) / 2 - $2))
  [ "$most" -ge 1 ] 2>/dev/null || most=$1
  if [ "$1" -gt "$most" ]; then
    echo "this system allows a process $(ulimit -n) descriptors: $most tunnels instead of $1" >&2
    echo "$most"
  else
    echo "$1"
  fi
}

# start_echo: an origin that says one octet and then what it hears, at $ECHO.
start_echo() {
  node "$TOP/e2e/origin.mjs" echo "$WORK/echo.port" &
  PIDS="$PIDS $!"
  until_true 20 test -s "$WORK/echo.port"
  ECHO=$(cat "$WORK/echo.port")
}

# What the gate allows, as in a policy.
ALLOW='[{subdomains-of: example.test, scheme: any}]'

# start_loaded_gate [EVENTS]: every host is the echo; with room for all, and EVENTS events of each client.
start_loaded_gate() {
  PORT=$(free_port)
  ADMIN=$(free_port)
  AUDIT=$WORK/audit.jsonl
  cat >"$WORK/policy.yaml" <<YAML
sallyport: 1
name: load
classes:
  web:
    allow: $ALLOW
profiles:
  all: {classes: [web]}
assign:
  - {anonymous: true, address: 127.0.0.0/8, profile: all}
  - {any: true, profile: all}
YAML
  cat >"$WORK/sallyport.yaml" <<YAML
listen: [{address: 127.0.0.1, port: $PORT}]
admin: {address: 127.0.0.1, port: $ADMIN}
control: control.sock
policy: policy.yaml
audit: {file: audit.jsonl}
limits: {connections: 20000, connections-per-client: 20000, events-per-client: ${1:-1000000}/s}
connect-to: {"*:443": "127.0.0.1:$ECHO", "*:80": "127.0.0.1:$ECHO"}
YAML
  start_gate "$WORK/sallyport.yaml"
}
