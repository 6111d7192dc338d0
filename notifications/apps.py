from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from accounts import announce  # noqa: PLC0415
        from notifications import services  # noqa: PLC0415

        announce.register(services.notify)
