"""What the models are told about a character or a story, as its creator sees it while writing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.refusals import Text

_LETTERS_PER_TOKEN = 4
# Longer than any field may be.
_TYPED_LENGTH = 8000


@dataclass(frozen=True, slots=True)
class PersonaPart:
    """One piece of what a model reads, under the heading the page gives it."""

    key: str
    heading: Text
    text: str
    token_count: int


@dataclass(frozen=True, slots=True)
class Persona:
    """What the chat model reads, in its order, and what the drawing model reads."""

    chat: tuple[PersonaPart, ...]
    picture: PersonaPart | None

    @property
    def token_count(self) -> int:
        """How much of the chat model's memory the character takes."""
        return sum(part.token_count for part in self.chat)


def compose(
    *,
    name: str,
    short_bio: str,
    bio: str,
    description: str,
    scenario: str,
    example_dialogue: str,
    first_message: str,
    appearance: str,
) -> Persona:
    """Return the parts that are not empty.

    The character's name stands where {{char}} was written; {{user}} stays, it differs per chat.
    """
    pieces = (
        ("name", _("Its name"), name),
        ("description", _("Who the character is"), description),
        ("bio", _("What others know"), bio.strip() or short_bio),
        ("scenario", _("The scene"), scenario),
        ("example_dialogue", _("How it talks"), example_dialogue),
        ("first_message", _("How the chat opens"), first_message),
    )
    chat = tuple(
        part for key, heading, text in pieces if (part := _part(key, heading, text, name)) is not None
    )
    return Persona(chat, _part("appearance", _("How it looks"), appearance, name))


def compose_story(*, name: str, opening_scene: str, plot: str, cast: Sequence[tuple[str, str]]) -> Persona:
    """Return the parts of a story that are not empty; cast: name and short bio of each, the lead first.

    The lead's name stands where {{char}} was written.
    """
    lead = cast[0][0] if cast else ""
    others = "\n".join(f"{other}: {about}" if about else other for other, about in cast[1:])
    pieces = (
        ("name", _("The story"), name),
        ("opening_scene", _("How it opens"), opening_scene),
        ("plot", _("Where it may lead"), plot),
        ("lead", _("Who speaks"), lead),
        ("others", _("Who else is there"), others),
    )
    parts = (_part(key, heading, text, lead) for key, heading, text in pieces)
    return Persona(tuple(part for part in parts if part is not None), None)


def clean_typed(text: object) -> str:
    """Return a text as it is being typed; too much is cut, judging it is the form's work."""
    return str(text or "")[:_TYPED_LENGTH].replace("\0", "").replace("\r\n", "\n")


def _part(key: str, heading: Text, text: str, name: str) -> PersonaPart | None:
    filled = fill_names(text.strip(), character=name)
    return PersonaPart(key, heading, filled, estimate_tokens(filled)) if filled else None


def fill_names(text: str, *, character: str, user: str = "") -> str:
    """Put the character's name where {{char}} was written, and the person's where {{user}} was."""
    for macro, name in (
        ("{{char}}", character),
        ("{{Char}}", character),
        ("{{user}}", user),
        ("{{User}}", user),
    ):
        if name:
            text = text.replace(macro, name)
    return text


def estimate_tokens(text: str) -> int:
    """Guess how many tokens a language model makes of a text.

    Four letters of an alphabet with cases (Latin, Greek, Cyrillic), digits, blanks or signs count as one
    token, and every character of another script or emoji as one.
    """
    dense = sum(1 for char in text if ord(char) > 0x52F and not char.isspace())
    return dense + math.ceil((len(text) - dense) / _LETTERS_PER_TOKEN)
