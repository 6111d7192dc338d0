"""The requests: half text-to-image, half image-to-image, of different lengths, the same for every case."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from benchmarks.serving.mix import STEPS, STRENGTH
from imagegen.engine.contract import Spec
from imagegen.engine.description import Description

# Share of the steps that "turbo" computes guidance for.
TURBO = 0.6
_PORTRAITS = 16
_PEOPLE = ("young woman", "mature man", "elderly woman", "young man", "elderly person")
_FACES = ("pale skin", "light skin", "tan skin", "brown skin", "dark skin")
_HAIR = ("long red hair", "short black hair", "grey bob", "curly brown hair", "blonde ponytail")
_CLOTHES = ("blue coat", "red sweater", "white shirt", "green hoodie", "black suit")
_PLACES = ("forest", "library", "beach", "city", "cafe", "snow")


@dataclass(frozen=True)
class Traffic:
    """An endless stream of requests to one model; the same seed gives the same stream.

    No request comes twice. Half of the pictures to start from are used once, the others are shared, as people
    ask for several photos of one portrait.
    """

    model: Description
    seed: int
    references: tuple[Image.Image, ...]
    steps: tuple[int, ...] = STEPS
    guided_share: float = 1.0

    def __iter__(self) -> Iterator[Spec]:
        chance = random.Random(self.seed)
        for number in itertools.count():
            is_derived = number % 2 == 1
            own = paper(self.model, 1, seed=number)[0] if number % 4 == 1 else None
            yield Spec(
                prompt=", ".join(
                    chance.choice(words) for words in (_PEOPLE, _FACES, _HAIR, _CLOTHES, _PLACES)
                ),
                seed=chance.randrange(2**32),
                width=self.model.width,
                height=self.model.height,
                steps=chance.choice(self.steps),
                guidance=self.model.guidance,
                reference=(own or chance.choice(self.references)) if is_derived else None,
                strength=STRENGTH if is_derived else 1.0,
                guided_share=self.guided_share,
            )


def paper(model: Description, count: int = _PORTRAITS, *, seed: int = -1) -> tuple[Image.Image, ...]:
    """Return pictures to start from; what they show does not matter to the clock."""
    chance = random.Random(seed)
    size = (model.width, model.height)
    return tuple(
        Image.frombytes("RGB", (8, 8), chance.randbytes(192)).resize(size, Image.Resampling.BICUBIC)
        for _ in range(count)
    )


def link_plain(model: Path, folder: Path) -> Path:
    """Link a model folder without what stands beside its weights.

    Pipelines alone keep no face and compare none, and every case shall do the same work.
    """
    plain = folder / model.name
    plain.mkdir()
    for part in model.iterdir():
        if part.name not in {"ip_adapter", "attribute_classifier"}:
            (plain / part.name).symlink_to(part.resolve())
    return plain
