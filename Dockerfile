# ListSync's image, for amd64 and arm64: one program, the libraries it loads, certificates, time
# zones, and nothing else: no shell, no package manager. docs/install.md says how to run it.
#
#     docker build -t listsync .
#     docker buildx build --platform linux/amd64,linux/arm64 -t listsync .
#
# Each stage says its platform: buildah 1.28 (Debian 12) else goes on with that of the stage before.
ARG DEBIAN=docker.io/library/debian:bookworm-slim
ARG NODE=docker.io/library/node:22-bookworm-slim

# ---- the web interface: files, the same for all machines ----
FROM --platform=$BUILDPLATFORM ${NODE} AS web
RUN apt-get update && apt-get install --yes --no-install-recommends brotli
WORKDIR /src
COPY tools/build-ui tools/find-node tools/
COPY web web
RUN tools/build-ui /ui

# ---- libxml2 as Debian has it, but without ICU, whose data alone are half of an image ----
FROM --platform=$TARGETPLATFORM ${DEBIAN} AS libxml2
RUN sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources && \
    apt-get update && apt-get install --yes --no-install-recommends \
        gcc libc6-dev cmake ninja-build dpkg-dev
WORKDIR /src
RUN apt-get source libxml2 && \
    cmake -S libxml2-*/ -B build -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_C_FLAGS_RELEASE="-O2 -fstack-protector-strong -D_FORTIFY_SOURCE=2" \
        -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF -DLIBXML2_WITH_ICU=OFF \
        -DLIBXML2_WITH_LZMA=OFF -DLIBXML2_WITH_ZLIB=OFF -DLIBXML2_WITH_PYTHON=OFF \
        -DLIBXML2_WITH_HTTP=OFF -DLIBXML2_WITH_FTP=OFF -DLIBXML2_WITH_PROGRAMS=OFF \
        -DLIBXML2_WITH_TESTS=OFF -DCMAKE_INSTALL_PREFIX=/opt/libxml2 -DCMAKE_INSTALL_LIBDIR=lib && \
    cmake --build build && cmake --install build && \
    mkdir -p /opt/libxml2/share/licence && \
    cp libxml2-*/debian/copyright /opt/libxml2/share/licence/ && \
    sed -n '1s/^[^(]*(\([^)]*\)).*/\1/p' libxml2-*/debian/changelog >/opt/libxml2/share/version

# ---- the program ----
FROM --platform=$TARGETPLATFORM ${DEBIAN} AS build
WORKDIR /src
COPY tools/setup tools/
RUN apt-get update && tools/setup --no-ui && apt-get install --yes ca-certificates
COPY --from=libxml2 /opt/libxml2 /opt/libxml2
COPY --from=web /ui /ui
COPY . .
RUN PKG_CONFIG_PATH=/opt/libxml2/lib/pkgconfig cmake --preset release \
        -DLISTSYNC_TESTS=OFF -DLISTSYNC_UI=OFF -DLISTSYNC_UI_FILES=/ui \
        -DCMAKE_C_STANDARD_LIBRARIES=-lm && \
    cmake --build build --target listsync && \
    tools/container-root build/listsync /image

FROM --platform=$TARGETPLATFORM scratch
COPY --from=build /image /
ENV LISTSYNC_DATA_DIR=/config
# The original's place, whose .env may be mounted here as it was there.
WORKDIR /usr/src/app
USER 1000:1000
VOLUME /config
EXPOSE 3222 4222
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["/usr/bin/listsync", "health"]
ENTRYPOINT ["/usr/bin/listsync"]
CMD ["serve"]
LABEL org.opencontainers.image.title="ListSync" \
      org.opencontainers.image.description="Requests in Overseerr, Jellyseerr or Seerr what is on your watchlists" \
      org.opencontainers.image.licenses="MIT"
