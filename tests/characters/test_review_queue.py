"""R6: the queue, and what reviewers do with what is in it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import User
from characters import review_queue, services
from characters.models import Character, Revision, State
from characters.services import CharacterRefusedError
from core.models import AuditEvent
from imagegen.models import Picture
from moderation import claims, risk
from moderation.models import Claim, Decision, Note
from notifications.models import Notice
from policies.rules import RULES
from tests.clients import client_of
from tests.factories import (
    NOW,
    advance,
    edit,
    get_fresh,
    make_character,
    make_picture,
    make_staff,
    make_user,
)
from tests.notifications import post

pytestmark = pytest.mark.django_db

NAMES = "admin:characters_pendingrevision_"
WORDS = {"reason_code": "spam", "explanation": "The bio sells candles.", "fix": "Take the shop out."}
NOTE = "Remember the candle shop."


@pytest.fixture
def rita() -> User:
    return make_staff(username="rita")


@pytest.fixture
def omar() -> User:
    return make_staff(username="omar")


@pytest.fixture
def senior() -> User:
    user = make_staff(username="sena")
    user.user_permissions.add(Permission.objects.get(codename="change_case"))
    return User.objects.get(pk=user.pk)


def url(name: str, *arguments: Any) -> str:
    return reverse(f"{NAMES}{name}", args=arguments)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def names_in(response: Any) -> list[str]:
    return [row.name for row in response.context["cl"].result_list]


def waiting(**fields: Any) -> Revision:
    return make_character(state=State.PENDING, **fields).open_revision


def held(**fields: Any) -> Revision:
    character = make_character(state=State.SUBMITTED, bio="She looks exactly like the actor.", **fields)
    return services.screen_revision(revision_id=character.open_revision.pk, now=NOW)[0]


def seen(revision: Revision) -> dict[str, str]:
    return {"expected_hash": revision.content_hash, "expected_version": revision.review_version}


# --- Order --------------------------------------------------------------------------------------------------


def test_the_riskiest_come_first_and_then_the_oldest(rita: User) -> None:
    known = make_user()
    make_character(owner=known, state=State.APPROVED)
    waiting(name="Late", owner=known, now=NOW + timedelta(hours=1))
    waiting(name="Early", owner=known, now=NOW)
    waiting(name="By somebody new", now=NOW + timedelta(hours=2))
    waiting(name="Mature", owner=known, safe_mode=False, now=NOW + timedelta(hours=3))
    upload = make_picture(owner=known, mode=Picture.Mode.UPLOAD, appearance="")
    waiting(name="Upload", owner=known, portrait_id=upload.pk, now=NOW + timedelta(hours=4))
    live = make_character(owner=known, state=State.APPROVED)
    edit(live, name="Edited", now=NOW - timedelta(days=1))
    advance(live, State.PENDING, now=NOW - timedelta(days=1))
    held(name="Held", owner=known)
    response = client_of(rita).get(url("changelist"))
    assert names_in(response) == [
        "Held",
        "Upload",
        "By somebody new",
        "Mature",
        "Early",
        "Late",
        "Edited",
    ]


def test_filters_narrow_the_queue(rita: User, senior: User) -> None:
    waiting(name="New one")
    held(name="Held one")
    live = make_character(state=State.APPROVED)
    edit(live, name="Edited one")
    advance(live, State.PENDING)
    expected = {"held": {"Held one"}, "edit": {"Edited one"}, "new": {"New one", "Held one"}}
    for standing, names in expected.items():
        assert set(names_in(client_of(rita).get(url("changelist"), {"standing": standing}))) == names
    assert "Escalated" not in text_of(client_of(rita).get(url("changelist")))
    assert "Escalated" in text_of(client_of(senior).get(url("changelist")))


def test_next_follows_the_order_and_begins_again_at_the_top(rita: User) -> None:
    revisions = [waiting(name=f"Number {hour}", now=NOW + timedelta(hours=hour)) for hour in range(3)]
    client = client_of(rita)
    assert client.get(url("next")).url == url("change", revisions[0].pk)
    for here, there in ((0, 1), (1, 2), (2, 0)):
        response = client.get(url("next"), {"after": revisions[here].pk})
        assert response.url == url("change", revisions[there].pk)


def test_next_leaves_out_what_others_work_on(rita: User, omar: User) -> None:
    first, second = waiting(now=NOW), waiting(now=NOW + timedelta(hours=1))
    client_of(omar).post(url("claim", first.pk))
    assert client_of(rita).get(url("next")).url == url("change", second.pk)
    assert client_of(omar).get(url("next")).url == url("change", first.pk)


def test_two_who_begin_are_given_two_entries_and_hold_them(rita: User, omar: User) -> None:
    first, second = waiting(now=NOW), waiting(now=NOW + timedelta(hours=1))
    third = waiting(now=NOW + timedelta(hours=2))
    assert client_of(rita).post(url("next")).url == url("change", first.pk)
    assert client_of(omar).post(url("next")).url == url("change", second.pk)
    decided = client_of(rita).post(
        url("approve", first.pk), {**seen(first), "asks_next": "1", "then_next": "1"}
    )
    assert decided.url == url("change", third.pk)
    held = Claim.objects.values_list("holder", "item_id")
    assert set(held) == {(omar.pk, str(second.pk)), (rita.pk, str(third.pk))}


def test_next_says_when_nothing_is_left(rita: User) -> None:
    revision = waiting()
    response = client_of(rita).get(url("next"), {"after": revision.pk}, follow=True)
    assert "Nothing else waits for you." in text_of(response)


# --- Claims -------------------------------------------------------------------------------------------------


def test_opening_something_offers_a_claim(rita: User) -> None:
    revision = waiting()
    client = client_of(rita)
    assert "Claim</button>" in text_of(client.get(url("change", revision.pk)))
    client.post(url("claim", revision.pk))
    mine = text_of(client.get(url("change", revision.pk)))
    assert "It is yours until" in mine
    assert "Approve</button>" in mine
    client.post(url("claim", revision.pk), {"release": "1"})
    assert not Claim.objects.exists()


def test_the_claim_of_somebody_else_is_shown_and_blocks_decisions(rita: User, omar: User) -> None:
    revision = waiting()
    client_of(omar).post(url("claim", revision.pk))
    client = client_of(rita)
    page = text_of(client.get(url("change", revision.pk)))
    assert "omar is working on this until" in page
    assert "Approve</button>" not in page
    assert "omar until" in text_of(client.get(url("changelist")))
    assert "omar is working on this" in text_of(client.post(url("claim", revision.pk), follow=True))
    for name, data in (("approve", seen(revision)), ("reject", WORDS), ("escalate", {"note": "x"})):
        response = client.post(url(name, revision.pk), data)
        assert response.status_code == 409
        assert "omar is working on this until" in text_of(response)
    assert Revision.objects.get(pk=revision.pk).state == State.PENDING


def test_a_decision_needs_no_claim_and_ends_it(rita: User, omar: User) -> None:
    revision, other = waiting(), waiting()
    assert client_of(rita).post(url("approve", revision.pk), seen(revision)).status_code == 302
    client_of(omar).post(url("claim", other.pk))
    client_of(omar).post(url("reject", other.pk), WORDS)
    assert not Claim.objects.exists()
    assert Decision.objects.count() == 2


def test_a_claim_that_ran_out_blocks_nobody(rita: User, omar: User) -> None:
    revision = waiting()
    claims.claim(actor=omar, **review_queue.entry_of(revision), now=NOW)
    later = NOW + claims.CLAIM_DURATION
    services.reject(actor=rita, revision=revision, now=later, **WORDS)
    assert Revision.objects.get(pk=revision.pk).state == State.REJECTED


# --- Conflicts ----------------------------------------------------------------------------------------------


def test_who_comes_second_reads_what_happened_and_keeps_what_they_typed(rita: User, omar: User) -> None:
    revision = waiting()
    page = seen(revision)
    client_of(omar).post(url("approve", revision.pk), page)
    response = client_of(rita).post(url("reject", revision.pk), {**WORDS, **page})
    assert response.status_code == 409
    told = text_of(response)
    assert "it is Approved" in told
    assert "Decided meanwhile: Approved" in told
    assert "The bio sells candles." in told
    assert "Take the shop out." in told
    assert Decision.objects.count() == 1


def test_the_same_decision_by_somebody_else_is_a_conflict_too(rita: User, omar: User) -> None:
    revision = waiting()
    page = seen(revision)
    client_of(omar).post(url("approve", revision.pk), page)
    assert client_of(rita).post(url("approve", revision.pk), page).status_code == 409
    assert client_of(omar).post(url("approve", revision.pk), page).status_code == 302


def test_words_for_a_version_that_was_withdrawn_are_not_lost(rita: User) -> None:
    character = make_character(state=State.PENDING, bio="What nobody should read now.")
    revision = character.open_revision
    services.withdraw(actor=character.owner, item=character, now=NOW)
    for name, data in (("reject", WORDS), ("escalate", {"note": NOTE}), ("note", {"text": NOTE})):
        response = client_of(rita).post(url(name, revision.pk), data)
        assert response.status_code == 409
        told = text_of(response)
        assert "withdrew this version" in told
        assert "What nobody should read now" not in told
        assert ("The bio sells candles." if name == "reject" else NOTE) in told


def test_what_changed_meanwhile_is_looked_at_again(rita: User, senior: User) -> None:
    """Also by somebody who may decide it."""
    revision = waiting()
    page = seen(revision)
    client_of(rita).post(url("escalate", revision.pk), {"note": NOTE})
    client = client_of(senior)
    for name, data in (("approve", {}), ("reject", WORDS)):
        response = client.post(url(name, revision.pk), {**data, **page})
        assert response.status_code == 409
        assert "This changed while you looked at it." in text_of(response)
    again = client.post(url("reject", revision.pk), {**WORDS, **seen(get_revision(revision))})
    assert again.status_code == 302


def get_revision(revision: Revision) -> Revision:
    return Revision.objects.get(pk=revision.pk)


# --- Answers ------------------------------------------------------------------------------------------------


def test_changes_are_requested_with_words(rita: User) -> None:
    """R6: a rejection that asks for one thing and blames nobody."""
    revision = waiting()
    client = client_of(rita)
    sent = {"request_changes": "1", "reason_code": "", "explanation": "", "fix": ""}
    response = client.post(url("reject", revision.pk), sent)
    assert response.status_code == 422
    assert "Say what has to change." in text_of(response)
    client.post(url("reject", revision.pk), {**sent, "explanation": "The bio stops half-way."})
    rejected = get_revision(revision)
    assert (rejected.state, rejected.reason_code) == (State.REJECTED, "changes-needed")
    assert rejected.explanation == "The bio stops half-way."
    assert rejected.fix == str(RULES["changes-needed"].fix)


def test_a_decision_leads_to_the_next_one_for_those_who_want_that(rita: User) -> None:
    first, second, third = (waiting(now=NOW + timedelta(hours=hour)) for hour in range(3))
    client = client_of(rita)
    sent = {**seen(first), "asks_next": "1", "then_next": "1"}
    response = client.post(url("approve", first.pk), sent)
    assert response.url == url("change", second.pk)
    assert client.get(response.url).status_code == 200
    assert client.post(url("approve", second.pk), {**seen(second), "asks_next": "1"}).url == url("changelist")
    page = client.get(url("change", third.pk)).content.decode()
    assert re.search(r'name="then_next"[^>]*checked', page) is None


def test_an_escalated_one_goes_to_the_top_with_its_note(rita: User, omar: User, senior: User) -> None:
    revision = waiting(name="Hard case", now=NOW + timedelta(days=1))
    held(name="Held")
    client = client_of(rita)
    assert client.post(url("escalate", revision.pk), {"note": ""}).status_code == 422
    client.post(url("escalate", revision.pk), {"note": NOTE})
    services.escalate(actor=rita, revision=get_revision(revision), note="Again.", now=NOW)
    escalated = get_revision(revision)
    assert escalated.risk == revision.risk + risk.ESCALATED
    assert names_in(client.get(url("changelist"))) == ["Hard case", "Held"]
    assert "Escalated." in text_of(client.get(url("changelist")))
    found = client_of(senior).get(url("changelist"), {"standing": "escalated"})
    assert names_in(found) == ["Hard case"]
    page = text_of(client_of(senior).get(url("change", revision.pk)))
    assert NOTE in page
    assert "Approve</button>" in page
    assert [note.text for note in Note.objects.all()] == [NOTE]


def test_an_escalated_one_is_decided_by_somebody_with_more_say(rita: User, senior: User) -> None:
    revision, other = waiting(now=NOW), waiting(now=NOW + timedelta(hours=1))
    client = client_of(rita)
    client.post(url("escalate", revision.pk), {"note": NOTE})
    assert "Approve</button>" not in text_of(client.get(url("change", revision.pk)))
    response = client.post(url("approve", revision.pk), seen(get_revision(revision)))
    assert response.status_code == 409
    assert "somebody who decides cases has to look at it" in text_of(response)
    assert client.get(url("next")).url == url("change", other.pk)
    assert client_of(senior).get(url("next")).url == url("change", revision.pk)
    services.approve(actor=senior, revision=revision, expected_hash=revision.content_hash, now=NOW)
    assert get_revision(revision).state == State.APPROVED


def test_a_decision_says_which_content_and_under_which_rules() -> None:
    rejected = make_character(state=State.REJECTED).open_revision
    decision = Decision.objects.get()
    assert decision.revision_hash == rejected.content_hash
    assert decision.source == Decision.Source.HUMAN
    assert decision.policy_version
    event = AuditEvent.objects.get(kind="revision.reject")
    assert event.data["waited_seconds"] == 0


def test_a_reinstatement_points_to_what_it_takes_back(rita: User) -> None:
    character = make_character(state=State.DELISTED)
    services.reinstate(actor=rita, item=character, now=NOW)
    [answer] = Decision.objects.filter(reverses__isnull=False)
    assert answer.reverses.kind == "DELIST"


# --- Notes and pictures -------------------------------------------------------------------------------------


def test_notes_on_an_item_and_its_creator_are_seen_by_staff(rita: User, omar: User) -> None:
    owner = make_user()
    first, second = waiting(owner=owner), waiting(owner=owner)
    client = client_of(rita)
    client.post(url("note", first.pk), {"about": "item", "text": "About the first."})
    client.post(url("note", first.pk), {"about": "creator", "text": "About the person."})
    assert client.post(url("note", first.pk), {"about": "creator", "text": ""}).status_code == 422
    page = text_of(client_of(omar).get(url("change", first.pk)))
    assert "About the first." in page
    assert "About the person." in page
    other = text_of(client_of(omar).get(url("change", second.pk)))
    assert "About the person." in other
    assert "About the first." not in other
    staff_page = reverse("admin:characters_character_change", args=[first.item_id])
    assert "About the first." in text_of(client_of(omar).get(staff_page))


def test_private_notes_never_reach_a_user(rita: User) -> None:
    revision = waiting()
    owner: User = revision.item.owner
    client = client_of(rita)
    client.post(url("note", revision.pk), {"about": "item", "text": NOTE})
    client.post(url("note", revision.pk), {"about": "creator", "text": NOTE})
    client.post(url("reject", revision.pk), WORDS)
    mails = post.send_waiting()
    character = Character.objects.get(pk=revision.item_id)
    reader = client_of(owner)
    pages = ["/library/", "/notifications/", "/settings/standing/", "/"]
    pages += [f"/characters/{character.slug}/{page}" for page in ("", "edit/", "why/")]
    for page in pages:
        response = reader.get(page, follow=True)
        assert response.status_code == 200
        assert "candle shop" not in response.content.decode(), page
    assert Notice.objects.filter(user=owner).exists()
    told = [f"{notice.title} {notice.body}" for notice in Notice.objects.all()]
    told += [f"{mail.subject} {mail.body} {mail.alternatives}" for mail in mails]
    assert mails
    assert not [text for text in told if "candle shop" in text]


def test_pictures_are_blurred_and_grey_unless_a_reviewer_chose_otherwise(rita: User) -> None:
    revision = waiting()
    client = client_of(rita)
    page = url("change", revision.pk)
    assert "review-portrait is-blurred is-greyscale" in text_of(client.get(page))
    settings_page = reverse("admin:moderation_reviewer_settings")
    assert text_of(client.get(settings_page)).count("checked") == 2
    client.post(settings_page, {"is_greyscale": "on"})
    assert "review-portrait is-greyscale" in text_of(client.get(page))
    client.post(settings_page, {})
    shown = text_of(client.get(page))
    assert 'class="review-portrait"' in shown
    assert "Show it as it is" not in shown
    other = text_of(client_of(make_staff()).get(page))
    assert "review-portrait is-blurred is-greyscale" in other


# --- Who may ------------------------------------------------------------------------------------------------


def test_only_reviewers_do_any_of_it() -> None:
    revision = waiting()
    posts = ["approve", "reject", "escalate", "claim", "note"]
    for person in (make_user(), make_staff(is_reviewer=False)):
        client = client_of(person)
        responses = [client.post(url(name, revision.pk), {**WORDS, "note": "x"}) for name in posts]
        responses += [client.get(url("next"))]
        assert {response.status_code for response in responses} <= {302, 403}
        assert all("login" in response.url for response in responses if response.status_code == 302)
    with pytest.raises(CharacterRefusedError):
        services.escalate(actor=make_user(), revision=revision, note="x", now=NOW)
    assert get_fresh(revision.item).open_revision.state == State.PENDING
    assert not Note.objects.exists()
    assert not Claim.objects.exists()


def test_what_changes_something_is_a_post(rita: User) -> None:
    revision = waiting()
    client = client_of(rita)
    for name in ("approve", "reject", "escalate", "claim", "note"):
        assert client.get(url(name, revision.pk)).status_code == 405
    assert client.get(url("bulk_decide")).status_code == 405
