"""What the evaluation asks for: held-out portraits, their words, and changes of the same person."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator

from imagegen.engine import prompts
from tools.embedded_model import attributes, dataset
from tools.embedded_model.attributes import EXPRESSIONS, SCENES, Portrait
from tools.embedded_model.captioning import captions, held_out
from tools.embedded_model.captioning.writer import pieces
from tools.embedded_model.evaluation import agreement

SEED = 91_001
# Words and marks of a stored appearance with a wish: a wish has words that the encoder has to spell.
_LONGEST = 54
# Changes of one person on the contact sheet, in its order.
SHEET_CHANGES = ("expression", "clothes", "scene", "close-up", "turn", "everything")


@dataclasses.dataclass(frozen=True)
class TextTrial:
    """A portrait nobody has drawn, in words; `named` are the fields the words name."""

    portrait: Portrait
    text: str
    named: frozenset[str]
    canonical: bool
    seed: int

    @property
    def asked(self) -> dict[str, str]:
        """Return what the words name and the picture can show."""
        return agreement.wanted(self.portrait, self.named)


@dataclasses.dataclass(frozen=True)
class ChangeTrial:
    """A person, and the same person at another moment, in words with and without the person's looks."""

    before: Portrait
    after: Portrait
    first_text: str
    text: str
    named: frozenset[str]
    change_text: str
    seed: int

    @property
    def kept(self) -> dict[str, str]:
        """Return what has to stay."""
        return agreement.kept(self.before, self.after)

    def followed(self, *, change_only: bool = False) -> dict[str, str]:
        """Return what has to be new; `change_only` for the text without the person's looks."""
        named = agreement.canonical_mentions(self.after) if change_only else self.named
        return agreement.followed(self.before, self.after, named)

    def changes(self, field: str) -> bool:
        """Say whether this field is another one in the second picture."""
        return bool(getattr(self.before, field) != getattr(self.after, field))


def text_trials(count: int, seed: int = SEED) -> list[TextTrial]:
    """Choose portraits of held-out combinations: canonical words first, then as many free sentences.

    The sentences have patterns that training never uses. Equal arguments give equal trials.
    """
    rng = random.Random(seed)
    result = []
    for index, portrait in enumerate(dataset.records(count, seed, held_out=True)):
        canonical = index < (count + 1) // 2
        text, named = (
            (captions.full_caption(portrait), agreement.canonical_mentions(portrait))
            if canonical
            else captions.held_out_mentions(portrait, rng)
        )
        result.append(TextTrial(portrait, text, named, canonical, seed + index))
    return result


def change_trials(count: int, seed: int = SEED + 1) -> list[ChangeTrial]:
    """Choose people and changes, both of held-out combinations; every other change is a free wish.

    The wish stands behind the stored appearance, as the product sends it, in a pattern that training never
    uses. Equal arguments give equal trials.
    """
    rng = random.Random(seed)
    result = []
    for index, before in enumerate(dataset.records(count, seed, held_out=True)):
        after = attributes.another_picture(before, rng, held_out=True)
        if index % 2:
            identity = captions.identity_caption(after)
            wish, wished = held_out.held_out_wish(before, after, rng, _LONGEST - pieces(identity))
            # A stored appearance says nothing of what may change, so nothing in it has to make way.
            text = prompts.compose(appearance=identity, wish=wish, vocabulary={})
            named = wished | {*attributes.IDENTITY_FIELDS}
        else:
            text, named = captions.full_caption(after), agreement.canonical_mentions(after)
        result.append(
            ChangeTrial(
                before=before,
                after=after,
                first_text=captions.full_caption(before),
                text=text,
                named=named,
                change_text=captions.change_caption(after),
                seed=seed + index,
            )
        )
    return result


def sheet_people(count: int, seed: int = SEED + 2) -> list[tuple[Portrait, list[Portrait]]]:
    """Choose people and, in the order of SHEET_CHANGES, six changes of each."""
    rng = random.Random(seed)
    result = []
    for portrait in dataset.records(count, seed, held_out=True):
        person = portrait.changed(headwear="none", framing="bust", turn="front", light="soft")
        result.append((person, list(_six_changes(person, rng))))
    return result


def _six_changes(person: Portrait, rng: random.Random) -> Iterator[Portrait]:
    yield person.changed(
        expression=rng.choice([word for word in EXPRESSIONS if word not in {"neutral", person.expression}])
    )
    scene = attributes.random_scene(rng, person.kind)
    yield person.changed(garment=scene["garment"], clothes_colour=scene["clothes_colour"])
    yield person.changed(background=rng.choice([word for word in SCENES if word != person.background]))
    yield person.changed(framing="close-up")
    yield person.changed(turn=rng.choice(("left", "right")))
    yield attributes.another_picture(person, rng, held_out=True).changed(framing="half body")
