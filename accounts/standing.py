"""Who is shut out of this session's account, and what the standing page tells them.

What was decided about a person is known above accounts; whoever knows it registers here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts import reasons
from accounts.models import Restriction, User
from core.refusals import Text

_SUSPENDED_KEY = "accounts.suspended"
_APPEAL = _("Appeal")


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One decision about a person or what they made, as they read it."""

    at: datetime
    title: Text
    explanation: str
    rule: Text
    rule_code: str
    until: datetime | None
    # Where to appeal; empty once that is over.
    appeal_url: str
    # "In force", "Over", "Taken back", …
    state: Text
    # Of a badge: "danger", "warning", "success" or empty.
    tone: str = ""
    # What a link to this very row ends with.
    anchor: str = ""
    # What it was about: a title, or whose account.
    about: Text = ""
    # What helps next time.
    fix: str = ""
    # What the link to `appeal_url` says.
    appeal_label: Text = _APPEAL
    # Until when one can appeal; None where one did, or cannot any more.
    appeal_until: datetime | None = None
    # What else follows from it, in a sentence.
    note: Text = ""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of the history, the newest first, and the cursor of the next (empty on the last)."""

    rows: Sequence[HistoryRow]
    next_cursor: str = ""
    # What follows from all of it, in a sentence.
    note: Text = ""
    is_first: bool = True


class HistoryProvider(Protocol):
    """Reads up to `limit` decisions about a person after `cursor`. Raises core.pagination.CursorError.

    with_row: what stands on the page, by the end of its anchor; only without a cursor.
    """

    def __call__(
        self, user: User, limit: int, cursor: str, now: datetime, with_row: str = ""
    ) -> HistoryPage: ...


class ExportProvider(Protocol):
    """Returns what goes into the person's file under names of its own; values that JSON can hold."""

    def __call__(self, user: User, now: datetime) -> Mapping[str, Any]: ...


class DecisionsProvider(Protocol):
    """Returns what a person reads of the decisions with these ids, by the id."""

    def __call__(self, user: User, decision_ids: Collection[str], now: datetime) -> dict[str, HistoryRow]: ...


_history: list[HistoryProvider] = []
_decisions: list[DecisionsProvider] = []
_exports: list[ExportProvider] = []


def register_history(provider: HistoryProvider) -> None:
    """Let `provider` read the history of decisions; the last one registered does."""
    _history[:] = [provider]


def register_decisions(provider: DecisionsProvider) -> None:
    """Let `provider` read the decisions behind restrictions; the last one registered does."""
    _decisions[:] = [provider]


def register_export(provider: ExportProvider) -> None:
    """Add `provider`'s part to the file that people can take along."""
    if provider not in _exports:
        _exports.append(provider)


def read_history(user: User, *, limit: int, cursor: str, now: datetime, with_row: str = "") -> HistoryPage:
    """Return a page of what was decided about the person; raises core.pagination.CursorError."""
    return _history[0](user, limit, cursor, now, with_row) if _history else HistoryPage(())


def has_history() -> bool:
    """Whether anybody knows the history."""
    return bool(_history)


def export(user: User, *, now: datetime) -> dict[str, Any]:
    """Return everything that we hold about a person's standing."""
    rows = list(user.restrictions.order_by("-starts_at", "-id"))
    data: dict[str, Any] = {
        "username": user.username,
        "exported_at": now,
        "restrictions": [
            {
                **asdict(shown),
                "decision": row.decision_id,
                "lifted_at": row.lifted_at,
                "is_in_force": row.is_active(now),
            }
            for row, shown in zip(rows, present_restrictions(rows), strict=True)
        ],
    }
    for provider in _exports:
        data |= provider(user, now)
    return data


def remember_suspended(request: HttpRequest, user: User) -> None:
    """Keep in the session who proved to be this suspended person, so that they can read why."""
    request.session[_SUSPENDED_KEY] = user.public_id


def find_suspended(request: HttpRequest) -> User | None:
    """Return the suspended person behind this session.

    A suspended person is nobody to the rest of the product from the next request on: sign-in data stay in
    the session, but Django no longer accepts them.
    """
    if request.user.is_authenticated:
        return None
    if public_id := request.session.get(_SUSPENDED_KEY):
        return User.objects.filter(public_id=public_id, is_active=False).first()
    if SESSION_KEY not in request.session:
        return None
    user = User.objects.filter(pk=request.session[SESSION_KEY], is_active=False).first()
    if user is None:
        return None
    known = constant_time_compare(request.session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return user if known else None


@dataclass(frozen=True, slots=True)
class RestrictionRow:
    """One restriction, as its person reads it."""

    public_id: str
    scope: Text
    is_suspension: bool
    rule: Text
    rule_text: Text
    rule_code: str
    explanation: str
    starts_at: datetime
    ends_at: datetime | None
    can_be_verified: bool


@dataclass(frozen=True, slots=True)
class RestrictionCard:
    """What holds of one feature: of several restrictions the last to end, and how many end before it."""

    row: RestrictionRow
    decision: HistoryRow | None
    sooner_count: int


def present_cards(user: User, rows: Sequence[Restriction], *, now: datetime) -> list[RestrictionCard]:
    """Return a card for each feature that is restricted, with what was decided about it. A few queries."""
    by_scope: dict[tuple[str, bool], list[Restriction]] = {}
    for row in rows:
        by_scope.setdefault((row.scope, row.is_suspension), []).append(row)
    last = [max(group, key=_end_of) for group in by_scope.values()]
    ids = [row.decision_id for row in last if row.decision_id]
    decisions = _decisions[0](user, ids, now) if _decisions and ids else {}
    return [
        RestrictionCard(shown, decisions.get(row.decision_id), len(group) - 1)
        for row, shown, group in zip(last, present_restrictions(last), by_scope.values(), strict=True)
    ]


def _end_of(row: Restriction) -> tuple[bool, datetime]:
    return row.ends_at is None, row.ends_at or row.starts_at


def present_restrictions(rows: Sequence[Restriction]) -> list[RestrictionRow]:
    """Return what the page shows of each."""
    known = {reason.code: reason for reason in reasons.list_reasons()}
    return [
        RestrictionRow(
            public_id=row.public_id,
            scope=row.get_scope_display(),
            is_suspension=row.is_suspension,
            rule=known[row.reason_code].title if row.reason_code in known else "",
            rule_text=known[row.reason_code].explanation if row.reason_code in known else "",
            rule_code=row.reason_code if row.reason_code in known else "",
            explanation=row.explanation,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            can_be_verified=row.can_be_verified,
        )
        for row in rows
    ]
