"""The label of an item in its creator's library: one pure function of the open and the live revision (R5)."""

from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from characters.models import Item, State
from core.refusals import Text


@dataclass(frozen=True, slots=True)
class Label:
    """`code` for programs, `text` for people, `tone` for the badge: info, success, warning, danger or ""."""

    code: str
    text: Text
    tone: str


# What others can read: the live revision, or the one that staff took down.
_STANDING = {
    State.APPROVED: Label("approved", _("Approved"), "success"),
    State.DELISTED: Label("delisted", _("De-listed"), "danger"),
}
_NEW = {
    State.DRAFT: Label("draft", _("Draft"), ""),
    State.SUBMITTED: Label("submitted", _("Submitted"), "info"),
    State.PENDING: Label("pending", _("Pending review"), "info"),
    State.REJECTED: Label("rejected", _("Rejected"), "danger"),
}
_EDIT = {
    State.DRAFT: Label("draft", _("edit in draft"), ""),
    State.SUBMITTED: Label("submitted", _("edit submitted"), "info"),
    State.PENDING: Label("pending", _("edit pending review"), "info"),
    State.REJECTED: Label("rejected", _("edit rejected"), "warning"),
}


def library_label(open_state: str | None, live_state: str | None) -> Label:
    """Return the label for the states of the open revision and of the live (or de-listed) one.

    open_state: DRAFT, SUBMITTED, PENDING, REJECTED or None. live_state: APPROVED, DELISTED or None.
    Raises LookupError for a combination that no item can have.
    """
    if live_state is None:
        return _NEW[State(open_state)] if open_state in _NEW else _unknown(open_state, live_state)
    if live_state not in _STANDING:
        return _unknown(open_state, live_state)
    standing = _STANDING[State(live_state)]
    if open_state is None:
        return standing
    if open_state not in _EDIT:
        return _unknown(open_state, live_state)
    edit = _EDIT[State(open_state)]
    is_down = live_state == State.DELISTED
    return Label(
        f"{standing.code}-{edit.code}",
        format_lazy("{standing} · {edit}", standing=standing.text, edit=edit.text),
        standing.tone if is_down or not edit.tone else edit.tone,
    )


def label_of(item: Item) -> Label:
    """Return the label of an item whose revisions are loaded."""
    standing = item.live_revision or item.delisted_revision
    return library_label(
        item.open_revision.state if item.open_revision is not None else None,
        standing.state if standing is not None else None,
    )


def _unknown(open_state: str | None, live_state: str | None) -> Label:
    raise LookupError(f"no item has open={open_state} live={live_state}")
