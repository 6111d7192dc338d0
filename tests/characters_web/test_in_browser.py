"""The creation page in a real Chromium, with a script and without."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import User
from characters.models import Character
from imagegen import uploads
from imagegen.models import Picture
from tests import factories
from tests.browser import harness
from tests.browser.conftest import open_window

__all__ = ["open_window"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "/characters/new/"


@pytest.fixture
def person() -> User:
    return factories.make_user(username="creator")


@pytest.fixture
def page(open_window: Callable[..., harness.Window], person: User) -> Page:
    window = open_window()
    window.sign_in(person)
    return window.open(NEW)


def drafts(page: Page) -> Any:
    return page.locator("#portrait-panel [data-draft]")


def draft_one(page: Page, count: int) -> None:
    page.get_by_role("button", name="Draft portrait").click()
    expect(drafts(page)).to_have_count(count)


def test_a_draft_appears_beside_what_was_typed(page: Page, person: User) -> None:
    """R1: "Draft portrait" draws from words; what was typed stays and the draft becomes the portrait."""
    page.get_by_label("Name", exact=True).fill("Mira Vale")
    page.get_by_label("Appearance").fill("a woman with red hair")
    draft_one(page, 1)
    draft_one(page, 2)
    assert page.get_by_label("Name", exact=True).input_value() == "Mira Vale"
    expect(page.get_by_role("radio", name="Draft 2")).to_be_checked()
    harness.assert_no_axe_violations(page)
    page.get_by_role("radio", name="Draft 1").check()
    chosen = page.get_by_role("radio", name="Draft 1").input_value()

    page.get_by_role("button", name="Save privately").click()

    expect(page.get_by_text("Saved privately. Only you can see it.")).to_be_visible()
    revision = factories.get_fresh(Character.objects.get(owner=person)).working_revision
    assert revision.portrait.public_id == chosen


def test_the_enter_key_saves(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("Mira Vale")
    page.get_by_label("Name", exact=True).press("Enter")

    expect(page.get_by_role("heading", level=1, name="Mira Vale")).to_be_visible()
    assert not Picture.objects.exists()


def test_a_draft_that_failed_cannot_be_the_portrait_until_it_is_tried_again(page: Page, person: User) -> None:
    lost = factories.make_picture(
        owner=person,
        ready=False,
        state=Picture.State.FAILED,
        failure_code="broken",
        finished_at=factories.NOW,
        prompt="",
    )
    page.get_by_label("Appearance").fill("a woman with red hair")
    draft_one(page, 1)
    Picture.objects.exclude(pk=lost.pk).update(
        state=Picture.State.FAILED, failure_code="broken", finished_at=factories.NOW
    )
    expect(page.locator("#portrait-panel [data-picture-state=failed]")).to_be_visible(timeout=20000)
    expect(page.get_by_role("radio", name="No portrait yet")).to_be_checked()

    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("radio", name="Draft 1")).to_be_checked()
    retried = Picture.objects.exclude(state=Picture.State.FAILED).get()
    assert page.get_by_role("radio", name="Draft 1").input_value() == retried.public_id


def test_an_upload_is_a_draft_at_once(page: Page) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (320, 320), (180, 90, 60)).save(stream, "PNG")
    field = page.get_by_label("Or upload a picture")

    field.set_input_files({"name": "notes.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.locator("#portrait-panel").get_by_role("alert")).to_be_visible()
    field.set_input_files({"name": "face.png", "mimeType": "image/png", "buffer": stream.getvalue()})

    expect(page.get_by_role("radio", name="Upload")).to_be_checked()
    expect(page.locator("#portrait-panel img[data-picture]")).to_be_visible()
    assert field.input_value() == ""


def test_a_file_that_is_too_big_is_refused_before_it_is_sent(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    field = page.get_by_label("Or upload a picture")
    big = {"name": "face.png", "mimeType": "image/png", "buffer": b"x" * (uploads.MAX_BYTES + 1)}

    field.set_input_files(big)
    problem = page.get_by_role("alert").filter(has_text="The file is larger than 8 MB.")
    expect(problem).to_be_visible()
    assert field.input_value() == ""
    assert not any("upload" in url for url in sent)

    field.set_input_files({**big, "buffer": b"no picture"})
    expect(page.get_by_role("alert").filter(has_text="This is not a PNG")).to_be_visible()
    expect(problem).to_be_hidden()


def test_the_preview_follows_the_typing(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("Mira Vale")
    page.get_by_label("Description").fill("{{char}} is calm.")

    expect(page.locator("#persona")).to_contain_text("Mira Vale is calm.")


def test_the_guidelines_open_over_the_form(page: Page) -> None:
    """R4: View Guidelines opens without losing what was typed."""
    page.get_by_label("Name", exact=True).fill("Mira Vale")
    page.get_by_role("link", name="View Guidelines").click()
    expect(page.get_by_role("dialog")).to_contain_text("Never allowed")
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.get_by_label("Name", exact=True).input_value() == "Mira Vale"


def test_greetings_come_and_go(page: Page) -> None:
    for text in ("One", "Two", "Three", "Four", "Five"):
        page.get_by_role("button", name="Add a greeting").click()
        page.keyboard.type(text)
    expect(page.get_by_role("button", name="Add a greeting")).to_be_hidden()

    page.get_by_role("button", name="Remove greeting 2").click()

    shown = [box.input_value() for box in page.locator("textarea[name=greetings]").all()]
    assert shown == ["One", "Three", "Four", "Five"]
    expect(page.get_by_role("button", name="Add a greeting")).to_be_visible()
    assert page.get_by_label("Greeting 2", exact=True).input_value() == "Three"


def test_leaving_with_unsaved_changes_asks_first(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Name", exact=True).fill("Mira Vale")

    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url("**/library/")

    assert asked == ["beforeunload"]


def test_long_texts_are_counted_and_kept(page: Page) -> None:
    page.get_by_label("Short bio").fill("x" * 170)
    expect(page.locator(".field__count", has_text="170 / 160")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Mira")

    page.get_by_role("button", name="Save privately").click()

    expect(page.get_by_role("alert")).to_contain_text("Short bio")
    harness.assert_no_axe_violations(page)
    assert page.get_by_label("Short bio").input_value() == "x" * 170


def test_everything_works_without_a_script(
    open_window: Callable[..., harness.Window],
    person: User,
) -> None:
    window = open_window(has_script=False)
    window.sign_in(person)
    page = window.open(NEW)
    page.get_by_label("Name", exact=True).fill("Mira Vale")
    page.get_by_label("Greeting 1", exact=True).fill("Tea?")
    page.get_by_label("Appearance").fill("a woman with red hair")
    page.get_by_role("button", name="Show what the AI sees").click()
    expect(page.locator("#persona")).to_contain_text("Mira Vale")

    page.get_by_role("button", name="Draft portrait").click()
    expect(drafts(page)).to_have_count(1)
    page.locator("#portrait-panel").get_by_role("button", name="Look again").click()
    expect(drafts(page)).to_have_count(1)
    page.get_by_role("button", name="Save privately").click()

    expect(page.get_by_role("heading", level=1, name="Mira Vale")).to_be_visible()
    revision = factories.get_fresh(Character.objects.get(owner=person)).working_revision
    assert revision.greetings == ["Tea?"]
    assert revision.portrait == Picture.objects.get()


def test_withdrawing_asks_first(open_window: Callable[..., harness.Window], person: User) -> None:
    character = factories.make_character(owner=person, state="PENDING")
    window = open_window(size=harness.PHONE)
    window.sign_in(person)
    page = window.open("/library/")

    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert factories.get_fresh(character).working_revision.state == "PENDING"
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()

    expect(page.get_by_text("Withdrawn. It is yours to edit again.")).to_be_visible()


def hint_of(page: Page) -> Any:
    hint = page.locator("details.hint")
    hint.locator("summary").press("Enter")
    return hint


def choose(hint: Any, kind: str, word: str) -> None:
    """Press a word by keyboard."""
    hint.locator(f"[data-hint-kind={kind}]").get_by_role("button", name=word, exact=True).press("Enter")


def test_words_that_are_pressed_go_into_the_appearance(page: Page) -> None:
    appearance, hint = page.get_by_label("Appearance"), hint_of(page)
    appearance.fill("a scar")

    choose(hint, "hair", "black")
    expect(appearance).to_have_value("a scar, black hair")
    choose(hint, "kind", "woman")
    choose(hint, "hair_style", "long")
    expect(appearance).to_have_value("a scar, long black hair, woman")
    choose(hint, "hair_style", "bob")
    choose(hint, "age", "elderly")
    expect(appearance).to_have_value("a scar, black bob, elderly woman")
    # Pressed again, it is taken back.
    choose(hint, "hair_style", "bob")
    choose(hint, "hair", "black")
    expect(appearance).to_have_value("a scar, elderly woman")
    harness.assert_no_axe_violations(page)
    # The page knows that there is something to lose, and shows what the model will read.
    expect(page.get_by_text("You have unsaved changes.")).to_be_visible()
    expect(page.locator("#persona")).to_contain_text("elderly woman")


def test_what_was_typed_over_a_word_stays(page: Page) -> None:
    appearance, hint = page.get_by_label("Appearance"), hint_of(page)
    choose(hint, "clothes", "red")
    appearance.fill("bright red dungarees")

    choose(hint, "garment", "jacket")

    expect(appearance).to_have_value("bright red dungarees, jacket")
    choose(hint, "clothes", "blue")
    expect(appearance).to_have_value("bright red dungarees, blue jacket")


def pressed(hint: Any) -> list[str]:
    return hint.locator("[aria-pressed=true]").all_text_contents()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("typed", "kind", "word", "written"),
    [
        ("young woman, long black hair", "hair", "red", "young woman, long red hair"),
        ("a young woman with black hair", "hair", "red", "a young woman with red hair"),
        ("a man, black long hair", "hair_style", "bob", "a man, black bob"),
        ("a woman with red hair", "age", "young", "a young woman with red hair"),
        ("a woman with red hair", "age", "elderly", "an elderly woman with red hair"),
        ("a scar", "age", "young", "a scar, young"),
        ("young", "kind", "man", "young man"),
        ("young woman, light skin", "kind", "woman", "young, light skin"),
        ("a woman with black hair", "hair", "black", "a woman"),
        ("a woman, black hair", "hair", "black", "a woman"),
        ("man, red jacket", "clothes", "blue", "man, blue jacket"),
        ("man in a red jacket", "garment", "hoodie", "man in a red hoodie"),
        ("a man at the beach", "background", "forest", "a man, forest background"),
        ("a man, at the beach", "background", "white", "a man, white background"),
        ("a light jacket", "skin", "light", "a light jacket, light skin"),
    ],
)
def test_a_word_takes_the_place_of_what_the_field_says_of_it(
    page: Page, typed: str, kind: str, word: str, written: str
) -> None:
    """Whether it was typed, saved or pressed."""
    appearance, hint = page.get_by_label("Appearance"), hint_of(page)
    appearance.fill(typed)

    choose(hint, kind, word)

    expect(appearance).to_have_value(written)


def test_what_the_field_says_is_what_is_pressed(
    open_window: Callable[..., harness.Window], person: User
) -> None:
    look = "a young woman with long black hair, green eyes"
    character = factories.make_character(owner=person, appearance=look, portrait_id=None)
    window = open_window()
    window.sign_in(person)
    page = window.open(f"/characters/{character.slug}/edit/")
    appearance, hint = page.get_by_label("Appearance"), hint_of(page)

    assert appearance.input_value() == look
    assert sorted(pressed(hint)) == ["black", "green", "long", "woman", "young"]
    appearance.fill("mature man, bald, red hoodie")
    expect(hint.locator("[aria-pressed=true]")).to_have_count(4)
    assert sorted(pressed(hint)) == ["bald", "hoodie", "man", "red"]
    appearance.fill("")
    expect(hint.locator("[aria-pressed=true]")).to_have_count(0)


def test_without_a_script_the_words_are_there_to_be_read(
    open_window: Callable[..., harness.Window], person: User
) -> None:
    window = open_window(has_script=False)
    window.sign_in(person)
    hint = window.open(NEW).locator("details.hint")

    expect(hint.get_by_text("woman", exact=True)).to_be_hidden()
    hint.locator("summary").click()
    expect(hint.get_by_text("woman", exact=True)).to_be_visible()
    expect(hint.get_by_role("button")).to_have_count(0)
    expect(hint.get_by_text("Choose a word to add it.")).to_be_hidden()


def test_words_are_offered_again_for_the_next_photo(
    open_window: Callable[..., harness.Window], person: User
) -> None:
    """The form comes back from the server after each photo."""
    window = open_window()
    window.sign_in(person)
    portrait = factories.make_picture(owner=person, with_file=True)
    character = factories.make_character(owner=person, portrait_id=portrait.pk)
    page = window.open(f"/characters/{character.slug}/")
    wish = page.get_by_label("What should the photo show?")
    for word in ("laughing", "sad"):
        choose(hint_of(page), "expression", word)
        expect(wish).to_have_value(word)
        page.get_by_role("button", name="Draw a photo").click()
        expect(wish).to_have_value("")
    harness.assert_no_axe_violations(page)
