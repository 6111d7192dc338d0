"""Decisions to appeal against, and appeals, for tests."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from accounts import policies as account_policies
from accounts.models import Restriction, User
from core import ids
from core.refusals import RefusedError
from moderation import services
from moderation.models import Appeal, Decision
from moderation.services.appeals import Request
from moderation.services.decisions import Kind
from moderation.targets import Words
from tests import factories
from tests.factories import NOW

Scope = Restriction.Scope


def restricted(person: User, *, days: int | None = 30, now: datetime = NOW, **changes: Any) -> Decision:
    values = {"actor": factories.make_staff(), "scope": Scope.CHAT, "words": Words("spam", "You advertised.")}
    return services.restrict(user=person, days=days, now=now, **(values | changes))[0]


def suspended(person: User, *, now: datetime = NOW) -> Decision:
    proposal, _is_new = services.propose(
        actor=factories.make_staff(), kind=Kind.SUSPEND, user=person, words=Words("fraud"), now=now
    )
    confirmed, _is_new = services.confirm(actor=factories.make_staff(), proposal=proposal, now=now)
    assert confirmed.decision is not None
    return confirmed.decision


def dismissed(reporter: User, *, target: str = "", now: datetime = NOW) -> Decision:
    """Return the decision that found nothing in what this person reported."""
    target = target or factories.make_character(state="APPROVED").public_id
    made, _is_new = services.report_content(
        actor=reporter,
        target_kind="character",
        target_id=target,
        reason="SCAM",
        text="",
        creation_key=ids.new_public_id(),
        now=now,
    )
    closed, _is_new = services.dismiss(
        actor=factories.make_staff(),
        case=made.case,
        expected_version=made.case.version,
        words=Words(""),
        now=now,
    )
    assert closed.decision is not None
    return closed.decision


def ask(person: User, decision: Decision, *, key: str = "", now: datetime = NOW, **changes: Any) -> Appeal:
    return services.appeal(
        actor=person,
        decision=decision,
        request=Request(changes.pop("wish", Appeal.Wish.RESTORE), "It was a joke among friends."),
        creation_key=key or ids.new_public_id(),
        now=now,
        **changes,
    )[0]


def reply(appeal: Appeal, kind: Kind, *, now: datetime = NOW, **changes: Any) -> Appeal:
    values = {"actor": factories.make_staff(), "explanation": "We looked again."} | changes
    return services.answer(appeal=appeal, kind=kind, now=now, **values)[0]


def refused(code: str, call: Callable[[], Any]) -> None:
    with pytest.raises(RefusedError) as caught:
        call()
    assert caught.value.refusal.code == code


def may(person: User, scope: Scope, now: datetime = NOW) -> bool:
    fresh = User.objects.get(pk=person.pk)
    return account_policies.restriction_refusal(fresh, scope, now=now) is None
