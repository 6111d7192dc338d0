"""R6, R7: the staff pages. Every decision goes through the services; clicking twice is harmless."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from characters import services
from characters.models import Character, Revision, State
from moderation import targets
from moderation.models import Decision
from policies.rules import RULES
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

pytestmark = pytest.mark.django_db

QUEUE = "admin:characters_pendingrevision_changelist"
REVIEW = "admin:characters_pendingrevision_change"
APPROVE = "admin:characters_pendingrevision_approve"
REJECT = "admin:characters_pendingrevision_reject"
LIST = "admin:characters_character_changelist"
PAGE = "admin:characters_character_change"
DELIST = "admin:characters_character_delist"
REINSTATE = "admin:characters_character_reinstate"
WORDS = {"reason_code": "changes-needed", "explanation": "The bio is short.", "fix": "Tell more."}


@pytest.fixture
def reviewer():
    return make_staff(username="rita")


@pytest.fixture
def staff_client(reviewer):
    client = Client()
    client.force_login(reviewer)
    return client


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def rows_of(response):
    return [row.name for row in response.context["cl"].result_list]


def buttons_of(response):
    return re.findall(r"<button[^>]*>([^<]+)</button>", text_of(response))


def waiting(**fields):
    return make_character(state=State.PENDING, **fields)


def test_the_staff_index_leads_to_the_queue(staff_client):
    response = staff_client.get(reverse("admin:index"))

    assert "Pending review" in text_of(response)
    assert reverse(QUEUE) in text_of(response)


def test_the_queue_shows_what_waits_for_a_person(staff_client):
    """R6: the riskiest first."""
    waiting(name="First")
    held = make_character(name="Held", bio="She looks exactly like the actor.", state=State.SUBMITTED)
    services.screen_revision(revision_id=held.open_revision.pk, now=NOW)
    make_character(name="Not screened", state=State.SUBMITTED)
    for state in (State.DRAFT, State.APPROVED, State.REJECTED, State.WITHDRAWN, State.DELISTED):
        make_character(name=f"Is {state}", state=state)
    changed = make_character(name="Edited", state=State.APPROVED)
    edit(changed, bio="New.")
    advance(changed, State.PENDING)

    response = staff_client.get(reverse(QUEUE))

    assert rows_of(response) == ["Held", "First", "Edited"]
    assert f"Held: {RULES['real-person'].title}" in text_of(response)
    assert "Edit</td>" in text_of(response)


def test_review_shows_the_revision_beside_the_live_one(staff_client):
    """R6: field by field, with both portraits."""
    character = make_character(state=State.APPROVED)
    new = make_picture(owner=character.owner, reference=character.live_revision.portrait)
    draft = edit(character, bio="She went <b>to sea</b>.", portrait_id=new.pk, greetings=(), tags=("sea",))
    advance(character, State.PENDING)

    response = staff_client.get(reverse(REVIEW, args=[draft.pk]))
    page = text_of(response)

    changed = {str(row.label) for row in response.context["rows"] if row.is_changed}
    assert changed == {"Bio", "Greetings", "Tags"}
    assert page.count("Changed</span>") == 4
    assert "Mira keeps the northern light" in page
    assert "She went &lt;b&gt;to sea&lt;/b&gt;." in page
    for picture in (new, character.live_revision.portrait):
        assert f'data-picture="{picture.public_id}"' in page
        assert f"/media/picture/{picture.public_id}/" in page
    assert page.count('alt="Portrait of Mira Vale"') == 2
    assert [label for label in buttons_of(response) if label in {"Approve", "Reject", "De-list"}] == [
        "Approve",
        "Reject",
    ]


def test_a_new_character_has_nothing_beside_it(staff_client):
    revision = waiting().open_revision

    response = staff_client.get(reverse(REVIEW, args=[revision.pk]))

    assert "everything here is new" in text_of(response)
    assert "Live now" not in text_of(response)


def test_a_hold_fills_in_its_rule(staff_client):
    held = make_character(bio="She looks exactly like the actor.", state=State.SUBMITTED)
    services.screen_revision(revision_id=held.open_revision.pk, now=NOW)

    response = staff_client.get(reverse(REVIEW, args=[held.open_revision.pk]))

    assert "Held by automatic screening:" in text_of(response)
    assert response.context["form"].initial["reason_code"] == "real-person"
    assert 'data-fix="' in text_of(response)


def test_approve(staff_client, reviewer):
    """R6: approved from the queue, and safe to click twice."""
    character = waiting()
    revision = character.open_revision
    url, data = reverse(APPROVE, args=[revision.pk]), {"expected_hash": revision.content_hash}

    first = staff_client.post(url, data, follow=True)
    second = staff_client.post(url, data, follow=True)

    assert "“Mira Vale” is approved." in text_of(first)
    assert "was approved already" in text_of(second)
    assert get_fresh(character).live_revision == revision
    assert [decision.actor for decision in Decision.objects.all()] == [reviewer.subject]
    assert first.redirect_chain[-1][0] == reverse(QUEUE)


def test_approve_needs_what_was_seen(staff_client):
    character = waiting()

    response = staff_client.post(
        reverse(APPROVE, args=[character.open_revision.pk]), {"expected_hash": "0" * 64}, follow=True
    )

    assert "not the version that you looked at" in text_of(response)
    assert get_fresh(character).live_revision is None


def test_reject(staff_client):
    """R6: a reason of the list, and how to fix it; safe to click twice."""
    character = waiting()
    url = reverse(REJECT, args=[character.open_revision.pk])

    first = staff_client.post(url, WORDS, follow=True)
    second = staff_client.post(url, WORDS, follow=True)

    revision = get_fresh(character).open_revision
    assert "is rejected; its creator is told why" in text_of(first)
    assert "was rejected already" in text_of(second)
    assert (revision.reason_code, revision.explanation, revision.fix) == tuple(WORDS.values())
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "nonsense"])
def test_reject_needs_a_rule_and_keeps_what_was_typed(staff_client, reason):
    character = waiting()

    response = staff_client.post(
        reverse(REJECT, args=[character.open_revision.pk]), {**WORDS, "reason_code": reason}
    )

    assert response.status_code == 422
    assert response.context["form"].errors["reason_code"]
    assert "The bio is short." in text_of(response)
    assert get_fresh(character).open_revision.state == State.PENDING


def test_a_decision_that_comes_too_late_says_so(staff_client):
    character = waiting()
    revision = character.open_revision
    services.withdraw(actor=character.owner, item=character, now=NOW)

    response = staff_client.post(
        reverse(APPROVE, args=[revision.pk]), {"expected_hash": revision.content_hash}, follow=True
    )

    assert "withdrew this version" in text_of(response)
    assert "Mira keeps the northern light" not in text_of(response)
    assert "Approve" not in buttons_of(response)
    assert staff_client.get(reverse(REVIEW, args=[revision.pk])).url == reverse(QUEUE)


def test_a_live_revision_can_still_be_looked_at(staff_client):
    character = make_character(state=State.APPROVED)

    response = staff_client.get(reverse(REVIEW, args=[character.live_revision.pk]))

    assert response.status_code == 200
    assert response.context["live"] is None
    assert "Approved" in text_of(response)


def test_drafts_are_nobodys_business(staff_client):
    """R3: what was not submitted is private."""
    draft = make_character().open_revision

    assert staff_client.get(reverse(REVIEW, args=[draft.pk])).status_code == 404
    assert staff_client.post(reverse(APPROVE, args=[draft.pk])).status_code == 404


def test_the_list_shows_every_character_with_its_label(staff_client):
    """R6: approved items appear in the admin's list."""
    for state in State:
        make_character(state=state, name=f"Is {state}")

    response = staff_client.get(reverse(LIST))
    page = text_of(response)

    assert len(response.context["cl"].result_list) == len(State) - 2
    assert "Is DRAFT" not in page
    assert "Is WITHDRAWN" not in page
    for label in ("Approved", "De-listed", "Rejected", "Pending review"):
        assert label in page


