#!/bin/sh
# Fuzzes every reader of foreign octets with Jazzer, guided by coverage: fuzz.sh [SECONDS [TARGET...]]
# 20 seconds each unless told otherwise. What was found before is kept in target/fuzz and fuzzed on from. An input that
# breaks a claim, or takes longer than a minute, is named in the output and ends this with 1: make a seed of it.
set -eu
TOP=$(cd "$(dirname "$0")/.." && pwd)
SECONDS_EACH=${1:-20}
[ $# -eq 0 ] || shift
case $SECONDS_EACH in
  '' | *[!0-9]*) echo "fuzz.sh: \`$SECONDS_EACH\` is no number of seconds: write fuzz.sh [SECONDS [TARGET...]]" >&2; exit 2 ;;
esac
OUT=$TOP/target/fuzz
JAVA=$("$TOP/build-tools/find-java")/bin/java
mkdir -p "$OUT"

# Compiles what has changed and says where everything is; the last module, the gate, has the others in its path.
mvn -q -B -ntp -f "$TOP/pom.xml" -Pfuzz -pl rules,tls-mitm,proxy-core process-test-classes \
  dependency:build-classpath -Dmdep.outputFile="$OUT/classpath" -Dmdep.regenerateFile=true
CLASSPATH=$TOP/proxy-core/target/test-classes:$TOP/proxy-core/target/classes:$(cat "$OUT/classpath")
export CLASSPATH
TARGETS=$("$JAVA" dev.sallyport.proxy.fuzz.FuzzTarget "$OUT/seeds")

failed=0
for target in $TARGETS; do
  name=${target%%=*}
  class=${target#*=}
  [ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
  mkdir -p "$OUT/$name"
  if (cd "$OUT/$name" && mkdir -p corpus && "$JAVA" \
    -Xmx1g -XX:+EnableDynamicAgentLoading --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    com.code_intelligence.jazzer.Jazzer --target_class="$class" \
    --instrumentation_includes='dev.sallyport.**' --custom_hook_excludes='**' \
    -max_total_time="$SECONDS_EACH" -timeout=60 -rss_limit_mb=4000 corpus "$OUT/seeds/$name" >log 2>&1); then
    echo "$name: $(tail -n 1 "$OUT/$name/log")"
  else
    failed=1
    echo "$name: BROKEN, see $OUT/$name/log"
    grep -a -m 8 -e 'Java Exception' -e 'ERROR: ' -e 'Test unit written' "$OUT/$name/log" || true
  fi
done
exit $failed
