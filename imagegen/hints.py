"""What the drawing model understands, for the pages that ask people to describe a picture.

Only models that name their words in `storychat.json` need this; others read any text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.refusals import Text
from imagegen.engine import description

# Who somebody is; what a first portrait is drawn from; and what differs from photo to photo.
IDENTITY_KINDS = (
    *(
        "kind",
        "age",
        "face_shape",
        "skin",
        "hair",
        "hair_style",
        "eyes",
        "eye_shape",
        "brows",
        "nose",
        "lips",
    ),
    *("facial_hair", "glasses", "earrings"),
)
PORTRAIT_KINDS = (*IDENTITY_KINDS, "garment", "clothes", "headwear", "expression", "background")
PHOTO_KINDS = ("expression", "garment", "clothes", "headwear", "background", "framing", "turn", "light")

_LABELS: dict[str, Text] = {
    "kind": _("Who"),
    "age": _("Age"),
    "face_shape": _("Face"),
    "skin": _("Skin"),
    "hair": _("Hair colour"),
    "hair_style": _("Hairstyle"),
    "eyes": _("Eye colour"),
    "eye_shape": _("Eye shape"),
    "brows": _("Brows"),
    "nose": _("Nose"),
    "lips": _("Lips"),
    "facial_hair": _("Beard"),
    "glasses": _("Glasses"),
    "earrings": _("Earrings"),
    "garment": _("Clothes"),
    "clothes": _("Colour of the clothes"),
    "headwear": _("On the head"),
    "expression": _("Mood"),
    "background": _("Behind"),
    "framing": _("How much is seen"),
    "turn": _("Facing"),
    "light": _("Light"),
}
# The clauses that the model knows best; kinds that share a clause are said together.
_CLAUSES: dict[str, tuple[str, ...]] = {
    "{age}": ("kind", "age"),
    "{face_shape} face": ("face_shape",),
    "{skin} skin": ("skin",),
    "{hair_style} {hair} hair": ("hair", "hair_style"),
    "{eye_shape} {eyes} eyes": ("eyes", "eye_shape"),
    "{brows} brows": ("brows",),
    "{nose} nose": ("nose",),
    "{lips} lips": ("lips",),
    "{facial_hair}": ("facial_hair",),
    "{glasses} glasses": ("glasses",),
    "{earrings} earrings": ("earrings",),
    "{clothes} clothes": ("garment", "clothes"),
    "wearing a {headwear}": ("headwear",),
    "{expression}": ("expression",),
    "{background} background": ("background",),
    "{framing}": ("framing",),
    "facing {turn}": ("turn",),
    "{light} light": ("light",),
}
_CLAUSE_OF = {kind: clause for clause, kinds in _CLAUSES.items() for kind in kinds}
_SAID = {
    ("age", "mature"): "middle-aged",
    ("face_shape", "heart"): "heart-shaped",
    ("earrings", "studs"): "stud",
    ("earrings", "hoops"): "hoop",
    ("turn", "front"): "forward",
    ("hair_style", "pixie"): "pixie cut",
}
# Words that bring a clause of their own.
_OWN_CLAUSES: dict[tuple[str, str], str] = {
    ("hair_style", "bald"): "bald",
    **{("hair_style", word): f"{{hair}} hair in a {word}" for word in ("ponytail", "bun", "braid")},
    **{
        ("hair_style", word): f"{{hair}} {word}"
        for word in ("buzz cut", "mohawk", "pixie cut", "bob", "afro", "dreadlocks")
    },
    ("glasses", "sunglasses"): "sunglasses",
    ("expression", "neutral"): "neutral expression",
}
# Somebody, and a moment, to show how it is written; words a model lacks are replaced by its first.
_EXAMPLE = {
    "kind": "woman",
    "age": "young",
    "face_shape": "oval",
    "skin": "light",
    "hair": "black",
    "hair_style": "wavy",
    "eyes": "green",
    "eye_shape": "almond",
    "glasses": "round",
    "garment": "jacket",
    "clothes": "red",
    "expression": "smiling",
    "background": "beach",
    "framing": "half body",
    "turn": "left",
}
_SAID_ALONE = frozenset({"headwear", "background"})
_NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Word:
    """A word the model knows. `clause`: the words around it, where they are not those of its kind."""

    text: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be said of one thing. In `clause` the names of kinds stand in braces for their words.

    is_said_alone: whether its words mean it without their clause, too: "at the beach", "with a cap".
    """

    name: str
    label: Text
    clause: str
    words: tuple[Word, ...]
    is_said_alone: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """What to write into one field, as its page shows it."""

    kinds: tuple[Kind, ...]
    example: str


def present_hint(kinds: Sequence[str]) -> Hint | None:
    """Return the words of these kinds that the installation's model knows, or None if it reads any text."""
    vocabulary = description.read(settings.IMAGE_MODEL).vocabulary
    known = (_present(name, vocabulary[name]) for name in kinds if name in vocabulary)
    shown = tuple(kind for kind in known if kind.words)
    return Hint(shown, _example(shown)) if shown else None


def _present(name: str, words: Sequence[str]) -> Kind:
    said = [_SAID.get((name, word), word) for word in words if word != _NOTHING]
    return Kind(
        name,
        _LABELS[name],
        _CLAUSE_OF[name],
        tuple(Word(word, _own(name, word)) for word in said),
        is_said_alone=name in _SAID_ALONE,
    )


def _own(name: str, word: str) -> str:
    # Who it is and what is worn end their clauses: "young woman", "red jacket".
    ends = {"kind": "{age} ", "garment": "{clothes} "}
    return ends[name] + word if name in ends else _OWN_CLAUSES.get((name, word), "")


def _example(kinds: Sequence[Kind]) -> str:
    chosen: dict[str, Word] = {}
    for kind in kinds:
        if kind.name in _EXAMPLE:
            wanted = (word for word in kind.words if word.text == _EXAMPLE[kind.name])
            chosen[kind.name] = next(wanted, kind.words[0])
    clauses = dict.fromkeys(_CLAUSE_OF[name] for name in chosen)
    return ", ".join(_say(clause, chosen) for clause in clauses)


def _say(clause: str, chosen: Mapping[str, Word]) -> str:
    """Fill a clause; a chosen word may bring a clause of its own."""
    own = (chosen[name].clause for name in _CLAUSES[clause] if name in chosen and chosen[name].clause)
    template = next(own, clause)
    words = re.sub(r"\{(\w+)\}", lambda found: chosen[found[1]].text if found[1] in chosen else "", template)
    return " ".join(words.split())
