#!/bin/sh
# What a container of StoryChat does: entrypoint.sh web|streams|gpu|cpu|chat|mail|beat|migrate, or any other command.
set -eu

share_metrics() {
    # Pages show the metrics of all processes that leave theirs in this folder, which containers share.
    export PROMETHEUS_MULTIPROC_DIR="${PROMETHEUS_MULTIPROC_DIR:-${STORYCHAT_HOME:-/tmp/storychat}/metrics}"
    mkdir -p "$PROMETHEUS_MULTIPROC_DIR"
    # Files of processes that are gone: here, and long ago elsewhere. Names are core/process_metrics.py's.
    find "$PROMETHEUS_MULTIPROC_DIR" -name "*.db" -mtime +30 -delete
    for file in "$PROMETHEUS_MULTIPROC_DIR"/*_"$(hostname | tr _ -)"-*.db; do
        number="${file##*-}"
        kill -0 "${number%.db}" 2>/dev/null || rm -f "$file"
    done
}

case "${1:-}" in
web)
    share_metrics
    exec gunicorn --config deploy/gunicorn.conf.py
    ;;
streams)
    exec uvicorn storychat.asgi:application --host "${STREAMS_HOST:-0.0.0.0}" --port "${STREAMS_PORT:-8001}" \
        --lifespan off --no-access-log --no-proxy-headers --no-server-header --log-level warning \
        --timeout-graceful-shutdown 10
    ;;
gpu)
    share_metrics
    # One thread drives the device.
    exec celery --app storychat worker --pool solo --queues gpu --hostname gpu@%h \
        --without-gossip --without-mingle --loglevel WARNING
    ;;
cpu)
    share_metrics
    exec celery --app storychat worker --pool threads --concurrency "${CPU_WORKER_THREADS:-8}" --queues cpu \
        --hostname cpu@%h --without-gossip --without-mingle --loglevel WARNING
    ;;
chat)
    exec celery --app storychat worker --pool threads --concurrency "${CHAT_WORKER_THREADS:-8}" --queues chat \
        --hostname chat@%h --without-gossip --without-mingle --loglevel WARNING
    ;;
mail)
    exec celery --app storychat worker --pool threads --concurrency "${MAIL_WORKER_THREADS:-4}" --queues mail \
        --hostname mail@%h --without-gossip --without-mingle --loglevel WARNING
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
