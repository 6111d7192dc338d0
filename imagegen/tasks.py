"""Celery's side: what wakes a worker, what runs by the clock, and a worker's own life."""

import logging
import os
import threading
from typing import Any

from celery import shared_task
from celery.exceptions import WorkerShutdown
from celery.signals import worker_ready, worker_shutdown, worker_shutting_down
from django.utils import timezone

from core import process_metrics
from imagegen import metrics, removals, safety, sweeper, wakeup, worker
from imagegen import studio as studios

logger = logging.getLogger(__name__)

# settings.CELERY_TASK_ROUTES sends what needs the device here.
QUEUE = "gpu"
HEARTBEAT_SECONDS = 5.0
_ended = threading.Event()


@shared_task(name="imagegen.render")
def render(**_kwargs: Any) -> None:
    """Draw what waits. The message says nothing but "look": the rows are the jobs."""
    try:
        worker.run_pending()
    except worker.EngineLostError:
        # A stuck thread cannot be joined, so nothing is tidied up; whoever supervises starts a new process.
        logger.critical("imagegen.worker.ends", exc_info=True)
        process_metrics.forget()
        os._exit(1)


@shared_task(name="imagegen.sweep")
def sweep(**_kwargs: Any) -> None:
    """Put pictures of dead workers back, send lost wake-ups again."""
    sweeper.sweep(now=timezone.now())


@shared_task(name="imagegen.sweep_files")
def sweep_files(**_kwargs: Any) -> None:
    """Delete files that no row names, and finish what lost wake-ups began."""
    sweeper.sweep_files(now=timezone.now())
    for public_id in removals.list_unblocked():
        removals.block_removed(public_id=public_id, now=timezone.now())


@shared_task(name="imagegen.block_removed")
def block_removed(public_id: str, **_kwargs: Any) -> None:
    """Keep others from bringing a removed picture back."""
    removals.block_removed(public_id=public_id, now=timezone.now())


@worker_ready.connect
def open_studio(sender: Any, **_kwargs: Any) -> None:
    """Load and warm the models before the first picture, then look at what waits already.

    Raises WorkerShutdown when nothing could ever be drawn: such a worker ends instead of waiting in vain.
    """
    if not _draws(sender):
        return
    try:
        studio = studios.open_once()
    except (safety.UnsafeModelError, ImportError) as error:
        logger.critical("imagegen.worker.ends nothing can be drawn: %s", error, exc_info=True)
        raise WorkerShutdown(1) from error
    except Exception:  # a missing model or a driver: the operator must read it, and pages say "asleep"
        logger.exception("imagegen.studio.not_opened")
        return
    threading.Thread(target=_keep_alive, args=[studio], name="image-heartbeat", daemon=True).start()
    wakeup.send()


@worker_shutting_down.connect
def finish_current(**_kwargs: Any) -> None:
    """Claim nothing more; what is not finished in IMAGE_DRAIN_SECONDS goes back to the queue."""
    worker.stop()


@worker_shutdown.connect
def close_studio(sender: Any, **_kwargs: Any) -> None:
    """Free the device, and pass on the wake-up that Celery may have taken after the last picture."""
    if _draws(sender):
        wakeup.send()
    _ended.set()
    studios.close()
    process_metrics.forget()


def _draws(sender: Any) -> bool:
    """Whether this worker listens to the queue of pictures."""
    return QUEUE in sender.app.amqp.queues.consume_from


def _keep_alive(studio: studios.Studio) -> None:
    started_at = timezone.now()
    while True:
        try:
            studios.note_alive(studio, started_at=started_at, now=timezone.now())
            metrics.note_memory(studio.engine)
        except Exception:  # a database that restarts must not end the heartbeat
            logger.exception("imagegen.heartbeat.failed")
        finally:
            studios.release_connection()
        if _ended.wait(HEARTBEAT_SECONDS):
            break
    studios.note_gone(studio)
    studios.release_connection()
