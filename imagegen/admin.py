"""Staff see that pictures exist and how their jobs went; never the pixels or the words of private ones."""

from django.contrib import admin

from core.staff import ReadOnlyAdmin
from imagegen.models import Picture, Worker


@admin.register(Picture)
class PictureAdmin(ReadOnlyAdmin):
    """Jobs, newest first."""

    list_display = ["public_id", "state", "mode", "purpose", "owner", "attempts", "created_at", "finished_at"]
    list_filter = ["state", "mode", "purpose"]
    search_fields = ["public_id", "request_id", "owner__username"]
    ordering = ["-created_at", "-id"]
    list_select_related = ["owner"]
    fields = [
        "public_id",
        "owner",
        "state",
        "failure_code",
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


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    """Processes that draw."""

    list_display = ["holder", "model_name", "capacity", "decode_seconds", "started_at", "seen_at"]
    ordering = ["-seen_at", "-id"]
