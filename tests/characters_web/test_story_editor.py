"""Writing a story and changing it."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from characters.models import CAST_LIMIT, Character, State, Story, StoryRevision
from core import switches
from core.switches import Feature
from tests import factories
from tests.characters_web.html import Element, parse

pytestmark = pytest.mark.django_db

NEW, CAST = "/stories/new/", "/stories/cast/"
TYPED: dict[str, Any] = {
    "creation_key": "c" * 32,
    "name": "The Northern Light",
    "summary": "A storm and a stranger.",
    "opening_scene": "Rain on the glass.\n\nSomebody knocks, {{user}}.",
    "plot": "The letter is her own.",
    "category": "drama",
    "tags": "sea, Calm, sea",
    "visibility": "PRIVATE",
    "safe_mode": "on",
    "save": "1",
}
LONG_FIELDS = {"name": 60, "summary": 300, "opening_scene": 4000, "plot": 4000}
LABELS = {
    "name": "Title",
    "summary": "Summary",
    "opening_scene": "Opening scene",
    "plot": "Plot",
    "tags": "Tags",
}


@pytest.fixture
def mira(creator: User) -> Character:
    return factories.make_character(owner=creator, state=State.APPROVED, name="Mira")


@pytest.fixture
def olaf(stranger: User) -> Character:
    return factories.make_character(owner=stranger, state=State.APPROVED, name="Olaf")


def send(client: Client, url: str = NEW, **changes: Any) -> Any:
    return client.post(url, {**TYPED, **changes})


def page_of(response: Any) -> Element:
    assert response.status_code == 200
    return parse(response)


def cast_of(page: Element) -> list[str]:
    return [row.find("b").text for row in page.find_all("li") if "data-cast" in row.attrs]


def offered(page: Element) -> list[str]:
    return [row.find("b").text for row in page.find_all("li") if "data-candidate" in row.attrs]


def errors(page: Element) -> str:
    return page.find("div", id="errors").text


def opened_on(page: Element) -> str:
    return page.find("input", name="opened_on").attrs["value"]


def working(owner: User) -> StoryRevision:
    revision: StoryRevision = factories.get_fresh(Story.objects.get(owner=owner)).working_revision
    return revision


def test_every_label_and_button_is_there(as_creator: Client) -> None:
    page = page_of(as_creator.get(NEW))

    for label in (*LABELS.values(), "Category", "Safe Mode", "Add a character"):
        assert page.control(label)
    visibility = [label.text for label in page.find_all("label") if label.find_all("input", type="radio")]
    assert {"Private", "Public"} <= set(visibility)
    assert {"Save privately", "Search"} <= set(page.buttons())
    assert "View Guidelines" in page.links()


def test_every_control_belongs_to_the_form(as_creator: Client, mira: Character) -> None:
    story = factories.make_story(owner=mira.owner, cast=[mira])

    page = page_of(as_creator.get(f"/stories/{story.slug}/edit/"))

    form = page.find("form", id="story-form")
    inside = set(map(id, form.walk()))
    for tag in ("input", "select", "textarea"):
        for control in page.find_all(tag):
            name = control.attrs.get("name")
            if name in {None, "csrfmiddlewaretoken"} or id(control) in inside:
                continue
            assert control.attrs.get("form") == "story-form", name


def test_the_guidelines_open_without_leaving(as_creator: Client) -> None:
    """R4: View Guidelines stands beside the Safe Mode toggle and loses nothing that was typed."""
    page = page_of(as_creator.get(NEW))

    link = next(found for found in page.find_all("a") if found.text == "View Guidelines")
    assert link.attrs["target"] == "_blank"
    assert page.find("dialog", id=link.attrs["data-dialog-open"])


def test_saving_makes_a_private_draft(
    as_creator: Client, creator: User, mira: Character, olaf: Character
) -> None:
    """R3: items are saved privately first."""
    response = send(as_creator, cast=[olaf.public_id, mira.public_id])

    story = Story.objects.get(owner=creator)
    revision = working(creator)
    assert response["Location"] == f"/stories/{story.slug}/"
    assert (story.visibility, revision.state) == ("PRIVATE", State.DRAFT)
    assert (revision.name, revision.summary) == ("The Northern Light", "A storm and a stranger.")
    assert revision.opening_scene == "Rain on the glass.\n\nSomebody knocks, {{user}}."
    assert revision.tags == ["sea", "Calm"]
    assert [member.character for member in revision.list_cast()] == [olaf, mira]
    assert "Saved privately. Only you can see it." in parse(as_creator.get(response["Location"])).text


def test_a_title_is_enough(as_creator: Client, creator: User) -> None:
    send(as_creator, summary="", opening_scene="", plot="", tags="")

    assert working(creator).name == "The Northern Light"


def test_a_double_click_makes_one_story(as_creator: Client, creator: User) -> None:
    first, second = send(as_creator), send(as_creator)

    assert first["Location"] == second["Location"]
    assert Story.objects.filter(owner=creator).count() == 1


def test_a_correction_after_back_is_saved(as_creator: Client, creator: User) -> None:
    send(as_creator)
    send(as_creator, plot="Corrected.")

    assert working(creator).plot == "Corrected."


def test_an_edit_of_an_approved_story_waits(as_creator: Client, creator: User, mira: Character) -> None:
    """R5: what others see stays until the edit is approved."""
    story = factories.make_story(owner=creator, state=State.APPROVED, cast=[mira])
    url = f"/stories/{story.slug}/edit/"
    page = page_of(as_creator.get(url))

    response = send(as_creator, url, opened_on=opened_on(page), cast=[mira.public_id], name="Another title")

    assert "Others keep seeing the approved version" in page.text
    assert "until this edit is submitted and approved" in parse(as_creator.get(response["Location"])).text
    fresh = factories.get_fresh(story)
    assert (fresh.live_revision.name, fresh.open_revision.name) == ("The Northern Light", "Another title")


def test_what_was_saved_elsewhere_is_not_overwritten(as_creator: Client, creator: User) -> None:
    send(as_creator)
    url = f"/stories/{Story.objects.get(owner=creator).slug}/edit/"
    old = opened_on(page_of(as_creator.get(url)))
    send(as_creator, url, opened_on=old, plot="In another tab.")

    conflict = send(as_creator, url, opened_on=old, plot="In this tab.")

    page = parse(conflict)
    assert conflict.status_code == 409
    assert page.value("Plot") == "In this tab."
    assert "See the other version (new tab)" in page.links()
    assert working(creator).plot == "In another tab."
    send(as_creator, url, opened_on=opened_on(page), plot="In this tab.")
    assert working(creator).plot == "In this tab."


def test_what_is_reviewed_cannot_be_edited(as_creator: Client, creator: User) -> None:
    """R5: frozen from SUBMITTED on; withdrawing stands beside it."""
    story = factories.make_story(owner=creator, state=State.PENDING)
    url = f"/stories/{story.slug}/edit/"

    opened, sent = as_creator.get(url), send(as_creator, url)

    for response in (opened, sent):
        assert response.status_code == 409
        assert "Withdraw it first" in parse(response).text
    assert parse(opened).find("form", action=f"/stories/{story.slug}/withdraw/")
    assert parse(sent).value("Summary") == "A storm and a stranger."


@pytest.mark.parametrize("name", LONG_FIELDS)
def test_a_text_that_is_too_long_is_kept_and_named(name: str, as_creator: Client) -> None:
    long = "x" * (LONG_FIELDS[name] + 1)

    page = page_of(send(as_creator, **{name: long}))

    assert LABELS[name] in errors(page)
    assert page.value(LABELS[name]) == long
    assert not Story.objects.exists()


@pytest.mark.parametrize("name", LONG_FIELDS)
def test_a_text_may_fill_its_field(name: str, as_creator: Client, creator: User) -> None:
    long = "x" * LONG_FIELDS[name]

    assert send(as_creator, **{name: long}).status_code == 302
    assert getattr(working(creator), name) == long


def test_errors_keep_everything_that_was_typed(as_creator: Client, mira: Character, olaf: Character) -> None:
    page = page_of(send(as_creator, name="", cast=[olaf.public_id, mira.public_id]))

    assert "What you typed is still here" in errors(page)
    for name in ("summary", "opening_scene", "plot", "tags"):
        assert page.value(LABELS[name]) == TYPED[name]
    assert cast_of(page) == ["Olaf", "Mira"]
    assert page.find("a", href="#id_name")


def test_a_minor_cannot_mark_a_story_as_mature(open_as: Any) -> None:
    """R10: only adults turn Safe Mode off."""
    minor = factories.make_minor()
    typed = {name: value for name, value in TYPED.items() if name != "safe_mode"}

    page = page_of(open_as(minor).post(NEW, typed))

    assert "only adults" in errors(page)
    assert not Story.objects.exists()


def test_the_switch_closes_the_page_and_keeps_the_text(as_creator: Client, admin_user: User) -> None:
    """R20: a feature that is off says why."""
    switches.set_switch(
        actor=admin_user.subject,
        feature=Feature.CHARACTERS,
        is_on=False,
        reason="Moving house.",
        now=factories.NOW,
    )

    page = page_of(send(as_creator))

    assert "Moving house." in page.text
    assert page.value("Plot") == "The letter is her own."


def test_nobody_edits_what_is_not_theirs(as_stranger: Client) -> None:
    story = factories.make_story(state=State.APPROVED)
    url = f"/stories/{story.slug}/edit/"

    assert as_stranger.get(url).status_code == 404
    assert send(as_stranger, url).status_code == 404
    for path in (CAST, "/stories/preview/", NEW):
        response = as_stranger.post(path, {"story": story.slug, "cast_search": "x"})
        assert response.status_code == (200 if path == NEW else 404)
    assert as_stranger.post(CAST, {"story": "not a slug"}).status_code == 404


# --- The cast ---


def test_own_characters_are_offered_first(as_creator: Client, mira: Character, olaf: Character) -> None:
    factories.make_character(owner=olaf.owner, name="Secret")
    factories.make_character(owner=mira.owner, name="Draft of mine")

    names = offered(page_of(as_creator.get(NEW)))

    assert set(names[:2]) == {"Mira", "Draft of mine"}
    assert names[2:] == ["Olaf"]


@pytest.mark.parametrize(
    ("words", "found"),
    [("ola", ["Olaf"]), ("OLAF", ["Olaf"]), ("draft", ["Draft of mine"]), ("secret", []), ("%_'\"\\", [])],
)
def test_the_search_finds_whom_the_author_sees(
    words: str, found: list[str], as_creator: Client, mira: Character, olaf: Character
) -> None:
    """Others' unapproved characters do not exist for the author."""
    factories.make_character(owner=olaf.owner, name="Secret")
    factories.make_character(owner=mira.owner, name="Draft of mine")

    page = page_of(as_creator.post(CAST, {**TYPED, "cast_search": words}))

    assert offered(page) == found
    assert page.control("Add a character").attrs["value"] == words
    assert found or "Nobody found" in page.text


