"""The ways in which a text can be read: as it stands, and with what disguises words undone."""

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from moderation.screening.normalise import fold_characters


def _pairs(pairs: str) -> dict[int, str]:
    return str.maketrans({pair[0]: pair[1] for pair in pairs.split()})


# Letters that look like others and are no accented form of them.
_LETTERS = str.maketrans(
    {
        **dict(zip("ıłøđħŧɡɑɩꞏ", "ilodhtgai.", strict=True)),
        **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
        "æ": "ae",
        "œ": "oe",
        "ё": "е",
        "_": " ",
        "♀": " female ",
        "♂": " male ",
        **dict(zip("“”„«»‘`´", '"""""\'\'\'', strict=True)),
        **dict(zip("‐‑‒−", "----", strict=True)),
        **dict(zip("άέήίόύώϊϋΐΰ", "αεηιουωιυιυ", strict=True)),
        **dict(zip("أإآٱىؤئ", "ااااي\u0648\u064a", strict=True)),
        **{chr(0x1F150 + index): chr(97 + index) for index in range(26)},
        **{chr(0x1F170 + index): chr(97 + index) for index in range(26)},
        **{chr(0x1F1E6 + index): chr(97 + index) for index in range(26)},
    }
)
# Vowel signs that Arabic and Hebrew writers may leave out.
_OPTIONAL_SIGNS = re.compile("[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_LOOKALIKES = _pairs(
    "аa вb гr еe єe зe иu кk мm нh оo пn рp сc тt уy хx ьb іi јj ѕs һh ԁd ԛq ԝw үy ґr ьb "
    "αa βb γy εe ζz ηn ιi κk μm νv οo ρp σo ςc τt υu χx ωw ϲc ϳj օo սu հh ոn ցg"
)
# Of these, the ones that nobody can tell apart.
_SAME_LETTERS = _pairs(
    "аa вb еe кk мm нh оo рp сc тt уy хx іi јj ѕs һh ԁd ԛq ԝw αa εe ιi κk νv οo ρp τt υu χx ϲc ϳj"
)
# Numbers whose letters could all be Latin.
_NOT_LATIN = frozenset(["сорок", "сорока", "сто", "τριαντα", "τρια", "εννεα", "εκατο"])
_DIGIT_LOOKALIKES = _pairs("o0 l1 i1 |1 !1 s5 z2 b8 б6 з3 о0 і1 ς5 ο0 ι1")
_LEET_I = _pairs("0o 1i 3e 4a 5s 7t 8b @a $s €e !i |i +t 6g 9g")
_LEET_L = _LEET_I | _pairs("1l !l |l")
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_TOKEN = re.compile(r"[\w@$€!|+]+")
_LEADING_NUMBER = re.compile(r"\d+(?=[^\W\d_])")
# What parts letters that are spelled one by one: no sign of a vowel, which is a part of its letter.
_BETWEEN = r"[^\w\n\u0300-\u036f\u0900-\u0dff\u0e30-\u0e4e\u0eb0-\u0ece\u1000-\u109f\u1780-\u17ff]"
_SPELLED = re.compile(rf"(?<![^\W_])[^\W_](?:{_BETWEEN}{{1,3}}[^\W_](?![^\W_])){{2,150}}")
# "s*xteen": a word with letters that are blotted out.
_BLOTTED = re.compile(r"(?<![\w*])[a-z]{1,9}[*#%•×]{1,4}[a-z][a-z*#%•×]{0,12}(?![\w*])")
# "S-sixteen", "six... sixteen".
_STUTTERED = re.compile(r"(?<![^\W_])(?:([a-z]{1,5})(?:-|\.{2,3}|…)\s?)(?=\1[a-z])")
# "S-ixteen".
_HYPHENED = re.compile(r"(?<![\w-])[a-z]{1,9}(?:[-.·~][a-z]{1,9}){1,3}(?![\w-])")
_HYPHENS = re.compile(r"[-.·~]")
# A hyphen or dots in front of a letter: what both of them need.
_INNER = re.compile(r"[-·~…] ?[a-z]|\.[a-z]|\.\.|… ")
_DIGIT = re.compile(r"\d")
_BLOTS = re.compile(r"[*#%•×]")
_BLOTTABLE = (
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    *("underage", "schoolgirl", "schoolboy", "teenager", "teenage", "minor", "preteen", "toddler", "child"),
)
_PARTED = {
    "iam": "i am",
    "im": "i am",
    "sheis": "she is",
    "shes": "she is",
    "heis": "he is",
    "hes": "he is",
} | {"youare": "you are"}
# Private to this module: `fold` lets none through.
_MARK = "\ue000"
_JOINED = re.compile(f"{_MARK}([^{_MARK}]*){_MARK}")
# "1 6": the digits of one number.
_PARTED_TEN = re.compile(r"(?<![\d.,:/-])1 (\d)(?![\d.,:/-]\d|\d)")
_SEPARATOR = re.compile(r"\W+")
# Between two words that are no single letters, at the end of a sentence; and how long a part is at least.
_PART_ENDS = re.compile(r"(?<=[^\W\d_]{2}[.!?])\s(?=[^\W\d_]{2})")
_PART = 250
_LETTER_AND_NUMBER = re.compile(r"[^\W\d_]\d+|\d+x\d+")
# "age: 4 5", "age: 3-2": one number behind a label. "3-5" may be from 3 to 5: it stays.
_PARTED_AGE = re.compile(
    r"(?<![^\W\d_])((?:age|alter|edad|idade|eta|wiek|leeftijd|alder|yas|возраст|umur|usia)[^\w\n]{1,5})"
    r"(?:([1-9]) {1,3}(\d)|(1)[-._·/](\d)|"
    r"(?:([2-9])[-._·](?=[0-2](?!\d))|([3-9])[-._·](?=[0-3](?!\d))|([4-9])[-._·](?=[0-4](?!\d)))(\d))"
    r"(?![^\W_]|[.,/:-]\d|\s?(?:ft|cm|kg|%)| [^\W_](?![^\W_]))"
)
# "She is 4 5 years old."
_PARTED_YEARS = re.compile(r"(?<![\d.,:/-])([1-9]) (\d)(?= ?(?:years? old|yrs? old|y/?o\b))")
# Fractions of one sign would melt into the number before them.
# So would a square: "4²".
_SQUARES = re.compile("(?<=\\d)(?<!\\d\\d)²")
_FRACTIONS = re.compile("(?<=\\d)(?=[\u00bc-\u00be\u2150-\u215e])")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_KNOWN = re.compile(
    r"(years?|yrs?|old|young|yo|twenty|thirty|forty|fifty|sixty|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|eleven|twelve|ten|schoolgirl|underage|child|teenager|teen|minor|naked|nude|porn|sex|iam|"
    r"im|sheis|shes|heis|hes|youare|only|aged?|\d+)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a part of a text, with the parts around it as they stand.

    start, end: where that part is in `text`; at: where it begins in the plain reading; scale: how long a
    position here is there.
    """

    text: str
    start: int
    end: int
    at: int = 0
    scale: float = 1.0

    def holds(self, position: int) -> bool:
        """Whether a position is in the part that is read in this way."""
        return self.start <= position < self.end

    def place(self, position: int) -> int:
        """Return where a position lies in the plain reading."""
        return max(0, self.at + int((position - self.start) * self.scale))


@dataclass(frozen=True, slots=True)
class Readings:
    """All ways to read a text, the plain one first; and its letters and digits without anything between."""

    all: tuple[Reading, ...]
    squeezed: str
    # Where each character of `squeezed` stands in the plain reading.
    squeezed_at: tuple[int, ...]

    @property
    def plain(self) -> str:
        """The text as it stands, folded."""
        return self.all[0].text


@lru_cache(maxsize=4)
def read(text: str) -> Readings:
    """Return the ways to read a text; they grow with its length and no faster.

    The few last ones are kept, because every check asks for the same.
    """
    plain = fold(text)
    parts = _cut(plain)
    found = [Reading(plain, 0, len(plain) + 1)]
    for index, (start, end) in enumerate(parts):
        before = plain[parts[index - 1][0] if index else 0 : start]
        after = plain[end : parts[index + 1][1] if index + 1 < len(parts) else end]
        for other in _others(plain[start:end]):
            scale = (end - start) / max(len(other), 1)
            found.append(
                Reading(f"{before}{other}{after}", len(before), len(before) + len(other), start, scale)
            )
    at = tuple(index for index, char in enumerate(plain) if char.isalnum())
    return Readings(tuple(found), "".join(plain[index] for index in at), at)


def _cut(plain: str) -> list[tuple[int, int]]:
    """Return the parts of a text that can be read by themselves: nothing is spelled across their ends."""
    parts: list[tuple[int, int]] = []
    start = 0
    for match in _PART_ENDS.finditer(plain):
        if match.end() - start >= _PART:
            parts.append((start, match.end()))
            start = match.end()
    return [*parts, (start, len(plain))]


def _others(part: str) -> list[str]:
    """Return the other ways to read a part."""
    latin = _TOKEN.sub(_undo_lookalikes, _undo_breaks(part))
    joined = _PARTED_TEN.sub(r"1\1", _SPELLED.sub(_join, latin))
    candidates = [_SPELLED.sub(_join, part)]
    for base in dict.fromkeys((latin, joined)):
        short = _STRETCHED.sub(r"\1", base)
        candidates += [base, short, _STRETCHED.sub(r"\1\1", base)]
        candidates += [
            _TOKEN.sub(undo, short) for undo in (_undo_leet, _undo_leet_tail, _undo_leet_l, _undo_digits)
        ]
    texts = dict.fromkeys(_JOINED.sub(_split, each) for each in candidates)
    return [text for text in texts if text != part]


def fold(text: str) -> str:
    """Fold what `normalise` folds, and digits and letters of other shapes; lines stay."""
    broken = _FRACTIONS.sub(" ", _SQUARES.sub("^2", _BREAKS.sub("\n", html.unescape(text))))
    folded = fold_characters(broken).replace(_MARK, "").translate(_LETTERS)
    if not folded.isascii():
        folded = "".join(map(_digit, _OPTIONAL_SIGNS.sub("", folded)))
    lines = _LINES.sub("\n", _BLANKS.sub(" ", folded)).strip()
    lines = _PARTED_YEARS.sub(r"\1\2", lines)
    return _PARTED_AGE.sub(lambda match: "".join(filter(None, match.groups())), lines)


@lru_cache(maxsize=4096)
def _digit(char: str) -> str:
    if char.isascii() or unicodedata.category(char) not in {"Nd", "No"}:
        return char
    value = unicodedata.numeric(char, None)
    return str(int(value)) if value is not None and value.is_integer() else char


def _undo_breaks(part: str) -> str:
    """Undo what breaks words up: blots, hyphens, stutter. Most texts have none."""
    if _BLOTS.search(part):
        part = _BLOTTED.sub(_undo_blots, part)
    if _INNER.search(part):
        part = _HYPHENED.sub(_undo_hyphens, part)
        part = _STUTTERED.sub("", part)
    return part


def _undo_blots(match: re.Match[str]) -> str:
    return _fill(_BLOTS.sub("[a-z]", match[0])) or match[0]


def _undo_hyphens(match: re.Match[str]) -> str:
    joined = _HYPHENS.sub("", match[0])
    return joined if joined in _BLOTTABLE else match[0]


def _fill(shape: str) -> str:
    """Return the one word that matters of that shape, or nothing."""
    fitting = [word for word in _BLOTTABLE if re.fullmatch(shape, word)]
    return fitting[0] if len(fitting) == 1 else ""


def _undo_lookalikes(match: re.Match[str]) -> str:
    """Undo them in words that have a Latin letter, and in those that could be Latin as a whole."""
    token = match[0]
    if token.isascii():
        return token
    if any("a" <= char <= "z" for char in token):
        turned = token.translate(_LOOKALIKES)
        return _fill(re.sub("[^a-z]", "[a-z]", token)) or (turned if turned.isascii() else token)
    if token in _NOT_LATIN:
        return token
    turned = token.translate(_SAME_LETTERS)
    return turned if turned.isascii() else token.replace("0", "о")


def _undo_leet(match: re.Match[str]) -> str:
    return _spell(match[0], _LEET_I)


def _undo_leet_l(match: re.Match[str]) -> str:
    return _spell(match[0], _LEET_L)


def _undo_leet_tail(match: re.Match[str]) -> str:
    """Undo it behind a number: "16y34rs"."""
    number = _LEADING_NUMBER.match(match[0])
    end = number.end() if number else 0
    return match[0][:end] + _spell(match[0][end:], _LEET_I)


def _spell(token: str, table: dict[int, str]) -> str:
    core = token.rstrip("!|+")
    if core.isalpha() or core.isdigit() or not any("a" <= char <= "z" for char in core):
        return token
    turned = core.translate(table)
    # "20s" is no "2os": a number stays whole or not at all.
    if turned[0].isdigit() and len(turned.lstrip("0123456789")) != len(core.lstrip("0123456789")):
        return token
    # "32yo" is no "e2yo": what keeps a digit was no word, unless one letter is blotted out.
    if any(char.isdigit() for char in turned.lstrip("0123456789")):
        return _fill(_DIGIT.sub("[a-z]", core)) or token
    return turned + token[len(core) :]


def _undo_digits(match: re.Match[str]) -> str:
    """Read "l6" as 16: short words of digits and letters that look like digits."""
    token = match[0]
    if len(token) > 2 or not any(char.isdigit() for char in token):
        return token
    turned = token.translate(_DIGIT_LOOKALIKES)
    return turned if turned.isdigit() else token


def _join(match: re.Match[str]) -> str:
    joined = _SEPARATOR.sub("", match[0])
    # "f/1.4" is an aperture.
    return match[0] if _LETTER_AND_NUMBER.fullmatch(joined) else _MARK + joined + _MARK


def _split(match: re.Match[str]) -> str:
    """Part what was spelled letter by letter into the words that matter."""
    return " ".join(_PARTED.get(word, word) for word in _KNOWN.sub(r" \1 ", match[1]).split())
