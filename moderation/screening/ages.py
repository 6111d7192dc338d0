"""Who in a text is below 18, and whether they take part in it."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from moderation.screening import roles
from moderation.screening.numbers import BETWEEN, Number, find_numbers
from moderation.screening.readings import Readings
from moderation.screening.roles import Role, Sentences
from moderation.screening.terms import ages, counts, minors, numbers
from moderation.screening.terms import roles as role_terms

ADULT_YEARS = 18
# Who is born later is below 18 while this version of the rules is in use. It goes up with POLICY_VERSION, not
# with the clock: the same text gets the same verdict.
_LAST_ADULT_BIRTH_YEAR = 2008
_LAST_BIRTH_YEAR = 2026
_BEFORE = 90
_AFTER = 70
# Smaller numbers count things more often than years.
_SMALL = 8
_FEW = 3
# "She is elf", "it is once".
_ENGLISH_TOO = frozenset({"elf", "once"})
_MONTHS = {"month": 12, "week": 52, "day": 365, "hour": 8760}

# What says "below 18" without a number.
_CALLED = (
    ages.BELOW_UNSPACED,
    ages.SHORT_OF,
    ages.ARABIC_ORDINAL,
    ages.KANA,
    minors.PERSONA,
    minors.PERSONA_UNSPACED,
    minors.MINOR_STATUS,
)
_SQUEEZED = re.compile(
    r"(?P<tens>twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|hundredand)?"
    r"(?:(?P<age>(?<!\d)(?:1[0-7]|[1-9])|thirteen|fourteen|fifteen|sixteen|seventeen|eleven|twelve|four|five|six|seven|eight|nine|"
    r"three|two|ten)(?:years?|yrs?)(?:old(?!er)|ofage|young)"
    r"|(?P<word>(?:iam|im|sheis|shes|heis|hes|youare|age(?:is)?|aged|am|is)(?:only|just)?(?:thirteen|fourteen|fifteen|sixteen|"
    r"seventeen))"
    r"|(?P<persona>schoolgirls?|schoolboys?|highschoolers?|underaged?|preteens?|jailbait))"
)


class Kind(StrEnum):
    """How somebody is said to be below 18."""

    AGE = "age"
    PERSONA = "persona"
    CHILD = "child"


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody below 18. at: where in the plain reading; sentence: which one there."""

    at: int
    sentence: int
    kind: Kind
    role: Role


@lru_cache(maxsize=4)
def find_mentions(readings: Readings) -> tuple[Mention, ...]:
    """Return everybody below 18 of whom a text speaks."""
    plain = Sentences(readings.plain)
    found = [
        (int(start * reading.scale), kind, role)
        for reading in readings.all
        for start, kind, role in _find(mask(reading.text), Sentences(reading.text))
    ]
    found += [(at, Kind.AGE, Role.TAKES_PART) for at in _find_squeezed(readings)]
    return tuple(Mention(at, plain.index(at), kind, role) for at, kind, role in dict.fromkeys(found))


def mask(text: str) -> str:
    """Blank the phrases that keep the young out or speak of nobody; positions stay."""
    for pattern in (minors.NO_MINOR, minors.GROWN_UP):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


def looks_young(text: str) -> bool:
    """Whether any words would be an age below 18 in the look of a person."""
    return any(
        (numbers.ENGLISH.get(match["age"]) or int(match["age"])) < ADULT_YEARS
        for pattern in ages.LOOKS
        for match in pattern.finditer(text)
    )