def test_mature_characters_are_for_authors_who_see_them(as_creator: Client, creator: User) -> None:
    """R10: an author with Safe Mode on is not offered what they may not see."""
    factories.make_character(state=State.APPROVED, name="Sable", safe_mode=False)
    assert offered(page_of(as_creator.get(NEW))) == []

    User.objects.filter(pk=creator.pk).update(safe_mode=False)
    assert offered(page_of(as_creator.get(NEW))) == ["Sable"]


def test_the_cast_is_built_without_a_script_and_nothing_typed_is_lost(
    as_creator: Client, creator: User, mira: Character, olaf: Character
) -> None:
    page = page_of(as_creator.post(CAST, {**TYPED, "add": mira.public_id}))
    assert cast_of(page) == ["Mira"]
    page = page_of(as_creator.post(CAST, {**TYPED, "cast": [mira.public_id], "add": olaf.public_id}))
    assert cast_of(page) == ["Mira", "Olaf"]
    both = [mira.public_id, olaf.public_id]
    page = page_of(as_creator.post(CAST, {**TYPED, "cast": both, "move_up": olaf.public_id}))
    assert cast_of(page) == ["Olaf", "Mira"]
    page = page_of(as_creator.post(CAST, {**TYPED, "cast": both[::-1], "move_down": olaf.public_id}))
    assert cast_of(page) == ["Mira", "Olaf"]
    page = page_of(as_creator.post(CAST, {**TYPED, "cast": both, "remove": mira.public_id}))
    assert cast_of(page) == ["Olaf"]
    assert offered(page) == ["Mira"]
    for name in ("name", "summary", "opening_scene", "plot", "tags"):
        assert page.value(LABELS[name]) == TYPED[name]
    assert page.find("input", name="creation_key").attrs["value"] == "c" * 32
    assert not Story.objects.filter(owner=creator).exists()


