"""Who is below 18 by the year of their birth, or by their next or last birthday."""

import re
from collections.abc import Iterator

from moderation.screening.terms import births as terms
from moderation.screening.terms import numbers

_ADULT_YEARS = 18
# Who is born later is below 18 while this version of the rules is in use. It goes up with POLICY_VERSION, not
# with the clock: the same text gets the same verdict.
_LAST_ADULT_BIRTH_YEAR = 2008
_LAST_BIRTH_YEAR = 2026
_BEFORE = 90
_SHORTLY = 24
_CENTURY = 2000
_YEAR_WORDS = re.compile(r"[\s-]+")
# What an ordinal number drops or adds at its end: "quattordic-esimo", "vierzehn-ten", "шестнадцат-ый".
_ENDINGS = ("", "e", "i", "ь", "cie", "a", "t")
_LONGEST_ENDING = 6


def find_births(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a year of birth or a birthday says that somebody is below 18."""
    for start, end, year in _list_birth_years(text):
        if _LAST_ADULT_BIRTH_YEAR < year <= _LAST_BIRTH_YEAR:
            yield start, end
    for match in terms.BIRTHDAY.finditer(text):
        before = text[max(0, match.start() - _SHORTLY) : match.start()]
        is_past = terms.SINCE_BEFORE.search(before) and not terms.LATELY_AFTER.match(text, match.end())
        if not is_past and 0 < _ordinal(match["which"]) < _ADULT_YEARS:
            yield match.start(), match.end()


def _list_birth_years(text: str) -> Iterator[tuple[int, int, int]]:
    for match in terms.BIRTH_YEAR.finditer(text):
        if terms.THING_BORN.search(text[max(0, match.start() - _BEFORE) : match.start()]):
            continue
        digits = (
            match["year"]
            or match["as"]
            or match["year_of"]
            or match["unspaced"]
            or match["star"]
            or match["short"]
            or match["before"]
        )
        year = _year(digits)
        yield match.start(), match.end(), year


def _year(written: str) -> int:
    """Return a year in figures, shortened to "'10", or in words."""
    if written.isdigit():
        return int(written)
    if written[1:].isdigit():
        return _CENTURY + int(written[1:])
    return _CENTURY + numbers.ENGLISH.get(_YEAR_WORDS.split(written)[-1], _ADULT_YEARS)


def may_be_below(text: str) -> bool:
    """Whether somebody comes of age in the year of this version of the rules: 17 or 18, nobody can tell."""
    return any(year == _LAST_ADULT_BIRTH_YEAR for _start, _end, year in _list_birth_years(text))


def _ordinal(word: str) -> int:
    """Return the value of an ordinal number, 0 for another word."""
    digits = "".join(char for char in word if char.isdigit())
    if digits:
        return int(digits)
    for cut in range(1, min(_LONGEST_ENDING, len(word) - 3)):
        for ending in _ENDINGS:
            if value := numbers.BY_WORDS.get(word[:-cut] + ending):
                return value
    return 0
