from django.apps import AppConfig


class ImagegenConfig(AppConfig):
    name = "imagegen"

    def ready(self) -> None:
        # Models must be loaded first.
        from core import media as core_media  # noqa: PLC0415
        from imagegen import checks, media, removals  # noqa: F401, PLC0415
        from moderation import targets  # noqa: PLC0415

        core_media.register("picture", media.find_file)
        targets.register(
            removals.KIND, removals.find_target, take_down=removals.take_down, put_back=removals.put_back
        )
