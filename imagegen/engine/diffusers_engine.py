"""Draws one picture at a time with any diffusers text-to-image model, on one thread that owns the device.

Schedulers, tokenizers and the offline switches of diffusers are not safe to share between threads, so nobody
else ever touches the pipelines. Both kinds of picture use the same weights.
"""

import logging
import math
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoPipelineForImage2Image, AutoPipelineForText2Image
from diffusers.utils import logging as diffusers_logging
from PIL import Image, ImageOps
from transformers.utils import logging as transformers_logging

from imagegen.engine import description, likeness
from imagegen.engine.contract import BadSpecError, Outcome, Spec
from imagegen.engine.description import CLASSIFIER_FOLDER, Description
from imagegen.engine.handles import SimpleHandle
from imagegen.engine.identity import IdentityCondition

logger = logging.getLogger(__name__)

# They quote prompts in their warnings, and draw bars.
diffusers_logging.set_verbosity_error()
diffusers_logging.disable_progress_bar()
transformers_logging.set_verbosity_error()
transformers_logging.disable_progress_bar()

_WARM_UP_STEPS = 2
_LATENT_GRID = 8
# What is kept of a reference of another shape, across and down: faces are above the middle.
_REFERENCE_CENTRE = (0.5, 0.35)


class _CanceledError(Exception):
    """Leaves the denoising loop; never seen outside."""


