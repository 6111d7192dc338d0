"""Text for portraits: the canonical appearance string, and the many ways people write the same."""

from __future__ import annotations

import random

from tools.embedded_model.attributes import Portrait
from tools.embedded_model.captioning import words
from tools.embedded_model.captioning.held_out import held_out_caption, held_out_mentions
from tools.embedded_model.captioning.phrases import with_article
from tools.embedded_model.captioning.writer import WISHES, Writer, few_fields, most_fields, nonsense, pieces

__all__ = [
    "change_caption",
    "free_caption",
    "full_caption",
    "held_out_caption",
    "held_out_mentions",
    "identity_caption",
    "idle_caption",
    "wish_caption",
]

# Share of the words that get one slip of the finger in free captions.
TYPO_RATE = 0.02
# The encoder reads 75 tokens; a slip or an unknown word takes several.
LONGEST = 60

# A part of a canonical caption with the fields it names.
_Part = tuple[str, tuple[str, ...]]


def identity_caption(portrait: Portrait) -> str:
    """Return the canonical appearance: what stays the same from picture to picture, in a fixed order.

    The product stores this string and sends it again with every change asked for. What is absent is not said.
    """
    return _joined(_identity(portrait))


def change_caption(portrait: Portrait) -> str:
    """Return what may differ from picture to picture; a bare head, a front view and soft light go unsaid."""
    return _joined(_change(portrait))


def full_caption(portrait: Portrait) -> str:
    """Return the whole canonical description of a picture."""
    return f"{identity_caption(portrait)}, {change_caption(portrait)}"


def free_caption(portrait: Portrait, rng: random.Random) -> tuple[str, frozenset[str]]:
    """Write the picture's description as somebody might; returns it with the attributes it names."""
    form = rng.random()
    if form < 0.24:
        return _canonical(portrait, rng)
    for _ in range(8):
        text, mentioned = _stored_and_wish(portrait, rng) if form < 0.39 else _free(portrait, rng)
        if pieces(text) <= LONGEST:
            return _typos(text, rng), frozenset(mentioned)
    # Long stored appearances leave no room for a wish.
    return _said(_identity(portrait))


def wish_caption(before: Portrait, after: Portrait, rng: random.Random) -> str:
    """Write what is asked for when one picture is to become another of the same person.

    The stored appearance, then what differs in free words; sometimes what stays is said as well.
    """
    differing = {field for field in WISHES if getattr(before, field) != getattr(after, field)}
    same = [field for field in WISHES if field not in differing]
    identity = identity_caption(after)
    for attempt in range(8):
        wanted = set(differing)
        if not wanted or (attempt < 4 and rng.random() < 0.3):
            wanted.update(field for field in same if rng.random() < 0.6)
        wish = Writer(after, rng, wanted).wish()
        text = _in_order(identity, wish, rng) if wish else identity
        if pieces(text) <= LONGEST + 5:
            return text
    return f"{identity}, {_terse(after, differing)}"


def idle_caption(rng: random.Random) -> str:
    """Write text that names no attribute, sometimes none at all."""
    return ", ".join(rng.choice(words.IDLE_WORDS) for _ in range(rng.choice((0, 0, 1, 2, 3))))


def _identity(portrait: Portrait, *, eye_shape: bool = True) -> list[_Part]:
    age = "middle-aged" if portrait.age == "mature" else portrait.age
    face = "heart-shaped" if portrait.face_shape == "heart" else portrait.face_shape
    parts: list[_Part] = [
        (f"{age} {portrait.kind}", ("kind", "age")),
        (f"{face} face", ("face_shape",)),
        (f"{portrait.skin} skin", ("skin",)),
        _canonical_hair(portrait),
        (f"{portrait.eye_shape} {portrait.eyes} eyes", ("eye_shape", "eyes"))
        if eye_shape
        else (f"{portrait.eyes} eyes", ("eyes",)),
        (f"{portrait.brows} brows", ("brows",)),
        (f"{portrait.nose} nose", ("nose",)),
        (f"{portrait.lips} lips", ("lips",)),
    ]
    if portrait.glasses != "none":
        shades = portrait.glasses == "sunglasses"
        parts.append(("sunglasses" if shades else f"{portrait.glasses} glasses", ("glasses",)))
    if portrait.earrings != "none":
        parts.append((f"{portrait.earrings.removesuffix('s')} earrings", ("earrings",)))
    if portrait.facial_hair != "none":
        if portrait.hair_style == "bald":
            # The beard is the only place where the hair colour is seen.
            parts.append((f"{portrait.hair_colour} {portrait.facial_hair}", ("facial_hair", "hair_colour")))
        else:
            parts.append((portrait.facial_hair, ("facial_hair",)))
    return parts


