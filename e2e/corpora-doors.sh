#!/bin/sh
# The attack cases once more, by the other entrances: within TLS to the gate, and as SOCKS5 where a case is a CONNECT. Needs root and
# iproute2, as corpora.sh does. CORPORA names their folder (default: ../shared/corpora beside the checkout).
set -eu
TOP=$(cd "$(dirname "$0")/.." && pwd)
CORPORA=${CORPORA:-$TOP/../shared/corpora}
SALLYPORT=${SALLYPORT:-$TOP/sallyport}
[ -f "$CORPORA/run_corpus.py" ] || { echo "no cases at $CORPORA: set CORPORA" >&2; exit 3; }
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT TERM
"$SALLYPORT" --version >/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=gate -keyout "$WORK/gate.key" -out "$WORK/gate.pem" 2>/dev/null
failed=0

# The gate behind its door; ends with the runner's network namespace.
cat >"$WORK/serve.sh" <<SH
#!/bin/sh
node "$TOP/e2e/door.mjs" "\$1" 3128 3129 &
exec "$SALLYPORT" serve --config "\$2"
SH
chmod +x "$WORK/serve.sh"
run() { # DOOR SETTINGS CASES
  case $1 in
    tls) listener="{address: 127.0.0.1, port: 3129, tls: {certificate: $WORK/gate.pem, key: $WORK/gate.key}}" ;;
    *) listener="{address: 127.0.0.1, port: 3129, socks: true}" ;;
  esac
  sed -e "s|^listen:.*|listen: [$listener]|" -e "s|^policy: *|policy: $CORPORA/config/|" "$CORPORA/config/$2" >"$WORK/$1-$2"
  rm -rf /tmp/sallyport-corpus
  (cd "$CORPORA" && python3 run_corpus.py --netns --proxy 127.0.0.1:3128 --proxy-cmd "$WORK/serve.sh $1 $WORK/$1-$2" --corpus "$3" --timeout 3 --failures-only) || failed=1
}
echo '-- within TLS'
run tls p1.yaml authority-bypass.jsonl
run tls p1-tls.yaml tunnel-first-bytes.jsonl
run tls p1.yaml request-smuggling.jsonl
run tls ssrf.yaml ssrf-addresses.jsonl
echo '-- as SOCKS5'
grep '"form": "connect"' "$CORPORA/ssrf-addresses.jsonl" >"$WORK/ssrf-connect.jsonl"
run socks p1-tls.yaml tunnel-first-bytes.jsonl
run socks ssrf.yaml "$WORK/ssrf-connect.jsonl"
exit $failed
