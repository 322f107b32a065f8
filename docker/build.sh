#!/bin/sh
# build.sh [NAME]: builds the image (NAME: sallyport) out of the packaged program, with docker, podman or buildah, whichever is
# there and works. Everything behind NAME goes to the builder: `--platform linux/amd64,linux/arm64`, `--build-arg JDK_BASE=...`.
#
# PROGRAM=FOLDER   the packaged program (default: that of this checkout; `mvn package` makes it with its SBOM)
# LOCAL_BASE=1     makes the base image here out of Debian's packages (mmdebstrap) and the JDK of this machine, for machines that
#                  reach no image registry; needs buildah and root
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/.." && pwd)
PROGRAM=${PROGRAM:-$TOP/proxy-core/target/sallyport}
NAME=${1:-sallyport}
[ "$#" = 0 ] || shift
[ -f "$PROGRAM/complete" ] || { echo "build.sh: no program in $PROGRAM: run \`mvn package\` first" >&2; exit 3; }
[ -f "$PROGRAM/bom.json" ] || echo 'build.sh: this program has no bom.json (a quick build makes none), so the image has no SBOM' >&2

version=$(basename "$PROGRAM"/lib/proxy-core-*.jar .jar)
set -- --build-arg "VERSION=${version#proxy-core-}" --build-arg "REVISION=$(git -C "$TOP" rev-parse HEAD 2>/dev/null || echo unknown)" "$@"

local_base() {
  jdk=$("$TOP/build-tools/find-java" javac)
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  mmdebstrap --quiet --variant=essential --include=ca-certificates "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$folder/root.tar"
  base=$(buildah from scratch)
  buildah add -q "$base" "$folder/root.tar" / >/dev/null
  cp -rL "$jdk" "$folder/jdk" # with what it links to elsewhere on this machine
  buildah add -q "$base" "$folder/jdk" /opt/java/openjdk >/dev/null
  buildah config --env JAVA_HOME=/opt/java/openjdk --env PATH=/opt/java/openjdk/bin:/usr/sbin:/usr/bin:/sbin:/bin "$base"
  buildah commit -q --rm "$base" localhost/sallyport-jdk >/dev/null
}

if [ "${LOCAL_BASE-}" = 1 ]; then
  buildah inspect localhost/sallyport-jdk >/dev/null 2>&1 || local_base
  set -- --build-arg JDK_BASE=localhost/sallyport-jdk "$@"
elif docker info >/dev/null 2>&1; then
  exec docker build -f "$HERE/Dockerfile" -t "$NAME" "$@" "$PROGRAM"
elif command -v podman >/dev/null; then
  exec podman build --format docker -f "$HERE/Dockerfile" -t "$NAME" "$@" "$PROGRAM"
fi
command -v buildah >/dev/null || { echo 'build.sh: docker, podman or buildah is needed' >&2; exit 3; }
# HEALTHCHECK is known to Docker's format alone. Without an engine around it chroot is isolation enough for our own commands.
exec buildah build --isolation chroot --format docker --timestamp 1767225600 -f "$HERE/Dockerfile" -t "$NAME" "$@" "$PROGRAM"
