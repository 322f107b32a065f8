#!/bin/sh
# `run --isolate` from the packaged program: a command that has no other way out than the gate, whatever it tries; as root
# and as somebody else, with and without interception, with the real Claude Code, and where namespaces are forbidden.
set -eu
. "$(dirname "$0")/lib.sh"

find_claude
start_stand_in
chmod 711 "$WORK"
mkdir -p "$WORK/in" "$WORK/home" && chmod 777 "$WORK/in" "$WORK/home"
# Somebody else may not read a checkout, so that the program is copied to where everybody can.
case $SALLYPORT in
  "$TOP/sallyport") "$SALLYPORT" --version >/dev/null; PACKAGE=$TOP/proxy-core/target/sallyport ;;
  *) PACKAGE=$(cd "$(dirname "$SALLYPORT")" && pwd) ;;
esac
cp -a "$PACKAGE" "$WORK/program"
SALLYPORT=$WORK/program/sallyport
cat >"$WORK/policy.yaml" <<'YAML'
sallyport: 1
name: isolated
classes:
  model:
    allow: [{catalog: anthropic/api}]
  web:
    allow: [docs.example.test, {host: plain.example.test, scheme: http}]
deny:
  - {domain: paste.example.test, reason: dead drop}
profiles:
  developer: {classes: [model, web]}
  spoofed: {classes: []}
assign:
  - {address: 10.1.2.3, profile: spoofed}
  - {any: true, profile: developer}
YAML
cat >"$WORK/sallyport.yaml" <<YAML
connect-to: {"*:443": "127.0.0.1:$MOCK_HTTPS", "*:80": "127.0.0.1:$MOCK_HTTP"}
YAML
chmod 644 "$WORK/policy.yaml" "$WORK/sallyport.yaml"; chmod 755 "$WORK/ca"; chmod 644 "$CA"

# What must stay out of reach: a service on this machine's loopback, a Unix socket, an abstract one.
cat >"$WORK/host.py" <<'PY'
import os, socket, sys, time
tcp = socket.create_server(('127.0.0.1', 0))
path, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
path.bind(sys.argv[1] + '/host.sock'); os.chmod(sys.argv[1] + '/host.sock', 0o777); path.listen()
abstract.bind('\0' + sys.argv[1]); abstract.listen()
open(sys.argv[1] + '/host.ready', 'w').write(str(tcp.getsockname()[1]))
time.sleep(600)
PY
python3 "$WORK/host.py" "$WORK" &
PIDS="$PIDS $!"
until_true 10 test -s "$WORK/host.ready"
HOST_PORT=$(cat "$WORK/host.ready")

# try.py NAME...: prints `NAME word milliseconds`.
cat >"$WORK/try.py" <<PY
import errno, socket, sys, time
def tcp(host, port, source=None):
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    s = socket.socket(family, socket.SOCK_STREAM); s.settimeout(3)
    if source: s.bind((source, 0))
    s.connect((host, port)); return s
def udp(host, port, octets=b'x', family=socket.AF_INET):
    s = socket.socket(family, socket.SOCK_DGRAM); s.settimeout(3)
    s.connect((host, port)); s.send(octets); return s.recv(999)
def unix(path):
    s = socket.socket(socket.AF_UNIX); s.connect(path)
def dns(server):
    query = b'\1\2\1\0\0\1\0\0\0\0\0\0\6secret\7example\0\0\1\0\1'
    answer = udp(server, 53, query)
    return '.'.join(str(o) for o in answer[-4:])
def spoof():
    s = tcp('127.0.0.1', 3128, '10.1.2.3')
    s.sendall(b'GET http://plain.example.test/spoofed HTTP/1.1\r\nHost: plain.example.test\r\n\r\n'); return s.recv(12)[9:].decode()
tries = {
  'tcp-22': lambda: tcp('192.0.2.9', 22), 'tcp-25': lambda: tcp('198.51.100.3', 25), 'tcp-8443': lambda: tcp('203.0.113.4', 8443),
  'tcp6-22': lambda: tcp('2001:db8::9', 22), 'udp-443': lambda: udp('192.0.2.9', 443), 'udp-9999': lambda: udp('203.0.113.9', 9999),
  'udp6-443': lambda: udp('2001:db8::9', 443, family=socket.AF_INET6), 'dns-6': lambda: udp('2001:db8::53', 53, family=socket.AF_INET6),
  'icmp': lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP),
  'raw': lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
  'packet': lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0), 'vsock': lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM),
  'loopback': lambda: tcp('127.0.0.1', $HOST_PORT), 'unix': lambda: unix('$WORK/host.sock'), 'abstract': lambda: unix('\0$WORK'),
  'metadata': lambda: tcp('169.254.169.254', 8080), 'dns': lambda: dns('127.0.0.1'), 'dns-elsewhere': lambda: dns('8.8.8.8'),
  'name': lambda: socket.getaddrinfo('anything.example', 443, socket.AF_INET)[0][4][0], 'spoof': spoof,
}
for name in sys.argv[1:] or tries:
    start = time.time()
    try: word = tries[name]() or 'yes'
    except OSError as e: word = errno.errorcode.get(e.errno, str(e))
    print(name, word if isinstance(word, str) else 'yes', int(1000 * (time.time() - start)))
