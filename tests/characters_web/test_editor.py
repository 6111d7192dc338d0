"""The creation and editing page."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from characters.models import Character, Revision, State
from core import switches
from core.switches import Feature
from tests import factories
from tests.characters_web.html import Element, parse

pytestmark = pytest.mark.django_db

TYPED: dict[str, Any] = {
    "creation_key": "c" * 32,
    "name": "Mira Vale",
    "short_bio": "Keeps the northern light.",
    "bio": "Mira keeps the light.\n\nShe writes letters.",
    "category": "drama",
    "tags": "sea, Calm, sea",
    "visibility": "PRIVATE",
    "safe_mode": "on",
    "description": "Calm, curious, precise.",
    "first_message": "You made it. Tea?",
    "greetings": ["The lamp is lit.", "", "Storm again."],
    "scenario": "A lighthouse.",
    "example_dialogue": "{{user}}: Loud?\n{{char}}: Always.",
    "appearance": "a woman with red hair",
    "portrait": "",
}
LONG_FIELDS = {
    "name": 60,
    "short_bio": 160,
    "bio": 4000,
    "description": 8000,
    "first_message": 4000,
    "scenario": 4000,
    "example_dialogue": 8000,
    "appearance": 600,
}
LABELS = {
    "name": "Name",
    "short_bio": "Short bio",
    "bio": "Bio",
    "description": "Description",
    "first_message": "First message",
    "scenario": "Scenario",
    "example_dialogue": "Example dialogue",
    "appearance": "Appearance",
    "tags": "Tags",
}


def send(client: Client, url: str = "/characters/new/", **changes: Any) -> Any:
    return client.post(url, {**TYPED, **changes})


def page_of(response: Any) -> Element:
    assert response.status_code == 200
    return parse(response)


def opened_on(page: Element) -> str:
    return page.find("input", name="opened_on").attrs["value"]


def errors(page: Element) -> str:
    return page.find("div", id="errors").text


def test_every_label_and_button_is_there(as_creator: Client) -> None:
    page = page_of(as_creator.get("/characters/new/"))

    for label in (*LABELS.values(), "Category", "Safe Mode"):
        assert page.control(label)
    assert next(legend.text for legend in page.find_all("legend")) == "For people"
    assert "For the AI" in [legend.text for legend in page.find_all("legend")]
    visibility = [label.text for label in page.find_all("label") if label.find_all("input", type="radio")]
    assert {"Private", "Public"} <= set(visibility)
    assert {"Draft portrait", "Save privately"} <= set(page.buttons())
    assert "View Guidelines" in page.links()


def test_every_control_belongs_to_the_form(as_creator: Client) -> None:
    page = page_of(as_creator.get("/characters/new/"))

    form = page.find("form", id="character-form")
    inside = set(map(id, form.walk()))
    for tag in ("input", "select", "textarea"):
        for control in page.find_all(tag):
            name = control.attrs.get("name")
            if name in {None, "csrfmiddlewaretoken"} or id(control) in inside:
                continue
            assert control.attrs.get("form") == "character-form", name


def test_the_guidelines_open_without_leaving(as_creator: Client) -> None:
    """R4: View Guidelines stands beside the Safe Mode toggle and loses nothing that was typed."""
    page = page_of(as_creator.get("/characters/new/"))

    link = next(found for found in page.find_all("a") if found.text == "View Guidelines")
    assert link.attrs["target"] == "_blank"
    assert link.attrs["href"] == "/help/guidelines/"
    assert page.find("dialog", id=link.attrs["data-dialog-open"])


def test_saving_makes_a_private_draft(as_creator: Client, creator: User) -> None:
    """R3: items are saved privately first."""
    response = send(as_creator)

    character = Character.objects.get(owner=creator)
    revision = factories.get_fresh(character).working_revision
    assert response["Location"] == f"/characters/{character.slug}/"
    assert (character.visibility, revision.state) == ("PRIVATE", State.DRAFT)
    assert revision.name == "Mira Vale"
    assert revision.tags == ["sea", "Calm"]
    assert revision.greetings == ["The lamp is lit.", "Storm again."]
    assert revision.bio == "Mira keeps the light.\n\nShe writes letters."
    assert "Saved privately. Only you can see it." in parse(as_creator.get(response["Location"])).text


def test_a_double_click_makes_one_character(as_creator: Client, creator: User) -> None:
    first, second = send(as_creator), send(as_creator)

    assert first["Location"] == second["Location"]
    assert Character.objects.filter(owner=creator).count() == 1


def test_a_correction_after_back_is_saved(as_creator: Client, creator: User) -> None:
    send(as_creator)
    send(as_creator, bio="Corrected.")

    character = Character.objects.get(owner=creator)
    assert factories.get_fresh(character).working_revision.bio == "Corrected."


def test_a_correction_after_back_of_later_work_becomes_an_edit_of_it(
    as_creator: Client, creator: User
) -> None:
    """Nothing is lost: what was typed stays, and saving again is a choice."""
    send(as_creator)
    character = Character.objects.get(owner=creator)
    url = f"/characters/{character.slug}/edit/"
    send(as_creator, url, bio="Later work.")

    response = send(as_creator, bio="Corrected.")

    page = parse(response)
    assert response.status_code == 409
    assert page.value("Bio") == "Corrected."
    assert page.find("form", id="character-form").attrs["action"] == url
    send(as_creator, url, bio="Corrected.", opened_on=opened_on(page))
    assert factories.get_fresh(character).working_revision.bio == "Corrected."


def test_each_empty_form_has_its_own_key(as_creator: Client) -> None:
    keys = {
        page_of(as_creator.get("/characters/new/")).find("input", name="creation_key").attrs["value"]
        for _ in range(2)
    }

    assert len(keys) == 2


def test_public_is_a_wish_until_a_version_is_approved(as_creator: Client, client: Client) -> None:
    response = send(as_creator, visibility="PUBLIC")

    assert "it becomes visible to others after review" in parse(as_creator.get(response["Location"])).text
    assert client.get(response["Location"]).status_code == 404


def test_only_a_name_is_needed_to_save(as_creator: Client, creator: User) -> None:
    as_creator.post(
        "/characters/new/",
        {"name": "Mira", "category": "other", "visibility": "PRIVATE"} | {"safe_mode": "on"},
    )

    assert Character.objects.filter(owner=creator).count() == 1


@pytest.mark.parametrize("name", ["", "   ", "\u200b"])
def test_without_a_name_everything_else_stays(name: str, as_creator: Client) -> None:
    page = page_of(send(as_creator, name=name))

    assert "Name" in errors(page)
    for field, label in LABELS.items():
        if field != "name":
            assert page.value(label) == TYPED[field]
    assert page.control("Category").find("option", selected="").attrs["value"] == "drama"
    greetings = page.find_all("textarea", name="greetings")
    assert [text.text for text in greetings if text.text] == ["The lamp is lit.", "Storm again."]
    assert not Character.objects.exists()


@pytest.mark.parametrize("field", LONG_FIELDS)
def test_a_text_that_is_too_long_is_kept_whole(field: str, as_creator: Client) -> None:
    typed = "ä" * (LONG_FIELDS[field] + 1)

    page = page_of(send(as_creator, **{field: typed}))

    assert LABELS[field] in errors(page)
    assert page.value(LABELS[field]) == typed


@pytest.mark.parametrize("field", LONG_FIELDS)
def test_a_text_of_exactly_the_limit_is_saved(field: str, as_creator: Client) -> None:
    typed = ("ä\n" if LONG_FIELDS[field] >= 4000 else "ää") * (LONG_FIELDS[field] // 2 - 1) + "ää"

    assert send(as_creator, **{field: typed}).status_code == 302
    assert getattr(Revision.objects.get(), field) == typed


@pytest.mark.parametrize("field", [*LABELS, "greetings"])
def test_nul_bytes_are_refused(field: str, as_creator: Client) -> None:
    page = page_of(send(as_creator, **{field: "before\x00after"}))

    assert errors(page)
    assert not Character.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"category": "nonsense"},
        {"category": ""},
        {"visibility": "EVERYBODY"},
        {"tags": ", ".join(f"tag{number}" for number in range(11))},
        {"tags": "x" * 31},
        {"greetings": [f"Hello {number}" for number in range(6)]},
        {"greetings": ["x" * 4001]},
        {"creation_key": "../../etc"},
        {"portrait": "not-an-id"},
        {"portrait": "f" * 32},
    ],
)
def test_wrong_values_are_field_errors(changes: dict[str, Any], as_creator: Client) -> None:
    page = page_of(send(as_creator, **changes))

    assert errors(page)
    assert page.value("Name") == "Mira Vale"
    assert not Character.objects.exists()


def test_html_is_text_everywhere(as_creator: Client, creator: User) -> None:
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    texts = dict.fromkeys(("bio", "description", "first_message", "scenario", "appearance"), hostile)
    response = send(
        as_creator,
        **texts,
        name="<b>Mira</b>",
        short_bio=hostile,
        example_dialogue=hostile,
        tags="<i>x</i>",
        greetings=[hostile],
    )
    slug = Character.objects.get(owner=creator).slug

    for url in (response["Location"], f"/characters/{slug}/edit/", "/library/", f"/characters/{slug}/why/"):
        html = as_creator.get(url).content.decode()
        for raw in ("<script>alert", "<img src=x", "<b>Mira", "<i>x</i>"):
            assert raw not in html
    assert parse(as_creator.get(f"/characters/{slug}/edit/")).value("Bio") == hostile


def test_a_portrait_of_somebody_else_is_refused(as_creator: Client, stranger: User) -> None:
    picture = factories.make_picture(owner=stranger)

    page = page_of(send(as_creator, portrait=picture.public_id))

    assert "This picture is not yours" in errors(page)
    assert picture.public_id not in page_html(page)
    assert not Character.objects.exists()


def page_html(page: Element) -> str:
    return " ".join(str(element.attrs) for element in page.walk())


def test_safe_mode_is_for_adults_to_turn_off(open_as: Any) -> None:
    """R10: turning a character's Safe Mode off needs an adult account."""
    minor = open_as(factories.make_minor())
    page = page_of(minor.get("/characters/new/"))
    assert "disabled" in page.control("Safe Mode").attrs
    assert "only adults" in page.text

    refused = page_of(minor.post("/characters/new/", {k: v for k, v in TYPED.items() if k != "safe_mode"}))
    assert "Safe Mode" in errors(refused)
    assert minor.post("/characters/new/", TYPED).status_code == 302