def _find(text: str, sentences: Sentences) -> Iterator[tuple[int, Kind, Role]]:
    found = list(find_numbers(text))
    for number, first in _find_aged(text, found):
        role = roles.role_of(text, sentences, first.start, _end_of(text, number))
        yield number.start, Kind.AGE, role
    for pattern in _CALLED:
        for match in pattern.finditer(text):
            role = roles.role_of(text, sentences, match.start(), match.end(), is_group=match[0].endswith("s"))
            yield match.start(), Kind.PERSONA, role
    for start, end in (*_find_unspaced(text), *_find_roman(text), *_find_birth_years(text)):
        yield start, Kind.AGE, roles.role_of(text, sentences, start, end)
    parenthood = roles.find_parenthood(text)
    for pattern in (minors.CHILD, minors.CHILD_UNSPACED):
        for match in pattern.finditer(text):
            index = bisect_right(parenthood, (match.start(), len(text))) - 1
            if index >= 0 and match.start() < parenthood[index][1]:
                yield match.start(), Kind.CHILD, Role.PARENT
            else:
                yield (
                    match.start(),
                    Kind.CHILD,
                    roles.role_of_child(text, sentences, match.start(), match.end()),
                )


def _find_aged(text: str, found: list[Number]) -> Iterator[tuple[Number, Number]]:
    """Yield the numbers that are ages below 18, each with the first of the list or range that it stands in.

    One in a list or range makes its neighbours ages, too.
    """
    is_age = [_is_age(text, number) for number in found]
    first = list(found)
    for index in range(1, len(found)):
        left, right = found[index - 1], found[index]
        if (
            not (left.is_english and right.is_english)
            or right.start - left.end > BETWEEN
            or not ages.BETWEEN.fullmatch(text, left.end, right.start)
        ):
            continue
        if is_age[index] and not is_age[index - 1]:
            # "5'4 and 32" is a height.
            is_age[index - 1] = (1 if right.value < ADULT_YEARS else 9) < left.value < ADULT_YEARS
        elif is_age[index - 1] and not is_age[index] and left.value < ADULT_YEARS:
            is_age[index] = not counts.UNIT_AFTER.match(text, right.end)
        if is_age[index] and is_age[index - 1]:
            first[index] = first[index - 1]
    for index, number in enumerate(found):
        if is_age[index] and _is_below(text, number):
            yield number, first[index]


def _is_below(text: str, number: Number) -> bool:
    if number.value < ADULT_YEARS:
        return number.value > 0 or _end_of(text, number) > number.end
    if match := ages.MONTHS_OLD.match(text, number.end):
        return number.value < ADULT_YEARS * _MONTHS[match["unit"]]
    if number.value != ADULT_YEARS:
        return False
    before = _before(text, number)
    if ages.BELOW.search(before):
        return not ages.TODAY_AFTER.match(text, number.end)
    if ages.ALONE_BEFORE.search(before) and ages.YET_AFTER.match(text, number.end):
        return True
    return bool(ages.NOT_YET_BEFORE.search(before) or _is_future(text, number, before))


def _is_future(text: str, number: Number, before: str) -> bool:
    return bool(ages.WILL_BEFORE.search(before[-16:])) and bool(ages.YET_AFTER.match(text, number.end))


def _before(text: str, number: Number) -> str:
    return text[max(0, number.start - _BEFORE) : number.start]


def _is_age(text: str, number: Number) -> bool:
    before, end = _before(text, number), number.end
    if ages.TENS_AFTER.match(text, end):
        return False
    if match := ages.YEARS_OLD.match(text, end) or ages.MONTHS_OLD.match(text, end):
        return not counts.THING_AFTER.match(text, match.end()) and not _is_thing(before)
    if match := ages.FOREIGN_YEARS.match(text, end):
        return not _is_span(text, before, match) and not _is_thing(before)
    if ages.BELOW.search(before) and number.value == ADULT_YEARS:
        return not counts.UNIT_AFTER.match(text, end) or bool(ages.YEARS.match(text, end))
    if ages.SEASONS.match(text, end):
        return any(pattern.search(before) for pattern in (ages.OF_AGE, ages.PERSON_OF, ages.PREDICATE))
    if number.value == ADULT_YEARS and ages.YET_AFTER.match(text, end) and ages.ALONE_BEFORE.search(before):
        return True
    if _has_label(text, before, end) and not counts.UNIT_AFTER.match(text, end):
        return True
    if _is_counted(text, number) or _is_thing(before):
        return False
    return _is_alone(text, number) or _is_said(text, number, before) or _is_listed(text, number, before)


