"""Make pictures with a model folder through unmodified diffusers pipelines, as the product does."""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "imagegen/models/embedded"


class Studio:
    """Both pipelines over one set of weights, with the folder's own default settings."""

    def __init__(
        self,
        folder: Path = DEFAULT_FOLDER,
        *,
        dtype: str = "float32",
        steps: int | None = None,
        threads: int = 0,
    ) -> None:
        """Load from disk only, and time it; with 0 threads torch chooses their number."""
        begun = time.perf_counter()
        import torch  # noqa: PLC0415 - the time of these imports is one of the measurements
        from diffusers import AutoPipelineForImage2Image, DiffusionPipeline  # noqa: PLC0415

        imported = time.perf_counter()
        if threads:
            torch.set_num_threads(threads)
        settings = json.loads((folder / "storychat.json").read_text())
        self.steps: int = steps or settings["steps"]
        self.guidance: float = settings["guidance"]
        self.strength: float = settings["strength"]
        self._torch = torch
        self._text_to_image: Any = DiffusionPipeline.from_pretrained(
            folder, local_files_only=True, dtype=getattr(torch, dtype)
        )
        self._image_to_image: Any = AutoPipelineForImage2Image.from_pipe(
            self._text_to_image, dtype=getattr(torch, dtype)
        )
        for pipeline in (self._text_to_image, self._image_to_image):
            pipeline.set_progress_bar_config(disable=True)
        self.import_seconds = imported - begun
        self.load_seconds = time.perf_counter() - imported
        self.threads: int = torch.get_num_threads()

    @property
    def tokenizer(self) -> Any:
        """Return the tokenizer of the only text encoder."""
        return self._text_to_image.tokenizer_2

    def draw(self, prompt: str, seed: int, negative: str | None = None) -> np.ndarray:
        """Make a picture from text, (256, 256, 3) uint8."""
        result = self._text_to_image(
            prompt,
            negative_prompt=negative,
            num_inference_steps=self.steps,
            guidance_scale=self.guidance,
            generator=self._noise(seed),
        )
        return np.asarray(result.images[0])

    def change(
        self, picture: np.ndarray, prompt: str, seed: int, strength: float | None = None
    ) -> np.ndarray:
        """Make another picture from a picture and the full new description, both (256, 256, 3) uint8."""
        result = self._image_to_image(
            prompt,
            image=Image.fromarray(picture),
            num_inference_steps=self.steps,
            guidance_scale=self.guidance,
            strength=self.strength if strength is None else strength,
            generator=self._noise(seed),
        )
        return np.asarray(result.images[0])

    def _noise(self, seed: int) -> Any:
        return self._torch.Generator().manual_seed(seed)


def warm_seconds(studio: Studio, prompt: str, repeats: int = 7) -> tuple[float, float]:
    """Return the median seconds of one picture from text and of one changed picture, after a warm-up."""
    picture = studio.draw(prompt, 0)
    studio.change(picture, prompt, 0)
    drawing, changing = [], []
    for seed in range(repeats):
        begun = time.perf_counter()
        picture = studio.draw(prompt, seed)
        drawn = time.perf_counter()
        studio.change(picture, prompt, seed)
        changing.append(time.perf_counter() - drawn)
        drawing.append(drawn - begun)
    return statistics.median(drawing), statistics.median(changing)


def write_sheet(pictures: list[np.ndarray], path: Path, columns: int = 8, side: int = 160) -> None:
    """Write a contact sheet as a PNG of at most 256 colours: several times smaller, hardly visible."""
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * side, rows * side), (255, 255, 255))
    for index, picture in enumerate(pictures):
        small = Image.fromarray(picture).resize((side, side), Image.Resampling.LANCZOS)
        sheet.paste(small, (index % columns * side, index // columns * side))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
