"""How lists of staff pages are searched and narrowed: by people's names, though rows only know subjects."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from moderation import screening

# More people than these behind a few letters help nobody to find one.
_PEOPLE_COUNT = 50


class PersonSearch(admin.ModelAdmin):
    """Searches also by username and display name.

    person_fields: the links to subjects by which rows are found.
    """

    person_fields: tuple[str, ...] = ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find what the fields of the list say, and what is about a person of this name. Two queries."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if term := search_term.strip().removeprefix("@"):
            named = User.objects.filter(Q(username__icontains=term) | Q(display_name__icontains=term))
            people = list(named.order_by("pk").values_list("subject", flat=True)[:_PEOPLE_COUNT])
            condition = Q()
            for field in self.person_fields:
                condition |= Q(**{f"{field}__in": people})
            found = found | queryset.filter(condition)
        return found, may_repeat


class RuleFilter(admin.SimpleListFilter):
    """The rules that the rows which somebody sees are about, by their titles; rules of older lists too."""

    title = _("rule")
    parameter_name = "reason_code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        shown = model_admin.get_queryset(request).order_by().values("pk")
        codes = model_admin.model.objects.filter(pk__in=shown).exclude(reason_code="").order_by("reason_code")
        found = codes.values_list("reason_code", flat=True).distinct()
        return [(code, str(screening.title_of(code))) for code in found]

    def queryset(self, _request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(reason_code=self.value()) if self.value() else rows
