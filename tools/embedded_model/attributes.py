"""The closed vocabulary of the embedded model, and the record one portrait is drawn from.

Every value here is an adult, clothed person. There is no value for a child and none for a person without
clothes, and training data comes from nowhere else: that is what makes the weights safe by construction.
"""

from __future__ import annotations

import dataclasses
import hashlib
import random

Colour = tuple[int, int, int]

# Even steps of lightness (CIELAB L* 92 to 25), hues from rosy to golden brown.
SKIN: dict[str, Colour] = {
    "pale": (255, 229, 214),
    "light": (244, 200, 168),
    "tan": (219, 163, 117),
    "bronze": (181, 122, 79),
    "brown": (135, 84, 56),
    "dark": (86, 54, 42),
}
HAIR: dict[str, Colour] = {
    "black": (40, 36, 46),
    "brown": (112, 68, 42),
    "blonde": (240, 204, 110),
    "red": (198, 74, 36),
    "grey": (142, 144, 152),
    "white": (240, 240, 244),
    "pink": (240, 134, 178),
    "blue": (58, 108, 214),
    "green": (60, 152, 92),
    "purple": (132, 76, 178),
}
EYES: dict[str, Colour] = {
    "brown": (122, 70, 34),
    "blue": (50, 132, 230),
    "green": (52, 164, 84),
    "grey": (134, 144, 156),
    "amber": (226, 152, 32),
    "violet": (150, 84, 210),
}
CLOTHES: dict[str, Colour] = {
    "red": (204, 48, 52),
    "orange": (238, 132, 42),
    "yellow": (246, 208, 66),
    "green": (58, 148, 84),
    "blue": (52, 100, 200),
    "purple": (122, 70, 168),
    "pink": (242, 146, 184),
    "white": (242, 242, 246),
    "grey": (136, 140, 150),
    "black": (44, 44, 54),
}
PLAIN_BACKGROUNDS: dict[str, Colour] = {
    "white": (244, 244, 248),
    "grey": (166, 172, 182),
    "blue": (134, 186, 240),
    "green": (150, 210, 160),
    "yellow": (250, 222, 128),
    "pink": (250, 184, 206),
    "purple": (186, 160, 226),
}
SCENES = (
    "room",
    "library",
    "cafe",
    "forest",
    "beach",
    "mountains",
    "snow",
    "city",
    "night city",
    "sunset",
    "space",
)
BACKGROUNDS: tuple[str, ...] = (*PLAIN_BACKGROUNDS, *SCENES)

KINDS = ("woman", "man", "person")
AGES = ("young", "mature", "elderly")
FACE_SHAPES = ("oval", "round", "square", "heart")
EYE_SHAPES = ("round", "almond", "narrow")
BROWS = ("thin", "thick")
NOSES = ("small", "long", "wide")
LIPS = ("thin", "full")
HAIR_STYLES = (
    "bald",
    "buzz cut",
    "short",
    "side-parted",
    "slicked-back",
    "spiky",
    "mohawk",
    "pixie",
    "bob",
    "long",
    "wavy",
    "curly",
    "afro",
    "ponytail",
    "bun",
    "braid",
    "dreadlocks",
)
FACIAL_HAIR = ("none", "stubble", "moustache", "goatee", "beard")
GLASSES = ("none", "round", "square", "cat-eye", "sunglasses")
EARRINGS = ("none", "studs", "hoops")
HEADWEAR = ("none", "cap", "beanie", "hat", "headband", "headscarf")
EXPRESSIONS = ("neutral", "smiling", "laughing", "sad", "surprised", "angry")
GARMENTS = ("t-shirt", "hoodie", "shirt", "suit", "sweater", "jacket", "dress", "overalls", "coat")
FRAMINGS = ("close-up", "bust", "half body")
TURNS = ("left", "front", "right")
LIGHTS = ("soft", "warm", "cool", "dramatic")

