"""Staff pages about people: who they are to us, and what is restricted."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import policies, queries, services
from accounts.models import NEVER_VERIFIED_CODE, Restriction, User
from core import audit
from core.staff import LoggedPages, ReadOnlyAdmin, is_completing

_READ_ONLY = (
    *("username", "display_name", "email", "date_of_birth", "safe_mode", "time_zone"),
    *("is_active", "date_joined", "last_login", "public_id"),
)
# Why somebody was locked is for those who look after child safety, where it is about minors (R11).
_WITHHELD = {"reason_code": "reason", "explanation": "words"}


@admin.register(User)
class UserAdmin(LoggedPages):
    """People. Personal data is read only, each look is written down; an administrator says who is staff."""

    list_display = ["username", "shown_name", "email", "is_active", "is_staff", "date_joined"]
    list_filter = ["is_active", "is_staff", "safe_mode"]
    search_fields = ["username", "email", "public_id"]
    ordering = ["-date_joined", "-id"]
    change_form_template = "accounts/admin_user.html"
    fields = [*_READ_ONLY, "is_staff", "groups"]
    readonly_fields = _READ_ONLY
    filter_horizontal = ["groups"]

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Let the boxes that complete a name find people by nothing else."""
        return ["username"] if is_completing(request) else super().get_search_fields(request)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, _obj: User | None = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, _request: HttpRequest, _obj: User | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record(
            actor=queries.signed_in(request).subject,
            kind="user.staff-changed",
            at=timezone.now(),
            target_kind="user",
            target_id=obj.public_id,
            data={"is_staff": obj.is_staff, "fields": sorted(form.changed_data)},
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {
            "may_act": request.user.has_perm("moderation.add_decision"),
            "public_id": User.objects.values_list("public_id", flat=True).filter(pk=object_id).first(),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)


@admin.register(Restriction)
class RestrictionAdmin(LoggedPages, ReadOnlyAdmin):
    """What is and was restricted. Our own locks are lifted here, decisions on their own page."""

    list_display = ["user", "scope", "is_suspension", "reason_code", "starts_at", "ends_at", "lifted_at"]
    list_filter = ["is_suspension", "scope", "reason_code"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__email"]
    ordering = ["-starts_at", "-id"]
    fields = [
        *("user", "scope", "reason_code", "explanation", "starts_at", "ends_at", "lifted_at"),
        *("is_suspension", "decision_id", "can_be_verified", "end_told_at", "public_id"),
    ]
    readonly_fields = ["reason", "words"]
    actions = ["lift"]

    def get_list_display(self, request: HttpRequest) -> Any:
        return _withhold(request, super().get_list_display(request))

    def get_fields(self, request: HttpRequest, obj: Restriction | None = None) -> Any:
        return _withhold(request, super().get_fields(request, obj))

    def get_list_filter(self, request: HttpRequest) -> Any:
        filters = super().get_list_filter(request)
        return filters if _reads_why(request) else [name for name in filters if name not in _WITHHELD]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let nobody narrow the list by what it does not say."""
        is_withheld = lookup.startswith(tuple(_WITHHELD)) and not _reads_why(request)
        return not is_withheld and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("reason code"), empty_value="—")
    def reason(self, restriction: Restriction) -> str:
        return "" if _is_hit(restriction) else restriction.reason_code

    @admin.display(description=_("explanation"), empty_value="—")
    def words(self, restriction: Restriction) -> str:
        return "" if _is_hit(restriction) else restriction.explanation

    def has_restrict_permission(self, request: HttpRequest) -> bool:
        """Asked by the admin for the action below."""
        return _may_restrict(request)

    @admin.action(description=_("Lift"), permissions=["restrict"])
    def lift(self, request: HttpRequest, rows: QuerySet[Restriction]) -> None:
        actor, now = queries.signed_in(request), timezone.now()
        decided = [row for row in rows if row.decision_id]
        locks = [row for row in rows if not row.decision_id]
        count = sum(services.lift_restriction(actor=actor, restriction=row, now=now)[1] for row in locks)
        messages.success(request, ngettext("%d lifted.", "%d lifted.", count) % count)
        if decided:
            messages.warning(request, _("Some rest on a decision: lift that one instead, on its own page."))


def _reads_why(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and policies.looks_after_child_safety(request.user)


def _withhold(request: HttpRequest, names: Any) -> list[Any]:
    """Put what says nothing about hits in the place of what does, but for those who look after them."""
    return list(names) if _reads_why(request) else [_WITHHELD.get(name, name) for name in names]


def _is_hit(restriction: Restriction) -> bool:
    return restriction.reason_code == NEVER_VERIFIED_CODE


def _may_restrict(request: HttpRequest) -> bool:
    return request.user.has_perm("accounts.add_restriction")
