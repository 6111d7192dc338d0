from django.apps import AppConfig
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _

from core.converters import PublicIdConverter, UnicodeSlugConverter


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Operations")

    def ready(self) -> None:
        register_converter(PublicIdConverter, "pid")
        register_converter(UnicodeSlugConverter, "uslug")
