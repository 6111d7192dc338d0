"""What moderation does to characters and stories can be given back: de-listing and rejection (R7)."""

import pytest

from characters import services as character_services
from characters.models import ITEM_MODELS, State, Visibility
from core import ids
from moderation import services
from moderation.models import Appeal, Decision
from moderation.services import appeals
from moderation.targets import Words
from notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db

WORDS = Words("spam", "It advertises.")


@pytest.fixture(params=ITEM_MODELS)
def kind(request):
    return request.param


def take_down(item, now, actor=None):
    return services.remove_content(
        actor=actor or factories.make_staff(),
        target_kind=item.KIND,
        target_id=item.public_id,
        words=WORDS,
        now=now,
    )


def overturn(item, decision, now, kind="OVERTURN", wish=Appeal.Wish.RESTORE):
    appeal, _is_new = services.appeal(
        actor=item.owner,
        decision=decision,
        request=appeals.Request(wish=wish, context="Please look again."),
        creation_key=ids.new_public_id(),
        now=now,
    )
    return services.answer(
        actor=factories.make_staff(), appeal=appeal, kind=kind, explanation="Looked again.", now=now
    )


def test_r7_taking_down_and_overturning_leaves_it_as_it_was(kind, now):
    item = factories.make_item(kind, state="APPROVED")
    decision, is_new = take_down(item, now)
    assert (is_new, decision.kind) == (True, "DELIST")
    assert decision.revision_hash == item.live_revision.content_hash
    assert take_down(item, now) == (decision, False)
    before = list(Notice.objects.values_list("pk", flat=True))
    overturn(item, decision, now)
    fresh = factories.get_fresh(item)
    assert (fresh.live_revision_id, fresh.delisted_revision_id) == (item.live_revision_id, None)
    assert fresh.live_revision.state == State.APPROVED
    (told,) = Notice.objects.filter(user=item.owner).exclude(pk__in=before)
    assert told.kind == "appeal-answered"
    assert "others can find it" in told.body


def test_what_its_creator_published_meanwhile_stays(kind, now):
    item = factories.make_item(kind, state="APPROVED")
    decision, _is_new = take_down(item, now)
    factories.edit(factories.get_fresh(item), tags=("another",))
    newer = factories.advance(factories.get_fresh(item), State.APPROVED)
    overturn(item, decision, now)
    fresh = factories.get_fresh(item)
    assert fresh.live_revision_id == newer.pk
    assert factories.get_fresh_revision(item.live_revision).state == State.DELISTED


def test_an_overturned_rejection_is_published_as_a_version_of_its_own(kind, now):
    item = factories.make_item(kind, state="REJECTED")
    rejected = item.open_revision
    decision = _rejection(item)
    overturn(item, decision, now)
    fresh = factories.get_fresh(item)
    assert fresh.live_revision.content_hash == rejected.content_hash
    assert fresh.live_revision.pk != rejected.pk
    assert fresh.open_revision is None
    assert factories.get_fresh_revision(rejected).state == State.REJECTED


def test_a_draft_that_was_begun_meanwhile_stays_a_draft(kind, now):
    item = factories.make_item(kind, state="REJECTED")
    decision = _rejection(item)
    draft = factories.edit(factories.get_fresh(item), tags=("again",))
    overturn(item, decision, now)
    fresh = factories.get_fresh(item)
    assert fresh.live_revision is not None
    assert fresh.open_revision_id == draft.pk
    assert fresh.open_revision.state == State.DRAFT


def test_upholding_changes_nothing_but_says_so(kind, now):
    item = factories.make_item(kind, state="APPROVED")
    decision, _is_new = take_down(item, now)
    overturn(item, decision, now, kind="UPHOLD")
    assert factories.get_fresh(item).live_revision is None
    assert Notice.objects.filter(user=item.owner, kind="appeal-answered").count() == 1


def test_an_old_rejection_that_is_overturned_leaves_what_was_approved_since(kind, now):
    item = factories.make_item(kind, state="REJECTED")
    decision = _rejection(item)
    factories.edit(factories.get_fresh(item), tags=("another",))
    newer = factories.advance(factories.get_fresh(item), State.APPROVED)
    overturn(item, decision, now)
    fresh = factories.get_fresh(item)
    assert fresh.live_revision_id == newer.pk
    assert fresh.live_revision.state == State.APPROVED


@pytest.mark.parametrize("state", ["DELISTED", "REJECTED"])
@pytest.mark.parametrize("wish", [Appeal.Wish.PRIVATE, Appeal.Wish.CORRECT])
def test_r7_who_wished_to_keep_it_private_or_to_correct_it_finds_it_so(kind, now, state, wish):
    item = factories.make_item(kind, state=state)
    decision = Decision.objects.filter(target_id=item.public_id).latest("pk")
    overturn(item, decision, now, wish=wish)
    fresh = factories.get_fresh(item)
    assert fresh.visibility == Visibility.PRIVATE
    assert fresh.live_revision.state == State.APPROVED
    assert not fresh.can_view(factories.make_user())
    draft = fresh.open_revision
    assert (draft is not None) == (wish == Appeal.Wish.CORRECT)
    if draft is not None:
        assert draft.state == State.DRAFT
        assert draft.content_hash == decision.revision_hash


def test_what_an_appeal_left_down_can_be_put_back_later(kind, now):
    item = factories.make_item(kind, state="DELISTED")
    decision = Decision.objects.get(target_id=item.public_id, kind="DELIST")
    overturn(item, decision, now, kind="UPHOLD")
    fresh, is_new = character_services.reinstate(
        actor=factories.make_staff(), item=factories.get_fresh(item), now=now
    )
    assert is_new
    assert fresh.live_revision is not None


def test_the_staff_page_puts_back_through_the_same_door(kind, now):
    item = factories.make_item(kind, state="APPROVED")
    decision, _is_new = take_down(item, now)
    reviewer = factories.make_staff()
    character_services.reinstate(actor=reviewer, item=factories.get_fresh(item), now=now)
    assert factories.get_fresh(item).live_revision_id == item.live_revision_id
    decision.measure.refresh_from_db()
    assert decision.measure.ended_at == now
    assert decision.reversals.get().kind == "REINSTATE"


def _rejection(item):
    return Decision.objects.filter(target_id=item.public_id, kind="REJECT").latest("pk")
