# Debian's slim image: some of the libraries have no builds for musl.
FROM python:3.13-slim-bookworm AS build
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv==0.13.*
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --no-install-project --no-cache
COPY bot bot
COPY handlers handlers
COPY patterns patterns
RUN uv sync --locked --no-dev --no-editable --no-cache

FROM python:3.13-slim-bookworm
# Tip cards, posters and papers for the police are written in Chinese; names and messages carry picture signs.
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-wqy-microhei=0.2.0-beta-3.1 \
        fonts-noto-color-emoji=2.042-0+deb12u1 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 classguard \
    && useradd --system --uid 10001 --gid 10001 --home-dir /data --shell /usr/sbin/nologin classguard \
    && install -d -o classguard -g classguard -m 0700 /data
COPY --from=build /src/.venv /src/.venv
ENV PATH=/src/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    CLASSGUARD_DATA=/data \
    CLASSGUARD_WEB_PORT=8402
USER 10001:10001
WORKDIR /data
VOLUME /data
# It starts within seconds; a database that has to be brought up to date first may take longer.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8402/healthz', timeout=4)"]
# SIGTERM ends it within ten seconds with nothing half done.
STOPSIGNAL SIGTERM
ENTRYPOINT ["classguard"]
CMD ["run"]