def test_an_adult_marks_a_character_as_mature(as_creator: Client, creator: User) -> None:
    send_data = {name: value for name, value in TYPED.items() if name != "safe_mode"}

    as_creator.post("/characters/new/", send_data)

    assert Revision.objects.get(item__owner=creator).is_mature


# --- Editing ---


def test_editing_starts_from_what_is_stored(as_creator: Client, creator: User) -> None:
    character = factories.make_character(owner=creator)
    revision = character.working_revision

    page = page_of(as_creator.get(f"/characters/{character.slug}/edit/"))

    assert page.value("Name") == revision.name
    assert page.value("Tags") == "lighthouse, cosy"
    assert page.value("Example dialogue") == revision.example_dialogue
    assert page.find("input", name="portrait", checked="").attrs["value"] == revision.portrait.public_id
    assert "Save privately" in page.buttons()


def test_an_edit_of_a_live_one_waits(as_creator: Client, creator: User, client: Client) -> None:
    """R5: editing an approved item opens a new draft; others see the live version meanwhile."""
    character = factories.make_character(owner=creator, state=State.APPROVED)
    url = f"/characters/{character.slug}/edit/"
    portrait = character.working_revision.portrait.public_id
    assert "Others keep seeing the approved version" in page_of(as_creator.get(url)).text

    send(as_creator, url, name="New name", portrait=portrait, visibility="PUBLIC")

    own = parse(as_creator.get(f"/characters/{character.slug}/"))
    assert "You have an edit that is not submitted; others still see the approved version." in own.text
    assert parse(client.get(f"/characters/{character.slug}/")).find("h1").text == "Mira Vale"
    assert page_of(as_creator.get(url)).value("Name") == "New name"


