# What engine.sh runs its attempts and sensors in: any Debian with these packages. For tests alone, so its base is not pinned.
#   docker build -t proof-tools - <docker/proof/tools.Dockerfile
ARG TOOLS_BASE=docker.io/library/debian:stable-slim
FROM ${TOOLS_BASE}
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      ca-certificates curl git iproute2 nftables nodejs openssh-client procps python3 util-linux && rm -rf /var/lib/apt/lists/*
