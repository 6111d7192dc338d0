from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from accounts import reasons, receivers  # noqa: F401, PLC0415

        reasons.register(
            lambda: [
                reasons.Reason("minimum-age", _("Minimum age"), _("StoryChat is for people aged 13 and up."))
            ]
        )
