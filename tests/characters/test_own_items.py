"""Nobody decides about what they made: not in the service, not in the queue, not on the page."""

import pytest
from django.urls import reverse

from characters import review_queue, services
from characters.models import ITEM_MODELS, State
from characters.services import CharacterRefusedError
from tests.characters.test_roles import CALLS, URLS, WHO, Role
from tests.factories import NOW, get_fresh, get_fresh_revision, make_item, make_staff, make_user

pytestmark = pytest.mark.django_db

REVIEWING = sorted(name for name, role in WHO.items() if role == Role.MODERATOR)
STATE_FOR = {"reinstate": State.DELISTED, "delist": State.APPROVED}


@pytest.mark.parametrize("kind", ITEM_MODELS)
@pytest.mark.parametrize("name", REVIEWING)
def test_a_reviewer_decides_nothing_about_their_own(client, kind, name):
    reviewer = make_user(is_superuser=True)
    item = make_item(kind, owner=reviewer, state=STATE_FOR.get(name, State.PENDING))
    # What is of staff is not taken down by one person: this one joined later.
    reviewer.is_staff = True
    reviewer.save()
    revision = item.delisted_revision or item.live_revision or item.open_revision
    with pytest.raises(CharacterRefusedError) as refused:
        CALLS[name](reviewer, revision)
    assert refused.value.refusal.code == "self"
    client.force_login(reviewer)
    client.post(URLS[name](revision), {"reason_code": "spam", "expected_hash": revision.content_hash})
    assert get_fresh_revision(revision).state == revision.state


@pytest.mark.parametrize("kind", ITEM_MODELS)
def test_nor_hands_their_own_on_or_is_given_it(kind):
    reviewer = make_staff()
    own = make_item(kind, owner=reviewer, state=State.PENDING).open_revision
    with pytest.raises(CharacterRefusedError) as refused:
        services.escalate(actor=reviewer, revision=own, note="", now=NOW)
    assert refused.value.refusal.code == "self"
    queue = review_queue.queue_of(own)
    assert queue.find_next(reviewer, after=None, sees_escalated=True, now=NOW) is None
    other = make_item(kind, state=State.PENDING).open_revision
    assert queue.find_next(reviewer, after=None, sees_escalated=True, now=NOW) == other.pk
    assert queue.find_next(make_staff(), after=other, sees_escalated=True, now=NOW) == own.pk


@pytest.mark.parametrize("kind", ITEM_MODELS)
def test_in_bulk_their_own_stays_and_the_others_go(kind):
    reviewer = make_staff()
    own, other = make_item(kind, owner=reviewer, state=State.PENDING), make_item(kind, state=State.PENDING)
    seen = {item.open_revision.pk: item.open_revision.review_version for item in (own, other)}
    outcomes = services.approve_many(actor=reviewer, kind=kind, seen=seen, now=NOW)
    assert {outcome.refusal.code if outcome.refusal else "" for outcome in outcomes} == {"self", ""}
    assert get_fresh(own).live_revision is None
    assert get_fresh(other).live_revision is not None


@pytest.mark.parametrize("kind", ITEM_MODELS)
def test_what_one_made_is_on_no_staff_page(client, kind):
    """Colleagues note there what they think of it, and of whoever made it."""
    reviewer = make_staff()
    item = make_item(kind, owner=reviewer, state=State.PENDING, name="My Own")
    revision = item.open_revision
    queue = review_queue.queue_of(revision)
    client.force_login(reviewer)
    pages = {
        queue.item_page("changelist"): [],
        queue.page("changelist"): [],
        queue.item_page("change"): [item.pk],
        queue.page("change"): [revision.pk],
    }
    answers = {name: client.get(reverse(name, args=args)) for name, args in pages.items()}
    assert [answer.status_code for answer in answers.values()] == [200, 200, 404, 404]
    assert not any("My Own" in answer.content.decode() for answer in answers.values())
    for step in ("approve", "reject", "escalate", "claim", "note"):
        assert client.post(reverse(queue.page(step), args=[revision.pk])).status_code == 404
    together = client.get(f"{reverse(queue.page('bulk'))}?item={revision.pk}")
    assert "My Own" not in together.content.decode()
    client.force_login(make_staff())
    assert all(
        "My Own" in client.get(reverse(name, args=args)).content.decode() for name, args in pages.items()
    )
