"""R6, R8: stories before reviewers. What the queue does for both kinds alike stands in the other modules."""

import re
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from characters import review_queue, services
from characters.models import State
from core import viewing
from core.models import AuditEvent
from moderation import queues, second_reviews
from moderation.models import Claim, Decision, Note, SecondReview
from tests.clients import client_of
from tests.factories import (
    NOW,
    advance,
    edit,
    get_fresh,
    get_fresh_revision,
    make_character,
    make_staff,
    make_story,
    make_user,
)

pytestmark = pytest.mark.django_db

WORDS = {"reason_code": "spam", "explanation": "The plot sells candles.", "fix": "Take the shop out."}


@pytest.fixture
def rita() -> User:
    return make_staff(username="rita")


def url(name: str, *arguments: Any) -> str:
    return reverse(f"admin:characters_pendingstoryrevision_{name}", args=arguments)


def item_url(name: str, story: Any) -> str:
    return reverse(f"admin:characters_story_{name}", args=[story.pk])


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def waiting(**fields: Any) -> Any:
    return make_story(state=State.PENDING, **fields).open_revision


def seen(revision: Any) -> dict[str, str]:
    return {"expected_hash": revision.content_hash, "expected_version": revision.review_version}


def test_the_queue_of_stories_has_stories_and_counts_for_itself(rita: User) -> None:
    story = waiting(name="A waiting story")
    character = make_character(state=State.PENDING, name="A waiting character").open_revision

    page = text_of(client_of(rita).get(url("changelist")))

    assert "A waiting story" in page
    assert "A waiting character" not in page
    assert url("change", story.pk) in page
    assert [queue.key for queue in queues.list_queues() if queue.key in {"characters", "stories"}] == [
        "characters",
        "stories",
    ]
    found = queues.find_queue("stories")
    assert found is not None
    assert list(found.list_waiting()) == [story]
    assert found.find_titles([str(story.pk), "x", "0"]) == {str(story.pk): "A waiting story"}
    assert review_queue.queue_of(character).key == "characters"


def test_a_reviewer_reads_everything_of_it_with_its_cast(rita: User) -> None:
    author = make_user()
    lead = make_character(owner=author, state=State.APPROVED, name="Lead")
    guest = make_character(state=State.APPROVED, name="Guest")
    revision = waiting(owner=author, cast=[lead, guest])

    page = text_of(client_of(rita).get(url("change", revision.pk)))

    content = revision.content()
    for words in (content.name, content.summary, content.opening_scene, content.plot, *content.tags):
        assert words in page
    for member in (lead, guest):
        assert f"{member.live_revision.name} · {member.slug}" in page
    assert AuditEvent.objects.filter(kind=viewing.VIEWED, target_id=revision.item.public_id).exists()


def test_what_changed_is_marked_and_what_is_live_stands_beside_it(rita: User) -> None:
    story = make_story(state=State.APPROVED)
    other = make_character(owner=story.owner, state=State.APPROVED, name="Newcomer")
    edit(story, opening_scene="Sun on the water.", cast=(*story.live_revision.cast, other.public_id))
    revision = advance(story, State.PENDING)

    response = client_of(rita).get(url("change", revision.pk))

    changed = {str(row.label) for row in response.context["rows"] if row.is_changed}
    assert changed == {"Opening scene", "Cast"}
    assert response.context["portraits"] is None
    page = text_of(response)
    assert "Newcomer" in page
    assert "<ins>" in page


def test_it_is_approved_from_its_page_and_the_next_one_opens(rita: User) -> None:
    first, second = waiting(), waiting()
    sent = {**seen(first), "asks_next": "1", "then_next": "1"}

    response = client_of(rita).post(url("approve", first.pk), sent, follow=True)

    assert get_fresh(first.item).live_revision == first
    assert response.redirect_chain[-1][0] == url("change", second.pk)