def _canonical_hair(portrait: Portrait) -> _Part:
    style, colour = portrait.hair_style, portrait.hair_colour
    if style == "bald":
        return "bald", ("hair_style",)
    if style in {"ponytail", "bun", "braid"}:
        text = f"{colour} hair in {with_article(style)}"
    elif style in {"buzz cut", "mohawk", "pixie", "bob", "afro", "dreadlocks"}:
        text = f"{colour} {'pixie cut' if style == 'pixie' else style}"
    else:
        text = f"{style} {colour} hair"
    return text, ("hair_style", "hair_colour")


def _change(portrait: Portrait) -> list[_Part]:
    mood = "neutral expression" if portrait.expression == "neutral" else portrait.expression
    parts: list[_Part] = [
        (mood, ("expression",)),
        (f"{portrait.clothes_colour} {portrait.garment}", ("clothes_colour", "garment")),
    ]
    if portrait.headwear != "none":
        parts.append((f"wearing {with_article(portrait.headwear)}", ("headwear",)))
    parts += [(f"{portrait.background} background", ("background",)), (portrait.framing, ("framing",))]
    if portrait.turn != "front":
        parts.append((f"facing {portrait.turn}", ("turn",)))
    if portrait.light != "soft":
        parts.append((f"{portrait.light} light", ("light",)))
    return parts


def _terse(portrait: Portrait, fields: set[str]) -> str:
    """Return the canonical words for these changeable fields, with words for what is else silent."""
    parts = [text for text, said in _change(portrait) if fields & {*said}]
    silent = {
        "headwear": ("none", "no hat"),
        "turn": ("front", "facing forward"),
        "light": ("soft", "soft light"),
    }
    parts += [
        text
        for field, (value, text) in silent.items()
        if field in fields and getattr(portrait, field) == value
    ]
    return ", ".join(parts)


def _joined(parts: list[_Part]) -> str:
    return ", ".join(text for text, _ in parts)


def _said(parts: list[_Part]) -> tuple[str, frozenset[str]]:
    return _joined(parts), frozenset(field for _, fields in parts for field in fields)


def _canonical(portrait: Portrait, rng: random.Random) -> tuple[str, frozenset[str]]:
    """Return the canonical caption: mostly whole, else parts of it, or with the silent values said."""
    roll = rng.random()
    parts = _identity(portrait, eye_shape=roll < 0.85) + _change(portrait)
    if roll < 0.6:
        return _said(parts)
    if roll < 0.75:
        if portrait.turn == "front" and rng.random() < 0.7:
            parts.append(("facing forward", ("turn",)))
        if portrait.light == "soft" and rng.random() < 0.4:
            parts.append(("soft light", ("light",)))
        if portrait.headwear == "none" and rng.random() < 0.15:
            parts.append(("no hat", ("headwear",)))
        return _said(parts)
    if roll < 0.85:
        first, *rest = parts
        kept = [part for part in rest if rng.random() < 0.65]
        return _said([first, *kept])
    # What earlier versions of the model stored.
    return _said([part for part in parts if not {*part[1]} <= _NEW_FIELDS])


_NEW_FIELDS = {"face_shape", "brows", "nose", "lips", "earrings", "headwear", "framing", "turn", "light"}


