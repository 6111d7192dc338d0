"""What a language model is told about a character, as its creator sees it while writing."""

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.refusals import Text

_LETTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class PersonaPart:
    """One piece of what the model reads, under the heading the page gives it."""

    key: str
    heading: Text
    text: str
    token_count: int


def compose(
    *,
    name: str,
    description: str,
    scenario: str,
    example_dialogue: str,
    first_message: str,
    appearance: str,
) -> tuple[PersonaPart, ...]:
    """Return the parts that are not empty, in the order the model reads them.

    The character's name stands where {{char}} was written; {{user}} stays, it differs per chat.
    """
    pieces = (
        ("description", _("Who the character is"), description),
        ("scenario", _("The scene"), scenario),
        ("example_dialogue", _("How it talks"), example_dialogue),
        ("appearance", _("How it looks"), appearance),
        ("first_message", _("How the chat opens"), first_message),
    )
    parts = []
    for key, heading, text in pieces:
        filled = fill_names(text.strip(), character=name)
        if filled:
            parts.append(PersonaPart(key, heading, filled, estimate_tokens(filled)))
    return tuple(parts)


def fill_names(text: str, *, character: str) -> str:
    """Put the character's name where {{char}} was written."""
    if not character:
        return text
    return text.replace("{{char}}", character).replace("{{Char}}", character)


def estimate_tokens(text: str) -> int:
    """Guess how many tokens a language model makes of a text.

    Four letters of an alphabet with cases (Latin, Greek, Cyrillic), digits, blanks or signs count as one
    token, and every character of another script or emoji as one.
    """
    dense = sum(1 for char in text if ord(char) > 0x52F and not char.isspace())
    return dense + math.ceil((len(text) - dense) / _LETTERS_PER_TOKEN)