def test_it_is_rejected_with_a_reason_that_its_author_reads(rita: User) -> None:
    revision = waiting()

    client_of(rita).post(url("reject", revision.pk), {**WORDS, **seen(revision)})

    found = get_fresh_revision(revision)
    assert (found.state, found.explanation) == (State.REJECTED, "The plot sells candles.")
    decision = Decision.objects.get(target_id=revision.item.public_id)
    assert (decision.kind, decision.target_kind) == ("REJECT", "story")


def test_of_two_decisions_the_second_reads_what_happened(rita: User) -> None:
    revision = waiting()
    sent = {**WORDS, **seen(revision)}
    services.approve(actor=make_staff(), revision=revision, expected_hash=revision.content_hash, now=NOW)

    response = client_of(rita).post(url("reject", revision.pk), sent)

    assert response.status_code == 409
    page = text_of(response)
    assert "Decided meanwhile" in page
    assert "The plot sells candles." in page
    assert url("next") in page


def test_a_claim_a_note_and_an_escalation_are_about_the_story(rita: User) -> None:
    revision = waiting()
    # A character with the same key is another entry of another queue.
    client = client_of(rita)

    client.post(url("claim", revision.pk))
    assert list(Claim.objects.values_list("queue", "item_id")) == [("stories", str(revision.pk))]
    client.post(url("note", revision.pk), {"about": "item", "text": "Ask about the letter."})
    client.post(url("escalate", revision.pk), {"note": "A matter of rights?"})

    notes = Note.objects.filter(target_kind="story", target_id=revision.item.public_id)
    assert set(notes.values_list("text", flat=True)) == {"Ask about the letter.", "A matter of rights?"}
    assert get_fresh_revision(revision).escalated_at is not None
    assert not Claim.objects.exists()


def test_a_claim_on_a_character_holds_up_no_story_of_the_same_number(rita: User) -> None:
    revision = waiting()
    Claim.objects.create(
        queue="characters",
        item_id=str(revision.pk),
        holder=make_staff(),
        claimed_at=NOW,
        expires_at=NOW.replace(year=2100),
    )

    client_of(rita).post(url("approve", revision.pk), seen(revision))

    assert get_fresh_revision(revision).state == State.APPROVED


def test_a_second_review_is_blind_and_answered_on_its_own_page(rita: User) -> None:
    revision = waiting()
    services.approve(actor=make_staff(), revision=revision, expected_hash=revision.content_hash, now=NOW)
    decision = Decision.objects.get(target_id=revision.item.public_id)
    SecondReview.objects.filter(decision=decision).delete()
    second = SecondReview.objects.create(
        created_at=NOW, decision=decision, queue="stories", item_id=str(revision.pk)
    )
    assert second_reviews.find_open(rita, second.public_id) == second
    client = client_of(rita)

    page = text_of(client.get(url("second", second.public_id)))
    assert revision.opening_scene in page
    client.post(url("second", second.public_id), {"kind": "REJECT"})

    second.refresh_from_db()
    assert second.agrees is False


def test_every_story_has_its_staff_page_and_is_taken_down_there(rita: User) -> None:
    story = make_story(state=State.APPROVED)
    make_story(state=State.DRAFT, name="Nobody else's")
    client = client_of(rita)

    listed = text_of(client.get(reverse("admin:characters_story_changelist")))
    assert "The Northern Light" in listed
    assert "Nobody else's" not in listed
    page = text_of(client.get(item_url("change", story)))
    assert story.live_revision.summary in page
    client.post(item_url("delist", story), WORDS)
    assert get_fresh(story).delisted_revision == story.live_revision
    assert "Put it back" in text_of(client.get(item_url("change", story)))
    client.post(item_url("reinstate", story), {"explanation": "It was fine."})
    assert get_fresh(story).live_revision == story.live_revision


def test_a_story_without_one_of_its_cast_can_be_read_and_decided(rita: User) -> None:
    guest = make_character(state=State.APPROVED)
    revision = waiting(cast=[guest])
    guest.owner.delete()
    client = client_of(rita)

    assert "gone with its creator" in text_of(client.get(url("change", revision.pk)))
    client.post(url("reject", revision.pk), {**WORDS, **seen(revision)})
    assert get_fresh_revision(revision).state == State.REJECTED
