#!/bin/sh
# The attack cases against the packaged gate, each in a network namespace of its own (needs root and iproute2).
# CORPORA names their folder (default: ../shared/corpora beside the checkout).
set -eu
TOP=$(cd "$(dirname "$0")/.." && pwd)
CORPORA=${CORPORA:-$TOP/../shared/corpora}
SALLYPORT=${SALLYPORT:-$TOP/sallyport}
[ -f "$CORPORA/run_corpus.py" ] || { echo "no cases at $CORPORA: set CORPORA" >&2; exit 3; }
"$SALLYPORT" --version >/dev/null
cd "$CORPORA"
failed=0
run() {
  rm -rf /tmp/sallyport-corpus
  python3 run_corpus.py --netns --proxy 127.0.0.1:3128 --proxy-cmd "$SALLYPORT serve --config config/$1" --corpus "$2" --failures-only || failed=1
}
run p1.yaml authority-bypass.jsonl
run p1-tls.yaml tunnel-first-bytes.jsonl
run p1.yaml request-smuggling.jsonl
run ssrf.yaml ssrf-addresses.jsonl
exit $failed
