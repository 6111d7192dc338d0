from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        from accounts import endings, naming  # noqa: PLC0415
        from accounts import standing as account_standing  # noqa: PLC0415
        from core import attachments  # noqa: PLC0415
        from core import media as core_media  # noqa: PLC0415
        from core.staff import hide_events  # noqa: PLC0415
        from moderation import (  # noqa: PLC0415
            checks,  # noqa: F401
            claims,
            handlers,
            media,
            queries,
            queues,
            receivers,  # noqa: F401
            screening,
            standing,
            targets,
            work_queues,
        )
        from moderation.models import CaseLock  # noqa: PLC0415
        from moderation.services import surges  # noqa: PLC0415

        naming.register(screening.find_name_refusal)
        account_standing.register_history(standing.read_history)
        account_standing.register_decisions(standing.read_decisions)
        account_standing.register_export(standing.export)
        core_media.register(media.KIND, media.find_file)
        core_media.watch(media.note_look)
        attachments.register(queries.list_known_files)
        targets.register(handlers.PERSON, handlers.find_person)
        claims.register_rule(handlers.CASES, handlers.claim_refusal)
        hide_events(handlers.hidden_events)
        endings.register(CaseLock.REASON, surges.say_ran_out)
        targets.register_naming(handlers.PERSON, _("Account"))
        for queue in (work_queues.REPORTS, work_queues.APPEALS):
            queues.register(queue)
