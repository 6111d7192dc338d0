"""Make pictures with a model folder through unmodified diffusers pipelines, as the product does.

`python tools/embedded_model/studio.py` prints how long a fresh process takes to load and to draw, and how
much memory it had at most.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import resource
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from PIL import Image

from imagegen.engine.description import ADAPTER_FOLDER

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "imagegen/models/embedded"
DTYPES = ("auto", "float32", "bfloat16")
# A portrait as the product words it, for the clock.
EXAMPLE = (
    "young woman, oval face, tan skin, long red hair, almond green eyes, thin brows, small nose, full lips, "
    "smiling, blue coat, forest background, bust"
)
# ru_maxrss counts bytes on macOS, kilobytes elsewhere.
_MEGABYTE = 1024 * 1024 if sys.platform == "darwin" else 1024


class Studio:
    """Text-to-image and image-to-image over one set of weights, with the folder's own default settings.

    Where the folder has an identity condition, `change` can be shown whom to draw. Batches are for speed:
    what one row shows does not depend on the others, but for the last bits of its numbers.
    """

    def __init__(
        self,
        folder: Path = DEFAULT_FOLDER,
        *,
        dtype: str = "auto",
        steps: int | None = None,
        guidance: float | None = None,
        threads: int = 0,
        with_identity: bool = True,
        device: str = "cpu",
    ) -> None:
        """Load from disk only, and time it; with 0 threads torch chooses their number.

        "auto" computes in the numbers that the product chooses for the device.
        """
        begun = time.perf_counter()
        import torch  # noqa: PLC0415 - the time of these imports is one of the measurements
        from diffusers import AutoPipelineForImage2Image, DiffusionPipeline  # noqa: PLC0415

        from imagegen.engine.adapters import load_adapter  # noqa: PLC0415
        from imagegen.engine.devices import pick_dtype  # noqa: PLC0415

        imported = time.perf_counter()
        if threads:
            torch.set_num_threads(threads)
        settings = json.loads((folder / "storychat.json").read_text())
        self.settings: dict[str, Any] = settings
        self.steps: int = steps or settings["steps"]
        self.guidance: float = settings["guidance"] if guidance is None else guidance
        self.strength: float = settings["strength"]
        self.identity_scale: float = settings.get("identity_scale", 1.0)
        self.dtype = str(pick_dtype(device)).removeprefix("torch.") if dtype == "auto" else dtype
        self._torch = torch
        kind = getattr(torch, self.dtype)
        self._text_to_image: Any = DiffusionPipeline.from_pretrained(
            folder, local_files_only=True, dtype=kind
        ).to(device)
        self.has_identity = with_identity and (folder / ADAPTER_FOLDER).is_dir()
        if self.has_identity:
            load_adapter(self._text_to_image, folder)
        self._image_to_image: Any = AutoPipelineForImage2Image.from_pipe(self._text_to_image, dtype=kind)
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
        return self.draw_batch([prompt], [seed], negative)[0]

    def draw_batch(
        self, prompts: Sequence[str], seeds: Sequence[int], negative: str | None = None
    ) -> list[np.ndarray]:
        """Make pictures from texts at once, each (256, 256, 3) uint8."""
        return self._run(
            self._text_to_image,
            prompts,
            seeds,
            self._shown(None, len(prompts)),
            negative_prompt=None if negative is None else [negative] * len(prompts),
        )

    def change(
        self,
        picture: np.ndarray,
        prompt: str,
        seed: int,
        strength: float | None = None,
        identity: np.ndarray | None = None,
    ) -> np.ndarray:
        """Make another picture from a picture and a description, all (256, 256, 3) uint8."""
        people = None if identity is None else [identity]
        return self.change_batch([picture], [prompt], [seed], strength, people)[0]

    def change_batch(
        self,
        pictures: Sequence[np.ndarray],
        prompts: Sequence[str],
        seeds: Sequence[int],
        strength: float | None = None,
        identity: Sequence[np.ndarray] | None = None,
        *,
        identity_scale: float | None = None,
    ) -> list[np.ndarray]:
        """Make other pictures from pictures and descriptions at once, all (256, 256, 3) uint8.

        identity: for each row a picture of whom to draw. identity_scale: how strongly that counts; None for
        the folder's own. Raises ValueError if the folder has no condition for
        it, or if the strength leaves no step to run.
        """
        strength = self.strength if strength is None else strength
        if self.steps * strength < 1:
            raise ValueError(f"strength {strength} of {self.steps} steps leaves no step to run")
        return self._run(
            self._image_to_image,
            prompts,
            seeds,
            self._shown(identity, len(prompts), identity_scale),
            image=[Image.fromarray(picture) for picture in pictures],
            strength=strength,
        )

    def redraw(self, pictures: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Encode and decode pictures, each (256, 256, 3) uint8: all that the autoencoder lets through."""
        pipeline = self._image_to_image
        inputs = pipeline.image_processor.preprocess([Image.fromarray(picture) for picture in pictures])
        with self._torch.inference_mode():
            latents = pipeline.vae.encode(inputs.to(pipeline.device, pipeline.vae.dtype)).latents
            outputs = pipeline.vae.decode(latents).sample.float().cpu()
        return [
            np.asarray(image) for image in pipeline.image_processor.postprocess(outputs, output_type="pil")
        ]

    def _shown(
        self, people: Sequence[np.ndarray] | None, rows: int, scale: float | None = None
    ) -> dict[str, list[Any]]:
        """Return the pipeline's argument for the identity condition, and set its scale for the next call."""
        if not self.has_identity:
            if people is not None:
                raise ValueError("this model folder has no identity condition")
            return {}
        # The denoiser wants an embedding once the condition is loaded; at scale 0 it is not looked at.
        scale = self.identity_scale if scale is None else scale
        self._text_to_image.set_ip_adapter_scale(0.0 if people is None else scale)
        encoder, torch = self._text_to_image.image_encoder, self._torch
        values = next(encoder.parameters())
        seen = torch.zeros(rows, encoder.config.projection_dim, device=values.device, dtype=values.dtype)
        if people is not None:
            inputs = self._text_to_image.feature_extractor(
                [Image.fromarray(person) for person in people], return_tensors="pt"
            ).pixel_values
            with torch.inference_mode():
                seen = encoder(inputs.to(values.device, values.dtype)).image_embeds
        if self.guidance > 1:
            # Guidance compares with a picture of nobody.
            seen = torch.cat([torch.zeros_like(seen), seen])
        return {"ip_adapter_image_embeds": [seen[:, None]]}

    def _run(
        self,
        pipeline: Any,
        prompts: Sequence[str],
        seeds: Sequence[int],
        shown: dict[str, list[Any]],
        **arguments: Any,
    ) -> list[np.ndarray]:
        with self._torch.inference_mode(), _people_by_row(pipeline, shown):
            result = pipeline(
                prompt=list(prompts),
                num_inference_steps=self.steps,
                guidance_scale=self.guidance,
                generator=[self._torch.Generator().manual_seed(seed) for seed in seeds],
                **shown,
                **arguments,
            )
        return [np.asarray(image) for image in result.images]


