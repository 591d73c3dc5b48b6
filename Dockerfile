# One image for every part: `piaohe serve`, `piaohe worker`, `piaohe watch` and all commands.
#
#   docker build -t piaohe .
#   docker run --rm -v piaohe:/data -p 127.0.0.1:8080:8080 piaohe

FROM debian:bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# the packages first: they change seldom, and this layer is kept while they do not
COPY requirements-image.lock .
RUN python3 -m venv /opt/piaohe \
 && /opt/piaohe/bin/pip install --no-cache-dir --require-hashes -r requirements-image.lock
COPY . .
RUN /opt/piaohe/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /opt/piaohe/bin/python -m compileall -q /opt/piaohe/lib

FROM debian:bookworm-slim
# libGL and glib for OpenCV, zbar for the second QR decoder
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 libgl1 libglib2.0-0 libzbar0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --home-dir /data --shell /usr/sbin/nologin piaohe \
 && install -d -o piaohe -g piaohe -m 0700 /data
COPY --from=build /opt/piaohe /opt/piaohe
ENV PATH=/opt/piaohe/bin:$PATH \
    PIAOHE_HOME=/data \
    PYTHONUNBUFFERED=1
USER piaohe
WORKDIR /data
VOLUME /data
EXPOSE 8080
# asked from inside; an address of its own only matters to the web
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
# inside a container every address is a private one: publish the port to this machine, or behind
# a proxy with https
ENTRYPOINT ["piaohe"]
CMD ["serve", "--host", "0.0.0.0", "--plain-http"]
