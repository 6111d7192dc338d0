"""The machine-readable settings that travel with the weights."""

from __future__ import annotations

import json
from pathlib import Path

from tools.embedded_model.attributes import VOCABULARY

# Where a model folder keeps the story of its training.
RECORD = "training.json"
NAME = "storychat-embedded"
VERSION = "2"
STEPS = 15
GUIDANCE = 3.0
STRENGTH = 0.8
# Fields are named on the product's form by what people choose there.
_FORM_NAMES = {"hair_colour": "hair", "clothes_colour": "clothes"}


def write_settings(folder: Path) -> None:
    """Write `storychat.json`: what the product needs to know to use the folder."""
    settings = {
        "name": NAME,
        "version": VERSION,
        "width": 256,
        "height": 256,
        "steps": STEPS,
        "guidance": GUIDANCE,
        "strength": STRENGTH,
        "safe_by_construction": True,
        "vocabulary": {_FORM_NAMES.get(field, field): list(words) for field, words in VOCABULARY.items()},
    }
    (folder / "storychat.json").write_text(json.dumps(settings, indent=2) + "\n")
