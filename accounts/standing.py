"""Who is shut out of this session's account, and what the standing page tells them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts import reasons
from accounts.models import Restriction, User
from core.refusals import Text

_SUSPENDED_KEY = "accounts.suspended"


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
        )
        for row in rows
    ]