def test_the_first_cannot_move_up_nor_the_last_down(
    as_creator: Client, mira: Character, olaf: Character
) -> None:
    both = [mira.public_id, olaf.public_id]
    page = page_of(as_creator.post(CAST, {**TYPED, "cast": both, "move_up": mira.public_id}))

    assert cast_of(page) == ["Mira", "Olaf"]
    frozen = [button.text for button in page.find_all("button") if "disabled" in button.attrs]
    assert frozen == ["Move Mira up", "Move Olaf down"]


def test_htmx_gets_only_the_panel(as_creator: Client, mira: Character) -> None:
    fragment = as_creator.post(CAST, {"add": mira.public_id}, headers={"HX-Request": "true"})

    assert cast_of(parse(fragment)) == ["Mira"]
    assert "<html" not in fragment.content.decode()
    assert "Added to the cast." in fragment.content.decode()


def test_a_full_cast_takes_nobody_in(as_creator: Client, creator: User) -> None:
    crowd = [factories.make_character(owner=creator, name=f"Number {n}") for n in range(CAST_LIMIT + 1)]
    keys = [character.public_id for character in crowd]

    page = page_of(as_creator.post(CAST, {**TYPED, "cast": keys[:CAST_LIMIT], "add": keys[-1]}))

    assert len(cast_of(page)) == CAST_LIMIT
    assert "Take somebody out first" in page.text
    refused = page_of(send(as_creator, cast=keys))
    assert "take somebody out first" in errors(refused)
    assert not Story.objects.exists()


