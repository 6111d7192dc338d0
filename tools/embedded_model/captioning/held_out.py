"""Descriptions and wishes in sentence patterns that training never uses, for the evaluation."""

from __future__ import annotations

import random
from collections.abc import Callable

from tools.embedded_model.attributes import Portrait
from tools.embedded_model.captioning.phrases import listed
from tools.embedded_model.captioning.writer import SILENT, WISHES, Writer, pieces, sayable

_ALWAYS = (
    "kind",
    "age",
    "skin",
    "eyes",
    "hair_colour",
    "hair_style",
    "expression",
    "garment",
    "clothes_colour",
)
_BY_CHANCE = {"face_shape": 0.15, "eye_shape": 0.2, "brows": 0.15, "nose": 0.15, "lips": 0.15}
_VIEW = {"framing": 0.25, "turn": 0.25, "light": 0.25}


class _Said:
    """The pieces of one held-out text, each worded once."""

    def __init__(self, writer: Writer) -> None:
        self.subject = writer.subject(adjectives=0.0)
        self.hair, self.eyes, self.skin = writer.hair(), writer.eyes(), writer.skin()
        self.mood, self.clothes, self.place = writer.mood(), writer.clothes(), writer.place()
        headwear = writer.headwear() if writer.portrait.headwear != "none" else ""
        self.outfit = f"{self.clothes} and {headwear}" if headwear else self.clothes
        self.extra = [
            part
            for part in (writer.glasses(), writer.facial_hair(), writer.earrings(), *writer.shapes())
            if part
        ]
        view = writer.view()
        self.view = f" ({'; '.join(view)})" if view else ""
        self.look = [self.hair, self.eyes, self.skin, *self.extra]
        self.they, self.them, self.their = (writer.pronoun(place) for place in range(3))
        self.are = writer.verbs[0]


def _order(say: _Said) -> str:
    extra = f" plus {' plus '.join(say.extra)}" if say.extra else ""
    return (
        f"Draw me somebody: {say.subject}, {say.mood}. Clothing: {say.outfit}. "
        f"Setting: {say.place}{say.view}. Features: {say.skin}; {say.hair}; {say.eyes}{extra}."
    )


def _meeting(say: _Said) -> str:
    return (
        f"{say.place}, there we meet {say.subject} dressed in {say.outfit}; "
        f"you notice {listed(say.look)} - {say.mood}!{say.view}"
    )


def _slashes(say: _Said) -> str:
    return (
        f"I would like {say.subject} having {' / '.join(say.look)} / outfit {say.outfit} / mood {say.mood} / "
        f"{say.place}{say.view}"
    )


def _dots(say: _Said) -> str:
    return f"{say.outfit} on {say.subject}... {say.mood}... {'... '.join(say.look)}... {say.place}{say.view}"


def _companion(say: _Said) -> str:
    return (
        f"My companion is {say.subject}, known for {listed(say.look)}. Today you find {say.them} "
        f"{say.place}, dressed in {say.outfit} and rather {say.mood}{say.view}."
    )


def _question(say: _Said) -> str:
    return (
        f"Could you design {say.subject}? Think {listed(say.look)}. {say.outfit} would suit {say.them}, "
        f"{say.place}. Emotionally: {say.mood}{say.view}"
    )


def _tale(say: _Said) -> str:
    return (
        f"Once upon a time {say.place} lived {say.subject} who had {listed(say.look)}. Always {say.mood}, "
        f"always in {say.outfit}{say.view}."
    )


def _profile(say: _Said) -> str:
    return (
        f"Looks => {', '.join(say.look)} // Style => {say.outfit} // Vibe => {say.mood} // "
        f"Spot => {say.place} // Role => {say.subject}{say.view}"
    )


def _memory(say: _Said) -> str:
    return (
        f"When I close my lids I remember {listed(say.look)}: {say.subject}, {say.mood} as ever, "
        f"who came along {say.place} in {say.outfit}{say.view}."
    )


def _camera(say: _Said) -> str:
    return (
        f"Scene one{say.view}. Enter {say.subject}, {say.mood}. Costume department: {say.outfit}. "
        f"Make-up: {', '.join(say.look)}. We are {say.place}."
    )


def _reasons(say: _Said) -> str:
    first, *rest = say.look
    return (
        f"What makes {say.them} special? First {first}, second {', third '.join(rest[:1])}, finally "
        f"{listed(rest[1:])}. Anyway: {say.subject}, {say.place}, {say.mood}, sporting {say.outfit}{say.view}"
    )


def _chat(say: _Said) -> str:
    return (
        f"hey can u do {say.subject} pls? {', '.join(say.look)}. chilling {say.place} in {say.outfit}, "
        f"totally {say.mood}{say.view}"
    )