@pytest.mark.parametrize(("standing", "count"), [("live", 2), ("delisted", 1), ("never", 3), ("", 6)])
def test_the_list_is_filtered_by_standing(staff_client, standing, count):
    for state in State:
        make_character(state=state)

    response = staff_client.get(reverse(LIST), {"standing": standing} if standing else {})

    assert len(response.context["cl"].result_list) == count


def test_the_list_is_searched(staff_client):
    waiting(name="Zora", owner=make_user(username="zelda"))
    waiting(name="Other")
    make_character(name="Zora too")

    for text in ("Zora", "zelda"):
        assert len(staff_client.get(reverse(LIST), {"q": text}).context["cl"].result_list) == 1


@pytest.mark.parametrize("state", [State.APPROVED, State.REJECTED, State.DELISTED])
def test_a_draft_over_a_decided_version_stays_private(staff_client, state):
    """R9: staff read what was submitted; what the creator writes since then is theirs."""
    character = make_character(state=state)
    edit(character, name="Secret Plan", short_bio="Nobody reads this yet.")

    page = text_of(staff_client.get(reverse(PAGE, args=[character.pk])))

    assert "Mira Vale" in page
    assert "Secret Plan" not in page
    assert "Nobody reads this yet" not in page
    assert not staff_client.get(reverse(LIST), {"q": "Secret"}).context["cl"].result_list
    assert "Secret Plan" not in text_of(staff_client.get(reverse(LIST)))


