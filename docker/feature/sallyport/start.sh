#!/bin/sh
# Runs when the container starts, as its own user, before the shells of people and agents: closes every other way out and
# writes down the way through the gate. What became of it stands in /run/sallyport/rules, which wait.sh reads.
share=/usr/local/share/sallyport
. "$share/options"
state=/run/sallyport

say() {
  echo "sallyport: $1" >&2
  mkdir -p "$state" 2>/dev/null && printf '%s\n' "$2" >"$state/rules.new" && mv "$state/rules.new" "$state/rules"
}

# The second field of five: the effective capabilities, of which NET_ADMIN is the twelfth bit.
may_rule() {
  [ $((0x$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status) >> 12 & 1)) = 1 ]
}

# Every address of a name, as the system finds it now.
addresses() {
  case $1 in
    *[!0-9.]*) ;;
    *) echo "$1"; return ;;
  esac
  case $1 in
    \[*\]) echo "$1" | tr -d '[]'; return ;;
  esac
  getent ahosts "$1" | awk '{print $1}' | sort -u | grep -v '^127\.\|^::1$'
}

close_all() {
  for card in /sys/class/net/*; do
    [ "${card##*/}" = lo ] || ip link set "${card##*/}" down
  done
}

host_port=${GATE#http://}
host_port=${host_port%/}
host=${host_port%:*}
port=${host_port##*:}

if [ "$RULES" = off ]; then
  say 'no rules in this container: its network has to have no other way out' 'off'
elif ! may_rule; then
  say 'no rules: the container has no NET_ADMIN, or does not start as root' 'impossible'
else
  # The gate may start beside us: its name is there in a moment. Until then nothing leaves but root's question for it.
  tries=60
  found=
  why='the rules could not be set'
  if "$share/firewall.sh" looking-up; then
    while found=$(addresses "$host"); [ -z "$found" ] && [ "$tries" -gt 0 ]; do
      tries=$((tries - 1))
      sleep 1
    done
    [ -n "$found" ] || why="the gate \`$host\` has no address here"
  fi
  # shellcheck disable=SC2086
  if [ -n "$found" ] && "$share/firewall.sh" "$port" $found; then
    # Names are looked up no more, so the gate's own is written down.
    case $host in
      *[!0-9.]*) [ "${host#\[}" != "$host" ] || for one in $found; do grep -q "^${one}[[:space:]]${host}\$" /etc/hosts || printf '%s\t%s\n' "$one" "$host" >>/etc/hosts; done ;;
    esac
    say "nothing leaves but through $host_port" 'in force'
  else
    close_all
    say "$why, so the network is off" 'failed'
  fi
fi
if [ "$(id -u)" = 0 ]; then
  "$share/configure.sh"
fi
