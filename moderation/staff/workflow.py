"""What the pages on which staff decide share: typed words survive every button, and one leads to the next."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from moderation.claims import ClaimRefusedError

# Whether a decision leads to the next entry; kept with the session.
THEN_NEXT = "review_then_next"
_TAKING_ATTEMPTS = 5

_Form = TypeVar("_Form", bound=forms.Form)


def keep_typed(form: type[_Form], typed: Mapping[str, Any], **options: Any) -> _Form:
    """Return a form with what was typed into it when another button of its page was pressed.

    Nothing is checked: it was not sent. options: of the form; what stands in `initial` gives way.
    """
    kept = {name: typed[name] for name in form.base_fields if name in typed}
    return form(**{**options, "initial": {**options.get("initial", {}), **kept}})


def has_typed(typed: Mapping[str, Any], *kinds: type[forms.Form]) -> bool:
    """Whether somebody filled in anything of these forms."""
    return any(
        typed.get(name, "") not in {"", field.initial}
        for kind in kinds
        for name, field in kind.base_fields.items()
        if not field.widget.is_hidden
    )


def list_typed(form: forms.Form | None) -> list[tuple[Any, str]]:
    """Return the label and the words of each field that was filled in, for a form that came too late."""
    if form is None or not form.is_bound:
        return []
    fields = (
        (field.label, field.value()) for field in form if isinstance(field.field.widget, forms.Textarea)
    )
    return [(label, str(value)) for label, value in fields if value]


def leads_on(request: HttpRequest) -> bool:
    """Whether a decision of this reviewer leads to the next entry."""
    return bool(request.session.get(THEN_NEXT, True))


def wants_next(request: HttpRequest) -> bool:
    """Whether to go on to the next entry after this decision; what the reviewer said is kept."""
    if "asks_next" not in request.POST:
        return False
    wants = "then_next" in request.POST
    if leads_on(request) != wants:
        request.session[THEN_NEXT] = wants
    return wants


def open_next(
    request: HttpRequest,
    *,
    find: Callable[[], int | None],
    take: Callable[[int], object] | None,
    page: str,
    changelist: str,
) -> HttpResponse:
    """Lead to the entry that `find` names, once `take` got hold of it; to the list where there is none.

    take: raises ClaimRefusedError for what somebody took meanwhile; None where nothing is taken.
    """
    for _attempt in range(_TAKING_ATTEMPTS):
        found = find()
        if found is None:
            messages.info(request, _("Nothing else waits for you."))
            return redirect(changelist)
        try:
            if take is not None:
                take(found)
        except ClaimRefusedError:
            # Somebody took it between the two lines.
            continue
        return redirect(page, found)
    messages.info(request, _("Others take them faster than you: try again."))
    return redirect(changelist)