def _is_thing(before: str) -> bool:
    """Whether it is the age of something, as in "the house is 15 years old"."""
    if counts.OF_THING.search(before):
        return True
    if thing := counts.THING_BEFORE.search(before):
        return not _is_somebody_there(before[: thing.start()])
    said = ages.PREDICATE.search(before)
    return (
        said is not None
        and said["subject"] in counts.THINGS
        and not _is_somebody_there(before[: said.start()])
    )


def _is_somebody_there(before: str) -> bool:
    """Whether what follows is only where somebody is, as "the bar" in "the girl at the bar"."""
    head = role_terms.HEAD.search(before)
    return head is not None and head["head"] in counts.PERSONS


def _is_counted(text: str, number: Number) -> bool:
    if match := ages.YEARS.match(text, number.end):
        # "is 16 years" ends there; "16 years of service" goes on.
        return not ages.END_AFTER.match(text, match.end())
    return bool(counts.UNIT_AFTER.match(text, number.end))


def _is_span(text: str, before: str, unit: re.Match[str]) -> bool:
    if (
        ages.SPAN_VERB.search(before)
        or ages.SPAN_AFTER.match(text, unit.end())
        or ages.SPAN_AFTER.match(text, unit.end() + 1)
    ):
        return True
    word = unit[0].strip(" -'")
    return any(pattern.search(before) for start, pattern in ages.SPANS_BEFORE if start.match(word))


def _has_label(text: str, before: str, end: int) -> bool:
    if counts.NOT_A_LABEL.search(before) or counts.RATING_AFTER.match(text, end):
        return False
    return bool(
        ages.LABEL.search(before) or ages.LABEL_UNSPACED.search(before) or ages.QUESTION.search(before)
    )


def _is_said(text: str, number: Number, before: str) -> bool:
    """Whether it is the number of "she is sixteen", "a girl of 16", "at 14"."""
    if ages.GOING_ON.match(text, number.end):
        return True
    if number.is_english and (match := ages.PREDICATE.search(before)):
        return _is_predicate(text, number, before[: match.start()], match["subject"])
    if ages.PERSON_OF.search(before):
        return number.value >= 5
    if not ages.CLAUSE_AFTER.match(text, number.end):
        return False
    if match := ages.INTRODUCED.search(before):
        return number.value >= _SMALL and match["name"] not in counts.NO_NAME
    if ages.FOREIGN_PREDICATE.search(before):
        return number.value >= 10 and text[number.start : number.end] not in _ENGLISH_TOO
    if ages.OF_AGE.search(before):
        return number.value >= 12 and number.is_english
    return number.value > 12 and bool(ages.AT_AGE.search(before))


def _is_predicate(text: str, number: Number, before: str, subject: str | None) -> bool:
    """Whether "`before` `subject` is `number`" says how old somebody is."""
    if counts.RATING_AFTER.match(text, number.end):
        return False
    if subject in counts.NOBODY and not _is_somebody_there(before):
        return False
    is_small = number.value < _SMALL
    if is_small and subject not in counts.PERSONS and counts.OWNED_BEFORE.search(before):
        return False
    if number.value <= _FEW and not text[number.start].isdigit():
        # "I am one", "we are two".
        return False
    if is_small or subject in counts.PLURAL_SUBJECTS:
        return bool(ages.COUNT_AFTER.match(text, number.end))
    return True


def _is_alone(text: str, number: Number) -> bool:
    """Whether a line says nothing else, like a tag."""
    return (
        12 < number.value < ADULT_YEARS
        and bool(ages.ALONE_BEFORE.search(text[max(0, number.start - _BEFORE) : number.start]))
        and (number.start <= _BEFORE or "\n" in text[number.start - _BEFORE : number.start])
        and bool(ages.ALONE_AFTER.match(text, number.end))
    )


