#!/bin/sh
# Writes down the way out for every tool, and whom it trusts: once when the image is built and again at each start, when the
# token and the gate's certificate are there. Runs as root; writing the same again changes nothing.
set -eu
share=/usr/local/share/sallyport
. "$share/options"

host_port=${GATE#http://}
host_port=${host_port%/}
host=${host_port%:*}
port=${host_port##*:}
host=${host#\[}
host=${host%\]}
url=http://$host_port
if [ -n "$CLIENT" ] && [ -r "$TOKEN_FILE" ]; then
  token=$(cat "$TOKEN_FILE")
  url=http://$CLIENT:$token@$host_port
fi

# A file of the system's roots and the gate's. It is there from the start, so that no variable names a file that is not.
bundle=$share/bundle.pem
roots=
for file in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
  if [ -s "$file" ]; then roots=$file; break; fi
done
if [ -s "$CA" ]; then
  if grep -q 'PRIVATE KEY' "$CA"; then
    echo "sallyport: $CA holds a private key, which has no business here; nothing of it is taken" >&2
    exit 1
  fi
  cp "$CA" "$share/root.pem"
  if command -v update-ca-certificates >/dev/null; then
    mkdir -p /usr/local/share/ca-certificates
    cp "$CA" /usr/local/share/ca-certificates/sallyport.crt
    update-ca-certificates >/dev/null 2>&1 || echo 'sallyport: update-ca-certificates failed; the variables name a file of our own' >&2
  elif command -v update-ca-trust >/dev/null; then
    cp "$CA" /etc/pki/ca-trust/source/anchors/sallyport.pem
    update-ca-trust || echo 'sallyport: update-ca-trust failed; the variables name a file of our own' >&2
  fi
fi
{ [ -z "$roots" ] || cat "$roots"; [ ! -s "$share/root.pem" ] || cat "$share/root.pem"; } >"$bundle.new"
mv "$bundle.new" "$bundle"
trust=
if [ -s "$share/root.pem" ] && command -v keytool >/dev/null; then
  if rm -f "$share/trust.p12.new" && keytool -importcert -noprompt -alias sallyport -file "$share/root.pem" \
    -keystore "$share/trust.p12.new" -storetype PKCS12 -storepass changeit >/dev/null 2>&1; then
    mv "$share/trust.p12.new" "$share/trust.p12"
  fi
fi
[ ! -s "$share/trust.p12" ] || trust=" -Djavax.net.ssl.trustStore=$share/trust.p12 -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword=changeit"
past=$(echo "$NO_PROXY_LIST" | tr , '|')

cat >"$share/environment.new" <<END
HTTPS_PROXY='$url'
https_proxy='$url'
HTTP_PROXY='$url'
http_proxy='$url'
NO_PROXY='$NO_PROXY_LIST'
no_proxy='$NO_PROXY_LIST'
NODE_USE_ENV_PROXY=1
YARN_HTTP_PROXY='$url'
YARN_HTTPS_PROXY='$url'
SSL_CERT_FILE=$bundle
CURL_CA_BUNDLE=$bundle
GIT_SSL_CAINFO=$bundle
REQUESTS_CA_BUNDLE=$bundle
PIP_CERT=$bundle
CARGO_HTTP_CAINFO=$bundle
AWS_CA_BUNDLE=$bundle
DENO_CERT=$bundle
CODEX_CA_CERTIFICATE=$bundle
npm_config_cafile=$bundle
YARN_HTTPS_CA_FILE_PATH=$bundle
NODE_EXTRA_CA_CERTS=$bundle
JAVA_TOOL_OPTIONS='-Dhttp.proxyHost=$host -Dhttp.proxyPort=$port -Dhttps.proxyHost=$host -Dhttps.proxyPort=$port -Dhttp.nonProxyHosts=$past$trust'
END
# Without roots of any kind an empty file would make every tool distrust everybody.
if [ ! -s "$bundle" ]; then
  grep -v "=$bundle\$" "$share/environment.new" >"$share/environment.some" || true
  mv "$share/environment.some" "$share/environment.new"
fi
chmod 644 "$share/environment.new"
mv "$share/environment.new" "$share/environment"

# put FILE: standard input between our marks, in place of what stood there; what others wrote stays.
put() {
  mkdir -p "$(dirname "$1")"
  [ -f "$1" ] || : >"$1"
  sed '/^# sallyport: begin/,/^# sallyport: end/d' "$1" >"$1.sallyport"
  { cat "$1.sallyport"; echo '# sallyport: begin'; cat; echo '# sallyport: end'; } >"$1.sallyport.new"
  cat "$1.sallyport.new" >"$1"
  rm -f "$1.sallyport" "$1.sallyport.new"
}

# What sessions without a shell get (PAM).
sed "s/'//g" "$share/environment" | put /etc/environment
# Tools that are asked without any of these variables, by editors and services.
if command -v git >/dev/null; then
  git config --system http.proxy "$url"
  git config --system http.sslCAInfo "$bundle"
  # ssh does not leave this way.
  git config --system --unset-all url.https://github.com/.insteadOf || true
  git config --system --add url.https://github.com/.insteadOf git@github.com:
  git config --system --add url.https://github.com/.insteadOf ssh://git@github.com/
  [ -s "$bundle" ] || git config --system --unset http.sslCAInfo
fi
printf '[global]\nproxy = %s\n' "$url" >/etc/pip.conf
[ ! -s "$bundle" ] || echo "cert = $bundle" >>/etc/pip.conf
if [ -d /etc/apt/apt.conf.d ]; then
  printf 'Acquire::http::Proxy "%s";\nAcquire::https::Proxy "%s";\n' "$url" "$url" >/etc/apt/apt.conf.d/90sallyport
fi

home=$USER_HOME
if [ -d "$home" ]; then
  {
    echo "proxy=$url"
    echo "https-proxy=$url"
    [ ! -s "$bundle" ] || echo "cafile=$bundle"
  } | put "$home/.npmrc"
  {
    for scheme in http https; do
      echo "systemProp.$scheme.proxyHost=$host"
      echo "systemProp.$scheme.proxyPort=$port"
      echo "systemProp.$scheme.nonProxyHosts=$past"
    done
  } | put "$home/.gradle/gradle.properties"
  if [ ! -f "$home/.cargo/config.toml" ] || grep -q '^# sallyport: begin' "$home/.cargo/config.toml"; then
    { echo '[http]'; echo "proxy = \"$url\""; [ ! -s "$bundle" ] || echo "cainfo = \"$bundle\""; } | put "$home/.cargo/config.toml"
  fi
  if [ ! -f "$home/.m2/settings.xml" ] || grep -q 'sallyport' "$home/.m2/settings.xml"; then
    mkdir -p "$home/.m2"
    login=
    [ "$url" = "http://$host_port" ] || login="<username>$CLIENT</username><password>$token</password>"
    echo "<settings><proxies><proxy><id>sallyport</id><active>true</active><protocol>https</protocol><host>$host</host><port>$port</port>$login<nonProxyHosts>$past</nonProxyHosts></proxy></proxies></settings>" >"$home/.m2/settings.xml"
  fi
  chown -R "$USER_NAME" "$home/.npmrc" "$home/.gradle" "$home/.cargo" "$home/.m2" 2>/dev/null || true
fi
