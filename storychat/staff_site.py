"""The staff site: our own pages first, what libraries bring apart, and each look at those written down."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.contrib.admin.sites import AdminSite
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core import viewing
from core.staff import LoggedPages

# How the start page has our apps: what waits for an answer, then what it is about, then what runs it.
_ORDER = ("moderation", "characters", "imagegen", "accounts", "notifications", "core")
_TECHNICAL = "technical"


class StaffSite(AdminSite):
    """Everybody sees the parts that they work with; what libraries bring is for administrators."""

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Register pages; those of libraries hold addresses and devices: looks at them are written down."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        for model in models:
            pages = admin_class or ModelAdmin
            if not is_ours(model._meta.app_label) and not issubclass(pages, LoggedPages):  # noqa: SLF001
                pages = type(f"Logged{pages.__name__}", (LoggedPages, pages), {})
            super().register([model], pages, **options)

    @viewing.refuse_unlogged
    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Complete a name in a form, once the look at the list that it is from is written down."""
        return super().autocomplete_view(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Return what somebody may look at: ours by _ORDER, then one group with what libraries bring."""
        found = super().get_app_list(request, app_label)
        ours = [part for part in found if is_ours(part["app_label"])]
        others = [part for part in found if not is_ours(part["app_label"])]
        if not getattr(request.user, "is_superuser", False):
            others = []
        if app_label is not None:
            return [*ours, *others]
        models = [model for part in others for model in part["models"]]
        technical = {
            "name": _("Technical"),
            "app_label": _TECHNICAL,
            "app_url": reverse(f"{self.name}:index"),
            "has_module_perms": True,
            "models": sorted(models, key=lambda model: str(model["name"])),
        }
        return [*sorted(ours, key=_place), *([technical] if models else [])]


def is_ours(app_label: str) -> bool:
    """Whether an app is a part of this product and not of a library."""
    return Path(apps.get_app_config(app_label).path).parent == settings.BASE_DIR


def _place(part: dict[str, Any]) -> tuple[int, str]:
    label = part["app_label"]
    return _ORDER.index(label) if label in _ORDER else len(_ORDER), label