# Order matters: it is the order of the classifier's heads.
VOCABULARY: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "age": AGES,
    "face_shape": FACE_SHAPES,
    "skin": tuple(SKIN),
    "eyes": tuple(EYES),
    "eye_shape": EYE_SHAPES,
    "brows": BROWS,
    "nose": NOSES,
    "lips": LIPS,
    "hair_colour": tuple(HAIR),
    "hair_style": HAIR_STYLES,
    "facial_hair": FACIAL_HAIR,
    "glasses": GLASSES,
    "earrings": EARRINGS,
    "headwear": HEADWEAR,
    "expression": EXPRESSIONS,
    "garment": GARMENTS,
    "clothes_colour": tuple(CLOTHES),
    "background": BACKGROUNDS,
    "framing": FRAMINGS,
    "turn": TURNS,
    "light": LIGHTS,
}

# What stays when somebody asks for another picture of the same character.
IDENTITY_FIELDS = (
    "kind",
    "age",
    "face_shape",
    "skin",
    "eyes",
    "eye_shape",
    "brows",
    "nose",
    "lips",
    "hair_colour",
    "hair_style",
    "facial_hair",
    "glasses",
    "earrings",
)
CHANGEABLE_FIELDS = tuple(field for field in VOCABULARY if field not in IDENTITY_FIELDS)


@dataclasses.dataclass(frozen=True)
class Portrait:
    """What is seen in one picture; `face_seed` fixes the proportions no word describes."""

    kind: str
    age: str
    face_shape: str
    skin: str
    eyes: str
    eye_shape: str
    brows: str
    nose: str
    lips: str
    hair_colour: str
    hair_style: str
    facial_hair: str
    glasses: str
    earrings: str
    headwear: str
    expression: str
    garment: str
    clothes_colour: str
    background: str
    framing: str
    turn: str
    light: str
    face_seed: int = 0

    def __post_init__(self) -> None:
        for field, allowed in VOCABULARY.items():
            if getattr(self, field) not in allowed:
                raise ValueError(f"{field}: {getattr(self, field)!r} is not in the vocabulary")

    def changed(self, **values: str) -> Portrait:
        """Return the same identity with other attributes."""
        return dataclasses.replace(self, **values)  # type: ignore[arg-type]


def visible_fields(portrait: Portrait) -> frozenset[str]:
    """Return the fields that can be seen in a picture: a scarf hides hair, sunglasses hide eyes."""
    hidden = set()
    if portrait.kind == "person":
        # Drawn as a woman or as a man, as the face seed has it.
        hidden.add("kind")
    if portrait.glasses == "sunglasses":
        hidden |= {"eyes", "eye_shape"}
    if portrait.headwear == "headscarf":
        hidden |= {"hair_style", "earrings", "face_shape"}
        if portrait.framing == "close-up":
            hidden |= {"garment", "clothes_colour"}
    if portrait.headwear in {"cap", "beanie", "hat"} and portrait.hair_style in _CROPPED:
        hidden.add("hair_style")
    if portrait.facial_hair == "beard":
        hidden |= {"lips", "face_shape"}
    elif portrait.expression in {"laughing", "surprised"}:
        # An open mouth stretches every lip.
        hidden.add("lips")
    hairless = portrait.hair_style == "bald" or "hair_style" in hidden
    if hairless and portrait.facial_hair in {"none", "stubble"}:
        # Eyebrows alone are too little to tell.
        hidden.add("hair_colour")
    return frozenset(VOCABULARY) - hidden


# Styles that a cap covers, so that nobody can tell them apart under it.
_CROPPED = frozenset({"bald", "buzz cut", "short", "side-parted", "slicked-back", "spiky", "mohawk", "pixie"})