@contextlib.contextmanager
def _people_by_row(pipeline: Any, shown: dict[str, list[Any]]) -> Iterator[None]:
    """Let a call take its embeddings as they are, a row for each prompt.

    The pipelines of SDXL repeat them for every prompt of a call. That is right for one person; of several, a
    row would be shown all.
    """
    if shown:
        pipeline.prepare_ip_adapter_image_embeds = lambda *_: shown["ip_adapter_image_embeds"]
    try:
        yield
    finally:
        if shown:
            del pipeline.prepare_ip_adapter_image_embeds


def warm_seconds(studio: Studio, prompt: str, repeats: int = 7) -> dict[str, float]:
    """Return the median seconds of one picture each way, after a warm-up."""
    picture = studio.draw(prompt, 0)
    ways = {
        "text_to_image_seconds": lambda seed: studio.draw(prompt, seed),
        "image_to_image_seconds": lambda seed: studio.change(picture, prompt, seed),
    }
    if studio.has_identity:
        ways["identity_seconds"] = lambda seed: studio.change(picture, prompt, seed, identity=picture)
    result = {}
    for name, way in ways.items():
        way(0)
        taken = []
        for seed in range(repeats):
            begun = time.perf_counter()
            way(seed)
            taken.append(time.perf_counter() - begun)
        result[name] = round(statistics.median(taken), 3)
    return result


def peak_megabytes() -> float:
    """Return the most memory this process has held at once."""
    status = Path("/proc/self/status")
    if status.exists():
        # What getrusage says on Linux is never below what the parent held when it forked.
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE


def processor() -> str:
    """Return what the machine calls its processor, or its architecture where it has no name."""
    told = Path("/proc/cpuinfo")
    names = (
        [line.partition(":")[2].strip() for line in told.read_text().splitlines() if "model name" in line]
        if (told.exists())
        else []
    )
    return names[0] if names else platform.machine()


def write_sheet(pictures: Sequence[np.ndarray], path: Path, columns: int = 8, side: int = 160) -> None:
    """Write a contact sheet as a PNG of at most 256 colours: several times smaller, hardly visible."""
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * side, rows * side), (255, 255, 255))
    for index, picture in enumerate(pictures):
        small = Image.fromarray(picture).resize((side, side), Image.Resampling.LANCZOS)
        sheet.paste(small, (index % columns * side, index // columns * side))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def at_least_one(text: str) -> int:
    """Read a count from the command line. Raises ArgumentTypeError for anything below 1."""
    try:
        count = int(text)
    except ValueError:
        count = 0
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 on")
    return count


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT_FOLDER)
    parser.add_argument("--dtype", choices=DTYPES, default="auto")
    parser.add_argument("--steps", type=at_least_one, help="instead of the folder's own number")
    parser.add_argument("--guidance", type=float, help="instead of the folder's own")
    parser.add_argument("--threads", type=at_least_one, default=2)
    parser.add_argument(
        "--repeats", type=at_least_one, default=7, help="pictures each way, of which the median counts"
    )
    options = parser.parse_args()
    studio = Studio(
        options.folder,
        dtype=options.dtype,
        steps=options.steps,
        guidance=options.guidance,
        threads=options.threads,
    )
    times = warm_seconds(studio, EXAMPLE, options.repeats)
    measured = {
        "import_seconds": round(studio.import_seconds, 2),
        "load_seconds": round(studio.load_seconds, 2),
        **times,
        "memory_megabytes": round(peak_megabytes()),
        "threads": studio.threads,
        "processor": processor(),
        "dtype": studio.dtype,
        "steps": studio.steps,
        "guidance": studio.guidance,
        "strength": studio.strength,
    }
    print(json.dumps(measured, indent=2))


if __name__ == "__main__":
    main()
