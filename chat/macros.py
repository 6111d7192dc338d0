"""Macros of character cards: replaced once, never evaluated, unknown ones left as they are."""

import random
import re
from dataclasses import dataclass

_MACRO = re.compile(
    r"\{\{(?P<body>[^{}]{0,2000})\}\}|<(?P<tag>bot|user|char)>",
    re.IGNORECASE,
)
_DICE = re.compile(r"d?(\d{1,6})")
_ESCAPED_COMMA = "\0"


@dataclass(frozen=True, slots=True)
class Names:
    """Who speaks with whom."""

    char: str
    user: str


def expand(text: str, names: Names, rng: random.Random) -> str:
    """Replace the known macros in one pass, so that a name that looks like a macro stays a name."""
    return _MACRO.sub(lambda found: _replacement(found, names, rng), text)


def _replacement(found: re.Match[str], names: Names, rng: random.Random) -> str:
    if tag := found["tag"]:
        return names.user if tag.lower() == "user" else names.char
    body = found["body"].strip()
    if body.startswith("//"):
        return ""
    key, colon, rest = body.partition(":")
    key = key.strip().lower()
    if not colon:
        simple = {"char": names.char, "user": names.user, "newline": "\n", "original": "", "trim": ""}
        return simple.get(key, found[0])
    if key in {"comment", "hidden_key"}:
        return ""
    if key == "reverse":
        return rest.strip()[::-1]
    if key in {"random", "pick"}:
        return rng.choice(_choices(rest))
    if key == "roll" and (dice := _DICE.fullmatch(rest.strip().lower())) and int(dice[1]) > 0:
        return str(rng.randint(1, int(dice[1])))
    return found[0]


def _choices(rest: str) -> list[str]:
    if rest.startswith(":"):
        return [choice.strip() for choice in rest[1:].split("::")]
    parts = rest.replace("\\,", _ESCAPED_COMMA).split(",")
    return [part.strip().replace(_ESCAPED_COMMA, ",") for part in parts]
