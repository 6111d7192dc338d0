"""Words one portrait piece by piece: noun phrases, adjectives and clauses, each attribute said once."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from tools.embedded_model.attributes import PLAIN_BACKGROUNDS, Portrait
from tools.embedded_model.captioning import words

_PLURALS = ("eyes", "overalls", "dungarees", "clothes")


def with_article(noun: str) -> str:
    """Put "a" or "an" before a noun phrase."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def listed(parts: Sequence[str]) -> str:
    """Join with commas and a final "and"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


class Phrases:
    """Words the attributes in `wanted`; what has been said is in `mentioned`, and is not said again.

    Every method returns "" when nothing of what it speaks of is left to say.
    """

    def __init__(self, portrait: Portrait, rng: random.Random, wanted: Iterable[str]) -> None:
        self.portrait, self.rng = portrait, rng
        self.left = set(wanted)
        self.mentioned: set[str] = set()
        self.verbs = ("are", "have", "wear") if portrait.kind == "person" else ("is", "has", "wears")

    def chance(self, share: float) -> bool:
        """Decide something with this probability."""
        return self.rng.random() < share

    def take(self, field: str, table: words.Table | None = None) -> str:
        """Return a word for the field's value if it is still to be said, and count it as said."""
        if field not in self.left:
            return ""
        row = (table or words.TABLES[field]).get(getattr(self.portrait, field))
        if not row:
            return ""
        self.left.discard(field)
        self.mentioned.add(field)
        return self.rng.choice(row)

    def pronoun(self, place: int) -> str:
        """Return she, her or her (0, 1, 2); it names the kind."""
        self.left.discard("kind")
        self.mentioned.add("kind")
        return words.PRONOUNS[self.portrait.kind][place]

    def subject(self, *, article: bool = True, adjectives: float = 1.0) -> str:
        """Return who is seen, with some adjectives in front: "a smiling red-haired young woman"."""
        self.left.add("kind")
        kind, age = self.portrait.kind, self.portrait.age
        front = self._adjectives(adjectives)
        behind = ""
        if age == "elderly" and "age" in self.left and self.chance(0.1):
            noun = self.take("kind", words.ELDERS)
            self.left.discard("age")
            self.mentioned.add("age")
        else:
            noun = self.take("kind")
            if self.portrait.hair_style != "bald" and self.chance(0.06):
                # "a redhead woman"
                noun = f"{self.take('hair_colour', words.HAIR_PEOPLE)} {noun}".strip()
            if "age" in self.left and self.chance(0.08):
                behind = f" in {words.PRONOUNS[kind][2]} {self.take('age', words.DECADES)}"
        if age_word := self.take("age"):
            noun = f"{age_word} {noun}"
        phrase = " ".join([*front, noun]) + behind
        return with_article(phrase) if article else phrase

    def _adjectives(self, share: float) -> list[str]:
        rng, front = self.rng, []
        if rng.random() < 0.25 * share and (word := self.take("expression")):
            front.append(word)
        if rng.random() < 0.12 * share and (word := self.take("skin")):
            front.append(word if word == "sun-kissed" else f"{word}-skinned")
        if rng.random() < 0.2 * share:
            front.append(self._hair_adjective())
        elif rng.random() < 0.08 * share and (word := self.take("eyes")):
            front.append(f"{word}-eyed")
        if rng.random() < 0.15 * share and (word := self.take("facial_hair", words.FACIAL_HAIR_ADJECTIVES)):
            front.append(word)
        return [word for word in front if word]

    def _hair_adjective(self) -> str:
        if self.portrait.hair_style == "bald":
            return "bald" if self.take("hair_style") else ""
        if self.chance(0.75) and (word := self.take("hair_colour")):
            return f"{word}-haired"
        if self.portrait.hair_style in {"short", "long", "wavy", "curly"} and self.take("hair_style"):
            return f"{self.portrait.hair_style}-haired"
        return ""

    def hair(self, *, article: bool = True) -> str:
        """Return the hair as a noun phrase: "long black hair", "a black bob", "black hair in a bun"."""
        style, rng = self.portrait.hair_style, self.rng
        if style == "bald":
            if "hair_style" not in self.left:
                return ""
            self.take("hair_style")
            noun = rng.choice(words.BALD_NOUNS)
            return with_article(noun) if article else rng.choice(("bald", noun))
        colour = self.take("hair_colour")
        if "hair_style" not in self.left:
            return self._coloured_hair(colour, "") if colour else ""
        if style not in words.STYLE_ADJECTIVES or (
            style in words.STYLE_NOUNS and self.chance(0.85 if style in words.NOUN_STYLES else 0.15)
        ):
            return self._worn(colour, self.take("hair_style", words.STYLE_NOUNS), article=article)
        return self._coloured_hair(colour, self.take("hair_style", words.STYLE_ADJECTIVES))

    def _coloured_hair(self, colour: str, style: str) -> str:
        roll = self.rng.random()
        if colour and roll < 0.1:
            dyed = "dyed " if self.portrait.hair_colour in words.DYED and self.chance(0.5) else ""
            return f"{style} hair {dyed or 'in '}{colour}".strip()
        noun = "locks" if roll > 0.96 and style in {"long", "wavy", "curly"} else "hair"
        first, second = (colour, style) if roll > 0.8 else (style, colour)
        return " ".join(word for word in (first, second, noun) if word)

    def _worn(self, colour: str, noun: str, *, article: bool) -> str:
        thing = noun if noun[-1] == "s" or not article else with_article(noun)
        roll = self.rng.random()
        if not colour:
            return thing if roll < 0.7 else f"hair in {thing}"
        if roll < 0.45:
            phrase = f"{colour} {noun}"
            return phrase if noun[-1] == "s" or not article else with_article(phrase)
        if roll < 0.9:
            return f"{colour} hair in {noun if noun[-1] == 's' else with_article(noun)}"
        return f"{thing} of {colour} hair"

    def eyes(self) -> str:
        """Return the eyes as a noun phrase: "narrow blue eyes"."""
        shape, colour = self.take("eye_shape"), self.take("eyes")
        if not (shape or colour):
            return ""
        roll = self.rng.random()
        if roll < 0.08 and colour.isalpha():
            return f"{shape} eyes of {colour}".strip()
        first, second = (colour, shape) if roll > 0.85 else (shape, colour)
        return " ".join(word for word in (first, second, "eyes") if word)

    def skin(self) -> str:
        """Return the skin as a noun phrase."""
        word = self.take("skin")
        if not word:
            return ""
        noun = self.rng.choice(("skin", "skin", "skin", "complexion", "skin tone"))
        return f"{word} {noun}" if noun == "skin" else with_article(f"{word} {noun}")

    def _face_part(self, field: str, noun: str, *, article: bool) -> str:
        word = self.take(field)
        if not word:
            return ""
        return with_article(f"{word} {noun}") if article else f"{word} {noun}"

    def shapes(self, *, article: bool = True) -> list[str]:
        """Return the shapes of the face, brows, nose and lips, those that are to be said."""
        brows = self.rng.choice(("brows", "eyebrows")) if "brows" in self.left else ""
        parts = (
            self._face_part("face_shape", "face", article=article),
            self._face_part("brows", brows, article=False),
            self._face_part("nose", "nose", article=article),
            self._face_part("lips", "lips", article=False),
        )
        return [part for part in parts if part]

    def glasses(self, *, article: bool = True) -> str:
        """Return the glasses as a noun phrase."""
        word = self.take("glasses")
        paired = word and article and self.portrait.glasses != "none" and self.chance(0.25)
        return f"a pair of {word}" if paired else word

    def earrings(self) -> str:
        """Return the earrings as a noun phrase."""
        return self.take("earrings")

    def facial_hair(self, *, article: bool = True) -> str:
        """Return the beard as a noun phrase; on a bald head it is what shows the hair's colour."""
        word = self.take("facial_hair")
        kind = self.portrait.facial_hair
        if not word or kind == "none":
            return word
        if "hair_colour" in self.left and (self.portrait.hair_style == "bald" or self.chance(0.1)):
            word = f"{self.take('hair_colour')} {word}"
        return with_article(word) if article and kind != "stubble" else word

    def features(self, *, article: bool = True) -> list[str]:
        """Return all noun phrases of face and hair that are to be said, in a natural order."""
        face, *rest = self.shapes(article=article) or [""]
        parts = [
            face,
            self.skin(),
            self.facial_hair(article=article) if self.portrait.hair_style == "bald" else "",
            self.hair(article=article),
            self.eyes(),
            *rest,
            self.glasses(article=article),
            self.earrings(),
            self.facial_hair(article=article),
        ]
        return [part for part in parts if part]

    def clothes(self, *, article: bool = True) -> str:
        """Return the clothes as a noun phrase: "a red coat", "a coat in red"."""
        colour, garment = self.take("clothes_colour"), self.take("garment")
        if not colour:
            return self.garment_article(garment) if article else garment
        garment = garment or self.rng.choice(words.GARMENT_NOUNS)
        roll = self.rng.random()
        if roll < 0.05 and colour.isalpha():
            phrase = f"{colour}-coloured {garment}"
        elif roll < 0.12:
            phrase = f"{garment} in {colour}"
        elif roll < 0.16 and article:
            phrase = f"{garment} that {'are' if garment.endswith(_PLURALS) else 'is'} {colour}"
        else:
            phrase = f"{colour} {garment}" if not garment.startswith("pair") else f"pair of {colour} overalls"
        return self.garment_article(phrase) if article else phrase

    def garment_article(self, phrase: str) -> str:
        """Put an article before a garment that takes one."""
        uncountable = ("overalls", "dungarees", "clothes", "clothing")
        if not phrase or (phrase[:7] != "pair of" and any(word in phrase for word in uncountable)):
            return phrase
        return with_article(phrase)

    def headwear(self, *, article: bool = True) -> str:
        """Return what is on the head as a noun phrase."""
        word = self.take("headwear")
        return with_article(word) if word and article and self.portrait.headwear != "none" else word

    def mood(self) -> str:
        """Return the expression as an adjective."""
        return self.take("expression")

    def mood_noun(self) -> str:
        """Return the expression as a noun phrase: "a smile"."""
        return self.take("expression", words.EXPRESSION_NOUNS)

    def place(self) -> str:
        """Return where it is, as an adverb: "on the beach", "in front of a blue wall"."""
        name = self.portrait.background
        if "background" not in self.left:
            return ""
        if name not in PLAIN_BACKGROUNDS:
            if self.chance(0.8):
                return self.take("background", words.SCENE_PLACES)
            noun = self.take("background", words.SCENE_NOUNS)
            return self.rng.choice((f"with the {noun} in the background", f"in front of the {noun}"))
        colour = self.take("background")
        backdrop = self.rng.choice(
            (f"{colour} background", f"{colour} background", f"plain {colour} background", f"{colour} wall")
        )
        on = self.rng.choice(("in front of", "against", "on" if backdrop[-1] == "d" else "before"))
        return f"{on} {with_article(backdrop)}"

    def place_noun(self) -> str:
        """Return where it is, as a noun phrase without article: "beach background"."""
        if self.portrait.background in PLAIN_BACKGROUNDS:
            colour = self.take("background")
            return colour and self.rng.choice(
                (
                    f"{colour} background",
                    f"{colour} background",
                    f"plain {colour} background",
                    f"{colour} wall",
                )
            )
        noun = self.take("background", words.SCENE_NOUNS)
        return noun and self.rng.choice((f"{noun} background", noun, f"{noun} in the background"))

    def framing_noun(self) -> str:
        """Return how much is seen, as a noun: "close-up"."""
        return self.take("framing", words.FRAMING_NOUNS)

    def view(self) -> list[str]:
        """Return framing, turn and light as adverbs, those that are to be said."""
        light = self.take("light")
        if light:
            light = self.rng.choice((light, f"in {light}", f"with {light}"))
        return [
            part for part in (self.take("framing", words.FRAMING_PHRASES), self.take("turn"), light) if part
        ]

    def worn(self) -> list[str]:
        """Return clothes and what is on the head, as noun phrases; "no hat" is not among them."""
        headwear = self.headwear() if self.portrait.headwear != "none" else ""
        return [part for part in (self.clothes(), headwear) if part]

    def hatless(self) -> str:
        """Return that nothing is on the head, where that is to be said."""
        if self.portrait.headwear != "none" or not self.take("headwear"):
            return ""
        return self.rng.choice(("without a hat", "with no hat", *words.HATLESS))

    def hair_clause(self, whose: str) -> str:
        """Return a clause about the hair: "her hair is long and black"."""
        style = self.portrait.hair_style
        if style == "bald":
            if not self.take("hair_style"):
                return ""
            return self.rng.choice((f"{whose} head is bald", f"{whose} head is shaved"))
        colour = self.take("hair_colour")
        roll = self.rng.random()
        if "hair_style" not in self.left or (style not in words.STYLE_ADJECTIVES and style == "mohawk"):
            return colour and self._coloured(f"{whose} hair", colour)
        if (style in words.TIED_STYLES and roll < 0.7) or style not in words.STYLE_ADJECTIVES:
            noun = self.take("hair_style", words.STYLE_NOUNS)
            thing = noun if noun[-1] == "s" else with_article(noun)
            hair = f"{colour} hair" if colour else "hair"
            tied = self.rng.choice(("tied in", "worn in", "in")) if style in words.TIED_STYLES else "in"
            return f"{whose} {hair} is {tied} {thing}"
        adjective = self.take("hair_style", words.STYLE_ADJECTIVES)
        if not colour:
            return f"{whose} hair is {adjective}"
        if roll < 0.5:
            return f"{whose} hair is {adjective} and {colour}"
        return self._coloured(f"{whose} {adjective} hair", colour)

    def _coloured(self, thing: str, colour: str) -> str:
        if thing.endswith("hair") and self.portrait.hair_colour in words.DYED and self.chance(0.3):
            return f"{thing} is dyed {colour}"
        if self.chance(0.12) and thing.startswith(("her ", "his ", "their ")):
            return f"{colour} is the colour of {thing}"
        plural = thing.endswith(_PLURALS)
        return f"{thing} {'are' if plural else 'is'} {colour}"

    def eyes_clause(self, whose: str) -> str:
        """Return a clause about the eyes."""
        shape, colour = self.take("eye_shape"), self.take("eyes")
        if not colour:
            return shape and f"{whose} eyes are {shape}"
        if not shape:
            return self._coloured(f"{whose} eyes", colour)
        if self.chance(0.5):
            return f"{whose} eyes are {shape} and {colour}"
        return self._coloured(f"{whose} {shape} eyes", colour)

    def skin_clause(self, whose: str) -> str:
        """Return a clause about the skin."""
        word = self.take("skin")
        return word and f"{whose} {self.rng.choice(('skin', 'skin', 'complexion'))} is {word}"

    def clothes_clause(self, whose: str) -> str:
        """Return a clause about the clothes: "her jacket is black"."""
        if "clothes_colour" not in self.left:
            return ""
        garment = self.take("garment") or self.rng.choice(words.GARMENT_NOUNS)
        garment = garment.removeprefix("pair of ")
        return self._coloured(f"{whose} {garment}", self.take("clothes_colour"))