PY
cat >"$WORK/Fetch.java" <<'JAVA'
void main(String[] urls) throws Exception {
  for (String url : urls) {
    try {
      var c = (java.net.HttpURLConnection) java.net.URI.create(url).toURL().openConnection();
      System.out.println(url + " " + c.getResponseCode());
    } catch (java.io.IOException e) {
      System.out.println(url + " " + e.getMessage());
    }
  }
}
JAVA
cat >"$WORK/inside.sh" <<SH
cd "$WORK/in"
fetch() { name=\$1; shift; curl -sS -m 10 -o "\$name.body" -w '%{http_code}' "\$@" >"\$name.code" 2>"\$name.err" || echo " failed" >>"\$name.code"; }
fetch proxy https://docs.example.test/guide
fetch direct --noproxy '*' https://docs.example.test/guide
fetch denied --noproxy '*' https://paste.example.test/x
fetch unlisted --noproxy '*' https://evil.example.test/x
fetch plain --noproxy '*' http://plain.example.test/x
fetch plain-unlisted --noproxy '*' http://evil.example.test/x
fetch nameless -k --noproxy '*' https://192.0.2.7/
fetch address --noproxy '*' --connect-to docs.example.test:443:192.0.2.7:443 https://docs.example.test/guide
fetch fronted --noproxy '*' --connect-to evil.example.test:443:192.0.2.7:443 https://evil.example.test/x
fetch six --noproxy '*' --connect-to 'docs.example.test:443:[2001:db8::7]:443' https://docs.example.test/guide
python3 "$WORK/try.py" >tries
grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status >rights
unshare --user --map-root-user --mount umount "$WORK/host.sock" >undo.mount 2>&1; echo \$? >>undo.mount
unshare --user --map-root-user --net true; echo \$? >undo.deeper
nsenter --target $$ --net true >undo.join 2>&1; echo \$? >>undo.join
id -u >id
if [ "\${FULL-}" = 1 ]; then
  unset HTTPS_PROXY HTTP_PROXY https_proxy http_proxy
  JAVA_TOOL_OPTIONS=\$(printf '%s\n' \$JAVA_TOOL_OPTIONS | grep -i truststore | tr '\n' ' ')
  export JAVA_TOOL_OPTIONS
  "\$JAVA" -XX:TieredStopAtLevel=1 "$WORK/Fetch.java" https://docs.example.test/guide https://evil.example.test/x >java 2>java.err
fi
exit 7
SH
chmod 644 "$WORK/inside.sh" "$WORK/try.py" "$WORK/Fetch.java"
JAVA=$("$TOP/build-tools/find-java")/bin/java
export JAVA

# isolated STATE ARGUMENTS...: SSL_CERT_FILE names the stand-in's authority, which the command is to trust as before.
isolated() {
  state=$1; shift
  HOME="$WORK/home" XDG_STATE_HOME="$WORK/$state" SSL_CERT_FILE="$CA" XDG_CONFIG_HOME="$WORK/home" \
    "$SALLYPORT" run --isolate --policy "$WORK/policy.yaml" --config "$WORK/sallyport.yaml" "$@"
}
audit_of() { find "$WORK/$1" -name '*.jsonl' | head -1; }
code() { [ "$(cat "$WORK/in/$1.code")" = "$2" ] || { cat "$WORK/in/$1.code" "$WORK/in/$1.err"; return 1; }; }
tried() { grep -Eq "^$1 ($2) [0-9]{1,3}\$" "$WORK/in/tries" || { grep "^$1 " "$WORK/in/tries"; return 1; }; }

