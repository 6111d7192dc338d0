"""What is a number besides the words of `number_words`, and how sums are written."""

import re
from dataclasses import dataclass
from functools import lru_cache

from moderation.screening.terms import ending, tongues, words
from moderation.screening.terms.number_words import LANGUAGES, spell

ENGLISH = {phrase: value for phrase, value in LANGUAGES["en"].phrases() if value < 18}
_PHRASES = {
    "a dozen": 12,
    "dozen": 12,
    "two dozen": 24,
    "half a dozen": 6,
    "baker's dozen": 13,
    "a decade": 10,
    "decade and a half": 15,
    "a decade and a half": 15,
    "two decades": 20,
    "a score": 20,
    "half a score": 10,
    "fourscore": 80,
    # Slips and sounds that read the same.
    "sxteen": 16,
    "svnteen": 17,
    "svteen": 17,
    "ffteen": 15,
    "frteen": 14,
    "thrteen": 13,
    "sixten": 16,
    "siksteen": 16,
    "sixtin": 16,
    "fiften": 15,
    "forteen": 14,
    "fourten": 14,
    "seventen": 17,
    "sevnteen": 17,
    "sevteen": 17,
    "thirten": 13,
    "one three": 13,
    "one four": 14,
    "one five": 15,
    "one six": 16,
    "one seven": 17,
    # Written backwards.
    **{word[::-1]: value for word, value in ENGLISH.items() if value > 12},
    # As they sound in other alphabets.
    "сикстин": 16,
    "севентин": 17,
    "фифтин": 15,
}
_PARTING = re.compile(r"[\s'-]+")


def key_of(phrase: str) -> str:
    """Return a number's words the way they are looked up."""
    return _PARTING.sub(" ", phrase)


# Every number in words, by its key.
BY_WORDS = {key_of(phrase): value for phrase, value in {**spell(), **_PHRASES}.items()}
# Words that mean nothing else to an English reader: they are an age without a word for years, too.
BARE = frozenset(
    {key_of(phrase) for phrase, _value in LANGUAGES["en"].phrases()}
    | {word for word in _PHRASES if word.endswith(("teen", "ten", "tin")) and " " not in word}
    | {f"one {digit}" for digit in ("three", "four", "five", "six", "seven")}
    | {word[::-1] for word, value in ENGLISH.items() if value > 12}
)

# Short words that mean something else in another language: a number only where their own word for years
# follows.
_LOCAL = (
    ("hai ba bon tu nam lam nham sau bay tam chin muoi mot", r"\s?tuoi"),
    ("hat het ot negy ket tiz egy", r"[\s-]?eves?(?![^\W\d_])"),
    ("on bir uc iki kirk elli bin", r"\s?yas"),
    (
        "to ti en et ett fem sex tre fire tva ni nio tio sju otte atte firs",
        r"[\s-]?a?ar(?:s|ig\w{0,2}|ing\w{0,2})?(?![^\W\d_])|[\s-](?:anni|anos|anys)(?![^\W\d_])",
    ),
    ("tres", r"[\s-](?:anitos|anos|anys|anyos)(?![^\W\d_])"),
    ("een elf", r"[\s-]?(?:jaar|jarig|jahr)"),
    ("do teen das nau che saat aath", r"[\s-]?(?:sal|saal|baras|varsh)"),
    ("nne nane sita saba tisa moja kumi tano", r"\s?mwaka"),
    (
        "un une una uno um uma unu ein eine eins ena jeden jedna jedno isa satu",
        r"[\s-]?(?:ano|ans?|anno|an|jahr)(?![^\W\d_])(?=\s(?:de edad|de idade|alt))",
    ),
)


@dataclass(frozen=True, slots=True)
class Company:
    """What must stand behind a number in words, or before it, for it to be one."""

    after: re.Pattern[str]
    before: re.Pattern[str] | None = None


