#!/bin/sh
# The attack cases against the packaged gate, each in a network namespace of its own (needs root and iproute2). All of them
# twice: as the gate starts by itself, and on the JDK's transport with Turkish as the language, in which I and i are two letters.
# CORPORA names their folder (default: ../shared/corpora beside the checkout).
set -eu
TOP=$(cd "$(dirname "$0")/.." && pwd)
CORPORA=${CORPORA:-$TOP/../shared/corpora}
SALLYPORT=${SALLYPORT:-$TOP/sallyport}
[ -f "$CORPORA/run_corpus.py" ] || { echo "no cases at $CORPORA: set CORPORA" >&2; exit 3; }
"$SALLYPORT" --version >/dev/null
cd "$CORPORA"
failed=0
# A cold gate on a busy machine may need more than the runner's 1.2 s for its first answer.
run() {
  rm -rf /tmp/sallyport-corpus
  python3 run_corpus.py --netns --proxy 127.0.0.1:3128 --proxy-cmd "$SALLYPORT serve --config config/$1" --corpus "$2" --timeout 3 --failures-only || failed=1
}
all() {
  run p1.yaml authority-bypass.jsonl
  run p1-tls.yaml tunnel-first-bytes.jsonl
  run p1.yaml request-smuggling.jsonl
  run ssrf.yaml ssrf-addresses.jsonl
  run p1-intercept.yaml h2-downgrade.jsonl
}
echo '-- as it starts by itself'
all
echo '-- on the transport nio, in Turkish'
JAVA_TOOL_OPTIONS='-Dsallyport.transport=nio -Duser.language=tr -Duser.country=TR'
export JAVA_TOOL_OPTIONS
all
echo '-- further cases of the same kinds, there as well'
run p1.yaml "$TOP/e2e/cases/authority-more.jsonl"
run p1.yaml "$TOP/e2e/cases/request-smuggling-more.jsonl"
run ssrf.yaml "$TOP/e2e/cases/ssrf-more.jsonl"
exit $failed
