"""What a model folder says about itself. Reads JSON only, so web processes may use it."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SETTINGS_FILE = "storychat.json"
INDEX_FILE = "model_index.json"
_SIDE = 1024


@dataclass(frozen=True, slots=True)
class Description:
    """How to use a model: its size in pixels and what a picture takes by default."""

    name: str
    version: str = ""
    width: int = _SIDE
    height: int = _SIDE
    steps: int = 30
    guidance: float = 5.0
    # Share of the schedule that image-to-image runs.
    strength: float = 0.7
    # The words it knows best, by kind; empty for a model that reads any text.
    vocabulary: dict[str, list[str]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name with its version, as it is stored with each picture."""
        return f"{self.name}@{self.version}" if self.version else self.name


def read(model: str) -> Description:
    """Describe a diffusers folder, or a hub id, of which only the name is known here.

    `storychat.json` beside the weights says everything; without it the size follows from the parts.
    """
    folder = Path(model)
    if (folder / SETTINGS_FILE).is_file():
        values = _load(folder / SETTINGS_FILE)
        return Description(**{name: values[name] for name in Description.__slots__ if name in values})
    if not folder.is_dir():
        return Description(name=model)
    side = _side(folder)
    return Description(name=folder.name, width=side, height=side)


def _side(folder: Path) -> int:
    backbone = next((folder / part for part in ("unet", "transformer") if (folder / part).is_dir()), None)
    if backbone is None or not (folder / "vae" / "config.json").is_file():
        return _SIDE
    sample = _load(backbone / "config.json").get("sample_size")
    blocks = _load(folder / "vae" / "config.json").get("block_out_channels", [])
    if not isinstance(sample, int) or not blocks:
        return _SIDE
    return int(sample * 2 ** (len(blocks) - 1))


def _load(path: Path) -> dict[str, Any]:
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return loaded if isinstance(loaded, dict) else {}
