"""What moderation does to characters can be given back: de-listing and rejection (R7)."""

import pytest

from characters import services as character_services
from characters.models import Revision, State
from core import ids
from moderation import services
from moderation.models import Appeal, Decision
from moderation.services import appeals
from moderation.targets import Words
from notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db

WORDS = Words("spam", "It advertises.")


def take_down(character, now, actor=None):
    return services.remove_content(
        actor=actor or factories.make_staff(),
        target_kind="character",
        target_id=character.public_id,
        words=WORDS,
        now=now,
    )


def overturn(character, decision, now, kind="OVERTURN"):
    appeal, _is_new = services.appeal(
        actor=character.owner,
        decision=decision,
        request=appeals.Request(wish=Appeal.Wish.RESTORE, context="Please look again."),
        creation_key=ids.new_public_id(),
        now=now,
    )
    return services.answer(
        actor=factories.make_staff(), appeal=appeal, kind=kind, explanation="Looked again.", now=now
    )


def test_r7_taking_down_and_overturning_leaves_it_as_it_was(now):
    character = factories.make_character(state="APPROVED")
    decision, is_new = take_down(character, now)
    assert (is_new, decision.kind) == (True, "DELIST")
    assert decision.revision_hash == character.live_revision.content_hash
    assert take_down(character, now) == (decision, False)
    overturn(character, decision, now)
    fresh = factories.get_fresh(character)
    assert (fresh.live_revision_id, fresh.delisted_revision_id) == (character.live_revision_id, None)
    assert fresh.live_revision.state == State.APPROVED
    assert Notice.objects.filter(user=character.owner, kind="character-reinstated").count() == 1


def test_what_its_creator_published_meanwhile_stays(now):
    character = factories.make_character(state="APPROVED")
    decision, _is_new = take_down(character, now)
    factories.edit(factories.get_fresh(character), bio="Another life.")
    newer = factories.advance(factories.get_fresh(character), State.APPROVED)
    overturn(character, decision, now)
    fresh = factories.get_fresh(character)
    assert fresh.live_revision_id == newer.pk
    assert Revision.objects.get(pk=character.live_revision_id).state == State.DELISTED


def test_an_overturned_rejection_is_published_as_a_version_of_its_own(now):
    character = factories.make_character(state="REJECTED")
    rejected = character.open_revision
    decision = _rejection(character)
    overturn(character, decision, now)
    fresh = factories.get_fresh(character)
    assert fresh.live_revision.content_hash == rejected.content_hash
    assert fresh.live_revision.pk != rejected.pk
    assert fresh.open_revision is None
    assert Revision.objects.get(pk=rejected.pk).state == State.REJECTED


def test_a_draft_that_was_begun_meanwhile_stays_a_draft(now):
    character = factories.make_character(state="REJECTED")
    decision = _rejection(character)
    draft = factories.edit(factories.get_fresh(character), bio="Another try.")
    overturn(character, decision, now)
    fresh = factories.get_fresh(character)
    assert fresh.live_revision is not None
    assert fresh.open_revision_id == draft.pk
    assert fresh.open_revision.state == State.DRAFT


def test_upholding_changes_nothing_but_says_so(now):
    character = factories.make_character(state="APPROVED")
    decision, _is_new = take_down(character, now)
    overturn(character, decision, now, kind="UPHOLD")
    assert factories.get_fresh(character).live_revision is None
    assert Notice.objects.filter(user=character.owner, kind="appeal-answered").count() == 1


def test_the_staff_page_puts_back_through_the_same_door(now):
    character = factories.make_character(state="APPROVED")
    decision, _is_new = take_down(character, now)
    reviewer = factories.make_staff()
    character_services.reinstate(actor=reviewer, character=factories.get_fresh(character), now=now)
    assert factories.get_fresh(character).live_revision_id == character.live_revision_id
    decision.measure.refresh_from_db()
    assert decision.measure.ended_at == now
    assert decision.reversals.get().kind == "REINSTATE"


def _rejection(character):
    return Decision.objects.filter(target_id=character.public_id, kind="REJECT").latest("pk")
