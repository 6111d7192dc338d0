from django.apps import AppConfig
from django.conf import settings


class StorychatConfig(AppConfig):
    name = "storychat"

    def ready(self) -> None:
        from storychat import broker, checks  # noqa: F401, PLC0415
