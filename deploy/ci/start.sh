#!/bin/sh
# Starts the gate for a job, as a user of its own, and closes every other way out for the job's user. Beside common.sh:
#
# GATE_POLICY          file or folder with the policy (default: the starter that comes with the program)
# GATE_REPORT          true: nothing is refused that the rules alone would refuse, for six hours; what left makes a policy
# GATE_OWNER           in whose name (default: ci)
# GATE_SETTINGS        file with more settings, such as a parent proxy
# GATE_CLOSE           false: only the variables lead to the gate
# GATE_LOOPBACK_PORTS  ports of 127.0.0.1 and ::1 that the job may reach too, such as a database: 5432,6379
# GATE_WORKSPACE       folder that the job's user may write
set -eu
# shellcheck source=deploy/ci/common.sh
. "$(dirname "$0")/common.sh"

# How long a gate may take to be ready, in tenths of a second.
READY_WITHIN=600
REPORT_FOR='6 hours'

ports=$(echo "${GATE_LOOPBACK_PORTS-}" | tr -d ' ')
case $ports in *[!0-9,]*) fail "\`$ports\` are no ports: write 5432,6379" 2 ;; esac
ports=${ports%,}

user() { # user NAME HOME
  id "$1" >/dev/null 2>&1 || useradd --system --user-group --home-dir "$2" --shell /bin/sh "$1"
  [ "$(id -u "$1")" != 0 ] || fail "\`$1\` is root, whom no rule holds: name another user" 2
}

