"""R6: one decision about several revisions, with what one has to know of each on the same page."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import escape

from accounts.models import User
from characters import review, services
from characters.models import ITEM_MODELS, Character, ItemRevision, State
from core.refusals import Text
from moderation.models import Decision
from policies.rules import RULES
from tests.clients import client_of
from tests.factories import NOW, advance, edit, get_fresh_revision, make_item, make_staff, make_user

pytestmark = pytest.mark.django_db

KIND = Character.KIND
PAGES = {"character": "pendingrevision", "story": "pendingstoryrevision"}
# What a list says about one, and a field that only its page shows.
LINE = {"character": "short_bio", "story": "summary"}
LONG = {"character": "bio", "story": "plot"}
WORDS = {"reason_code": "spam", "explanation": "The bio sells candles.", "fix": "Take the shop out."}


@pytest.fixture(params=ITEM_MODELS, autouse=True)
def _kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is about characters, and then about stories."""
    monkeypatch.setitem(globals(), "KIND", request.param)


@pytest.fixture
def rita() -> User:
    return make_staff(username="rita")


@pytest.fixture
def omar() -> User:
    return make_staff(username="omar")


def url(name: str, *arguments: Any) -> str:
    return reverse(f"admin:characters_{PAGES[KIND]}_{name}", args=arguments)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def waiting(**fields: Any) -> Any:
    return make_item(KIND, state=State.PENDING, **fields).open_revision


def held(**fields: Any) -> Any:
    item = make_item(
        KIND, state=State.SUBMITTED, **{LONG[KIND]: "She looks exactly like the actor."}, **fields
    )
    return services.screen_revision(kind=KIND, revision_id=item.open_revision.pk, now=NOW)[0]


def chosen(*revisions: ItemRevision, **more: Any) -> dict[str, Any]:
    versions = {f"version-{revision.pk}": revision.review_version for revision in revisions}
    keys = [revision.pk for revision in revisions]
    return {"item": keys, "shown": keys, **versions, **more}


def test_several_are_shown_with_what_one_has_to_know_before_anything_is_decided(rita: User) -> None:
    plain, suspect = waiting(name="Plain", **{LINE[KIND]: "A plain one."}), held(name="Suspect")
    client = client_of(rita)
    listed = client.post(
        url("changelist"),
        {"action": "decide_together", "_selected_action": [plain.pk, suspect.pk], "index": "0"},
    )
    page = text_of(client.get(listed.url))
    for shown in ("Plain", "A plain one.", "Suspect", f"Held: {RULES['real-person'].title}"):
        assert shown in page
    for label, words in list_fields(plain):
        assert f"<dt>{label}</dt>" in page
        assert escape(words) in page
    assert 'name="item"' in page
    assert "checked" not in page, "whoever decides ticks each"
    pictures = [revision.portrait for revision in (plain, suspect) if KIND == Character.KIND]
    assert page.count("data-picture=") == len(pictures)
    for portrait in pictures:
        assert f'data-picture="{portrait.public_id}"' in page
    assert not Decision.objects.filter(target_kind=KIND).exists()


def list_fields(revision: ItemRevision) -> list[tuple[Text, str]]:
    """Return the label and the words of everything that review looks at."""
    fields = [(row.label, re.sub(r"\s+", " ", row.submitted)) for row in review.compare(revision, None)]
    assert len(fields) > 7
    return fields


def test_of_an_edit_what_changed_is_open_and_the_rest_is_folded(rita: User) -> None:
    item = make_item(KIND, state=State.APPROVED, name="Old Name")
    edit(item, name="New Name")
    revision = advance(item, State.PENDING)
    page = text_of(client_of(rita).get(url("bulk"), {"item": revision.pk}))
    assert re.search(r"<dt> Name <span[^>]*>Changed</span> </dt>", page)
    assert "<del>Old" in page
    assert "<ins>New" in page
    assert re.search(r'<details class="review-unchanged"\s*>', page)


