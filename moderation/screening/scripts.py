"""Ages in scripts that put no blanks between words, and in Roman numbers."""

import re
from collections.abc import Iterator

from moderation.screening.terms import ages, numbers
from moderation.screening.terms import scripts as terms

_ADULT_YEARS = 18
_BEFORE = 90


def find_unspaced(text: str) -> Iterator[tuple[int, int]]:
    """Return where an age below 18 stands in East Asian words or Thai."""
    return iter(()) if text.isascii() else _find_unspaced(text)


def _find_unspaced(text: str) -> Iterator[tuple[int, int]]:
    for match in terms.KOREAN.finditer(text):
        value = numbers.KOREAN.get(match["age"].replace(" ", ""), 0)
        if not match["tens"] and 0 < value < _ADULT_YEARS:
            yield match.start(), match.end()
    for match in terms.THAI.finditer(text) if terms.THAI_YEARS.search(text) else ():
        if (
            0
            < _thai_value(
                match["tens"] or match["bare_tens"] or "", match["unit"] or match["bare_unit"] or ""
            )
            < _ADULT_YEARS
        ):
            yield match.start(), match.end()
    for pattern in (terms.BARE_UNSPACED, terms.LABELLED_UNSPACED):
        for match in pattern.finditer(text):
            if 0 < _bare_value(match) < _ADULT_YEARS:
                yield match.start(), match.end()
    for match in terms.HAN.finditer(text):
        if 0 < _han_value(match["age"]) < _ADULT_YEARS:
            yield match.start(), match.end()


def _bare_value(match: re.Match[str]) -> int:
    if match["han"]:
        return _han_value(match["han"])
    return numbers.KOREAN.get(match["korean"].replace(" ", ""), 0)


def _thai_value(tens: str, unit: str) -> int:
    ten = tens.replace("สิบ", "").strip()
    return (10 * numbers.THAI.get(ten, 2 if ten else 1) if tens else 0) + numbers.THAI_UNITS[unit]


def _han_value(digits: str) -> int:
    if "百" in digits or "千" in digits or "万" in digits:
        return 100
    if "十" in digits:
        tens, _ten, units = digits.partition("十")
        return 10 * numbers.KANJI.get(tens, 1) + numbers.KANJI.get(units, 0)
    return int("".join(str(numbers.KANJI[digit]) for digit in digits))


def find_roman(text: str) -> Iterator[tuple[int, int]]:
    """Yield where an age below 18 is written as a Roman number."""
    for match in terms.ROMAN.finditer(text):
        if match["number"] not in numbers.ROMAN:
            continue
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        is_bare = len(match["number"]) > 2 and terms.ROMAN_BEFORE.search(before)
        if match["old"] or is_bare or ages.LABEL.search(before) or ages.RECKONED_BEFORE.search(before):
            yield match.start(), match.end()
