from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        from chat import handlers  # noqa: PLC0415
        from imagegen import handlers as picture_handlers  # noqa: PLC0415
        from moderation import targets  # noqa: PLC0415

        picture_handlers.register_replaced(handlers.follow_replaced_photo)
        targets.register("chat-message", handlers.find_target)
        targets.register_naming("chat-message", _("Reply in a chat"))
