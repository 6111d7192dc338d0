from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CharactersConfig(AppConfig):
    name = "characters"

    def ready(self) -> None:
        from characters import access as character_access  # noqa: PLC0415
        from characters import handlers, review_queue  # noqa: PLC0415
        from characters.services import enforcing  # noqa: PLC0415
        from core import media  # noqa: PLC0415
        from imagegen import access as picture_access  # noqa: PLC0415
        from imagegen import handlers as picture_handlers  # noqa: PLC0415
        from moderation import queues, statements, targets  # noqa: PLC0415

        picture_access.register(character_access.may_see_portrait)
        picture_handlers.register_replaced(handlers.follow_replaced_portrait)
        picture_handlers.register_upload_approved(handlers.is_portrait_approved)
        media.watch(character_access.record_portrait_view)
        queues.register(review_queue.QUEUE)
        statements.register_dates("character", character_access.find_days)
        targets.register(
            "character",
            character_access.find_target,
            take_down=enforcing.take_down,
            put_back=enforcing.put_back,
        )
        targets.register_naming("character", _("Character"), character_access.list_titles)
