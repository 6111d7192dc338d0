"""Wake-ups for the worker. The row is the job: losing one of these delays a reply and never loses it."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

_EXPIRES_SECONDS = 60


def wake_reply(message_id: int) -> None:
    """Tell a worker that a reply waits. Call it after commit; the sweeper repeats what cannot be sent."""
    try:
        current_app.tasks["chat.reply"].apply_async(
            kwargs={"message_id": message_id}, expires=_EXPIRES_SECONDS
        )
    except (OperationalError, OSError):
        logger.warning("chat.wakeup.not-sent", extra={"message_id": message_id}, exc_info=True)
