"""Wake-ups for the worker. The row is the job: losing one of these delays a mail and never loses it."""

import logging

from celery import current_app

logger = logging.getLogger(__name__)

_EXPIRES_SECONDS = 60


def wake_mail(mail_id: int) -> bool:
    """Tell a worker that a mail waits, after commit; returns whether the broker took the message."""
    try:
        current_app.tasks["notifications.send_mail"].apply_async(
            kwargs={"mail_id": mail_id}, expires=_EXPIRES_SECONDS
        )
    except Exception:  # each broker's driver has its own errors, and the sweeper sends it again
        logger.exception("notifications.wakeup.lost")
        return False
    return True
