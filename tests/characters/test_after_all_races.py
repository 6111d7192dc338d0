"""Twenty reviewers see at once that a rejection was wrong: one of them mends it, the others read that."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from accounts.models import User
from characters import services
from characters.models import ITEM_MODELS, Item, State
from moderation import services as moderation_services
from moderation.models import Appeal, Decision
from moderation.services import undoing
from tests.factories import NOW, advance, edit, get_fresh, make_item, make_staff
from tests.moderation.appealing import ask
from tests.threads import at_once, codes, while_paused

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

COUNT = 20
LATER = NOW + timedelta(hours=1)


def rejected(kind: str) -> tuple[Item, Decision]:
    item = make_item(kind, state=State.REJECTED)
    return item, Decision.objects.get(target_id=item.public_id, kind="REJECT")


def approve(actor: User, item: Item, decision: Decision, *, key: str = "") -> Callable[[], Any]:
    return lambda: services.approve_after_all(
        actor=actor,
        item=get_fresh(item),
        decision_id=decision.public_id,
        explanation="Too quick.",
        creation_key=key,
        now=LATER,
    )


def approve_twenty_times(kind: str, *, is_one_form: bool = False) -> tuple[list[Any], Item, Decision]:
    item, decision = rejected(kind)
    one = make_staff()
    actors = [one if is_one_form else make_staff() for _number in range(COUNT)]
    key = "a" * 32 if is_one_form else ""
    calls = [approve(actor, item, decision, key=key) for actor in actors]
    return at_once(*calls, returning=(Exception,)), item, decision


def assert_one_mended(results: list[Any], item: Item, decision: Decision) -> None:
    assert [result for result in results if isinstance(result, Exception)] == []
    assert sorted(is_new for _item, is_new in results) == [False] * (COUNT - 1) + [True]
    assert decision.reversals.count() == 1
    assert [version.state for version in item.revisions.order_by("number")] == ["REJECTED", "APPROVED"]


@pytest.mark.parametrize("kind", ITEM_MODELS)
@pytest.mark.parametrize("is_one_form", [False, True])
def test_of_twenty_at_once_one_mends_it(kind: str, is_one_form: bool) -> None:
    assert_one_mended(*approve_twenty_times(kind, is_one_form=is_one_form))


def test_without_the_locks_the_others_fail_or_mend_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_kwargs: rows.all())
    results, item, decision = approve_twenty_times("character")
    with pytest.raises(AssertionError):
        assert_one_mended(results, item, decision)
    # The database lets no second version be approved: that is the second line of defence.
    assert any(isinstance(result, IntegrityError) for result in results)
    assert item.revisions.filter(state=State.APPROVED).count() == 1


def test_whoever_answers_the_appeal_at_the_same_moment_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    item, decision = rejected("character")
    appeal = ask(item.owner, decision)
    first, second = make_staff(), make_staff()
    mended, answered = while_paused(
        monkeypatch,
        undoing,
        "lock_decision",
        approve(first, item, decision),
        lambda: moderation_services.answer(
            actor=second, appeal=appeal, kind=Decision.Kind.OVERTURN, explanation="Too quick.", now=LATER
        ),
    )
    assert mended[1]
    assert codes([answered]) == ["already-decided"]
    appeal.refresh_from_db()
    assert (appeal.state, decision.reversals.count()) == (Appeal.State.LIFTED, 1)


def test_a_newer_version_that_is_approved_at_the_same_moment_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The item is looked at once it is held: what was true before that does not count."""
    item, decision = rejected("character")
    edit(item, tags=("newer",))
    newer = advance(get_fresh(item), State.PENDING)
    first, second = make_staff(), make_staff()

    def approve_newer() -> Any:
        return services.approve(actor=second, revision=newer, expected_hash=newer.content_hash, now=LATER)

    mended, approved = while_paused(
        monkeypatch, undoing, "lock_decision", approve(first, item, decision), approve_newer
    )
    assert approved[1]
    assert codes([mended]) == ["newer-approved"]
    assert (get_fresh(item).live_revision, decision.reversals.count()) == (newer, 0)
