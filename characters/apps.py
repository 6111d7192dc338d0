from django.apps import AppConfig


class CharactersConfig(AppConfig):
    name = "characters"

    def ready(self) -> None:
        from characters import access as character_access  # noqa: PLC0415
        from characters import handlers  # noqa: PLC0415
        from imagegen import access as picture_access  # noqa: PLC0415
        from imagegen import handlers as picture_handlers  # noqa: PLC0415
        from moderation import targets  # noqa: PLC0415

        picture_access.register(character_access.may_see_portrait)
        picture_handlers.register_replaced(handlers.follow_replaced_portrait)
        picture_handlers.register_upload_approved(handlers.is_portrait_approved)
        targets.register("character", character_access.find_target)
