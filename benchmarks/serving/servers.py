"""Four ways to serve the same model. Each takes requests from any thread and calls back when one is done."""

import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import torch
from diffusers import AutoPipelineForImage2Image, AutoPipelineForText2Image

from imagegen.engine.batching import BatchingEngine
from imagegen.engine.contract import Spec

Done = Callable[[], None]
Waiting = tuple[Spec, Done]


class Server(Protocol):
    """Serves one model."""

    def submit(self, spec: Spec, done: Done) -> None:
        """Hand a request in; `done` is called once its picture is there."""

    def close(self) -> None:
        """Stop once nothing waits."""


class Pipelines:
    """Both pipelines over one set of weights, as their documentation shows it."""

    def __init__(self, text_to_image: Any) -> None:
        self._text_to_image = text_to_image
        self._image_to_image = AutoPipelineForImage2Image.from_pipe(text_to_image)
        for pipeline in (self._text_to_image, self._image_to_image):
            pipeline.set_progress_bar_config(disable=True)

    def draw(self, specs: list[Spec]) -> list[Any]:
        """Draw requests of one kind, length and strength at once."""
        first = specs[0]
        arguments: dict[str, Any] = {
            "prompt": [spec.prompt for spec in specs],
            "num_inference_steps": first.steps,
            "guidance_scale": first.guidance,
            "generator": [torch.Generator().manual_seed(spec.seed) for spec in specs],
        }
        if first.reference is None:
            images = self._text_to_image(**arguments, width=first.width, height=first.height).images
        else:
            references = [spec.reference for spec in specs]
            images = self._image_to_image(**arguments, image=references, strength=first.strength).images
        return list(images)


def load_pipelines(
    model: str, device: str, dtype: torch.dtype, *, has_channels_last: bool = False
) -> Pipelines:
    """Load a folder the way that most projects do, or with the memory format that diffusers recommends."""
    loaded = AutoPipelineForText2Image.from_pretrained(model, dtype=dtype, local_files_only=True).to(device)
    if has_channels_last:
        for module in (loaded.unet, loaded.vae):
            module.to(memory_format=torch.channels_last)
    return Pipelines(loaded)


class Serial:
    """One request at a time, first come, first served; or all that wait and fit into one call."""

    def __init__(self, pipelines: Pipelines, *, batch: int = 1) -> None:
        self._pipelines, self._batch = pipelines, batch
        self._waiting: deque[Waiting] = deque()
        self._news = threading.Condition()
        self._is_closed = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def submit(self, spec: Spec, done: Done) -> None:
        with self._news:
            self._waiting.append((spec, done))
            self._news.notify()

    def close(self) -> None:
        with self._news:
            self._is_closed = True
            self._news.notify()
        self._thread.join()

    def _serve(self) -> None:
        while taken := self._take():
            self._pipelines.draw([spec for spec, _ in taken])
            for _, done in taken:
                done()

    def _take(self) -> list[Waiting]:
        """Return the oldest and those like it: the same kind, steps and strength, no window to wait for."""
        with self._news:
            while not (self._waiting or self._is_closed):
                self._news.wait()
            if not self._waiting:
                return []
            key = _kind(self._waiting[0][0])
            taken = [one for one in self._waiting if _kind(one[0]) == key][: self._batch]
            chosen = {id(one) for one in taken}
            self._waiting = deque(one for one in self._waiting if id(one) not in chosen)
            return taken


class Threads:
    """A pool of threads, each with pipelines of its own: they are not safe to share."""

    def __init__(self, make: Callable[[], Pipelines], *, count: int) -> None:
        self._waiting: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._serve, args=[make()], daemon=True) for _ in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, spec: Spec, done: Done) -> None:
        self._waiting.put((spec, done))

    def close(self) -> None:
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self, pipelines: Pipelines) -> None:
        while (taken := self._waiting.get()) is not None:
            pipelines.draw([taken[0]])
            taken[1]()


class Ours:
    """The engine, filled as a worker fills it: the oldest request joins when there is room."""

    def __init__(self, engine: BatchingEngine) -> None:
        self.engine = engine
        self._waiting: deque[Waiting] = deque()
        self._lock = threading.Lock()
        self._running = 0

    def submit(self, spec: Spec, done: Done) -> None:
        with self._lock:
            self._waiting.append((spec, done))
        self._fill()

    def close(self) -> None:
        self.engine.close()

    def _fill(self) -> None:
        while True:
            with self._lock:
                if not self._waiting or self._running >= self.engine.capacity:
                    return
                spec, done = self._waiting.popleft()
                self._running += 1
            handle = self.engine.submit(spec)
            handle.add_done_callback(lambda handle=handle, done=done: self._end(handle, done))

    def _end(self, handle: Any, done: Done) -> None:
        handle.result()
        with self._lock:
            self._running -= 1
        done()
        self._fill()


def _kind(spec: Spec) -> tuple[Any, ...]:
    return (spec.reference is None, spec.steps, spec.strength, spec.size, spec.guidance)