class DiffusersEngine:
    """An engine over one diffusers pipeline and its image-to-image sibling."""

    capacity = 1

    def __init__(self, model: str, *, device: str = "auto") -> None:
        started = time.perf_counter()
        self.description: Description = description.read(model)
        self.device = _pick_device(device)
        self.dtype = pick_dtype(self.device)
        self._text_to_image = _load_pipeline(model, self.device, self.dtype)
        # Before the other pipeline is made, which takes every part of this one.
        self._identity = (
            IdentityCondition(self._text_to_image, model) if self.description.has_identity else None
        )
        self._classifier = (
            likeness.load(Path(model) / CLASSIFIER_FOLDER) if self.description.has_likeness else None
        )
        self._scheduler = self._text_to_image.scheduler
        self._image_to_image = AutoPipelineForImage2Image.from_pipe(
            self._text_to_image, scheduler=self._fresh_scheduler()
        )
        self._image_to_image.set_progress_bar_config(disable=True)
        self.load_seconds = time.perf_counter() - started
        self._requests: queue.SimpleQueue[SimpleHandle | None] = queue.SimpleQueue()
        self._waiting: set[SimpleHandle] = set()
        self._lock = threading.Lock()
        self._is_closed = False
        self.is_dead = False
        self._thread = threading.Thread(target=self._serve_or_die, name="image-engine", daemon=True)
        self._thread.start()
        logger.info(
            "imagegen.engine.loaded model=%s device=%s dtype=%s load_s=%.2f threads=%d",
            self.description.label,
            self.device,
            self.dtype,
            self.load_seconds,
            torch.get_num_threads(),
        )

    def warm_up(self) -> float:
        """Draw once each way, so that the first person does not wait for lazy set-up; returns seconds."""
        started = time.perf_counter()
        model = self.description
        spec = Spec(
            prompt="",
            seed=0,
            width=model.width,
            height=model.height,
            steps=_WARM_UP_STEPS,
            guidance=model.guidance,
        )
        paper = Image.new("RGB", (model.width, model.height), "grey")
        self.submit(spec).result()
        self.submit(replace(spec, reference=paper, strength=0.5)).result()
        return time.perf_counter() - started

    def submit(self, spec: Spec) -> SimpleHandle:
        """Put a request behind the others; returns at once. Raises RuntimeError after `close`."""
        handle = SimpleHandle(spec)
        with self._lock:
            if self._is_closed:
                raise RuntimeError("the engine is closed")
            self._waiting.add(handle)
        self._requests.put(handle)
        return handle

    def close(self) -> None:
        """Cancel everything and let the thread end."""
        with self._lock:
            self._is_closed = True
            for handle in self._waiting:
                handle.cancel()
        self._requests.put(None)
        self._thread.join()

    def _serve_or_die(self) -> None:
        try:
            self._serve()
        except BaseException:  # nobody may wait for a thread that is gone
            logger.exception("imagegen.engine.died")
            with self._lock:
                self._is_closed = self.is_dead = True
                left, self._waiting = self._waiting, set()
            for handle in left:
                handle.finish(error=RuntimeError("the engine died"))

    def _serve(self) -> None:
        while (handle := self._requests.get()) is not None:
            outcome: Outcome | None = None
            error: BaseException | None = None
            try:
                outcome = self._draw(handle)
            except Exception as caught:  # noqa: BLE001 - raised to whoever waits; the thread serves the next
                # The traceback holds tensors alive that the next request needs the room of.
                error = caught.with_traceback(None)
            with self._lock:
                self._waiting.discard(handle)
            handle.finish(outcome, error)
            if error is not None:
                # A device that cannot even be emptied is lost, and this thread with it.
                _free_device(self.device)

    def _draw(self, handle: SimpleHandle) -> Outcome:
        spec = handle.spec
        _check(spec)

        def on_step_end(_pipe: Any, step: int, _timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            handle.report(step + 1)
            if handle.is_cancel_requested:
                raise _CanceledError
            return tensors

        if handle.is_cancel_requested:
            return Outcome(None)
        try:
            image = self._run(spec, on_step_end)
        except _CanceledError:
            return Outcome(None)
        return Outcome(image, self._likeness(spec, image))

    def _run(self, spec: Spec, on_step_end: Callable[..., dict[str, Any]]) -> Image.Image:
        arguments: dict[str, Any] = {
            "prompt": spec.prompt,
            "num_inference_steps": spec.steps,
            "guidance_scale": spec.guidance,
            "generator": torch.Generator("cpu").manual_seed(spec.seed),
            "callback_on_step_end": on_step_end,
            "callback_on_step_end_tensor_inputs": [],
        }
        if spec.reference is None:
            pipeline = self._text_to_image
            arguments |= {"width": spec.width, "height": spec.height}
        else:
            pipeline = self._image_to_image
            arguments |= {"image": _fit(spec.reference, spec), "strength": spec.strength}
        # A scheduler counts steps inside itself, so each request gets its own.
        pipeline.scheduler = self._fresh_scheduler()
        with torch.inference_mode():
            if self._identity is not None:
                arguments |= self._identity.arguments(
                    None if spec.face is None else _fit(spec.face, spec),
                    scale=spec.identity_scale,
                    is_guided=spec.guidance > 1,
                )
            image: Image.Image = pipeline(**arguments).images[0]
        return image

    def _likeness(self, spec: Spec, image: Image.Image) -> float | None:
        if self._classifier is None or spec.face is None:
            return None
        try:
            score = self._classifier.likeness(_fit(spec.face, spec), image)
        except Exception:  # the picture is finished, and worth more than its number
            logger.exception("imagegen.engine.likeness_failed")
            return None
        return score if math.isfinite(score) else None

    def _fresh_scheduler(self) -> Any:
        return type(self._scheduler).from_config(self._scheduler.config)


def _fit(picture: Image.Image, spec: Spec) -> Image.Image:
    """Return a picture in the size that is drawn, cropped where it has another shape."""
    size = (spec.width, spec.height)
    return ImageOps.fit(picture.convert("RGB"), size, Image.Resampling.LANCZOS, centering=_REFERENCE_CENTRE)


def _check(spec: Spec) -> None:
    if spec.width % _LATENT_GRID or spec.height % _LATENT_GRID or min(spec.width, spec.height) <= 0:
        raise BadSpecError(f"{spec.width}x{spec.height} is not a multiple of {_LATENT_GRID}")
    if spec.steps < 1 or not 0 < spec.strength <= 1:
        raise BadSpecError("steps and strength must be positive, strength at most 1")
    if spec.identity_scale < 0:
        raise BadSpecError("the identity's scale must not be negative")
    if spec.reference is not None and spec.steps * spec.strength < 1:
        raise BadSpecError("the strength leaves no step to run")


def _pick_device(device: str) -> str:
    if device != "auto":
        return device
    return "cuda" if torch.cuda.is_available() else "cpu"


def pick_dtype(device: str) -> torch.dtype:
    """Return what a device computes fastest in without harm to the pictures."""
    if not device.startswith("cuda"):
        # 1.3 to 1.5 times as fast as float32 where the processor computes in it, much slower elsewhere.
        abilities = torch.cpu.get_capabilities()
        is_fast = abilities.get("avx512_bf16") or abilities.get("amx_bf16")
        return torch.bfloat16 if device == "cpu" and is_fast else torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16


def _load_pipeline(model: str, device: str, dtype: torch.dtype) -> Any:
    pipeline = AutoPipelineForText2Image.from_pretrained(
        model, dtype=dtype, local_files_only=True, use_safetensors=True
    ).to(device)
    for part in ("unet", "transformer", "vae"):
        if (module := getattr(pipeline, part, None)) is not None:
            module.to(memory_format=torch.channels_last).eval()
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _free_device(device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