@pytest.mark.parametrize("sent", ["nonsense", "\x00" * 32, "f" * 32, "x" * 5000])
def test_a_cast_that_was_made_up_is_refused(sent: str, as_creator: Client) -> None:
    page = parse(send(as_creator, cast=[sent]))

    assert "cast" in page.text
    assert cast_of(page) == []
    assert not Story.objects.exists()


def test_somebody_whom_the_author_does_not_see_cannot_be_cast(as_creator: Client) -> None:
    """R9: what the author does not see is to them as if it did not exist."""
    secret = factories.make_character(name="Secret")

    page = parse(send(as_creator, cast=[secret.public_id]))

    assert "Somebody in the cast is not available to you." in page.text
    assert "Secret" not in page.text
    assert not Story.objects.exists()


def test_somebody_who_went_away_is_shown_and_can_be_taken_out(
    as_creator: Client, creator: User, mira: Character, olaf: Character
) -> None:
    story = factories.make_story(owner=creator, cast=[olaf, mira])
    Character.objects.filter(pk=olaf.pk).update(visibility="PRIVATE")
    url = f"/stories/{story.slug}/edit/"

    page = page_of(as_creator.get(url))

    assert cast_of(page) == ["Olaf", "Mira"]
    assert "Not available any more" in page.text
    kept = send(
        as_creator, url, opened_on=opened_on(page), cast=[olaf.public_id, mira.public_id], plot="Kept."
    )
    assert kept.status_code == 302
    assert working(creator).plot == "Kept."
    send(as_creator, url, cast=[mira.public_id])
    assert [member.character for member in working(creator).list_cast()] == [mira]


def test_enter_in_the_search_only_searches(as_creator: Client, olaf: Character) -> None:
    """Without a script it presses the form's first button, which says nothing."""
    typed = {name: value for name, value in TYPED.items() if name != "save"}

    page = page_of(as_creator.post(NEW, {**typed, "cast_search": "olaf"}))

    assert offered(page) == ["Olaf"]
    assert page.value("Plot") == TYPED["plot"]
    assert not Story.objects.exists()
    assert as_creator.post(NEW, {**typed, "cast_search": " "}).status_code == 302


def test_the_preview_shows_what_the_model_reads(as_creator: Client, mira: Character, olaf: Character) -> None:
    cast = [mira.public_id, olaf.public_id]
    typed = {**TYPED, "opening_scene": "{{char}} lights the lamp.", "cast": cast}

    fragment = as_creator.post("/stories/preview/", typed, headers={"HX-Request": "true"})
    page = page_of(as_creator.post("/stories/preview/", typed))

    for shown in (parse(fragment), page.find("div", id="persona")):
        for words in ("Mira lights the lamp.", "The letter is her own.", "Olaf: A lighthouse keeper"):
            assert words in shown.text
    assert page.value("Plot") == TYPED["plot"]


def test_the_panel_asks_as_much_for_a_full_cast_as_for_one(
    as_creator: Client, creator: User, django_assert_max_num_queries: Any
) -> None:
    """The same number of queries whoever is in the cast and whoever is offered."""
    crowd = [factories.make_character(state=State.APPROVED, name=f"Number {number}") for number in range(12)]
    story = factories.make_story(owner=creator, cast=crowd[:1])
    with django_assert_max_num_queries(30) as few:
        as_creator.get(f"/stories/{story.slug}/edit/")
    factories.edit(story, cast=tuple(character.public_id for character in crowd[:5]))
    with django_assert_max_num_queries(30) as many:
        as_creator.get(f"/stories/{story.slug}/edit/")
    assert len(many) == len(few)
