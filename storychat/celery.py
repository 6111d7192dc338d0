"""The Celery application. Queues: `gpu` draws, `chat` replies, `mail` sends mails, `cpu` the rest."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import celeryd_init, setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storychat.settings")

TRANSPORT_ALIASES["filesystem"] = "storychat.broker:Transport"

app = Celery("storychat")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Binds the request id that came with a message to the task's log lines.
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_our_logging(**_kwargs: Any) -> None:
    """Django has set logging up; a receiver here keeps Celery from doing it again its own way."""


@celeryd_init.connect
def keep_demo_quiet(**_kwargs: Any) -> None:
    """In a container the demo may well run as root; the screen belongs to its address and logins."""
    if settings.DEMO:
        warnings.simplefilter("ignore", SecurityWarning)