def is_held_out(portrait: Portrait) -> bool:
    """Say whether this combination is kept from training, for the evaluation.

    One in eight combinations of hair style, hair colour, clothes colour and background: their words are all
    seen in training, but never these together in one picture.
    """
    key = "|".join((portrait.hair_style, portrait.hair_colour, portrait.clothes_colour, portrait.background))
    return hashlib.sha256(key.encode()).digest()[0] < 32


# In the order of HAIR_STYLES: from bald to pixie, then from bob to dreadlocks.
_STYLE_SHARES = {
    "woman": (0.5, 0.7, 1, 1, 0.7, 0.8, 0.8, 4, 5, 6, 6, 5, 4, 5, 5, 5, 3),
    "man": (4, 4, 5, 5, 5, 4, 3, 1, 1, 2, 1.5, 4, 3, 1.5, 2, 0.8, 4),
    "person": (2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2),
}
_FACIAL_SHARES = {"woman": (1, 0, 0, 0, 0), "man": (5, 2.5, 2.5, 2.5, 3), "person": (8, 0.5, 0.5, 0.5, 0.5)}
_EARRING_SHARES = {"woman": (5, 3, 3), "man": (8, 1, 1), "person": (6, 2, 2)}


def random_identity(rng: random.Random) -> dict[str, str]:
    """Draw the values of all identity fields; uniform over colours, so that none is rare in training."""
    kind = rng.choices(KINDS, (45, 45, 10))[0]
    manly = {"woman": (6, 4), "man": (4, 6), "person": (5, 5)}[kind]
    return {
        "kind": kind,
        "age": rng.choices(AGES, (5, 3, 3))[0],
        "face_shape": rng.choice(FACE_SHAPES),
        "skin": rng.choice(tuple(SKIN)),
        "eyes": rng.choice(tuple(EYES)),
        "eye_shape": rng.choice(EYE_SHAPES),
        "brows": rng.choices(BROWS, manly)[0],
        "nose": rng.choice(NOSES),
        "lips": rng.choices(LIPS, reversed(manly))[0],
        "hair_colour": rng.choice(tuple(HAIR)),
        "hair_style": rng.choices(HAIR_STYLES, _STYLE_SHARES[kind])[0],
        "facial_hair": rng.choices(FACIAL_HAIR, _FACIAL_SHARES[kind])[0],
        "glasses": rng.choices(GLASSES, (56, 13, 13, 10, 8))[0],
        "earrings": rng.choices(EARRINGS, _EARRING_SHARES[kind])[0],
    }


def random_scene(rng: random.Random, kind: str) -> dict[str, str]:
    """Draw the values of all changeable fields for somebody of this kind."""
    return {
        "headwear": rng.choices(HEADWEAR, (70, 6, 6, 6, 6, 6 if kind == "woman" else 0.5))[0],
        "expression": rng.choice(EXPRESSIONS),
        "garment": rng.choices(GARMENTS, (3, 3, 3, 3, 3, 3, 4 if kind == "woman" else 0, 3, 3))[0],
        "clothes_colour": rng.choice(tuple(CLOTHES)),
        "background": rng.choice(BACKGROUNDS),
        "framing": rng.choices(FRAMINGS, (3, 4, 3))[0],
        "turn": rng.choices(TURNS, (3, 4, 3))[0],
        "light": rng.choices(LIGHTS, (5, 2, 2, 2))[0],
    }


def random_portrait(rng: random.Random, *, held_out: bool = False) -> Portrait:
    """Draw one record of a person nobody has drawn yet."""
    while True:
        identity = random_identity(rng)
        portrait = Portrait(**identity, **random_scene(rng, identity["kind"]), face_seed=rng.randrange(2**31))
        if is_held_out(portrait) == held_out:
            return portrait


def another_picture(portrait: Portrait, rng: random.Random, *, held_out: bool = False) -> Portrait:
    """Draw a record of the same person at another moment."""
    while True:
        other = portrait.changed(**random_scene(rng, portrait.kind))
        if is_held_out(other) == held_out:
            return other
