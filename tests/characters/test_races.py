"""R5: two people at the same moment. Real threads on PostgreSQL, whose row locks are what is tested.

SQLite lets one writer in at a time, so there the same operations come one after the other; the tests with
stale objects in the other modules cover that order.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from characters import queries, services
from characters.models import ItemRevision, State, Visibility
from characters.services import editing, shared
from core import ids
from moderation.models import Decision
from tests.characters import kinds
from tests.factories import NOW, REASON, get_fresh, make_item, make_staff, make_user
from tests.threads import at_once, codes

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

WHY = {"reason_code": REASON, "explanation": "Too short.", "fix": "Tell more."}
ROUNDS = 2


def approve(revision: ItemRevision) -> Callable[[], Any]:
    staff = make_staff()
    return lambda: services.approve(
        actor=staff, revision=revision, expected_hash=revision.content_hash, now=NOW
    )


def reject(revision: ItemRevision) -> Callable[[], Any]:
    staff = make_staff()
    return lambda: services.reject(actor=staff, revision=revision, now=NOW, **WHY)


def withdraw(item: Any) -> Callable[[], Any]:
    return lambda: services.withdraw(actor=item.owner, item=item, now=NOW)


def save(item: Any, **changes: Any) -> Callable[[], Any]:
    content = replace(item.working_revision.content(), **changes)
    return lambda: services.save_draft(
        actor=item.owner,
        item=item,
        content=content,
        visibility=Visibility.PUBLIC,
        now=NOW,
    )


def check_consistent(item: Any) -> Any:
    item = get_fresh(item)
    states = list(kinds.revisions(item.KIND).filter(item=item).values_list("state", flat=True))
    is_approved = State.APPROVED in states
    assert (item.live_revision is not None) == is_approved
    assert item.live_revision is None or item.live_revision.state == State.APPROVED
    return item


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_approve_and_withdraw(_round: int, kind: str) -> None:
    """One of them wins, the other is told."""
    item = make_item(kind, state=State.PENDING)
    revision = item.open_revision

    results = at_once(approve(revision), withdraw(item))

    item = check_consistent(item)
    assert len(codes(results)) == 1
    assert kinds.revisions(item.KIND).get(pk=revision.pk).state in {State.APPROVED, State.WITHDRAWN}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_approve_and_reject(_round: int, kind: str) -> None:
    item = make_item(kind, state=State.PENDING)
    revision = item.open_revision

    results = at_once(approve(revision), reject(revision))

    check_consistent(item)
    assert codes(results) == ["already-decided"]
    assert Decision.objects.filter(target_id=item.public_id).count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_reviewers_approve(_round: int, kind: str) -> None:
    """It happened once, and the second is told so."""
    item = make_item(kind, state=State.PENDING)
    revision = item.open_revision

    results = at_once(approve(revision), approve(revision))

    check_consistent(item)
    assert codes(results) == ["already-decided"]
    assert Decision.objects.filter(target_id=item.public_id).count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_screening_and_withdraw(_round: int, kind: str) -> None:
    item = make_item(kind, state=State.SUBMITTED)
    pk = item.open_revision.pk

    at_once(lambda: services.screen_revision(kind=kind, revision_id=pk, now=NOW), withdraw(item))

    check_consistent(item)
    assert kinds.revisions(item.KIND).get(pk=pk).state == State.WITHDRAWN


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_tabs_save_an_edit_of_what_is_live(_round: int, kind: str) -> None:
    """Both land in one draft: the second waits for the lock and finds the draft of the first."""
    item = make_item(kind, state=State.APPROVED)

    results = at_once(save(item, **kinds.say(kind, "One.")), save(item, **kinds.say(kind, "Two.")))

    assert not [error for error in results if isinstance(error, Exception)]
    assert kinds.revisions(item.KIND).filter(item=item, state=State.DRAFT).count() == 1
    assert kinds.said(check_consistent(item).open_revision) in {"One.", "Two."}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_double_click_on_create(_round: int, kind: str) -> None:
    owner, key = make_user(), ids.new_public_id()

    def create() -> Any:
        return kinds.create(kind, owner, key=key)

    results = at_once(create, create)

    assert sorted(created for _item, created in results) == [False, True]
    assert kinds.items(kind).count() == kinds.revisions(kind).count() == 1


def test_submit_and_save(kind: str) -> None:
    """What a reviewer gets is what was stored when it was submitted."""
    item = make_item(kind)
    draft = item.open_revision

    def submit() -> Any:
        return services.submit(actor=item.owner, item=item, now=NOW)

    results = at_once(submit, save(item, **kinds.say(kind, "Late.")))

    revision = kinds.revisions(item.KIND).get(pk=draft.pk)
    assert revision.state == State.SUBMITTED
    assert (kinds.said(revision) == "Late.") == (codes(results) == [])
    assert set(codes(results)) <= {"withdraw-first"}


def test_without_the_lock_two_tabs_collide(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The lock is what makes the race above harmless: without it both tabs open a draft, and one fails."""
    item = make_item(kind, state=State.APPROVED)
    both_have_looked = threading.Barrier(2)
    open_draft = shared.open_draft

    def open_draft_after_both_have_looked(*args: Any, **kwargs: Any) -> ItemRevision:
        both_have_looked.wait()
        return open_draft(*args, **kwargs)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_kwargs: rows.all())
    monkeypatch.setattr(editing, "open_draft", open_draft_after_both_have_looked)

    saves = [save(item, **kinds.say(kind, text)) for text in ("One.", "Two.")]
    results = at_once(*saves, returning=IntegrityError)

    assert [type(error) for error in results if isinstance(error, Exception)] == [IntegrityError]
    # The constraint is the second line of defence.
    assert kinds.revisions(item.KIND).filter(item=item, state=State.DRAFT).count() == 1


def test_without_the_lock_a_lost_transition_is_refused(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The state machine is the second line of defence: it notices a state that moved meanwhile."""
    item = make_item(kind, state=State.PENDING)
    revision = item.open_revision
    both_have_looked = threading.Barrier(2)
    save_revision = shared.save_revision

    def save_after_both_have_looked(saved: ItemRevision) -> None:
        both_have_looked.wait()
        save_revision(saved)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_kwargs: rows.all())
    for module in ("publishing", "reviewing"):
        monkeypatch.setattr(f"characters.services.{module}.save_revision", save_after_both_have_looked)

    results = at_once(approve(revision), withdraw(item))

    assert codes(results) == ["changed-meanwhile"]
    check_consistent(item)
    assert list(queries.list_pending(type(item))) == []
