"""The same people in the words of an older model folder, so that it is asked only for what it can read.

Older versions read fewer tokens and know fewer words: with this version's texts they would lose the end of
most of them.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.embedded_model.attributes import VOCABULARY, Portrait
from tools.embedded_model.captioning.phrases import with_article
from tools.embedded_model.evaluation.trials import ChangeTrial, TextTrial

Vocabulary = Mapping[str, Sequence[str]]
_FORM_NAMES = {"hair": "hair_colour", "clothes": "clothes_colour"}
_NOUN_STYLES = ("bob", "ponytail", "bun", "afro")


def known_words(folder: Path) -> dict[str, list[str]]:
    """Return the vocabulary of a folder of any version, by this version's field names."""
    vocabulary = json.loads((folder / "storychat.json").read_text())["vocabulary"]
    return {_FORM_NAMES.get(field, field): words for field, words in vocabulary.items()}


def knows_all(words: Vocabulary) -> bool:
    """Say whether a vocabulary has every word of this version: such a folder is asked as this one is."""
    return all({*values} <= {*words.get(field, ())} for field, values in VOCABULARY.items())


def former_caption(portrait: Portrait, words: Vocabulary) -> str:
    """Return the canonical description of versions 1 and 2, of what is in their vocabulary.

    A value they have no word for is left out, like the fields that they do not know.
    """
    said = {field: getattr(portrait, field) for field in words if getattr(portrait, field) in {*words[field]}}
    age = "middle-aged" if portrait.age == "mature" else portrait.age
    parts = [f"{age} {portrait.kind}" if "age" in said else portrait.kind]
    parts += [f"{said['skin']} skin"] if "skin" in said else []
    parts += [_hair(said.get("hair_style", ""), said.get("hair_colour", ""))]
    parts += [f"{said['eyes']} eyes"] if "eyes" in said else []
    if said.get("glasses", "none") != "none":
        parts.append(f"{said['glasses']} glasses")
    if (beard := said.get("facial_hair", "none")) != "none":
        # The beard is the only place where a bald head shows the hair colour.
        coloured = portrait.hair_style == "bald" and "hair_colour" in said
        parts.append(f"{said['hair_colour']} {beard}" if coloured else beard)
    if mood := said.get("expression"):
        parts.append("neutral expression" if mood == "neutral" else mood)
    clothes = (said.get("clothes_colour", ""), said.get("garment", "outfit"))
    parts.append(" ".join(filter(None, clothes)))
    parts += [f"{said['background']} background"] if "background" in said else []
    return ", ".join(filter(None, parts))


def _hair(style: str, colour: str) -> str:
    if style == "bald":
        return style
    if style in _NOUN_STYLES:
        return f"{colour} hair in {with_article(style)}".strip()
    return " ".join(filter(None, (style, colour, "hair"))) if style or colour else ""


def reworded_texts(asked: Sequence[TextTrial], words: Vocabulary) -> list[TextTrial]:
    """Return the trials in the words of an older version; what counts is up to `within`, as before."""
    if knows_all(words):
        return list(asked)
    return [dataclasses.replace(trial, text=former_caption(trial.portrait, words)) for trial in asked]


def reworded_changes(asked: Sequence[ChangeTrial], words: Vocabulary) -> list[ChangeTrial]:
    """Return the changes in the words of an older version, the first text and the new one."""
    if knows_all(words):
        return list(asked)
    return [
        dataclasses.replace(
            trial,
            first_text=former_caption(trial.before, words),
            text=former_caption(trial.after, words),
        )
        for trial in asked
    ]
