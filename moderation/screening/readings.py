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
_DIGIT_LOOKALIKES = _pairs("o0 l1 i1 |1 !1 s5 z2 b8 б6 з3 о0 і1 ς5 ο0 ι1")
_LEET_I = _pairs("0o 1i 3e 4a 5s 7t 8b @a $s €e !i |i +t 6g 9g")
_LEET_L = _LEET_I | _pairs("1l !l |l")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_TOKEN = re.compile(r"[\w@$€!|+]+")
_LEADING_NUMBER = re.compile(r"\d+(?=[^\W\d_])")
_SPELLED = re.compile(r"(?<![^\W_])[^\W_](?:[^\w\n]{1,3}[^\W_](?![^\W_])){2,150}")
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
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_KNOWN = re.compile(
    r"(years?|yrs?|old|young|yo|twenty|thirty|forty|fifty|sixty|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|eleven|twelve|ten|schoolgirl|underage|child|teenager|teen|minor|naked|nude|porn|sex|iam|"
    r"im|sheis|shes|heis|hes|youare|only|aged?|\d+)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text. scale: where a position lies in the plain reading, per position here."""

    text: str
    scale: float = 1.0


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
    latin = _TOKEN.sub(_undo_lookalikes, plain)
    joined = _PARTED_TEN.sub(r"1\1", _SPELLED.sub(_join, latin))
    candidates = [plain, _SPELLED.sub(_join, plain)]
    for base in dict.fromkeys((latin, joined)):
        short = _STRETCHED.sub(r"\1", base)
        candidates += [base, short, _STRETCHED.sub(r"\1\1", base)]
        candidates += [
            _TOKEN.sub(undo, short) for undo in (_undo_leet, _undo_leet_tail, _undo_leet_l, _undo_digits)
        ]
    texts = tuple(dict.fromkeys(_JOINED.sub(_split, each) for each in candidates))
    at = tuple(index for index, char in enumerate(plain) if char.isalnum())
    return Readings(
        tuple(Reading(each, len(plain) / max(len(each), 1)) for each in texts),
        "".join(plain[index] for index in at),
        at,
    )


def fold(text: str) -> str:
    """Fold what `normalise` folds, and digits and letters of other shapes; lines stay."""
    folded = fold_characters(html.unescape(text)).replace(_MARK, "").translate(_LETTERS)
    folded = "".join(_digit(char) for char in _OPTIONAL_SIGNS.sub("", folded))
    return _LINES.sub("\n", _BLANKS.sub(" ", folded)).strip()


def _digit(char: str) -> str:
    if char.isascii() or unicodedata.category(char) not in {"Nd", "No"}:
        return char
    value = unicodedata.numeric(char, None)
    return str(int(value)) if value is not None and value.is_integer() else char


def _undo_lookalikes(match: re.Match[str]) -> str:
    """Undo them in words that have a Latin letter, and in those that could be Latin as a whole."""
    token = match[0]
    if token.isascii():
        return token
    if any("a" <= char <= "z" for char in token):
        turned = token.translate(_LOOKALIKES)
        return turned if turned.isascii() else token
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
    if core.isalpha() or core.isdigit() or not any(char.isalpha() for char in core):
        return token
    return core.translate(table) + token[len(core) :]


def _undo_digits(match: re.Match[str]) -> str:
    """Read "l6" as 16: short words of digits and letters that look like digits."""
    token = match[0]
    if len(token) > 2 or not any(char.isdigit() for char in token):
        return token
    turned = token.translate(_DIGIT_LOOKALIKES)
    return turned if turned.isdigit() else token


def _join(match: re.Match[str]) -> str:
    return _MARK + _SEPARATOR.sub("", match[0]) + _MARK


def _split(match: re.Match[str]) -> str:
    """Part what was spelled letter by letter into the words that matter."""
    return " ".join(_PARTED.get(word, word) for word in _KNOWN.sub(r" \1 ", match[1]).split())
