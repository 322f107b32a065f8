#!/bin/sh
# firewall.sh PORT ADDRESS...: from now on this network namespace reaches the gate at these addresses and itself, and nothing
# else, over IPv4 and IPv6. One transaction: all of it holds, or nothing has changed and this ends with 1. Needs NET_ADMIN;
# whoever has not got it cannot take the rules away.
# firewall.sh looking-up: the same before the gate's address is known: only root asks for names.
set -eu
port=$1; shift
four=
six=
for address in "$@"; do
  case $address in
    *:*) six=${six:+$six, }$address ;;
    *) four=${four:+$four, }$address ;;
  esac
done
[ -n "$four$six" ] || [ "$port" = looking-up ] || { echo 'firewall.sh: no address of a gate is given' >&2; exit 1; }

to_gate() {
  [ -z "$four" ] || echo "ip daddr { $four } tcp dport $port accept"
  [ -z "$six" ] || echo "ip6 daddr { $six } tcp dport $port accept"
}
# Finding the gate on the wire (RFC 4861): these never pass a router, and carry what the kernel puts in.
neighbours='icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255'

# Protocols by number: images without /etc/protocols know no names (6 is TCP, 17 UDP).
rules() {
  echo 'table inet sallyport'
  echo 'delete table inet sallyport'
  echo 'table inet sallyport {'
  echo '  chain output {'
  echo '    type filter hook output priority filter; policy drop;'
  # Docker's own resolver sits on loopback and would carry names out from outside of these rules.
  if [ "$port" = looking-up ]; then
    echo '    meta skuid 0 ip daddr 127.0.0.11 accept'
    echo '    meta skuid 0 meta l4proto { 6, 17 } th dport 53 accept'
  fi
  echo '    ip daddr 127.0.0.11 counter drop'
  echo '    oifname "lo" accept'
  to_gate
  echo "    $neighbours accept"
  echo '    counter'
  echo '  }'
  echo '  chain input {'
  echo '    type filter hook input priority filter; policy drop;'
  echo '    iifname "lo" accept'
  [ "$port" != looking-up ] || echo '    meta l4proto { 6, 17 } th sport 53 ct state established accept'
  [ -z "$four" ] || echo "    ip saddr { $four } tcp sport $port ct state established accept"
  [ -z "$six" ] || echo "    ip6 saddr { $six } tcp sport $port ct state established accept"
  echo "    $neighbours accept"
  echo '  }'
  echo '  chain forward {'
  echo '    type filter hook forward priority filter; policy drop;'
  echo '  }'
  echo '}'
}

# Frames from packet sockets pass no output hook. Linux 5.16 and newer can look at them where they leave.
frames() {
  echo 'table netdev sallyport'
  echo 'delete table netdev sallyport'
  echo 'table netdev sallyport {'
  for card in /sys/class/net/*; do
    card=${card##*/}
    [ "$card" != lo ] || continue
    echo "  chain $(echo "leaving-$card" | tr -c 'A-Za-z0-9\n' _) {"
    echo "    type filter hook egress device \"$card\" priority filter; policy drop;"
    # Who has the gate's address, or the router's before it: seen by those on the same wire.
    echo '    ether type arp accept'
    to_gate
    echo "    $neighbours accept"
    echo '    counter'
    echo '  }'
  done
  echo '}'
}

if [ "$port" = looking-up ]; then
  rules | nft -f -
  exit
fi
if { rules; frames; } | nft -f - 2>/dev/null; then
  exit 0
fi
# An older kernel: the rest holds all the same, and raw sockets are for those with NET_RAW alone.
rules | nft -f -
echo 'sallyport: this kernel has no egress hook (Linux 5.16): drop NET_RAW too, or root could send raw frames' >&2
