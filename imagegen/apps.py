from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImagegenConfig(AppConfig):
    name = "imagegen"
    verbose_name = _("Pictures")

    def ready(self) -> None:
        # Models must be loaded first.
        from accounts import handlers as account_handlers  # noqa: PLC0415
        from core import media as core_media  # noqa: PLC0415
        from imagegen import checks, enforcing, media, removals  # noqa: F401, PLC0415
        from moderation import snapshots, targets  # noqa: PLC0415

        account_handlers.register_restricted(enforcing.end_waiting)
        core_media.register("picture", media.find_file)
        targets.register(
            removals.KIND, removals.find_target, take_down=removals.take_down, put_back=removals.put_back
        )
        targets.register_naming(removals.KIND, _("Picture"), removals.list_titles)
        targets.register_outlook(removals.KIND, removals.outlook)
        snapshots.register(removals.KIND, removals.find_snapshot)
