#!/bin/sh
# What the record proves, from the packaged program: tampering, a rewritten file, a cut tail and a changed key show; old
# files go and leave a signed record; an export carries its own proof.
set -eu
. "$(dirname "$0")/lib.sh"

start_stand_in
PORT=$(free_port)
ADMIN=$(free_port)
cat >"$WORK/policy.yaml" <<'YAML'
sallyport: 1
name: record
classes:
  web:
    allow: [docs.example.test]
profiles:
  all: {classes: [web]}
assign:
  - {anonymous: true, address: 127.0.0.0/8, profile: all}
  - {any: true, profile: all}
YAML
# settings FILE SIZE KEEP
settings() {
  cat >"$WORK/sallyport.yaml" <<YAML
listen: [{address: 127.0.0.1, port: $PORT}]
admin: {address: 127.0.0.1, port: $ADMIN}
policy: policy.yaml
control: control.sock
audit: {file: $1, rotate: {size: $2, keep-for: $3}}
connect-to:
  "*:443": "127.0.0.1:$MOCK_HTTPS"
YAML
}
through() { curl -sS -o /dev/null --fail --max-time 10 --cacert "$CA" -x "http://127.0.0.1:$PORT" https://docs.example.test/; }
refused() { ! curl -s -o /dev/null --max-time 10 --cacert "$CA" -x "http://127.0.0.1:$PORT" https://evil.example.test/; }
stop_gate() { kill "$GATE_PID"; until_true 60 not kill -0 "$GATE_PID"; }
# says SENTENCE COMMAND...: the command prints it and ends with 0. fails_with: and ends with 1.
says() { sentence=$1; shift; out=$("$@" 2>&1) || { echo "$out"; return 1; }; echo "$out"; echo "$out" | grep -q -- "$sentence"; }
fails_with() {
  sentence=$1; shift; code=0
  out=$("$@" 2>&1) || code=$?
  echo "$out (exit $code)"
  [ "$code" = 1 ] && echo "$out" | grep -q -- "$sentence"
}
verify() { "$SALLYPORT" audit verify "$@"; }
# a copy of the log to spoil
copy() { rm -rf "$WORK/copy"; cp -r "$WORK/audit" "$WORK/copy"; LOG=$WORK/copy/sallyport.jsonl; }
# rewrite FILE SED: changes lines and puts every hash right, as somebody without the key could
rewrite() {
  FILE=$1 CHANGE=$2 node -e '
    const fs = require("fs"), { createHash } = require("crypto");
    const [from, to] = process.env.CHANGE.split("=>");
    let prev = "0".repeat(64), out = "";
    for (const line of fs.readFileSync(process.env.FILE, "utf8").trim().split("\n")) {
      const open = line.replace(from, to).replace(/,"sallyport.prev":"[0-9a-f]{64}","sallyport.hash":"[0-9a-f]{64}"}$/,
        `,"sallyport.prev":"${prev}"}`);
      prev = createHash("sha256").update(open).digest("hex");
      out += open.slice(0, -1) + `,"sallyport.hash":"${prev}"}\n`;
    }
    fs.writeFileSync(process.env.FILE, out);'
}

settings audit/sallyport.jsonl 256MiB 400d
start_gate "$WORK/sallyport.yaml"
check 'the gate works' through
check 'the gate refuses' refused
check 'a second request' through
curl -sS "http://127.0.0.1:$ADMIN/audit/head" >"$WORK/anchor"
check 'the head is told by the admin listener' grep -q '"chain":"sallyport.jsonl","seq":' "$WORK/anchor"
check 'the head is told by status' says 'audit head' "$SALLYPORT" status --config "$WORK/sallyport.yaml"
check 'the key is for its owner alone' test "$(stat -c %a "$WORK/audit/audit-signing.key")" = 600
"$SALLYPORT" audit key "$WORK/audit" >"$WORK/kept.pub"
check 'the public key is Ed25519' sh -c "openssl pkey -pubin -in '$WORK/kept.pub' -noout -text | grep -qi ed25519"
stop_gate
LOG=$WORK/audit/sallyport.jsonl
check 'whole: intact and signed' says 'intact up to \([0-9]*\), signed up to \1$' verify "$LOG"
check 'whole: with key and anchor' says 'anchored up to' verify "$LOG" --key "$WORK/kept.pub" --anchor "$WORK/anchor"

copy; sed -i 's/evil.example.test/good.example.test/' "$LOG"
check 'a changed line shows' fails_with 'the line was changed: its hash is not its own' verify "$LOG"
copy; sed -i 3d "$LOG"
check 'a line taken out shows' fails_with 'event 3 missing before event 4' verify "$LOG"
copy; sed -i '3{h;d};4{G}' "$LOG"
check 'lines in another order show' fails_with 'missing before event 4' verify "$LOG"
copy; rewrite "$LOG" 'evil.example.test=>good.example.test'
check 'a file written anew shows' fails_with 'the signature does not hold' verify "$LOG"
copy; grep -v '"sallyport.event":"checkpoint"' "$WORK/audit/sallyport.jsonl" |
  awk '{sub(/"sallyport.seq":[0-9]+/, "\"sallyport.seq\":" NR); print}' >"$LOG"; rewrite "$LOG" 'nothing=>nothing'
check 'a file written anew without checkpoints shows' fails_with 'no checkpoint is in it' verify "$LOG"
copy; head -4 "$WORK/audit/sallyport.jsonl" >"$LOG"
check 'a cut tail cannot show by itself' says 'intact up to 4' verify "$LOG"
check 'a cut tail shows against an anchor' fails_with 'its newest lines were cut off' verify "$LOG" --anchor "$WORK/anchor"
copy; openssl genpkey -algorithm ed25519 2>/dev/null | openssl pkey -pubout >"$WORK/other.pub"
check 'another key shows' fails_with 'which is none of those known here' verify "$LOG" --key "$WORK/other.pub"
cp "$WORK/other.pub" "$WORK/copy/audit-signing.pub"
check 'an exchanged key shows' fails_with 'which is none of those known here' verify "$LOG"
check 'an exchanged key does not fool who kept it' says 'signed up to' verify "$LOG" --key "$WORK/kept.pub"

check 'export by host' says 'events exported to' "$SALLYPORT" audit export "$WORK/audit" --host docs.example.test -o "$WORK/bundle"
check 'export: verifies by itself' says 'every event is in the chain' verify "$WORK/bundle"
check 'export: verifies with the key that was kept' says 'signed up to' verify "$WORK/bundle" --key "$WORK/kept.pub"
check 'export: the sums are those of sha256sum' sh -c "cd '$WORK/bundle' && sha256sum -c --quiet SHA256SUMS"
check 'export: the policy as it was loaded' sh -c "cmp '$WORK/policy.yaml' '$WORK'/bundle/policies/*.yaml"
check 'export: what to rotate' grep -q 'docs.example.test' "$WORK/bundle/rotate.md"
check 'export: only what was asked for' sh -c "! grep -q evil.example.test '$WORK/bundle/events.jsonl'"
sed -i 's/docs.example.test/evil.example.test/' "$WORK/bundle/events.jsonl"
check 'export: a changed event shows' fails_with 'changed since the export' verify "$WORK/bundle"
check 'export of a time, as a zip file' says 'events exported to' "$SALLYPORT" audit export "$WORK/audit" --from today --to now -o "$WORK/bundle.zip"
check 'export: the zip file is whole' python3 -m zipfile -t "$WORK/bundle.zip"
check 'nothing to export is said' fails_with 'no event fits' "$SALLYPORT" audit export "$WORK/audit" --session nobody -o "$WORK/none"

# Small files, kept for a second.
settings small/sallyport.jsonl 4KiB 400d
start_gate "$WORK/sallyport.yaml"
SMALL=$WORK/small/sallyport.jsonl
three_files() { through; test "$(find "$WORK/small" -name 'sallyport-from-*' | wc -l)" -ge 3; }
check 'full files are put aside' until_true 60 three_files
stop_gate
check 'rotated: intact and signed' says 'intact up to \([0-9]*\), signed up to \1$' verify "$SMALL"
gzip "$(find "$WORK/small" -name 'sallyport-from-*' | sort | head -1)"
check 'rotated and compressed: intact' says 'intact up to' verify "$SMALL"
rm -rf "$WORK/copy"; cp -r "$WORK/small" "$WORK/copy"
rm "$(find "$WORK/copy" -name 'sallyport-from-*' | sort | sed -n 2p)"
check 'a removed middle file shows' fails_with 'missing before event' verify "$WORK/copy/sallyport.jsonl"
rm -rf "$WORK/copy"; cp -r "$WORK/small" "$WORK/copy"
rm "$(find "$WORK/copy" -name 'sallyport-from-*' | sort | head -1)"
check 'a removed first file shows' fails_with 'no signed .retired. tells of that' verify "$WORK/copy/sallyport.jsonl"
settings small/sallyport.jsonl 4KiB 1s
start_gate "$WORK/sallyport.yaml"
retired() { through; grep -q '"sallyport.event":"retired"' "$WORK"/small/sallyport*.jsonl && test ! -e "$WORK/small/sallyport-from-000000000001.jsonl.gz"; }
check 'old files go and leave a record' until_true 60 retired
check 'retired: the rest verifies' says 'intact from [0-9]* up to' verify "$SMALL" --key "$WORK/small/audit-signing.pub"
stop_gate
check 'retired: and after the stop' says 'intact from [0-9]* up to' verify "$SMALL"
finish