# the_list WHO: what one run of inside.sh must have left behind.
the_list() {
  check "$1: the proxy within the namespace" code proxy 200
  check "$1: an allowed host without proxy variables" code direct 200
  check "$1: a denied host is told so within TLS" code denied 403
  check "$1: an unlisted host too" code unlisted 403
  check "$1: plain http by its Host" code plain 200
  check "$1: plain http, unlisted" code plain-unlisted 403
  check "$1: TLS without a name" code nameless '000 failed'
  check "$1: the address counts for nothing, the name for all: allowed" code address 200
  check "$1: the address counts for nothing, the name for all: refused" code fronted 403
  check "$1: over IPv6" code six 200
  for name in tcp-22 tcp-25 tcp-8443 tcp6-22 udp-443 udp-9999 udp6-443 dns-6 loopback metadata unix abstract; do
    check "$1: $name fails at once" tried $name ECONNREFUSED
  done
  for name in icmp raw packet; do check "$1: no socket for $name" tried $name 'EACCES|EPERM|EAFNOSUPPORT'; done
  check "$1: no socket for vsock" tried vsock EAFNOSUPPORT
  for name in dns dns-elsewhere name; do check "$1: $name says the made-up address" tried $name 198.18.0.1; done
  check "$1: another source address is no other client" tried spoof 200
  check "$1: no rights" sh -c "[ \$(grep -c '0000000000000000' '$WORK/in/rights') = 2 ] && grep -q 'NoNewPrivs:.1' '$WORK/in/rights'"
  check "$1: what is hidden stays hidden" not grep -qx 0 "$WORK/in/undo.mount"
  check "$1: no way back into the machine's network" not grep -qx 0 "$WORK/in/undo.join"
}

run_root() { FULL=1 isolated root -- sh "$WORK/inside.sh" 2>"$WORK/root.err"; }
if run_root; then EXIT=0; else EXIT=$?; fi
check 'the exit code is the command'\''s' test "$EXIT" = 7
the_list root
check 'a Java program without proxy settings: allowed' grep -q 'docs.example.test/guide 200' "$WORK/in/java"
check 'a Java program without proxy settings: refused' grep -q 'evil.example.test/x 403' "$WORK/in/java"
AUDIT=$(audit_of root)
check 'audit: allowed by the name in TLS' event "$AUDIT" "e['sallyport.entrance'] === 'transparent' && e['server.address'] === 'docs.example.test' && e['sallyport.decision'] === 'allow' && e['tls.client.server_name'] === 'docs.example.test'"
check 'audit: denied by the name in TLS' event "$AUDIT" "e['sallyport.entrance'] === 'transparent' && e['server.address'] === 'paste.example.test' && e['sallyport.reason'] === 'denied-by-rule'"
check 'audit: no name, no way' event "$AUDIT" "e['sallyport.entrance'] === 'transparent' && e['sallyport.reason'] === 'sni-missing'"
check 'audit: one client, whatever it calls itself' not event "$AUDIT" "e['client.address'] && e['client.address'] !== '127.0.0.1'"
check 'audit: the chain holds' "$SALLYPORT" audit verify "$AUDIT"
check 'the person is told what is hidden' grep -q 'Unix sockets of other programs are hidden' "$WORK/root.err"
check 'the summary' grep -q 'not-listed' "$WORK/root.err"

# Somebody else, who has no rights at all on this machine.
rm -rf "$WORK/in" && mkdir "$WORK/in" && chmod 777 "$WORK/in"
run_nobody() {
  mkdir -p "$WORK/nobody" && chmod 777 "$WORK/nobody"
  HOME="$WORK/home" XDG_STATE_HOME="$WORK/nobody" SSL_CERT_FILE="$CA" XDG_CONFIG_HOME="$WORK/home" \
    setpriv --reuid=65534 --regid=65534 --clear-groups \
    "$SALLYPORT" run --isolate --policy "$WORK/policy.yaml" --config "$WORK/sallyport.yaml" -- sh "$WORK/inside.sh" 2>"$WORK/nobody.err"
}
if run_nobody; then EXIT=0; else EXIT=$?; fi
check 'without any rights on the machine: the exit code' test "$EXIT" = 7
check 'without any rights on the machine: the same user within' grep -qx 65534 "$WORK/in/id"
the_list nobody
check 'without any rights on the machine: a sandbox within is allowed' grep -qx 0 "$WORK/in/undo.deeper"

