# The service alone, for production: PostgreSQL and Valkey are elsewhere (MASKLINE_DATABASE_URL, MASKLINE_REDIS_URL).
# One image, three uses: `migrate` once for each release, then `serve` and `work`; compose.yaml shows them together.

FROM python:3.11-slim AS packages
COPY requirements.lock /
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement /requirements.lock

FROM python:3.11-slim
RUN groupadd --system --gid 10001 maskline \
    && useradd --system --uid 10001 --gid maskline --no-create-home --home-dir /srv/maskline maskline
COPY --from=packages /venv /venv
WORKDIR /srv/maskline
COPY core core
COPY sql sql
COPY privacy privacy
COPY voice voice
COPY ivr ivr
COPY carriers carriers
COPY masking masking
COPY callerid callerid
COPY admin admin
COPY maskline maskline
RUN /venv/bin/python -m compileall -q .
ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/srv/maskline \
    PYTHONUNBUFFERED=1 \
    MASKLINE_HTTP_HOST=0.0.0.0 \
    MASKLINE_LOG_FORMAT=json
USER 10001:10001
EXPOSE 8080
# Alive, not ready: a container is not to be restarted because the database is away. /readyz tells that, on a port that
# only this container sees.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ.get('MASKLINE_HTTP_PORT', 8080)}/healthz\", timeout=2)"]
ENTRYPOINT ["python", "-P", "-m", "maskline"]
CMD ["serve"]
