"""The outbox, for staff: what did not reach people, why, and sending it again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.queries import signed_in
from core.refusals import Text
from core.staff import LoggedPages, ReadOnlyAdmin
from notifications import delivery, kinds
from notifications.models import Mail

# What staff choose at once; the page offers no more.
_PAGE_SIZE = 50
_REASONS: dict[str, Text] = {
    "address-refused": gettext_lazy("The mail server refused the address for good."),
    "server-away": gettext_lazy("The mail server did not take it, for about a day."),
    "worker-lost": gettext_lazy("Sending was cut off twice; it may have arrived."),
    "not-wanted": gettext_lazy("The person turned such mails off, or has read all of it."),
}


class StateFilter(admin.SimpleListFilter):
    """Mails that were given up, unless others are asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        return [choice for choice in Mail.State.choices if choice[0] != Mail.State.FAILED]

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = Mail.State.FAILED.label
            yield choice

    def queryset(self, _request: HttpRequest, rows: QuerySet[Mail]) -> QuerySet[Mail]:
        return rows.filter(state=self.value() or Mail.State.FAILED)


@admin.register(Mail)
class MailAdmin(LoggedPages, ReadOnlyAdmin):
    """Mails about notices and digests. What stands in them is their reader's, and is not shown."""

    list_display = ["person", "reason", "about", "address", "created_at"]
    list_display_links = ["person"]
    list_filter = [StateFilter]
    fields = [
        "person",
        "address",
        "about",
        "state",
        "reason",
        "attempts",
        "created_at",
        "due_at",
        "finished_at",
    ]
    readonly_fields = ["person", "about", "reason"]
    search_fields = ["=user__username", "=address", "=public_id"]
    ordering = ["-created_at", "-id"]
    sortable_by = ()
    list_select_related = ["user", "notice", "digest"]
    list_per_page = _PAGE_SIZE
    list_max_show_all = _PAGE_SIZE
    show_full_result_count = False
    actions = ["send_again"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Mails"), **(extra_context or {})})

    @admin.display(description=gettext_lazy("person"))
    def person(self, mail: Mail) -> str:
        return mail.user.username

    @admin.display(description=gettext_lazy("about"))
    def about(self, mail: Mail) -> Text:
        if mail.notice is None:
            return _("The daily mail")
        return kinds.find_group_or_general(mail.notice.group).title

    @admin.display(description=gettext_lazy("reason"))
    def reason(self, mail: Mail) -> Text:
        return _REASONS.get(mail.failure_code, mail.failure_code)

    def has_resend_permission(self, request: HttpRequest) -> bool:
        """Whether somebody who sees the list may also act on it."""
        return request.user.has_perm("notifications.change_mail")

    @admin.action(description=gettext_lazy("Send again"), permissions=["resend"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[Mail]) -> None:
        """Let what was given up wait for a worker once more."""
        ids = list(chosen.order_by("pk").values_list("pk", flat=True)[:_PAGE_SIZE])
        count = delivery.send_again(actor=signed_in(request), mail_ids=ids, now=timezone.now())
        if not count:
            messages.warning(request, _("None of these was given up, so nothing is sent again."))
            return
        text = ngettext("%(count)d mail goes out again.", "%(count)d mails go out again.", count)
        messages.success(request, text % {"count": count})
