"""How long steps take, as measured while drawing."""

from threading import Lock

# Share of the newest measurement in the running mean.
_NEWEST = 0.1


class StepTimes:
    """Running means by batch size. Safe to read from any thread."""

    def __init__(self) -> None:
        self._means: dict[int, float] = {}
        self._newest: float | None = None
        self._lock = Lock()

    def add(self, size: int, seconds: float) -> None:
        """Note that a step of `size` rows of the denoiser took so long."""
        with self._lock:
            mean = self._means.get(size, seconds)
            self._newest = self._means[size] = mean + _NEWEST * (seconds - mean)

    def seconds(self, steps: float) -> float | None:
        """Return how long so many steps take at the batch size of now; None if none was measured."""
        with self._lock:
            return None if self._newest is None else self._newest * steps

    def by_size(self) -> dict[int, float]:
        """Return the mean seconds of a step for each batch size seen so far."""
        with self._lock:
            return dict(sorted(self._means.items()))