def _list_local() -> dict[str, Company]:
    """Return the company of every number that needs some, and enter those of the further languages."""
    after = {word: [years] for group, years in _LOCAL for word in group.split()}
    before: dict[str, list[str]] = {}
    for phrase, value, years, said in tongues.PHRASES:
        key = key_of(phrase)
        if (key not in after and key in BY_WORDS) or BY_WORDS.setdefault(key, value) != value:
            # Read wherever it stands, or known to mean another number.
            continue
        after.setdefault(key, [])
        if years:
            after[key].append(rf"[\s'-]{{0,2}}(?:{years})(?![^\W\d_])")
        if said:
            before.setdefault(key, []).append(said)
    return {
        key: Company(
            _compiled("|".join(dict.fromkeys(behind)) or "(?!)"),
            _compiled(_at_end(before[key])) if key in before else None,
        )
        for key, behind in after.items()
    }


def _at_end(alternatives: list[str]) -> str:
    return rf"(?<![^\W\d_])(?:{'|'.join(dict.fromkeys(alternatives))})\s?$"


_compiled = lru_cache(maxsize=None)(re.compile)

LOCAL = _list_local()
# Of how many words the longest number is that begins with a word.
LENGTHS: dict[str, int] = {}
for _key in BY_WORDS:
    _first, *_others = _key.split()
    LENGTHS[_first] = max(LENGTHS.get(_first, 1), 1 + len(_others))

# With letters doubled or not: "siixten", "fiffteen".
COLLAPSED = {re.sub(r"(.)\1+", r"\1", word): value for word, value in ENGLISH.items() if value > 12}

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _one_slip_from(word: str) -> set[str]:
    """Return what a word becomes when one letter inside it is lost, swapped, wrong or too many."""
    inside = range(1, len(word))
    return (
        {word[:at] + word[at + 1 :] for at in inside}
        | {word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] for at in inside}
        | {word[:at] + letter + word[at + 1 :] for at in inside for letter in _LETTERS}
        | {word[:at] + letter + word[at:] for at in inside for letter in _LETTERS}
    )


# "Sxiteen", "si3teen" with the 3 read as an "e". No other word is so near to one of these.
MISSPELT = {
    slip: value
    for word, value in ENGLISH.items()
    if value > 12
    for slip in _one_slip_from(word)
    if slip not in BY_WORDS
}

