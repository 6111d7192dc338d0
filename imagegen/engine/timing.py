"""What the engine measures of itself while it draws: how long things take, and what goes wrong."""

import heapq
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from threading import Lock

logger = logging.getLogger(__name__)

# Share of the newest measurement in the running mean.
_NEWEST = 0.1


class StepTimes:
    """Running means by batch size. Safe to use from any thread."""

    def __init__(self) -> None:
        self._means: dict[int, float] = {}
        self._newest: float | None = None
        self._watcher: Callable[[int, float], None] | None = None
        self._lock = Lock()

    @property
    def is_watched(self) -> bool:
        return self._watcher is not None

    def watch(self, watcher: Callable[[int, float], None]) -> None:
        """Forget what was measured so far, and tell `watcher` of everything from now on: size and seconds."""
        with self._lock:
            self._means, self._newest, self._watcher = {}, None, watcher

    def add(self, size: int, seconds: float) -> None:
        """Note that a step of `size` rows of the denoiser took so long."""
        with self._lock:
            mean = self._means.get(size, seconds)
            self._newest = self._means[size] = mean + _NEWEST * (seconds - mean)
            watcher = self._watcher
        if watcher is not None:
            _tell(watcher, size, seconds)

    def seconds(self, steps: float) -> float | None:
        """Return how long so many steps take at the batch size of now; None if none was measured."""
        with self._lock:
            return None if self._newest is None else self._newest * steps

    def by_size(self) -> dict[int, float]:
        """Return the mean seconds of a step for each batch size seen so far."""
        with self._lock:
            return dict(sorted(self._means.items()))


class Troubles:
    """What went wrong and was mended, by cause: no request may have noticed. Safe to use from any thread."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._watcher: Callable[[str], None] | None = None
        self._lock = Lock()

    @property
    def is_watched(self) -> bool:
        return self._watcher is not None

    def watch(self, watcher: Callable[[str], None]) -> None:
        """Tell `watcher` of everything from now on."""
        self._watcher = watcher

    def note(self, cause: str) -> None:
        """Count one."""
        with self._lock:
            self._counts[cause] += 1
        if self._watcher is not None:
            _tell(self._watcher, cause)

    def by_cause(self) -> dict[str, int]:
        """Return how often each happened so far."""
        with self._lock:
            return dict(sorted(self._counts.items()))


def estimate_seconds(
    steps_left: Sequence[int],
    *,
    place: int,
    capacity: int,
    step_seconds: float,
    decode_seconds: float,
    is_decoded_beside: bool,
) -> float:
    """Return how long the request at `place` takes.

    steps_left: of those that run, then of those that wait, in their order. The first `capacity` of them step
    together, and each of the others begins when one of them ends. is_decoded_beside: pictures are decoded
    while others are stepped; otherwise everybody waits for each.
    """
    running: list[int] = []
    ends: list[int] = []
    for steps in steps_left:
        begin = heapq.heappop(running) if len(running) >= capacity else 0
        ends.append(begin + steps)
        heapq.heappush(running, ends[-1])
    mine = ends[place]
    # Its own decoding, and that of those which are done before; at the same step the first come first.
    before = 0 if is_decoded_beside else sum((end, other) < (mine, place) for other, end in enumerate(ends))
    return mine * step_seconds + (before + 1) * decode_seconds


def _tell(watcher: Callable[..., None], *news: object) -> None:
    try:
        watcher(*news)
    except Exception:  # whoever watches must not harm what is drawn
        logger.exception("imagegen.engine.watcher_failed")