@pytest.mark.parametrize("state", [State.DRAFT, State.WITHDRAWN])
def test_an_item_of_which_nothing_is_submitted_has_no_page(staff_client, reviewer, state):
    """R9."""
    character = make_character(state=state)

    assert staff_client.get(reverse(PAGE, args=[character.pk])).status_code == 404
    assert targets.find("character", viewer=reviewer, public_id=character.public_id) is None


def test_delist_and_reinstate(staff_client):
    """R7: back to the library with a reason; live again after an appeal; safe to click twice."""
    character = make_character(state=State.APPROVED)
    page = reverse(PAGE, args=[character.pk])
    assert "De-list" in buttons_of(staff_client.get(page))

    first = staff_client.post(reverse(DELIST, args=[character.pk]), WORDS, follow=True)
    second = staff_client.post(reverse(DELIST, args=[character.pk]), WORDS, follow=True)

    assert "back in its creator" in text_of(first)
    assert "was taken down already" in text_of(second)
    assert get_fresh(character).delisted_revision.reason_code == "changes-needed"
    assert "De-list" not in buttons_of(second)
    assert "Put it back" in buttons_of(second)
    assert "The bio is short." in text_of(second)

    url = reverse(REINSTATE, args=[character.pk])
    without = staff_client.post(url, {"explanation": " "})
    assert without.status_code == 422
    assert get_fresh(character).live_revision is None

    response = staff_client.post(url, {"explanation": "It was fine all along."}, follow=True)
    again = staff_client.post(url, {"explanation": "It was fine all along."}, follow=True)

    assert "is live again" in text_of(response)
    assert "was not taken down" in text_of(again)
    assert get_fresh(character).live_revision is not None


def test_delist_needs_a_rule(staff_client):
    character = make_character(state=State.APPROVED)

    response = staff_client.post(reverse(DELIST, args=[character.pk]), {"explanation": "x", "fix": "y"})

    assert response.status_code == 422
    assert get_fresh(character).live_revision is not None


def test_a_character_page_leads_to_the_version_that_waits(staff_client):
    character = waiting()

    response = staff_client.get(reverse(PAGE, args=[character.pk]))

    assert reverse(REVIEW, args=[character.open_revision.pk]) in text_of(response)