@pytest.mark.parametrize("state", [State.SUBMITTED, State.PENDING])
def test_what_is_in_review_is_frozen(state: State, as_creator: Client, creator: User) -> None:
    """R5: frozen from SUBMITTED on."""
    character = factories.make_character(owner=creator, state=state)
    url = f"/characters/{character.slug}/edit/"

    shown = as_creator.get(url)
    sent = send(as_creator, url, name="New name")

    for response in (shown, sent):
        assert response.status_code == 409
        assert "Withdraw it first" in parse(response).text
        assert "Withdraw" in parse(response).buttons()
    page = parse(sent)
    assert page.value("Name") == "New name"
    assert page.value("Bio") == TYPED["bio"]
    assert "data-unsaved" in page.find("form", id="character-form").attrs
    assert factories.get_fresh(character).working_revision.name == "Mira Vale"


def test_the_second_of_two_editors_is_warned(as_creator: Client, creator: User) -> None:
    """What was typed stays, the other version is one click away, and saving again replaces it knowingly."""
    character = factories.make_character(owner=creator, portrait_id=None)
    url = f"/characters/{character.slug}/edit/"
    seen = opened_on(page_of(as_creator.get(url)))
    assert send(as_creator, url, bio="One.", opened_on=seen).status_code == 302

    wrong = page_of(send(as_creator, url, name="", bio="Two.", opened_on=seen))
    response = send(as_creator, url, bio="Two.", opened_on=opened_on(wrong))

    page = parse(response)
    assert response.status_code == 409
    assert "changed elsewhere" in page.text
    assert page.value("Bio") == "Two."
    other = next(link for link in page.find_all("a") if link.text.startswith("See the other version"))
    assert (other.attrs["href"], other.attrs["target"]) == (url, "_blank")
    assert page_of(as_creator.get(url)).value("Bio") == "One."
    assert send(as_creator, url, bio="Two.", opened_on=opened_on(page)).status_code == 302
    assert factories.get_fresh(character).working_revision.bio == "Two."


