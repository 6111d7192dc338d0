"""Text for portraits: the canonical appearance string, and the many ways people write the same."""

from __future__ import annotations

import random

from tools.embedded_model import words
from tools.embedded_model.attributes import PLAIN_BACKGROUNDS, Portrait

# Share of the words that get one slip of the finger in free captions.
TYPO_RATE = 0.025


def identity_caption(portrait: Portrait) -> str:
    """Return the canonical appearance: what stays the same from picture to picture, in a fixed order.

    The product stores this string and sends it again with every change asked for.
    """
    parts = [f"{_canonical_age(portrait)} {portrait.kind}", f"{portrait.skin} skin"]
    if portrait.hair_style == "bald":
        parts.append("bald")
    elif portrait.hair_style in words.STYLES_BEHIND_NOUN:
        parts.append(f"{portrait.hair_colour} hair in {_a(portrait.hair_style)}")
    else:
        parts.append(f"{portrait.hair_style} {portrait.hair_colour} hair")
    parts.append(f"{portrait.eyes} eyes")
    if portrait.glasses != "none":
        parts.append(f"{portrait.glasses} glasses")
    if portrait.facial_hair != "none":
        # A bald head leaves the beard as the only place where the hair colour is seen.
        colour = f"{portrait.hair_colour} " if portrait.hair_style == "bald" else ""
        parts.append(f"{colour}{portrait.facial_hair}")
    return ", ".join(parts)


def change_caption(portrait: Portrait) -> str:
    """Return what may differ from picture to picture: expression, clothes, background."""
    expression = "neutral expression" if portrait.expression == "neutral" else portrait.expression
    place = f"{portrait.background} background"
    return f"{expression}, {portrait.clothes_colour} {portrait.garment}, {place}"


def full_caption(portrait: Portrait) -> str:
    """Return the whole canonical description of a picture."""
    return f"{identity_caption(portrait)}, {change_caption(portrait)}"


def free_caption(portrait: Portrait, rng: random.Random) -> tuple[str, frozenset[str]]:
    """Write the picture's description as somebody might; returns it with the attributes it mentions."""
    form = rng.random()
    if form < 0.2:
        mentioned = set(_ALWAYS) | _visible(portrait)
        return full_caption(portrait), frozenset(mentioned - _unsaid(portrait, canonical=True))
    if form < 0.3:
        # A change that is asked for after the stored appearance, in free words.
        writer = _Writer(portrait, rng, keep=0.85)
        parts = [writer.expression(), writer.clothes(), writer.place()]
        rng.shuffle(parts)
        text = ", ".join([identity_caption(portrait), *filter(None, parts)])
        canonical = {"kind", "age", "skin", "eyes"} | _visible(portrait)
        mentioned = (canonical - _unsaid(portrait, canonical=True)) | writer.mentioned
        return text, frozenset(mentioned)
    writer = _Writer(portrait, rng, keep=rng.choice((1.0, 1.0, 0.9, 0.75, 0.5)))
    if form < 0.45:
        text = writer.tags()
    elif form < 0.6:
        text = writer.sentence()
    elif form < 0.7:
        text = writer.pronouns()
    else:
        text = writer.assembled()
    return _typos(writer.sprinkled(text), rng), frozenset(writer.mentioned)


def idle_caption(rng: random.Random) -> str:
    """Write text that names no attribute, sometimes none at all."""
    return ", ".join(rng.choice(words.IDLE_WORDS) for _ in range(rng.choice((0, 0, 1, 2, 3))))


def held_out_caption(portrait: Portrait, rng: random.Random) -> str:
    """Write a description in sentence patterns that `free_caption` never uses, all attributes mentioned."""
    say = _Writer(portrait, rng, keep=1.0)
    subject, hair, eyes, skin = say.subject(), say.hair(), say.eyes(), say.skin()
    face = [part for part in (say.glasses(), say.facial_hair()) if part]
    extra = f" plus {' plus '.join(face)}" if face else ""
    mood, clothes, place = say.expression(), say.clothes(), say.place()
    pattern = rng.randrange(4)
    if pattern == 0:
        return (
            f"Draw me somebody: {subject}, {mood}. Clothing: {clothes}. Setting: {place}. "
            f"Features: {skin}; {hair}; {eyes}{extra}."
        )
    if pattern == 1:
        return (
            f"{place}, there we meet {subject} dressed in {clothes}; "
            f"notice the {hair}, the {eyes}, the {skin}{extra} - {mood}!"
        )
    if pattern == 2:
        return (
            f"I would like {subject} having {skin} / {hair} / {eyes}{extra} / "
            f"outfit {clothes} / mood {mood} / {place}"
        )
    return f"{clothes} on {subject}... {mood}... {eyes}... {hair}... {skin}{extra}... {place}"


