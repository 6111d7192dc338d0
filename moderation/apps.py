from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"

    def ready(self) -> None:
        from accounts import naming  # noqa: PLC0415
        from accounts import standing as account_standing  # noqa: PLC0415
        from core import attachments  # noqa: PLC0415
        from core import media as core_media  # noqa: PLC0415
        from moderation import checks, media, queries, screening, standing, targets  # noqa: F401, PLC0415

        naming.register(screening.find_name_refusal)
        account_standing.register_history(standing.read_history)
        account_standing.register_export(standing.export)
        core_media.register(media.KIND, media.find_file)
        core_media.watch(media.note_look)
        attachments.register(queries.list_known_files)
        targets.register_naming("user", _("Account"))
