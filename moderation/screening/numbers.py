"""The numbers in a text, in figures and in words."""

import math
import re
from dataclasses import dataclass, replace

from moderation.screening.terms import numbers

# How far apart the parts of one list or range may stand, in characters.
BETWEEN = 8
# The same for the parts of a sum.
_SUM_BETWEEN = 26
_BEFORE = 34
_LABEL = 4
_COMPANY = 24
_SHIFT_BETWEEN = 44
_GREAT = 18
# "Fiften".
_SHORTEST = 5
_HUNDRED = 100
_HOURS = 12
_MONTHS = 12
# "Three, two, one" is a countdown where the text says so or it goes on for long.
_COUNTED_DOWN = 3
_COUNTED_LONG = 6
_COUNTDOWN_AROUND = 60
# Vowel signs of Indian scripts are no letters to `re`.
_LETTER = (
    r"(?:[^\W\d_]|[\u0900-\u0903\u093a-\u094f\u0962\u0963\u0981-\u0983\u09bc-\u09d7\u0a01-\u0a03\u0a3c-\u0a51"
    r"\u0a70\u0a71\u0a81-\u0a83\u0abc-\u0acd\u0b82\u0bbe-\u0bcd\u0c00-\u0c04\u0c3e-\u0c56\u0c80-\u0c83\u0cbc-\u0cd6"
    r"\u0d00-\u0d03\u0d3b-\u0d4d\u0d81-\u0d83\u0dca-\u0ddf])"
)
_TOKEN = re.compile(
    r"(?<![^\W_])(?P<teen>thir|three|four|fif|five|six|seven|eigh|eight|nine|"
    r"\d?[3-9])(?:[\W_]{0,3}t)?[\W_]{0,3}teen(?:(?![^\W\d_])|(?=year|yr))"
    # Slips like "sixtheen".
    r"|(?<![^\W\d_])(?P<slip>thir|four|for|fif|fith|six|siks|sev|seven)[a-z]{0,2}(?:ee|ea|e|i)n(?![^\W\d_])"
    rf"|(?P<other>{numbers.OTHER_BASE.pattern})"
    r"|(?<!\d)(?<!\d[.,])(?P<digits>\d{1,3}(?:,\d{3}){1,2}|\d{1,4})(?!\d)"
    rf"|(?P<word>{_LETTER}+)"
)
_DOUBLED = re.compile(r"(.)\1+")
_PARTING = re.compile(r"[\s'-]{1,2}")
_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Number:
    """A number and where it stands.

    is_english: it is no word that means something else in English; is_told: it was reckoned from what is
    said of somebody's age at another time, or of somebody else's.
    """

    start: int
    end: int
    value: int
    is_english: bool
    is_told: bool = False


def find_numbers(text: str) -> list[Number]:
    """Return the numbers of a text in their order; a sum is one number."""
    found: list[Number] = []
    for number in _find_plain(text):
        changed = _changed(text, number)
        if found and (age := _shifted(text, found[-1], changed)) is not None:
            found.append(Number(changed.start, changed.end, age, is_english=True, is_told=True))
        elif found and (total := _reckon(text, found[-1], changed)) is not None:
            found[-1] = Number(found[-1].start, changed.end, total, is_english=True)
        else:
            found.append(changed)
    return _without_countdowns(text, found)


def _without_countdowns(text: str, found: list[Number]) -> list[Number]:
    """Leave out what is counted down: each number one less than the one before, with nothing in between."""
    kept: list[Number] = []
    first = 0
    for index, number in enumerate(found, start=1):
        is_last = index == len(found) or not (
            found[index].value == number.value - 1
            and numbers.COUNTDOWN_BETWEEN.fullmatch(text, number.end, found[index].start)
        )
        if not is_last:
            continue
        run = found[first:index]
        around = text[max(0, run[0].start - _COUNTDOWN_AROUND) : run[-1].end + _COUNTDOWN_AROUND]
        is_countdown = len(run) >= _COUNTED_LONG or (
            len(run) >= _COUNTED_DOWN and numbers.COUNTDOWN.search(around)
        )
        kept += [] if is_countdown else run
        first = index
    return kept


