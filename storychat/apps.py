from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models.signals import post_migrate


class StorychatConfig(AppConfig):
    name = "storychat"

    def ready(self) -> None:
        from core import append_only  # noqa: PLC0415 - it needs the models
        from storychat import broker, checks, staff_groups  # noqa: F401, PLC0415
        from storychat.celery import app  # noqa: PLC0415

        # Before the first command of a fresh installation opens its database.
        for database in settings.DATABASES.values():
            if database["ENGINE"].endswith("sqlite3") and not str(database["NAME"]).startswith(
                (":", "file:")
            ):
                Path(database["NAME"]).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        broker.prepare_folders(settings.CELERY_BROKER_TRANSPORT_OPTIONS)
        # Web processes send tasks by name; a name that nobody defined fails there and not in a worker.
        app.autodiscover_tasks(force=True)
        # Apps are announced in the order of INSTALLED_APPS: by then all of ours have their permissions.
        post_migrate.connect(staff_groups.update_groups, sender=apps.get_app_config("auth"))
        post_migrate.connect(append_only.protect_all, sender=apps.get_app_config("auth"))
