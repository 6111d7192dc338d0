from django.apps import AppConfig
from django.urls import register_converter

from core.converters import PublicIdConverter, UnicodeSlugConverter


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        register_converter(PublicIdConverter, "pid")
        register_converter(UnicodeSlugConverter, "uslug")