def _find_plain(text: str) -> list[Number]:
    tokens = list(_TOKEN.finditer(text))
    found: list[Number] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        taken = 1
        if found and token.start() < found[-1].end:
            index += 1
            continue
        number: Number | None = None
        if token["digits"]:
            number = Number(
                token.start(), token.end(), int(token["digits"].replace(",", "")), is_english=True
            )
        elif token["other"]:
            number = Number(token.start(), token.end(), _from_base(token), is_english=True)
        elif token["teen"]:
            part = token["teen"]
            value = int(part) if len(part) == 2 else numbers.TEENS[part]
            number = _with_hundreds(text, Number(token.start(), token.end(), value, is_english=True))
        else:
            number, taken = _spelled(text, tokens, index)
        if number is not None:
            found.append(number)
        index += taken
    return found


def _from_base(match: re.Match[str]) -> int:
    for name, base in (("hex", 16), ("bin", 2), ("oct", 8)):
        if digits := match[name] or match[f"{name}_word"]:
            return int(digits, base)
    if digits := match["bin_after"]:
        return int(digits, 2)
    raise ValueError("no number")


def _spelled(text: str, tokens: list[re.Match[str]], index: int) -> tuple[Number | None, int]:
    """Return the longest number in words that begins with a token, and of how many tokens it is."""
    token = tokens[index]
    word = token[0]
    if text.startswith("{{", token.start() - 2) and token.start() > 1:
        # "{{char}}" is whom one talks to; elsewhere the word may be four.
        return None, 1
    found = _list_phrases(text, tokens, index)
    for key, count in reversed(found):
        start, end = token.start(), tokens[index + count].end()
        if _is_in_company(text, key, start, end):
            number = Number(start, end, numbers.BY_WORDS[key], key in numbers.BARE)
            return _with_hundreds(text, number), count + 1
    if found:
        return None, 1
    if (
        value := numbers.MISSPELT.get(word) or numbers.COLLAPSED.get(_DOUBLED.sub(r"\1", word))
        if len(word) > _SHORTEST and word[-1] in "en"
        else None
    ):
        return Number(token.start(), token.end(), value, is_english=True), 1
    if token["slip"]:
        return Number(token.start(), token.end(), numbers.SLIPS[token["slip"]], is_english=True), 1
    for glue in numbers.GLUE.finditer(word):
        part = word[: glue.start()]
        end = token.start() + glue.start()
        if part in numbers.BY_WORDS and _is_in_company(text, part, token.start(), end):
            return Number(token.start(), end, numbers.BY_WORDS[part], part in numbers.BARE), 1
    return None, 1


def _list_phrases(text: str, tokens: list[re.Match[str]], index: int) -> list[tuple[str, int]]:
    """Return the numbers in words that begin with a token, and how many more tokens each takes."""
    key = tokens[index][0]
    found = [(key, 0)] if key in numbers.BY_WORDS else []
    for count in range(1, min(numbers.LENGTHS.get(key, 0), _MOST_WORDS, len(tokens) - index)):
        last = tokens[index + count]
        if not _PARTING.fullmatch(text, tokens[index + count - 1].end(), last.start()):
            break
        key = f"{key} {last[0]}"
        if key in numbers.BY_WORDS:
            found.append((key, count))
    return found


def _is_in_company(text: str, key: str, start: int, end: int) -> bool:
    """Whether words are a number here: some mean something else in another language."""
    own = numbers.LOCAL.get(key)
    if own is None or own.after.match(text, end):
        return True
    before = text[max(0, start - _COMPANY) : start]
    return bool(numbers.LABELLED.search(before[-_LABEL:]) or (own.before and own.before.search(before)))


