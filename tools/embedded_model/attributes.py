"""The closed vocabulary of the embedded model, and the record one portrait is drawn from.

Every value here is an adult, clothed person. There is no value for a child and none for a person without
clothes, and training data comes from nowhere else: that is what makes the weights safe by construction.
"""

from __future__ import annotations

import dataclasses
import random

Colour = tuple[int, int, int]

SKIN: dict[str, Colour] = {
    "pale": (255, 226, 208),
    "light": (240, 194, 160),
    "tan": (211, 152, 104),
    "brown": (155, 100, 66),
    "dark": (94, 60, 44),
}
HAIR: dict[str, Colour] = {
    "black": (40, 36, 46),
    "brown": (110, 68, 42),
    "blonde": (240, 204, 110),
    "red": (196, 74, 36),
    "grey": (142, 144, 152),
    "white": (240, 240, 244),
    "pink": (240, 134, 178),
    "blue": (58, 108, 214),
    "green": (60, 152, 92),
    "purple": (132, 76, 178),
}
EYES: dict[str, Colour] = {
    "brown": (118, 70, 36),
    "blue": (54, 132, 226),
    "green": (54, 160, 84),
    "grey": (132, 142, 154),
    "amber": (222, 150, 34),
    "violet": (146, 84, 206),
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
SCENES = ("forest", "beach", "city", "night", "sunset", "mountains", "library")
BACKGROUNDS: tuple[str, ...] = (*PLAIN_BACKGROUNDS, *SCENES)

KINDS = ("woman", "man", "person")
AGES = ("young", "mature", "elderly")
HAIR_STYLES = ("short", "spiky", "bob", "long", "wavy", "curly", "ponytail", "bun", "afro", "bald")
GLASSES = ("none", "round", "square")
FACIAL_HAIR = ("none", "beard", "moustache")
EXPRESSIONS = ("neutral", "smiling", "laughing", "sad", "surprised", "angry")
GARMENTS = ("t-shirt", "hoodie", "shirt", "suit", "sweater", "jacket", "dress")

# Order matters: it is the order of the classifier heads and of the canonical appearance string.
VOCABULARY: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "age": AGES,
    "skin": tuple(SKIN),
    "hair_colour": tuple(HAIR),
    "hair_style": HAIR_STYLES,
    "eyes": tuple(EYES),
    "glasses": GLASSES,
    "facial_hair": FACIAL_HAIR,
    "expression": EXPRESSIONS,
    "garment": GARMENTS,
    "clothes_colour": tuple(CLOTHES),
    "background": BACKGROUNDS,
}

# What stays when somebody asks for another picture of the same character.
IDENTITY_FIELDS = ("kind", "age", "skin", "hair_colour", "hair_style", "eyes", "glasses", "facial_hair")
CHANGEABLE_FIELDS = ("expression", "garment", "clothes_colour", "background")


@dataclasses.dataclass(frozen=True)
class Portrait:
    """What is seen in one picture; `face_seed` fixes the proportions no word describes."""

    kind: str
    age: str
    skin: str
    hair_colour: str
    hair_style: str
    eyes: str
    glasses: str
    facial_hair: str
    expression: str
    garment: str
    clothes_colour: str
    background: str
    face_seed: int = 0

    def __post_init__(self) -> None:
        for field, allowed in VOCABULARY.items():
            if getattr(self, field) not in allowed:
                raise ValueError(f"{field}: {getattr(self, field)!r} is not in the vocabulary")

    def changed(self, **values: str) -> Portrait:
        """Return the same identity with other attributes."""
        return dataclasses.replace(self, **values)  # type: ignore[arg-type]


def is_held_out(portrait: Portrait) -> bool:
    """Say whether this combination is kept from training, for the evaluation.

    One in eight combinations of hair, clothes and background colour: their words are all seen in
    training, but never together in one picture.
    """
    hair = VOCABULARY["hair_colour"].index(portrait.hair_colour)
    clothes = VOCABULARY["clothes_colour"].index(portrait.clothes_colour)
    background = VOCABULARY["background"].index(portrait.background)
    return (hair * 3 + clothes * 5 + background * 7) % 8 == 0


def random_portrait(rng: random.Random, *, held_out: bool = False) -> Portrait:
    """Draw one record; uniform over colours, so that no colour is rare in training."""
    while True:
        kind = rng.choices(KINDS, (45, 45, 10))[0]
        # Long styles on men and short ones on women are possible, only less frequent.
        common = {
            "woman": (2, 1, 4, 5, 5, 3, 4, 3, 2, 0.3),
            "man": (6, 4, 1, 1.5, 1.5, 3, 1, 1, 2, 1.5),
            "person": (3, 3, 3, 3, 3, 3, 3, 2, 2, 0.5),
        }[kind]
        facial = (1.0, 0.0, 0.0) if kind == "woman" else (5.0, 3.0, 2.0) if kind == "man" else (8.0, 1.0, 1.0)
        portrait = Portrait(
            kind=kind,
            age=rng.choices(AGES, (5, 3, 2))[0],
            skin=rng.choice(tuple(SKIN)),
            hair_colour=rng.choice(tuple(HAIR)),
            hair_style=rng.choices(HAIR_STYLES, common)[0],
            eyes=rng.choice(tuple(EYES)),
            glasses=rng.choices(GLASSES, (55, 25, 20))[0],
            facial_hair=rng.choices(FACIAL_HAIR, facial)[0],
            expression=rng.choice(EXPRESSIONS),
            garment=rng.choices(GARMENTS, (3, 3, 3, 3, 3, 3, 3 if kind == "woman" else 0))[0],
            clothes_colour=rng.choice(tuple(CLOTHES)),
            background=rng.choice(BACKGROUNDS),
            face_seed=rng.randrange(2**31),
        )
        if is_held_out(portrait) == held_out:
            return portrait