def _stored_and_wish(portrait: Portrait, rng: random.Random) -> tuple[str, set[str]]:
    """Return the stored appearance, or some of it, with a free wish of one to three changes."""
    parts = _identity(portrait, eye_shape=rng.random() < 0.8)
    roll = rng.random()
    if roll < 0.3:
        parts = [part for part in parts if not {*part[1]} <= _NEW_FIELDS]
    elif roll < 0.5:
        parts = [part for part in parts if rng.random() < 0.7] or parts[:1]
    stored, said = _said(parts)
    wanted = set(rng.sample(WISHES, rng.randint(1, 3)))
    if "garment" in wanted and rng.random() < 0.7:
        wanted.add("clothes_colour")
    if portrait.headwear == "none" and rng.random() < 0.7:
        wanted.discard("headwear")
    writer = Writer(portrait, rng, wanted)
    if rng.random() < 0.25:
        writer.left |= {field for field in WISHES if rng.random() < 0.5 and field != "headwear"}
    wish = writer.wish()
    text = _in_order(stored, wish, rng) if wish else stored
    return text, {*said, *writer.mentioned}


def _in_order(stored: str, wish: str, rng: random.Random) -> str:
    """Put a wish behind the stored appearance, as the product does, or sometimes before it."""
    if rng.random() < 0.2:
        return wish.removeprefix("but ") + rng.choice((": ", ", ", ". ", "; ")) + stored
    return stored + rng.choice((", ", ", ", ", ", ", ", ". ", "; ")) + wish


def _free(portrait: Portrait, rng: random.Random) -> tuple[str, set[str]]:
    roll = rng.random()
    if roll < 0.4:
        wanted = few_fields(portrait, rng)
    else:
        wanted = most_fields(portrait, rng, keep=rng.choice((1.0, 0.9, 0.75, 0.5)))
    writer = Writer(portrait, rng, wanted)
    shape = rng.choices(_SHAPES, cum_weights=_SHAPE_SHARES)[0]
    text = shape(writer)
    if rng.random() < 0.2 and text.startswith(("a ", "an ")) and shape in _NOUN_SHAPES:
        text = rng.choice(_OPENINGS) + text
    if rng.random() < 0.4:
        text = _sprinkled(text, rng)
    return text, writer.mentioned


_SHAPES = (
    Writer.tags,
    Writer.sentence,
    Writer.standing,
    Writer.pronouns,
    Writer.coloured,
    Writer.bare_colours,
    Writer.form,
    Writer.assembled,
    Writer.instruction,
)
_NOUN_SHAPES = (Writer.sentence, Writer.coloured)
_SHAPE_SHARES = (15, 35, 41, 52, 67, 73, 80, 94, 100)
_OPENINGS = (
    "portrait of ",
    "a picture of ",
    "photo of ",
    "show me ",
    "draw ",
    "an image of ",
    "create ",
    "drawing of ",
)


def _sprinkled(text: str, rng: random.Random) -> str:
    """Add words that change nothing."""
    parts = text.split(", ")
    for _ in range(rng.choice((1, 1, 2))):
        word = rng.choice(words.IDLE_WORDS) if rng.random() < 0.8 else nonsense(rng)
        if text.endswith("."):
            return rng.choice((f"{text} {word}", f"{word}. {text}"))
        parts.insert(rng.randrange(len(parts) + 1), word)
    return ", ".join(parts)


def _typos(text: str, rng: random.Random) -> str:
    """Swap, drop or double one inner letter of a few words."""
    result = []
    for word in text.split(" "):
        if len(word) > 4 and rng.random() < TYPO_RATE:
            place = rng.randrange(1, len(word) - 2)
            word = rng.choice(  # noqa: PLW2901 - the slip replaces the word
                (
                    word[:place] + word[place + 1] + word[place] + word[place + 2 :],
                    word[:place] + word[place + 1 :],
                    word[:place] + word[place] + word[place:],
                )
            )
        result.append(word)
    return " ".join(result)
