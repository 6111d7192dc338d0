"""R5: two people at the same moment. Real threads on PostgreSQL, whose row locks are what is tested.

SQLite lets one writer in at a time, so there the same operations come one after the other; the tests with
stale objects in the other modules cover that order.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet

from characters import queries, services
from characters.models import Character, Revision, State, Visibility
from characters.services import CharacterRefusedError, editing, shared
from core import ids
from moderation.models import Decision
from tests.factories import (
    NOW,
    REASON,
    get_fresh,
    make_character,
    make_content,
    make_staff,
    make_user,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

WHY = {"reason_code": REASON, "explanation": "Too short.", "fix": "Tell more."}
ROUNDS = 3


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; returns results and errors in the order of the calls."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            results[index] = call()
        except (CharacterRefusedError, IntegrityError) as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def codes(results: list[Any]) -> list[str]:
    return [error.refusal.code for error in results if isinstance(error, CharacterRefusedError)]


def approve(revision: Revision) -> Callable[[], Any]:
    staff = make_staff()
    return lambda: services.approve(
        actor=staff, revision=revision, expected_hash=revision.content_hash, now=NOW
    )


def reject(revision: Revision) -> Callable[[], Any]:
    staff = make_staff()
    return lambda: services.reject(actor=staff, revision=revision, now=NOW, **WHY)


def withdraw(character: Character) -> Callable[[], Any]:
    return lambda: services.withdraw(actor=character.owner, item=character, now=NOW)


def save(character: Character, **changes: Any) -> Callable[[], Any]:
    content = make_content(**changes)
    return lambda: services.save_draft(
        actor=character.owner,
        item=character,
        content=content,
        visibility=Visibility.PUBLIC,
        now=NOW,
    )


def check_consistent(character: Character) -> Character:
    character = get_fresh(character)
    states = list(Revision.objects.filter(item=character).values_list("state", flat=True))
    is_approved = State.APPROVED in states
    assert (character.live_revision is not None) == is_approved
    assert character.live_revision is None or character.live_revision.state == State.APPROVED
    return character


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_approve_and_withdraw(_round):
    """One of them wins, the other is told."""
    character = make_character(state=State.PENDING)
    revision = character.open_revision

    results = at_once(approve(revision), withdraw(character))

    character = check_consistent(character)
    assert len(codes(results)) == 1
    assert Revision.objects.get(pk=revision.pk).state in {State.APPROVED, State.WITHDRAWN}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_approve_and_reject(_round):
    character = make_character(state=State.PENDING)
    revision = character.open_revision

    results = at_once(approve(revision), reject(revision))

    check_consistent(character)
    assert codes(results) == ["already-decided"]
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_reviewers_approve(_round):
    """It happened once, and the second is told so."""
    character = make_character(state=State.PENDING)
    revision = character.open_revision

    results = at_once(approve(revision), approve(revision))

    check_consistent(character)
    assert codes(results) == ["already-decided"]
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_screening_and_withdraw(_round):
    character = make_character(state=State.SUBMITTED)
    pk = character.open_revision.pk

    at_once(lambda: services.screen_revision(revision_id=pk, now=NOW), withdraw(character))

    check_consistent(character)
    assert Revision.objects.get(pk=pk).state == State.WITHDRAWN


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_tabs_save_an_edit_of_what_is_live(_round):
    """Both land in one draft: the second waits for the lock and finds the draft of the first."""
    character = make_character(state=State.APPROVED)

    results = at_once(save(character, bio="One."), save(character, bio="Two."))

    assert not [error for error in results if isinstance(error, Exception)]
    assert Revision.objects.filter(item=character, state=State.DRAFT).count() == 1
    assert check_consistent(character).open_revision.bio in {"One.", "Two."}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_double_click_on_create(_round):
    owner, key = make_user(), ids.new_public_id()

    def create() -> Any:
        return services.create_character(
            owner=owner,
            content=make_content(),
            visibility=Visibility.PRIVATE,
            creation_key=key,
            now=NOW,
        )

    results = at_once(create, create)

    assert sorted(created for _character, created in results) == [False, True]
    assert Character.objects.count() == Revision.objects.count() == 1


def test_submit_and_save():
    """What a reviewer gets is what was stored when it was submitted."""
    character = make_character()
    draft = character.open_revision

    def submit() -> Any:
        return services.submit(actor=character.owner, item=character, now=NOW)

    results = at_once(submit, save(character, bio="Late.", portrait_id=draft.portrait_id))

    revision = Revision.objects.get(pk=draft.pk)
    assert revision.state == State.SUBMITTED
    assert (revision.bio == "Late.") == (codes(results) == [])
    assert set(codes(results)) <= {"withdraw-first"}


def test_without_the_lock_two_tabs_collide(monkeypatch):
    """The lock is what makes the race above harmless: without it both tabs open a draft, and one fails."""
    character = make_character(state=State.APPROVED)
    both_have_looked = threading.Barrier(2)
    open_draft = shared.open_draft

    def open_draft_after_both_have_looked(*args: Any, **kwargs: Any) -> Revision:
        both_have_looked.wait()
        return open_draft(*args, **kwargs)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_kwargs: rows.all())
    monkeypatch.setattr(editing, "open_draft", open_draft_after_both_have_looked)

    results = at_once(save(character, bio="One."), save(character, bio="Two."))

    assert [type(error) for error in results if isinstance(error, Exception)] == [IntegrityError]
    # The constraint is the second line of defence.
    assert Revision.objects.filter(item=character, state=State.DRAFT).count() == 1


def test_without_the_lock_a_lost_transition_is_refused(monkeypatch):
    """The state machine is the second line of defence: it notices a state that moved meanwhile."""
    character = make_character(state=State.PENDING)
    revision = character.open_revision
    both_have_looked = threading.Barrier(2)
    save_revision = shared.save_revision

    def save_after_both_have_looked(saved: Revision) -> None:
        both_have_looked.wait()
        save_revision(saved)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_kwargs: rows.all())
    for module in ("publishing", "reviewing"):
        monkeypatch.setattr(f"characters.services.{module}.save_revision", save_after_both_have_looked)

    results = at_once(approve(revision), withdraw(character))

    assert codes(results) == ["changed-meanwhile"]
    check_consistent(character)
    assert list(queries.list_pending()) == []
