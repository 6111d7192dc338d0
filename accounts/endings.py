"""What people are told when restrictions of theirs run out. Who imposes them may have words of their own."""

from collections.abc import Sequence
from typing import Protocol

from accounts.models import User
from core.refusals import Text


class Words(Protocol):
    """Returns a title and the first words of the notice, or None for the usual ones. Inside a transaction."""

    def __call__(self, person: User, *, decision_ids: Sequence[str]) -> tuple[Text, Text] | None: ...


_words: dict[str, Words] = {}


def register(reason_code: str, words: Words) -> None:
    """Let `words` say what restrictions of this rule ended; call it from an app's `ready()`."""
    _words[reason_code] = words


def find_words(person: User, reason_code: str, *, decision_ids: Sequence[str]) -> tuple[Text, Text] | None:
    """Return the words of whoever imposed these restrictions, if they have any."""
    words = _words.get(reason_code)
    return words(person, decision_ids=decision_ids) if words is not None else None
