"""What changed between two texts, word by word. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# A word with the white space after it; of scripts without spaces each letter; anything else by itself.
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]\s*|[^\W\u3040-\u30ff\u3400-\u9fff]+\s*|[^\w\s]\s*|\s+")
# Texts that share less than this read better as one taken out and one put in.
_ALIKE = 0.4
# Comparing takes as many steps as the product of both lengths at worst.
_TOKEN_LIMIT = 3000


@dataclass(frozen=True, slots=True)
class Part:
    """A run of a text that stands in both versions, or in this one alone."""

    text: str
    is_changed: bool


Parts = tuple[Part, ...]


def compare_words(before: str, after: str) -> tuple[Parts, Parts]:
    """Return both texts in parts; the parts of each make up that text again."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    start = _common(zip(old, new, strict=False))
    end = _common(zip(reversed(old[start:]), reversed(new[start:]), strict=False))
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    matches = _match(middle_old, middle_new)
    shared = start + end + sum(size for _old, _new, size in matches)
    if 2 * shared < _ALIKE * (len(old) + len(new)):
        return _whole(before), _whole(after)
    return (
        _join(old, start, end, [(first, size) for first, _second, size in matches]),
        _join(new, start, end, [(second, size) for _first, second, size in matches]),
    )


def unchanged(text: str) -> Parts:
    """Return a text that is the same in both versions, or has no other version."""
    return (Part(text, is_changed=False),) if text else ()


def _whole(text: str) -> Parts:
    return (Part(text, is_changed=True),) if text else ()


def _common(pairs: Iterator[tuple[str, str]]) -> int:
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


def _match(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return the runs that stand in both: where in each, and how many tokens."""
    if max(len(old), len(new)) > _TOKEN_LIMIT:
        return []
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return [(block.a, block.b, block.size) for block in blocks if block.size]


def _join(tokens: Sequence[str], start: int, end: int, same: Sequence[tuple[int, int]]) -> Parts:
    parts: list[Part] = []

    def add(run: Sequence[str], *, is_changed: bool) -> None:
        if run:
            parts.append(Part("".join(run), is_changed))

    kept = [(0, start), *((start + at, size) for at, size in same), (len(tokens) - end, end)]
    position = 0
    for at, size in kept:
        add(tokens[position:at], is_changed=True)
        add(tokens[at : at + size], is_changed=False)
        position = at + size
    return _merge(parts)


def _merge(parts: Sequence[Part]) -> Parts:
    """Join neighbours of the same kind."""
    merged: list[Part] = []
    for part in parts:
        if merged and merged[-1].is_changed == part.is_changed:
            merged[-1] = Part(merged[-1].text + part.text, part.is_changed)
        else:
            merged.append(part)
    return tuple(merged)
