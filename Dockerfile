# Targets: `web` (pages and streams, no torch), `worker` (torch and diffusers), `proxy` (nginx with our static files).
#
#   docker build --target web .
#   docker build --target worker --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cpu .   (no GPU: much smaller)

FROM python:3.11-slim-bookworm AS python
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PATH=/opt/venv/bin:$PATH
WORKDIR /app

# --- Packages, in layers of their own: they change less often than the code ---

FROM python AS web-packages
COPY requirements-web.lock ./
RUN python -m venv /opt/venv && pip install --requirement requirements-web.lock

FROM python AS worker-packages
ARG TORCH_INDEX=""
COPY requirements.lock ./
RUN python -m venv /opt/venv \
    && pip install ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} --requirement requirements.lock

# --- The code, the same in both images ---

FROM python AS base
# pg_dump, pg_restore and psql, for backup and restore: bookworm has those of PostgreSQL 15, as the server in
# docker-compose.yml, and they refuse a newer server.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 storychat \
    && useradd --uid 10001 --gid storychat --home-dir /data --no-create-home --shell /usr/sbin/nologin storychat \
    && install --directory --owner storychat --group storychat --mode 0750 /data
ENV STORYCHAT_HOME=/data HF_HUB_OFFLINE=1 STATIC_ROOT=/app/staticfiles
COPY . .
VOLUME /data
ENTRYPOINT ["deploy/entrypoint.sh"]

FROM base AS web
COPY --from=web-packages /opt/venv /opt/venv
# The key is only for this step: nothing is signed while files are copied.
RUN SECRET_KEY=for-this-build-step-only DATABASE_URL=sqlite:////tmp/none python manage.py collectstatic --noinput --verbosity 0
USER storychat
EXPOSE 8000 8001
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 CMD ["python", "deploy/healthcheck.py", "8000"]
CMD ["web"]

FROM base AS worker
COPY --from=worker-packages /opt/venv /opt/venv
# Mails and fragments name static files by their hashes.
COPY --from=web /app/staticfiles /app/staticfiles
USER storychat
CMD ["gpu"]

# nginx as a user of its own, who cannot listen below 1024.
FROM nginxinc/nginx-unprivileged:1.28-alpine AS proxy
ENV NGINX_ENVSUBST_FILTER=^STORYCHAT_ STORYCHAT_LISTEN=8080 STORYCHAT_WEB=web:8000 STORYCHAT_STREAMS=streams:8001 \
    STORYCHAT_RESOLVER=127.0.0.11 STORYCHAT_RESOLVE=resolve STORYCHAT_TLS_PROXY=127.0.0.1/32 STORYCHAT_STATIC=/srv/static/
COPY deploy/nginx/storychat.conf /etc/nginx/templates/default.conf.template
COPY --from=web /app/staticfiles /srv/static
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --retries=4 CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"]
