from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        from chat import handlers, removals  # noqa: PLC0415
        from imagegen import handlers as picture_handlers  # noqa: PLC0415
        from moderation import snapshots, statements, targets  # noqa: PLC0415

        picture_handlers.register_replaced(handlers.follow_replaced_photo)
        targets.register(
            removals.KIND,
            removals.find_target,
            take_down=removals.take_down,
            put_back=removals.put_back,
            is_ours=True,
        )
        targets.register_naming(removals.KIND, _("Reply in a chat"), removals.list_titles)
        targets.register_outlook(removals.KIND, removals.outlook)
        snapshots.register(removals.KIND, removals.find_snapshot)
        statements.register_dates(removals.KIND, removals.find_days)
