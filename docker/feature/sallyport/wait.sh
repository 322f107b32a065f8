#!/bin/sh
# Waits until the rules are in force, so that no step of a dev container runs before; ends with 1 and a sentence where they
# should be and are not.
. /usr/local/share/sallyport/options
tries=700 # tenths of a second; the start gives the gate's name a minute
while [ ! -s /run/sallyport/rules ] && [ "$tries" -gt 0 ]; do
  tries=$((tries - 1))
  sleep 0.1
done
state=$(cat /run/sallyport/rules 2>/dev/null)
case $RULES:$state in
  off:* | *:'in force' | if-possible:impossible) exit 0 ;;
  *:impossible) echo 'sallyport: no rules are in force, since the container has no NET_ADMIN or does not start as root (`containerUser`); give it both, put it into a network without another way out and set `rules` to `off`, or set it to `if-possible`' >&2 ;;
  *:failed) echo 'sallyport: the rules could not be set and the network is off; the log of the container says why' >&2 ;;
  *) echo 'sallyport: the rules were not set in time; is `overrideCommand` false, so that the entrypoint did not run?' >&2 ;;
esac
exit 1
