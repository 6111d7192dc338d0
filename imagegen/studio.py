"""What a worker process draws with: one engine, one safety model, one name. Loaded once, on first use."""

import logging
import secrets
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from imagegen import metrics, safety
from imagegen.engine.contract import Engine
from imagegen.models import Worker
from imagegen.safety import SafetyModel
from moderation import screening

logger = logging.getLogger(__name__)

_ENGINE = "imagegen.engine.loading.load"


@dataclass(frozen=True, slots=True)
class Studio:
    """An engine with the model that judges what it draws."""

    engine: Engine
    safety: SafetyModel
    # Unique for the process, so that leases of an earlier one with the same host name are not mistaken.
    name: str = field(default_factory=lambda: f"{socket.gethostname()[:20]}-{secrets.token_hex(6)}")


_lock = threading.Lock()
_opened: list[Studio] = []


def open_once() -> Studio:
    """Return the process's studio; the first call loads the models, which takes seconds.

    Raises UnsafeModelError before anything is loaded when no picture could be judged.
    """
    with _lock:
        if not _opened:
            _opened.append(_load())
        return _opened[0]


def close() -> None:
    """Free the device, if the process has one."""
    with _lock:
        while _opened:
            _opened.pop().engine.close()


def note_alive(studio: Studio, *, started_at: datetime, now: datetime) -> None:
    """Write that this worker lives; pages tell people when none does."""
    told = {
        "seen_at": now,
        "capacity": studio.engine.capacity,
        "decode_seconds": metrics.decode_seconds(studio.engine),
    }
    Worker.objects.update_or_create(
        holder=studio.name,
        defaults=told,
        create_defaults=told
        | {
            "started_at": started_at,
            "model_name": studio.engine.description.label,
        },
    )


def note_gone(studio: Studio) -> None:
    """Write that this worker ends."""
    Worker.objects.filter(holder=studio.name).delete()


def release_connection() -> None:
    """Close this thread's database connection: whoever waits holds none."""
    if not connection.in_atomic_block:
        connection.close()


def _load() -> Studio:
    started = time.perf_counter()
    judge = safety.load()
    screening.prepare_worker()
    # Only here, in a worker, and by name: web processes never import torch.
    load_engine = import_string(getattr(settings, "IMAGE_ENGINE", _ENGINE))
    engine: Engine = load_engine(
        settings.IMAGE_MODEL,
        device=settings.IMAGE_DEVICE,
        batch=settings.IMAGE_BATCH,
        speed=settings.IMAGE_SPEED,
    )
    logger.warning(
        "imagegen.studio.open model=%s seconds=%.2f", engine.description.label, time.perf_counter() - started
    )
    return Studio(engine=engine, safety=judge)