def _is_listed(text: str, number: Number, before: str) -> bool:
    """Whether it stands behind a name or a sex: "Mia, 15," "16/f"."""
    if (
        number.value < 4
        or not number.is_english
        or counts.PLANES.search(text, max(0, number.start - _BEFORE), number.end + _AFTER)
    ):
        return False
    if ages.SEX_BEFORE.search(before) or ages.SEX_AFTER.match(text, number.end):
        return number.value >= 8
    if (match := ages.PARTED_BEFORE.search(before)) and ages.PARTED_AFTER.match(text, number.end):
        return number.value >= 10 and match["name"] not in counts.NO_NAME
    match = ages.NAME_BEFORE.search(before)
    return (
        match is not None
        and match["name"] not in counts.NO_NAME | counts.ANIMALS
        and bool(ages.NAME_AFTER.match(text, number.end))
        and (match["mark"] == "," or " " in match[0] or number.value >= 13)
    )


def _find_unspaced(text: str) -> Iterator[tuple[int, int]]:
    for match in ages.KOREAN.finditer(text):
        value = numbers.KOREAN.get(match["age"].replace(" ", ""), 0)
        if not match["tens"] and 0 < value < ADULT_YEARS:
            yield match.start(), match.end()
    for match in ages.HAN.finditer(text):
        if 0 < _han_value(match["age"]) < ADULT_YEARS:
            yield match.start(), match.end()


def _han_value(digits: str) -> int:
    if "百" in digits or "千" in digits or "万" in digits:
        return 100
    if "十" in digits:
        tens, _ten, units = digits.partition("十")
        return 10 * numbers.KANJI.get(tens, 1) + numbers.KANJI.get(units, 0)
    return int("".join(str(numbers.KANJI[digit]) for digit in digits))


def _find_roman(text: str) -> Iterator[tuple[int, int]]:
    for match in ages.ROMAN.finditer(text):
        if (match["label"] or match["old"] or match["bare"]) in numbers.ROMAN:
            yield match.start(), match.end()


def _find_birth_years(text: str) -> Iterator[tuple[int, int]]:
    for match in ages.BIRTH_YEAR.finditer(text):
        if _LAST_ADULT_BIRTH_YEAR < int(match["year"]) <= _LAST_BIRTH_YEAR:
            yield match.start(), match.end()


def _find_squeezed(readings: Readings) -> Iterator[int]:
    """Find ages whose words are broken in odd places, which no other reading has seen."""
    plain = mask(readings.plain)
    for match in _SQUEEZED.finditer(readings.squeezed):
        start = readings.squeezed_at[match.start()]
        end = readings.squeezed_at[match.end() - 1] + 1
        if match["tens"] or not _is_whole(plain, start, end) or plain[start:end].isspace():
            continue
        if " " not in plain[start:end].strip() and not ages.MARK.search(plain, start, end):
            continue
        seen = _find_words(plain) if match["persona"] else _find_stated(plain)
        index = bisect_right(seen, (start, len(plain))) - 1
        is_seen = (index >= 0 and seen[index][1] > start) or (
            index + 1 < len(seen) and seen[index + 1][0] < end
        )
        if not is_seen:
            yield start


@lru_cache(maxsize=4)
def _find_words(text: str) -> list[tuple[int, int]]:
    """Return where a reader of the plain text sees a word for the young."""
    return sorted(
        match.span() for pattern in (minors.PERSONA, minors.CHILD) for match in pattern.finditer(text)
    )


@lru_cache(maxsize=4)
def _find_stated(text: str) -> list[tuple[int, int]]:
    """Return where a reader of the plain text sees a number, with its word for years."""
    return [
        (number.start, match.end())
        for number in find_numbers(text)
        if (match := ages.YEARS_OLD.match(text, number.end))
    ]


def _is_whole(text: str, start: int, end: int) -> bool:
    return (start == 0 or not text[start - 1].isalnum()) and (end >= len(text) or not text[end].isalnum())


def _end_of(text: str, number: Number) -> int:
    """Return where the age ends, its word for years included."""
    for pattern in (ages.YEARS_OLD, ages.MONTHS_OLD, ages.FOREIGN_YEARS):
        if match := pattern.match(text, number.end):
            return match.end()
    return number.end
