#!/bin/sh
# What a container of StoryChat does: entrypoint.sh web|streams|gpu|cpu|chat|beat|migrate, or any other command.
set -eu

case "${1:-}" in
web)
    # Metrics of all gunicorn processes meet in files that must not outlive them.
    export PROMETHEUS_MULTIPROC_DIR="${PROMETHEUS_MULTIPROC_DIR:-/tmp/storychat-metrics}"
    rm -rf "$PROMETHEUS_MULTIPROC_DIR"
    mkdir -p "$PROMETHEUS_MULTIPROC_DIR"
    exec gunicorn --config deploy/gunicorn.conf.py
    ;;
streams)
    exec uvicorn storychat.asgi:application --host "${STREAMS_HOST:-0.0.0.0}" --port "${STREAMS_PORT:-8001}" \
        --lifespan off --no-access-log --no-proxy-headers --no-server-header --log-level warning \
        --timeout-graceful-shutdown 10
    ;;
gpu)
    # One thread drives the device.
    exec celery --app storychat worker --pool solo --queues gpu --hostname gpu@%h \
        --without-gossip --without-mingle --loglevel WARNING
    ;;
cpu)
    exec celery --app storychat worker --pool threads --concurrency "${CPU_WORKER_THREADS:-8}" --queues cpu \
        --hostname cpu@%h --without-gossip --without-mingle --loglevel WARNING
    ;;
chat)
    exec celery --app storychat worker --pool threads --concurrency "${CHAT_WORKER_THREADS:-8}" --queues chat \
        --hostname chat@%h --without-gossip --without-mingle --loglevel WARNING
    ;;
beat)
    exec celery --app storychat beat --pidfile= --loglevel WARNING
    ;;
migrate)
    python manage.py check --deploy --fail-level WARNING
    exec python manage.py migrate --noinput
    ;;
*)
    exec "$@"
    ;;
esac