@pytest.mark.parametrize("garbage", ["", "\x00", "<b>.x", "."])
def test_an_editor_that_names_no_known_version_loses_nothing(
    garbage: str, as_creator: Client, creator: User
) -> None:
    character = factories.make_character(owner=creator, portrait_id=None)

    response = send(as_creator, f"/characters/{character.slug}/edit/", bio="Two.", opened_on=garbage)

    assert response.status_code == (409 if garbage else 302)
    assert garbage or factories.get_fresh(character).working_revision.bio == "Two."
    assert not garbage or parse(response).value("Bio") == "Two."


def test_others_do_not_edit(as_stranger: Client, client: Client) -> None:
    for state in (State.DRAFT, State.APPROVED):
        url = f"/characters/{factories.make_character(state=state).slug}/edit/"
        assert as_stranger.get(url).status_code == 404
        assert send(as_stranger, url).status_code == 404
        assert client.get(url).status_code == 302
    assert client.get("/characters/new/").status_code == 302


# --- Refusals ---


def test_a_switched_off_feature_says_why_and_keeps_the_text(as_creator: Client) -> None:
    """R20: a feature that is off shows its reason."""
    switches.set_switch(
        actor=None, feature=Feature.CHARACTERS, is_on=False, reason="We are moving house.", now=factories.NOW
    )

    page = page_of(send(as_creator))

    assert "We are moving house." in page.text
    assert page.value("Name") == "Mira Vale"
    assert "We are moving house." in page_of(as_creator.get("/characters/new/")).text


def test_a_limit_is_told_with_the_time_to_come_back(
    as_creator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from characters.services import editing
    from core.limits import Limit

    monkeypatch.setattr(editing, "CHARACTERS_PER_USER", Limit("test-create", count=0, window_seconds=60))

    response = send(as_creator)

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    assert parse(response).value("Bio") == TYPED["bio"]


# --- What the AI sees ---


def test_the_preview_shows_what_the_models_read(as_creator: Client) -> None:
    response = as_creator.post("/characters/preview/", TYPED, headers={"HX-Request": "true"})

    page = parse(response)
    assert "<html" not in response.content.decode()
    for words in (
        "Calm, curious, precise.",
        "Mira Vale: Always.",
        "{{user}}: Loud?",
        "a woman with red hair",
    ):
        assert words in page.text
    assert "tokens" in page.text


def test_the_preview_takes_anything(as_creator: Client) -> None:
    hostile = {"name": "\x00", "description": "<b>" + "x" * 20000, "bio": "😀"}

    response = as_creator.post("/characters/preview/", hostile, headers={"HX-Request": "true"})

    assert response.status_code == 200
    assert "<b>" not in response.content.decode()
    assert as_creator.post("/characters/preview/", {}, headers={"HX-Request": "true"}).status_code == 200


def test_without_a_script_the_preview_is_the_page_with_what_was_typed(as_creator: Client) -> None:
    page = page_of(send(as_creator, "/characters/preview/"))

    assert page.value("Bio") == TYPED["bio"]
    assert page.find("input", name="creation_key").attrs["value"] == TYPED["creation_key"]
    assert "Calm, curious, precise." in page.find("div", id="persona").text
    assert page.find("form", id="character-form").attrs["action"] == "/characters/new/"
    assert not Character.objects.exists()


def test_the_preview_knows_which_character_is_edited(
    as_creator: Client, creator: User, stranger: User
) -> None:
    own = factories.make_character(owner=creator)
    other = factories.make_character(owner=stranger)

    page = page_of(send(as_creator, "/characters/preview/", character=own.slug))

    assert page.find("form", id="character-form").attrs["action"] == f"/characters/{own.slug}/edit/"
    assert send(as_creator, "/characters/preview/", character=other.slug).status_code == 404
