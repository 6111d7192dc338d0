"""The Celery application. Queues: `gpu` draws pictures, `cpu` does everything else."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storychat.settings")

app = Celery("storychat")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