write_policy() {
  mkdir -p "$GATE_STATE/policy"
  rm -f "$GATE_STATE/policy"/*
  if [ -n "${GATE_POLICY-}" ] && [ -d "$GATE_POLICY" ]; then
    cp "$GATE_POLICY"/*.yaml "$GATE_STATE/policy/"
  elif [ -n "${GATE_POLICY-}" ]; then
    cp "$GATE_POLICY" "$GATE_STATE/policy/policy.yaml"
  elif [ "${GATE_REPORT-}" = true ]; then
    cat >"$GATE_STATE/policy/policy.yaml" <<'YAML'
sallyport: 1
name: first-run
profiles: {ci: {classes: []}}
assign: [{anonymous: true, address: 127.0.0.1, profile: ci}]
YAML
  else
    return
  fi
  if [ "${GATE_REPORT-}" = true ]; then
    owner=$(printf %s "${GATE_OWNER:-ci}" | tr -cd 'A-Za-z0-9_.@-')
    cat >"$GATE_STATE/policy/zz-report.yaml" <<YAML
sallyport: 1
mode: report
owner: ${owner:-ci}
until: $(date -u -d "$REPORT_FOR" +%Y-%m-%dT%H:%M:%SZ)
YAML
  fi
}

write_settings() {
  {
    cat <<YAML
listen: [{name: ci, address: 127.0.0.1, port: $GATE_PORT}]
admin: {address: 127.0.0.1, port: $GATE_ADMIN_PORT}
control: $GATE_STATE/gate/sallyport.sock
audit: {file: $GATE_STATE/gate/audit/sallyport.jsonl}
intercept: {authority: $GATE_STATE/gate/ca, refuse-in-band: always}
YAML
    if [ -e "$GATE_STATE/policy/policy.yaml" ] || [ -n "$(ls "$GATE_STATE/policy" 2>/dev/null)" ]; then
      echo "policy: $GATE_STATE/policy"
    fi
    [ -z "${GATE_SETTINGS-}" ] || cat "$GATE_SETTINGS"
  } >"$GATE_STATE/sallyport.yaml"
}

# The gate's user may not be let into the folder of whoever built the program, as on GitHub's machines.
reachable_program() {
  folder=$(dirname "$(readlink -f "$GATE_PROGRAM")")
  # In a checkout: what it has built.
  if [ ! -d "$folder/lib" ] && [ -d "$folder/proxy-core/target/sallyport/lib" ]; then
    folder=$folder/proxy-core/target/sallyport
    GATE_PROGRAM=$folder/sallyport
  fi
  if [ -d "$folder/lib" ] && ! setpriv --reuid "$GATE_USER" --regid "$GATE_USER" --clear-groups test -r "$folder/lib"; then
    rm -rf "$GATE_STATE/program"
    cp -a "$folder" "$GATE_STATE/program"
    chown -R root: "$GATE_STATE/program"
    chmod -R go+rX,go-w "$GATE_STATE/program"
    GATE_PROGRAM=$GATE_STATE/program/sallyport
  fi
}

start_gate() {
  : >"$GATE_STATE/gate.log" # what an earlier gate printed says nothing of this one
  # In a session of its own, so that it outlives this step; its pid is the gate's, since all of these replace themselves.
  cd /
  setsid setpriv --reuid "$GATE_USER" --regid "$GATE_USER" --clear-groups --no-new-privs \
    env -i PATH="$PATH" HOME="$GATE_STATE/gate" ${JAVA_HOME:+JAVA_HOME="$JAVA_HOME"} \
    "$GATE_PROGRAM" serve --config "$GATE_STATE/sallyport.yaml" >"$GATE_STATE/gate.log" 2>&1 </dev/null &
  gate=$!
  echo "$gate" >"$GATE_STATE/pid"
  left=$READY_WITHIN
  until grep -q '^audit ' "$GATE_STATE/gate.log"; do
    left=$((left - 1))
    if [ "$left" = 0 ] || ! kill -0 "$gate" 2>/dev/null; then
      kill "$gate" 2>/dev/null || true
      cat "$GATE_STATE/gate.log" >&2
      fail 'the gate has not started; its own words are above'
    fi
    sleep 0.1
  done
}

# The job's user reaches the gate's port on loopback, the named ports there, and nothing else: both families, every
# protocol, DNS too. Refused at once rather than dropped, so that nobody waits.
close_ways() {
  command -v nft >/dev/null || fail "closing the other ways takes \`nft\` (package nftables): install it, or set close to false"
  job=$(id -u "$GATE_JOB_USER")
  if ! nft -f - <<RULES
table inet $TABLE
delete table inet $TABLE
table inet $TABLE {
  chain out {
    type filter hook output priority filter; policy accept;
    meta skuid $job jump job
  }
  chain job {
    oifname "lo" ip daddr 127.0.0.1 tcp dport $GATE_PORT accept
    ${ports:+oifname "lo" ip daddr 127.0.0.1 tcp dport { $ports \} accept}
    ${ports:+oifname "lo" ip6 daddr ::1 tcp dport { $ports \} accept}
    oifname "lo" ct direction reply ct state established accept
    counter
    meta l4proto tcp reject with tcp reset
    reject with icmpx type admin-prohibited
  }
}
RULES
  then
    kill "$(cat "$GATE_STATE/pid")" 2>/dev/null || true
    fail 'the rules cannot be set: the job needs a machine of its own, or a container with NET_ADMIN'
  fi
}

write_variables() {
  root=$GATE_STATE/trust/root.pem
  mkdir -p "$GATE_STATE/trust"
  cp "$GATE_STATE/gate/ca/root.pem" "$root"
  bundle=$GATE_STATE/trust/bundle.pem
  cat "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$root" >"$bundle" 2>/dev/null || cp "$root" "$bundle"
  proxy=http://127.0.0.1:$GATE_PORT
  java="-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=$GATE_PORT -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=$GATE_PORT"
  if command -v keytool >/dev/null && keytool -importcert -noprompt -alias sallyport -file "$root" \
    -keystore "$GATE_STATE/trust/trust.p12" -storetype PKCS12 -storepass changeit >/dev/null 2>&1; then
    java="$java -Djavax.net.ssl.trustStore=$GATE_STATE/trust/trust.p12 -Djavax.net.ssl.trustStorePassword=changeit"
  fi
  {
    for name in HTTPS_PROXY HTTP_PROXY https_proxy http_proxy YARN_HTTPS_PROXY YARN_HTTP_PROXY; do echo "$name=$proxy"; done
    for name in NO_PROXY no_proxy; do echo "$name=localhost,127.0.0.1,::1"; done
    echo NODE_USE_ENV_PROXY=1
    echo "NODE_EXTRA_CA_CERTS=$root"
    for name in SSL_CERT_FILE CURL_CA_BUNDLE GIT_SSL_CAINFO REQUESTS_CA_BUNDLE PIP_CERT CARGO_HTTP_CAINFO AWS_CA_BUNDLE \
      DENO_CERT CODEX_CA_CERTIFICATE npm_config_cafile YARN_HTTPS_CA_FILE_PATH; do
      echo "$name=$bundle"
    done
    echo "JAVA_TOOL_OPTIONS=$java"
  } >"$GATE_STATE/variables"
  chmod -R a+rX "$GATE_STATE/trust" "$GATE_STATE/variables"
}

share_workspace() {
  [ -n "${GATE_WORKSPACE-}" ] || return 0
  # By group, so that files stay their owner's; what is made anew belongs to the group too.
  chgrp -R "$GATE_JOB_USER" "$GATE_WORKSPACE"
  chmod -R g+rwX "$GATE_WORKSPACE"
  find "$GATE_WORKSPACE" -type d -exec chmod g+s {} +
}

umask 022
if [ -f "$GATE_STATE/pid" ] && kill -0 "$(cat "$GATE_STATE/pid")" 2>/dev/null; then
  fail 'a gate is running already: stop it first'
fi
user "$GATE_USER" "$GATE_STATE/gate"
user "$GATE_JOB_USER" "$GATE_STATE/home"
[ "$GATE_USER" != "$GATE_JOB_USER" ] || fail 'gate and job are the same user, and rules by user would hold neither' 2
mkdir -p "$GATE_STATE"
install -d -m 700 -o "$GATE_USER" -g "$GATE_USER" "$GATE_STATE/gate"
install -d -m 700 -o "$GATE_JOB_USER" -g "$GATE_JOB_USER" "$GATE_STATE/home"
write_policy
write_settings
reachable_program
start_gate
write_variables
share_workspace
if [ "${GATE_CLOSE:-true}" = false ]; then
  echo 'sallyport: the gate is ready; nothing but the variables leads to it'
else
  close_ways
  echo "sallyport: the gate is ready, and user \`$GATE_JOB_USER\` has no other way out"
fi
# The job's log is kept where the job does not reach: whoever checks the record later holds it against this key.
echo 'sallyport: the record is signed by the key of'
cat "$GATE_STATE/gate/audit/audit-signing.pub"
