"""Waking a worker. The row is the job, so a wake-up that is lost costs time and never work."""

import logging

from celery import current_app

logger = logging.getLogger(__name__)

_EXPIRES_SECONDS = 60


def send(*, expires_seconds: int = _EXPIRES_SECONDS) -> bool:
    """Tell a worker to look at the queue; returns whether the broker took the message."""
    try:
        current_app.tasks["imagegen.render"].apply_async(expires=expires_seconds)
    except Exception:  # each broker's driver has its own errors, and the sweeper sends it again
        logger.exception("imagegen.wakeup.lost")
        return False
    return True
