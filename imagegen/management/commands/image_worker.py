"""Says whether a worker could draw on this machine, and how fast."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from PIL import Image

from imagegen import metrics, safety
from imagegen import studio as studios
from imagegen.engine.contract import Engine, Spec
from imagegen.studio import Studio

_HOW_TO_START = """\
A worker is a Celery process that listens to the queue of pictures, one for each device:

    celery --app storychat worker --pool solo --queues gpu --hostname gpu@%h \\
        --without-gossip --without-mingle

Before that, manage.py image_worker --check draws a picture here and says how long it takes."""
_PROMPT = "young woman, short black hair, green sweater, smiling, plain background"
_SEED = 7
_MEBIBYTE = 2**20


@dataclass(slots=True)
class Stopwatch:
    """Seconds of what was done, by name."""

    seconds: dict[str, float]

    def run(self, name: str, call: Callable[[], Any]) -> Any:
        """Return what `call` returns, and note how long it took."""
        started = time.perf_counter()
        result = call()
        self.seconds[name] = round(time.perf_counter() - started, 4)
        return result


class Command(BaseCommand):
    help = "Draws a picture with the configured model, as a worker would, and measures it (--check)."
    # Only those about pictures, in `handle`: this is run on machines that have nothing but a device.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="load the models and draw; no database")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_args: Any, check: bool, json: bool, **_options: Any) -> None:
        if not check:
            self.stdout.write(_HOW_TO_START)
            sys.exit(2)
        # Names a folder that is missing before anything slow happens.
        self.check(tags=["imagegen"])
        report = _check()
        self.stdout.write(_as_json(report) if json else "\n".join(_list_lines(report)))


def _check() -> dict[str, Any]:
    watch = Stopwatch({})
    try:
        studio = watch.run("load", studios.open_once)
    except Exception as error:  # whatever a model, a driver or an adapter raises is the answer
        raise CommandError(f"The models cannot be loaded: {_describe(error)}") from error
    try:
        return _draw(studio, watch)
    except CommandError:
        raise
    except Exception as error:  # see above
        raise CommandError(f"Nothing can be drawn: {_describe(error)}") from error
    finally:
        studios.close()


def _draw(studio: Studio, watch: Stopwatch) -> dict[str, Any]:
    engine, spec = studio.engine, _make_spec(studio.engine)
    warm_up = getattr(engine, "warm_up_seconds", None)
    if warm_up is not None:
        watch.seconds |= {"load": round(watch.seconds["load"] - warm_up, 4), "warm_up": round(warm_up, 4)}
    first: Image.Image = watch.run("first_picture", lambda: engine.submit(spec).result().image)
    verdict = safety.check(studio.safety, first)
    if verdict.code == "safety-failed":
        raise CommandError("The safety model fails, so no picture would be kept. Its error stands above.")
    # Measured anew: the first picture still sets things up.
    metrics.watch_engine(engine)
    watch.run("warm_picture", lambda: engine.submit(spec).result())
    like = replace(spec, reference=first, strength=engine.description.strength)
    watch.run("image_to_image", lambda: engine.submit(like).result())
    watch.run("full_batch", lambda: _draw_batch(engine, spec))
    return {
        "model": engine.description.label,
        "folder": settings.IMAGE_MODEL,
        "safety_model": settings.IMAGE_SAFETY_MODEL or "none is needed: these weights draw nothing else",
        "verdict": "safe" if verdict.is_safe else verdict.code,
        "device": str(getattr(engine, "device", "unknown")),
        "dtype": str(getattr(engine, "dtype", "unknown")).removeprefix("torch."),
        "capacity": engine.capacity,
        "threads": _count_threads(),
        "width": spec.width,
        "height": spec.height,
        "steps": spec.steps,
        "peak_process_bytes": metrics.peak_process_bytes(),
        "peak_device_bytes": metrics.peak_device_bytes(engine),
        "seconds": watch.seconds,
        "step_seconds": metrics.list_step_seconds(engine),
        "decode_seconds": metrics.decode_seconds(engine),
    }


def _draw_batch(engine: Engine, spec: Spec) -> None:
    handles = [engine.submit(replace(spec, seed=_SEED + number)) for number in range(engine.capacity)]
    for handle in handles:
        handle.result()


def _make_spec(engine: Engine) -> Spec:
    model = engine.description
    return Spec(
        prompt=_PROMPT,
        seed=_SEED,
        width=model.width,
        height=model.height,
        steps=model.steps_for(fast=settings.IMAGE_FAST),
        guidance=model.guidance,
        identity_scale=model.identity_scale,
    )


def _count_threads() -> int | None:
    torch: Any = sys.modules.get("torch")
    return None if torch is None else int(torch.get_num_threads())


def _describe(error: Exception) -> str:
    return f"{error} ({type(error).__name__})"


def _as_json(report: dict[str, Any]) -> str:
    return json.dumps(report, indent=2)


def _list_lines(report: dict[str, Any]) -> list[str]:
    seconds = report["seconds"]
    names = {
        "load": "load" if "warm_up" in seconds else "load and warm-up",
        "warm_up": "warm-up",
        "first_picture": "first picture",
        "warm_picture": "warm picture",
        "image_to_image": "image to image",
        "full_batch": f"{report['capacity']} pictures at once",
    }
    memory = [
        f"{peak // _MEBIBYTE} MiB {what}"
        for what, peak in (("process", report["peak_process_bytes"]), ("device", report["peak_device_bytes"]))
        if peak is not None
    ]
    threads = "" if report["threads"] is None else f", {report['threads']} threads"
    rows = [f"{size} rows {each * 1000:.1f} ms" for size, each in report["step_seconds"].items()]
    return [
        f"Model     {report['model']} ({report['folder']})",
        f"Safety    {report['verdict']} ({report['safety_model']})",
        f"Device    {report['device']}, {report['dtype']}{threads}",
        f"Capacity  {report['capacity']} pictures at once",
        f"Picture   {report['width']}x{report['height']}, {report['steps']} steps",
        f"Memory    {', '.join(memory) or 'unknown'}, at most",
        *(f"Seconds   {seconds[key]:8.3f}  {name}" for key, name in names.items() if key in seconds),
        f"A step    {', '.join(rows) or 'unknown'}",
    ]
