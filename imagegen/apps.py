from django.apps import AppConfig


class ImagegenConfig(AppConfig):
    name = "imagegen"

    def ready(self) -> None:
        # Models must be loaded first.
        from core import media as core_media  # noqa: PLC0415
        from imagegen import checks, media  # noqa: F401, PLC0415

        core_media.register("picture", media.find_file)
