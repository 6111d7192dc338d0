from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from accounts import announce  # noqa: PLC0415
        from notifications import services  # noqa: PLC0415

        announce.register(services.notify)
