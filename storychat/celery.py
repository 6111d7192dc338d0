"""The Celery application. Queues: `gpu` draws pictures, `cpu` does everything else."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storychat.settings")

app = Celery("storychat")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Binds the request id that came with a message to the task's log lines.
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_our_logging(**_kwargs: Any) -> None:
    """Django has set logging up; a receiver here keeps Celery from doing it again its own way."""
