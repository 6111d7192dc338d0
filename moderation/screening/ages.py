"""Who in a text is below 18, and whether they take part in it."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from moderation.screening import births, roles, scripts
from moderation.screening.numbers import BETWEEN, Number, find_numbers
from moderation.screening.readings import Readings
from moderation.screening.roles import Role, Sentences
from moderation.screening.terms import ages, below, counts, minors, minors_abroad, numbers, spans, tongues
from moderation.screening.terms import births as birth_terms
from moderation.screening.terms import roles as role_terms

ADULT_YEARS = 18
_BEFORE = 90
_AFTER = 70
# Smaller numbers count things more often than years.
_SMALL = 8
_FEW = 3
# As much as stands before the first number of a line, at most.
_SHORT = 10
_TEENS = 13
# "She is elf", "it is once".
_ENGLISH_TOO = frozenset({"elf", "once", "dix", "deu", "score", "dozen"})
_MONTHS = {"month": 12, "week": 52, "day": 365, "hour": 8760}

_CURRENCY = frozenset("$€£¥₽₹§")

# What says "below 18" without a number.
_CALLED = (
    below.BELOW_UNSPACED,
    birth_terms.SHORT_OF,
    ages.ARABIC_ORDINAL,
    ages.KANA,
    minors.PERSONA,
    minors.MINOR_STATUS,
    minors_abroad.PERSONA,
)
# None of these is written in Latin letters alone.
_CALLED_UNSPACED = (minors.PERSONA_UNSPACED, minors_abroad.PERSONA_UNSPACED)
_SQUEEZED = re.compile(
    r"(?P<tens>twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|hundredand)?"
    r"(?:(?P<age>(?<!\d)(?:1[0-7]|[1-9])|thirteen|fourteen|fifteen|sixteen|seventeen|eleven|twelve|four|five|six|seven|eight|nine|"
    r"three|two|ten)(?:years?|yrs?)(?:old(?!er)|ofage|young)"
    r"|(?P<word>(?:iam|im|sheis|shes|heis|hes|youare|age(?:is)?|aged|am|is)(?:only|just)?(?:thirteen|fourteen|fifteen|sixteen|"
    r"seventeen)(?!years?|yrs?|yo))"
    r"|(?P<persona>schoolgirls?|schoolboys?|highschoolers?|underaged?|preteens?|jailbait))"
)


# What is written as usual was seen in its own place.
_REGULAR = re.compile(
    r"(?:i am|i'?m|she'?s|she is|he is|he'?s|you are|age|age is|aged|am|is)(?: only| just)? "
    r"(?:thirteen|fourteen|fifteen|sixteen|seventeen)"
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
        (reading.place(start), kind, role)
        for reading in readings.all
        for start, kind, role in _find(
            mask(reading.text), Sentences(reading.text), is_plain=reading is readings.all[0]
        )
        if reading.holds(start)
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


def _find(text: str, sentences: Sentences, *, is_plain: bool) -> Iterator[tuple[int, Kind, Role]]:
    found = list(find_numbers(text))
    for number, first in _find_aged(text, found):
        role = roles.role_of(text, sentences, first.start, _end_of(text, number))
        yield number.start, Kind.AGE, role
    for pattern in _CALLED if text.isascii() else (*_CALLED, *_CALLED_UNSPACED):
        for match in pattern.finditer(text):
            role = roles.role_of(text, sentences, match.start(), match.end(), is_group=match[0].endswith("s"))
            yield match.start(), Kind.PERSONA, role
    # Readings that shorten stretched letters would make other Roman numbers.
    roman = scripts.find_roman(text) if is_plain else ()
    for start, end in (*scripts.find_unspaced(text), *roman, *births.find_births(text)):
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
    is_linked = [False, *(_are_linked(text, left, right) for left, right in pairwise(found))]
    is_small = [
        number.value <= ADULT_YEARS or bool(ages.MONTHS_OLD.match(text, number.end)) for number in found
    ]
    is_age = [
        # Great numbers matter only to their neighbours.
        (small or any_small) and _is_age(text, number)
        for number, small, any_small in zip(found, is_small, _beside(is_small, is_linked), strict=True)
    ]
    first = list(found)
    for index in range(1, len(found)):
        left, right = found[index - 1], found[index]
        if not is_linked[index]:
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


def _are_linked(text: str, left: Number, right: Number) -> bool:
    """Whether two numbers stand in one list or range."""
    return (
        left.is_english
        and right.is_english
        and right.start - left.end <= BETWEEN
        and ages.BETWEEN.fullmatch(text, left.end, right.start) is not None
    )


def _beside(flags: list[bool], is_linked: list[bool]) -> list[bool]:
    """Return for each number whether one that it is linked to has its flag set."""
    last = len(flags) - 1
    return [
        (is_linked[index] and flags[index - 1])
        or (index < last and is_linked[index + 1] and flags[index + 1])
        for index in range(len(flags))
    ]


def _is_below(text: str, number: Number) -> bool:
    if number.value < ADULT_YEARS:
        return number.value > 0 or _end_of(text, number) > number.end
    if match := ages.MONTHS_OLD.match(text, number.end):
        return number.value < ADULT_YEARS * _MONTHS[match["unit"]]
    if number.value != ADULT_YEARS:
        return False
    before = _before(text, number)
    if below.BELOW.search(before):
        return not below.TODAY_AFTER.match(text, number.end)
    if ages.ALONE_BEFORE.search(before) and below.YET_AFTER.match(text, number.end):
        return True
    return bool(below.NOT_YET_BEFORE.search(before) or _is_future(text, number, before))


def _is_future(text: str, number: Number, before: str) -> bool:
    return bool(below.WILL_BEFORE.search(before[-16:])) and bool(below.YET_AFTER.match(text, number.end))


def _before(text: str, number: Number) -> str:
    return text[max(0, number.start - _BEFORE) : number.start]


def _is_age(text: str, number: Number) -> bool:
    if number.is_told:
        return True
    before, end = _before(text, number), number.end
    if any(pattern.search(before) for pattern in (spans.LABEL, spans.LABEL_UNSPACED)):
        return False
    if match := ages.YEARS_OLD.match(text, end) or ages.MONTHS_OLD.match(text, end):
        is_animal = counts.YOUNG_ANIMAL_BEFORE.search(before) or counts.COMPARED_BEFORE.search(before)
        return not (is_animal or counts.THING_AFTER.match(text, match.end()) or _is_thing(before))
    if match := ages.FOREIGN_YEARS.match(text, end):
        return (
            not counts.FOREIGN_THING_AFTER.match(text, match.end())
            and not _is_span(text, before, match)
            and not _is_thing(before)
        )
    if ages.PERSON_OF.search(before) and counts.VERB_AFTER.match(text, end):
        return number.value >= _SMALL
    if (
        _is_lived(text, before, end)
        or _is_coming_of_age(text, number, before)
        or _is_stated(text, before, end)
    ):
        return True
    if _is_counted(text, number) or _is_thing(before) or ages.ORDINAL_AFTER.match(text, end):
        return False
    return _is_alone(text, number) or _is_said(text, number, before) or _is_listed(text, number, before)


def _is_lived(text: str, before: str, end: int) -> bool:
    """Whether it is a number of summers or candles that somebody has seen."""
    if ages.SEEN_AFTER.match(text, end) or ages.CANDLES_AFTER.match(text, end):
        return True
    return ages.SEASONS.match(text, end) is not None and any(
        pattern.search(before) for pattern in (ages.CAKE_BEFORE, *ages.LIVED_BEFORE)
    )


def _is_coming_of_age(text: str, number: Number, before: str) -> bool:
    """Whether it is the 18 that somebody has not reached."""
    if number.value != ADULT_YEARS:
        return False
    if below.BELOW.search(before):
        return not counts.UNIT_AFTER.match(text, number.end) or bool(ages.YEARS.match(text, number.end))
    is_bare = ages.ALONE_BEFORE.search(before) or below.NOT_YET_BEFORE.search(before)
    return bool(is_bare and below.YET_AFTER.match(text, number.end))


def _is_stated(text: str, before: str, end: int) -> bool:
    """Whether a label or the next clause calls it an age."""
    if ages.AGE_AFTER.match(text, end) or ages.BORN_AFTER.match(text, end):
        return True
    if ages.RECKONED_BEFORE.search(before):
        return not counts.UNIT_AFTER.match(text, end) or bool(ages.YEARS.match(text, end))
    if (ages.AGO_AFTER.match(text, end) and ages.BORN_BEFORE.search(before)) or (
        ages.ALIVE_AFTER.match(text, end) and ages.ALIVE_BEFORE.search(before)
    ):
        return True
    if not _has_label(text, before, end) or _is_thing(before):
        return False
    decimals = ages.DECIMALS.match(text, end)
    end = decimals.end() if decimals else end
    return not counts.UNIT_AFTER.match(text, end) or bool(ages.MEASURES_AFTER.match(text, end))


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
    if match := ages.NEXT_YEAR.match(text, number.end):
        # "16/17": one age or the next.
        return int(match["next"]) != number.value + 1 or number.value < _TEENS
    if match := ages.YEARS.match(text, number.end):
        # "is 16 years" ends there; "16 years of service" goes on.
        return not ages.END_AFTER.match(text, match.end())
    return bool(counts.UNIT_AFTER.match(text, number.end))


def _is_span(text: str, before: str, unit: re.Match[str]) -> bool:
    if ages.SOON_AFTER.match(text, unit.end()):
        return False
    if (
        spans.VERB.search(before)
        or spans.AFTER.match(text, unit.end())
        or spans.AFTER.match(text, unit.end() + 1)
    ):
        return True
    word = unit[0].strip(" -'")
    return any(pattern.search(before) for start, pattern in spans.BEFORE if start.match(word))


def _has_label(text: str, before: str, end: int) -> bool:
    if counts.NOT_A_LABEL.search(before) or counts.RATING_AFTER.match(text, end):
        return False
    return bool(
        ages.LABEL.search(before)
        or ages.LABEL_UNSPACED.search(before)
        or tongues.LABEL.search(before)
        or ages.QUESTION.search(before)
    )


def _is_said(text: str, number: Number, before: str) -> bool:
    """Whether it is the number of "she is sixteen", "a girl of 16", "at 14"."""
    if ages.GOING_ON.match(text, number.end):
        return True
    if ages.SPOKEN_AFTER.match(text, number.end) and ages.SPOKEN_BEFORE.search(before):
        return number.value >= _TEENS and number.is_english
    if ages.TURNED_BEFORE.search(before) and ages.TURNED_AFTER.match(text, number.end):
        return True
    if number.is_english and (match := ages.PREDICATE.search(before)):
        if counts.NOT_A_LABEL.search(before):
            return False
        return _is_predicate(text, number, before[: match.start()], match["subject"])
    if ages.PERSON_OF.search(before):
        return number.value >= 5
    if ages.AGENT_OF.search(before) and ages.CLAUSE_AFTER.match(text, number.end):
        return number.value >= _TEENS
    if ages.AT_MOST_AFTER.match(text, number.end) and ages.PAUSE_BEFORE.search(before):
        return number.value >= _SMALL
    if not ages.CLAUSE_AFTER.match(text, number.end) or ages.HOUR_BEFORE.search(before):
        return False
    return _ends_clause(text, number, before)


def _ends_clause(text: str, number: Number, before: str) -> bool:
    """Whether it is the number of "I'm Kayla, 15", "er ist 15", "at 15", where a clause ends behind it."""
    if match := ages.INTRODUCED.search(before):
        return number.value >= _SMALL and match["name"] not in counts.NO_NAME
    if ages.FOREIGN_PERSON.search(before) and number.value >= _FEW:
        return True
    if ages.FOREIGN_PREDICATE.search(before) or tongues.SAID.search(before):
        return number.value >= 10 and text[number.start : number.end] not in _ENGLISH_TOO
    if ages.OF_AGE.search(before):
        return number.value >= 12 and number.is_english
    if number.value <= 12:
        return False
    if match := ages.EQUALS_BEFORE.search(before):
        # Several of them are the values of a game.
        return text.count("=") == 1 and match["name"] not in counts.NO_NAME
    if ages.HEDGED.search(before) and number.is_english and number.value < ADULT_YEARS:
        return not ages.COUNTED.search(before)
    return bool(ages.AT_AGE.search(before))


def _is_predicate(text: str, number: Number, before: str, subject: str | None) -> bool:
    """Whether "`before` `subject` is `number`" says how old somebody is."""
    if counts.RATING_AFTER.match(text, number.end):
        return False
    if subject in numbers.ENGLISH and subject != "one":
        # "A quarter of sixteen is four."
        return False
    if subject in counts.NOBODY and not _is_somebody_there(before):
        return False
    is_small = number.value < _SMALL
    if is_small and subject not in counts.PERSONS and counts.OWNED_BEFORE.search(before):
        return False
    if number.value < _FEW and not text[number.start].isdigit():
        # "I am one", "we are two".
        return False
    if is_small or subject in counts.PLURAL_SUBJECTS:
        return bool(ages.COUNT_AFTER.match(text, number.end))
    return True


def _is_alone(text: str, number: Number) -> bool:
    """Whether a line says nothing else, like a tag."""
    if ages.DENIED_AFTER.match(text, number.end) or text[: number.start].rstrip()[-1:] in _CURRENCY:
        return False
    if _is_first(text, number):
        return True
    if not number.is_english and number.start == 0 and text[number.end : number.end + 1] in {"", "\n"}:
        # "Catorze", where the name stands.
        return False
    return (
        12 < number.value < ADULT_YEARS
        and not ages.SHORTENED_BEFORE.search(text[max(0, number.start - _BEFORE) : number.start])
        and bool(ages.ALONE_BEFORE.search(text[max(0, number.start - _BEFORE) : number.start]))
        and (number.start <= _BEFORE or "\n" in text[number.start - _BEFORE : number.start])
        and bool(ages.ALONE_AFTER.match(text, number.end))
    )


def _is_first(text: str, number: Number) -> bool:
    """Whether a line begins with it as people begin to describe somebody: "17, blue hair"."""
    return (
        8 < number.value < ADULT_YEARS
        and number.is_english
        and bool(ages.FIRST_BEFORE.search(f"\n{text[: number.start]}"[-_SHORT:]))
        and bool(ages.FIRST_AFTER.match(text, number.end))
    )


def _is_listed(text: str, number: Number, before: str) -> bool:
    """Whether it stands behind a name or a sex: "Mia, 15," "16/f"."""
    if ages.SEX_GLUED_BEFORE.search(before) and ages.SEX_GLUED_AFTER.match(text, number.end):
        return number.value >= _SMALL
    is_plane = counts.PLANE_BEFORE.search(before) and counts.PLANES.search(
        text, max(0, number.start - _BEFORE), number.end + _AFTER
    )
    if number.value < _FEW or not number.is_english or is_plane:
        return False
    if ages.SEX_BEFORE.search(before) or ages.SEX_AFTER.match(text, number.end):
        return number.value >= _SMALL or bool(ages.PLACE_AFTER.match(text, number.end))
    if (match := ages.PARTED_BEFORE.search(before)) and ages.PARTED_AFTER.match(text, number.end):
        return number.value >= 10 and match["name"] not in counts.NO_NAME
    match = ages.NAME_BEFORE.search(before)
    return (
        match is not None
        and match["name"] not in counts.NO_NAME | counts.ANIMALS
        and bool(ages.NAME_AFTER.match(text, number.end))
        and (number.value > _FEW or match["mark"] == "(")
        and (match["mark"] == "," or " " in match[0] or number.value >= 13)
    )


def _find_squeezed(readings: Readings) -> Iterator[int]:
    """Find ages whose words are broken in odd places, which no other reading has seen."""
    plain = mask(readings.plain)
    for match in _SQUEEZED.finditer(readings.squeezed):
        start = readings.squeezed_at[match.start()]
        end = readings.squeezed_at[match.end() - 1] + 1
        if match["tens"] or not _is_whole(plain, start, end) or _REGULAR.fullmatch(plain, start, end):
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
