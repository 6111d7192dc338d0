"""Twenty people at once: one of them decides, the others are told; and what happens without the locks."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import Model, QuerySet
from django_fsm import ConcurrentTransitionMixin

from accounts.models import User
from characters import services
from characters.models import Character, ItemRevision, State
from characters.services import CharacterRefusedError, publishing, reviewing, shared
from core.models import AuditEvent
from moderation.models import Decision
from tests.factories import NOW, get_fresh_revision, make_character, make_item, make_staff
from tests.threads import at_once, codes

pytestmark = pytest.mark.django_db(transaction=True)

WHY = {"reason_code": "spam", "explanation": "", "fix": ""}
COUNT = 20


def decisions_about(revision: ItemRevision, reviewers: list[User]) -> list[Callable[[], Any]]:
    """Return as many approvals as rejections, each by somebody else who saw the same page."""

    def approve(actor: User) -> Callable[[], Any]:
        return lambda: services.approve(
            actor=actor,
            revision=revision,
            expected_hash=revision.content_hash,
            expected_version=revision.review_version,
            now=NOW,
        )

    def reject(actor: User) -> Callable[[], Any]:
        return lambda: services.reject(
            actor=actor,
            revision=revision,
            expected_version=revision.review_version,
            now=NOW,
            **WHY,
        )

    return [(approve, reject)[number % 2](actor) for number, actor in enumerate(reviewers)]


def assert_one_decided(results: list[Any], decisions: list[Decision], state: str) -> None:
    """One of them won, the others read what happened, and the item is as the winner said."""
    assert codes(results) == ["already-decided"] * (COUNT - 1)
    assert len(decisions) == 1
    assert {"APPROVE": State.APPROVED, "REJECT": State.REJECTED}[decisions[0].kind] == state
    winners = [result for result in results if not isinstance(result, CharacterRefusedError)]
    assert [is_new for _revision, is_new in winners] == [True]


def nothing() -> None:
    """Leave everything as it is."""


def decide_twenty_times(
    prepare: Callable[[], None] = nothing, *, kind: str = Character.KIND
) -> tuple[list[Any], list[Decision], str]:
    item = make_item(kind, state=State.PENDING)
    revision = item.open_revision
    calls = decisions_about(revision, [make_staff() for _number in range(COUNT)])
    prepare()
    results = at_once(*calls)
    decisions = list(Decision.objects.filter(target_id=item.public_id))
    return results, decisions, get_fresh_revision(revision).state


def submit_twenty_times(prepare: Callable[[], None] = nothing, *, kind: str = Character.KIND) -> list[Any]:
    item = make_item(kind)
    owner = item.owner
    prepare()

    def submit() -> Any:
        return services.submit(actor=owner, item=item, now=NOW)

    return at_once(*[submit] * COUNT)


def assert_submitted_once(results: list[Any]) -> None:
    assert codes(results) == []
    assert sorted(is_new for _revision, is_new in results) == [False] * (COUNT - 1) + [True]
    item = results[0][0].item
    assert AuditEvent.objects.filter(kind="revision.submitted", target_id=item.public_id).count() == 1


@pytest.fixture
def take_locks_away(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Nobody waits for anybody: all have looked before the first of them writes."""
    all_have_looked = threading.Barrier(COUNT)
    save_revision = shared.save_revision

    def save_after_all_have_looked(revision: ItemRevision) -> None:
        all_have_looked.wait()
        save_revision(revision)

    def take_away() -> None:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_kwargs: rows.all())
        for module in (reviewing, publishing):
            monkeypatch.setattr(module, "save_revision", save_after_all_have_looked)

    return take_away


@pytest.mark.postgresql
@pytest.mark.parametrize("_round", range(3))
def test_of_twenty_decisions_at_once_one_is_taken(_round: int, kind: str) -> None:
    assert_one_decided(*decide_twenty_times(kind=kind))


@pytest.mark.postgresql
def test_without_the_lock_the_others_are_not_told_what_happened(
    take_locks_away: Callable[[], None], kind: str
) -> None:
    results, decisions, state = decide_twenty_times(take_locks_away, kind=kind)
    with pytest.raises(AssertionError):
        assert_one_decided(results, decisions, state)
    # The state machine is the second line of defence: still only one of them was taken.
    assert set(codes(results)) == {"changed-meanwhile"}
    assert len(decisions) == 1


@pytest.mark.postgresql
def test_without_lock_and_state_machine_many_decide(
    take_locks_away: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ConcurrentTransitionMixin, "_do_update", Model._do_update)
    _results, decisions, _state = decide_twenty_times(take_locks_away)
    assert len(decisions) > 1


@pytest.mark.postgresql
@pytest.mark.parametrize("_round", range(3))
def test_of_twenty_clicks_on_submit_one_submits(_round: int, kind: str) -> None:
    assert_submitted_once(submit_twenty_times(kind=kind))


@pytest.mark.postgresql
def test_without_the_lock_the_other_clicks_fail(take_locks_away: Callable[[], None], kind: str) -> None:
    results = submit_twenty_times(take_locks_away, kind=kind)
    with pytest.raises(AssertionError):
        assert_submitted_once(results)
    assert set(codes(results)) == {"changed-meanwhile"}


@contextmanager
def on_a_file(path: Path) -> Iterator[None]:
    """Let threads that start now work on a copy of the database in a file, as an installation has it."""
    settings = connections.settings["default"]
    in_memory = settings["NAME"]
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    settings["NAME"] = str(path)
    try:
        yield
    finally:
        settings["NAME"] = in_memory


def test_the_embedded_database_takes_one_of_twenty_too(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """What SQLite does instead of row locks; beside another database it is tried in a process of its own."""
    if connection.vendor != "sqlite":
        environment = {
            key: value
            for key, value in os.environ.items()
            if key != "DATABASE_URL" and not key.startswith(("PYTEST_", "COV_"))
        }
        again = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", request.node.nodeid],
            cwd=request.config.rootpath, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert again.returncode == 0, again.stdout
        assert "1 passed" in again.stdout
        return
    revision = make_character(state=State.PENDING).open_revision
    calls = decisions_about(revision, [make_staff() for _number in range(COUNT)])
    with on_a_file(tmp_path / "copy.sqlite3"):
        results = at_once(*calls)
        [(decisions, state)] = at_once(
            lambda: (list(Decision.objects.all()), get_fresh_revision(revision).state)
        )
    assert_one_decided(results, decisions, state)
