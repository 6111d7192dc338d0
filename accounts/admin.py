"""Staff pages about people: who they are to us, what is restricted, and the two ways to step in."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import queries, services
from accounts.forms import RestrictForm, SuspendForm
from accounts.models import Restriction, User
from core import audit
from core.refusals import RefusedError
from core.staff import ReadOnlyAdmin

_READ_ONLY = (
    *("username", "display_name", "email", "date_of_birth", "safe_mode", "time_zone"),
    *("is_active", "date_joined", "last_login", "public_id"),
)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People. Personal data is read only; an administrator decides who is staff."""

    list_display = ["username", "shown_name", "email", "is_active", "is_staff", "date_joined"]
    list_filter = ["is_active", "is_staff", "safe_mode"]
    search_fields = ["username", "email", "public_id"]
    ordering = ["-date_joined", "-id"]
    change_form_template = "accounts/admin_user.html"
    fields = [*_READ_ONLY, "is_staff", "groups"]
    readonly_fields = _READ_ONLY
    filter_horizontal = ["groups"]

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

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/restrict/", wrap(self.restrict_view), name="accounts_user_restrict"),
            path("<int:pk>/suspend/", wrap(self.suspend_view), name="accounts_user_suspend"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {"may_restrict": _may_restrict(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def restrict_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for part, rule, explanation and days, then restrict."""
        return self._step_in(request, pk, RestrictForm, _("Restrict"))

    def suspend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for rule and explanation, then suspend."""
        return self._step_in(request, pk, SuspendForm, _("Suspend"))

    def _step_in(
        self, request: HttpRequest, pk: int, form_class: type[RestrictForm], title: Any
    ) -> HttpResponse:
        if not _may_restrict(request):
            raise PermissionDenied
        user = get_object_or_404(User, pk=pk)
        form = form_class(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                created = self._apply(request, user, form)
            except RefusedError as error:
                form.add_error(None, str(error.refusal.message))
            else:
                text = _("Done; the person was told.") if created else _("This applied already.")
                messages.success(request, str(text))
                return redirect(reverse("admin:accounts_user_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": user.username,
            "opts": self.opts,
            "original": user,
            "form": form,
            "active": queries.list_active_restrictions(user, now=timezone.now()),
        }
        return TemplateResponse(request, "accounts/admin_step_in.html", context)

    def _apply(self, request: HttpRequest, user: User, form: RestrictForm) -> bool:
        actor, now = queries.signed_in(request), timezone.now()
        reason_code, explanation = form.cleaned_data["reason_code"], form.cleaned_data["explanation"]
        if isinstance(form, SuspendForm):
            return services.suspend_user(
                actor=actor, user=user, reason_code=reason_code, explanation=explanation, now=now
            )[1]
        return services.restrict_user(
            actor=actor,
            user=user,
            scope=Restriction.Scope(form.cleaned_data["scope"]),
            reason_code=reason_code,
            explanation=explanation,
            ends_at=form.ends_at(now),
            now=now,
        )[1]


@admin.register(Restriction)
class RestrictionAdmin(ReadOnlyAdmin):
    """What is and was restricted; lifting ends it early."""

    list_display = ["user", "scope", "is_suspension", "reason_code", "starts_at", "ends_at", "lifted_at"]
    list_filter = ["is_suspension", "scope", "reason_code"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__email"]
    ordering = ["-starts_at", "-id"]
    actions = ["lift"]

    def has_restrict_permission(self, request: HttpRequest) -> bool:
        """Asked by the admin for the action below."""
        return _may_restrict(request)

    @admin.action(description=_("Lift"), permissions=["restrict"])
    def lift(self, request: HttpRequest, rows: QuerySet[Restriction]) -> None:
        actor, now = queries.signed_in(request), timezone.now()
        done = [services.lift_restriction(actor=actor, restriction=row, now=now)[1] for row in rows]
        count = sum(done)
        messages.success(request, ngettext("%d lifted.", "%d lifted.", count) % count)


def _may_restrict(request: HttpRequest) -> bool:
    return request.user.has_perm("accounts.add_restriction")
