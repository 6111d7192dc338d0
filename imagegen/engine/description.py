"""What a model folder says about itself. Reads JSON only, so web processes may use it."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SETTINGS_FILE = "storychat.json"
INDEX_FILE = "model_index.json"
# What may stand beside the weights: an IP-Adapter that keeps a face, and a classifier or an encoder that
# compares two.
ADAPTER_FOLDER, ADAPTER_WEIGHTS = "ip_adapter", "ip_adapter.safetensors"
FACE_ENCODER_FOLDER = "face_encoder"
CLASSIFIER_FOLDER, CLASSIFIER_WEIGHTS = "attribute_classifier", "model.safetensors"
LIKENESS_ENCODER_FOLDER, LIKENESS_ENCODER_CONFIG = "likeness_encoder", "config.json"
# For a model with such a classifier that names no floor. Of 496 pictures that the embedded model drew of
# somebody at another moment the 5.4 % least like them are below it, of 9,120 comparisons with others 99.9 %.
CLASSIFIER_FLOOR = 0.7
_SIDE = 1024


@dataclass(frozen=True, slots=True)
class Description:
    """How to use a model: its size in pixels and what a picture takes by default."""

    name: str
    version: str = ""
    width: int = _SIDE
    height: int = _SIDE
    steps: int = 30
    # Of the fast way, 0 for a model that has none.
    fast_steps: int = 0
    guidance: float = 5.0
    # Share of the schedule that image-to-image runs.
    strength: float = 0.7
    # How strongly the face of the reference counts in image-to-image, 0 for not at all.
    identity_scale: float = 1.0
    # Below this likeness a picture is drawn once more and offered again, 0 for never.
    likeness_floor: float = 0.0
    # A name of `schedules.SAMPLERS` for a model whose own scheduler is not to be used.
    sampler: str = ""
    # The words it knows best, by kind; empty for a model that reads any text.
    vocabulary: dict[str, list[str]] = field(default_factory=dict)
    # How many tokens of a prompt it reads, 0 if unknown.
    prompt_tokens: int = 0
    # Whether the folder has an adapter that keeps a face, and something that says how well it was kept.
    has_identity: bool = False
    has_likeness: bool = False

    @property
    def label(self) -> str:
        """The name with its version, as it is stored with each picture."""
        return f"{self.name}@{self.version}" if self.version else self.name

    def steps_for(self, *, fast: bool) -> int:
        """Return how many steps a picture takes; a model without a fast way takes its usual one."""
        return self.fast_steps or self.steps if fast else self.steps

    @property
    def prompt_room(self) -> int | None:
        """How many tokens are left for words, once a prompt has its start and its end."""
        return max(self.prompt_tokens - 2, 1) if self.prompt_tokens else None


def read(model: str) -> Description:
    """Describe a diffusers folder, or a hub id, of which only the name is known here.

    `storychat.json` beside the weights says everything; without it the size follows from the parts.
    """
    folder = Path(model)
    if not folder.is_dir():
        return Description(name=model)
    if (folder / SETTINGS_FILE).is_file():
        loaded = _load(folder / SETTINGS_FILE)
        values = {name: loaded[name] for name in Description.__slots__ if name in loaded}
    else:
        values = {"name": folder.name, "width": _side(folder), "height": _side(folder)}
    if has_classifier(folder):
        values.setdefault("likeness_floor", CLASSIFIER_FLOOR)
    parts = {
        "prompt_tokens": _prompt_tokens(folder),
        "has_identity": (folder / ADAPTER_FOLDER / ADAPTER_WEIGHTS).is_file(),
        "has_likeness": has_classifier(folder) or has_likeness_encoder(folder),
    }
    return Description(**(values | parts))


def has_classifier(folder: Path) -> bool:
    """Whether the folder brings the classifier that its pictures are read with."""
    return (folder / CLASSIFIER_FOLDER / CLASSIFIER_WEIGHTS).is_file()


def has_likeness_encoder(folder: Path) -> bool:
    """Whether the folder has an encoder whose embeddings of two pictures are compared."""
    return (folder / LIKENESS_ENCODER_FOLDER / LIKENESS_ENCODER_CONFIG).is_file()


def _side(folder: Path) -> int:
    backbone = next((folder / part for part in ("unet", "transformer") if (folder / part).is_dir()), None)
    if backbone is None or not (folder / "vae" / "config.json").is_file():
        return _SIDE
    sample = _load(backbone / "config.json").get("sample_size")
    blocks = _load(folder / "vae" / "config.json").get("block_out_channels", [])
    if not isinstance(sample, int) or not blocks:
        return _SIDE
    return int(sample * 2 ** (len(blocks) - 1))


def _prompt_tokens(folder: Path) -> int:
    """Return what the longest-reading text encoder reads."""
    configs = [_load(path) for path in folder.glob("tokenizer*/tokenizer_config.json")]
    lengths = [config.get("model_max_length") for config in configs]
    return max((length for length in lengths if isinstance(length, int)), default=0)


def _load(path: Path) -> dict[str, Any]:
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return loaded if isinstance(loaded, dict) else {}
