"""Texts about one portrait in many shapes: tags, sentences, labels, instructions."""

from __future__ import annotations

import random
import re

from tools.embedded_model.attributes import Portrait
from tools.embedded_model.captioning import words
from tools.embedded_model.captioning.phrases import Phrases, listed, with_article

# Values that silence means: nobody writes them down for no reason.
SILENT = {"facial_hair": "none", "glasses": "none", "earrings": "none", "headwear": "none"}
_COMMON = (
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
_FEW = (*_COMMON, "background", "hair_colour", "clothes_colour", "expression", "background")
_WORN = tuple(SILENT)
_RARE = ("face_shape", "eye_shape", "brows", "nose", "lips", "framing", "turn", "light")
_DEFAULTS = {"turn": "front", "light": "soft"}
_COLOURED_PAIRS = (("hair_colour", "eyes"), ("hair_colour", "clothes_colour"), ("eyes", "clothes_colour"))
WISHES = ("expression", "garment", "clothes_colour", "headwear", "background", "framing", "turn", "light")
_PIECES = re.compile(r"[^\W\d_]+|\d|[^\s\w]+")


def pieces(text: str) -> int:
    """Count the words, digits and marks of a text: its tokens, if all its words are known."""
    return len(_PIECES.findall(text))


def sayable(portrait: Portrait, field: str) -> bool:
    """Say whether anybody would speak of this field: not of the hair colour of a head without hair."""
    if field == "hair_colour":
        return portrait.hair_style != "bald" or portrait.facial_hair != "none"
    return field != "facial_hair" or portrait.facial_hair != "none" or portrait.kind != "woman"


def few_fields(portrait: Portrait, rng: random.Random) -> set[str]:
    """Choose the two to six attributes a short text names."""
    said = {field for field in _WORN if getattr(portrait, field) != SILENT[field] and rng.random() < 0.3}
    count = rng.randint(2, 6)
    while len(said) < count:
        field = rng.choice(_RARE if rng.random() < 0.2 else _FEW)
        if getattr(portrait, field) == _DEFAULTS.get(field) and rng.random() < 0.6:
            continue
        if sayable(portrait, field):
            said.add(field)
        else:
            count -= 1
    return said


def most_fields(portrait: Portrait, rng: random.Random, *, keep: float, rare: float = 0.42) -> set[str]:
    """Choose the attributes a long text names: each common one with probability `keep`."""
    said = {field for field in (*_COMMON, "background") if rng.random() < keep}
    for field in _WORN:
        share = 0.1 if getattr(portrait, field) == SILENT[field] else max(0.8, keep)
        if rng.random() < share:
            said.add(field)
    for field in _RARE:
        share = rare * (0.6 if getattr(portrait, field) == _DEFAULTS.get(field) else 1.0)
        if rng.random() < share:
            said.add(field)
    return {field for field in said if sayable(portrait, field)}


class Writer(Phrases):
    """Writes whole texts; each method says what is still to be said, as far as its shape has room."""

    def framed(self) -> str:
        """Return the subject with its article, sometimes as "a close-up of a young woman"."""
        if self.chance(0.4) and (noun := self.framing_noun()):
            noun = noun if self.chance(0.5) else with_article(noun)
            return f"{noun} of {self.subject()}"
        return self.subject()

    def tags(self) -> str:
        """Return a list without grammar, in any order."""
        rng = self.rng
        parts = [self.subject(article=False, adjectives=0.5)] if self.chance(0.92) else []
        parts += self.features(article=False)
        mood = self.mood_noun() if self.chance(0.2) else self.mood()
        place = self.place_noun() if self.chance(0.6) else self.place()
        parts += [mood, self.clothes(article=False), self.headwear(article=False), place, *self.view()]
        parts = [part for part in parts if part] or [self.subject(article=False)]
        if self.chance(0.55):
            rng.shuffle(parts)
        return rng.choice((", ", ", ", ", ", ", ", " ", " | ", "; ")).join(parts)

    def sentence(self) -> str:
        """Return one sentence: a subject and its clauses in a natural order."""
        rng = self.rng
        subject = self.framed()
        mood = self.mood_noun() if self.chance(0.3) else ""
        features = self.features()
        if self.chance(0.5):
            rng.shuffle(features)
        if mood:
            features.append(mood)
        hatless = self.hatless()
        worn = self.worn()
        clauses = [f"with {listed(features)}" if features else ""]
        clauses.append(f"{rng.choice(('wearing', 'wearing', 'in'))} {listed(worn)}" if worn else "")
        mood = self.mood()
        if mood and not mood.endswith("ing") and self.chance(0.5):
            mood = f"looking {mood}"
        clauses += [hatless, mood, self.place(), *self.view()]
        clauses = [clause for clause in clauses if clause]
        if self.chance(0.35):
            rng.shuffle(clauses)
        if not clauses:
            return subject
        joint = " " if len(clauses) <= 3 and self.chance(0.6) else ", "
        return subject + (joint if joint == " " or self.chance(0.4) else " ") + joint.join(clauses)

    def standing(self) -> str:
        """Return a sentence with a verb: "a young man with red hair is sitting in a cafe"."""
        rng = self.rng
        features = self.features()
        subject = self.subject()
        place, worn, view = self.place(), self.worn(), self.view()
        be = "is"
        who = f"{subject} with {listed(features)}" if features else subject
        mood = self.mood()
        rest = [f"{be} {rng.choice(('standing', 'sitting', 'posing'))} {place}".strip() if place else ""]
        if mood and not rest[0]:
            rest = [f"{be} {mood}"]
        elif mood:
            rest.append(mood)
        if worn:
            rest.append(f"wearing {listed(worn)}" if rest[0] else f"wears {listed(worn)}")
        text = ", ".join(part for part in [*rest, self.hatless(), *view] if part)
        if not text:
            return who
        return f"{who} {text}" if rest[0] else f"{who}, {text}"

    def pronouns(self) -> str:
        """Return several short sentences."""
        rng = self.rng
        be, have, wear = self.verbs
        subject = self.subject(adjectives=0.5)
        they, _, their = (self.pronoun(place) for place in range(3))
        lines = []
        clauses = [self.hair_clause(their), self.eyes_clause(their), self.skin_clause(their)]
        if self.chance(0.35):
            clauses.append(self.clothes_clause(their))
        lines += [clause for clause in clauses if clause]
        lines += [f"{they} {have} {listed(part)}" for part in self._grouped(self.features())]
        if worn := self.worn():
            lines.append(f"{they} {rng.choice((wear, wear, f'{be} wearing'))} {listed(worn)}")
        if hatless := self.hatless():
            lines.append(f"{they} {be} {hatless}")
        if mood := self.mood():
            looks = "look" if be == "are" else "looks"
            lines.append(f"{they} {looks if mood[-3:] != 'ing' and self.chance(0.3) else be} {mood}")
        if place := self.place():
            lines.append(
                f"{they} {have} {place[5:]}" if place.startswith("with ") else f"{they} {be} {place}"
            )
        rng.shuffle(lines)
        lines.insert(0, subject)
        view = ", ".join(self.view())
        if view:
            lines.append(view)
        return " ".join(f"{line[0].upper()}{line[1:]}." for line in lines)

    def _grouped(self, parts: list[str]) -> list[list[str]]:
        size = self.rng.randint(1, 3)
        return [parts[start : start + size] for start in range(0, len(parts), size)]

    def coloured(self) -> str:
        """Return a text of many colours: whose is what, in changing order and grammar."""
        rng = self.rng
        subject = self.subject()
        relative = self.chance(0.4)
        whose = "whose" if relative else self.pronoun(2)
        parts = [] if relative else [self._shared_colour(whose)]
        for clause, phrase, label in rng.sample(
            (
                (self.hair_clause, self.hair, "with"),
                (self.eyes_clause, self.eyes, "with"),
                (self.skin_clause, self.skin, "with"),
                (self.clothes_clause, self.clothes, "in"),
            ),
            4,
        ):
            parts.append(clause(whose) if self.chance(0.5) else self._labelled(phrase(), label))
        if facial_hair := self.facial_hair():
            parts.insert(rng.randint(0, len(parts)), f"with {facial_hair}")
        parts = [part for part in parts if part]
        if self.chance(0.7):
            parts.append(self.place())
        rest = [part for part in (*self.shapes(), self.glasses(), self.earrings()) if part]
        parts.append(f"with {listed(rest)}" if rest else "")
        parts += [self.mood(), f"wearing {listed(worn)}" if (worn := self.worn()) else "", *self.view()]
        parts = [part for part in parts if part]
        if not parts:
            return subject
        joint = " and " if len(parts) <= 3 and self.chance(0.4) else ", "
        if not relative and self.chance(0.3):
            # The subject comes last: "her eyes are blue, in a red coat: a young woman".
            return joint.join(parts) + rng.choice((" - ", ", ", ": ")) + subject
        line = joint.join(parts)
        return f"{subject} {line}" if line.startswith("whose") else f"{subject}, {line}"

    def _shared_colour(self, whose: str) -> str:
        """Return what has one colour: "both her hair and her coat are red"."""
        first, second = self.rng.choice(_COLOURED_PAIRS)
        colour = getattr(self.portrait, first)
        bald = first == "hair_colour" and self.portrait.hair_style == "bald"
        if bald or colour != getattr(self.portrait, second) or not {first, second} <= self.left:
            return ""
        self.left -= {first, second}
        self.mentioned |= {first, second}
        other = "eyes"
        if second == "clothes_colour":
            other = self.take("garment").removeprefix("pair of ") or "clothes"
        return f"both {whose} {'hair' if first == 'hair_colour' else 'eyes'} and {whose} {other} are {colour}"

    def _labelled(self, phrase: str, label: str) -> str:
        return f"{label} {phrase}" if phrase else ""

    def bare_colours(self) -> str:
        """Return noun and colour in the order of a form: "eyes blue, hair pink, coat green"."""
        rng = self.rng
        subject = self.subject(article=False, adjectives=0.3)
        hair, eyes, skin = self.take("hair_colour"), self.take("eyes"), self.take("skin")
        colour, garment = self.take("clothes_colour"), self.take("garment")
        if not colour and garment:
            colour, garment = garment, "wears"
        garment = (garment or rng.choice(words.GARMENT_NOUNS)).removeprefix("pair of ")
        noun = "beard" if self.portrait.hair_style == "bald" and hair else "hair"
        if noun == "beard":
            noun = self.take("facial_hair") or words.FACIAL_HAIR_WORDS[self.portrait.facial_hair][0]
            self.mentioned.add("facial_hair")
        style = self.hair(article=False)
        pairs = [(noun, hair), ("eyes", eyes), ("skin", skin), (garment, colour)]
        pairs = [pair for pair in pairs if pair[1]]
        rng.shuffle(pairs)
        sign = rng.choice((" ", " ", ": ", " in ", " = "))
        parts = [f"{name}{sign}{value}" for name, value in pairs] + [style, self.mood(), self.place_noun()]
        parts += [*self.features(article=False), self.headwear(article=False), *self.view()]
        parts = [part for part in parts if part]
        parts.insert(0 if self.chance(0.7) else rng.randint(0, len(parts)), subject)
        return rng.choice((", ", ", ", "; ", " and ", " | ")).join(parts)

    def form(self) -> str:
        """Return labels with values: "hair: long black; eyes: blue; place: beach"."""
        rng = self.rng
        view = self.view()
        hair = self.hair(article=False)
        if self.chance(0.6):
            hair = hair.removesuffix(" hair")
        eyes = self.eyes()
        skin = self.take("skin")
        rows: list[tuple[tuple[str, ...], str]] = [
            (("who", "character", "subject"), self.subject(article=False, adjectives=0.2)),
            (("hair", "hair", "hairstyle"), hair),
            (("eyes", "eyes", "eye colour"), eyes.removesuffix(" eyes") if self.chance(0.7) else eyes),
            (("skin", "skin", "skin tone", "complexion"), skin),
            (("face", "details"), ", ".join(self.features(article=False))),
            (("clothes", "wears", "outfit", "attire"), ", ".join(self.worn())),
            (("expression", "emotion", "looks"), self.mood()),
            (("background", "place", "location", "scene"), self.place_noun()),
            (("camera", "view", "shot"), ", ".join(view)),
        ]
        lines = [(rng.choice(names), value) for names, value in rows if value]
        if self.chance(0.5):
            rng.shuffle(lines)
        sign = rng.choice((": ", ": ", " = ", " - "))
        return rng.choice((", ", "; ", "\n", ". ", " | ")).join(
            f"{name}{sign}{value}" for name, value in lines
        )

    def assembled(self) -> str:
        """Return the parts in any order, with or without labels, joined in ways nobody could list.

        Connecting words are many and change nothing, so that the encoder learns to look for the parts and not
        for the pattern of a sentence.
        """
        rng = self.rng
        head = (
            self.subject(article=self.chance(0.7)),
            ("who:", "someone:", "it is", "there is", "make", "meet"),
        )
        rest: list[tuple[str, tuple[str, ...]]] = [
            (part, ("with", "with", "has", "who has", "look at", "we see", "those", "details:", "shows", ""))
            for part in self.features()
        ]
        rest += [
            (self.mood(), ("expression:", "emotion:", "looks", "seems", "feeling", "appears", "is")),
            (self.clothes(), ("clothes:", "attire:", "wearing", "wears", "in", "has on", "clad in")),
            (self.headwear(), ("on the head:", "wearing", "with", "has", "wears")),
            (self.place_noun(), ("background:", "backdrop:", "scene:", "place:", "location:", "behind:")),
        ]
        rest += [(part, ("view:", "camera:", "shown", "seen", "")) for part in self.view()]
        rest = [part for part in rest if part[0]]
        rng.shuffle(rest)
        rest.insert(0 if self.chance(0.5) else rng.randint(0, len(rest)), head)
        labels = rng.choice((0.0, 0.3, 0.6, 0.95))
        fillers = rng.choice((0.0, 0.0, 0.1, 0.3))
        joints = rng.sample(words.JOINTS, rng.choice((1, 1, 2, 3)))
        text = ""
        for said, label in rest:
            phrase = f"{rng.choice(label)} {said}".strip() if rng.random() < labels else said
            if rng.random() < fillers:
                phrase = f"{filler(rng)} {phrase}"
            text += (rng.choice(joints) if text else "") + phrase
        return text + rng.choice(("", "", ".", "!", f", {filler(rng)}"))

    def wish(self, *, pronouns: bool = True) -> str:
        """Return what is asked for now, of the fields that change from picture to picture, in free words."""
        rng = self.rng
        makers = [self._wish_mood, self._wish_clothes, self._wish_head, self._wish_place, self._wish_view]
        rng.shuffle(makers)
        orders = pronouns and self.chance(0.35)
        bits = [bit for maker in makers if (bit := maker(orders=orders))]
        if not bits:
            return ""
        text = (" and " if len(bits) == 2 and self.chance(0.5) else ", ").join(bits)
        if orders:
            return text
        return rng.choice(("", "", "", "now ", "this time ", "please ", "but ")) + text

    def instruction(self) -> str:
        """Return an order without a description: "show her from the side at night in the city, laughing"."""
        rng = self.rng
        verb = rng.choice(("show", "draw", "I want to see", "put", "can you show", "imagine", "paint"))
        who = self.pronoun(1) if self.chance(0.7) else f"the {self.subject(article=False, adjectives=0.5)}"
        bits = [bit for bit in (self.place(), self.mood(), *self.view()) if bit]
        rng.shuffle(bits)
        if worn := self.worn():
            bits.insert(rng.randint(0, len(bits)), f"{rng.choice(('wearing', 'in'))} {listed(worn)}")
        if features := self.features():
            bits.append(f"with {listed(features)}")
        bits += [part for part in (self.hatless(),) if part]
        if not bits:
            return f"{verb} {who}"
        if verb == "put":
            verb = "show"
        return f"{verb} {who} {(' ' if len(bits) < 3 and self.chance(0.5) else ', ').join(bits)}"

    def _wish_mood(self, *, orders: bool) -> str:
        if orders and self.portrait.expression != "neutral" and self.chance(0.3):
            mood = self.mood()
            return mood and (f"make {self.pronoun(1)} look {mood}" if not mood.endswith("ing") else mood)
        if self.chance(0.3) and (noun := self.mood_noun()):
            return f"with {noun}"
        return self.mood()

    def _wish_clothes(self, *, orders: bool) -> str:
        clothes = self.clothes()
        if not clothes:
            return ""
        if orders:
            start = self.rng.choice(("give {} ", "put {} in ", "let {} wear "))
            return start.format(self.pronoun(1)) + clothes
        return self.rng.choice(("wearing ", "wearing ", "in ", "in ", "now in ", "")) + clothes

    def _wish_head(self, *, orders: bool) -> str:
        headwear = self.headwear()
        if not headwear:
            return ""
        if self.portrait.headwear == "none":
            return self.rng.choice(
                ("take off the hat", "remove the hat") if orders else ("no hat", "without a hat")
            )
        if orders:
            start = self.rng.choice(("add", "put on", "give {}"))
            return f"{start.format(self.pronoun(1)) if '{' in start else start} {headwear}"
        return self.rng.choice(("wearing ", "wearing ", "with ")) + headwear

    def _wish_place(self, *, orders: bool) -> str:
        if orders and self.chance(0.5):
            noun = self.take("background", words.BACKGROUND_NOUNS)
            if not noun:
                return ""
            plain = self.portrait.background in words.PLAIN_BACKGROUND_WORDS
            target = f"plain {noun}" if plain else f"the {noun}"
            return f"change the background to {target}"
        return self.place()

    def _wish_view(self, *, orders: bool) -> str:
        framing = self.framing_noun() if orders and self.chance(0.5) else ""
        first = [f"make it {with_article(framing)}"] if framing else []
        return ", ".join([*first, *self.view()])


def filler(rng: random.Random) -> str:
    """Return words that say nothing about the picture."""
    if rng.random() < 0.25:
        return nonsense(rng)
    return " ".join(rng.choice(words.FILLERS) for _ in range(rng.choice((1, 1, 2))))


def nonsense(rng: random.Random) -> str:
    """Return a word that does not exist."""
    syllables = [
        rng.choice("bcdfghjklmnprstvwz") + rng.choice("aeiouy") + rng.choice(("", "", "n", "r", "s", "ll"))
        for _ in range(rng.randint(1, 3))
    ]
    return "".join(syllables)