def test_nothing_is_ticked_after_an_error_but_what_was(rita: User) -> None:
    ticked, left = waiting(), waiting()
    client = client_of(rita)
    none = client.post(url("bulk_decide"), {"shown": [ticked.pk, left.pk], **WORDS})
    assert none.status_code == 422
    assert "checked" not in text_of(none)
    assert "The bio sells candles." in text_of(none)
    sent = chosen(ticked, left, reason_code="") | {"item": [ticked.pk]}
    boxes = re.findall(r'id="item-(\d+)" checked', text_of(client.post(url("bulk_decide"), sent)))
    assert boxes == [str(ticked.pk)]


def test_several_are_approved_and_several_rejected(rita: User) -> None:
    one, two, three = waiting(), waiting(), waiting()
    client = client_of(rita)
    approved = client.post(url("bulk_decide"), chosen(one, two, approve="1"), follow=True)
    assert "2 are approved." in text_of(approved)
    rejected = client.post(url("bulk_decide"), chosen(three, **WORDS), follow=True)
    assert "1 is rejected" in text_of(rejected)
    assert get_fresh_revision(one).state == get_fresh_revision(two).state == State.APPROVED
    assert get_fresh_revision(three).explanation == "The bio sells candles."


def test_one_that_is_refused_stops_no_other_and_loses_no_words(rita: User, omar: User) -> None:
    free, taken = waiting(name="Free"), waiting(name="Taken")
    client_of(omar).post(url("claim", taken.pk))
    response = client_of(rita).post(url("bulk_decide"), chosen(free, taken, **WORDS))
    assert response.status_code == 409
    told = text_of(response)
    assert "Taken: omar is working on this" in told
    assert "The bio sells candles." in told
    assert "1 is rejected" in told
    assert get_fresh_revision(free).state == State.REJECTED
    assert get_fresh_revision(taken).state == State.PENDING


def test_of_several_only_what_was_ticked_as_it_was_shown_is_decided(rita: User) -> None:
    ticked, left = waiting(), waiting()
    client = client_of(rita)
    sent = chosen(ticked, left, approve="1") | {"item": [ticked.pk]}
    client.post(url("bulk_decide"), sent)
    assert get_fresh_revision(left).state == State.PENDING
    stale = chosen(left, approve="1") | {f"version-{left.pk}": "0" * 64 + ".PENDING."}
    assert client.post(url("bulk_decide"), stale).status_code == 409
    assert client.post(url("bulk_decide"), {"shown": [left.pk], "approve": "1"}).status_code == 422
    assert client.post(url("bulk_decide"), chosen(left, reason_code="")).status_code == 422
    assert get_fresh_revision(left).state == State.PENDING


def test_at_most_twenty_at_once(rita: User) -> None:
    keys = list(range(1, 22))
    client = client_of(rita)
    for response in (
        client.get(url("bulk"), {"item": keys}, follow=True),
        client.post(url("bulk_decide"), {"item": keys, "approve": "1"}, follow=True),
    ):
        assert "At most 20 at once" in text_of(response)
    assert client.get(url("bulk")).url == url("changelist")


def test_several_cost_the_same_for_two_and_for_twelve(rita: User, django_assert_max_num_queries: Any) -> None:
    counts = []
    client = client_of(rita)
    for more in (2, 10):
        for _number in range(more):
            waiting()
        rows = ITEM_MODELS[KIND].revision_model().objects
        keys = list(rows.values_list("pk", flat=True))
        # A cast is one more query, and that of the live version another.
        with django_assert_max_num_queries(9 if KIND == Character.KIND else 11) as used:
            client.get(url("bulk"), {"item": keys})
        counts.append(len(used))
    assert counts[0] == counts[1]


def test_only_reviewers_decide_together() -> None:
    revision = waiting()
    for person in (make_user(), make_staff(is_reviewer=False)):
        client = client_of(person)
        responses = [
            client.get(url("bulk"), {"item": revision.pk}),
            client.post(url("bulk_decide"), chosen(revision, approve="1")),
        ]
        assert {response.status_code for response in responses} <= {302, 403}
        assert all("login" in response.url for response in responses if response.status_code == 302)
    assert get_fresh_revision(revision).state == State.PENDING
