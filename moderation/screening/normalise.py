"""Texts as people read them, however they were typed."""

import re
import unicodedata
from functools import lru_cache

# Characters that show nothing and are in none of the categories below: fillers, selectors, unassigned ones.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\ufe00-\ufe0f\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf"})
_MARK_CATEGORIES = frozenset({"Me", "Mn"})
# The one accent that tells a word of `terms` from a first name.
_KEPT_TILDE = re.compile("\\bnin\u0303(?=[ao]s?\\b)")
_SPACES = re.compile(r"\s+")
_WORDS = re.compile(r"(\s+)")
_ASCII_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")


def normalise(text: str) -> str:
    """Fold what hides words from a reader of bytes.

    That is width, case, white space, invisible characters, and accents on Latin letters and digits. In other
    scripts marks are letters: they stay.
    """
    return _SPACES.sub(" ", fold_characters(text)).strip()


def fold_characters(text: str) -> str:
    """Do what `normalise` does, but keep white space as it is."""
    lowered = _ASCII_CONTROLS.sub("", text.lower()) if text.isascii() else ""
    # Nothing reaches from one word into the next, and most words need no more than that.
    return lowered or "".join(
        _ASCII_CONTROLS.sub("", part.lower()) if part.isascii() else _fold_word(part)
        for part in _WORDS.split(text)
    )


def _fold_word(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    visible = "".join(char for char in _INVISIBLE.sub("", decomposed) if not _is_control(char))
    folded = unicodedata.normalize("NFC", _drop_accents(_KEPT_TILDE.sub("ni\u00f1", visible)))
    return folded.replace("’", "'")


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE_CATEGORIES and not char.isspace()


@lru_cache(maxsize=4096)
def _is_latin(char: str) -> bool:
    return unicodedata.name(char, "").startswith("LATIN ")


def _drop_accents(decomposed: str) -> str:
    kept = []
    is_plain = False
    for char in decomposed:
        if unicodedata.category(char) not in _MARK_CATEGORIES:
            is_plain = char.isalnum() if char.isascii() else _is_latin(char)
        elif is_plain:
            continue
        kept.append(char)
    return "".join(kept)
