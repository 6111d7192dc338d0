from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CharactersConfig(AppConfig):
    name = "characters"
    verbose_name = _("Characters and stories")

    def ready(self) -> None:
        from characters import access as character_access  # noqa: PLC0415
        from characters import handlers, review_policies, review_queue  # noqa: PLC0415
        from characters import snapshots as item_snapshots  # noqa: PLC0415
        from characters.services import enforcing  # noqa: PLC0415
        from core import media  # noqa: PLC0415
        from core.staff import hide_events  # noqa: PLC0415
        from imagegen import access as picture_access  # noqa: PLC0415
        from imagegen import handlers as picture_handlers  # noqa: PLC0415
        from moderation import claims, queues, snapshots, statements, targets  # noqa: PLC0415

        picture_access.register(character_access.may_see_portrait)
        picture_handlers.register_replaced(handlers.follow_replaced_portrait)
        picture_handlers.register_upload_approved(handlers.is_portrait_approved)
        picture_handlers.register_names(handlers.list_portrait_names)
        media.watch(character_access.record_portrait_view)
        hide_events(handlers.hidden_events)
        for view in (item_snapshots.CHARACTERS, item_snapshots.STORIES):
            snapshots.register(view.queue.model.KIND, view.find)
        kinds = (
            (_("Character"), character_access.CHARACTERS, enforcing.CHARACTERS, review_queue.CHARACTERS),
            (_("Story"), character_access.STORIES, enforcing.STORIES, review_queue.STORIES),
        )
        for label, asked, enforcement, queue in kinds:
            kind = asked.model.KIND
            queues.register(queue.queue)
            claims.register_rule(queue.key, partial(review_policies.claim_refusal, queue))
            statements.register_dates(kind, asked.find_days)
            targets.register(
                kind, asked.find_target, take_down=enforcement.take_down, put_back=enforcement.put_back
            )
            targets.register_naming(kind, label, asked.list_titles)
            targets.register_outlook(kind, enforcement.outlook)