@pytest.mark.parametrize("count", [2, 12])
def test_the_lists_have_a_query_budget(staff_client, count, django_assert_max_num_queries):
    for _index in range(count):
        waiting()

    for name in (QUEUE, LIST):
        with django_assert_max_num_queries(9) as used:
            assert staff_client.get(reverse(name)).status_code == 200
        budgets = test_the_lists_have_a_query_budget.__dict__.setdefault("used", {})
        assert budgets.setdefault(name, len(used)) == len(used)


def test_the_list_costs_the_same_for_rejected_items_with_a_new_draft(staff_client):
    counts = []
    for more in (2, 10):
        for _index in range(more):
            edit(make_character(state=State.REJECTED), name="Unseen")
        with CaptureQueriesContext(connection) as used:
            response = staff_client.get(reverse(LIST))
        counts.append(len(used))

    assert counts[0] == counts[1] <= 9
    assert text_of(response).count("Mira Vale</a>") == 12
    assert "Unseen" not in text_of(response)


def test_reviewers_see_the_address(staff_client):
    """Its words are those of the first name, and everybody will read them."""
    character = make_character(name="Old name")
    draft = edit(character, name="New name")
    advance(character, State.PENDING)

    response = staff_client.get(reverse(REVIEW, args=[draft.pk]))

    assert [row.submitted for row in response.context["rows"] if row.label == "Address"] == [character.slug]
    assert character.slug in text_of(response)
    assert "old-name" in character.slug


def test_the_review_page_has_a_query_budget(staff_client, django_assert_max_num_queries):
    character = make_character(state=State.APPROVED)
    draft = edit(character, bio="x")
    advance(character, State.PENDING)

    with django_assert_max_num_queries(11):
        staff_client.get(reverse(REVIEW, args=[draft.pk]))


def test_no_page_has_inline_scripts_or_styles(staff_client):
    """The content security policy holds in the admin too."""
    character = waiting()
    urls = [
        reverse(QUEUE),
        reverse(REVIEW, args=[character.open_revision.pk]),
        reverse(LIST),
        reverse(PAGE, args=[character.pk]),
    ]

    for url in urls:
        page = staff_client.get(url).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", page)
        assert not re.search(r"\son\w+=|\sstyle=", page)


@pytest.mark.parametrize("make", [make_user, lambda: make_staff(is_reviewer=False)], ids=["person", "staff"])
def test_only_reviewers_come_in(make):
    client = Client()
    client.force_login(make())
    character = waiting()
    live = make_character(state=State.APPROVED)
    revision = character.open_revision
    gets = [
        reverse(QUEUE),
        reverse(REVIEW, args=[revision.pk]),
        reverse(LIST),
        reverse(PAGE, args=[live.pk]),
    ]
    posts = [
        (reverse(APPROVE, args=[revision.pk]), {"expected_hash": revision.content_hash}),
        (reverse(REJECT, args=[revision.pk]), WORDS),
        (reverse(DELIST, args=[live.pk]), WORDS),
        (reverse(REINSTATE, args=[live.pk]), {}),
    ]

    for response in [client.get(url) for url in gets] + [client.post(url, data) for url, data in posts]:
        assert response.status_code in {302, 403}
    assert Revision.objects.get(pk=revision.pk).state == State.PENDING
    assert get_fresh(live).live_revision is not None


def test_decisions_are_posts(staff_client):
    character = waiting()

    for name in (APPROVE, REJECT):
        assert staff_client.get(reverse(name, args=[character.open_revision.pk])).status_code == 405
    for name in (DELIST, REINSTATE):
        assert staff_client.get(reverse(name, args=[character.pk])).status_code == 405


def test_nothing_is_changed_or_deleted_by_hand(staff_client):
    """Changes go through services."""
    character = waiting()

    assert staff_client.get(reverse("admin:characters_character_add")).status_code == 403
    delete = reverse("admin:characters_character_delete", args=[character.pk])
    assert staff_client.post(delete, {"post": "yes"}).status_code == 403
    assert Character.objects.filter(pk=character.pk).exists()