# Looking into it.
intercepted() { isolated intercept --intercept --quiet -- curl -sS -m 10 --noproxy '*' -o "$WORK/in/seen" https://docs.example.test/guide; }
check 'with --intercept' intercepted
check 'with --intercept: the request is seen' event "$(audit_of intercept)" "e['sallyport.entrance'] === 'intercepted' && e['url.path'] === '/guide'"

# As `run` does it: signals, terminals, commands that are not there.
ends_with() { want=$1; shift; if "$@" >"$WORK/ends" 2>&1; then got=0; else got=$?; fi; [ "$got" = "$want" ] || { echo "exit $got"; cat "$WORK/ends"; return 1; }; }
check 'a command that a signal kills' ends_with 143 isolated s1 --quiet -- sh -c 'kill -TERM $$'
check 'a command that is not there' ends_with 127 isolated s2 -- no-such-command
printf 'exit 9\n' >"$WORK/script" && chmod 755 "$WORK/script"
check 'a script without an interpreter' ends_with 9 isolated s3 --quiet -- "$WORK/script"
cat >"$WORK/terminal.sh" <<'SH'
trap 'echo interrupted; exit 42' INT
test -t 0 && test -t 1 && test -t 2 && echo "terminal $(stty size)"
[ "$(ps -o pgid= -p $$ | tr -d ' ')" = "$(ps -o tpgid= -p $$ | tr -d ' ')" ] && echo foreground
echo ready
while :; do sleep 0.1; done
SH
cat >"$WORK/terminal.py" <<'PY'
import fcntl, os, pty, signal, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    # A shell that runs this in the background ignores the signal.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.alarm(60)
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 33, 77, 0, 0))
seen, sent = b'', False
while True:
    try: more = os.read(fd, 999)
    except OSError: break
    if not more: break
    seen += more
    if b'ready' in seen and not sent: os.write(fd, b'\3'); sent = True
print(seen.decode()); sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
in_terminal() {
  HOME="$WORK/home" XDG_STATE_HOME="$WORK/terminal" XDG_CONFIG_HOME="$WORK/home" \
    python3 "$WORK/terminal.py" "$SALLYPORT" run --isolate --quiet --policy "$WORK/policy.yaml" -- sh "$WORK/terminal.sh" >"$WORK/terminal.out"
}
check 'Ctrl-C is the command'\''s' ends_with 42 in_terminal
check 'the terminal is its own, with its size' grep -q 'terminal 33 77' "$WORK/terminal.out"
check 'it is in the foreground' grep -q foreground "$WORK/terminal.out"

# Where namespaces are forbidden; in a namespace of this script's own, so that the machine's setting stays as it is.
forbidden() {
  HOME="$WORK/home" XDG_STATE_HOME="$WORK/forbidden" XDG_CONFIG_HOME="$WORK/home" unshare --user --map-root-user \
    sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"' sh "$SALLYPORT" run --isolate -- touch "$WORK/in/ran"
}
check 'namespaces are forbidden: exit code 3' ends_with 3 forbidden
check 'namespaces are forbidden: a sentence' grep -q 'user.max_user_namespaces' "$WORK/ends"
check 'namespaces are forbidden: nothing ran' not test -e "$WORK/in/ran"

# The real Claude Code, whose Bash tool tries to go past the gate.
cat >"$WORK/claude.sh" <<SH
sh "$STAND_IN/run-claude.sh" "\$HTTPS_PROXY" "\$SSL_CERT_FILE" 'Go [[tool:Bash {"command":"curl -sS -m 10 --noproxy \\"*\\" https://docs.example.test/guide; curl -sS -m 10 --noproxy \\"*\\" https://evil.example.test/leak; curl -sS -m 5 --noproxy \\"*\\" http://192.0.2.5:8080/"}]]' >"$WORK/answer"
SH
check 'Claude Code: a session' isolated claude --quiet -- sh "$WORK/claude.sh"
check 'Claude Code: its answer quotes the allowed page' grep -q 'MOCK' "$WORK/answer"
check 'Claude Code: curl past the gate is refused' grep -q 'not-listed' "$WORK/answer"
check 'Claude Code: another port fails' grep -q 'port 8080' "$WORK/answer"
AUDIT=$(audit_of claude)
check 'Claude Code: audit: the model' event "$AUDIT" "e['server.address'] === 'api.anthropic.com' && e['sallyport.decision'] === 'allow'"
check 'Claude Code: audit: curl, allowed' event "$AUDIT" "e['sallyport.entrance'] === 'transparent' && e['server.address'] === 'docs.example.test' && e['sallyport.decision'] === 'allow'"
check 'Claude Code: audit: curl, refused' event "$AUDIT" "e['sallyport.entrance'] === 'transparent' && e['server.address'] === 'evil.example.test' && e['sallyport.decision'] === 'deny'"
check 'nothing of what was refused reached an origin' not grep -Eq 'evil.example.test|paste.example.test' "$WORK/mock.jsonl"
finish
