"""How long a training stage goes on, its learning rate on the way, and the journal of both."""

from __future__ import annotations

import dataclasses
import json
import math
import time
from pathlib import Path

# Of a stage, in which the learning rate falls.
END_SHARE = 0.3


@dataclasses.dataclass
class Budget:
    """A stage ends after `steps` or after `minutes` of its own work, whichever comes first.

    `spent_seconds` carries over from former runs; `deadline` (monotonic seconds) ends only this run.
    `journal` is a file of JSON lines, from which the curves are drawn.
    """

    minutes: float
    steps: int
    deadline: float = math.inf
    spent_seconds: float = 0.0
    done: int = 0
    journal: Path | None = None
    _mark: float = dataclasses.field(default_factory=time.monotonic)
    _ended: float | None = None

    def restart(self, done: int, spent_seconds: float) -> None:
        """Continue where a checkpoint was written."""
        self.done, self.spent_seconds, self._mark = done, spent_seconds, time.monotonic()
        self._ended = None

    def used(self) -> float:
        """Return the seconds this stage has worked in all runs."""
        return self.spent_seconds + (self._ended or time.monotonic()) - self._mark

    def goes_on(self) -> bool:
        """Say whether another step fits; once none does, the stage's clock stands still."""
        going = not self.is_complete() and time.monotonic() < self.deadline
        if not going and self._ended is None:
            self._ended = time.monotonic()
        return going

    def is_complete(self) -> bool:
        """Say whether the stage has used up its steps or its time."""
        return self.done >= self.steps or self.used() >= self.minutes * 60

    def rate(self, peak: float, warm_up: int) -> float:
        """Return the learning rate: a linear start over `warm_up` steps, level, and a linear end down to 2 %.

        Most of the gain comes in the end part, and the level part can be made longer at any time: as good as
        a cosine, of which one has to know the length before (arXiv 2405.18392).
        """
        progress = min(1.0, max(self.done / self.steps, self.used() / (self.minutes * 60)))
        left = min(1.0, (1 - progress) / END_SHARE)
        return peak * min(1.0, (self.done + 1) / warm_up) * (0.02 + 0.98 * left)

    def log(self, stage: str, **values: float) -> None:
        """Say where the stage stands."""
        entry = {"stage": stage, "step": self.done, "minutes": round(self.used() / 60, 2)}
        entry |= {name: round(value, 5) for name, value in values.items()}
        line = json.dumps(entry)
        print(line, flush=True)
        if self.journal is not None:
            with self.journal.open("a") as file:
                file.write(line + "\n")