_ALWAYS = ("kind", "age", "skin", "eyes", "expression", "garment", "clothes_colour", "background")


def _canonical_age(portrait: Portrait) -> str:
    return "middle-aged" if portrait.age == "mature" else portrait.age


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _visible(portrait: Portrait) -> set[str]:
    """Return the hair and face attributes a canonical caption of this portrait speaks of."""
    said = {"hair_style", "glasses", "facial_hair"}
    if portrait.hair_style != "bald" or portrait.facial_hair != "none":
        said.add("hair_colour")
    return said


def _unsaid(portrait: Portrait, *, canonical: bool) -> set[str]:
    return {field for field in ("glasses", "facial_hair") if canonical and getattr(portrait, field) == "none"}


class _Writer:
    """Words one portrait; each method leaves its attribute out with probability 1 - keep."""

    def __init__(self, portrait: Portrait, rng: random.Random, keep: float) -> None:
        self.portrait, self.rng, self.keep = portrait, rng, keep
        self.mentioned: set[str] = set()

    def _kept(self, *fields: str, share: float | None = None) -> bool:
        if self.rng.random() >= (self.keep if share is None else share):
            return False
        self.mentioned.update(fields)
        return True

    def subject(self) -> str:
        self.mentioned.add("kind")
        noun = self.rng.choice(words.KIND_WORDS[self.portrait.kind])
        if self._kept("age"):
            noun = f"{self.rng.choice(words.AGE_WORDS[self.portrait.age])} {noun}"
        return self.rng.choice((_a(noun), _a(noun), noun))

    def hair(self) -> str:
        phrase = self._plain_hair()
        if phrase.endswith(" hair") and self.rng.random() < 0.15:
            described = phrase.removesuffix(" hair")
            forms = (
                f"{described}-haired",
                f"hair that is {described}",
                f"{described} locks",
                f"hair {described}",
                f"hair in {described}",
            )
            return self.rng.choice(forms)
        return phrase

    def _plain_hair(self) -> str:
        style = self.portrait.hair_style
        if style == "bald":
            return self.rng.choice(words.STYLE_WORDS["bald"]) if self._kept("hair_style", share=0.97) else ""
        colour = (
            self.rng.choice(words.HAIR_WORDS[self.portrait.hair_colour]) if self._kept("hair_colour") else ""
        )
        if self._kept("hair_style"):
            word = self.rng.choice(words.STYLE_WORDS[style])
            if style not in words.STYLES_BEHIND_NOUN or "length" in word:
                return (
                    " ".join(filter(None, self.rng.choice(((word, colour), (word, colour), (colour, word)))))
                    + " hair"
                )
            forms = (f"{colour} hair in {_a(word)}", f"{colour} {word}", f"{_a(word)}, {colour} hair")
            return self.rng.choice(forms if colour else (_a(word), f"hair in {_a(word)}")).strip()
        return f"{colour} hair" if colour else ""

    def eyes(self) -> str:
        if not self._kept("eyes"):
            return ""
        word = self.rng.choice(words.EYE_WORDS[self.portrait.eyes])
        return self.rng.choice(
            (f"{word} eyes",) * 6 + (f"{word}-eyed", f"eyes that are {word}", f"eyes {word}")
        )

    def skin(self) -> str:
        if not self._kept("skin"):
            return ""
        word = self.rng.choice(words.SKIN_WORDS[self.portrait.skin])
        noun = self.rng.choice(("skin", "skin", "complexion", "skin tone"))
        return self.rng.choice(
            (f"{word} {noun}",) * 6 + (f"{word}-skinned", f"{noun} that is {word}", f"{noun} {word}")
        )

    def glasses(self) -> str:
        # Silence means none: that is how people write.
        share = 0.1 if self.portrait.glasses == "none" else max(0.85, self.keep)
        return (
            self.rng.choice(words.GLASSES_WORDS[self.portrait.glasses])
            if self._kept("glasses", share=share)
            else ""
        )

    def facial_hair(self) -> str:
        kind = self.portrait.facial_hair
        share = 0.08 if kind == "none" else max(0.85, self.keep)
        if not self._kept("facial_hair", share=share):
            return ""
        word = self.rng.choice(words.FACIAL_HAIR_WORDS[kind])
        if kind != "none" and self.portrait.hair_style == "bald":
            self.mentioned.add("hair_colour")
            word = f"{self.rng.choice(words.HAIR_WORDS[self.portrait.hair_colour])} {word}"
        return word if kind == "none" else self.rng.choice((word, _a(word)))

    def expression(self) -> str:
        return (
            self.rng.choice(words.EXPRESSION_WORDS[self.portrait.expression])
            if self._kept("expression")
            else ""
        )

    def clothes(self) -> str:
        colour = ""
        if self._kept("clothes_colour"):
            colour = self.rng.choice(words.CLOTHES_COLOUR_WORDS[self.portrait.clothes_colour])
        garment = self.rng.choice(("outfit", "clothes", "top")) if colour else ""
        if self._kept("garment"):
            garment = self.rng.choice(words.GARMENT_WORDS[self.portrait.garment])
        phrase = f"{colour} {garment}".strip()
        if colour and self.rng.random() < 0.2:
            return self.rng.choice(
                (f"{garment} in {colour}", f"{garment} that is {colour}", f"{colour}-coloured {garment}")
            )
        return self.rng.choice((phrase, _a(phrase))) if phrase else ""

    def place(self) -> str:
        if not self._kept("background"):
            return ""
        name = self.portrait.background
        if name in PLAIN_BACKGROUNDS:
            colour = self.rng.choice(words.PLAIN_BACKGROUND_WORDS[name])
            return self.rng.choice(
                (
                    f"{colour} background",
                    f"{colour} background",
                    f"plain {colour} background",
                    f"{colour} wall",
                    f"in front of a {colour} wall",
                    f"against a {colour} background",
                    f"background {colour}",
                )
            )
        scene = self.rng.choice(words.SCENE_WORDS[name])
        return self.rng.choice(
            (
                f"{scene} background",
                f"{scene} in the background",
                f"in front of {_a(scene)}",
                f"in the {scene}",
                f"at the {scene}",
                f"{scene}",
                f"with {scene} behind",
                f"near the {scene}",
            )
        )

    def tags(self) -> str:
        """Return a list without grammar, in any order."""
        parts = [
            self.subject(),
            self.hair(),
            self.eyes(),
            self.skin(),
            self.glasses(),
            self.facial_hair(),
            self.expression(),
            self.clothes(),
            self.place(),
        ]
        if self.rng.random() < 0.6:
            self.rng.shuffle(parts)
        separator = self.rng.choice((", ", ", ", ", ", " ", " | "))
        return separator.join(filter(None, parts))

    def sentence(self) -> str:
        """Return one sentence: a subject and its clauses in any order."""
        features = [self.hair(), self.eyes(), self.skin(), self.glasses(), self.facial_hair()]
        self.rng.shuffle(features)
        features = [part for part in features if part]
        listed = (
            ", ".join(features[:-1]) + (" and " if len(features) > 1 else "") + features[-1]
            if features
            else ""
        )
        clothes, mood, place = self.clothes(), self.expression(), self.place()
        if clothes:
            clothes = f"{self.rng.choice(('wearing', 'in', 'wears', 'with', ''))} {clothes}".strip()
        if mood:
            mood = f"{self.rng.choice(('', '', 'looking', 'feeling', 'who is'))} {mood}".strip()
        clauses = [f"with {listed}" if listed else "", clothes, mood, place]
        if self.rng.random() < 0.5:
            self.rng.shuffle(clauses)
        joint = self.rng.choice((", ", ", ", " ", " and "))
        return self.subject() + " " + joint.join(filter(None, clauses))

    def pronouns(self) -> str:
        """Return several short sentences."""
        he = {"woman": "She", "man": "He", "person": "They"}[self.portrait.kind]
        his = {"woman": "Her", "man": "His", "person": "Their"}[self.portrait.kind]
        lines = [f"{he} has {part}." for part in (self.skin(), self.glasses(), self.facial_hair()) if part]
        lines += [f"{he} has {part}." for part in (self.hair(),) if part]
        if self._kept("eyes"):
            lines.append(f"{his} eyes are {self.rng.choice(words.EYE_WORDS[self.portrait.eyes])}.")
        if clothes := self.clothes():
            lines.append(f"{he} wears {clothes}.")
        if mood := self.expression():
            lines.append(f"{he} is {mood}.")
        if place := self.place():
            lines.append(self.rng.choice((f"{he} is {place}.", f"The background is {place}.", f"{place}.")))
        self.rng.shuffle(lines)
        return " ".join([f"{self.subject()}.", *lines])

    def assembled(self) -> str:
        """Return the parts in any order, with or without labels, joined in ways nobody could list.

        Connecting words are many and change nothing, so that the encoder learns to look for the parts and not
        for the pattern of a sentence.
        """
        parts = [
            (self.subject(), ("who:", "someone:", "character:", "it is", "there is", "make", "meet")),
            (self.hair(), ("hair:", "hairstyle:", "with", "has", "who has", "look at", "hair is")),
            (self.eyes(), ("eyes:", "with", "has", "gaze:", "we see", "those")),
            (self.skin(), ("skin:", "skin tone:", "with", "has", "complexion:", "the")),
            (self.glasses(), ("accessory:", "with", "wears", "has", "wearing", "face:")),
            (self.facial_hair(), ("face:", "with", "has", "grew", "sports")),
            (self.expression(), ("expression:", "emotion:", "looks", "seems", "feeling", "appears", "is")),
            (self.clothes(), ("clothes:", "attire:", "wear:", "wearing", "wears", "in", "has on", "clad in")),
            (self.place(), ("background:", "backdrop:", "scene:", "place:", "location:", "behind:", "all")),
        ]
        head, *rest = [part for part in parts if part[0]]
        self.rng.shuffle(rest)
        rest.insert(0 if self.rng.random() < 0.5 else self.rng.randint(0, len(rest)), head)
        labels = self.rng.choice((0.0, 0.3, 0.6, 0.95))
        fillers = self.rng.choice((0.0, 0.0, 0.15, 0.4))
        joints = self.rng.sample(words.JOINTS, self.rng.choice((1, 1, 2, 3)))
        text = ""
        for said, label in rest:
            phrase = f"{self.rng.choice(label)} {said}" if self.rng.random() < labels else said
            if self.rng.random() < fillers:
                phrase = f"{self._filler()} {phrase}"
            text += (self.rng.choice(joints) if text else "") + phrase
        return text + self.rng.choice(("", "", ".", "!", f", {self._filler()}"))

    def _filler(self) -> str:
        if self.rng.random() < 0.25:
            return _nonsense(self.rng)
        return " ".join(self.rng.choice(words.FILLERS) for _ in range(self.rng.choice((1, 1, 2))))

    def sprinkled(self, text: str) -> str:
        """Add words that change nothing, or none."""
        count = self.rng.choice((0, 0, 0, 1, 1, 2))
        for _ in range(count):
            word = self.rng.choice(words.IDLE_WORDS) if self.rng.random() < 0.75 else _nonsense(self.rng)
            parts = text.split(", ")
            parts.insert(self.rng.randrange(len(parts) + 1), word)
            text = ", ".join(parts)
        if self.rng.random() < 0.15:
            text = self.rng.choice(("portrait of ", "a picture of ", "photo of ", "show me ", "draw ")) + text
        return text


def _nonsense(rng: random.Random) -> str:
    syllables = [
        rng.choice("bcdfghjklmnprstvwz") + rng.choice("aeiouy") + rng.choice(("", "", "n", "r", "s", "ll"))
        for _ in range(rng.randint(1, 4))
    ]
    return "".join(syllables)


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
