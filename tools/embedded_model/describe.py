"""The machine-readable settings that travel with the weights."""

from __future__ import annotations

import json
from pathlib import Path

from imagegen.engine import description
from tools.embedded_model.attributes import VOCABULARY

# The folder in the repository.
SHIPPED = Path(__file__).resolve().parents[2] / "imagegen/models/embedded"
# Where a model folder keeps the story of its training.
RECORD = "training.json"
# Where the attribute classifier lies in a model folder.
CLASSIFIER = description.CLASSIFIER_FOLDER
NAME = "storychat-embedded"
VERSION = "3"
STEPS = 12
# As good in all but the finest details, in half the time.
FAST_STEPS = 5
GUIDANCE = 3.0
# Chosen on held-out people whom the evaluation does not use: as much is kept as with less, more is followed.
STRENGTH = 0.92
IDENTITY_SCALE = 0.6
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
        "fast_steps": FAST_STEPS,
        "guidance": GUIDANCE,
        "strength": STRENGTH,
        "identity_scale": IDENTITY_SCALE,
        "safe_by_construction": True,
        "vocabulary": {_FORM_NAMES.get(field, field): list(words) for field, words in VOCABULARY.items()},
    }
    (folder / "storychat.json").write_text(json.dumps(settings, indent=2) + "\n")
