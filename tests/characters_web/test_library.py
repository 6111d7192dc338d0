"""The library and its buttons."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from characters.models import Character, Revision, State
from characters.views import library as library_view
from tests import factories
from tests.characters_web.html import Element, parse

pytestmark = pytest.mark.django_db


def items(response: object) -> dict[str, Element]:
    return {article.find("h2").text: article for article in parse(response).find_all("article")}


def press(client: Client, character: Character, action: str, **data: str) -> object:
    return client.post(f"/characters/{character.slug}/{action}/", {"next": "library", **data})


def test_an_empty_library_invites_to_create(as_creator: Client) -> None:
    page = parse(as_creator.get("/library/"))

    assert "Who will you make first?" in page.text
    assert page.find("a", href="/characters/new/")


def test_signed_out_people_are_asked_to_sign_in(client: Client) -> None:
    response = client.get("/library/")

    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


@pytest.mark.parametrize(
    ("state", "label", "buttons"),
    [
        (State.DRAFT, "Draft", {"Submit for review"}),
        (State.SUBMITTED, "Submitted", {"Withdraw"}),
        (State.PENDING, "Pending review", {"Withdraw"}),
        (State.APPROVED, "Approved", set()),
        (State.REJECTED, "Rejected", set()),
        (State.WITHDRAWN, "Draft", {"Submit for review"}),
        (State.DELISTED, "De-listed", set()),
        (State.SUPERSEDED, "Approved", set()),
    ],
)
def test_each_state_has_its_label_and_buttons(
    state: State, label: str, buttons: set[str], as_creator: Client, creator: User
) -> None:
    """R5: "Submit for review" is there where submitting is possible, and absent otherwise."""
    factories.make_character(owner=creator, state=state, name="Mira")

    item = items(as_creator.get("/library/"))["Mira"]

    assert label in item.text
    found = set(item.buttons())
    assert found & {"Submit for review", "Withdraw"} == buttons
    assert ("Edit" in item.links()) == (state not in {State.SUBMITTED, State.PENDING})


def test_the_submit_button_vanishes_once_pressed(as_creator: Client, creator: User) -> None:
    """R5: submitting sets Visibility to Public; the button is absent afterwards."""
    character = factories.make_character(owner=creator, name="Mira")

    response = press(as_creator, character, "submit")

    assert response["Location"].startswith("/library/#character-")
    item = items(as_creator.get("/library/"))["Mira"]
    assert "Submit for review" not in item.buttons()
    assert "Submitted" in item.text
    assert "Public" in item.text


def test_submitting_twice_submits_once(as_creator: Client, creator: User) -> None:
    character = factories.make_character(owner=creator)

    press(as_creator, character, "submit")
    again = press(as_creator, character, "submit")

    assert again.status_code == 302
    assert Revision.objects.filter(item=character).count() == 1


def test_a_draft_that_lacks_something_says_what(as_creator: Client, creator: User) -> None:
    factories.make_character(owner=creator, name="Mira", first_message="", portrait_id=None)

    item = items(as_creator.get("/library/"))["Mira"]

    assert "Submit for review" not in item.buttons()
    assert "First message" in item.text
    assert "Portrait" in item.text


def test_a_rejection_shows_its_reason_and_fix(as_creator: Client, creator: User) -> None:
    """R6: a rejection carries a reason and how to fix it."""
    factories.make_character(owner=creator, state=State.REJECTED, name="Mira")

    item = items(as_creator.get("/library/"))["Mira"]

    assert "The bio is too short." in item.text
    assert "Tell more." in item.text


def test_a_delisted_item_is_back_with_the_reason(as_creator: Client, creator: User) -> None:
    """R7: a de-listed item returns to its creator's library and is not deleted."""
    factories.make_character(owner=creator, state=State.DELISTED, name="Mira")

    item = items(as_creator.get("/library/"))["Mira"]

    assert "Taken down" in item.text
    assert "The bio is too short." in item.text
    assert "edit it and submit the new version" in item.text
    assert "Edit" in item.links()


def test_an_edit_that_waits_is_told(as_creator: Client, creator: User) -> None:
    character = factories.make_character(owner=creator, state=State.APPROVED, name="Mira")
    factories.edit(character, name="Mira the second")
    factories.advance(character, State.PENDING)

    item = items(as_creator.get("/library/"))["Mira the second"]

    assert "Your edit waits for review; others still see the approved version." in item.text


def test_an_edit_can_be_discarded_while_a_version_is_live(as_creator: Client, creator: User) -> None:
    character = factories.make_character(owner=creator, state=State.APPROVED, name="Mira")
    factories.edit(character, name="Mira the second")
    assert "Discard edit" in items(as_creator.get("/library/"))["Mira the second"].buttons()

    press(as_creator, character, "discard")

    assert list(items(as_creator.get("/library/"))) == ["Mira"]


def test_withdrawing_gives_the_draft_back(as_creator: Client, creator: User) -> None:
    character = factories.make_character(owner=creator, state=State.PENDING, name="Mira")

    press(as_creator, character, "withdraw")

    assert "Submit for review" in items(as_creator.get("/library/"))["Mira"].buttons()
    assert press(as_creator, character, "withdraw").status_code == 302
    assert factories.get_fresh(character).working_revision.state == State.DRAFT


