#!/bin/sh
# Installs the feature while the image is built, as root: the packages that the rules need, the scripts that run when the
# container starts, and the settings of every tool. The options come as variables (dev container specification).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
share=/usr/local/share/sallyport
gate=${GATE:-http://gate:3128}
rules=${RULES:-required}
user=${_REMOTE_USER:-root}

fail() {
  echo "sallyport: $1" >&2
  exit 1
}

case $gate in
  http://*:[0-9]*) ;;
  *) fail "\`gate\` is \`$gate\`, and http://HOST:PORT is needed" ;;
esac
case $gate$( printf %s "${CLIENT-}${TOKENFILE-}${CA-}${NOPROXY-}") in
  *[!A-Za-z0-9._:/,@+*\[\]-]*) fail 'an option holds a character that has no place in a host, a name or a path' ;;
esac
if [ "$rules" = required ] && [ "$user" = root ]; then
  fail 'the user of the container is root, who could take the rules away: set `remoteUser` in devcontainer.json to another, or `rules` to `if-possible`'
fi

if [ "$rules" != off ] && ! command -v nft >/dev/null; then
  if command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nftables iproute2 ca-certificates
    rm -rf /var/lib/apt/lists/*
  elif command -v apk >/dev/null; then
    apk add --no-cache nftables iproute2 ca-certificates
  elif command -v dnf >/dev/null; then
    dnf install -y nftables iproute ca-certificates
  else
    fail 'nftables is needed and there is no apt-get, apk or dnf to install it: install it in the image'
  fi
fi

mkdir -p "$share"
cp "$here/firewall.sh" "$here/configure.sh" "$here/start.sh" "$here/wait.sh" "$here/profile.sh" "$share/"
chmod 755 "$share" "$share"/*.sh
cat >"$share/options" <<END
GATE=$gate
CLIENT=${CLIENT-}
TOKEN_FILE=${TOKENFILE:-/run/secrets/sallyport-token}
CA=${CA:-/run/sallyport-ca/root.pem}
NO_PROXY_LIST=${NOPROXY:-localhost,127.0.0.1,::1}
RULES=$rules
USER_NAME=$user
USER_HOME=${_REMOTE_USER_HOME:-$(eval echo "~$user")}
END
chmod 644 "$share/options"
mkdir -p /etc/profile.d
cp "$share/profile.sh" /etc/profile.d/sallyport.sh
# Shells that are no login shells read these, where they are there.
for file in /etc/bash.bashrc /etc/bashrc /etc/zsh/zshenv; do
  if [ -f "$file" ] && ! grep -q sallyport "$file"; then
    echo '[ ! -r /etc/profile.d/sallyport.sh ] || . /etc/profile.d/sallyport.sh' >>"$file"
  fi
done
"$share/configure.sh"
echo "sallyport: every tool goes through $gate; rules: $rules"
