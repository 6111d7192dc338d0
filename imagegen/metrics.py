"""What Prometheus is told about pictures: by workers what they do, by the database what waits.

Workers have no web server. With PROMETHEUS_MULTIPROC_DIR they leave their numbers in files, which the pages'
/metrics reads (docs/configuration.md).
"""

import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

from django.db.models import Count, Min
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core import process_metrics
from imagegen.engine.contract import Engine
from imagegen.engine.timing import StepTimes, Troubles
from imagegen.models import Picture, Worker
from imagegen.queries import WORKER_SILENCE_SECONDS

logger = logging.getLogger(__name__)

_State = Picture.State
_WAITING_OR_DRAWN = (_State.QUEUED, _State.RUNNING)
_USUAL_PRIORITY = Picture._meta.get_field("priority").default  # noqa: SLF001 - Django's public door to a field
_STEP_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
_WAIT_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800)
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
# Gauges carry the worker's name: without a label, every web process would show one of its own at 0.
_OF_A_WORKER: Final = "livemax"

BATCH_ROWS = Gauge(
    "storychat_image_batch_rows",
    "Rows of the denoiser in the last step.",
    ["worker"],
    multiprocess_mode=_OF_A_WORKER,
)
STEP_SECONDS = Histogram(
    "storychat_image_step_seconds",
    "Time of a denoising step, by rows in the batch.",
    ["rows"],
    buckets=_STEP_BUCKETS,
)
DECODE_SECONDS = Histogram(
    "storychat_image_decode_seconds",
    "Time from finished latents to pixels, by pictures that were decoded together.",
    ["pictures"],
    buckets=_STEP_BUCKETS,
)
WAIT_SECONDS = Histogram(
    "storychat_image_wait_seconds",
    "Time from the request to its start, of pictures that never failed.",
    ["priority"],
    buckets=_WAIT_BUCKETS,
)
FINISHED = Counter(
    "storychat_image_finished", "Pictures that ended, by outcome and its cause.", ["outcome", "cause"]
)
RETRIED = Counter("storychat_image_retried", "Pictures that failed and are tried again.", ["cause"])
RETURNED = Counter(
    "storychat_image_returned", "Pictures that went back to the queue without a failure of theirs.", ["cause"]
)
TROUBLES = Counter(
    "storychat_image_troubles", "What went wrong in a worker without ending a picture by itself.", ["cause"]
)
PEAK_MEMORY = Gauge(
    "storychat_image_peak_memory_bytes",
    "Most memory used at once so far.",
    ["worker", "memory"],
    multiprocess_mode=_OF_A_WORKER,
)


@runtime_checkable
class _Stepping(Protocol):
    """An engine that says how long its steps take."""

    step_times: StepTimes


@runtime_checkable
class _Decoding(Protocol):
    """An engine that says how long decoding takes."""

    decode_times: StepTimes


@runtime_checkable
class _Troubled(Protocol):
    """An engine that says what went wrong."""

    troubles: Troubles


def watch_engine(engine: Engine) -> None:
    """Count what the engine tells of from now on; what warming up took is forgotten."""
    if isinstance(engine, _Stepping) and not engine.step_times.is_watched:
        engine.step_times.watch(_note_step)
    if isinstance(engine, _Decoding) and not engine.decode_times.is_watched:
        engine.decode_times.watch(_note_decoding)
    if isinstance(engine, _Troubled) and not engine.troubles.is_watched:
        engine.troubles.watch(lambda cause: note_trouble(cause=cause))


def list_step_seconds(engine: Engine) -> dict[int, float]:
    """Return the mean seconds of a step for each number of rows that the engine has drawn at once."""
    return engine.step_times.by_size() if isinstance(engine, _Stepping) else {}


def decode_seconds(engine: Engine) -> float | None:
    """Return how long a picture takes to be decoded; None from engines that do not know it yet."""
    return engine.decode_times.seconds(1) if isinstance(engine, _Decoding) else None


def note_started(picture: Picture, *, now: datetime) -> None:
    """Note how long a picture waited. One that is tried again had to, and says nothing about the queue."""
    if not picture.attempts and not picture.is_alone:
        waited = max(0.0, (now - picture.created_at).total_seconds())
        WAIT_SECONDS.labels(str(picture.priority)).observe(waited)