_PATTERNS: tuple[Callable[[_Said], str], ...] = (
    _order,
    _meeting,
    _slashes,
    _dots,
    _companion,
    _question,
    _tale,
    _profile,
    _memory,
    _camera,
    _reasons,
    _chat,
)
# Words and marks of a text. Half of a pattern's own words are new to the tokenizer and take several tokens:
# texts of this length reach up to its 77.
_LONGEST = 40
# How often a text is worded anew before it has to do without one more attribute.
_WORDINGS = 8


def held_out_mentions(portrait: Portrait, rng: random.Random) -> tuple[str, frozenset[str]]:
    """Write a description in a sentence pattern that `free_caption` never uses; returns what it names too.

    Kind, age, skin, hair, eyes, expression, clothes and place are always named, the rest by chance and as far
    as the text encoder has room.
    """
    pattern = rng.choice(_PATTERNS)
    needed = {field for field in (*_ALWAYS, "background") if sayable(portrait, field)}
    worn = {field for field, silent in SILENT.items() if getattr(portrait, field) != silent}
    wanted = needed | worn
    wanted.update(field for field, share in (_BY_CHANCE | _VIEW).items() if rng.random() < share)
    optional = sorted(wanted - needed - {"facial_hair"})

    def write(writer: Writer) -> str:
        return pattern(_Said(writer))

    while True:
        text, mentioned = _shortest(write, portrait, rng, wanted, _LONGEST)
        if pieces(text) <= _LONGEST or not optional:
            return text, mentioned
        wanted.discard(optional.pop(rng.randrange(len(optional))))


def _shortest(
    write: Callable[[Writer], str], portrait: Portrait, rng: random.Random, wanted: set[str], longest: int
) -> tuple[str, frozenset[str]]:
    """Return the first text that is short enough, or the shortest of some, and what it names."""
    texts = []
    for _ in range(_WORDINGS):
        writer = Writer(portrait, rng, wanted)
        text = write(writer)
        texts.append((text, frozenset(writer.mentioned)))
        if pieces(text) <= longest:
            return texts[-1]
    return min(texts, key=lambda pair: pieces(pair[0]))


def held_out_caption(portrait: Portrait, rng: random.Random) -> str:
    """Write a description in a sentence pattern that `free_caption` never uses."""
    return held_out_mentions(portrait, rng)[0]


class _Wish:
    """The pieces of one wish, each worded once, in words that fit behind any of the openings."""

    def __init__(self, writer: Writer) -> None:
        self.they, self.them, self.their = (writer.pronoun(place) for place in range(3))
        self.are = writer.verbs[0]
        clothes, mood = writer.clothes(), writer.mood()
        if writer.portrait.headwear == "none":
            head = writer.hatless()
        else:
            headwear = writer.headwear()
            head = headwear and f"{headwear} on {self.their} head"
        self.bits = [
            bit
            for bit in (
                clothes and f"dressed in {clothes}",
                head,
                mood if mood.endswith("ing") else mood and f"feeling {mood}",
                writer.place(),
                *writer.view(),
            )
            if bit
        ]
        writer.rng.shuffle(self.bits)
        self.all = listed(self.bits)


_WISHES: tuple[Callable[[_Wish], str], ...] = (
    lambda wish: f"could you show {wish.them} {wish.all}?",
    lambda wish: f"same person but {wish.all}",
    lambda wish: f"what about {wish.them} {wish.all}?",
    lambda wish: f"I'd love to see {wish.them} {wish.all}",
    lambda wish: f"new photo of {wish.them}: {'; '.join(wish.bits)}",
    lambda wish: f"and if {wish.they} {wish.are} {wish.all}?",
    lambda wish: f"can we try {wish.all} instead?",
    lambda wish: f"next one {wish.all} ok?",
)
# Without these the wish still fits the rest: what is worn on the head hides hair, so it is never left out.
_OPTIONAL_WISHES = ("framing", "turn", "light")


def held_out_wish(
    before: Portrait, after: Portrait, rng: random.Random, room: int
) -> tuple[str, frozenset[str]]:
    """Write what a person says who wants another picture, in a pattern that `wish_caption` never uses.

    Names what differs, or everything that may if nothing does; of framing, turn and light only what has place
    in `room` words and marks. Returns the wish, without the stored appearance, and the fields it names.
    """
    pattern = rng.choice(_WISHES)
    wanted = {field for field in WISHES if getattr(before, field) != getattr(after, field)} or {*WISHES}
    optional = [field for field in _OPTIONAL_WISHES if field in wanted]

    def write(writer: Writer) -> str:
        return pattern(_Wish(writer))

    while True:
        text, mentioned = _shortest(write, after, rng, wanted, room)
        if pieces(text) <= room or not optional:
            # The kind is only in a pronoun, which some patterns leave out.
            return text, mentioned - {"kind"}
        wanted.discard(optional.pop(rng.randrange(len(optional))))
