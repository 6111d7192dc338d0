"""Staff see that pictures exist and how their jobs went; never the pixels or the words of private ones."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.policies import looks_after_child_safety
from core.staff import LoggedPages, ReadOnlyAdmin
from imagegen.models import Picture, Worker
from policies.rules import RULES


@admin.register(Picture)
class PictureAdmin(LoggedPages, ReadOnlyAdmin):
    """Jobs, newest first; each look is written down. Which rule one was refused under is not shown to all."""

    list_display = ["public_id", "state", "mode", "purpose", "owner", "attempts", "created_at", "finished_at"]
    list_filter = ["state", "mode", "purpose"]
    search_fields = ["public_id", "request_id", "owner__username"]
    ordering = ["-created_at", "-id"]
    list_select_related = ["owner"]
    fields = [
        "public_id",
        "owner",
        "state",
        "ended",
        "mode",
        "purpose",
        "is_mature_allowed",
        "width",
        "height",
        "priority",
        "attempts",
        "is_alone",
        "lease_holder",
        "lease_expires_at",
        "created_at",
        "started_at",
        "finished_at",
        "cancel_requested_at",
        "byte_size",
        "sha256",
        "model_name",
        "likeness",
        "likeness_floor",
        "is_retaken",
        "is_rerolled",
        "reroll_of",
        "drawn_seed",
        "drawn_strength",
        "request_id",
    ]
    readonly_fields = ["ended"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Give the rule itself to those who look after child safety (R11)."""
        fields = super().get_fields(request, obj)
        if not looks_after_child_safety(request.user):
            return fields
        return ["failure_code" if name == "ended" else name for name in fields]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let nobody narrow the list by what its pages do not say."""
        return not lookup.startswith("failure_code") and super().lookup_allowed(lookup, value, request)

    @admin.display(description=gettext_lazy("why it ended"), empty_value="—")
    def ended(self, picture: Picture) -> str:
        """Say which failure of ours it was; of what broke a rule only that it was refused."""
        is_refused = picture.state == Picture.State.REFUSED or picture.failure_code in RULES
        return _("refused") if is_refused else picture.failure_code


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    """Processes that draw."""

    list_display = ["holder", "model_name", "capacity", "decode_seconds", "started_at", "seen_at"]
    ordering = ["-seen_at", "-id"]