def note_finished(*, outcome: str, cause: str) -> None:
    """Count a picture that reached its end; cause: empty when nothing went wrong."""
    FINISHED.labels(outcome.lower(), cause).inc()


def note_retried(*, cause: str) -> None:
    """Count a picture that failed and waits for its next try."""
    RETRIED.labels(cause).inc()


def note_trouble(*, cause: str) -> None:
    """Count what went wrong in this worker and was mended, or is somebody else's now."""
    TROUBLES.labels(cause).inc()


def note_returned(count: int, *, cause: str) -> None:
    """Count pictures that went back to the queue."""
    RETURNED.labels(cause).inc(count)


def note_memory(engine: Engine) -> None:
    """Note the most memory that this worker and its device have used."""
    peaks = {"process": peak_process_bytes(), "device": peak_device_bytes(engine)}
    for memory, peak in peaks.items():
        if peak is not None:
            PEAK_MEMORY.labels(process_metrics.name_process(), memory).set(peak)


def peak_process_bytes() -> int | None:
    """Return the most main memory that this process has used; None where the system does not say."""
    try:
        found = _PEAK.search(Path("/proc/self/status").read_text(encoding="ascii"))
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None


def peak_device_bytes(engine: Engine) -> int | None:
    """Return the most memory that pictures took on a CUDA device; None for other engines."""
    device = str(getattr(engine, "device", ""))
    # Looked up, not imported: web processes have no torch, and a worker that needs it has it by now.
    torch: Any = sys.modules.get("torch")
    if torch is None or not device.startswith("cuda"):
        return None
    return int(torch.cuda.max_memory_allocated(device))


class QueueCollector(Collector):
    """Asks the database at every scrape, so that the numbers are right whichever process answers."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def collect(self) -> Iterable[Metric]:
        try:
            return list(_read_queue(self._clock()))
        except Exception:  # the other numbers are wanted most while the database is away
            logger.warning("imagegen.metrics.no_queue", exc_info=True)
            return []


def _read_queue(now: datetime) -> Iterator[Metric]:
    unfinished = Picture.objects.filter(state__in=_WAITING_OR_DRAWN).order_by()
    rows = unfinished.values_list("state", "priority").annotate(count=Count("pk"), oldest=Min("created_at"))
    counts = {(state, _USUAL_PRIORITY): 0 for state in _WAITING_OR_DRAWN}
    oldest = dict.fromkeys([_USUAL_PRIORITY], 0.0)
    for state, priority, count, since in rows:
        counts[_State(state), priority] = count
        if state == _State.QUEUED:
            oldest[priority] = max(0.0, (now - since).total_seconds())
    pictures = GaugeMetricFamily(
        "storychat_image_queue_pictures",
        "Pictures that are not finished, by state and class (lower is served first).",
        labels=["state", "priority"],
    )
    for (state, priority), count in sorted(counts.items()):
        pictures.add_metric([state.lower(), str(priority)], count)
    waiting = GaugeMetricFamily(
        "storychat_image_queue_oldest_seconds",
        "How long the oldest picture of a class has waited.",
        labels=["priority"],
    )
    for priority, seconds in sorted(oldest.items()):
        waiting.add_metric([str(priority)], seconds)
    yield pictures
    yield waiting
    alive = Worker.objects.filter(seen_at__gt=now - timedelta(seconds=WORKER_SILENCE_SECONDS))
    capacities = list(alive.values_list("capacity", flat=True))
    yield GaugeMetricFamily(
        "storychat_image_workers_alive", "Workers that draw and were heard of just now.", len(capacities)
    )
    yield GaugeMetricFamily(
        "storychat_image_workers_capacity", "How many pictures they draw at the same time.", sum(capacities)
    )


def _note_step(rows: int, seconds: float) -> None:
    STEP_SECONDS.labels(str(rows)).observe(seconds)
    BATCH_ROWS.labels(process_metrics.name_process()).set(rows)


def _note_decoding(pictures: int, seconds: float) -> None:
    DECODE_SECONDS.labels(str(pictures)).observe(seconds)
