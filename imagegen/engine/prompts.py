"""Putting what stays of a person and what is asked for now into one prompt."""

import re
from collections.abc import Iterable, Mapping, Sequence

Vocabulary = Mapping[str, Sequence[str]]

# Kinds of words that may differ from picture to picture; all other kinds say who it is.
CHANGEABLE_KINDS = ("garment", "background", "expression")


# Adjectives of a face that people also say of clothes and places; beside "hair" or "skin" the noun counts.
_SHARED_ADJECTIVES = frozenset({"light", "dark", "pale", "tan", "long", "short", "round", "square"})
_BETWEEN_CLAUSES = re.compile(r"[,;\n]|\.(?=\s|$)")


def compose(*, appearance: str, wish: str, vocabulary: Vocabulary) -> str:
    """Return the canonical appearance with the wish after it.

    A wish for other clothes, another place or mood takes the place of what the appearance says about it:
    small models average two contradicting words. Only whole clauses make room; never the first, which says
    who it is, and none that speaks of the face or the hair. A model without a vocabulary gets both texts as
    they are.
    """
    first, *rest = _BETWEEN_CLAUSES.split(appearance)
    kept = rest
    identity = _pattern(
        word for kind in vocabulary if kind not in CHANGEABLE_KINDS for word in _words_of(kind, vocabulary)
    )
    for kind in CHANGEABLE_KINDS:
        if kind not in vocabulary:
            continue
        words = _pattern(_words_of(kind, vocabulary))
        if words.search(wish):
            kept = [clause for clause in kept if not words.search(clause) or identity.search(clause)]
    if kept != rest:
        appearance = ", ".join(clause.strip() for clause in (first, *kept) if clause.strip())
    return ", ".join(part for part in (appearance.strip(), wish.strip()) if part)


def _words_of(kind: str, vocabulary: Vocabulary) -> set[str]:
    """Return the words that speak of this kind and no other, with the parts of the kind's own name."""
    others = {word for name, words in vocabulary.items() if name != kind for word in words}
    own = {*vocabulary[kind]} - others - {"none"} - _SHARED_ADJECTIVES
    return own | {*kind.split("_")} - {"colour", "style", "kind"}


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"\b(?:{alternatives or '(?!)'})\b", re.IGNORECASE)
