"""The numbers in a text, in figures and in words."""

import re
from dataclasses import dataclass

from moderation.screening.terms import ages, numbers

# How far apart the parts of one sum may stand, in characters.
BETWEEN = 8
# What `numbers.GREAT` stands for: any number of 18 and more is as good as another.
_GREAT = 18

_WORD = "|".join(re.escape(word) for word in sorted(numbers.SMALL, key=len, reverse=True))
_GLUED = r"(?=year|yr|y/?o\b|jahr|лет|річн|годишн|letni|lat[ek]|jarig|aring|anos|ans\b)"
_NUMBER = re.compile(
    rf"(?P<great>{numbers.GREAT.pattern})"
    r"|(?<![^\W_])(?P<teen>thir|three|four|fif|five|six|seven|eigh|eight|nine|\d?[3-9])[\W_]{0,3}teen(?:(?![^\W\d_])|(?=year|yr))"
    rf"|(?<![^\W\d_])(?P<word>{_WORD})(?:(?![^\W\d_])|{_GLUED})"
    # Slips like "sixtheen".
    r"|(?<![^\W\d_])(?P<slip>thir|four|for|fif|fith|six|siks|sev|seven)[a-z]{0,2}(?:ee|ea|e|i)n(?![^\W\d_])"
    r"|(?<!\d)(?<!\d[.,])(?P<digits>\d{1,4})(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number and where it stands. is_english: it is no word that means something else in English."""

    start: int
    end: int
    value: int
    is_english: bool


def find_numbers(text: str) -> list[Number]:
    """Return the numbers of a text in their order; a sum is one number."""
    found: list[Number] = []
    for match in _NUMBER.finditer(text):
        number = Number(match.start(), match.end(), _value(match), match["word"] not in numbers.NOT_BARE)
        if found and (total := _sum(text, found[-1], number)) is not None:
            found[-1] = Number(found[-1].start, number.end, total, is_english=True)
        else:
            found.append(number)
    return found


def _value(match: re.Match[str]) -> int:
    if match["great"]:
        return 20 if not match["great"].startswith("eighteen") else _GREAT
    if match["teen"]:
        return int(match["teen"]) if len(match["teen"]) == 2 else numbers.TEENS[match["teen"]]
    if match["word"]:
        return numbers.SMALL[match["word"]]
    if match["slip"]:
        return numbers.SLIPS[match["slip"]]
    return int(match["digits"])


def _sum(text: str, left: Number, right: Number) -> int | None:
    between = text[left.end : min(right.start, left.end + BETWEEN + 1)]
    if right.start - left.end > BETWEEN:
        return None
    if match := ages.SUM.fullmatch(between):
        sign = match["sign"]
        if sign in {"times", "*"}:
            return left.value * right.value
        return left.value + right.value if sign in {"plus", "+"} else abs(left.value - right.value)
    if ages.DIFFERENCE.fullmatch(between) and left.value >= _GREAT > right.value > 0:
        return left.value - right.value
    return None
