#!/bin/sh
# The same sources give the same bytes: builds the program twice, from nothing, and compares every file of lib/. The jars of
# others are held against build-tools/checksums.sha256 by each build.
set -eu
TOP=$(cd "$(dirname "$0")/.." && pwd)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
for turn in first second; do
  mkdir "$WORK/$turn"
  # A copy at another place and time; nothing of an earlier build comes along.
  (cd "$TOP" && tar -cf - --exclude=./target --exclude='./*/target' --exclude=./.git .) | tar -xf - -C "$WORK/$turn"
  mvn -q -B -ntp -f "$WORK/$turn/pom.xml" -Dquick package
  (cd "$WORK/$turn/proxy-core/target/sallyport/lib" && find . -type f -exec sha256sum {} + | sort -k 2) >"$WORK/$turn.sums"
done
if ! diff "$WORK/first.sums" "$WORK/second.sums"; then
  echo 'two builds of the same sources differ' >&2
  exit 1
fi
echo "reproducible: $(wc -l <"$WORK/first.sums" | tr -d ' ') files of lib/ are the same in both builds"
grep -e '/rules-' -e '/tls-mitm-' -e '/proxy-core-' "$WORK/first.sums"