def _with_hundreds(text: str, number: Number) -> Number:
    """Add the hundreds or thousands around a number: how many there are does not matter here."""
    before = text[max(0, number.start - _BEFORE) : number.start]
    if numbers.HUNDREDS_BEFORE.search(before):
        return replace(number, value=number.value + _HUNDRED)
    if match := numbers.HUNDREDS_AFTER.match(text, number.end):
        return replace(number, value=number.value * _HUNDRED, end=match.end())
    return number


def _changed(text: str, number: Number) -> Number:
    """Return what "half of", "twice" or "the root of" make of a number."""
    before = text[max(0, number.start - _BEFORE) : number.start]
    for factor, pattern in numbers.CHANGES:
        if match := pattern.search(before):
            start = number.start - len(before) + match.start()
            return Number(start, number.end, int(number.value * factor), is_english=True)
    if (aged := numbers.AGED_BEFORE.search(before)) and (
        match := numbers.MONTHS_AFTER.match(text, number.end)
    ):
        start = number.start - len(aged["hundreds"] or "")
        return Number(start, match.end(), number.value // _MONTHS, is_english=True)
    if match := numbers.ROOT_BEFORE.search(before):
        start = number.start - len(before) + match.start()
        return Number(start, number.end, math.isqrt(number.value), is_english=True)
    if match := numbers.SQUARE_BEFORE.search(before):
        start = number.start - len(before) + match.start()
        return Number(start, number.end, number.value**2, is_english=True)
    if match := numbers.SQUARED_AFTER.match(text, number.end):
        return Number(number.start, match.end(), number.value**2, is_english=True)
    return number


def _shifted(text: str, left: Number, right: Number) -> int | None:
    """Return how old somebody is now of whom an age at another time is told, or how much younger they are."""
    if not left.is_english or not right.is_english or not 0 < right.start - left.end <= _SHIFT_BETWEEN:
        return None
    if numbers.AGO_BETWEEN.fullmatch(text, left.end, right.start):
        return left.value + right.value
    if numbers.HENCE_BETWEEN.fullmatch(text, left.end, right.start):
        return right.value - left.value if right.value > left.value else None
    is_later = numbers.THEN_BETWEEN.fullmatch(text, left.end, right.start) and numbers.WILL_BEFORE.search(
        text[max(0, left.start - _LABEL * 4) : left.start]
    )
    is_younger = numbers.THAN_BETWEEN.fullmatch(text, left.end, right.start) and numbers.YOUNGER_AFTER.match(
        text, right.end
    )
    if (is_later and numbers.YEARS_AFTER.match(text, right.end)) or is_younger:
        return left.value - right.value if left.value > right.value else None
    return None


def _reckon(text: str, left: Number, right: Number) -> int | None:
    """Return what two numbers make together, if something is between them that reckons."""
    if right.start - left.end > _SUM_BETWEEN or right.start <= left.end:
        return None
    if numbers.DIFFERENCE.fullmatch(text, left.end, right.start):
        return left.value - right.value if left.value >= _GREAT and left.value > right.value > 0 else None
    if (
        text[left.end : right.start] == "/"
        and left.value >= _GREAT
        and numbers.LABELLED.search(text[max(0, left.start - _LABEL) : left.start])
    ):
        # "Age: 48/3"; "26/180 cm" stays.
        return left.value // right.value if right.value and left.value % right.value == 0 else None
    if text[left.end : right.start] == " past " and left.value % 5 == 0 and right.value <= _HOURS:
        # "Ten past four".
        return None
    for name, pattern in numbers.OPERATIONS:
        if pattern.fullmatch(text, left.end, right.start):
            return _result(name, left.value, right.value)
    return None


def _result(name: str, left: int, right: int) -> int | None:
    if name == "add":
        return left + right
    if name == "multiply":
        return left * right
    if name == "divide":
        return left // right if right else None
    return left - right if name == "subtract" and left >= right else abs(right - left)