def press_and_read(client: Client, character: Character, action: str, **data: str) -> str:
    response = client.post(
        f"/characters/{character.slug}/{action}/", {"next": "library", **data}, follow=True
    )
    return parse(response).text


def test_the_visibility_switch_works_at_once(as_creator: Client, creator: User, client: Client) -> None:
    """R9: Private hides at once; back to Public needs no review."""
    character = factories.make_character(owner=creator, state=State.APPROVED, name="Mira")
    page = f"/characters/{character.slug}/"
    assert client.get(page).status_code == 200

    press(as_creator, character, "visibility", visibility="PRIVATE")
    assert client.get(page).status_code == 404

    press(as_creator, character, "visibility", visibility="PUBLIC")
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("value", ["", "EVERYBODY", "public\x00"])
def test_a_wrong_visibility_changes_nothing(value: str, as_creator: Client, creator: User) -> None:
    character = factories.make_character(owner=creator, state=State.APPROVED)

    assert "Choose Private or Public." in press_and_read(
        as_creator, character, "visibility", visibility=value
    )
    assert factories.get_fresh(character).visibility == "PUBLIC"


@pytest.mark.parametrize("action", ["submit", "withdraw", "discard", "visibility"])
def test_buttons_of_others_do_not_exist(action: str, as_stranger: Client, client: Client) -> None:
    """Others' private things answer 404, and so do their buttons."""
    for state in (State.DRAFT, State.APPROVED):
        character = factories.make_character(state=state)
        assert press(as_stranger, character, action, visibility="PRIVATE").status_code == 404
        assert press(client, character, action).status_code == 302
        assert as_stranger.get(f"/characters/{character.slug}/{action}/").status_code == 405
        assert factories.get_fresh(character).working_revision.state == state


@pytest.mark.parametrize(
    ("shelf", "expected"),
    [
        ("", {"draft", "pending", "approved", "rejected", "delisted"}),
        ("drafts", {"draft"}),
        ("review", {"pending"}),
        ("published", {"approved"}),
        ("needs-work", {"rejected", "delisted"}),
        ("nonsense", {"draft", "pending", "approved", "rejected", "delisted"}),
    ],
)
def test_shelves_filter(shelf: str, expected: set[str], as_creator: Client, creator: User) -> None:
    for state in (State.DRAFT, State.PENDING, State.APPROVED, State.REJECTED, State.DELISTED):
        factories.make_character(owner=creator, state=state, name=state.lower())

    assert set(items(as_creator.get("/library/", {"show": shelf}))) == expected


def test_an_empty_shelf_says_so(as_creator: Client, creator: User) -> None:
    factories.make_character(owner=creator)

    assert "Nothing on this shelf" in parse(as_creator.get("/library/?show=published")).text


def test_only_own_items_are_there(as_creator: Client) -> None:
    factories.make_character(state=State.APPROVED)

    assert items(as_creator.get("/library/")) == {}


def test_pages_follow_each_other(as_creator: Client, creator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_view, "PAGE_SIZE", 2)
    for number in range(3):
        factories.make_character(owner=creator, name=f"Number {number}")
    first = as_creator.get("/library/")
    more = parse(first).find("a", rel="next").attrs["href"]

    rest = as_creator.get(more, headers={"HX-Request": "true"})

    assert list(items(first)) + list(items(rest)) == ["Number 2", "Number 1", "Number 0"]
    assert "<html" not in rest.content.decode()
    assert as_creator.get("/library/?cursor=nonsense").status_code == 404


def test_the_number_of_queries_does_not_grow(as_creator: Client, creator: User) -> None:
    def count() -> int:
        as_creator.get("/library/")
        with CaptureQueriesContext(connection) as captured:
            as_creator.get("/library/")
        return len(captured)

    for state in (State.DRAFT, State.APPROVED):
        factories.make_character(owner=creator, state=state)
    few = count()
    for state in (State.PENDING, State.REJECTED, State.DELISTED, State.SUPERSEDED, State.WITHDRAWN) * 2:
        factories.make_character(owner=creator, state=state)

    assert count() == few
    assert few <= 6


def test_too_much_is_answered_with_the_time_to_come_back(
    as_creator: Client, creator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from characters.services import publishing
    from core.limits import Limit

    limits = [name for name, value in vars(publishing).items() if isinstance(value, Limit)]
    for name in limits:
        monkeypatch.setattr(publishing, name, Limit("test-submit", count=0, window_seconds=60))
    character = factories.make_character(owner=creator)

    response = press(as_creator, character, "submit")

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    assert "That was a lot in a short time." in parse(response).text


@pytest.mark.parametrize("slug", ["nobody-2345678", "日本語-2345678a"])
def test_unknown_slugs_are_not_found(slug: str, as_creator: Client, open_as: Callable[..., Client]) -> None:
    assert as_creator.post(f"/characters/{slug}/submit/").status_code == 404
    assert open_as(None).get(f"/characters/{slug}/").status_code == 404
