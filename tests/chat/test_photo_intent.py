"""R2: a clear request brings a photo, a near-miss does not."""

from collections.abc import Callable

import pytest

from chat import photo_intent
from tests.chat.photo_sentences import NEAR_MISSES, REQUESTS


def test_the_set_is_large_and_at_least_half_of_it_are_near_misses() -> None:
    assert len(set(REQUESTS)) == len(REQUESTS)
    assert len(set(NEAR_MISSES)) == len(NEAR_MISSES)
    assert len(REQUESTS) + len(NEAR_MISSES) >= 140
    assert len(NEAR_MISSES) >= len(REQUESTS)


def test_precision_and_recall_on_the_labelled_lines(record_property: Callable[[str, object], None]) -> None:
    """R2."""
    hits = [line for line in REQUESTS if photo_intent.detect(line).is_request]
    wrong = [line for line in NEAR_MISSES if photo_intent.detect(line).is_request]
    missed = [line for line in REQUESTS if line not in hits]
    precision = len(hits) / (len(hits) + len(wrong))
    recall = len(hits) / len(REQUESTS)
    record_property("precision", precision)
    record_property("recall", recall)
    assert precision == 1.0, wrong
    assert recall >= 0.95, missed


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("Can you send me a photo of you at the beach?", "at the beach"),
        ("Send me a selfie, please!", ""),
        ("Show me your new coat", "new coat"),
        (
            "I'd love to see a picture of you holding a lantern in the rain, please.",
            "holding a lantern in the rain",
        ),
        ("I'm tired. Could you send me a photo of yourself in the kitchen?", "in the kitchen"),
        ("Send me a photo from your room", "from your room"),
        ("I'd like to see your picture", ""),
        ("Can I get a photo, Mira?", ""),
        ("Give me a selfie, my love!", ""),
        ("Send me a photo of you in Paris, France", "in Paris, France"),
        ("Show me what you look like in a red dress", "in a red dress"),
        ("Show me how you look in a suit", "in a suit"),
        ("Can i see u wearing the green hoodie", "wearing the green hoodie"),
        ("Send me a photo of you reading a novel", "reading a novel"),
        ("I've never seen you in a hat, can you send me a photo in a hat?", "in a hat"),
        ("Send me a photo at the sea, I've never met you", "at the sea"),
        ("Take a photo of yourself at the market and send it to me", "at the market"),
        ("Send me a silly photo then!", ""),
    ],
)
def test_the_wish_is_what_stands_after_the_photo(line: str, wish: str) -> None:
    intent = photo_intent.detect(line)
    assert intent.is_request
    assert intent.wish == wish


@pytest.mark.parametrize(
    "line",
    [
        "can i get a photo, mira",
        "Can I get a photo, Mira Vale?",
        "Send me a selfie Mira",
    ],
)
def test_the_name_of_the_character_is_no_wish(line: str) -> None:
    assert photo_intent.detect(line, name="Mira Vale") == photo_intent.PhotoIntent(is_request=True)


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("/photo", ""),
        ("/photo at the beach, laughing", "at the beach, laughing"),
        ("/PHOTO: in the rain", "in the rain"),
        ("/selfie with a hat", "with a hat"),
        ("/photography is fun", None),
        ("please /photo", None),
        ("photo", None),
    ],
)
def test_the_command_takes_its_wish(line: str, wish: str | None) -> None:
    assert photo_intent.read_command(line) == wish


def test_words_beside_the_camera_button_are_the_wish() -> None:
    assert photo_intent.wish_of("smiling in the snow", is_all_wish=True) == "smiling in the snow"
    assert photo_intent.wish_of("a photo of you in the snow", is_all_wish=True) == "in the snow"
    assert photo_intent.wish_of("", is_all_wish=True) == ""


def test_a_hostile_line_is_read_quickly() -> None:
    for line in ("send me " * 40, "can you " * 40, '"' * 300, "a " * 160, "*" * 320, "photo of " * 35):
        photo_intent.detect(line[:320])
    for line in (" " * 1_000_000, "photo" + " " * 1_000_000, "photo " + ", A" * 500_000):
        photo_intent.wish_of(line, is_all_wish=True)