# Where no other word can follow.
LABELLED = re.compile(r"[:=]\s{0,2}\(?$")
TEENS = {
    "thir": 13,
    "three": 13,
    "five": 15,
    "four": 14,
    "fif": 15,
    "six": 16,
    "seven": 17,
    "eigh": 18,
    "eight": 18,
    "nine": 19,
    **{str(digit): 10 + digit for digit in range(3, 10)},
}
SLIPS = {
    "thir": 13, "four": 14, "for": 14, "fif": 15, "fith": 15, "six": 16, "siks": 16, "sev": 17,
    "seven": 17,
}  # fmt: skip
KOREAN = {
    "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10, "열한": 11, "열하나": 11, "열두": 12,
    "열둘": 12, "열세": 13, "열셋": 13, "열네": 14, "열넷": 14, "열다섯": 15, "열여섯": 16, "열일곱": 17,
    "십": 10, "십일": 11, "십이": 12, "십삼": 13, "십사": 14, "십오": 15, "십육": 16, "십칠": 17,
    "한": 1, "두": 2, "세": 3, "네": 4, "열여덟": 18, "열아홉": 19, "십팔": 18, "십구": 19,
}  # fmt: skip
KANJI = (
    {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
    | {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
    | {digit: value for value, digit in enumerate("零壱弐参肆伍陸柒捌玖")}
    | {"两": 2}
)
THAI = {
    word: value
    for value, word in enumerate(["หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า"], start=1)
}
THAI_UNITS = {"": 0, "เอ็ด": 1, **THAI}
ROMAN = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11,
    "xii": 12, "xiii": 13, "xiv": 14, "xv": 15, "xvi": 16, "xvii": 17,
}  # fmt: skip
# What stands glued to a number: its word for years, in the middle of one word.
GLUE = re.compile(
    r"year|yr|yo$|jahr|jaehr|лет|літ|річ|годи|лѣт|letni|letn|let[yai]|lat(?:ek|k|$)|jarig|jaar|ar?ing|arig|"
    r"vuoti|"
    r"vuot|eves|einhalb|χρον|anos?$|ans$|anni|enne|ani$|met(?:[ei]s?|u)$|gad[iu]|aasta|vjec|jar[ao]|urte|"
    r"гадов|годишн|"
    r"тарекан|տարեկան|წლის|வயது|ఏళ్ల|ವರ್ಷ|വയസ്സ|jahr"
)
# "two hundred and sixteen", "sixteen hundred".
HUNDREDS_BEFORE = ending(
    r"(?:\w{0,12}(?:hundred|thousand|million|hundert|tausend)s?|cien|ciento|mil|cento|cem|cent|mille|"
    r"deux cents?|"
    r"сто|двести|триста|тысяч[аи]?|sto|dwiescie|tysiac|hundra|tusen|honderd|duizend|yuz|bin|szaz|ezer)"
    r"[\s-](?:and[\s-]|y |e |et |och |und |og |en )?"
)
HUNDREDS_AFTER = re.compile(
    r"[\s-](?:hundreds?|thousands?|millions?|billions?|centur(?:y|ies)|millenni\w{1,2}|mil|cents?|mille|"
    r"hundert|tausend|тысяч\w?|сот|decades|dozen|score|eons?|aeons?|moons|fortnights)(?![^\W\d_])"
)
_THEN = r"[\s,;(]{0,3}(?:and |then |and then )?"
# What stands between two numbers that are reckoned together, by what to do with them.
OPERATIONS = (
    ("add", re.compile(rf"{_THEN}(?:plus|\+|added to|add|mas|piu|mais|плюс|arti|und dazu)[\s(]{{0,2}}")),
    (
        "subtract",
        re.compile(
            rf"{_THEN}(?:minus|subtract(?:ing)?|take away|takeaway|less|menos|moins|meno|минус|eksi|weniger|"
            r"reduced by|without|remove|deduct)[\s(]{1,2}(?:the )?|\s?[−]\s?"
        ),
    ),
    (
        "from",
        re.compile(
            r"(?: years?| months?)? (?:less|fewer|short|shy|younger|lower|below|under|away|off|before|"
            r"earlier)"
            r"(?: (?:than|of|from))? (?:(?:her|his|my|their|your|the) )?|(?: years?)? (?:subtracted |taken |"
            r"taken away |away |deducted )?from "
        ),
    ),
    ("add", re.compile(r"(?: years?)? (?:more|older|higher|greater|above|past|beyond) (?:than )?")),
    (
        "multiply",
        re.compile(rf"{_THEN}(?:times|\*|[x×]|multiplied by|multiply by|mal|fois|volte|veces)[\s(]{{0,2}}"),
    ),
    ("divide", re.compile(rf"{_THEN}(?:divided by|divide by|[÷:]|geteilt durch)[\s(]{{1,2}}|\s?÷\s?")),
)
DIFFERENCE = re.compile(r"\s?[-–]\s?")
# What stands right before a number that is changed by it.
CHANGES = (
    (
        0.5,
        ending(
            r"half(?: (?:of|as (?:old|many|much) as)|-of)?\s(?:a\s|(?:her|his|my|their|"
            r"your)\s(?:\w{2,12}'s\s)?)?|la mitad de\s|"
            r"la moitie de\s|die halfte von\s|half:\s?|la meta di\s|metade de\s|polowa\s|половина от\s"
        ),
    ),
    (
        2,
        ending(
            r"(?:twice|double|doubly|2\s?[x×] ?|doble de |deux fois |doppelt so alt wie )\s?(?:as old as )?"
        ),
    ),
    (3, ending(r"(?:thrice|triple|three times)\s")),
    (0.25, ending(r"(?:an? |one )?(?:quarter|fourth) of\s")),
    (1 / 3, ending(r"(?:an? |one )?third of\s")),
)
# "Ten years ago she was twenty", "in ten years she will be 26", "she'll be 26 in ten years", "he is 20, she
# is five years younger".
_WHO = r"(?:she|he|i|you|they|\{\{char\}\}|\{\{user\}\}|the (?:girl|boy))"
AGO_BETWEEN = re.compile(
    rf" (?:years?|yrs?) ago,? {_WHO} (?:was|were|turned|had just turned|became)(?: only| just| about)? "
)
HENCE_BETWEEN = re.compile(
    rf" (?:years?|yrs?)(?: from now| hence|' time)?,? {_WHO}(?:'ll| will|'s going to|"
    rf" is going to)(?: only| finally| just)? "
    r"(?:be|turn) "
)
WILL_BEFORE = ending(rf"{_WHO}(?:'ll| will)(?: only| just)? (?:be|turn)\s")
THEN_BETWEEN = re.compile(r"(?: years old)? in (?:just |only |about )?")
YEARS_AFTER = re.compile(r" (?:years?|yrs?)(?! ?old)(?=\W|$)")
THAN_BETWEEN = re.compile(
    rf"(?: years old)?[;,.]? (?:and |but |while )?{_WHO}(?:'s| is|'m| am|'re| are)"
    r"(?: exactly| just| about)? "
)
YOUNGER_AFTER = re.compile(
    r" (?:years?|yrs?) (?:younger|her junior|his junior|less)(?! than (?!her|him|that))"
)
# "Aged one hundred and eighty months."
AGED_BEFORE = ending(
    r"(?:aged|age(?: is| of)?[\s:=]{1,2}|age in months[\s:=]{1,2}(?:is )?)\s?"
    r"(?P<hundreds>\w{3,8} hundred and )?"
)
MONTHS_AFTER = re.compile(r"[\s-]months?(?=\s*(?:[.,;!?)]|$|\n|and\b))")
COUNTDOWN_BETWEEN = re.compile(r"(?:[^\w\s]{1,3}\s?|\s)(?:\s?[^\w\s]{1,3}\s?)?")
COUNTDOWN = words(
    """
    rockets?
    lift[\\s-]?off
    launch\\w{0,3}
    blast[\\s-]?off
    count\\w{0,4}
    seconds?
    timer
    t[\\s-]minus
    zero
    bomb
    detonat\\w{2,4}
    new year
    lift
    elevator
    floors?
    """
)
ROOT_BEFORE = ending(r"(?:square )?root of |sqrt\(?|√\s?\(?")
SQUARE_BEFORE = ending(r"square of\s")
SQUARED_AFTER = re.compile(r" squared|²|\^2")
TAKING = words("subtract\ntake\ndeduct\nminus\nremove\nsubtracted\ntaken")
# Numbers of other bases.
OTHER_BASE = re.compile(
    r"(?<![\w.])(?:0x(?P<hex>[0-9a-f]{1,4})|0b(?P<bin>[01]{1,8})|0o(?P<oct>[0-7]{1,3})"
    r"|(?P<bin_word>[01]{4,8})(?=[\s,(]{1,2}(?:in |is )?binary)|"
    r"(?P<hex_word>[0-9a-f]{1,2})(?=[\s,(]{1,2}(?:in )?hex)"
    r"|(?:(?<=binary is )|(?<=binary: )|(?<=binary )|(?<=binary, ))(?P<bin_after>[01]{4,8})"
    r"|(?P<oct_word>[0-7]{1,2})(?=[\s,(]{1,2}(?:in )?octal))(?![^\W_])"
)
